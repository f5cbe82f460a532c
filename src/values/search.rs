//! Folding of Vietnamese names: one form to find them by, one to sort them by. Computed by the service and stored,
//! so that every database answers the same.

use unicode_normalization::UnicodeNormalization;

/// The form in which names are searched: no case, no diacritics, đ as d, y as i ("Sỹ Bình" and "Sĩ Bình" meet).
/// Đ has two doubles that look the same and come from old fonts and keyboards: Icelandic Ð and African Ɖ.
pub fn fold(text: &str) -> String {
    text.nfc()
        .flat_map(char::to_lowercase)
        .nfd()
        .filter(|character| !unicode_normalization::char::is_combining_mark(*character))
        .map(|character| match character {
            'đ' | 'ð' | 'ɖ' => 'd',
            'y' => 'i',
            other => other,
        })
        .collect()
}

/// The pattern by which SQL finds what holds a text (`LIKE … ESCAPE '\'`).
pub fn pattern(text: &super::SearchText) -> String {
    let escaped = fold(text.as_str()).replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_");
    format!("%{escaped}%")
}

/// Letters in the order of the Vietnamese alphabet, without tones.
const ALPHABET: &str = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz";

/// Tones in dictionary order: none, huyền, hỏi, ngã, sắc, nặng.
const TONES: [char; 5] = ['\u{300}', '\u{309}', '\u{303}', '\u{301}', '\u{323}'];

/// A key of ASCII bytes whose order is the order of a Vietnamese dictionary (a ă â b c d đ e ê …), tones last.
pub fn sort_key(text: &str) -> String {
    let mut letters = String::with_capacity(text.len() * 2);
    let mut tones = String::new();
    for character in text.nfc().flat_map(char::to_lowercase) {
        let mut tone = 0;
        // Take the tone off, keep the marks that make another letter (ă, â, ê, ô, ơ, ư).
        let letter: String = std::iter::once(character)
            .nfd()
            .filter(|part| match TONES.iter().position(|known| known == part) {
                Some(found) => {
                    tone = found + 1;
                    false
                }
                None => true,
            })
            .nfc()
            .collect();
        let single = letter.chars().next().unwrap_or(' ');
        match ALPHABET.chars().position(|known| known == single) {
            // Two digits from 10 on, so that letters follow digits and blanks.
            Some(position) => letters.push_str(&format!("m{:02}", position + 10)),
            None if single.is_ascii_alphanumeric() => letters.push(single),
            None => letters.push(' '),
        }
        tones.push(char::from(b'0' + tone as u8));
    }
    format!("{letters} {tones}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_meet() {
        for (one, other) in [
            ("Sỹ Bình", "sĩ bình"),
            ("Hoà Mục", "Hòa Mục"),
            ("ĐÔN PHONG", "don phong"),
            ("Ðôn Phong", "Đôn Phong"),
            ("Thuỷ", "Thủy"),
            ("Qua\u{309}ng", "quảng"),
        ] {
            assert_eq!(fold(one), fold(other));
        }
        assert_ne!(fold("Văn Lang"), fold("Văn Vũ"));
    }

    /// Base letter of every Vietnamese letter, by a table of its own.
    const BASES: [(&str, char); 7] = [
        ("aàảãáạăằẳẵắặâầẩẫấậ", 'a'),
        ("đ", 'd'),
        ("eèẻẽéẹêềểễếệ", 'e'),
        ("iìỉĩíịyỳỷỹýỵ", 'i'),
        ("oòỏõóọôồổỗốộơờởỡớợ", 'o'),
        ("uùủũúụưừửữứự", 'u'),
        ("bcghklmnpqrstvx ", '='),
    ];

    fn base(letter: char) -> char {
        let (letters, base) = BASES.iter().find(|(letters, _)| letters.contains(letter)).expect("a Vietnamese letter");
        if letters.contains(' ') { letter } else { *base }
    }

    /// Ten thousand names, each composed, decomposed and in capitals, against the table.
    #[test]
    fn ten_thousand_names_fold_as_the_table_says() {
        let letters: Vec<char> = BASES.iter().flat_map(|(letters, _)| letters.chars()).collect();
        let mut state = 48_u64;
        let mut next = |bound: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % bound
        };
        for _ in 0..10_000 {
            let length = 2 + next(20);
            let name: String = (0..length).map(|_| letters[next(letters.len())]).collect();
            let expected: String = name.chars().map(base).collect();
            let decomposed: String = name.nfd().collect();
            for spelling in [&name, &decomposed, &name.to_uppercase(), &decomposed.to_uppercase()] {
                assert_eq!(fold(spelling), expected, "{spelling}");
            }
        }
    }

    #[test]
    fn names_sort_as_in_a_vietnamese_dictionary() {
        let sorted = [
            "An",
            "Ăn",
            "Ân",
            "Ba Bể",
            "Bạch Thông",
            "Bắc Kạn",
            "Cao Sơn",
            "Dương Phong",
            "Đôn Phong",
            "Đức Xuân",
            "Lục Bình",
            "Mỹ Thanh",
            "Ô",
            "Ơ",
            "Vi Hương",
            "Vũ Muộn",
        ];
        for pair in sorted.windows(2) {
            assert!(sort_key(pair[0]) < sort_key(pair[1]), "{} before {}", pair[0], pair[1]);
        }
        // Blanks before digits, digits before letters; what is neither counts as a blank.
        for (earlier, later) in [("Khu A", "Khu1"), ("Khu1", "Khu2"), ("Khu2", "KhuA"), ("Khu-1", "Khu1")] {
            assert!(sort_key(earlier) < sort_key(later), "{earlier} before {later}");
        }
        assert_eq!(sort_key("Khu-1"), sort_key("Khu 1"));
        let plain = |byte: u8| byte == b' ' || byte.is_ascii_alphanumeric();
        assert!(sort_key("Mã Đà – ạ").bytes().all(plain));
        let tones = ["ma", "mà", "mả", "mã", "má", "mạ"];
        for pair in tones.windows(2) {
            assert!(sort_key(pair[0]) < sort_key(pair[1]), "{} before {}", pair[0], pair[1]);
        }
    }
}

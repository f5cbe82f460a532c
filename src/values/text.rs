//! Text and codes as they come from people and files: NFC, trimmed, without characters that hide or break.

use super::storage::stored_as_text;
use super::{Scalar, scalar};
use crate::codes::Code;
use crate::error::Flaw;
use unicode_normalization::UnicodeNormalization;

/// Bring text into the form in which it is stored, or say what is wrong with it.
fn clean(text: &str, length: (usize, usize), lines: bool) -> Result<String, Flaw> {
    let stored: String = text.trim().nfc().collect();
    if stored.chars().any(|character| is_refused(character, lines)) {
        return Err(Flaw::new(Code::ControlCharacter));
    }
    let count = stored.chars().count();
    if count < length.0 {
        return Err(Flaw::new(if count == 0 { Code::Required } else { Code::TooShort }).with("min", length.0));
    }
    if count > length.1 {
        return Err(Flaw::new(Code::TooLong).with("max", length.1));
    }
    Ok(stored)
}

/// Control characters (tab and newline pass in long text), and the marks that reorder what a reader sees.
fn is_refused(character: char, lines: bool) -> bool {
    match character {
        '\n' | '\t' => !lines,
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{FEFF}' => true,
        other => other.is_control(),
    }
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident $length:expr, lines: $lines:literal, $description:literal, $example:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]
        #[diesel(sql_type = diesel::sql_types::Text)]
        pub struct $name(String);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Scalar for $name {
            const NAME: &'static str = stringify!($name);
            const DESCRIPTION: &'static str = $description;
            const PATTERN: &'static str = if $lines { "^[^\\u0000-\\u0008\\u000B-\\u001F\\u007F-\\u009F]*$" } else { "^[^\\u0000-\\u001F\\u007F-\\u009F]*$" };
            const LENGTH: (usize, usize) = $length;
            const EXAMPLE: &'static str = $example;

            fn parse(text: &str) -> Result<Self, Flaw> {
                clean(text, $length, $lines).map($name)
            }

            fn text(&self) -> String {
                self.0.clone()
            }
        }

        scalar!($name);
        stored_as_text!($name);
    )*};
}

texts! {
    /// A name or heading on one line.
    Title (1, 200), lines: false, "Text of one line, stored NFC and trimmed", "Bạch Thông";
    /// A full name as an act prints it, on one line.
    LongTitle (1, 500), lines: false, "Full name as an act prints it, stored NFC and trimmed", "Chương trình mục tiêu quốc gia giảm nghèo bền vững";
    /// A note, a reason, a description.
    Note (1, 4000), lines: true, "Text that may have several lines, stored NFC and trimmed", "Theo báo cáo của Ban Chỉ đạo";
    /// What a caller searches for.
    SearchText (1, 100), lines: false, "Part of a name, with or without diacritics", "sy binh";
}

macro_rules! codes_of_a_form {
    ($($(#[$doc:meta])* $name:ident $length:expr, $pattern:literal, $check:expr, $description:literal, $example:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]
        #[diesel(sql_type = diesel::sql_types::Text)]
        pub struct $name(String);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Scalar for $name {
            const NAME: &'static str = stringify!($name);
            const DESCRIPTION: &'static str = $description;
            const PATTERN: &'static str = $pattern;
            const LENGTH: (usize, usize) = $length;
            const EXAMPLE: &'static str = $example;

            fn parse(text: &str) -> Result<Self, Flaw> {
                let check: fn(&str) -> bool = $check;
                if ($length.0..=$length.1).contains(&text.len()) && check(text) {
                    Ok($name(text.to_owned()))
                } else {
                    Err(Flaw::new(Code::InvalidCode).with("pattern", $pattern))
                }
            }

            fn text(&self) -> String {
                self.0.clone()
            }
        }

        scalar!($name);
        stored_as_text!($name);
    )*};
}

codes_of_a_form! {
    /// Number of an item in an act, as it is printed: `1`, `II`, `2.b`, `3đ`.
    ItemNumber (1, 20), "^[0-9A-Za-zĐđ]+([.-][0-9A-Za-zĐđ]+)*$", |text| text.split(['.', '-']).all(|part|
        !part.is_empty() && part.chars().all(|character| character.is_ascii_alphanumeric() || matches!(character, 'Đ' | 'đ'))),
        "Number of an item in an act, as it is printed", "2.b";
    /// Electronic identifier of an agency (mã định danh điện tử): QĐ 20/2020/QĐ-TTg, amended by 09/2025/QĐ-TTg.
    AgencyCode (1, 35), "^[0-9A-Z]+(\\.[0-9A-Z]+)*$", |text| text.split('.').all(|part|
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())),
        "Electronic identifier of an agency", "H41.12";
    /// A telephone number, as it is dialled.
    PhoneNumber (6, 30), "^[+]?[0-9][0-9 .()-]*$", |text| {
        let digits = text.strip_prefix('+').unwrap_or(text);
        digits.starts_with(|first: char| first.is_ascii_digit())
            && digits.bytes().all(|byte| byte.is_ascii_digit() || b" .()-".contains(&byte))
    }, "Telephone number, as it is dialled", "0209 3850 000";
    /// An address of electronic mail.
    EmailAddress (3, 254), "^[!-?A-~]+@[!-?A-~]+$", |text| text.split_once('@').is_some_and(|(name, host)|
        !name.is_empty() && !host.is_empty()
        && text.bytes().filter(|byte| *byte == b'@').count() == 1 && text.bytes().all(|byte| byte.is_ascii_graphic())),
        "Address of electronic mail", "vanphong@example.vn";
    /// Code of an administrative unit: the nation `VN`, 2 digits a province, 3 a district, 5 a commune,
    /// a commune code with `-V` and 2 or 3 digits a village.
    UnitCode (2, 10), "^(VN|[0-9]{2}|[0-9]{3}|[0-9]{5}(-V[0-9]{2,3})?)$", is_unit_code,
        "Code of an administrative unit; leading zeros count", "063";
    /// Code of an entry of an open list.
    ListCode (1, 40), "^[A-Z][A-Z0-9_-]*$", is_list_code, "Code from a code list", "XA";
    /// Code of a component of a programme: the programme's own code, then the component's number at each level.
    ComponentCode (1, 40), "^[A-Z][A-Z0-9_-]*(\\.[0-9A-Za-z]+)*$", |text| {
        let mut parts = text.split('.');
        parts.next().is_some_and(is_list_code)
            && parts.all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    }, "Code of a component of a programme", "DTTS.4.1";
    /// Value of a status of a unit: a region, a class, a group, a level.
    StatusValue (1, 40), "^[A-Z0-9][A-Z0-9_-]*$", |text| text.bytes().all(|byte|
        byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_' || byte == b'-')
        && text.starts_with(|first: char| first.is_ascii_alphanumeric()),
        "Value from the words of its kind; for regions a code of `socio-economic-regions`", "NTM";
    /// Code of a criteria set.
    CriteriaSetCode (3, 60), "^[A-Z][A-Z0-9-]*$", |text| text.starts_with(|first: char| first.is_ascii_uppercase())
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-'),
        "Code of a criteria set", "NTM-XA-2021-2025";
    /// Code of a band of criteria met, as it is printed.
    BandCode (1, 10), "^[0-9]+(-[0-9]+)?$", |text| text.split('-').count() <= 2
        && text.split('-').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())),
        "Code of a band of criteria met", "15-18";
    /// Code of a criterion or item. It is text: `17.10` is not `17.1`.
    CriterionCode (1, 20), "^[0-9A-Z]+(\\.[0-9A-Z]+)*$", |text| text.split('.').all(|part|
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())),
        "Code of a criterion; text, never a number", "17";
    /// Code of an indicator.
    IndicatorCode (2, 60), "^[A-Z][A-Z0-9_]*$", |text| text.starts_with(|first: char| first.is_ascii_uppercase())
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_'),
        "Code of an indicator", "INCOME_PER_CAPITA";
    /// The caller's own identifier of a record.
    ExternalId (1, 100), "^[0-9A-Za-z][0-9A-Za-z._:/-]*$", |text| text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._:/-".contains(&byte)),
        "The caller's own identifier, unique per client and collection", "QLNV-2026-114";
    /// SHA-256 of the content of a file.
    ContentHash (64, 64), "^[0-9a-f]{64}$", |text| text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')),
        "SHA-256 of the content, in hexadecimal digits",
        "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";
    /// Name of a collection or a code list in URLs.
    CollectionName (1, 60), "^[a-z][a-z0-9-]*$", |text| text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'),
        "Name in kebab-case", "assessments";
}

fn is_unit_code(text: &str) -> bool {
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    match text.split_once("-V") {
        Some((commune, village)) => {
            commune.len() == 5 && digits(commune) && matches!(village.len(), 2 | 3) && digits(village)
        }
        None => text == "VN" || (matches!(text.len(), 2 | 3 | 5) && digits(text)),
    }
}

fn is_list_code(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_uppercase())
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_' || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_stored_composed_and_trimmed() {
        assert_eq!(Title::parse("  Ra\u{300} soa\u{301}t ").unwrap().as_str(), "Rà soát");
        assert_eq!(Note::parse("một\nhai\tba").unwrap().as_str(), "một\nhai\tba");
    }

    #[test]
    fn hidden_characters_are_refused() {
        for text in ["a\u{0}b", "a\u{202E}b", "a\u{2066}b", "a\u{7}b", "a\u{85}b", "a\u{FEFF}b", "a\nb"] {
            assert_eq!(Title::parse(text).unwrap_err().code, Code::ControlCharacter, "{text:?}");
        }
        assert_eq!(Note::parse("a\u{0}b").unwrap_err().code, Code::ControlCharacter);
    }

    #[test]
    fn length_counts_characters_after_composition() {
        assert!(Title::parse(&"e\u{302}\u{301}".repeat(200)).is_ok());
        assert_eq!(Title::parse(&"ế".repeat(201)).unwrap_err().code, Code::TooLong);
        assert_eq!(Title::parse("   ").unwrap_err().code, Code::Required);
        assert_eq!(Title::parse("ế").unwrap().as_str(), "ế");
        for (text, expected) in
            [("a", Err(Code::TooShort)), ("ab", Ok("ab")), ("abc", Ok("abc")), ("abcd", Err(Code::TooLong))]
        {
            let cleaned = clean(text, (2, 3), false).map_err(|flaw| flaw.code);
            assert_eq!(cleaned.as_deref(), expected.as_ref().map(|text| *text), "{text}");
        }
    }

    /// Whether the text is one of this code.
    fn takes<T: Scalar>(text: &str) -> bool {
        match T::parse(text) {
            Ok(code) => code.text() == text,
            Err(flaw) => {
                assert_eq!(flaw.code, Code::InvalidCode, "{} {text}", T::NAME);
                false
            }
        }
    }

    #[test]
    fn codes_take_what_their_pattern_shows_and_nothing_else() {
        let long = "A".repeat(101);
        for (takes, good, wrong) in [
            (
                takes::<ListCode> as fn(&str) -> bool,
                &["X", "XA", "A-B_2", "B1"][..],
                &["", "1A", "-A", "_A", "a", "AB.", "A b", "XÃ"][..],
            ),
            (takes::<StatusValue>, &["1", "III", "NTM_MODEL", "A-2"], &["", "_A", "-A", "iii", "A.B"]),
            (takes::<CriteriaSetCode>, &["NTM-XA-2021", "ABC"], &["AB", "1BC", "-BC", "AB_C", "Abc"]),
            (takes::<BandCode>, &["19", "15-18"], &["", "-18", "15-", "1-2-3", "15–18", "A"]),
            (takes::<CriterionCode>, &["17", "17.10", "A.1"], &["", "17.", ".1", "1..2", "17.a", "17-1"]),
            (takes::<IndicatorCode>, &["AB", "A_1"], &["A", "1A", "_A", "A-B", "Ab"]),
            (takes::<ExternalId>, &["a", "9", "QLNV-2026/1:a_b.c"], &["", "-a", "a b", "ä"]),
            (takes::<CollectionName>, &["a", "unit-statuses2"], &["", "2a", "-a", "A", "a_b"]),
        ] {
            for text in good {
                assert!(takes(text), "{text}");
            }
            for text in wrong.iter().copied().chain([long.as_str()]) {
                assert!(!takes(text), "{text}");
            }
        }
        let hash = "0123456789abcdef".repeat(4);
        assert!(takes::<ContentHash>(&hash));
        assert!(!takes::<ContentHash>(&hash[1..]) && !takes::<ContentHash>(&hash.replace('a', "A")));
    }

    #[test]
    fn unit_codes_have_the_lengths_of_their_levels() {
        for text in ["VN", "06", "063", "02017", "01969-V01", "01969-V123"] {
            assert!(UnitCode::parse(text).is_ok(), "{text}");
        }
        for text in ["", "6", "0630", "020171", "2017", "01969-V1", "063-V01", "vn", "０６"] {
            assert_eq!(UnitCode::parse(text).unwrap_err().code, Code::InvalidCode, "{text}");
        }
    }
}

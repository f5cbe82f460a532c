//! The language of an answer: Vietnamese unless the caller prefers English.

use crate::codes::Text;
use actix_web::http::header;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Language {
    Vietnamese,
    English,
}

impl Language {
    pub fn of(headers: &header::HeaderMap) -> Language {
        let Some(accepted) = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()) else {
            return Language::Vietnamese;
        };
        // Weights in thousandths; the first of equal ones wins.
        let mut best = (0, Language::Vietnamese);
        for part in accepted.split(',').take(20) {
            let (tag, weight) = part.split_once(';').unwrap_or((part, "q=1"));
            let language = match tag.trim().get(..2).map(str::to_ascii_lowercase).as_deref() {
                Some("vi") => Language::Vietnamese,
                Some("en") => Language::English,
                _ => continue,
            };
            let weight = thousandths(weight.trim().strip_prefix("q=").unwrap_or("1"));
            if weight > best.0 {
                best = (weight, language);
            }
        }
        best.1
    }

    pub fn tag(self) -> &'static str {
        match self {
            Language::Vietnamese => "vi",
            Language::English => "en",
        }
    }

    pub fn of_text(self, text: &Text) -> &'static str {
        match self {
            Language::Vietnamese => text.vi,
            Language::English => text.en,
        }
    }

    pub fn pick<'a>(self, vi: &'a str, en: &'a str) -> &'a str {
        match self {
            Language::Vietnamese => vi,
            Language::English => en,
        }
    }
}

fn thousandths(weight: &str) -> u32 {
    let (whole, part) = weight.split_once('.').unwrap_or((weight, ""));
    let digits: String = part.chars().chain("000".chars()).take(3).collect();
    match (whole.parse::<u32>(), digits.parse::<u32>()) {
        (Ok(whole), Ok(part)) => (whole.min(1) * 1000 + part).min(1000),
        _ => 0,
    }
}

impl actix_web::FromRequest for Language {
    type Error = std::convert::Infallible;
    type Future = std::future::Ready<Result<Self, Self::Error>>;

    fn from_request(request: &actix_web::HttpRequest, _: &mut actix_web::dev::Payload) -> Self::Future {
        std::future::ready(Ok(Language::of(request.headers())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vietnamese_unless_english_is_preferred() {
        for (accepted, expected) in [
            ("", Language::Vietnamese),
            ("en", Language::English),
            ("en-GB,en;q=0.9", Language::English),
            ("vi-VN,vi;q=0.9,en;q=0.8", Language::Vietnamese),
            ("en;q=0.5,vi;q=0.7", Language::Vietnamese),
            ("fr-FR, en;q=0.3", Language::English),
            ("fr", Language::Vietnamese),
            ("en;q=0", Language::Vietnamese),
            ("vi ; q=0.9, en; q=0.1", Language::Vietnamese),
            ("vi;q=0.9, en;q=4294967295", Language::English),
            ("đ", Language::Vietnamese),
        ] {
            let mut headers = header::HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, header::HeaderValue::from_bytes(accepted.as_bytes()).unwrap());
            assert_eq!(Language::of(&headers), expected, "{accepted}");
        }
    }
}

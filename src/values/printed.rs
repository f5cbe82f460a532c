//! Amounts of money as papers print them.

use super::{Scalar, scalar, vocabulary};
use crate::codes::Code;
use crate::error::Flaw;

vocabulary! {
    /// In what an amount is printed. It is stated, never guessed.
    AmountUnit {
        Vnd "VND" "Đồng" | "Đồng";
        MillionVnd "MILLION_VND" "Triệu đồng" | "Million đồng";
        BillionVnd "BILLION_VND" "Tỷ đồng" | "Billion đồng";
    }
}

impl AmountUnit {
    /// Zeros of the unit in đồng.
    fn digits(self) -> u32 {
        match self {
            AmountUnit::Vnd => 0,
            AmountUnit::MillionVnd => 6,
            AmountUnit::BillionVnd => 9,
        }
    }

    /// What one of it is in đồng.
    pub fn factor(self) -> i64 {
        10_i64.pow(self.digits())
    }
}

/// An amount as it is printed in Vietnamese: dots part thousands, a comma parts decimals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedAmount(String);

impl std::fmt::Display for PrintedAmount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Scalar for PrintedAmount {
    const NAME: &'static str = "PrintedAmount";
    const DESCRIPTION: &'static str =
        "Amount as it is printed in Vietnamese: dots part thousands, a comma parts decimals";
    const PATTERN: &'static str = "^-?([0-9]{1,3}([.][0-9]{3})+|[0-9]{1,16})(,[0-9]{1,9})?$";
    const LENGTH: (usize, usize) = (1, 40);
    const EXAMPLE: &'static str = "2.428.748,5";

    fn parse(text: &str) -> Result<Self, Flaw> {
        let body = text.strip_prefix('-').unwrap_or(text);
        let (whole, part) = body.split_once(',').map_or((body, None), |(whole, part)| (whole, Some(part)));
        let digits = |text: &str, most: usize| {
            !text.is_empty() && text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        let groups: Vec<&str> = whole.split('.').collect();
        let grouped = match groups.as_slice() {
            [alone] => digits(alone, 16),
            [first, rest @ ..] => digits(first, 3) && rest.iter().all(|group| group.len() == 3 && digits(group, 3)),
            [] => false,
        };
        if text.len() <= Self::LENGTH.1 && grouped && part.is_none_or(|part| digits(part, 9)) {
            Ok(PrintedAmount(text.to_owned()))
        } else {
            Err(Flaw::new(Code::NumberExpected).with("example", Self::EXAMPLE))
        }
    }

    fn text(&self) -> String {
        self.0.clone()
    }
}

scalar!(PrintedAmount);

impl PrintedAmount {
    /// The amount in whole đồng.
    /// Errors: `INTEGER_EXPECTED` for a part of a đồng, `TOO_LARGE` beyond what is exact in every client.
    pub fn vnd(&self, unit: AmountUnit) -> Result<i64, Flaw> {
        const MOST: i64 = 9_007_199_254_740_991;
        let (sign, body) = self.0.strip_prefix('-').map_or((1, self.0.as_str()), |body| (-1, body));
        let (whole, part) = body.split_once(',').unwrap_or((body, ""));
        let part = part.trim_end_matches('0');
        let Some(zeros) = (unit.digits() as usize).checked_sub(part.len()) else {
            return Err(Flaw::new(Code::IntegerExpected));
        };
        let digits = format!("{}{part}{}", whole.replace('.', ""), "0".repeat(zeros));
        let amount = digits.parse::<i64>().ok().filter(|amount| *amount <= MOST);
        amount.map(|amount| sign * amount).ok_or_else(|| Flaw::new(Code::TooLarge).with("max", MOST))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_read_as_it_is_printed() {
        use AmountUnit::{BillionVnd, MillionVnd, Vnd};
        for (text, unit, amount) in [
            ("2.428.748,5", MillionVnd, 2_428_748_500_000),
            ("12.933,106", BillionVnd, 12_933_106_000_000),
            ("67712", MillionVnd, 67_712_000_000),
            ("0", Vnd, 0),
            ("-1,5", BillionVnd, -1_500_000_000),
            ("1,500000000", BillionVnd, 1_500_000_000),
            ("9.007.199.254.740.991", Vnd, 9_007_199_254_740_991),
        ] {
            assert_eq!(PrintedAmount::parse(text).unwrap().vnd(unit), Ok(amount), "{text}");
        }
        for (text, unit, code) in [
            ("0,5", Vnd, Code::IntegerExpected),
            ("1,0000001", MillionVnd, Code::IntegerExpected),
            ("9.007.199.254.740.992", Vnd, Code::TooLarge),
            ("9999999999999999", BillionVnd, Code::TooLarge),
        ] {
            assert_eq!(PrintedAmount::parse(text).unwrap().vnd(unit).unwrap_err().code, code, "{text}");
        }
        for text in ["", "12,933.106", "1.23", "1234.567", "1.2345", "1,2,3", "1e3", "+1", ".5", ",5", "1 000"] {
            assert!(PrintedAmount::parse(text).is_err(), "{text}");
        }
    }
}

//! CSV that a spreadsheet opens as it is meant.

use super::Cell;
use crate::error::Error;
use crate::values::Decimal;
use csv::{Terminator, WriterBuilder};
use std::borrow::Cow;

/// UTF-8 with a byte-order mark, so that spreadsheets read the diacritics.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Headings, then rows.
pub fn csv<'a, H>(headings: impl IntoIterator<Item = H>, rows: &[Vec<Cell>]) -> Result<Vec<u8>, Error>
where
    H: IntoIterator<Item = &'a str>,
{
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(BYTE_ORDER_MARK.to_vec());
    for heading in headings {
        let cells = heading.into_iter().map(|text| safe(text).into_owned());
        writer.write_record(cells).map_err(Error::internal)?;
    }
    for row in rows {
        for cell in row {
            let written = match cell {
                Cell::Blank => Cow::Borrowed(""),
                Cell::Text(text) => safe(text),
                Cell::Whole(number) => Cow::Owned(number.to_string()),
                Cell::Number(number) => Cow::Owned(digits(*number)),
            };
            writer.write_field(written.as_bytes()).map_err(Error::internal)?;
        }
        writer.write_record(None::<&[u8]>).map_err(Error::internal)?;
    }
    writer.into_inner().map_err(|error| Error::internal(error.to_string()))
}

/// Text that a spreadsheet will not run as a formula.
fn safe(text: &str) -> Cow<'_, str> {
    match text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => Cow::Owned(format!("'{text}")),
        false => Cow::Borrowed(text),
    }
}

/// A number whose point nobody takes for one of thousands: three decimals are written as four.
fn digits(number: Decimal) -> String {
    let text = number.to_string();
    match text.split_once('.') {
        Some((_, part)) if part.len() == 3 => text + "0",
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_disarmed_and_numbers_cannot_be_misread() {
        for text in ["=HYPERLINK(\"x\")", "+1", "-1", "@x", "\tx", "\rx"] {
            assert_eq!(safe(text), format!("'{text}"));
        }
        assert_eq!(safe("Đôn Phong"), "Đôn Phong");
        for (scaled, text) in
            [(12_340, "1.2340"), (-12_340, "-1.2340"), (12_300, "1.23"), (10_000, "1"), (12_345, "1.2345")]
        {
            assert_eq!(digits(Decimal::from_scaled(scaled)), text);
        }
    }
}

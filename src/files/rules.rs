//! What a file has to be to be kept. Values in, codes out.

use super::model::FileFormat;
use super::package;
use crate::codes::Code;
use crate::error::Error;

/// Is the name that of a file and nothing else? It is shown and sent back, and never becomes a path; a name that would
/// lead elsewhere on somebody's disk is refused all the same. Its ending has to be that of its format.
pub fn check_name(name: &str, format: FileFormat) -> Result<(), Code> {
    let leads_away = name.contains(['/', '\\', ':', '*', '?', '"', '<', '>', '|']) || name.starts_with('.');
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    let endings: &[&str] = match format {
        FileFormat::Pdf => &["pdf"],
        FileFormat::Jpeg => &["jpg", "jpeg"],
        FileFormat::Png => &["png"],
        FileFormat::Docx => &["docx"],
        FileFormat::Xlsx => &["xlsx"],
    };
    let fits = ending.is_some_and(|ending| endings.contains(&ending.as_str()));
    if leads_away || !fits { Err(Code::FileNameInvalid) } else { Ok(()) }
}

/// Are the bytes what they are said to be?
/// Errors: `FILE_NOT_READABLE`, or the code of what an office file must not hold.
pub fn check_bytes(bytes: &[u8], format: FileFormat) -> Result<(), Error> {
    let begins: &[u8] = match format {
        FileFormat::Pdf => b"%PDF-",
        FileFormat::Jpeg => b"\xFF\xD8\xFF",
        FileFormat::Png => b"\x89PNG\r\n\x1A\n",
        FileFormat::Docx => return package::look_into(bytes, "word/document.xml"),
        FileFormat::Xlsx => return package::look_into(bytes, "xl/workbook.xml"),
    };
    if bytes.starts_with(begins) { Ok(()) } else { Err(package::unreadable()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_that_of_a_file_of_its_format() {
        for name in ["Quyết định 12.pdf", "a.PDF", "báo cáo.v2.pdf"] {
            assert_eq!(check_name(name, FileFormat::Pdf), Ok(()), "{name}");
        }
        assert_eq!(check_name("ảnh.jpeg", FileFormat::Jpeg), Ok(()));
        for name in ["../../x.pdf", "..\\x.pdf", "/etc/x.pdf", "C:x.pdf", ".pdf", "x", "x.pdf.exe", "x.png", "a*.pdf"] {
            assert_eq!(check_name(name, FileFormat::Pdf), Err(Code::FileNameInvalid), "{name}");
        }
    }

    #[test]
    fn bytes_say_what_they_are() {
        assert!(check_bytes(b"%PDF-1.7\n", FileFormat::Pdf).is_ok());
        assert!(check_bytes(b"\xFF\xD8\xFF\xE0", FileFormat::Jpeg).is_ok());
        assert!(check_bytes(b"\x89PNG\r\n\x1A\n\0", FileFormat::Png).is_ok());
        for format in [FileFormat::Pdf, FileFormat::Jpeg, FileFormat::Png, FileFormat::Docx, FileFormat::Xlsx] {
            for bytes in [&b""[..], b"<html>", b"MZ\x90\0", b"PK\x03\x04"] {
                assert!(check_bytes(bytes, format).is_err(), "{format:?} {bytes:?}");
            }
        }
    }
}

//! Is a workbook safe to open? A workbook is a ZIP of XML parts; everything that could make reading it slow, large or
//! dangerous is looked for before it is read.

use crate::codes::Code;
use crate::error::{Error, Fault};
use memchr::memmem;
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// More parts than any workbook of 50 sheets has: each sheet brings its relations, drawing, comments and settings.
const MOST_PARTS: usize = 1000;
/// Parts that are looked at one by one, to tell many sheets from anything else.
const MOST_NAMES: usize = 20_000;
const MOST_SHEETS: usize = 50;
/// Unpacked bytes of all parts together.
const MOST_BYTES: u64 = 200 * 1024 * 1024;
/// A part above `RATIO_FROM` that shrinks more than this is no sheet: rows of equal figures shrink some sixty times.
const RATIO: u64 = 100;
const RATIO_FROM: u64 = 10 * 1024 * 1024;
/// Bytes of parts that are held in memory as a whole while the workbook is read.
const MOST_STRINGS: u64 = 20 * 1024 * 1024;
const MOST_SMALL_PART: u64 = 1024 * 1024;
/// Bytes between two tags: a cell has at most 32767 characters.
const MOST_TEXT: usize = 256 * 1024;
/// Tags of the styles: a workbook has at most 64000 formats.
const MOST_STYLE_TAGS: usize = 100_000;

fn refused(code: Code) -> Error {
    Error::Request(code, vec![Fault::pointer("", code)])
}

pub fn unreadable() -> Error {
    refused(Code::FileNotReadable)
}

pub fn too_large() -> Error {
    refused(Code::FileTooLargeUnpacked)
}

/// Look through a workbook.
/// Errors: the code of the first thing that must not be in it.
pub fn inspect(bytes: &[u8]) -> Result<(), Error> {
    let mut archive = open(bytes)?;
    let (mut sheets, mut total) = (0_usize, 0_u64);
    let mut names = Vec::with_capacity(archive.len());
    for at in 0..archive.len() {
        let part = archive.by_index_raw(at).map_err(|_| unreadable())?;
        let name = part.name().map_err(|_| unreadable())?.to_lowercase();
        let (size, packed) = (part.size(), part.compressed_size());
        check_name(&name)?;
        total = total.saturating_add(size);
        sheets += usize::from(is_sheet(&name));
        let whole = match name.as_str() {
            "xl/sharedstrings.xml" => MOST_STRINGS,
            _ if is_sheet(&name) => MOST_BYTES,
            _ if is_markup(&name) && in_memory(&name) => MOST_SMALL_PART,
            _ => MOST_BYTES,
        };
        if size > whole || total > MOST_BYTES || (size > RATIO_FROM && size / packed.max(1) > RATIO) {
            return Err(too_large());
        }
        names.push(name);
    }
    if sheets > MOST_SHEETS {
        return Err(refused(Code::TooManySheets));
    }
    if names.len() > MOST_PARTS {
        return Err(too_large());
    }
    for needed in ["[content_types].xml", "xl/workbook.xml"] {
        if !names.iter().any(|name| name == needed) {
            return Err(unreadable());
        }
    }
    for (at, name) in names.iter().enumerate().filter(|(_, name)| is_markup(name)) {
        let part = archive.by_index(at).map_err(|_| unreadable())?;
        let declared = part.size();
        scan(part, name, declared)?;
    }
    Ok(())
}

/// Look into an office document that is kept and never read: it holds its main part, and nothing that runs.
/// Errors: `FILE_NOT_READABLE`, or the code of what must not be in it.
pub fn look_into(bytes: &[u8], main_part: &str) -> Result<(), Error> {
    let mut archive = open(bytes)?;
    let mut whole = false;
    for at in 0..archive.len() {
        let part = archive.by_index_raw(at).map_err(|_| unreadable())?;
        let name = part.name().map_err(|_| unreadable())?.to_lowercase();
        check_name(&name)?;
        whole |= name == main_part;
    }
    if whole { Ok(()) } else { Err(unreadable()) }
}

fn open(bytes: &[u8]) -> Result<ZipArchive<Cursor<&[u8]>>, Error> {
    if !bytes.starts_with(b"PK\x03\x04") {
        return Err(unreadable());
    }
    if declared_parts(bytes)? > MOST_NAMES {
        return Err(too_large());
    }
    ZipArchive::new(Cursor::new(bytes)).map_err(|_| unreadable())
}

/// Number of parts as the end of the archive says it; nothing more is read of one that says too many.
fn declared_parts(bytes: &[u8]) -> Result<usize, Error> {
    let from = bytes.len().saturating_sub(22 + 65_535);
    let end = memmem::rfind(&bytes[from..], b"PK\x05\x06").ok_or_else(unreadable)?;
    let count = bytes.get(from + end + 10..from + end + 12).ok_or_else(unreadable)?;
    Ok(usize::from(u16::from_le_bytes([count[0], count[1]])))
}

fn check_name(name: &str) -> Result<(), Error> {
    let outside = name.starts_with('/') || name.contains('\\') || name.contains(':');
    if outside || name.split('/').any(|part| part == "..") {
        return Err(unreadable());
    }
    if name.ends_with("vbaproject.bin") || name.starts_with("xl/macrosheets/") || name.contains("vbadata") {
        return Err(refused(Code::MacroRefused));
    }
    if name.starts_with("xl/externallinks/") || name == "xl/connections.xml" || name.starts_with("xl/querytables/") {
        return Err(refused(Code::ExternalLinkRefused));
    }
    if ["xl/embeddings/", "xl/activex/", "xl/ctrlprops/"].iter().any(|folder| name.starts_with(folder)) {
        return Err(refused(Code::EmbeddedObjectRefused));
    }
    Ok(())
}

fn is_sheet(name: &str) -> bool {
    ["xl/worksheets/", "xl/chartsheets/", "xl/dialogsheets/"].iter().any(|folder| name.starts_with(folder))
        && name.ends_with(".xml")
}

fn is_markup(name: &str) -> bool {
    [".xml", ".rels", ".vml"].iter().any(|ending| name.ends_with(ending))
}

/// Is it one of the parts that a reader keeps as a whole?
fn in_memory(name: &str) -> bool {
    name.ends_with(".rels") || matches!(name, "[content_types].xml" | "xl/workbook.xml" | "xl/styles.xml")
}

const CHUNK: usize = 64 * 1024;

/// Unpack a part piece by piece and look at its markup.
fn scan(mut part: impl Read, name: &str, declared: u64) -> Result<(), Error> {
    /// What is looked for is shorter than this; so much of a piece is looked at again with the next.
    const OVERLAP: usize = 32;
    let mut window = vec![0_u8; OVERLAP + CHUNK];
    let (mut kept, mut read, mut run, mut tags) = (0_usize, 0_u64, 0_usize, 0_usize);
    loop {
        let count = part.read(&mut window[kept..kept + CHUNK]).map_err(|_| unreadable())?;
        if count == 0 {
            return if read == declared { Ok(()) } else { Err(unreadable()) };
        }
        let first = read == 0;
        read += count as u64;
        if read > declared {
            // It says less than it holds.
            return Err(too_large());
        }
        let fresh = &window[kept..kept + count];
        // Excel writes UTF-8; in another encoding nothing below would be found.
        if memchr::memchr(0, fresh).is_some()
            || (first && (fresh.starts_with(b"\xFE\xFF") || fresh.starts_with(b"\xFF\xFE")))
        {
            return Err(unreadable());
        }
        let mut last = 0;
        for tag in memchr::memchr_iter(b'<', fresh) {
            run += tag - last;
            if run > MOST_TEXT {
                return Err(too_large());
            }
            (run, last) = (0, tag);
            tags += 1;
        }
        run += count - last;
        if run > MOST_TEXT || (name == "xl/styles.xml" && tags > MOST_STYLE_TAGS) {
            return Err(too_large());
        }
        look(&window[..kept + count], name)?;
        let end = kept + count;
        let keep = end.min(OVERLAP);
        window.copy_within(end - keep..end, 0);
        kept = keep;
    }
}

fn look(text: &[u8], name: &str) -> Result<(), Error> {
    for at in memmem::find_iter(text, b"<!") {
        let rest = &text[at + 2..];
        if rest.starts_with(b"DOCTYPE") || rest.starts_with(b"ENTITY") {
            return Err(refused(Code::XmlEntityRefused));
        }
        // What can hold tags without being any would hide how much text there is.
        if rest.starts_with(b"[CDATA") && (is_sheet(name) || name == "xl/sharedstrings.xml") {
            return Err(unreadable());
        }
    }
    if name == "[content_types].xml" && (find(text, b"macroEnabled") || find(text, b"vbaProject")) {
        return Err(refused(Code::MacroRefused));
    }
    if name == "xl/_rels/workbook.xml.rels" && find(text, b"\"External\"") {
        return Err(refused(Code::ExternalLinkRefused));
    }
    Ok(())
}

fn find(text: &[u8], word: &[u8]) -> bool {
    memmem::find(text, word).is_some()
}

//! Where heads and bodies begin and end in the bytes that a caller sends.
//!
//! The parser behind this takes a bare LF for the end of a line (RFC 9112, 2.2 allows it). Whoever stands before the
//! service may take it for part of a line, and then the two count different requests. So no line of a head, of a chunk
//! or of a trailer may end with it. Which LF ends a line is known only where heads and bodies are told apart, however
//! the bytes are cut. Of what the parser refuses nothing is judged here: after a refusal no byte counts.

/// Follows the bytes of one connection.
#[derive(Debug, Default)]
pub struct Framing {
    place: Place,
    /// The beginning of a line of the head whose end has not come.
    line: Vec<u8>,
    head: Head,
}

#[derive(Debug, Default, Clone, Copy)]
enum Place {
    #[default]
    Head,
    /// Bytes of the body that are still to come, by its `Content-Length`.
    Body(u64),
    Chunks(Step),
    /// No request follows: refused, or no longer HTTP.
    Past,
}

/// What a head says of its body.
#[derive(Debug, Default)]
struct Head {
    begun: bool,
    connect: bool,
    websocket: bool,
    chunked: bool,
    length: u64,
}

/// Where in a chunked body, with the size of the chunk.
#[derive(Debug, Clone, Copy)]
enum Step {
    SizeFirst,
    Size(u64),
    Blank(u64),
    Extension(u64),
    SizeEnd(u64),
    Data(u64),
    DataCr,
    DataLf,
    /// A line of the trailer, or the empty one that ends it.
    TrailerFirst,
    Trailer,
    TrailerEnd,
    End,
    Whole,
}

/// The parser refuses this byte at any place of a head, and at once.
const REFUSED: u8 = 0;

/// Longest line, in bytes. The parser refuses a head of which it holds 128 KiB without an end, after at most one read
/// more, which may double that.
const LINE_BYTES: usize = 2 * 2 * 128 * 1024;

impl Framing {
    /// Follow the next bytes. A bare LF in a head is overwritten with a byte that the parser refuses, so that the
    /// refusal is answered in its turn. Returns where a chunked body breaks, if it does: no byte from there on may be
    /// handed on.
    pub fn follow(&mut self, bytes: &mut [u8]) -> Option<usize> {
        let mut at = 0;
        while at < bytes.len() {
            let rest = &mut bytes[at..];
            match self.place {
                Place::Head => at += self.head_line(rest),
                Place::Body(left) => {
                    let taken = skipped(left, rest);
                    self.place = if taken == left { Place::Head } else { Place::Body(left - taken) };
                    at += taken as usize;
                }
                Place::Chunks(Step::Data(left)) => {
                    let taken = skipped(left, rest);
                    self.place = Place::Chunks(if taken == left { Step::DataCr } else { Step::Data(left - taken) });
                    at += taken as usize;
                }
                Place::Chunks(step) => {
                    self.place = match step.next(rest[0]) {
                        Some(Step::Whole) => Place::Head,
                        Some(next) => Place::Chunks(next),
                        None => {
                            self.place = Place::Past;
                            return Some(at);
                        }
                    };
                    at += 1;
                }
                Place::Past => return None,
            }
        }
        None
    }

    /// Take a line of the head, or the beginning of one. Returns how many bytes it has.
    fn head_line(&mut self, rest: &mut [u8]) -> usize {
        let Some(end) = memchr::memchr(b'\n', rest) else {
            self.line.extend_from_slice(rest);
            if self.line.len() > LINE_BYTES {
                self.refuse();
            }
            return rest.len();
        };
        let line = if self.line.is_empty() {
            &rest[..end]
        } else {
            self.line.extend_from_slice(&rest[..end]);
            &self.line
        };
        let Some(line) = line.strip_suffix(b"\r") else {
            rest[end] = REFUSED;
            self.refuse();
            return end + 1;
        };
        if self.head.ends_with(line) {
            self.place = std::mem::take(&mut self.head).body();
        }
        self.line.clear();
        end + 1
    }

    fn refuse(&mut self) {
        self.place = Place::Past;
        self.line = Vec::new();
    }
}

/// How many of these bytes belong to what is left of a body.
fn skipped(left: u64, rest: &[u8]) -> u64 {
    left.min(rest.len() as u64)
}

impl Head {
    /// Read a line without its end. True where it is the last one.
    fn ends_with(&mut self, line: &[u8]) -> bool {
        if !self.begun {
            // Empty lines before a request are no part of it.
            self.begun = !line.is_empty();
            self.connect = line.starts_with(b"CONNECT ");
            return false;
        }
        // Most headers are told apart by their first letter alone.
        if !matches!(line.first(), Some(b'c' | b'C' | b't' | b'T' | b'u' | b'U')) {
            return line.is_empty();
        }
        let Some(colon) = memchr::memchr(b':', line) else { return false };
        let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
        if name.eq_ignore_ascii_case(b"content-length") {
            self.length = std::str::from_utf8(value).ok().and_then(|text| text.parse().ok()).unwrap_or(0);
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            self.chunked = value.eq_ignore_ascii_case(b"chunked");
        } else if name.eq_ignore_ascii_case(b"upgrade") {
            self.websocket |= value.eq_ignore_ascii_case(b"websocket");
        }
        false
    }

    /// What comes after the head, as the parser sees it.
    fn body(self) -> Place {
        if self.chunked {
            Place::Chunks(Step::SizeFirst)
        } else if self.websocket || (self.connect && self.length == 0) {
            Place::Past
        } else if self.length > 0 {
            Place::Body(self.length)
        } else {
            Place::Head
        }
    }
}

impl Step {
    /// The step after this byte. None where it may not stand here.
    fn next(self, byte: u8) -> Option<Step> {
        let digit = || (byte as char).to_digit(16).map(u64::from);
        match (self, byte) {
            (Step::SizeFirst, _) => digit().map(Step::Size),
            (Step::Size(size) | Step::Blank(size), b'\t' | b' ') => Some(Step::Blank(size)),
            (Step::Size(size) | Step::Blank(size), b';') => Some(Step::Extension(size)),
            (Step::Size(size) | Step::Blank(size) | Step::Extension(size), b'\r') => Some(Step::SizeEnd(size)),
            (Step::Size(size), _) => Some(Step::Size(size.checked_mul(16)? + digit()?)),
            (Step::Extension(size), b'\t' | 0x20..=0x7e | 0x80..) => Some(Step::Extension(size)),
            (Step::SizeEnd(0), b'\n') => Some(Step::TrailerFirst),
            (Step::SizeEnd(size), b'\n') => Some(Step::Data(size)),
            (Step::DataCr, b'\r') => Some(Step::DataLf),
            (Step::DataLf, b'\n') => Some(Step::SizeFirst),
            (Step::TrailerFirst, b'\r') => Some(Step::End),
            (Step::Trailer, b'\r') => Some(Step::TrailerEnd),
            (Step::TrailerFirst | Step::Trailer, byte) if byte != b'\n' => Some(Step::Trailer),
            (Step::TrailerEnd, b'\n') => Some(Step::TrailerFirst),
            (Step::End, b'\n') => Some(Step::Whole),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is handed on of these bytes when they come in these parts.
    fn handed_on<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
        let (mut framing, mut out) = (Framing::default(), Vec::new());
        for part in parts {
            let mut part = part.to_vec();
            if let Some(cut) = framing.follow(&mut part) {
                out.extend_from_slice(&part[..cut]);
                break;
            }
            out.extend(part);
        }
        out
    }

    /// The same however the bytes are cut: once, twice, and byte by byte.
    #[track_caller]
    fn whole_or_in_parts(bytes: &[u8], expected: &[u8]) {
        let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert_eq!(shown(&handed_on([bytes])), shown(expected));
        assert_eq!(handed_on(bytes.chunks(1)), expected, "{:?}", shown(bytes));
        for first in 0..=bytes.len() {
            for second in first..=bytes.len() {
                let parts = [&bytes[..first], &bytes[first..second], &bytes[second..]];
                assert_eq!(handed_on(parts), expected, "{:?} at {first} and {second}", shown(bytes));
            }
        }
    }

    const GET: &str = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";
    const LENGTH: &str = "\r\nPOST / HTTP/1.1\r\ncontent-LENGTH:\t 7 \r\nHost: a\r\n\r\n{\n\"a\"\n}";
    const CHUNKS: &str = "PUT / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n\
         4\r\n\n\r\n\n\r\n00A ;a=\"b\"\r\n0123\n56789\r\n0\r\nX: a\r\n\r\n";

    #[test]
    fn what_is_well_framed_passes_untouched() {
        for stream in [
            [GET, LENGTH, CHUNKS].concat(),
            [CHUNKS, GET, LENGTH].concat(),
            [LENGTH, CHUNKS, GET].concat(),
            "POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n".to_owned() + GET,
            "GET / HTTP/1.1\r\nUpgrade: websocket\r\nContent-Length: 1\r\n\r\na\nb\n".to_owned(),
            "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\na\nb\n".to_owned(),
        ] {
            whole_or_in_parts(stream.as_bytes(), stream.as_bytes());
        }
    }

    #[test]
    fn a_bare_line_feed_in_a_head_becomes_what_the_parser_refuses() {
        for (good, broken) in [
            ("", "\nGET / HTTP/1.1\r\n\r\n"),
            ("GET", "\n/ HTTP/1.1\r\n\r\n"),
            ("GET / HTTP/1.1", "\nHost: a\r\n\r\n"),
            ("GET / HTTP/1.1\r\nHost: a", "\n\r\n\r\n"),
            ("GET / HTTP/1.1\r\nHost:", "\na\r\n\r\n"),
            ("GET / HTTP/1.1\r\nHost: a\r\n", "\n"),
            ("GET / HTTP/1.1\r\nHost: a\r\n\r", "b\n"),
        ] {
            for before in ["", GET, LENGTH, CHUNKS] {
                let stream = format!("{before}{good}{broken}");
                let at = stream.len() - broken.len() + broken.find('\n').unwrap();
                let mut expected = stream.clone().into_bytes();
                expected[at] = REFUSED;
                whole_or_in_parts(stream.as_bytes(), &expected);
            }
        }
    }

    #[test]
    fn nothing_is_handed_on_of_a_chunked_body_from_where_it_breaks() {
        let head = "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
        for (good, broken) in [
            ("2", "\n{}\r\n0\r\n\r\n"),
            ("2;a=", "\n\r\n{}\r\n0\r\n\r\n"),
            ("2\t ", "1\r\n{}\r\n0\r\n\r\n"),
            ("2\r", "{}\r\n0\r\n\r\n"),
            ("2\r\n{}", "\n0\r\n\r\n"),
            ("2\r\n{}\r", "0\r\n\r\n"),
            ("1\r\n{", "}\r\n0\r\n\r\n"),
            ("", "\r\n{}\r\n0\r\n\r\n"),
            ("", "-2\r\n{}\r\n0\r\n\r\n"),
            ("0", "x2\r\n{}\r\n0\r\n\r\n"),
            ("ffffffffffffffff", "1\r\n{}\r\n0\r\n\r\n"),
            ("2\r\n{}\r\n0\r\n", "\n"),
            ("2\r\n{}\r\n0\r\nX: a", "\nGET / HTTP/1.1\r\n\r\n"),
            ("2\r\n{}\r\n0\r\nX: a\r", "b\r\n\r\n"),
            ("2\r\n{}\r\n0\r\n\r", "a\n"),
        ] {
            for before in ["", LENGTH] {
                let stream = format!("{before}{head}{good}{broken}");
                let cut = stream.len() - broken.len();
                whole_or_in_parts(stream.as_bytes(), &stream.as_bytes()[..cut]);
            }
        }
    }

    #[test]
    fn a_line_without_end_is_not_kept() {
        let mut framing = Framing::default();
        for _ in 0..LINE_BYTES / 1000 + 1 {
            assert_eq!(framing.follow(&mut [b'a'; 1000]), None);
        }
        assert!(matches!(framing.place, Place::Past) && framing.line.capacity() == 0);
    }
}

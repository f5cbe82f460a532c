//! Bytes over a bare socket: for requests that no client sends, and callers that are slow.

use super::app::App;
use super::client::Reply;
use muctieu::codes::TABLE;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

pub struct Raw {
    stream: TcpStream,
    held: Vec<u8>,
}

/// An answer with its body as bytes.
pub struct RawReply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// Longest time that a test waits for bytes.
const PATIENCE: Duration = Duration::from_secs(20);

impl Raw {
    pub fn open(app: &App) -> Raw {
        Raw::to(app.address())
    }

    pub fn to(address: &str) -> Raw {
        Raw::over(TcpStream::connect(address).expect("the service listens"))
    }

    pub fn over(stream: TcpStream) -> Raw {
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out above zero");
        stream.set_write_timeout(Some(PATIENCE)).expect("a time-out above zero");
        stream.set_nodelay(true).expect("a TCP socket");
        Raw { stream, held: Vec::new() }
    }

    /// Send; a service that has closed already is no fault here, its answer is read afterwards.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.stream.write_all(bytes.as_ref()).is_ok()
    }

    /// Read more. None where the service closed the connection.
    fn fill(&mut self) -> Option<()> {
        let mut part = [0; 65536];
        match self.stream.read(&mut part) {
            Ok(0) => None,
            Ok(count) => {
                self.held.extend_from_slice(&part[..count]);
                Some(())
            }
            Err(error) if matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe) => None,
            Err(error) => panic!("no answer: {error}"),
        }
    }

    /// The next answer. None where the connection ended without one.
    pub fn answer(&mut self) -> Option<RawReply> {
        let end = loop {
            match self.held.windows(4).position(|four| four == b"\r\n\r\n") {
                Some(at) => break at,
                None => self.fill()?,
            }
        };
        let head = String::from_utf8_lossy(&self.held[..end]).into_owned();
        self.held.drain(..end + 4);
        let mut lines = head.split("\r\n");
        let status: u16 = lines.next()?.split(' ').nth(1)?.parse().expect("a status");
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let find = |name: &str| headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        let body = match (find("content-length"), find("transfer-encoding")) {
            _ if matches!(status, 100 | 204 | 304) => Vec::new(),
            (Some(length), _) => self.take(length.parse().expect("a length"))?,
            (None, Some(_)) => self.chunks()?,
            (None, None) => Vec::new(),
        };
        Some(RawReply { status, headers, body })
    }

    /// The refusal of what is no request: a problem like every other, in Vietnamese, and the end of the connection.
    #[track_caller]
    pub fn refused(&mut self, status: u16, code: &str) {
        let reply = self.answer().expect("an answer").text();
        reply.faults(status, code, &[]);
        let entry = TABLE.iter().find(|entry| entry.name == code).expect("a known code");
        let (body, id) = (reply.json(), reply.header("x-request-id").expect("an id"));
        assert_eq!((&body["status"], &body["title"]), (&status.into(), &entry.title.vi.into()));
        assert_eq!(body["type"], format!("/problems/{}", entry.code.slug()));
        assert_eq!(body["instance"], format!("urn:request:{id}"));
        assert!(id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
        for (name, value) in [
            ("connection", "close"),
            ("content-type", "application/problem+json"),
            ("content-language", "vi"),
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-resource-policy", "same-origin"),
            ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
            ("vary", "Authorization, X-API-Key, Accept, Accept-Language, Accept-Encoding, Origin"),
        ] {
            let all: Vec<&(String, String)> = reply.headers.iter().filter(|(known, _)| known == name).collect();
            assert!(matches!(all[..], [(_, only)] if only == value), "{name}: {all:?}");
        }
        assert!(reply.header("date").is_some_and(|date| date.ends_with(" GMT")));
        assert_eq!(reply.header("server"), None);
        assert!(self.answer().is_none() && self.held.is_empty(), "one answer and no more");
    }

    fn take(&mut self, count: usize) -> Option<Vec<u8>> {
        while self.held.len() < count {
            self.fill()?;
        }
        Some(self.held.drain(..count).collect())
    }

    fn chunks(&mut self) -> Option<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let end = loop {
                match self.held.windows(2).position(|two| two == b"\r\n") {
                    Some(at) => break at,
                    None => self.fill()?,
                }
            };
            let line = self.take(end + 2)?;
            let size = usize::from_str_radix(std::str::from_utf8(&line[..end]).ok()?, 16).expect("a size");
            let chunk = self.take(size + 2)?;
            if size == 0 {
                return Some(body);
            }
            body.extend_from_slice(&chunk[..size]);
        }
    }

    /// Read once, at most so many bytes. Returns how many there were.
    pub fn read_some(&mut self, most: usize) -> usize {
        let mut part = vec![0; most];
        self.stream.read(&mut part).unwrap_or(0)
    }

    /// Read until nothing comes for a while. Returns how many bytes there were.
    pub fn read_rest(&mut self) -> usize {
        self.stream.set_read_timeout(Some(Duration::from_millis(500))).expect("a time-out above zero");
        let mut read = 0;
        loop {
            match self.read_some(1 << 16) {
                0 => return read,
                some => read += some,
            }
        }
    }

    /// Does the service close the connection within this time?
    pub fn closes_within(&mut self, limit: Duration) -> bool {
        let begun = Instant::now();
        loop {
            let left = limit.saturating_sub(begun.elapsed());
            if left.is_zero() {
                return false;
            }
            self.stream.set_read_timeout(Some(left)).expect("a time-out above zero");
            let mut part = [0; 65536];
            match self.stream.read(&mut part) {
                Ok(0) => return true,
                Ok(_) => {}
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => return false,
                Err(_) => return true,
            }
        }
    }
}

impl RawReply {
    /// The same answer, its body as text.
    pub fn text(self) -> Reply {
        let text = String::from_utf8(self.body.clone()).expect("UTF-8");
        Reply { status: self.status, headers: self.headers, bytes: self.body, text }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

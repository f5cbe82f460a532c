//! A small client: some connections that stay open and ask the same thing as fast as they are answered.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// A run ends here, whatever it has left to ask.
const LONGEST: Duration = Duration::from_secs(60);

/// A request as it is sent.
#[derive(Clone)]
pub struct Request {
    pub address: String,
    head: String,
    body: String,
}

impl Request {
    pub fn get(address: &str, path: &str, key: Option<&str>) -> Request {
        let head = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n");
        let request = Request { address: address.to_owned(), head, body: String::new() };
        match key {
            Some(key) => request.with("Authorization", &format!("Bearer {key}")),
            None => request,
        }
    }

    /// Change a record at a version.
    pub fn send(address: &str, method: &str, path: &str, key: &str, version: i64, body: &str) -> Request {
        let head = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n");
        Request { address: address.to_owned(), head, body: body.to_owned() }
            .with("Authorization", &format!("Bearer {key}"))
            .with("If-Match", &format!("\"{version}\""))
            .with("Content-Length", &body.len().to_string())
    }

    /// Ask with a body.
    pub fn post(address: &str, path: &str, key: &str, body: &str) -> Request {
        let head = format!("POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n");
        Request { address: address.to_owned(), head, body: body.to_owned() }
            .with("Authorization", &format!("Bearer {key}"))
            .with("Content-Length", &body.len().to_string())
    }

    /// Send a table to be taken in, under a key of its own.
    pub fn table(address: &str, path: &str, key: &str, once: &str, table: &str) -> Request {
        let head = format!("POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: text/csv\r\n");
        Request { address: address.to_owned(), head, body: table.to_owned() }
            .with("Authorization", &format!("Bearer {key}"))
            .with("Idempotency-Key", once)
            .with("Content-Length", &table.len().to_string())
    }

    /// The same request with one header more.
    pub fn with(mut self, name: &str, value: &str) -> Request {
        self.head.push_str(&format!("{name}: {value}\r\n"));
        self
    }

    fn bytes(&self) -> Vec<u8> {
        format!("{}\r\n{}", self.head, self.body).into_bytes()
    }
}

pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

/// One connection that stays open.
pub struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

impl Connection {
    pub fn open(address: &str) -> Connection {
        let stream = TcpStream::connect(address).expect("the server takes connections");
        stream.set_nodelay(true).expect("a socket option");
        stream.set_read_timeout(Some(LONGEST)).expect("a socket option");
        Connection { stream, received: vec![0; 256 * 1024] }
    }

    pub fn ask(&mut self, request: &Request) -> Answer {
        let (status, body) = self.exchange(&request.bytes());
        Answer { status, body: self.received[body].to_vec() }
    }

    /// Send, and read one whole answer: its status, and where its body is.
    fn exchange(&mut self, request: &[u8]) -> (u16, std::ops::Range<usize>) {
        self.stream.write_all(request).expect("the server reads");
        let (mut filled, mut whole) = (0, None);
        loop {
            let count = self.stream.read(&mut self.received[filled..]).expect("the server answers");
            assert!(count > 0, "the server closed the connection");
            filled += count;
            if whole.is_none() {
                whole = extent(&self.received[..filled]);
                if let Some((_, _, end)) = whole
                    && end > self.received.len()
                {
                    self.received.resize(end, 0);
                }
            }
            if let Some((status, begin, end)) = whole
                && filled >= end
            {
                return (status, begin..end);
            }
        }
    }
}

/// Status, begin and end of the body, once the head is there.
fn extent(received: &[u8]) -> Option<(u16, usize, usize)> {
    let begin = received.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(&received[..begin]).expect("a head is text");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    let length = head
        .lines()
        .filter_map(|line| line.split_once(": "))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    match length {
        Some((_, length)) => Some((status, begin, begin + length.parse::<usize>().expect("a length"))),
        // Compressed answers come in chunks; the last is empty.
        None => {
            let end = received.ends_with(b"\r\n0\r\n\r\n").then_some(received.len());
            end.map(|end| (status, begin, end))
        }
    }
}

/// What was asked in which time.
pub struct Run {
    pub requests: usize,
    pub elapsed: Duration,
}

/// Ask a number of times over several connections.
pub fn run(request: &Request, connections: usize, requests: usize) -> Run {
    let begun = Instant::now();
    let threads: Vec<_> = (0..connections)
        .map(|at| {
            let (address, bytes) = (request.address.clone(), request.bytes());
            let own = requests / connections + usize::from(at < requests % connections);
            std::thread::spawn(move || {
                let mut connection = Connection::open(&address);
                let mut done = 0;
                while done < own && begun.elapsed() < LONGEST {
                    let (status, body) = connection.exchange(&bytes);
                    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&connection.received[body]));
                    done += 1;
                }
                done
            })
        })
        .collect();
    let requests = threads.into_iter().map(|thread| thread.join().expect("a connection")).sum();
    Run { requests, elapsed: begun.elapsed() }
}

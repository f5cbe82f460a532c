//! A connection as the service sees it: what is no request is refused here as everywhere else, by a problem.
//!
//! The framework's parser answers what it refuses (broken syntax, a head that is too large or too slow) before any
//! middleware runs, with an empty body. Such an answer is the last of its connection, stands at the end of what is
//! written, and has none of the headers that the envelope gives to every other; in its place the problem is sent.

use super::envelope::refuse;
use super::framing::Framing;
use super::guard::Guard;
use super::straight::Passage;
use actix_web::body::MessageBody;
use actix_web::http::{StatusCode, header};
use actix_web::rt::net::TcpStream;
use actix_web::rt::time::{Sleep, sleep};
use actix_web::web;
use std::future::Future;
use std::io::{Error, ErrorKind, Result};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, SystemTime};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A TCP connection.
pub struct Wire {
    stream: TcpStream,
    guard: web::Data<Guard>,
    framing: Framing,
    passage: Passage,
    /// Nothing more is read: a body broke off.
    ended: bool,
    refusal: Option<Refusal>,
    /// Runs from when the last answer is sent until the connection is let go.
    closing: Option<Pin<Box<Sleep>>>,
}

/// A problem on its way.
struct Refusal {
    answer: Vec<u8>,
    sent: usize,
}

/// How long a caller may take to read why it was refused. To let go of a connection on which bytes are unread tells the
/// caller's kernel to throw the answer away.
const LINGER: Duration = Duration::from_secs(2);

/// More than the longest answer of the parser, which has about 130 bytes, and less than any of ours with its headers.
const PARSER_ANSWER_BYTES: usize = 200;

impl Wire {
    pub fn new(stream: TcpStream, guard: web::Data<Guard>) -> Wire {
        Wire {
            stream,
            guard,
            framing: Framing::default(),
            passage: Passage::default(),
            ended: false,
            refusal: None,
            closing: None,
        }
    }

    /// Where large answers of this connection are handed over.
    pub fn passage(&self) -> Passage {
        self.passage.clone()
    }

    /// Send the problem and close.
    fn poll_refusal(&mut self, context: &mut Context<'_>) -> Poll<Result<()>> {
        while let Some(Refusal { answer, sent }) = &mut self.refusal
            && *sent < answer.len()
        {
            match ready!(Pin::new(&mut self.stream).poll_write(context, &answer[*sent..]))? {
                0 => return Poll::Ready(Err(ErrorKind::WriteZero.into())),
                count => *sent += count,
            }
        }
        self.poll_close(context)
    }

    /// Say that nothing more is sent, and wait for the caller to close as well.
    fn poll_close(&mut self, context: &mut Context<'_>) -> Poll<Result<()>> {
        if self.closing.is_none() {
            ready!(Pin::new(&mut self.stream).poll_shutdown(context))?;
        }
        let patience = self.closing.get_or_insert_with(|| Box::pin(sleep(LINGER)));
        let mut thrown_away = [0; 4096];
        while patience.as_mut().poll(context).is_pending() {
            let mut buffer = ReadBuf::new(&mut thrown_away);
            let read = ready!(Pin::new(&mut self.stream).poll_read(context, &mut buffer));
            if read.is_err() || buffer.filled().is_empty() {
                break;
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        let wire = &mut *self;
        if wire.ended {
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut wire.stream).poll_read(context, buffer))?;
        if let Some(cut) = wire.framing.follow(&mut buffer.filled_mut()[before..]) {
            // To the request whose body it is, this is a caller that went away in the middle of it.
            wire.ended = true;
            buffer.set_filled(before + cut);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        let wire = &mut *self;
        match refused_at_the_end(bytes) {
            None => wire.passage.poll_write(&mut wire.stream, context, bytes),
            // First the answers before it.
            Some((at, _)) if at > 0 => Pin::new(&mut wire.stream).poll_write(context, &bytes[..at]),
            Some((_, status)) => {
                if wire.refusal.is_none() {
                    wire.refusal = Some(Refusal { answer: written(status, &wire.guard)?, sent: 0 });
                }
                // Whoever writes lets go of the connection as soon as this was taken, so it is taken last of all.
                ready!(wire.poll_refusal(context))?;
                Poll::Ready(Ok(bytes.len()))
            }
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        let wire = &mut *self;
        wire.passage.poll_flush(&mut wire.stream, context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        if self.ended || self.refusal.is_some() {
            return self.poll_close(context);
        }
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// Where at the end of these bytes the parser's own answer begins, and its status. No body of ours ends like an empty
/// answer: neither JSON nor CSV nor a page ends with an empty line, and before the one that ends chunks stands a zero.
fn refused_at_the_end(bytes: &[u8]) -> Option<(usize, StatusCode)> {
    let before_end = bytes.strip_suffix(b"\r\n\r\n")?;
    let from = before_end.len().saturating_sub(PARSER_ANSWER_BYTES);
    let at = from + memchr::memmem::rfind(&before_end[from..], b"HTTP/1.")?;
    let mut lines = std::str::from_utf8(&before_end[at..]).ok()?.split("\r\n");
    let status = StatusCode::from_bytes(lines.next()?.split(' ').nth(1)?.as_bytes()).ok()?;
    let bare = lines.all(|line| matches!(line.split(':').next(), Some("content-length" | "connection" | "date")));
    (bare && (status.is_client_error() || status.is_server_error())).then_some((at, status))
}

/// The problem for a refusal with this status, as bytes.
fn written(status: StatusCode, guard: &Guard) -> Result<Vec<u8>> {
    let response = refuse(status, guard);
    let status = response.status();
    let mut answer =
        format!("HTTP/1.1 {} {}\r\n", status.as_str(), status.canonical_reason().unwrap_or_default()).into_bytes();
    let mut put = |name: &str, value: &[u8]| {
        answer.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
    };
    response.headers().iter().for_each(|(name, value)| put(name.as_str(), value.as_bytes()));
    put("date", header::HttpDate::from(SystemTime::now()).to_string().as_bytes());
    put("connection", b"close");
    let body = response.into_body().try_into_bytes().map_err(|_| Error::other("a problem is no stream"))?;
    put("content-length", body.len().to_string().as_bytes());
    answer.extend_from_slice(b"\r\n");
    answer.extend_from_slice(&body);
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATE: &str = "date: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n";

    #[test]
    fn an_answer_of_the_parser_is_known_by_what_it_lacks() {
        let refusal = |line: &str| format!("HTTP/1.1 {line}\r\ncontent-length: 0\r\n{DATE}");
        let large = refusal("431 Request Header Fields Too Large");
        let closed = large.replace("date", "connection: close\r\ndate");
        let found = |text: &str| refused_at_the_end(text.as_bytes()).map(|(at, status)| (at, status.as_u16()));
        assert!(closed.len() < PARSER_ANSWER_BYTES);
        assert_eq!(found(&large), Some((0, 431)));
        assert_eq!(found(&closed), Some((0, 431)));
        assert_eq!(found(&refusal("400 Bad Request").replace("1.1", "1.0")), Some((0, 400)));
        let answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nx-request-id: a\r\n\r\n{}";
        assert_eq!(found(&format!("{answer}{large}")), Some((answer.len(), 431)));
        for ordinary in [
            "".to_owned(),
            "\r\n\r\n".to_owned(),
            answer.to_owned(),
            format!("{large}{answer}"),
            "HTTP/1.1 100 Continue\r\n\r\n".to_owned(),
            format!("HTTP/1.1 204 No Content\r\nx-request-id: a\r\n{DATE}"),
            format!("HTTP/1.1 405 Method Not Allowed\r\ncontent-length: 9\r\nx-request-id: a\r\n{DATE}"),
            refusal("200 OK"),
            format!("{}\r\n0\r\n\r\n", &large[..large.len() - 4]),
            format!("HTTP/1.1 400 Bad Request\r\n\r\n{{}}\r\n{DATE}"),
        ] {
            assert_eq!(found(&ordinary), None, "{ordinary:?}");
        }
    }
}

//! Large answers that are sent from where they are kept. The framework would copy each into a buffer of its own, made
//! for it and given back when the caller has read it.
//!
//! The framework writes the head and asks the body for bytes. The body has none for it: it hands them to the wire,
//! which sends them behind all that the framework has written, and the body ends when they are sent.

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ResponseHead, ServiceResponse};
use actix_web::http::header::{self, HeaderValue};
use actix_web::rt::net::TcpStream;
use actix_web::web::{Buf, Bytes};
use std::cell::RefCell;
use std::convert::Infallible;
use std::io::{ErrorKind, IoSlice, Result};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use tokio::io::AsyncWrite;

/// Smaller answers go through the framework's buffer, which holds as much between answers.
const LARGE: usize = 64 * 1024;

/// Where the bodies of a connection meet its wire.
#[derive(Clone, Default)]
pub struct Passage(Rc<RefCell<Passing>>);

#[derive(Default)]
struct Passing {
    bytes: Bytes,
    /// The body does not know yet that its bytes are sent.
    awaited: bool,
}

impl Passage {
    /// Write what the framework has written, and behind it what a body has handed over.
    pub fn poll_write(&self, stream: &mut TcpStream, context: &mut Context<'_>, framed: &[u8]) -> Poll<Result<usize>> {
        let passing = &mut *self.0.borrow_mut();
        if passing.bytes.is_empty() {
            return Pin::new(stream).poll_write(context, framed);
        }
        let parts = [IoSlice::new(framed), IoSlice::new(&passing.bytes)];
        let written = ready!(Pin::new(stream).poll_write_vectored(context, &parts))?;
        let of_framed = written.min(framed.len());
        passing.bytes.advance(written - of_framed);
        Poll::Ready(Ok(of_framed))
    }

    /// Write the rest of what a body has handed over, and have the body asked again.
    pub fn poll_flush(&self, stream: &mut TcpStream, context: &mut Context<'_>) -> Poll<Result<()>> {
        let passing = &mut *self.0.borrow_mut();
        while !passing.bytes.is_empty() {
            match ready!(Pin::new(&mut *stream).poll_write(context, &passing.bytes))? {
                0 => return Poll::Ready(Err(ErrorKind::WriteZero.into())),
                count => passing.bytes.advance(count),
            }
        }
        if passing.awaited {
            *passing = Passing::default();
            // Wire and body belong to the same task.
            context.waker().wake_by_ref();
        }
        Pin::new(stream).poll_flush(context)
    }
}

/// A body that is sent past the framework.
struct Straight {
    bytes: Option<Bytes>,
    passage: Passage,
}

impl MessageBody for Straight {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<std::result::Result<Bytes, Infallible>>> {
        let bytes = self.bytes.take();
        let passing = &mut *self.passage.0.borrow_mut();
        if let Some(bytes) = bytes {
            *passing = Passing { bytes, awaited: true };
        }
        if passing.awaited { Poll::Pending } else { Poll::Ready(None) }
    }
}

/// The same answer, sent straight where it is large and whole.
pub fn straight(response: ServiceResponse<impl MessageBody + 'static>) -> ServiceResponse<BoxBody> {
    let passage = response.request().conn_data::<Passage>().cloned();
    match (passage, response.response().body().size()) {
        (Some(passage), BodySize::Sized(size)) if size >= LARGE as u64 => response.map_body(|head, body| {
            body.try_into_bytes().map_or_else(MessageBody::boxed, |bytes| {
                say_length(head, size);
                BoxBody::new(Straight { bytes: Some(bytes), passage })
            })
        }),
        _ => response.map_into_boxed_body(),
    }
}

/// What the framework says of a body that passes through it.
fn say_length(head: &mut ResponseHead, size: u64) {
    head.no_chunking(true);
    head.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(size));
}

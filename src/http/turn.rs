//! The order of refusals: who calls is judged before what is sent.
//!
//! The framework asks all extractors of a handler at once and takes the first refusal it gets. Authentication may have
//! to wait for the database, so query and body wait for it.

use actix_web::{HttpMessage, HttpRequest};
use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

/// Held while the caller is being authenticated.
pub struct Turn(Rc<Place>);

#[derive(Default)]
struct Place {
    passed: Cell<bool>,
    waiting: RefCell<Vec<Waker>>,
}

#[derive(Clone)]
struct Waiting(Rc<Place>);

impl Turn {
    /// From now on query and body of this request wait.
    pub fn take(request: &HttpRequest) -> Turn {
        let place = Rc::<Place>::default();
        request.extensions_mut().insert(Waiting(place.clone()));
        Turn(place)
    }

    /// The caller is known.
    pub fn pass(self) {}
}

impl Drop for Turn {
    /// Where the request is refused nobody waits any more; nor where the operation has neither query nor body.
    fn drop(&mut self) {
        self.0.passed.set(true);
        self.0.waiting.take().into_iter().for_each(Waker::wake);
    }
}

/// Wait until the caller is known; not at all where the operation asks for none.
pub async fn caller_known(request: &HttpRequest) {
    let place = request.extensions().get::<Waiting>().map(|waiting| waiting.0.clone());
    let Some(place) = place else { return };
    poll_fn(|context| {
        if place.passed.get() {
            return Poll::Ready(());
        }
        place.waiting.borrow_mut().push(context.waker().clone());
        Poll::Pending
    })
    .await;
}

//! The order of refusals: who calls is judged before what is sent.
//!
//! The framework asks all extractors of a handler at once and takes the first refusal it gets. Authentication may have
//! to wait for the database, so query and body wait for it.

use actix_web::{HttpMessage, HttpRequest};
use tokio::sync::watch;

/// Held while the caller is being authenticated.
pub struct Turn(watch::Sender<bool>);

#[derive(Clone)]
struct Waiting(watch::Receiver<bool>);

impl Turn {
    /// From now on query and body of this request wait.
    pub fn take(request: &HttpRequest) -> Turn {
        let (turn, waiting) = watch::channel(false);
        request.extensions_mut().insert(Waiting(waiting));
        Turn(turn)
    }

    /// The caller is known.
    pub fn pass(self) {
        // Nobody waits where the operation has neither query nor body.
        let _ = self.0.send(true);
    }
}

/// Wait until the caller is known; not at all where the operation asks for none.
pub async fn caller_known(request: &HttpRequest) {
    let waiting = request.extensions().get::<Waiting>().cloned();
    if let Some(Waiting(mut turn)) = waiting {
        // Without its sender the request is refused already, and this is dropped.
        let _ = turn.wait_for(|known| *known).await;
    }
}

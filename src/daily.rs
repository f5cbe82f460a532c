//! What each day of Vietnam brings by itself, done when the service starts and within seconds after midnight: what an act
//! ends from a day to come, ends on that day. Several instances may do it; what is done is not done again.

use crate::committee::directives;
use crate::db::{Actor, Db};
use crate::error::Error;
use std::time::Duration;

/// How soon a new day is noticed.
const NOTICED_WITHIN: Duration = Duration::from_secs(10);

/// Request id under which the journal and the log tell of it.
const NAME: &str = "daily";

/// Do what today brings, then go on in the background, day by day. What fails is logged and tried again.
pub async fn begin(db: &Db) {
    let mut done = None;
    attempt(db, &mut done).await;
    let db = db.clone();
    actix_web::rt::spawn(async move {
        loop {
            tokio::time::sleep(NOTICED_WITHIN).await;
            attempt(&db, &mut done).await;
        }
    });
}

async fn attempt(db: &Db, done: &mut Option<crate::values::LocalDate>) {
    let today = db.clock().today();
    if *done == Some(today) {
        return;
    }
    match pass(db).await {
        Ok(()) => *done = Some(today),
        Err(error) => tracing::warn!(error = %error, request_id = NAME, "What the day brings is not done yet"),
    }
}

async fn pass(db: &Db) -> Result<(), Error> {
    let actor = Actor { request_id: NAME.to_owned(), ..Actor::default() };
    db.write(actor, directives::end_what_took_effect).await
}

//! A file is taken in as a whole or not at all, also where the service dies over it.

use crate::exchange::CSV;
use crate::support::{App, count, on_both, rounds};
use std::time::Duration;

const ITEMS: [(&str, &str); 5] = [("1.1", "Đạt"), ("3.1", "80"), ("10.1", "41"), ("17.3", "Đạt"), ("19.1", "Đạt")];

/// A file about every commune of the meeting.
fn file() -> String {
    let mut text = "unit_code,item_code,value\r\n".to_owned();
    for (unit, ..) in crate::reports::MEETING {
        for (item, value) in ITEMS {
            text.push_str(&format!("{unit},{item},{value}\r\n"));
        }
    }
    text
}

/// How many figures and assessments of a period are stored.
fn stored(app: &App, period: &str) -> (i64, i64) {
    let of = |table: &str| {
        let sql = format!("SELECT count(*) AS value FROM {table} WHERE period = '{period}' AND stage = 'SELF'");
        count(&app.database, &sql)
    };
    (of("observations"), of("assessments"))
}

on_both! {
    /// Killed at any instant, it has left nothing or everything; sent again with its key, it stands once.
    fn a_file_that_was_cut_short_left_nothing_or_all_of_it(app) {
        let text = file();
        let units = crate::reports::MEETING.len() as i64;
        let whole = (units * ITEMS.len() as i64, units);
        let (mut nothing, mut everything) = (0, 0);
        for round in 0..rounds(16, 24) as u64 {
            let period = format!("{}-{:02}", 2021 + round / 12 % 2, round % 12 + 1);
            let path = format!("/v1/assessment-sheets?unit_code=063&criteria_set_code=NTM-XA-2021-2025&period={period}&stage=SELF&layout=LONG");
            let key = format!("import-cut-short-{round:04}");
            let headers = [("content-type", CSV), ("idempotency-key", key.as_str())];
            let editor = app.with_key("district-editor");
            std::thread::scope(|scope| {
                let sent = scope.spawn(|| editor.try_call("POST", &path, &headers, Some(text.as_bytes())));
                // From before it has begun to after it has ended, at another instant each time; now and then it is waited
                // for, so that a slow machine has it whole too.
                std::thread::sleep(Duration::from_millis(round * 23 % 200));
                while round % 8 == 7 && !sent.is_finished() {
                    std::thread::sleep(Duration::from_millis(5));
                }
                app.signal("KILL");
                if let Ok(Ok(reply)) = sent.join() {
                    assert_eq!(reply.status, 201, "{}", reply.text);
                }
            });
            app.kill_and_restart();
            match stored(app, &period) {
                (0, 0) => nothing += 1,
                found => {
                    assert_eq!(found, whole, "{period}");
                    everything += 1;
                }
            }
            let again = app.with_key("district-editor").call("POST", &path, &headers, Some(text.as_bytes()));
            assert_eq!(again.status, 201, "{}", again.text);
            assert_eq!(stored(app, &period), whole);
        }
        assert!(nothing > 0 && everything > 0, "the instants lie on both sides: {nothing} nothing, {everything} all");
    }
}

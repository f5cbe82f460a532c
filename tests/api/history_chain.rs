//! Whatever happens while many write and the service dies again and again: every record has one history.

use crate::support::{App, Client, Reply, on_both, rounds};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

/// Business keys that all writers share, so that they meet.
const PERIODS: [&str; 5] = ["2022-01", "2022-02", "2022-03", "2022-04", "2022-05"];
const WRITERS: u64 = 4;

#[derive(Debug, Clone, PartialEq)]
enum Outcome {
    /// The version that the answer named.
    Acknowledged(i64),
    Refused(u16),
    /// The answer was lost, or said that it cannot be told.
    Unknown,
}

/// One write, as its caller knows it.
#[derive(Debug, Clone)]
struct Write {
    /// As the journal names it.
    request_id: String,
    action: &'static str,
    sent: Value,
    outcome: Outcome,
}

#[derive(Default)]
struct Story {
    writes: Mutex<Vec<Write>>,
    acknowledged: AtomicUsize,
    /// Newest record of each period that anybody has heard of.
    known: Mutex<BTreeMap<&'static str, String>>,
}

/// Numbers that look random and are the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

/// Verdicts on some criteria, all with the same note.
fn verdicts(dice: &mut Dice, note: &str) -> Value {
    let kinds = ["MET", "NOT_MET", "NOT_APPLICABLE"];
    let all = (1..=19).filter_map(|code: u64| {
        let kind = kinds.get(usize::try_from(dice.below(4)).ok()?)?;
        Some(json!({ "code": code.to_string(), "verdict": kind, "note": note }))
    });
    all.collect()
}

/// One caller: an editor who also signs what others wrote.
struct Caller<'a> {
    editor: Client,
    signer: Client,
    story: &'a Story,
    dice: Dice,
}

impl Caller<'_> {
    /// Write once, under an id of its own. None where the service is gone.
    fn write(
        &self,
        client: &Client,
        action: &'static str,
        (method, path): (&str, &str),
        version: Option<i64>,
        request_id: String,
        sent: Value,
    ) -> Option<Reply> {
        let (trace, tag) =
            (format!("00-{request_id}-00f067aa0ba902b7-01"), version.map(|version| format!("\"{version}\"")));
        let mut headers = vec![("content-type", "application/json"), ("traceparent", trace.as_str())];
        headers.extend(tag.as_deref().map(|tag| ("if-match", tag)));
        let body = sent.to_string();
        let reply = client.try_call(method, path, &headers, (method != "DELETE").then_some(body.as_bytes()));
        let outcome = match &reply {
            Ok(reply) if reply.status == 204 => Outcome::Acknowledged(version.expect("a deletion has one") + 1),
            Ok(reply) if reply.status < 300 => {
                Outcome::Acknowledged(reply.json()["version"].as_i64().expect("a version"))
            }
            Ok(reply) if reply.status == 503 => Outcome::Unknown,
            Ok(reply) => {
                assert!([403, 404, 409, 412].contains(&reply.status), "{action}: {}", reply.text);
                Outcome::Refused(reply.status)
            }
            Err(_) => Outcome::Unknown,
        };
        if matches!(outcome, Outcome::Acknowledged(_)) {
            self.story.acknowledged.fetch_add(1, Ordering::AcqRel);
        }
        self.story.writes.lock().unwrap().push(Write { request_id, action, sent, outcome });
        reply.ok()
    }

    /// Do one thing to one of the records. None where the service is gone.
    fn act(&mut self) -> Option<()> {
        let period = PERIODS[usize::try_from(self.dice.below(PERIODS.len() as u64)).unwrap()];
        // Unlike in all runs, and never zero, as a trace id must be.
        let mark = format!("{:016x}{:016x}", self.dice.below(u64::MAX) | 1, self.dice.below(u64::MAX));
        let known = self.story.known.lock().unwrap().get(period).cloned();
        let Some(id) = known else {
            let sent = json!({
                "unit_code": "01984", "criteria_set_code": "NTM-XA-2021-2025", "period": period, "stage": "SELF",
                "note": mark, "criteria": verdicts(&mut self.dice, &mark),
            });
            let reply =
                self.write(&self.editor, "assessment.created", ("POST", "/v1/assessments"), None, mark, sent)?;
            let body = reply.json();
            let id = body["id"].as_str().or(body["existing_id"].as_str());
            if let Some(id) = id {
                self.story.known.lock().unwrap().insert(period, id.to_owned());
            }
            return Some(());
        };
        let path = format!("/v1/assessments/{id}");
        let read = self.editor.try_call("GET", &path, &[], None).ok()?;
        if read.status == 404 {
            self.story.known.lock().unwrap().retain(|_, known| *known != id);
            return Some(());
        }
        if read.status == 503 {
            return Some(());
        }
        let record = read.expect(200);
        let version = record["version"].as_i64();
        let sealed = record["status"] == "SUBMITTED";
        match self.dice.below(10) {
            0..=2 => {
                self.write(
                    &self.editor,
                    "assessment.changed",
                    ("PATCH", &path),
                    version,
                    mark.clone(),
                    json!({ "note": mark }),
                )?;
            }
            3..=5 => {
                let sent = json!({ "criteria": verdicts(&mut self.dice, &mark) });
                self.write(
                    &self.editor,
                    "assessment.sheet-written",
                    ("PUT", &format!("{path}/sheet")),
                    version,
                    mark,
                    sent,
                )?;
            }
            6..=8 => {
                let (action, sent) = if sealed {
                    ("assessment.reopened", json!({ "to": "DRAFT", "reason": mark }))
                } else {
                    ("assessment.submitted", json!({ "to": "SUBMITTED" }))
                };
                self.write(&self.signer, action, ("POST", &format!("{path}/transitions")), version, mark, sent)?;
            }
            _ => {
                self.write(&self.editor, "assessment.deleted", ("DELETE", &path), version, mark, Value::Null)?;
            }
        }
        Some(())
    }
}

/// Write with all callers until the service is killed somewhere in the middle, and start it again.
fn round(app: &mut App, story: &Story, round: u64) {
    let stop = AtomicBool::new(false);
    let (before, service) = (story.acknowledged.load(Ordering::Acquire), &*app);
    std::thread::scope(|scope| {
        for caller in 0..WRITERS {
            let stop = &stop;
            scope.spawn(move || {
                let (editor, signer) = (service.with_key("nation"), service.with_key("nation-signer"));
                let dice = Dice(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(round * WRITERS + caller + 1));
                let mut caller = Caller { editor, signer, story, dice };
                while !stop.load(Ordering::Acquire) && caller.act().is_some() {}
            });
        }
        crate::support::within(Duration::from_secs(30), "writes are acknowledged", || {
            story.acknowledged.load(Ordering::Acquire) >= before + 40
        });
        // At another place in a write each time.
        std::thread::sleep(Duration::from_micros(round * 2_711 % 20_000));
        service.signal("KILL");
        stop.store(true, Ordering::Release);
    });
    app.kill_and_restart();
}

/// All rows of a list.
fn all(client: &Client, path: &str) -> Vec<Value> {
    let (mut rows, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = client.get(&format!("{path}limit=200{cursor}")).expect(200);
        rows.extend(page["items"].as_array().expect("items").clone());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return rows,
        }
    }
}

/// Verdicts in the order of their codes, without those that say nothing.
fn decided(criteria: &Value) -> Vec<(String, Value, Value)> {
    let rows = criteria.as_array().expect("criteria").iter().filter(|row| row["verdict"] != "NOT_ASSESSED");
    let mut rows: Vec<_> =
        rows.map(|row| (row["code"].to_string(), row["verdict"].clone(), row["note"].clone())).collect();
    rows.sort_by(|one, two| one.0.cmp(&two.0));
    rows
}

/// The row of the journal holds all of what was sent.
#[track_caller]
fn is_whole(write: &Write, row: &Value) {
    let record = &row["record"];
    assert_eq!(row["action"], write.action, "{write:?}");
    match write.action {
        "assessment.created" => {
            assert_eq!(record["note"], write.sent["note"]);
            assert_eq!(decided(&record["criteria"]), decided(&write.sent["criteria"]));
        }
        "assessment.changed" => assert_eq!(record["note"], write.sent["note"]),
        "assessment.sheet-written" => assert_eq!(decided(&record["criteria"]), decided(&write.sent["criteria"])),
        "assessment.submitted" => assert!(record["status"] == "SUBMITTED" && record["seal_hash"].is_string()),
        "assessment.reopened" => {
            assert_eq!((&record["status"], &record["return_reason"]), (&json!("DRAFT"), &write.sent["reason"]));
        }
        other => assert_eq!((other, record), ("assessment.deleted", &Value::Null)),
    }
}

/// One chain from the first version to the last: each is the one before with what its row says has changed.
#[track_caller]
fn is_a_chain(history: &[Value]) {
    let versions: Vec<i64> = history.iter().map(|row| row["version"].as_i64().unwrap()).collect();
    assert_eq!(versions, (1..=history.len() as i64).collect::<Vec<_>>(), "no gap and no branch");
    let positions: Vec<i64> = history.iter().map(|row| row["position"].as_i64().unwrap()).collect();
    assert!(positions.is_sorted_by(|one, two| one < two), "the journal has them in the same order");
    assert_eq!(history[0]["action"], "assessment.created");
    for pair in history.windows(2) {
        let (before, after) = (&pair[0]["record"], &pair[1]["record"]);
        assert_ne!(pair[0]["action"], "assessment.deleted", "nothing comes after a deletion");
        let Some(members) = after.as_object() else {
            assert_eq!(pair[1]["action"], "assessment.deleted");
            continue;
        };
        let changed: BTreeSet<&str> =
            pair[1]["changed"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        let different = members.iter().filter(|(name, value)| *name != "version" && before[name.as_str()] != **value);
        let different: BTreeSet<&str> = different.map(|(name, _)| name.as_str()).collect();
        assert_eq!(different, changed, "{}", pair[1]);
        assert_eq!(after["version"], pair[1]["version"]);
    }
}

/// The record as it is read is the last state of its history.
#[track_caller]
fn is_as_its_history_says(client: &Client, id: &str, last: &Value) {
    let path = format!("/v1/assessments/{id}");
    let expected = &last["record"];
    if expected.is_null() {
        client.get(&path).expect(404);
        return;
    }
    let record = client.get(&path).expect(200);
    let members: Vec<&String> =
        record.as_object().unwrap().keys().filter(|name| !expected[name.as_str()].is_null()).collect();
    assert!(members.len() > 10, "{members:?}");
    for name in record.as_object().unwrap().keys().filter(|name| expected.get(name.as_str()).is_some()) {
        let empty = expected[name].is_null() && record[name] == json!([]);
        assert!(empty || record[name] == expected[name], "{name}: {} and {}", record[name], expected[name]);
    }
    let sheet = client.get(&format!("{path}/sheet")).expect(200);
    assert_eq!(decided(&sheet["criteria"]), decided(&expected["criteria"]));
}

on_both! {
    /// Every acknowledged write is in the history at its version, no refused one is, and one whose answer was lost is there wholly or not at all.
    fn every_record_has_one_history_whatever_happens(app) {
        let story = Story::default();
        for number in 0..rounds(8, 100) as u64 {
            round(app, &story, number);
        }
        let reader = app.with_key("nation");
        let journal = all(&reader, "/v1/journal?collection=assessments&embed=record&");
        let ids: BTreeSet<&str> = journal.iter().map(|row| row["record_id"].as_str().unwrap()).collect();
        let (mut rows, mut alive, mut counted) = (BTreeMap::new(), 0, 0);
        for id in ids {
            let history = all(&reader, &format!("/v1/assessments/{id}/versions?"));
            is_a_chain(&history);
            let last = history.last().expect("it has a first version");
            is_as_its_history_says(&reader, id, last);
            alive += usize::from(!last["record"].is_null());
            counted += history.len();
            for row in history {
                let twice = rows.insert(row["request_id"].as_str().unwrap().to_owned(), row);
                assert!(twice.is_none(), "a write that was made twice: {twice:?}");
            }
        }
        assert_eq!(counted, journal.len(), "the journal and the histories tell the same");
        assert!(alive <= PERIODS.len(), "one record for each period");
        assert_eq!(reader.get("/v1/assessments?with_total=true").expect(200)["total"], alive);

        let writes = story.writes.into_inner().unwrap();
        let (mut kinds, mut unknown, mut refused) = (BTreeSet::new(), [0, 0], 0);
        for write in &writes {
            let row = rows.remove(&write.request_id);
            match (&write.outcome, &row) {
                (Outcome::Acknowledged(version), Some(row)) => {
                    assert_eq!(row["version"], *version, "{write:?}");
                    kinds.insert(write.action);
                }
                (Outcome::Acknowledged(_), None) => panic!("acknowledged and lost: {write:?}"),
                (Outcome::Refused(_), None) => refused += 1,
                (Outcome::Refused(_), Some(row)) => panic!("refused and done: {write:?} {row}"),
                (Outcome::Unknown, row) => unknown[usize::from(row.is_some())] += 1,
            }
            if let Some(row) = row {
                is_whole(write, &row);
            }
        }
        assert!(rows.is_empty(), "written by nobody: {rows:?}");
        // It would tell nothing if nothing had happened.
        assert_eq!(kinds.len(), 6, "{kinds:?}");
        assert!(refused > 0 && unknown[0] + unknown[1] > 0, "{refused} {unknown:?}");
        crate::support::nothing_is_torn(&app.database);
    }
}

//! More than the service can take: the excess is turned away at once, and nobody else is harmed.

use crate::support::{App, Client, Engine, Metrics, Raw, Reply};
use serde_json::json;
use std::time::{Duration, Instant};

fn slow_post(app: &App, path: &str) -> Raw {
    let key = Engine::Sqlite.key("nation");
    let mut raw = Raw::open(app);
    raw.send(format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        BODY.len()
    ));
    raw
}

const BODY: &str = "{\"unit_code\":\"063\",\"name\":\"Đang gửi\"}";

#[test]
fn what_is_too_much_at_once_is_turned_away_and_the_rest_is_served() {
    const PLACES: usize = 8;
    let address = Metrics::free_address();
    let app = App::start_with(Engine::Sqlite, &["--max-in-flight", "8", "--metrics-address", &address]);
    let metrics = Metrics::at(&address);
    let nation = app.with_key("nation");
    let mut slow: Vec<Raw> = (0..PLACES).map(|_| slow_post(&app, "/v1/clients?validate_only=true")).collect();
    metrics.wait_for_in_flight(PLACES);
    // All that comes now is told at once, whoever sends it, and told when to come back.
    let mut times: Vec<Duration> = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..8)
            .map(|_| {
                let (nation, nobody) = (app.with_key("nation"), app.with_key(""));
                scope.spawn(move || {
                    let mut times = Vec::new();
                    for _ in 0..20 {
                        for (client, path) in [
                            (&nation, "/v1/units"),
                            (&nobody, "/v1/me"),
                            (&nation, "/docs/"),
                            (&nobody, "/openapi.json"),
                        ] {
                            let begun = Instant::now();
                            let reply = client.get(path);
                            times.push(begun.elapsed());
                            assert_eq!(reply.problem(503).0, "OVERLOADED");
                            assert_eq!(reply.header("retry-after"), Some("1"));
                        }
                        // Health is not work: an orchestrator must not kill what is only busy.
                        nobody.get("/health/live").expect(200);
                        nobody.get("/health/ready").expect(200);
                    }
                    times
                })
            })
            .collect();
        clients.into_iter().flat_map(|client| client.join().expect("told in time")).collect()
    });
    times.sort();
    let slowest_of_most = times[times.len() * 95 / 100];
    assert!(slowest_of_most < Duration::from_millis(100), "{slowest_of_most:?}");
    // Those who had a place are served, and their places are free again.
    for raw in &mut slow {
        raw.send(BODY);
    }
    for raw in &mut slow {
        assert_eq!(raw.answer().map(|answer| answer.status), Some(200));
    }
    for _ in 0..3 * PLACES {
        nation.get("/v1/me").expect(200);
    }
    // A caller that goes away gives its place back too.
    let gone: Vec<Raw> = (0..PLACES).map(|_| slow_post(&app, "/v1/clients?validate_only=true")).collect();
    metrics.wait_for_in_flight(PLACES);
    assert_eq!(nation.get("/v1/me").problem(503).0, "OVERLOADED");
    drop(gone);
    metrics.wait_for_in_flight(0);
    nation.get("/v1/me").expect(200);
    // Requests at once, as many as there are places, are all served.
    std::thread::scope(|scope| {
        for _ in 0..PLACES {
            let nation = app.with_key("nation");
            scope.spawn(move || (0..10).for_each(|_| drop(nation.get("/v1/units?limit=5").expect(200))));
        }
    });
}

/// Quota, what is left, seconds until all of it is back; as the headers say.
fn rate(reply: &Reply) -> (Option<&str>, Option<&str>) {
    (reply.header("ratelimit-policy"), reply.header("ratelimit"))
}

#[test]
fn a_client_above_its_rate_is_told_when_to_come_back_and_others_notice_nothing() {
    let app = App::start_with(Engine::Sqlite, &["--rate-limit", "6"]);
    let editor = app.with_key("district-editor");
    let begun = Instant::now();
    for left in (0..6).rev() {
        // Whatever the answer is, it counts.
        let path = ["/v1/me", "/v1/units?x=1", "/v1/clients", "/v1/units/1"][left % 4];
        let reply = editor.get(path);
        assert_ne!(reply.status, 429, "{left}");
        let reset = 60 - left * 10;
        assert_eq!(
            rate(&reply),
            (Some("\"client\";q=6;w=60"), Some(format!("\"client\";r={left};t={reset}").as_str())),
            "{left}"
        );
        assert_eq!(reply.header("retry-after"), None);
    }
    for path in ["/v1/me", "/v1/units"] {
        let refused = editor.get(path);
        assert_eq!(refused.problem(429).0, "RATE_LIMITED");
        assert_eq!(rate(&refused), (Some("\"client\";q=6;w=60"), Some("\"client\";r=0;t=60")));
        let wait: u64 = refused.header("retry-after").and_then(|value| value.parse().ok()).expect("seconds");
        // One of six comes back each ten seconds.
        assert!(wait <= 10 && wait + begun.elapsed().as_secs() + 1 >= 10, "{wait}");
    }
    let write = editor.post("/v1/assessments", &json!({}));
    assert_eq!(write.problem(429).0, "RATE_LIMITED", "before the body is looked at");
    // The limit is the client's: another one, and what needs no key, is as before.
    let other = app.with_key("district-viewer").get("/v1/me");
    assert_eq!((other.status, rate(&other).1), (200, Some("\"client\";r=5;t=10")));
    for path in ["/health/ready", "/openapi.json", "/problems/rate-limited"] {
        let open = app.with_key("").get(path);
        assert_eq!((open.status, rate(&open)), (200, (None, None)), "{path}");
    }
    // Who has no valid key is no client, and uses up nobody's rate.
    let key = Engine::Sqlite.key("district-signer");
    for _ in 0..10 {
        let wrong = app.with_secret(&format!("{}{}", &key[..key.len() - 64], "0".repeat(64))).get("/v1/me");
        assert_eq!((wrong.status, rate(&wrong)), (401, (None, None)));
    }
    assert_eq!(rate(&app.with_key("district-signer").get("/v1/me")).1, Some("\"client\";r=5;t=10"));
}

#[test]
fn guessing_at_keys_is_limited_for_each_address() {
    let app = App::start_with(Engine::Sqlite, &["--auth-failure-limit", "4", "--trusted-proxies", "127.0.0.1"]);
    let key = Engine::Sqlite.key("district-editor");
    let (code, secret) = key.rsplit_once('_').expect("a code and a secret");
    let call = |key: &str, address: &str| {
        Client::new(&app.base_url, Some(key.to_owned())).call("GET", "/v1/me", &[("x-forwarded-for", address)], None)
    };
    // Typing errors are not attacks: what has not the form of a key is never counted.
    for malformed in [
        "",
        "x",
        "muctieu",
        "muctieu_",
        code,
        &format!("{code}_{}", &secret[1..]),
        &format!("{key}0"),
        &key.replace("muctieu", "other"),
    ] {
        for _ in 0..5 {
            assert_eq!(call(malformed, "203.0.113.1").problem(401).0, "UNAUTHENTICATED", "{malformed}");
        }
    }
    let wrong = [
        format!("{code}_{}", "0".repeat(64)),
        format!("{code}_{}", secret.chars().rev().collect::<String>()),
        format!("muctieu_{}_{secret}", "0".repeat(16)),
    ];
    for at in 0..4 {
        assert_eq!(call(&wrong[at % 3], "203.0.113.1").problem(401).0, "UNAUTHENTICATED", "{at}");
    }
    for key in &wrong {
        let refused = call(key, "203.0.113.1");
        assert_eq!(refused.problem(429).0, "RATE_LIMITED");
        let wait: u64 = refused.header("retry-after").and_then(|value| value.parse().ok()).expect("seconds");
        assert!((1..=15).contains(&wait), "{wait}");
    }
    // Forms are still told apart, another address is as before, and a valid key works from both.
    assert_eq!(call("x", "203.0.113.1").problem(401).0, "UNAUTHENTICATED");
    assert_eq!(call(&wrong[0], "203.0.113.2").problem(401).0, "UNAUTHENTICATED");
    call(key, "203.0.113.1").expect(200);
    call(key, "203.0.113.2").expect(200);
    // What a caller writes in front of what the proxy adds makes it nobody else.
    assert_eq!(call(&wrong[0], "198.51.100.7, 203.0.113.1").problem(429).0, "RATE_LIMITED");
    let lines = [("x-forwarded-for", "198.51.100.8"), ("x-forwarded-for", "203.0.113.1")];
    let refused = Client::new(&app.base_url, Some(wrong[0].clone())).call("GET", "/v1/me", &lines, None);
    assert_eq!(refused.problem(429).0, "RATE_LIMITED");

    // Where no proxy is configured, the header says nothing: all of these are one address.
    let open = App::start_with(Engine::Sqlite, &["--auth-failure-limit", "2"]);
    let statuses: Vec<u16> = (0..4)
        .map(|at| {
            let address = format!("203.0.113.{at}");
            Client::new(&open.base_url, Some(wrong[0].clone()))
                .call("GET", "/v1/me", &[("x-forwarded-for", &address)], None)
                .status
        })
        .collect();
    assert_eq!(statuses, [401, 401, 429, 429]);
}

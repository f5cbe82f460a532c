//! A plain HTTP client that keeps status, headers and body of every answer.

use serde_json::Value;
use std::time::Duration;

#[derive(Clone)]
pub struct Client {
    agent: ureq::Agent,
    base_url: String,
    key: Option<String>,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    /// The body as it came, and as text as far as it is any.
    pub bytes: Vec<u8>,
    pub text: String,
}

impl Client {
    pub fn new(base_url: &str, key: Option<String>) -> Client {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .max_redirects(0)
            .build();
        Client { agent: config.into(), base_url: base_url.to_owned(), key }
    }

    /// The same caller at another service.
    pub fn at(&self, base_url: &str) -> Client {
        Client::new(base_url, self.key.clone())
    }

    /// Call with headers and a body of any kind.
    pub fn call(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&[u8]>) -> Reply {
        self.try_call(method, path, headers, body).unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    /// As `call`, where the service may not be there.
    pub fn try_call(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> Result<Reply, String> {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.base_url));
        if let Some(key) = &self.key {
            request = request.header("authorization", format!("Bearer {key}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answered = match body {
            Some(body) => self.agent.run(request.body(body).map_err(|error| error.to_string())?),
            None => self.agent.run(request.body(()).map_err(|error| error.to_string())?),
        };
        let mut answered = answered.map_err(|error| error.to_string())?;
        let headers = answered
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        let bytes =
            answered.body_mut().with_config().limit(64 << 20).read_to_vec().map_err(|error| error.to_string())?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Ok(Reply { status: answered.status().as_u16(), headers, bytes, text })
    }

    pub fn get(&self, path: &str) -> Reply {
        self.call("GET", path, &[], None)
    }

    /// Send JSON.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Reply {
        let mut all = vec![("content-type", "application/json")];
        all.extend(headers);
        self.call(method, path, &all, Some(body.to_string().as_bytes()))
    }

    pub fn post(&self, path: &str, body: &Value) -> Reply {
        self.send("POST", path, &[], body)
    }

    /// Change under a version.
    pub fn patch(&self, path: &str, version: i64, body: &Value) -> Reply {
        self.send("PATCH", path, &[("if-match", &format!("\"{version}\""))], body)
    }

    pub fn put(&self, path: &str, version: i64, body: &Value) -> Reply {
        self.send("PUT", path, &[("if-match", &format!("\"{version}\""))], body)
    }

    pub fn delete(&self, path: &str, version: i64) -> Reply {
        self.call("DELETE", path, &[("if-match", &format!("\"{version}\""))], None)
    }

    /// Take a step of a workflow.
    pub fn step(&self, path: &str, version: i64, body: &Value) -> Reply {
        self.send("POST", &format!("{path}/transitions"), &[("if-match", &format!("\"{version}\""))], body)
    }
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body of an answer with this status; null of a file.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        let is_json = self.header("content-type").is_none_or(|kind| kind.contains("json"));
        if self.text.is_empty() || !is_json { Value::Null } else { self.json() }
    }

    /// The code of a problem with this status, and the codes with the places of its faults.
    #[track_caller]
    pub fn problem(&self, status: u16) -> (String, Vec<(String, String)>) {
        let body = self.expect(status);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        assert!(self.header("content-type").is_some_and(|kind| kind.starts_with("application/problem+json")), "{body}");
        let faults = body["errors"].as_array().expect("errors is always a list").iter().map(|fault| {
            let place = fault["pointer"].as_str().or(fault["parameter"].as_str()).unwrap_or_default();
            (place.to_owned(), text(&fault["code"]))
        });
        (text(&body["code"]), faults.collect())
    }

    /// A problem that names exactly these faults.
    #[track_caller]
    pub fn faults(&self, status: u16, code: &str, faults: &[(&str, &str)]) {
        let (actual, found) = self.problem(status);
        let found: Vec<(&str, &str)> = found.iter().map(|(place, code)| (place.as_str(), code.as_str())).collect();
        assert_eq!((actual.as_str(), found.as_slice()), (code, faults), "{}", self.text);
    }
}

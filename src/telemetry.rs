//! Log format and metrics.

use prometheus::{Encoder, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, Opts, Registry, TextEncoder};
use std::sync::LazyLock;
use std::time::Duration;
use tracing_subscriber::EnvFilter;

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    Json,
    Text,
}

/// Start logging to standard error. `filter` is a level or a list of `target=level`.
/// Errors: a filter that cannot be read.
pub fn start(format: LogFormat, filter: &str) -> Result<(), String> {
    let filter = EnvFilter::try_new(filter).map_err(|error| format!("the log filter cannot be read: {error}"))?;
    // A line that cannot be written (a full disk) is lost: to say so on standard error would panic there as well.
    let subscriber =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).log_internal_errors(false);
    match format {
        LogFormat::Json => {
            subscriber.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init()
        }
        LogFormat::Text => subscriber.with_target(false).try_init(),
    }
    .map_err(|error| error.to_string())
}

struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    seconds: HistogramVec,
    in_flight: IntGauge,
    journal_position: IntGauge,
}

static METRICS: LazyLock<Metrics> = LazyLock::new(|| {
    let registry = Registry::new();
    let requests =
        IntCounterVec::new(Opts::new("muctieu_requests_total", "Requests answered"), &["method", "route", "status"])
            .expect("the metric is well formed");
    let buckets = vec![0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 1.0, 3.0, 10.0];
    let seconds = HistogramVec::new(
        HistogramOpts::new("muctieu_request_seconds", "Time to answer").buckets(buckets),
        &["method", "route"],
    )
    .expect("the metric is well formed");
    let gauge = |name, help| IntGauge::new(name, help).expect("the metric is well formed");
    let in_flight = gauge("muctieu_requests_in_flight", "Requests in progress");
    let journal_position = gauge("muctieu_journal_position", "Newest journal position in memory");
    let collectors: [Box<dyn prometheus::core::Collector>; 4] = [
        Box::new(requests.clone()),
        Box::new(seconds.clone()),
        Box::new(in_flight.clone()),
        Box::new(journal_position.clone()),
    ];
    for collector in collectors {
        registry.register(collector).expect("each metric is registered once");
    }
    Metrics { registry, requests, seconds, in_flight, journal_position }
});

/// Methods with a series of their own. Callers may invent others; those are counted together.
const METHODS: [&str; 8] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"];

pub fn count_request(method: &str, route: &str, status: u16, elapsed: Duration) {
    let method = if METHODS.contains(&method) { method } else { "other" };
    METRICS.requests.with_label_values(&[method, route, &status.to_string()]).inc();
    METRICS.seconds.with_label_values(&[method, route]).observe(elapsed.as_secs_f64());
}

/// The metrics as Prometheus reads them.
pub fn exposition(in_flight: usize, journal_position: i64) -> Vec<u8> {
    METRICS.in_flight.set(i64::try_from(in_flight).unwrap_or(i64::MAX));
    METRICS.journal_position.set(journal_position);
    let mut text = Vec::new();
    if let Err(error) = TextEncoder::new().encode(&METRICS.registry.gather(), &mut text) {
        tracing::warn!(error = %error, "The metrics could not be written");
    }
    text
}

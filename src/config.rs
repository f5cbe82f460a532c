//! Configuration: one struct per concern. The documentation of a field is what `--help` and the README say of it.

use crate::db::{DatabaseUrl, Lanes};
use crate::http::GuardSettings;
use crate::telemetry::LogFormat;
use crate::values::{Clock, Scalar, Timestamp};
use clap::Args;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// Which database, and how much is asked of it at once.
#[derive(Debug, Clone, Args)]
pub struct DatabaseOptions {
    /// Where the data is: `sqlite://path` or `postgres://…`
    #[arg(long = "database", env = "DATABASE_URL", default_value = "sqlite://muctieu.db", hide_env_values = true)]
    pub database_url: String,
    /// Reader threads (SQLite) or pooled connections (PostgreSQL)
    #[arg(long, env = "DATABASE_CONNECTIONS", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub database_connections: u16,
    /// Database jobs that may wait before further ones are turned away
    #[arg(long, env = "DATABASE_QUEUE", default_value_t = 512, value_parser = clap::value_parser!(u16).range(1..=10000))]
    pub database_queue: u16,
    /// Longest read, in seconds
    #[arg(long, env = "READ_TIMEOUT_SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=600))]
    pub read_timeout_seconds: u16,
    /// Instant that the service's clock shows when it starts (rehearsals); the real time unless given
    #[arg(long, env = "CLOCK_START")]
    pub clock_start: Option<String>,
}

impl DatabaseOptions {
    pub fn url(&self) -> Result<DatabaseUrl, String> {
        self.database_url.parse()
    }

    pub fn lanes(&self) -> Lanes {
        Lanes {
            connections: usize::from(self.database_connections),
            queue: usize::from(self.database_queue),
            read_timeout: Duration::from_secs(u64::from(self.read_timeout_seconds)),
        }
    }

    pub fn clock(&self) -> Result<Clock, String> {
        match &self.clock_start {
            None => Ok(Clock::system()),
            Some(text) => match Timestamp::parse(text) {
                Ok(start) => Ok(Clock::starting_at(start.utc())),
                Err(_) => Err("CLOCK_START must be an instant such as 2023-03-10T01:30:00Z".to_owned()),
            },
        }
    }
}

/// Where the service listens and what it takes.
#[derive(Debug, Clone, Args)]
pub struct ServerOptions {
    /// Address to listen on
    #[arg(long, env = "LISTEN_ADDRESS", default_value = "127.0.0.1")]
    pub address: IpAddr,
    /// Port to listen on; 0 takes a free one
    #[arg(long, env = "PORT", default_value_t = 8080)]
    pub port: u16,
    /// Address and port of the metrics, a listener of their own; none unless given
    #[arg(long, env = "METRICS_ADDRESS")]
    pub metrics_address: Option<SocketAddr>,
    /// Threads that serve; as many as the machine has unless given
    #[arg(long, env = "WORKERS", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub workers: Option<u16>,
    /// Prefix of the links that the service emits, as callers see it behind a gateway
    #[arg(long, env = "PUBLIC_BASE_URL", default_value = "")]
    pub public_base_url: String,
    /// Origins that a browser may call from, separated by commas
    #[arg(long, env = "CORS_ORIGINS", value_delimiter = ',')]
    pub cors_origins: Vec<String>,
    /// Addresses of proxies whose X-Forwarded-For counts, separated by commas
    #[arg(long, env = "TRUSTED_PROXIES", value_delimiter = ',')]
    pub trusted_proxies: Vec<IpAddr>,
    /// Requests of one client in a minute; 0 for no limit
    #[arg(long, env = "RATE_LIMIT", default_value_t = 600)]
    pub rate_limit: u32,
    /// Wrong credentials from one address in a minute; 0 for no limit
    #[arg(long, env = "AUTH_FAILURE_LIMIT", default_value_t = 30)]
    pub auth_failure_limit: u32,
    /// Requests in progress at once; further ones are answered 503
    #[arg(long, env = "MAX_IN_FLIGHT", default_value_t = 512, value_parser = clap::value_parser!(u32).range(1..=100000))]
    pub max_in_flight: u32,
    /// Largest JSON body, in bytes
    #[arg(long, env = "BODY_LIMIT_BYTES", default_value_t = 1_048_576, value_parser = clap::value_parser!(u32).range(1024..=104857600))]
    pub body_limit_bytes: u32,
    /// How long a body may take to arrive, in seconds
    #[arg(long, env = "BODY_TIMEOUT_SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=600))]
    pub body_timeout_seconds: u16,
    /// How long the head of a request may take to arrive, in seconds
    #[arg(long, env = "HEADER_TIMEOUT_SECONDS", default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=600))]
    pub header_timeout_seconds: u16,
    /// How long a caller may leave an answer unread, in seconds
    #[arg(long, env = "WRITE_TIMEOUT_SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=600))]
    pub write_timeout_seconds: u16,
    /// How long a request may take altogether, in seconds
    #[arg(long, env = "REQUEST_TIMEOUT_SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u16).range(1..=600))]
    pub request_timeout_seconds: u16,
    /// After SIGTERM: how long connections are still served before the listener closes, in seconds
    #[arg(long, env = "DRAIN_SECONDS", default_value_t = 2, value_parser = clap::value_parser!(u16).range(0..=60))]
    pub drain_seconds: u16,
    /// Log format
    #[arg(long, env = "LOG_FORMAT", value_enum, default_value = "json")]
    pub log_format: LogFormat,
    /// Log level, or a list of `target=level`
    #[arg(long, env = "LOG_LEVEL", default_value = "info")]
    pub log_level: String,
}

impl ServerOptions {
    pub fn guard(&self) -> Result<GuardSettings, String> {
        let base = self.public_base_url.trim_end_matches('/');
        if !base.is_empty() && !base.starts_with("http://") && !base.starts_with("https://") {
            return Err("PUBLIC_BASE_URL must begin with http:// or https://".to_owned());
        }
        for origin in self.cors_origins.iter().filter(|origin| !origin.is_empty()) {
            if origin == "*" || !(origin.starts_with("http://") || origin.starts_with("https://")) {
                return Err("CORS_ORIGINS must name origins such as https://portal.example.vn, never *".to_owned());
            }
        }
        Ok(GuardSettings {
            body_bytes: self.body_limit_bytes as usize,
            body_timeout: seconds(self.body_timeout_seconds),
            request_timeout: seconds(self.request_timeout_seconds),
            in_flight: self.max_in_flight as usize,
            client_rate: self.rate_limit,
            failure_rate: self.auth_failure_limit,
            origins: self.cors_origins.clone(),
            proxies: self.trusted_proxies.clone(),
            public_base_url: base.to_owned(),
        })
    }
}

pub fn seconds(count: u16) -> Duration {
    Duration::from_secs(u64::from(count))
}

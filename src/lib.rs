//! Mục Tiêu: the service with which Viet Nam's communes, districts and provinces run and monitor the National Target
//! Programmes. This is the map of the house.

/// Every error code with its texts in Vietnamese and English.
pub mod codes;
/// Connection, read and write door, memory, schema and migrations.
pub mod db;
/// The one error type; knows nothing of HTTP.
pub mod error;
/// Small types with rules: ids, dates, periods, texts, decimals.
pub mod values;
/// HTTP said once.
pub mod http;
/// Log format and metrics.
pub mod telemetry;
/// Clients, keys, grants, permissions.
pub mod access;
/// Assessments: verdicts, workflow, counting.
pub mod assessments;
/// Code lists.
pub mod code_lists;
/// Criteria sets.
pub mod criteria;
/// The one history: versions and audit.
pub mod journal;
/// The fold and the reports.
pub mod reports;
/// Administrative units through time.
pub mod units;
/// The only place that knows everything: state, order of middleware, one line per slice.
pub mod app;
/// The command line.
pub mod commands;
/// Configuration by environment and flags.
pub mod config;
/// Reference data that comes with the service.
pub mod reference;

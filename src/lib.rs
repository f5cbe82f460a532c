//! Mục Tiêu: the service with which Viet Nam's communes, districts and provinces run and monitor the National Target
//! Programmes. This is the map of the house.

/// Clients, keys, grants, permissions.
pub mod access;
/// Acts with items and files, and all they did.
pub mod acts;
/// The only place that knows everything: state, order of middleware, one line per slice.
pub mod app;
/// Assessments: verdicts, workflow, counting.
pub mod assessments;
/// The working-day calendar.
pub mod calendar;
/// Code lists.
pub mod code_lists;
/// Every error code with its texts in Vietnamese and English.
pub mod codes;
/// The command line.
pub mod commands;
/// The committee's work: meetings, and what comes of them.
pub mod committee;
/// Configuration by environment and flags.
pub mod config;
/// Criteria sets.
pub mod criteria;
/// What each day brings by itself.
pub mod daily;
/// Connection, read and write door, memory, schema and migrations.
pub mod db;
/// The one error type; knows nothing of HTTP.
pub mod error;
/// The rules by which figures become verdicts: pure, standard library and serde alone.
pub mod evaluation;
/// The sheet that officials use, as a file: templates and imports.
pub mod exchange;
/// Files that prove something.
pub mod files;
/// HTTP said once.
pub mod http;
/// Indicators: what is measured, defined once.
pub mod indicators;
/// The one history: versions and audit.
pub mod journal;
/// Figures of units, by indicator, period and stage.
pub mod observations;
/// Agencies, people, committees and mandates.
pub mod parties;
/// Periods closed for entry.
pub mod period_locks;
/// National Target Programmes, and the ledger of their money.
pub mod programmes;
/// Dossiers of recognition, and recognised units at risk.
pub mod recognition;
/// Reference data that comes with the service.
pub mod reference;
/// Reforms of units: acts that end, start and reshape them.
pub mod reforms;
/// The fold and the reports.
pub mod reports;
/// The paper of a committee's meeting.
pub mod review;
/// What is said of a unit, and what the figures say to it.
pub mod statements;
/// Dated facts of units by acts: region, class, group, recognition.
pub mod statuses;
/// Tables of typed cells, as CSV and as a workbook.
pub mod tables;
/// Log format and metrics.
pub mod telemetry;
/// How threads share a processor.
pub mod threads;
/// Administrative units through time.
pub mod units;
/// Small types with rules: ids, dates, periods, texts, decimals.
pub mod values;

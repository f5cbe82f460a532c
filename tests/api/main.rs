//! Black box over HTTP: the real binary on a free port with a fresh database, every story on both databases.

mod support;

mod access;
mod assessments;
mod bases;
mod clocks;
mod concurrency;
mod crashes;
mod database_lost;
mod disk_full;
mod docker;
mod envelope;
mod history_chain;
mod house;
mod injection;
mod installation;
mod json_bodies;
mod migrations_killed;
mod once;
mod overload;
mod pages;
mod panics;
mod parity;
mod period_locks;
mod problems;
mod reform_rights;
mod reforms;
mod reports;
mod safe_writing;
mod slow_clients;
mod slow_database;
mod stopping;
mod texts;
mod wire;
mod write_conventions;

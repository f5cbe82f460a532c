//! Black box over HTTP: the real binary on a free port with a fresh database, every story on both databases.

mod support;

mod access;
mod assessments;
mod crashes;
mod docker;
mod envelope;
mod geometry;
mod house;
mod injection;
mod installation;
mod json_bodies;
mod overload;
mod pages;
mod panics;
mod parity;
mod problems;
mod reforms;
mod reports;
mod safe_writing;
mod slow_clients;
mod statuses;
mod stopping;
mod texts;
mod wire;

//! Black box over HTTP: the real binary on a free port with a fresh database, every story on both databases.

mod support;

mod reports;
mod access;
mod crashes;
mod assessments;
mod house;
mod installation;
mod parity;

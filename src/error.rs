//! The one error type of the service. It knows meanings, not status codes: `http::problem` turns it into an answer.

use crate::codes::Code;
use deserr::{DeserializeError, ErrorKind, MergeWithError, ValueKind, ValuePointerRef};
use std::ops::ControlFlow;
use uuid::Uuid;

pub type Source = Box<dyn std::error::Error + Send + Sync>;

/// What a use case or a reading can end with other than its result.
#[derive(Debug)]
pub enum Error {
    /// Does not exist for this caller.
    NotFound,
    /// The caller may see it, but not do this.
    Denied(Code),
    /// A body or parameter names something outside the caller's units.
    OutOfScope(Fault),
    /// The state of the record forbids it.
    Conflict(Code),
    /// The same business key is stored already, under this id.
    Duplicate(Uuid),
    /// The version sent is not the stored one, which is this.
    Stale(i64),
    /// The input breaks rules; every fault found.
    Invalid(Vec<Fault>),
    /// The request itself cannot be taken: syntax, headers, size, credentials.
    Request(Code, Vec<Fault>),
    /// More work than the service accepts at once.
    Overloaded,
    /// A part the service stands on (mostly the database) does not answer now.
    Unavailable(Source),
    /// A defect of the service.
    Internal(Source),
}

impl Error {
    pub fn internal(source: impl Into<Source>) -> Error {
        Error::Internal(source.into())
    }

    pub fn invalid(fault: Fault) -> Error {
        Error::Invalid(vec![fault])
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Error::Unavailable(source) => write!(f, "a dependency is unavailable: {source}"),
            Error::Internal(source) => write!(f, "internal error: {source}"),
            Error::Invalid(faults) | Error::Request(_, faults) => {
                let codes: Vec<String> =
                    faults.iter().map(|fault| format!("{} at {}", fault.flaw.code.name(), fault.place)).collect();
                write!(f, "refused: {}", codes.join(", "))
            }
            other => write!(f, "{other:?}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Error {
        use diesel::result::{DatabaseErrorKind, Error as Diesel};
        match error {
            Diesel::NotFound => Error::NotFound,
            // Read-only: a standby answers, or a server that somebody froze.
            Diesel::DatabaseError(
                DatabaseErrorKind::ClosedConnection
                | DatabaseErrorKind::UnableToSendCommand
                | DatabaseErrorKind::ReadOnlyTransaction,
                _,
            )
            | Diesel::BrokenTransactionManager => Error::Unavailable(Box::new(error)),
            // The driver names no kind for "disk is full", "read only", "server is shutting down" and the like.
            Diesel::DatabaseError(DatabaseErrorKind::Unknown, ref information) if is_passing(information.message()) => {
                Error::Unavailable(Box::new(error))
            }
            other => Error::Internal(Box::new(other)),
        }
    }
}

/// Messages of SQLite and libpq that tell of the state of the database rather than of a wrong statement.
fn is_passing(message: &str) -> bool {
    const SIGNS: [&str; 14] = [
        "database or disk is full",
        "disk I/O error",
        "database is locked",
        "readonly database",
        "unable to open database",
        "server closed the connection",
        "connection to server",
        "could not connect",
        "terminating connection",
        "the database system is",
        "no connection to the server",
        "could not extend file",
        "No space left on device",
        // Its time is over, or that of the lock it waits for, or somebody stopped it.
        "canceling statement due to",
    ];
    SIGNS.iter().any(|sign| message.contains(sign))
}

/// Where in the request a fault stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// RFC 6901 pointer into the body.
    Pointer(String),
    /// Name of a query or path parameter.
    Parameter(String),
    /// Name of a header.
    Header(String),
    /// Cell of a file.
    Cell(Box<CellPlace>),
}

/// A cell of a file, as a spreadsheet program shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct CellPlace {
    /// Name of the sheet; none in CSV.
    pub sheet: Option<String>,
    /// Counted from 1; none for a fault of the file as a whole.
    pub row: Option<u32>,
    /// Counted from 0.
    pub column: Option<u32>,
    pub heading: Option<String>,
    pub value: Option<String>,
}

impl CellPlace {
    /// The column by its letters: `A`, `Z`, `AA`.
    pub fn letters(&self) -> Option<String> {
        let mut rest = self.column?;
        let mut letters = Vec::new();
        loop {
            letters.push(char::from(b'A' + (rest % 26) as u8));
            if rest < 26 {
                break;
            }
            rest = rest / 26 - 1;
        }
        Some(letters.into_iter().rev().collect())
    }
}

impl Place {
    pub fn pointer(pointer: &str) -> Place {
        Place::Pointer(pointer.to_owned())
    }

    pub fn parameter(name: &str) -> Place {
        Place::Parameter(name.to_owned())
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Place::Pointer(text) | Place::Parameter(text) | Place::Header(text) => f.write_str(text),
            Place::Cell(cell) => {
                write!(f, "{}{}", cell.letters().unwrap_or_default(), cell.row.unwrap_or_default())
            }
        }
    }
}

/// A unit the caller may have meant.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Candidate {
    pub id: crate::values::UnitId,
    pub code: crate::values::UnitCode,
    pub name: crate::values::Title,
    pub kind_code: crate::values::ListCode,
    /// Name of the unit above on the same day.
    pub parent_name: Option<crate::values::Title>,
    /// First day of the time in which the unit bore this code and name.
    pub valid_from: crate::values::LocalDate,
    /// First day on which it no longer did.
    pub valid_to: Option<crate::values::LocalDate>,
}

/// What is wrong, without its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    pub code: Code,
    /// Figures or words that complete the message: `("max", "200")`.
    pub details: Vec<(&'static str, String)>,
    pub candidates: Vec<Candidate>,
}

impl Flaw {
    pub fn new(code: Code) -> Flaw {
        Flaw { code, details: Vec::new(), candidates: Vec::new() }
    }

    pub fn with(mut self, name: &'static str, value: impl ToString) -> Flaw {
        self.details.push((name, value.to_string()));
        self
    }

    pub fn at(self, place: Place) -> Fault {
        Fault { place, flaw: self }
    }
}

/// One fault of a request: where and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub place: Place,
    pub flaw: Flaw,
}

impl Fault {
    pub fn pointer(pointer: &str, code: Code) -> Fault {
        Flaw::new(code).at(Place::pointer(pointer))
    }

    pub fn parameter(name: &str, code: Code) -> Fault {
        Flaw::new(code).at(Place::parameter(name))
    }
}

/// All faults of a body, gathered while it is read; deserialisation goes on after each.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

impl Faults {
    pub fn push(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// Note where a list has more entries than it may.
    pub fn check_length(&mut self, length: usize, most: usize, pointer: &str) {
        if length > most {
            self.push(Flaw::new(Code::TooManyItems).with("max", most).at(Place::pointer(pointer)));
        }
    }

    /// The value, if nothing was found wrong.
    pub fn finish(self) -> Result<(), Error> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Invalid(self.0)) }
    }

    /// Keep the value or note the flaw at the place.
    pub fn take<T>(&mut self, result: Result<T, Flaw>, place: impl FnOnce() -> Place) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(flaw) => {
                self.push(flaw.at(place()));
                None
            }
        }
    }
}

/// Names that a caller made up are told up to this many characters.
pub const LONGEST_NAME: usize = 100;

/// RFC 6901 pointer of a location in a body.
pub fn pointer_of(location: ValuePointerRef<'_>) -> String {
    use deserr::ValuePointerRef as At;
    match location {
        At::Origin => String::new(),
        At::Key { key, prev } => {
            let key: String = key.chars().take(LONGEST_NAME).collect();
            format!("{}/{}", pointer_of(*prev), key.replace('~', "~0").replace('/', "~1"))
        }
        At::Index { index, prev } => format!("{}/{index}", pointer_of(*prev)),
    }
}

impl MergeWithError<Faults> for Faults {
    fn merge(kept: Option<Self>, mut other: Faults, _: ValuePointerRef<'_>) -> ControlFlow<Self, Self> {
        let mut all = kept.unwrap_or_default();
        all.0.append(&mut other.0);
        ControlFlow::Continue(all)
    }
}

impl DeserializeError for Faults {
    fn error<V: deserr::IntoValue>(
        kept: Option<Self>,
        error: ErrorKind<'_, V>,
        location: ValuePointerRef<'_>,
    ) -> ControlFlow<Self, Self> {
        let (flaw, place) = match error {
            ErrorKind::MissingField { field } => (Flaw::new(Code::Required), location.push_key(field)),
            ErrorKind::UnknownKey { key, .. } => (Flaw::new(Code::UnknownMember), location.push_key(key)),
            ErrorKind::UnknownValue { accepted, .. } => {
                (Flaw::new(Code::UnknownValue).with("allowed", accepted.join(", ")), location)
            }
            ErrorKind::IncorrectValueKind { actual, accepted } => (wrong_kind(actual.kind(), accepted), location),
            ErrorKind::BadSequenceLen { expected, .. } => {
                (Flaw::new(Code::TooManyItems).with("max", expected), location)
            }
            ErrorKind::Unexpected { .. } => (Flaw::new(Code::UnknownValue), location),
        };
        let mut all = kept.unwrap_or_default();
        all.push(flaw.at(Place::Pointer(pointer_of(place))));
        ControlFlow::Continue(all)
    }
}

fn wrong_kind(actual: ValueKind, accepted: &[ValueKind]) -> Flaw {
    if actual == ValueKind::Null {
        return Flaw::new(Code::NullNotAllowed);
    }
    Flaw::new(match accepted.first() {
        Some(ValueKind::Boolean) => Code::BooleanExpected,
        Some(ValueKind::Integer | ValueKind::NegativeInteger) => Code::IntegerExpected,
        Some(ValueKind::Float) => Code::NumberExpected,
        Some(ValueKind::Sequence) => Code::ArrayExpected,
        Some(ValueKind::Map) => Code::ObjectExpected,
        Some(ValueKind::String | ValueKind::Null) | None => Code::StringExpected,
    })
}

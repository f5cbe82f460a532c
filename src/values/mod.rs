//! Small types with rules: parsed at the door, trusted afterwards. No input or output here.

mod clock;
mod confidence;
mod dates;
mod decimal;
mod ids;
mod names;
mod period;
mod printed;
pub mod scalar;
pub mod search;
pub mod storage;
mod text;
mod vocabulary;
mod year;

pub use clock::Clock;
pub use confidence::Confidence;
pub use dates::{LocalDate, Timestamp};
pub use decimal::Decimal;
pub use ids::*;
pub use names::{LongNames, Names};
pub use period::Period;
pub use printed::{AmountUnit, PrintedAmount};
pub use scalar::{Filled, Patch, Scalar, Whole};
pub use text::*;
pub use vocabulary::{Label, Vocabulary};
pub use year::Year;

pub(crate) use scalar::scalar;
pub(crate) use vocabulary::vocabulary;

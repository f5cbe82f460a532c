//! HTTP said once: problems, parameters, pages, entity tags, bodies, the envelope around every answer, the contract.

mod body;
mod cache;
mod compression;
mod docs;
pub mod envelope;
mod file;
mod framing;
mod guard;
pub mod health;
mod language;
pub mod openapi;
mod page;
pub mod parameters;
pub mod problem;
mod respond;
mod straight;
mod turn;
mod wire;
mod write;

pub use body::{Accepts, Batch, BatchItem, Body, Checked, Content, IfMatch, PatchBody, PatchOf, announced, meaning_of};
pub use cache::ResponseCache;
pub use docs::{DOCUMENTATION_PATH, documentation_page, routes as page_routes};
pub use file::{AnyFile, Attachment, FileBytes, FileKind, MediaType, SheetFile};
pub use guard::{Guard, GuardSettings};
pub use language::Language;
pub use page::{Cursor, CursorKey, Limit, Page, PageRequest, TOTAL_COUNTED, hex};
pub use parameters::{
    AnyOf, Flag, Needed, NoQuery, Order, ParameterRow, Parameters, Pick, Query, SortKey, Value as ParameterValue,
    WriteQuery, path_id,
};
pub(crate) use parameters::{parameter_value, parameters};
pub use problem::message_of;
pub(crate) use respond::versioned;
pub use respond::{CSV, DOCX, Document, Format, Fresh, Listing, Versioned, XLSX, base_url};
pub use turn::Turn;
pub use wire::Wire;
pub(crate) use write::named;
pub use write::{Answer, MayBeDry, Named, Write, WriteWith};

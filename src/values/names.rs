//! A name in both languages of the service.

use super::{LongTitle, Title};
use crate::error::Faults;
use deserr::Deserr;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A name in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct Names {
    pub vi: Title,
    pub en: Title,
}

/// A full name in both languages, as long as acts make them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct LongNames {
    pub vi: LongTitle,
    pub en: LongTitle,
}

//! The contract: what the handlers declare, completed once for all of them.

pub fn placeholder() {}

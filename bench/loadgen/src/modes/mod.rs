//! The kinds of load, one file each.

pub(crate) mod closed;
pub(crate) mod flood;
pub(crate) mod history;
pub(crate) mod idle;
pub(crate) mod open;
pub(crate) mod slow;
pub(crate) mod soak;
pub(crate) mod storm;

//! Search: the messages that somebody may read and that say what they look for, the newest first.
//!
//! [`query`] reads what people type; the store finds.

mod find;
mod query;

pub use find::{Asked, search};

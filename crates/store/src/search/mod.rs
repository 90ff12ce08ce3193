//! Finding messages: over everything that somebody may read and nothing else, the newest first, the same on both databases.
//!
//! Both have an index from terms to documents; what a term is stands in [`words`], and what a document is in [`index`].
//! Terms begin with the window of their documents, 131,072 messages that were written one after the other. A search goes
//! through the windows from the newest on, asks the index for what may be a hit, reads those messages as a member reads them,
//! looks at their text, and stops when the page is full (`docs/decisions/0018-search.md`).

mod find;
pub(crate) mod index;
pub(crate) mod sql;
mod words;

pub use find::{Hit, HitPage, Searched};
pub use words::Sought;

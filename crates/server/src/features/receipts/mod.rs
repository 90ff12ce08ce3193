//! Receipts: how far each member was delivered and has read. Two marks that only grow, so receipts cost O(members) and
//! unread, `lastSequence - read`, cannot drift.

mod implied;
mod mark;
mod writer;

pub use implied::{Heard, Implied, confirm};
pub use mark::{mark_delivered, mark_read, settle};
pub use writer::Writer;

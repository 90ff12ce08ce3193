//! Blocks: the end of what was between two people, both ways and at once.
//!
//! Neither can write to the other, and neither sees the other's receipts. Whoever was blocked is not told: what was between
//! them is over as if the other one had parted, and what they ask is answered as if nobody had read it.

mod add;
mod list;
mod remove;

pub use add::add;
pub use list::list;
pub use remove::remove;

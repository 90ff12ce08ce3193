//! Messages: writing them, and reading what was written.
//!
//! [`send`] checks and queues; the [`writer`] commits what waits, tells everyone in the order of the numbers, and answers.
//! A message is on disk before anybody hears of it.

mod mentions;
mod page;
mod policy;
mod portion;
mod send;
mod unread;
mod wire;
mod wording;
mod writer;

pub use linnet_contract::events::Sent;
pub use page::page;
pub use portion::Portion;
pub use send::send;
pub use unread::unread;
pub use wire::message;
pub use writer::Writer;

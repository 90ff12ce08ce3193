//! Messages: writing them, and reading what was written.
//!
//! [`send`] checks and queues; the [`writer`] commits what waits, tells everyone in the order of the numbers, and answers.
//! A message is on disk before anybody hears of it. What happens to it afterwards ([`edit`], [`delete`], [`react`], [`remove_preview`]) waits for
//! the same writer, so that people hear the versions in order.

mod change;
mod delete;
mod edit;
mod emoji;
mod mentions;
mod page;
mod policy;
mod portion;
mod preview;
mod react;
mod send;
mod unread;
mod wire;
mod wording;
mod writer;

use change::change;
pub use delete::delete;
pub use edit::edit;
pub use linnet_contract::events::Sent;
pub use page::page;
pub use portion::Portion;
pub use preview::{remove_preview, show_preview};
pub use react::react;
pub use send::send;
pub use unread::unread;
pub use wire::message;
pub use writer::{Around, Writer};

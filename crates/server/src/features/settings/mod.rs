//! What a member sets for themselves in one conversation: of what it notifies, until when it is quiet, and from where on it
//! is marked unread. Nobody else sees it; all the user's devices hear of every change (`settingsUpdated`), and a device that
//! was away finds it by `sync`.

mod mark_unread;
mod policy;
mod tell;
mod update;

pub use mark_unread::mark_unread;
pub use tell::{tell, wire};
pub use update::update;

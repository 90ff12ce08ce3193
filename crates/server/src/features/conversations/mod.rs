//! Conversations: who talks where. In this version they are direct: two people, made on first use, unique per pair.
//!
//! `joinChat` and `leaveChat` say what a socket looks at; membership is something else, and every socket hears all the
//! conversations of its user whether it looks at them or not.

mod begun;
mod create;
mod direct;
mod get;
mod join;
mod leave;
mod list;
mod policy;
mod sync;
mod wire;

pub use begun::tell_begun;
pub use create::create;
pub use direct::{DirectConversations, resolve};
pub use get::get;
pub use join::{Greeting, join};
pub use leave::leave;
pub use list::list;
pub use policy::check_sender;
pub use sync::sync;

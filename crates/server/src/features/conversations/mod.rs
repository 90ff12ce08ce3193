//! Conversations: who talks where. Direct ones have two people, are made on first use and are unique per pair. Groups are
//! made by somebody who adds the others; channels can be joined by anyone. What may be done there by whom is one table, in
//! [`policy`], and every change is a system message with its place in the order ([`mod@change`]).
//!
//! `joinChat` and `leaveChat` say what a socket looks at; membership is something else, and every socket hears all the
//! conversations of its user whether it looks at them or not.

mod avatar;
mod begun;
mod change;
mod channels;
mod create;
mod direct;
mod edit;
mod get;
mod invites;
mod join;
mod leave;
mod list;
pub mod members;
pub mod policy;
mod sync;
mod wire;

pub use avatar::{avatar_remove, avatar_set};
pub use begun::tell_begun;
pub use channels::{channels, join_channel};
pub use create::create;
pub use direct::{DirectConversations, existing, resolve};
pub use edit::{delete, edit};
pub use get::get;
pub use invites::{accept_invite, invite, invited_to, invites, revoke_invite};
pub use join::{Greeting, join};
pub use leave::leave;
pub use list::list;
pub use policy::check_sender;
pub use sync::sync;

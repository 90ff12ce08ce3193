//! Migrations and queries for `SQLite` and `PostgreSQL`.
//!
//! [`Store`] is the whole interface: one method for each thing that the server asks of its database, named resource
//! first. The same text runs on both databases (`sql.rs` says how), a method takes a fixed number of
//! statements however many rows it is about, and every read of a conversation checks in the query itself that the
//! reader is a member.
//!
//! The store has no clock and makes no ids: times (milliseconds since 1970) and `UUIDv7`s come from the caller. What it
//! returns are rows, never wire messages. No other crate names the SQL library.

mod avatars;
mod blocks;
mod bulk;
mod connections;
mod conversations;
mod db;
mod decode;
mod devices;
mod digests;
mod error;
mod files;
mod groups;
mod members;
mod messages;
mod migrations;
mod open;
mod presence;
mod previews;
mod push;
mod search;
mod sql;
mod sync;
mod users;

pub use avatars::Avatar;
pub use blocks::{Block, BlockPage, Blocked};
pub use connections::{Asked, Change, Connection, ConnectionBounds, ConnectionPage, PeopleCursor, Relation};
pub use conversations::{BadCursor, Conversation, ConversationCursor, ConversationPage, Direct, Summary};
pub use devices::{Device, NewDevice, Refresh, Refreshed};
pub use digests::{DigestChoice, DigestDue, DigestUnread, NewDigest};
pub use error::{Conflict, OpenError, StoreError};
pub use files::{Attachment, NewFile, Thumbnail};
pub use groups::{
    ChangeRefused, Changed, Channel, ChannelCursor, ChannelPage, GroupChange, Invite, InviteRefused, NewGroup,
    NewInvite, Permit, Standing, What,
};
pub use members::{Mark, Marks, Member, MemberPage, Settings, SettingsChange, SettingsSet};
pub use messages::{
    AppendError, Appended, ChangedMessage, DirectPolicy, Draft, Message, MessageChange, MessagePermit, MessageRefused,
    Page, PageOf, Reaction, ToMessage, Unread,
};
pub use open::{DatabaseKind, OpenOptions};
pub use presence::{Audience, Writing};
pub use previews::{KnownPage, Preview, PreviewCard};
pub use push::{NewSubscription, PushAudience, PushMessage, Subscriber};
pub use search::{Hit, HitPage, Searched, Sought};
#[doc(hidden)]
pub use sql::{Sql, all_statements};
pub use sync::{SyncLimits, SyncMarks, Synced, SyncedConversation};
pub use users::{Credentials, NewUser, User};

/// The database. Cheap to clone; all clones share the same connections.
#[derive(Debug, Clone)]
pub struct Store {
    db: db::Db,
}

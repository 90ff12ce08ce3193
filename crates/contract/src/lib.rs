//! The contract between Linnet and its clients: every event, payload, reply and error code.
//!
//! Nothing here does I/O. The event table ([`events`]), the error table ([`errors`]) and the bounds ([`limits`]) each
//! stand in one place, and who may do what ([`permissions`]) in another; `web/src/contract.ts` and `web/src/permissions.ts` are
//! generated from them by `make contract`, and tests fail when they differ. Wire types are never database rows: the server turns the one into the other.

pub mod digest;
pub mod errors;
pub mod events;
pub mod files;
pub mod http;
pub mod ids;
pub mod limits;
pub mod model;
pub mod people;
pub mod permissions;
pub mod presence;
pub mod push;
pub mod search;
pub mod settings;
mod table;
pub mod typescript;

pub use errors::ErrorCode;
pub use events::{Ack, ClientEvent, Failure, ServerEvent};
pub use files::Attachment;
pub use ids::{ConversationId, DeviceId, FileId, MessageId, Sequence, TempId, UserId, Version};
pub use model::{
    ConversationKind, ConversationSummary, LinkPreview, Member, Message, MessageKind, Named, Posting, Reaction, Role,
    SystemChange, User,
};
pub use people::{ConnectionState, Person};

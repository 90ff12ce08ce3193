//! Who is in a conversation, and how far each has received and read it. The two marks of a member only grow.

mod list;
mod mark;
mod settings;
pub(crate) mod sql;

use linnet_contract::{ConversationId, Role, Sequence, UserId};

use crate::decode::{Id, Word};

pub use list::MemberPage;
pub use mark::{Mark, Marks};
pub use settings::{Settings, SettingsChange, SettingsSet};

/// A member of a conversation, with what others see of the person.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Member {
    /// Where.
    #[sqlx(try_from = "Id")]
    pub conversation: ConversationId,
    /// Who.
    #[sqlx(try_from = "Id")]
    pub user: UserId,
    /// Unique name.
    pub username: String,
    /// What to show.
    pub display_name: String,
    /// Where the picture is kept, if there is one.
    pub avatar: Option<String>,
    /// What they may do here.
    #[sqlx(try_from = "Word")]
    pub role: Role,
    /// Everything up to here has reached one of their devices.
    #[sqlx(try_from = "i64")]
    pub delivered: Sequence,
    /// Everything up to here was read.
    #[sqlx(try_from = "i64")]
    pub read: Sequence,
    /// Their place in the order of joining.
    pub position: i64,
}

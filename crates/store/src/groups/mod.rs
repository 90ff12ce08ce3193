//! Groups and channels: made, changed, joined and left.
//!
//! Every change is one transaction that locks the conversation, asks its caller whether this person may do it, does it, and
//! says so in a system message with the next `sequence` and `version`. So a change has its place in the order of the
//! messages, and nothing can slip in between the check and the change.

mod change;
mod channels;
mod create;
mod invites;
mod members;
mod purge;
pub(crate) mod sql;

use linnet_contract::{ConversationId, ConversationKind, MessageId, Posting, Role, UserId};

use uuid::Uuid;

use crate::{
    avatars::Avatar,
    messages::{DirectPolicy, Message},
};

pub use channels::{Channel, ChannelCursor, ChannelPage};
pub use create::NewGroup;
pub use invites::{Invite, InviteRefused, NewInvite};

/// What to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// What it is called, what it is about, who may write. None: as it was.
    Edit {
        /// Its title.
        title: Option<String>,
        /// Its topic; an empty one takes it away.
        topic: Option<String>,
        /// Who may write.
        posting: Option<Posting>,
    },
    /// Another picture under this id, or none.
    Picture {
        /// The new one.
        new: Option<(Uuid, Avatar)>,
    },
    /// Add these people, all or nobody; who is a member already stays one.
    Add {
        /// Whom.
        users: Vec<UserId>,
        /// Whom one may add.
        policy: DirectPolicy,
        /// Members that it may have.
        most: i64,
    },
    /// Remove somebody; oneself: leave. When the last member leaves, the conversation is gone.
    Remove {
        /// Whom.
        user: UserId,
    },
    /// Let somebody do more or less.
    SetRole {
        /// Who.
        user: UserId,
        /// What they are from now on.
        role: Role,
    },
    /// Come in.
    Join {
        /// The code of an invite link, if it is by one.
        invite: Option<String>,
        /// Members that it may have.
        most: i64,
    },
    /// Delete it.
    Delete,
}

/// A change that somebody wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupChange {
    /// Where.
    pub conversation: ConversationId,
    /// Who wants it, always from the session.
    pub actor: UserId,
    /// What.
    pub what: What,
    /// Ids for the system messages: an edit of everything says three things.
    pub ids: [MessageId; 3],
    /// Now.
    pub now: i64,
}

/// How the actor stands to what they want to do. The caller knows what is permitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// What the conversation is for.
    pub kind: ConversationKind,
    /// What the actor is there; none: not a member.
    pub role: Option<Role>,
    /// What the person is whom the change is about, if it is about one.
    pub target: Option<Role>,
}

/// Whether somebody who stands like this may do it.
pub type Permit<'a> = &'a (dyn Fn(Standing) -> bool + Send + Sync);

/// What was changed. All empty: it was like that already.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changed {
    /// The system messages, in order.
    pub messages: Vec<Message>,
    /// Who came in.
    pub added: Vec<UserId>,
    /// Who is no longer a member.
    pub removed: Vec<UserId>,
    /// Whose role is another one.
    pub role_of: Option<UserId>,
}

/// Why a change was refused. It changed nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChangeRefused {
    /// The actor is not a member, or there is no such conversation; the two are not told apart.
    #[error("not a member of this conversation")]
    NotMember,
    /// The actor is a member and may not do this.
    #[error("this member may not do that")]
    NotPermitted,
    /// The person whom it is about is not there.
    #[error("there is no such person")]
    NoSuchPerson,
    /// The actor blocked this person (by username).
    #[error("the actor blocked this person")]
    Blocked(String),
    /// The actor and this person (by username) are not connected, and the policy asks for it; or this person blocked the
    /// actor, who is not told.
    #[error("the two people are not connected")]
    NotConnected(String),
    /// It would have more members than it may have.
    #[error("the conversation is full")]
    Full,
    /// Nobody would own it, and it has other members.
    #[error("the last owner")]
    LastOwner,
    /// The link is unknown, expired, revoked or used up; which of these is not told.
    #[error("the invite is not valid")]
    BadInvite,
}

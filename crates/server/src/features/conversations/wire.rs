//! From rows to what people see.

use linnet_contract::{ConversationSummary, Member, http::Channel};
use linnet_store as store;

use crate::features::{messages, settings};

/// A conversation as one of its members sees it.
pub(super) fn summary(row: store::Summary) -> ConversationSummary {
    let unread = row.unread();
    ConversationSummary {
        id: row.conversation.id,
        kind: row.conversation.kind,
        title: row.conversation.title,
        topic: row.conversation.topic,
        posting: row.conversation.posting,
        avatar_url: row.conversation.avatar,
        version: row.conversation.version,
        last_sequence: row.conversation.last_sequence,
        read_sequence: row.viewer.read,
        unread,
        last_message: row.last_message.map(messages::message),
        members: row.members.into_iter().map(member).collect(),
        member_count: row.conversation.member_count,
        settings: settings::wire(row.settings),
    }
}

/// A member as the others see them.
pub(super) fn member(row: store::Member) -> Member {
    Member {
        user_id: row.user,
        username: row.username,
        display_name: row.display_name,
        avatar_url: row.avatar,
        role: row.role,
        delivered: row.delivered,
        read: row.read,
    }
}

/// A channel, or what an invite link leads to.
pub(super) fn channel(row: store::Channel) -> Channel {
    Channel {
        id: row.id,
        kind: row.kind,
        title: row.title,
        topic: row.topic,
        avatar_url: row.avatar,
        posting: row.posting,
        member_count: row.member_count,
        joined: row.joined,
    }
}

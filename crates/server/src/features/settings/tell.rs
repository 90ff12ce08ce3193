//! From rows to what the user's devices hear.

use linnet_contract::{
    ConversationId, Sequence, UserId,
    settings::{ConversationSettings, SettingsUpdated},
};
use linnet_store::Settings;

use crate::{clock::timestamp, fanout::Fanout};

/// Settings as their owner sees them.
#[must_use]
pub fn wire(row: Settings) -> ConversationSettings {
    ConversationSettings {
        version: row.version,
        notify: row.notify,
        muted_until: row.muted_until.map(timestamp),
        unread_from: row.unread_from.and_then(|from| Sequence::try_from(from).ok()),
    }
}

/// Tells all the user's devices.
pub fn tell(fanout: &Fanout, user: UserId, conversation: ConversationId, settings: Settings, unread: i64) {
    let updated = SettingsUpdated {
        conversation_id: conversation,
        settings: wire(settings),
        unread,
    };
    fanout.to_user(user, &updated);
}

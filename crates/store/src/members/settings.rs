//! What a member sets for themselves in a conversation.

use linnet_contract::{ConversationId, Sequence, UserId, settings::Notify};

use super::sql;
use crate::{
    Store,
    db::{execute, fetch},
    decode::{Word, notify_word},
    error::{StoreError, retry},
};

/// A member's own settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Settings {
    /// How many changes there were.
    #[sqlx(rename = "settings_version")]
    pub version: i64,
    /// Of what to notify.
    #[sqlx(try_from = "Word")]
    pub notify: Notify,
    /// Nothing notifies until then: milliseconds since 1970.
    pub muted_until: Option<i64>,
    /// Marked unread from this message on.
    pub unread_from: Option<i64>,
}

impl Settings {
    /// How many messages count as unread.
    #[must_use]
    pub fn unread(&self, last: Sequence, read: Sequence) -> i64 {
        let marked = self.unread_from.map_or(i64::MAX, |from| from - 1);
        last.get() - read.get().min(marked)
    }
}

/// What to change; what is `None` stays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SettingsChange {
    /// Of what to notify.
    pub notify: Option<Notify>,
    /// Until when it is muted; `Some(None)` for no longer.
    pub muted_until: Option<Option<i64>>,
    /// Marked unread from here on.
    pub unread_from: Option<Sequence>,
}

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingsSet {
    /// The settings as they are now.
    Done {
        /// They.
        settings: Settings,
        /// How many messages count as unread now.
        unread: i64,
        /// Something is another than before.
        changed: bool,
    },
    /// There is no such conversation, or not for this user.
    NotMember,
    /// There is no message to mark unread.
    NoMessage,
}

#[derive(sqlx::FromRow)]
struct Own {
    #[sqlx(flatten)]
    settings: Settings,
    #[sqlx(try_from = "i64")]
    read: Sequence,
    #[sqlx(try_from = "i64")]
    last_sequence: Sequence,
}

impl Store {
    /// Changes a member's own settings. What is so already changes nothing.
    pub async fn members_settings_set(
        &self,
        user: UserId,
        conversation: ConversationId,
        change: SettingsChange,
    ) -> Result<SettingsSet, StoreError> {
        Ok(retry!(self.settings_set_once(user, conversation, change))?)
    }

    async fn settings_set_once(
        &self,
        user: UserId,
        conversation: ConversationId,
        change: SettingsChange,
    ) -> Result<SettingsSet, sqlx::Error> {
        let mut tx = self.db.write().await?;
        let own: Option<Own> = fetch!(optional, tx, sql::SETTINGS_LOCK, conversation.0, user.0)?;
        let Some(Own {
            settings: before,
            read,
            last_sequence,
        }) = own
        else {
            return Ok(SettingsSet::NotMember);
        };
        if change.unread_from.is_some_and(|from| from > last_sequence) {
            return Ok(SettingsSet::NoMessage);
        }
        let mut settings = Settings {
            notify: change.notify.unwrap_or(before.notify),
            muted_until: change.muted_until.unwrap_or(before.muted_until),
            unread_from: change.unread_from.map(Sequence::get).or(before.unread_from),
            ..before
        };
        let changed = settings != before;
        if changed {
            settings.version += 1;
            let (notify, muted, unread) = (notify_word(settings.notify), settings.muted_until, settings.unread_from);
            let (id, version) = (conversation.0, settings.version);
            execute!(tx, sql::SETTINGS_SET, id, user.0, version, notify, muted, unread)?;
            tx.commit().await?;
        }
        Ok(SettingsSet::Done {
            unread: settings.unread(last_sequence, read),
            settings,
            changed,
        })
    }
}

//! Where devices are told of messages while no page is open, and whom to tell of which.

pub(crate) mod sql;

use std::{cmp::Reverse, collections::HashSet};

use linnet_contract::{ConversationId, ConversationKind, DeviceId, Sequence, UserId, settings::Notify};

use crate::{
    Store,
    bulk::Column,
    db::{Tx, execute, fetch},
    decode::{Id, MaybeMentions, Word},
    error::{StoreError, retry},
};

/// Where a device wants to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSubscription {
    /// The device; there is one subscription for each.
    pub device: DeviceId,
    /// The address at its push service.
    pub endpoint: String,
    /// Its public key: an uncompressed point of P-256.
    pub p256dh: Vec<u8>,
    /// The secret that it shares with us: 16 bytes.
    pub auth: Vec<u8>,
    /// Now.
    pub now: i64,
}

/// A device to tell of something in a conversation.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Subscriber {
    /// The device.
    #[sqlx(try_from = "Id")]
    pub device: DeviceId,
    /// Whose it is.
    #[sqlx(try_from = "Id")]
    pub user: UserId,
    /// The address at its push service.
    pub endpoint: String,
    /// Its public key.
    pub p256dh: Vec<u8>,
    /// The secret that it shares with us.
    pub auth: Vec<u8>,
    /// Of what to tell.
    #[sqlx(try_from = "Word")]
    pub notify: Notify,
    /// How far the user has read.
    #[sqlx(try_from = "i64")]
    pub read: Sequence,
    /// The user's place among the members.
    pub position: i64,
}

/// A message to tell of, as it is now.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PushMessage {
    /// Its place.
    #[sqlx(try_from = "i64")]
    pub sequence: Sequence,
    /// When it was written.
    pub created_at: i64,
    /// Who wrote it.
    #[sqlx(try_from = "Id")]
    pub sender: UserId,
    /// What to show for them.
    pub sender_name: String,
    /// The text.
    pub body: String,
    /// The members whom it names.
    #[sqlx(try_from = "MaybeMentions")]
    pub mentions: Vec<UserId>,
    /// It carries files.
    pub files: bool,
    /// What the conversation is called.
    pub title: Option<String>,
    /// What the conversation is.
    #[sqlx(try_from = "Word")]
    pub kind: ConversationKind,
}

/// What there is to tell, and who may not be told by whom.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PushAudience {
    /// The newest first.
    pub messages: Vec<PushMessage>,
    /// (who blocked, whom).
    pub blocking: HashSet<(UserId, UserId)>,
}

impl Store {
    /// Remembers where a device wants to be told, in place of what it said before. `false`: it is not signed in.
    pub async fn push_subscribe(&self, new: &NewSubscription) -> Result<bool, StoreError> {
        Ok(retry!(self.subscribe_once(new))?)
    }

    async fn subscribe_once(&self, new: &NewSubscription) -> Result<bool, sqlx::Error> {
        let (endpoint, key, auth) = (new.endpoint.as_str(), new.p256dh.as_slice(), new.auth.as_slice());
        let mut tx = self.db.write().await?;
        let added = execute!(tx, sql::SUBSCRIBE, new.device.0, new.now, endpoint, key, auth)?;
        if added > 0 {
            execute!(tx, sql::TAKE_OVER, endpoint, auth, new.device.0)?;
            tx.commit().await?;
        }
        Ok(added > 0)
    }

    /// Forgets where a device wanted to be told; `false` if it did not.
    pub async fn push_unsubscribe(&self, device: DeviceId) -> Result<bool, StoreError> {
        Ok(retry!(self.write_about_push(async |tx| execute!(tx, sql::UNSUBSCRIBE, device.0)))? > 0)
    }

    /// Forgets a subscription that its push service does not know any more.
    pub async fn push_forget(&self, device: DeviceId, endpoint: &str) -> Result<bool, StoreError> {
        Ok(retry!(self.write_about_push(async |tx| execute!(tx, sql::FORGET, device.0, endpoint)))? > 0)
    }

    /// Forgets the subscriptions of devices that ended or were signed out.
    pub async fn push_sweep(&self, now: i64) -> Result<u64, StoreError> {
        Ok(retry!(self.write_about_push(async |tx| execute!(tx, sql::SWEEP, now)))?)
    }

    async fn write_about_push<F>(&self, write: F) -> Result<u64, sqlx::Error>
    where
        F: AsyncFnOnce(&mut Tx) -> Result<u64, sqlx::Error>,
    {
        let mut tx = self.db.write().await?;
        let changed = write(&mut tx).await?;
        tx.commit().await?;
        Ok(changed)
    }

    /// Whether anybody wants to be told at all.
    pub async fn push_any(&self) -> Result<bool, StoreError> {
        Ok(self.any_subscription().await?)
    }

    async fn any_subscription(&self) -> Result<bool, sqlx::Error> {
        let mut reader = self.db.reader().await?;
        let (count,): (i64,) = fetch!(one, reader, sql::ANY)?;
        Ok(count > 0)
    }

    /// The newest messages behind `after` and up to `until` that are worth telling of: at most 100.
    pub async fn push_audience(
        &self,
        conversation: ConversationId,
        after: i64,
        until: i64,
    ) -> Result<PushAudience, StoreError> {
        Ok(self.audience(conversation, after, until).await?)
    }

    async fn audience(
        &self,
        conversation: ConversationId,
        after: i64,
        until: i64,
    ) -> Result<PushAudience, sqlx::Error> {
        let mut reader = self.db.reader().await?;
        let mut messages: Vec<PushMessage> = fetch!(all, reader, sql::MESSAGES, conversation.0, after, until)?;
        messages.sort_unstable_by_key(|message| Reverse(message.sequence));
        let columns = || vec![Column::Ids(messages.iter().map(|message| message.sender.0).collect())];
        let blocking: Vec<(Id, Id)> = fetch!(all, reader, sql::BLOCKING, conversation.0; columns())?;
        let blocking = blocking.into_iter().map(|(by, whom)| (by.into(), whom.into()));
        Ok(PushAudience {
            blocking: blocking.collect(),
            messages,
        })
    }

    /// Devices of members who have not read everything up to `until` and want to be told: at most `limit` behind this one.
    pub async fn push_subscribers(
        &self,
        conversation: ConversationId,
        until: i64,
        now: i64,
        behind: Option<&Subscriber>,
        limit: i64,
    ) -> Result<Vec<Subscriber>, StoreError> {
        Ok(self.subscribers(conversation, until, now, behind, limit).await?)
    }

    async fn subscribers(
        &self,
        conversation: ConversationId,
        until: i64,
        now: i64,
        behind: Option<&Subscriber>,
        limit: i64,
    ) -> Result<Vec<Subscriber>, sqlx::Error> {
        let (position, device) = behind.map_or((0, uuid::Uuid::nil()), |last| (last.position, last.device.0));
        let mut reader = self.db.reader().await?;
        fetch!(
            all,
            reader,
            sql::SUBSCRIBERS,
            conversation.0,
            until,
            now,
            position,
            device,
            limit
        )
    }

    /// The same of one device.
    pub async fn push_subscriber(
        &self,
        conversation: ConversationId,
        until: i64,
        now: i64,
        device: DeviceId,
    ) -> Result<Option<Subscriber>, StoreError> {
        Ok(self.subscriber(conversation, until, now, device).await?)
    }

    async fn subscriber(
        &self,
        conversation: ConversationId,
        until: i64,
        now: i64,
        device: DeviceId,
    ) -> Result<Option<Subscriber>, sqlx::Error> {
        let mut reader = self.db.reader().await?;
        fetch!(optional, reader, sql::DEVICE, conversation.0, until, now, device.0)
    }

    /// Conversations in which somebody has something unread: at most `limit`, in no order.
    pub async fn push_waiting(&self, user: UserId, limit: i64) -> Result<Vec<ConversationId>, StoreError> {
        Ok(self.waiting(user, limit).await?)
    }

    async fn waiting(&self, user: UserId, limit: i64) -> Result<Vec<ConversationId>, sqlx::Error> {
        let mut reader = self.db.reader().await?;
        let ids: Vec<(Id,)> = fetch!(all, reader, sql::WAITING, user.0, limit)?;
        Ok(ids.into_iter().map(|(id,)| id.into()).collect())
    }
}

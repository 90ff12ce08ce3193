//! To whom a digest of what is unread goes by mail, and of what.

pub(crate) mod sql;

use linnet_contract::{ConversationId, Sequence, UserId, digest::Language, settings::Notify};

use crate::{
    Store,
    db::{Tx, execute, fetch},
    decode::{Id, Word, language_word},
    error::{StoreError, retry},
};

/// What somebody said about it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct DigestChoice {
    /// Where it goes.
    pub address: String,
    /// What it is written in.
    #[sqlx(try_from = "Word")]
    pub language: Language,
    /// They want it.
    pub wanted: bool,
    /// They showed that the address is theirs.
    pub confirmed: bool,
}

/// An address that somebody says is theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDigest {
    /// Who.
    pub user: UserId,
    /// The address.
    pub address: String,
    /// What to write in.
    pub language: Language,
    /// What shows that they read what was sent there.
    pub code: String,
    /// Until when.
    pub code_expires_at: i64,
    /// What unsubscribes: 32 bytes.
    pub token: Vec<u8>,
    /// Now.
    pub now: i64,
}

/// Somebody who may get a digest.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct DigestDue {
    /// Who.
    #[sqlx(try_from = "Id")]
    pub user: UserId,
    /// Where it goes.
    pub address: String,
    /// What it is written in.
    #[sqlx(try_from = "Word")]
    pub language: Language,
    /// What unsubscribes.
    pub token: Vec<u8>,
    /// What was written up to then was told.
    pub told_until: i64,
    /// How often the mail server said "later".
    pub tries: i64,
    /// When they were last told or there, whichever was later.
    pub since: i64,
}

/// Where somebody has something unread.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct DigestUnread {
    /// Where.
    #[sqlx(try_from = "Id")]
    pub conversation: ConversationId,
    /// How far they have read.
    #[sqlx(try_from = "i64")]
    pub read: Sequence,
    /// Of what to tell them there.
    #[sqlx(try_from = "Word")]
    pub notify: Notify,
}

impl Store {
    /// What somebody said about digests. None: nothing.
    pub async fn digests_get(&self, user: UserId) -> Result<Option<DigestChoice>, StoreError> {
        Ok(self.digest(user).await?)
    }

    async fn digest(&self, user: UserId) -> Result<Option<DigestChoice>, sqlx::Error> {
        let mut reader = self.db.reader().await?;
        fetch!(optional, reader, sql::GET, user.0)
    }

    /// Remembers an address that is yet to be confirmed, in place of what there was.
    pub async fn digests_ask(&self, new: &NewDigest) -> Result<(), StoreError> {
        let language = language_word(new.language);
        retry!(self.write_about_digests(async |tx| execute!(
            tx,
            sql::ASK,
            new.user.0,
            new.address.as_str(),
            language,
            new.code.as_str(),
            new.code_expires_at,
            new.token.as_slice(),
            new.now
        )))?;
        Ok(())
    }

    /// Confirms the address by the code that was sent there, and turns digests on. `false`: it is another one, or too late.
    pub async fn digests_confirm(&self, user: UserId, code: &str, now: i64) -> Result<bool, StoreError> {
        let confirmed = retry!(self.write_about_digests(async |tx| execute!(tx, sql::CONFIRM, user.0, code, now)))?;
        Ok(confirmed > 0)
    }

    /// Turns digests on or off. `false`: there is no address that was confirmed.
    pub async fn digests_switch(
        &self,
        user: UserId,
        wanted: bool,
        language: Language,
        now: i64,
    ) -> Result<bool, StoreError> {
        let language = language_word(language);
        let switched =
            retry!(self.write_about_digests(async |tx| execute!(tx, sql::SWITCH, user.0, wanted, language, now)))?;
        Ok(switched > 0)
    }

    /// Forgets the address.
    pub async fn digests_forget(&self, user: UserId) -> Result<bool, StoreError> {
        Ok(retry!(self.write_about_digests(async |tx| execute!(tx, sql::FORGET, user.0)))? > 0)
    }

    /// Whose digest this is, of what unsubscribes.
    pub async fn digests_by_token(&self, token: &[u8]) -> Result<Option<DigestChoice>, StoreError> {
        Ok(self.digest_by_token(token).await?)
    }

    async fn digest_by_token(&self, token: &[u8]) -> Result<Option<DigestChoice>, sqlx::Error> {
        let mut reader = self.db.reader().await?;
        fetch!(optional, reader, sql::BY_TOKEN, token)
    }

    /// Turns digests off, by what unsubscribes. `false`: it belongs to nobody.
    pub async fn digests_unsubscribe(&self, token: &[u8]) -> Result<bool, StoreError> {
        Ok(retry!(self.write_about_digests(async |tx| execute!(tx, sql::UNSUBSCRIBE, token)))? > 0)
    }

    /// People behind this one who may get a digest now, of whom something is unread that was written up to `old`: at most
    /// `limit`.
    pub async fn digests_due(
        &self,
        behind: Option<UserId>,
        now: i64,
        old: i64,
        limit: i64,
    ) -> Result<Vec<DigestDue>, StoreError> {
        Ok(self.due(behind, now, old, limit).await?)
    }

    async fn due(&self, behind: Option<UserId>, now: i64, old: i64, limit: i64) -> Result<Vec<DigestDue>, sqlx::Error> {
        let behind = behind.map_or(uuid::Uuid::nil(), |user| user.0);
        let mut reader = self.db.reader().await?;
        fetch!(all, reader, sql::DUE, behind, now, old, limit)
    }

    /// Where somebody has something unread that was written behind `since`: at most `limit`, the newest first.
    pub async fn digests_unread(
        &self,
        user: UserId,
        since: i64,
        now: i64,
        limit: i64,
    ) -> Result<Vec<DigestUnread>, StoreError> {
        Ok(self.unread_of(user, since, now, limit).await?)
    }

    async fn unread_of(
        &self,
        user: UserId,
        since: i64,
        now: i64,
        limit: i64,
    ) -> Result<Vec<DigestUnread>, sqlx::Error> {
        let mut reader = self.db.reader().await?;
        fetch!(all, reader, sql::UNREAD, user.0, since, now, limit)
    }

    /// Writes down that somebody is told of what was written up to `until`, before they are. `false`: they are told already, or
    /// do not want it any more.
    pub async fn digests_claim(&self, due: &DigestDue, until: i64, now: i64, next_at: i64) -> Result<bool, StoreError> {
        let (user, before, token) = (due.user.0, due.told_until, due.token.as_slice());
        let claimed = retry!(self.write_about_digests(async |tx| execute!(
            tx,
            sql::CLAIM,
            user,
            before,
            until,
            next_at,
            token,
            now
        )))?;
        Ok(claimed > 0)
    }

    /// It is done with what was claimed up to `until`.
    pub async fn digests_taken(&self, due: &DigestDue, until: i64) -> Result<(), StoreError> {
        retry!(self.write_about_digests(async |tx| execute!(tx, sql::TAKEN, due.user.0, until)))?;
        Ok(())
    }

    /// The mail server surely did not take what was claimed up to `until`: it is tried again.
    pub async fn digests_give_back(&self, due: &DigestDue, until: i64, next_at: i64) -> Result<(), StoreError> {
        let (user, before) = (due.user.0, due.told_until);
        retry!(self.write_about_digests(async |tx| execute!(tx, sql::GIVE_BACK, user, until, before, next_at)))?;
        Ok(())
    }

    async fn write_about_digests<F>(&self, write: F) -> Result<u64, sqlx::Error>
    where
        F: AsyncFnOnce(&mut Tx) -> Result<u64, sqlx::Error>,
    {
        let mut tx = self.db.write().await?;
        let changed = write(&mut tx).await?;
        tx.commit().await?;
        Ok(changed)
    }
}

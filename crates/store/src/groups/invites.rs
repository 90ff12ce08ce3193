//! Invite links: made and revoked by who manages a conversation, used by anybody who has the code.

use linnet_contract::{ConversationId, UserId};

use super::{
    Channel, Permit, Standing,
    change::{Locked, person},
    sql,
};
use crate::{
    Store,
    db::{Tx, execute, fetch},
    decode::Id,
    error::{StoreError, retry},
};

/// A link to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewInvite {
    /// Its code: chance, and enough of it that nobody guesses one.
    pub code: String,
    /// Where it leads.
    pub conversation: ConversationId,
    /// Who makes it.
    pub actor: UserId,
    /// Until when it is valid.
    pub expires_at: i64,
    /// How many people may join by it; none: any number.
    pub max_uses: Option<i64>,
    /// Links that the conversation may have at once.
    pub most: i64,
    /// Now.
    pub now: i64,
}

/// A link.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Invite {
    /// Its code.
    pub code: String,
    /// Where it leads.
    #[sqlx(try_from = "Id")]
    pub conversation: ConversationId,
    /// Who made it.
    #[sqlx(try_from = "Id")]
    pub created_by: UserId,
    /// When.
    pub created_at: i64,
    /// Until when it is valid.
    pub expires_at: i64,
    /// How many people may join by it; none: any number.
    pub max_uses: Option<i64>,
    /// How many have.
    pub uses: i64,
}

/// Why nothing was done about a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InviteRefused {
    /// The actor is not a member, or there is no such conversation or link.
    #[error("there is no such conversation or invite")]
    NotFound,
    /// The actor is a member and may not do this.
    #[error("this member may not do that")]
    NotPermitted,
    /// The conversation has as many links as it may have.
    #[error("the conversation has too many invites")]
    TooMany,
}

type Answer<T> = Result<Result<T, InviteRefused>, sqlx::Error>;

impl Store {
    /// Makes a link.
    ///
    /// # Errors
    /// Of the database; a refusal is the inner result.
    pub async fn invites_create(
        &self,
        new: &NewInvite,
        permit: Permit<'_>,
    ) -> Result<Result<Invite, InviteRefused>, StoreError> {
        Ok(retry!(self.invite_create_once(new, permit))?)
    }

    async fn invite_create_once(&self, new: &NewInvite, permit: Permit<'_>) -> Answer<Invite> {
        let mut tx = self.db.write().await?;
        if let Err(refused) = permitted(&mut tx, sql::LOCK, new.conversation, new.actor, permit).await? {
            return Ok(Err(refused));
        }
        let conversation = new.conversation.0;
        execute!(tx, sql::INVITES_FORGET, conversation, new.now)?;
        let (count,): (i64,) = fetch!(one, tx, sql::INVITES_COUNT, conversation)?;
        if count >= new.most {
            return Ok(Err(InviteRefused::TooMany));
        }
        let (code, by) = (new.code.as_str(), new.actor.0);
        execute!(
            tx,
            sql::INVITE_INSERT,
            code,
            conversation,
            by,
            new.now,
            new.expires_at,
            new.max_uses
        )?;
        tx.commit().await?;
        Ok(Ok(Invite {
            code: new.code.clone(),
            conversation: new.conversation,
            created_by: new.actor,
            created_at: new.now,
            expires_at: new.expires_at,
            max_uses: new.max_uses,
            uses: 0,
        }))
    }

    /// The links of a conversation that are still valid, the newest first.
    ///
    /// # Errors
    /// Of the database; a refusal is the inner result.
    pub async fn invites_list(
        &self,
        conversation: ConversationId,
        actor: UserId,
        now: i64,
        permit: Permit<'_>,
    ) -> Result<Result<Vec<Invite>, InviteRefused>, StoreError> {
        Ok(self.invites(conversation, actor, now, permit).await?)
    }

    async fn invites(
        &self,
        conversation: ConversationId,
        actor: UserId,
        now: i64,
        permit: Permit<'_>,
    ) -> Answer<Vec<Invite>> {
        let mut tx = self.db.snapshot().await?;
        if let Err(refused) = permitted(&mut tx, sql::FIND, conversation, actor, permit).await? {
            return Ok(Err(refused));
        }
        fetch!(all, tx, sql::INVITES, conversation.0, now).map(Ok)
    }

    /// Takes a link back: from then on nobody joins by it.
    ///
    /// # Errors
    /// Of the database; a refusal is the inner result.
    pub async fn invites_revoke(
        &self,
        conversation: ConversationId,
        actor: UserId,
        code: &str,
        permit: Permit<'_>,
    ) -> Result<Result<(), InviteRefused>, StoreError> {
        Ok(retry!(self.invite_revoke_once(conversation, actor, code, permit))?)
    }

    async fn invite_revoke_once(
        &self,
        conversation: ConversationId,
        actor: UserId,
        code: &str,
        permit: Permit<'_>,
    ) -> Answer<()> {
        let mut tx = self.db.write().await?;
        if let Err(refused) = permitted(&mut tx, sql::LOCK, conversation, actor, permit).await? {
            return Ok(Err(refused));
        }
        if execute!(tx, sql::INVITE_DELETE, conversation.0, code)? == 0 {
            return Ok(Err(InviteRefused::NotFound));
        }
        tx.commit().await?;
        Ok(Ok(()))
    }

    /// Where a link leads; none if it is not valid (any more).
    pub async fn invites_find(&self, user: UserId, code: &str, now: i64) -> Result<Option<Channel>, StoreError> {
        Ok(self.invited(user, code, now).await?)
    }

    async fn invited(&self, user: UserId, code: &str, now: i64) -> Result<Option<Channel>, sqlx::Error> {
        let mut reader = self.db.reader().await?;
        fetch!(optional, reader, sql::INVITED, user.0, code, now)
    }
}

/// Asks whether the actor may; `find` is the statement that finds the conversation, and where something is written also
/// locks it, as a change does.
async fn permitted(
    tx: &mut Tx,
    find: crate::Sql,
    conversation: ConversationId,
    actor: UserId,
    permit: Permit<'_>,
) -> Answer<()> {
    let locked: Option<Locked> = fetch!(optional, tx, find, conversation.0)?;
    let role = match &locked {
        Some(_) => person(tx, conversation, actor).await?.and_then(|person| person.role),
        None => None,
    };
    let Some((locked, role)) = locked.zip(role) else {
        return Ok(Err(InviteRefused::NotFound));
    };
    let standing = Standing {
        kind: locked.kind,
        role: Some(role),
        target: None,
    };
    Ok(if permit(standing) {
        Ok(())
    } else {
        Err(InviteRefused::NotPermitted)
    })
}

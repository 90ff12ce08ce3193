//! Making a group or a channel.

use linnet_contract::{ConversationId, ConversationKind, MessageId, Posting, Role, UserId};

use super::{
    ChangeRefused, Changed,
    change::{Locked, Step, Turn, person, title_key},
    sql,
};
use crate::{
    Store,
    db::execute,
    decode::{kind_word, posting_word},
    error::{StoreError, retry},
    messages::DirectPolicy,
};

/// A group or a channel to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewGroup {
    /// Its id.
    pub id: ConversationId,
    /// Which of the two.
    pub kind: ConversationKind,
    /// Its title.
    pub title: String,
    /// What it is about.
    pub topic: Option<String>,
    /// Who may write.
    pub posting: Posting,
    /// Who makes it, and owns it.
    pub owner: UserId,
    /// The others.
    pub members: Vec<UserId>,
    /// Whom one may add.
    pub policy: DirectPolicy,
    /// Members that it may have.
    pub most: i64,
    /// The id of its first message, which says that it was made.
    pub message: MessageId,
    /// Now.
    pub now: i64,
}

impl Store {
    /// Makes a group or a channel with its first members: with all of them, or not at all.
    ///
    /// # Errors
    /// Of the database; a refusal is the inner result.
    pub async fn groups_create(&self, new: &NewGroup) -> Result<Result<Changed, ChangeRefused>, StoreError> {
        Ok(retry!(self.create_group_once(new))?)
    }

    async fn create_group_once(&self, new: &NewGroup) -> Step<Changed> {
        let mut tx = self.db.write().await?;
        let Some(owner) = person(&mut tx, new.id, new.owner).await? else {
            return Ok(Err(ChangeRefused::NoSuchPerson));
        };
        execute!(
            tx,
            sql::INSERT,
            new.id.0,
            kind_word(new.kind),
            new.title.as_str(),
            title_key(&new.title),
            new.topic.as_deref(),
            posting_word(new.posting),
            new.now
        )?;
        let mut turn = Turn {
            tx,
            locked: Locked {
                id: new.id,
                kind: new.kind,
                title: Some(new.title.clone()),
                topic: new.topic.clone(),
                avatar: None,
                posting: new.posting,
                last_sequence: 0,
                version: 0,
                member_count: 0,
                last_message_at: new.now,
            },
            actor: new.owner,
            actor_name: owner.name,
            ids: &[new.message],
            now: new.now,
            says: Vec::new(),
            changed: Changed::default(),
            deleted: false,
        };
        if let Err(refused) = turn.insert(&[(new.owner, Role::Owner)], new.most).await? {
            return Ok(Err(refused));
        }
        match turn
            .add(&new.members, new.policy, new.most, Some(new.title.clone()))
            .await?
        {
            Ok(()) => turn.finish().await.map(Ok),
            Err(refused) => Ok(Err(refused)),
        }
    }
}

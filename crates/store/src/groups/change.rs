//! The transaction of a change: lock, ask, do, say.

use linnet_contract::{
    ConversationId, ConversationKind, MessageId, MessageKind, Posting, Role, Sequence, SystemChange, UserId, Version,
};

use uuid::Uuid;

use super::{ChangeRefused, Changed, GroupChange, Permit, Standing, What, sql};
use crate::{
    Store,
    avatars::{self, Avatar},
    db::{Tx, execute, fetch},
    decode::{Id, MaybeWord, Word, posting_word},
    error::{StoreError, retry},
    messages::Message,
};

/// A conversation as the lock found it, or as the change has made it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct Locked {
    #[sqlx(try_from = "Id")]
    pub(super) id: ConversationId,
    #[sqlx(try_from = "Word")]
    pub(super) kind: ConversationKind,
    pub(super) title: Option<String>,
    pub(super) topic: Option<String>,
    pub(super) avatar: Option<String>,
    #[sqlx(try_from = "Word")]
    pub(super) posting: Posting,
    pub(super) last_sequence: i64,
    pub(super) version: i64,
    pub(super) member_count: i64,
    pub(super) last_message_at: i64,
}

/// Somebody, and what they are in the conversation.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct Person {
    pub(super) name: String,
    #[sqlx(try_from = "MaybeWord")]
    pub(super) role: Option<Role>,
}

/// A change on its way: what it does is collected, and written at the end.
pub(super) struct Turn<'c> {
    pub(super) tx: Tx,
    pub(super) locked: Locked,
    pub(super) actor: UserId,
    pub(super) actor_name: String,
    pub(super) ids: &'c [MessageId],
    pub(super) now: i64,
    pub(super) says: Vec<SystemChange>,
    pub(super) changed: Changed,
    /// Nobody is left, or it was deleted: there is nobody to say anything to.
    pub(super) deleted: bool,
}

/// What a step of a change gives: the database's error, or a refusal of the whole change.
pub(super) type Step<T> = Result<Result<T, ChangeRefused>, sqlx::Error>;

impl Store {
    /// Changes a group or a channel, if `permit` says that the actor may: it is asked under the lock, so that nobody acts
    /// with a role that was taken away before.
    ///
    /// # Errors
    /// Of the database; a refusal is the inner result.
    pub async fn groups_change(
        &self,
        change: &GroupChange,
        permit: Permit<'_>,
    ) -> Result<Result<Changed, ChangeRefused>, StoreError> {
        Ok(retry!(self.change_once(change, permit))?)
    }

    async fn change_once(&self, change: &GroupChange, permit: Permit<'_>) -> Step<Changed> {
        let mut tx = self.db.write().await?;
        let locked: Option<Locked> = fetch!(optional, tx, sql::LOCK, change.conversation.0)?;
        let Some(locked) = locked else {
            return Ok(Err(ChangeRefused::NotMember));
        };
        let Some(actor) = person(&mut tx, locked.id, change.actor).await? else {
            return Ok(Err(ChangeRefused::NotMember));
        };
        let mut standing = Standing {
            kind: locked.kind,
            role: actor.role,
            target: None,
        };
        let mut turn = Turn {
            tx,
            locked,
            actor: change.actor,
            actor_name: actor.name,
            ids: &change.ids,
            now: change.now,
            says: Vec::new(),
            changed: Changed::default(),
            deleted: false,
        };
        let joins = matches!(change.what, What::Join { .. });
        if standing.role.is_none() && !joins {
            return Ok(Err(ChangeRefused::NotMember));
        }
        let target = match &change.what {
            What::Remove { user } | What::SetRole { user, .. } => {
                let found = person(&mut turn.tx, turn.locked.id, *user).await?;
                standing.target = found.as_ref().and_then(|person| person.role);
                found.map(|person| (*user, person))
            }
            _ => None,
        };
        if !permit(standing) {
            // Whether there is such a conversation is not for outsiders.
            return Ok(Err(match standing.role {
                Some(_) => ChangeRefused::NotPermitted,
                None => ChangeRefused::NotMember,
            }));
        }
        let done = match &change.what {
            What::Edit { title, topic, posting } => {
                turn.edit(title.as_deref(), topic.as_deref(), *posting);
                Ok(())
            }
            What::Picture { new } => {
                turn.picture(new.as_ref()).await?;
                Ok(())
            }
            What::Add { users, policy, most } => turn.add(users, *policy, *most, None).await?,
            What::Remove { .. } => turn.remove(target).await?,
            What::SetRole { role, .. } => turn.set_role(target, *role).await?,
            What::Join { invite, most } => turn.join(standing.role, invite.as_deref(), *most).await?,
            What::Delete => {
                turn.deleted = true;
                Ok(())
            }
        };
        match done {
            Ok(()) => turn.finish().await.map(Ok),
            Err(refused) => Ok(Err(refused)),
        }
    }
}

/// Somebody as they stand to a conversation; none: there is no such account.
pub(super) async fn person(
    tx: &mut Tx,
    conversation: ConversationId,
    user: UserId,
) -> Result<Option<Person>, sqlx::Error> {
    fetch!(optional, tx, sql::PERSON, conversation.0, user.0)
}

/// A title as the list of channels is sorted and searched by.
pub(super) fn title_key(title: &str) -> String {
    title.to_lowercase()
}

impl Turn<'_> {
    fn edit(&mut self, title: Option<&str>, topic: Option<&str>, posting: Option<Posting>) {
        if let Some(title) = title.filter(|title| self.locked.title.as_deref() != Some(title)) {
            self.locked.title = Some(title.to_owned());
            self.says.push(SystemChange::TitleChanged {
                title: title.to_owned(),
            });
        }
        let topic = topic.map(|topic| (!topic.is_empty()).then(|| topic.to_owned()));
        if let Some(topic) = topic.filter(|topic| self.locked.topic != *topic) {
            self.locked.topic.clone_from(&topic);
            self.says.push(SystemChange::TopicChanged { topic });
        }
        if let Some(posting) = posting.filter(|posting| self.locked.posting != *posting) {
            self.locked.posting = posting;
            self.says.push(SystemChange::PostingChanged { posting });
        }
    }

    async fn picture(&mut self, new: Option<&(Uuid, Avatar)>) -> Result<(), sqlx::Error> {
        if new.is_none() && self.locked.avatar.is_none() {
            return Ok(());
        }
        let path = avatars::replace(&mut self.tx, self.locked.avatar.as_deref(), new).await?;
        self.locked.avatar.clone_from(&path);
        self.says.push(SystemChange::AvatarChanged { avatar_url: path });
        Ok(())
    }

    /// Writes what was collected.
    pub(super) async fn finish(mut self) -> Result<Changed, sqlx::Error> {
        let id = self.locked.id;
        if self.deleted {
            let members: Vec<(Id,)> = fetch!(all, self.tx, sql::MEMBERS_DELETE, id.0)?;
            self.changed.removed = members.into_iter().map(|(user,)| user.into()).collect();
            execute!(self.tx, sql::INVITES_DELETE, id.0)?;
            avatars::replace(&mut self.tx, self.locked.avatar.as_deref(), None).await?;
            execute!(self.tx, sql::DELETE, id.0, self.now)?;
            self.tx.commit().await?;
            return Ok(self.changed);
        }
        if self.says.is_empty() {
            return Ok(self.changed);
        }
        for (says, message) in std::mem::take(&mut self.says).into_iter().zip(self.ids) {
            self.say(*message, says).await?;
        }
        let Locked {
            title,
            topic,
            avatar,
            posting,
            last_sequence,
            version,
            member_count,
            last_message_at,
            ..
        } = self.locked;
        execute!(
            self.tx,
            sql::SETTLE,
            id.0,
            title.as_deref(),
            title.as_deref().map(title_key),
            topic.as_deref(),
            posting_word(posting),
            last_sequence,
            version,
            member_count,
            last_message_at.max(self.now),
            avatar.as_deref()
        )?;
        // Who writes has read; who left has no marks any more.
        execute!(self.tx, sql::ACTOR_ADVANCE, id.0, self.actor.0, last_sequence)?;
        self.tx.commit().await?;
        Ok(self.changed)
    }

    async fn say(&mut self, message: MessageId, says: SystemChange) -> Result<(), sqlx::Error> {
        let locked = &mut self.locked;
        locked.last_sequence += 1;
        locked.version += 1;
        let json = serde_json::to_string(&says).map_err(|error| sqlx::Error::Encode(error.into()))?;
        execute!(
            self.tx,
            sql::SAY,
            locked.id.0,
            locked.last_sequence,
            locked.version,
            message.0,
            self.actor.0,
            self.now,
            json.as_str()
        )?;
        let counted = "a conversation has fewer than 2^53 messages and changes";
        self.changed.messages.push(Message {
            id: message,
            conversation: locked.id,
            sequence: Sequence::try_from(locked.last_sequence).expect(counted),
            version: Version::try_from(locked.version).expect(counted),
            sender: self.actor,
            sender_name: self.actor_name.clone(),
            to_user: None,
            temp_id: None,
            body: String::new(),
            reply_to: None,
            reply_sequence: None,
            mentions: Vec::new(),
            files: Vec::new(),
            reactions: Vec::new(),
            preview: None,
            kind: MessageKind::System,
            created_at: self.now,
            edited_at: None,
            deleted_at: None,
            system: Some(says),
        });
        Ok(())
    }
}

//! Changing messages after they were written: an edit, a deletion, a reaction. A whole batch in one transaction, each
//! change decided as if it had come alone.
//!
//! Whoever changes a message holds the row of its conversation, as [`super::append`] does: that makes `version` dense, and
//! what is decided about one change stands on what the one before it did.

use std::collections::{BTreeMap, BTreeSet};

use linnet_contract::{ConversationId, ConversationKind, MessageId, MessageKind, UserId, Version, limits};

use super::{
    ChangedMessage, Message, MessageChange, MessagePermit, MessageRefused, Reaction, ToMessage,
    append::DirectPolicy,
    known::{Locked, Sender, named},
    numbering::mentions,
    sql,
};
use crate::{
    Standing, Store,
    bulk::Column,
    db::{Tx, execute, fetch},
    decode::{Id, mentions_json, reactions_json},
    error::{StoreError, retry},
    files::{attachments_json, release},
    previews::{Preview, PreviewCard, preview_json},
    search::index,
};

type Answers = Vec<Result<ChangedMessage, MessageRefused>>;

impl Store {
    /// Where a message is. For the server's own use: this does not ask who asks.
    pub async fn messages_find(&self, message: MessageId) -> Result<Option<ConversationId>, StoreError> {
        Ok(self.find_message(message).await?)
    }

    async fn find_message(&self, message: MessageId) -> Result<Option<ConversationId>, sqlx::Error> {
        let mut reader = self.db.reader().await?;
        let found: Option<(Id,)> = fetch!(optional, reader, sql::PLACE, message.0)?;
        Ok(found.map(|(conversation,)| conversation.into()))
    }

    /// Changes messages in one transaction; the answers are in the order of the changes. `permit` is asked under the lock, so
    /// that nobody acts with a role that was taken away before.
    ///
    /// # Errors
    /// Of the whole batch, when nothing was written, or nobody knows whether it was (the connection broke during the
    /// commit): asking again is right, because what is so already is not done again. Of one change, in its place.
    pub async fn messages_change(
        &self,
        changes: &[MessageChange],
        policy: DirectPolicy,
        permit: MessagePermit<'_>,
    ) -> Result<Answers, StoreError> {
        if changes.is_empty() {
            return Ok(Vec::new());
        }
        Ok(retry!(self.change_messages_once(changes, policy, permit))?)
    }

    async fn change_messages_once(
        &self,
        changes: &[MessageChange],
        policy: DirectPolicy,
        permit: MessagePermit<'_>,
    ) -> Result<Answers, sqlx::Error> {
        let mut tx = self.db.write().await?;
        let ids: BTreeSet<_> = changes.iter().map(|change| change.conversation).collect();
        let columns = || vec![Column::Ids(ids.iter().map(|id| id.0).collect())];
        let locked: Vec<Locked> = fetch!(all, tx, sql::CONVERSATIONS_LOCK; columns())?;
        let mut turn = Turn {
            tx,
            conversations: locked.into_iter().map(|locked| (locked.id, locked)).collect(),
            policy,
            permit,
        };
        let mut answers = Vec::with_capacity(changes.len());
        for change in changes {
            answers.push(turn.change(change).await?);
        }
        let touched: BTreeMap<ConversationId, i64> = answers
            .iter()
            .flatten()
            .filter(|answer| answer.changed)
            .map(|answer| (answer.message.conversation, answer.message.version.get()))
            .collect();
        if touched.is_empty() {
            return Ok(answers);
        }
        let columns = || {
            vec![
                Column::Ids(touched.keys().map(|id| id.0).collect()),
                Column::Numbers(touched.values().copied().collect()),
            ]
        };
        execute!(turn.tx, sql::VERSIONS_ADVANCE; columns())?;
        turn.tx.commit().await?;
        Ok(answers)
    }
}

/// The batch on its way.
struct Turn<'p> {
    tx: Tx,
    conversations: BTreeMap<ConversationId, Locked>,
    policy: DirectPolicy,
    permit: MessagePermit<'p>,
}

/// What a step gives: the database's error, or a refusal of this change.
type Step<T> = Result<Result<T, MessageRefused>, sqlx::Error>;

impl Turn<'_> {
    async fn change(&mut self, change: &MessageChange) -> Step<ChangedMessage> {
        let (conversation, actor) = (change.conversation, change.actor);
        let message: Option<Message> = fetch!(optional, self.tx, sql::BY_ID, change.message.0, conversation.0)?;
        let sender: Option<Sender> = fetch!(optional, self.tx, sql::SENDER, conversation.0, actor.0)?;
        let (Some(mut message), Some(sender)) = (message, sender) else {
            return Ok(Err(MessageRefused::NotFound));
        };
        if let Err(refused) = self.permit(&message, &sender, &change.what) {
            return Ok(Err(refused));
        }
        let Some(locked) = self.conversations.get(&conversation) else {
            return Ok(Err(MessageRefused::NotFound));
        };
        let version = Version::try_from(locked.version.get() + 1)
            .expect("a conversation has fewer than 2^53 messages and changes");
        let done = match &change.what {
            ToMessage::Edit { body, names, link } => {
                forget_other(&mut message, link.as_deref());
                self.edit(&mut message, body, names, change.now).await?
            }
            ToMessage::Preview { body, link, card } => Ok(message.body == *body && show(&mut message, link, card)),
            ToMessage::RemovePreview => Ok(hide(&mut message)),
            ToMessage::Delete => self.delete(&mut message, change.now).await?,
            ToMessage::React { emoji, on: true } => self.react(&mut message, actor, emoji, version).await?,
            ToMessage::React { emoji, on: false } => self.unreact(&mut message, actor, emoji).await?,
        };
        let changed = match done {
            Ok(changed) => changed,
            Err(refused) => return Ok(Err(refused)),
        };
        if changed {
            message.version = version;
            self.write(&message).await?;
            if !matches!(change.what, ToMessage::React { .. }) {
                index::change(&mut self.tx, &message).await?;
            }
            if let Some(locked) = self.conversations.get_mut(&conversation) {
                locked.version = version;
            }
        }
        Ok(Ok(ChangedMessage { message, changed }))
    }

    fn permit(&self, message: &Message, sender: &Sender, what: &ToMessage) -> Result<(), MessageRefused> {
        let conversation = self
            .conversations
            .get(&message.conversation)
            .ok_or(MessageRefused::NotFound)?;
        if message.kind == MessageKind::System {
            return Err(MessageRefused::System);
        }
        let standing = Standing {
            kind: conversation.kind,
            role: Some(sender.role),
            target: None,
        };
        if !(self.permit)(what, message.sender == sender.user, standing) {
            return Err(MessageRefused::NotPermitted);
        }
        // Taking one's words back is nobody's to forbid.
        if matches!(what, ToMessage::Delete | ToMessage::RemovePreview) {
            return Ok(());
        }
        let edits = matches!(what, ToMessage::Edit { .. });
        if edits && !sender.may_post {
            return Err(MessageRefused::NotAllowed);
        }
        if conversation.kind == ConversationKind::Direct {
            if sender.blocking {
                return Err(MessageRefused::Blocked);
            }
            let parted = edits && self.policy == DirectPolicy::Connections && !sender.connected;
            if sender.blocked || parted {
                return Err(MessageRefused::NotConnected);
            }
        }
        if message.deleted_at.is_some() {
            return Err(MessageRefused::Deleted);
        }
        Ok(())
    }

    async fn edit(&mut self, message: &mut Message, body: &str, names: &[String], now: i64) -> Step<bool> {
        if message.body == body {
            return Ok(Ok(false));
        }
        let naming = names.iter().map(|name| (message.conversation, name.as_str())).collect();
        let members = named(&mut self.tx, naming).await?;
        body.clone_into(&mut message.body);
        message.mentions = mentions(&members, message.conversation, names);
        message.edited_at = Some(now);
        Ok(Ok(true))
    }

    async fn delete(&mut self, message: &mut Message, now: i64) -> Step<bool> {
        if message.deleted_at.is_some() {
            return Ok(Ok(false));
        }
        if !message.reactions.is_empty() {
            let (conversation, sequence) = (message.conversation.0, message.sequence.get());
            execute!(self.tx, sql::REACTIONS_DELETE, conversation, sequence)?;
        }
        if !message.files.is_empty() {
            release(&mut self.tx, message.conversation, message.sequence).await?;
        }
        message.body.clear();
        message.files.clear();
        message.mentions.clear();
        message.reactions.clear();
        message.preview = None;
        message.edited_at = None;
        message.deleted_at = Some(now);
        Ok(Ok(true))
    }

    async fn react(&mut self, message: &mut Message, actor: UserId, emoji: &str, version: Version) -> Step<bool> {
        let at = message.reactions.iter().position(|reaction| reaction.emoji == emoji);
        if at.is_none() && message.reactions.len() >= limits::REACTIONS {
            return Ok(Err(MessageRefused::TooManyReactions));
        }
        let (conversation, sequence) = (message.conversation.0, message.sequence.get());
        let version = version.get();
        if execute!(
            self.tx,
            sql::REACTION_INSERT,
            conversation,
            sequence,
            actor.0,
            emoji,
            version
        )? == 0
        {
            return Ok(Ok(false));
        }
        let at = at.unwrap_or_else(|| {
            message.reactions.push(Reaction {
                emoji: emoji.to_owned(),
                count: 0,
                users: Vec::new(),
            });
            message.reactions.len() - 1
        });
        let reaction = &mut message.reactions[at];
        reaction.count += 1;
        if reaction.users.len() < limits::REACTION_USERS {
            reaction.users.push(actor);
        }
        Ok(Ok(true))
    }

    async fn unreact(&mut self, message: &mut Message, actor: UserId, emoji: &str) -> Step<bool> {
        let (conversation, sequence) = (message.conversation.0, message.sequence.get());
        if execute!(self.tx, sql::REACTION_DELETE, conversation, sequence, actor.0, emoji)? == 0 {
            return Ok(Ok(false));
        }
        if let Some(reaction) = message.reactions.iter_mut().find(|reaction| reaction.emoji == emoji) {
            reaction.count -= 1;
            reaction.users.retain(|user| *user != actor);
            let most = i64::try_from(limits::REACTION_USERS).unwrap_or(i64::MAX);
            // The place of one of the first is taken by who came next.
            if i64::try_from(reaction.users.len()).is_ok_and(|shown| shown < reaction.count.min(most)) {
                let first: Vec<(Id,)> = fetch!(all, self.tx, sql::REACTED_FIRST, conversation, sequence, emoji, most)?;
                reaction.users = first.into_iter().map(|(user,)| user.into()).collect();
            }
        }
        message.reactions.retain(|reaction| reaction.count > 0);
        Ok(Ok(true))
    }

    async fn write(&mut self, message: &Message) -> Result<(), sqlx::Error> {
        execute!(
            self.tx,
            sql::CHANGE,
            message.conversation.0,
            message.sequence.get(),
            message.version.get(),
            message.body.as_str(),
            mentions_json(&message.mentions),
            reactions_json(&message.reactions),
            message.edited_at,
            message.deleted_at,
            attachments_json(&message.files),
            preview_json(message.preview.as_ref())
        )
        .map(drop)
    }
}

/// A text with another link has another preview, or none. (A text that is the same has the same link, so where nothing is edited
/// nothing is forgotten.)
fn forget_other(message: &mut Message, link: Option<&str>) {
    message.preview.take_if(|preview| Some(&*preview.link) != link);
}

/// A message has one preview; what its sender took away does not come back.
fn show(message: &mut Message, link: &str, card: &PreviewCard) -> bool {
    if message.preview.is_some() {
        return false;
    }
    message.preview = Some(Preview {
        link: link.to_owned(),
        card: Some(card.clone()),
    });
    true
}

fn hide(message: &mut Message) -> bool {
    let card = message.preview.as_mut().and_then(|preview| preview.card.take());
    card.is_some()
}

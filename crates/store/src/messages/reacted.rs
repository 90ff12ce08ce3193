//! A message names only the first of many who reacted to it. Whoever asks for it is shown themselves among them.

use std::collections::{HashMap, HashSet};

use linnet_contract::{ConversationId, UserId};

use super::{Message, Reaction, sql};
use crate::{
    bulk::Column,
    db::{Tx, fetch},
    decode::Id,
};

/// A message, by its place, and who looks at it.
pub(crate) type Look = (ConversationId, i64, UserId);

/// Which emoji those who look at crowded messages put to them.
#[derive(Debug, Default)]
pub(crate) struct Reacted(HashMap<Look, HashSet<String>>);

impl Reacted {
    /// Asks, if there is anything to ask.
    pub(crate) async fn read(tx: &mut Tx, looks: Vec<Look>) -> Result<Self, sqlx::Error> {
        if looks.is_empty() {
            return Ok(Self::default());
        }
        let columns = || {
            vec![
                Column::Ids(looks.iter().map(|(conversation, _, _)| conversation.0).collect()),
                Column::Numbers(looks.iter().map(|(_, sequence, _)| *sequence).collect()),
                Column::Ids(looks.iter().map(|(_, _, viewer)| viewer.0).collect()),
            ]
        };
        let rows: Vec<(Id, i64, Id, String)> = fetch!(all, tx, sql::REACTED; columns())?;
        let mut reacted = Self::default();
        for (conversation, sequence, user, emoji) in rows {
            let look = (conversation.into(), sequence, user.into());
            reacted.0.entry(look).or_default().insert(emoji);
        }
        Ok(reacted)
    }

    /// Puts the viewer among those whom a message names, where they reacted.
    pub(crate) fn show(&self, message: &mut Message, viewer: UserId) {
        let Some(emoji) = self.0.get(&look(message, viewer)) else {
            return;
        };
        for reaction in &mut message.reactions {
            if emoji.contains(&reaction.emoji) && !reaction.users.contains(&viewer) {
                reaction.users.push(viewer);
            }
        }
    }
}

/// Those of the messages that do not name everybody who reacted.
pub(crate) fn crowded<'m>(messages: impl IntoIterator<Item = &'m mut Message>) -> Vec<&'m mut Message> {
    messages.into_iter().filter(|message| message.is_crowded()).collect()
}

/// Shows the viewer among those who reacted, in each of these messages.
pub(crate) async fn show_own(tx: &mut Tx, viewer: UserId, crowded: Vec<&mut Message>) -> Result<(), sqlx::Error> {
    let reacted = Reacted::read(tx, crowded.iter().map(|message| look(message, viewer)).collect()).await?;
    for message in crowded {
        reacted.show(message, viewer);
    }
    Ok(())
}

pub(crate) const fn look(message: &Message, viewer: UserId) -> Look {
    (message.conversation, message.sequence.get(), viewer)
}

impl Message {
    /// More people reacted than it names.
    pub(crate) fn is_crowded(&self) -> bool {
        let crowded =
            |reaction: &Reaction| i64::try_from(reaction.users.len()).is_ok_and(|named| named < reaction.count);
        self.reactions.iter().any(crowded)
    }
}

//! Summaries of many conversations at once: three statements, however many conversations.

use std::collections::{BTreeMap, HashMap};

use linnet_contract::{ConversationId, UserId};

use super::{Conversation, Summary, sql};
use crate::{
    Store,
    bulk::Column,
    db::{Tx, fetch},
    error::StoreError,
    members::{self, Member, Settings},
    messages::{self, Message, Reacted, crowded, look, show_own},
};

#[derive(sqlx::FromRow)]
struct Seen {
    #[sqlx(flatten)]
    conversation: Conversation,
    #[sqlx(flatten)]
    viewer: Member,
    #[sqlx(flatten)]
    settings: Settings,
    hides_receipts: bool,
}

/// Those of the conversations that the viewer is a member of, in the order of `ids`. Run it in a snapshot: otherwise a
/// message that comes in between would be newer than its conversation.
pub(crate) async fn summaries(
    tx: &mut Tx,
    viewer: UserId,
    ids: &[ConversationId],
) -> Result<Vec<Summary>, sqlx::Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let columns = |ids: &[ConversationId]| vec![Column::Ids(ids.iter().map(|id| id.0).collect())];
    let seen: Vec<Seen> = fetch!(all, tx, sql::SUMMARIES, viewer.0; columns(ids))?;
    let mut seen: HashMap<ConversationId, Seen> = seen.into_iter().map(|seen| (seen.conversation.id, seen)).collect();
    // Only conversations of the viewer go on from here.
    let own: Vec<ConversationId> = ids.iter().copied().filter(|id| seen.contains_key(id)).collect();
    let mut last: Vec<Message> = fetch!(all, tx, messages::sql::LAST; columns(&own))?;
    show_own(tx, viewer, crowded(&mut last)).await?;
    let mut last: HashMap<ConversationId, Message> = last
        .into_iter()
        .map(|message| (message.conversation, message))
        .collect();
    let first: Vec<Member> = fetch!(all, tx, members::sql::FIRST; columns(&own))?;
    let mut members: BTreeMap<ConversationId, Vec<Member>> = BTreeMap::new();
    for member in first {
        members.entry(member.conversation).or_default().push(member);
    }
    Ok(own
        .iter()
        .filter_map(|id| {
            let Seen {
                conversation,
                viewer,
                settings,
                hides_receipts,
            } = seen.remove(id)?;
            let members = with_viewer(members.remove(id).unwrap_or_default(), &viewer, hides_receipts);
            Some(Summary {
                conversation,
                viewer,
                settings,
                last_message: last.remove(id),
                members,
            })
        })
        .collect())
}

impl Store {
    /// A conversation as each of its members sees it, if it has at most `most`; in a larger one only as these people do.
    /// For the server's own use: this does not ask who asks.
    pub async fn conversations_seen(
        &self,
        conversation: ConversationId,
        most: usize,
        otherwise: &[UserId],
    ) -> Result<Vec<Summary>, StoreError> {
        Ok(self.seen(conversation, most, otherwise).await?)
    }

    async fn seen(
        &self,
        conversation: ConversationId,
        most: usize,
        otherwise: &[UserId],
    ) -> Result<Vec<Summary>, sqlx::Error> {
        let one_more = i64::try_from(most).unwrap_or(i64::MAX).saturating_add(1);
        let mut tx = self.db.snapshot().await?;
        let seen: Vec<Seen> = fetch!(all, tx, sql::SEEN, conversation.0, one_more)?;
        if seen.len() > most {
            let mut found = Vec::with_capacity(otherwise.len());
            for viewer in otherwise {
                found.extend(summaries(&mut tx, *viewer, &[conversation]).await?);
            }
            tx.commit().await?;
            return Ok(found);
        }
        let columns = || vec![Column::Ids(vec![conversation.0])];
        let last: Option<Message> = fetch!(optional, tx, messages::sql::LAST; columns())?;
        let looks = match &last {
            Some(last) if last.is_crowded() => seen.iter().map(|seen| look(last, seen.viewer.user)).collect(),
            _ => Vec::new(),
        };
        let reacted = Reacted::read(&mut tx, looks).await?;
        let members: Vec<Member> = fetch!(all, tx, members::sql::FIRST; columns())?;
        tx.commit().await?;
        let summary = |seen: Seen| Summary {
            members: with_viewer(members.clone(), &seen.viewer, seen.hides_receipts),
            conversation: seen.conversation,
            last_message: last.clone().map(|mut last| {
                reacted.show(&mut last, seen.viewer.user);
                last
            }),
            viewer: seen.viewer,
            settings: seen.settings,
        };
        Ok(seen.into_iter().map(summary).collect())
    }
}

/// In a large conversation the viewer may have joined after the first hundred: they take the place of the last of them.
/// The viewer sees their own marks as they are, and whoever hides theirs from others sees no others'.
fn with_viewer(mut members: Vec<Member>, viewer: &Member, hides_receipts: bool) -> Vec<Member> {
    if hides_receipts {
        for member in &mut members {
            (member.delivered, member.read) = Default::default();
        }
    }
    if let Some(own) = members.iter_mut().find(|member| member.user == viewer.user) {
        own.clone_from(viewer);
    } else {
        members.truncate(99);
        members.push(viewer.clone());
    }
    members
}

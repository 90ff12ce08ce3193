//! What changed since the versions that a client has: state, not history.
//!
//! Everything is read in one snapshot and a fixed number of statements. Versions are dense and each change touches one
//! message, so a range of versions holds at most as many messages as it is long: that is how the answer is bounded
//! before any message is read ([`plan`]).

mod plan;
pub(crate) mod sql;

use std::collections::{BTreeMap, HashMap};

use linnet_contract::{ConversationId, Sequence, UserId, Version};

use self::plan::{Plan, Planned};
use crate::{
    Store,
    bulk::Column,
    conversations::{Summary, summaries},
    db::{Tx, fetch},
    decode::Id,
    error::StoreError,
    messages::{self, Message, by_conversation, crowded, show_own},
};

/// The bounds of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SyncLimits {
    /// Messages, over all conversations; and conversations, which may come without messages.
    pub messages: i64,
    /// A conversation that is further behind than this many changes starts over with its last page.
    pub reset_after: i64,
    /// Messages of that last page.
    pub page: i64,
}

impl Default for SyncLimits {
    fn default() -> Self {
        Self {
            messages: 500,
            reset_after: 1_000,
            page: 50,
        }
    }
}

/// For each conversation that a client has, the sum of `delivered + read` over members that it knows, and the version of the
/// user's settings.
#[derive(Debug, Clone, Copy)]
pub enum SyncMarks<'m> {
    /// Of all members; in conversations of more than 100, whose receipts are not broadcast, of the user alone.
    Everybodys(&'m BTreeMap<ConversationId, Sequence>),
    /// Of the user alone.
    Own(&'m BTreeMap<ConversationId, Sequence>),
}

impl<'m> SyncMarks<'m> {
    const fn sums(self) -> &'m BTreeMap<ConversationId, Sequence> {
        match self {
            Self::Everybodys(sums) | Self::Own(sums) => sums,
        }
    }
}

/// What changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Synced {
    /// Conversations that are behind, the one with the latest message first.
    pub conversations: Vec<SyncedConversation>,
    /// Conversations that the client named and the user is not in.
    pub removed: Vec<ConversationId>,
    /// There is more: sync again with the versions just learned.
    pub more: bool,
}

/// What changed in one conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncedConversation {
    /// The conversation as it is now.
    pub summary: Summary,
    /// Messages changed since, by version, oldest first; after `reset` the last page, by sequence.
    pub messages: Vec<Message>,
    /// The version that the client has after this: lower than the conversation's where the answer was cut short.
    pub covered_version: Version,
    /// Too far behind, or ahead of what there is: the client drops what it had.
    pub reset: bool,
}

#[derive(sqlx::FromRow)]
struct Mine {
    #[sqlx(try_from = "Id")]
    conversation: ConversationId,
    version: i64,
    last_sequence: i64,
    member_count: i64,
}

impl Store {
    /// What changed since the versions that a client has. A conversation of the user that is not named counts as
    /// version 0. Where a sum of `marks` differs, the conversation is answered although its version is the latest.
    pub async fn sync(
        &self,
        user: UserId,
        versions: &BTreeMap<ConversationId, Version>,
        marks: Option<SyncMarks<'_>>,
        limits: SyncLimits,
    ) -> Result<Synced, StoreError> {
        Ok(self.sync_read(user, versions, marks, limits).await?)
    }

    async fn sync_read(
        &self,
        user: UserId,
        versions: &BTreeMap<ConversationId, Version>,
        marks: Option<SyncMarks<'_>>,
        limits: SyncLimits,
    ) -> Result<Synced, sqlx::Error> {
        let mut tx = self.db.snapshot().await?;
        let mine: Vec<Mine> = fetch!(all, tx, sql::MINE, user.0)?;
        let sums = match marks {
            Some(marks) => mark_sums(&mut tx, user, &mine, marks).await?,
            None => HashMap::new(),
        };
        let moved = |id: ConversationId| {
            let (claimed, sum) = (marks.and_then(|marks| marks.sums().get(&id)), sums.get(&id));
            claimed
                .zip(sum)
                .is_some_and(|(claimed, sum)| sum.differs(claimed.get()))
        };
        let mut plan = Plan::new(limits);
        for own in &mine {
            let claimed = versions.get(&own.conversation).copied().unwrap_or_default().get();
            plan.add(
                own.conversation,
                (own.version, own.last_sequence),
                claimed,
                moved(own.conversation),
            );
        }
        let answered = plan.conversations();
        let ids: Vec<ConversationId> = answered.iter().map(|planned| planned.conversation).collect();
        let summaries = summaries(&mut tx, user, &ids).await?;
        let mut messages = changed(&mut tx, user, answered).await?;
        show_own(&mut tx, user, crowded(messages.values_mut().flatten())).await?;
        tx.commit().await?;

        let planned: HashMap<ConversationId, &Planned> =
            answered.iter().map(|planned| (planned.conversation, planned)).collect();
        let conversations = summaries
            .into_iter()
            .filter_map(|summary| {
                let id = summary.conversation.id;
                let planned = planned.get(&id)?;
                let covered_version = Version::try_from(planned.covered).ok()?;
                let messages = messages.remove(&id).unwrap_or_default();
                Some(SyncedConversation {
                    summary,
                    messages,
                    covered_version,
                    reset: planned.reset,
                })
            })
            .collect();
        let own: std::collections::HashSet<_> = mine.iter().map(|own| own.conversation).collect();
        let removed = versions.keys().filter(|id| !own.contains(id)).copied().collect();
        Ok(Synced {
            conversations,
            removed,
            more: plan.is_cut(),
        })
    }
}

/// What the marks in a conversation add up to, as far as the user may see them, and the changes of the user's settings.
enum Sum {
    /// Everybody's.
    All(i64),
    /// The user hides receipts, and so sees only their own. A client that does not say that it leaves out what it knew of
    /// others before has more than this, and would otherwise be answered again and again.
    AtLeast(i64),
}

impl Sum {
    fn differs(&self, claimed: i64) -> bool {
        match *self {
            Self::All(sum) => claimed != sum,
            Self::AtLeast(sum) => claimed < sum,
        }
    }
}

/// The sums of the marks, of the conversations that the client named.
async fn mark_sums(
    tx: &mut Tx,
    user: UserId,
    mine: &[Mine],
    marks: SyncMarks<'_>,
) -> Result<HashMap<ConversationId, Sum>, sqlx::Error> {
    let asked = mine.iter().filter(|own| marks.sums().contains_key(&own.conversation));
    let everybodys = matches!(marks, SyncMarks::Everybodys(_));
    let (all, own): (Vec<&Mine>, Vec<&Mine>) = asked.partition(|own| everybodys && own.member_count <= 100);
    let columns = |some: &[&Mine]| vec![Column::Ids(some.iter().map(|own| own.conversation.0).collect())];
    let mut found = HashMap::new();
    if !all.is_empty() {
        let hides: Option<(bool,)> = fetch!(optional, tx, sql::HIDES_RECEIPTS, user.0)?;
        let hides = hides.is_some_and(|(hides,)| hides);
        let sums: Vec<(Id, i64, i64)> = fetch!(all, tx, sql::MARK_SUMS, user.0; columns(&all))?;
        let sum = |all, own| if hides { Sum::AtLeast(own) } else { Sum::All(all) };
        found.extend(sums.into_iter().map(|(id, all, own)| (id.into(), sum(all, own))));
    }
    if !own.is_empty() {
        let sums: Vec<(Id, i64)> = fetch!(all, tx, sql::OWN_SUMS, user.0; columns(&own))?;
        found.extend(sums.into_iter().map(|(id, own)| (id.into(), Sum::All(own))));
    }
    Ok(found)
}

/// The messages of the plan: ranges of versions, and last pages.
async fn changed(
    tx: &mut Tx,
    user: UserId,
    planned: &[Planned],
) -> Result<HashMap<ConversationId, Vec<Message>>, sqlx::Error> {
    let (pages, ranges): (Vec<&Planned>, Vec<&Planned>) = planned
        .iter()
        .filter(|planned| planned.low < planned.high)
        .partition(|planned| planned.reset);
    let columns = |parts: &[&Planned]| {
        vec![
            Column::Ids(parts.iter().map(|part| part.conversation.0).collect()),
            Column::Numbers(parts.iter().map(|part| part.low).collect()),
            Column::Numbers(parts.iter().map(|part| part.high).collect()),
        ]
    };
    let mut lists = HashMap::new();
    if !pages.is_empty() {
        let found: Vec<Message> = fetch!(all, tx, messages::sql::BY_SEQUENCES, user.0; columns(&pages))?;
        lists.extend(by_conversation(found));
    }
    if ranges.is_empty() {
        return Ok(lists);
    }
    let with_places = || {
        let mut columns = columns(&ranges);
        columns.push(Column::Numbers(ranges.iter().map(|part| part.place).collect()));
        columns
    };
    let written: Vec<Message> = fetch!(all, tx, messages::sql::WRITTEN_BETWEEN, user.0; with_places())?;
    lists.extend(by_conversation(written));

    // Where every version of the range wrote a message that nothing touched since, there is no other change in it: mostly.
    let explained = |part: &&&Planned| {
        let written = lists.get(&part.conversation).map_or(0, Vec::len);
        i64::try_from(written).is_ok_and(|written| written == part.high - part.low)
    };
    let rest: Vec<&Planned> = ranges.iter().filter(|part| !explained(part)).copied().collect();
    if !rest.is_empty() {
        let changed: Vec<Message> = fetch!(all, tx, messages::sql::CHANGED_BETWEEN, user.0; columns(&rest))?;
        for message in changed {
            lists.entry(message.conversation).or_default().push(message);
        }
        for part in rest {
            if let Some(list) = lists.get_mut(&part.conversation) {
                list.sort_by_key(|message| message.version);
            }
        }
    }
    Ok(lists)
}

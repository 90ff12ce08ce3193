//! For any history of changes and any moment: what a client has, plus `sync`, is what a fresh load gives.

use std::collections::BTreeMap;

use linnet_contract::{ConversationId, ConversationKind, Role, UserId, Version};
use linnet_store::{DirectPolicy, Message, Page, Summary, SyncLimits, ToMessage, What};

use crate::{
    groups::{change, made},
    harness::{Db, draft, on_both},
    messages_change::{edit, react, touch},
};

/// What a client keeps.
#[derive(Default)]
struct Cached {
    versions: BTreeMap<ConversationId, Version>,
    conversations: BTreeMap<ConversationId, (Summary, BTreeMap<i64, Message>)>,
    /// Where what it keeps of a conversation begins, after it had to start over. What is changed before that is none of its
    /// business.
    from: BTreeMap<ConversationId, i64>,
}

impl Cached {
    async fn sync(&mut self, db: &Db, user: UserId, limits: SyncLimits) {
        for round in 1.. {
            assert!(round < 200, "sync makes no progress");
            let synced = db.store.sync(user, &self.versions, None, limits).await.unwrap();
            for id in synced.removed {
                self.versions.remove(&id);
                self.conversations.remove(&id);
                self.from.remove(&id);
            }
            for one in synced.conversations {
                let id = one.summary.conversation.id;
                let (summary, messages) = self
                    .conversations
                    .entry(id)
                    .or_insert_with(|| (one.summary.clone(), BTreeMap::new()));
                *summary = one.summary;
                if one.reset {
                    messages.clear();
                    let first = one.messages.first().map_or(1, |message| message.sequence.get());
                    self.from.insert(id, first);
                }
                let from = self.from.get(&id).copied().unwrap_or(1);
                messages.extend(
                    one.messages
                        .into_iter()
                        .map(|message| (message.sequence.get(), message))
                        .filter(|(at, _)| *at >= from),
                );
                self.versions.insert(id, one.covered_version);
            }
            if !synced.more {
                return;
            }
        }
    }
}

/// Numbers that look like chance and are the same in every run of a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

async fn something(db: &Db, dice: &mut Dice, people: &[UserId], groups: &mut Vec<ConversationId>) {
    let (actor, other) = (people[dice.below(people.len())], people[dice.below(people.len())]);
    let group = groups[dice.below(groups.len())];
    let what = match dice.below(14) {
        0 => What::Edit {
            title: Some(format!("Title {}", dice.below(5))),
            topic: Some(format!("Topic {}", dice.below(2))),
            posting: None,
        },
        1 => What::Add {
            users: vec![other],
            policy: DirectPolicy::Anyone,
            most: 5,
        },
        2 => What::Remove { user: other },
        3 => What::SetRole {
            user: other,
            role: [Role::Owner, Role::Admin, Role::Member][dice.below(3)],
        },
        4 => What::Join { invite: None, most: 5 },
        5 if dice.below(6) == 0 => What::Delete,
        6 if dice.below(6) == 0 => {
            let kind = [ConversationKind::Group, ConversationKind::Channel][dice.below(2)];
            groups.push(made(db, kind, actor, &[other]).await);
            return;
        }
        9.. => return something_to_a_message(db, dice, actor, group).await,
        _ => {
            let drafts = (0..=dice.below(6)).map(|number| draft(actor, group, &number.to_string()));
            let _ = db.append(drafts.collect()).await;
            return;
        }
    };
    // Refused or not: both are part of a history.
    let _ = change(db, group, actor, what).await;
}

/// Mostly to one of the latest, as people do, so that a message is often changed twice between two syncs.
async fn something_to_a_message(db: &Db, dice: &mut Dice, actor: UserId, group: ConversationId) {
    let page = db.store.messages_page(actor, group, Page::Latest, 20).await.unwrap();
    let Some(messages) = page.map(|page| page.messages).filter(|messages| !messages.is_empty()) else {
        return;
    };
    let recent = messages.len().min(if dice.below(3) == 0 { 20 } else { 4 });
    let message = &messages[messages.len() - 1 - dice.below(recent)];
    let what = match dice.below(6) {
        0 => ToMessage::Delete,
        1 | 2 => edit(&format!("edited {}", dice.below(3))),
        _ => react(["👍", "🎉", "❤️"][dice.below(3)], dice.below(3) > 0),
    };
    let _ = touch(&db.store, actor, message, what).await;
}

on_both! {
    async fn what_a_client_has_and_sync_are_what_a_fresh_load_gives(db: Db) {
        let mut people = Vec::new();
        for name in ["Alice", "Bob", "Carol", "Dave"] {
            people.push(db.person(name).await.id);
        }
        for seed in 0..4_u64 {
            let mut dice = Dice(seed);
            let mut groups = vec![
                made(db, ConversationKind::Group, people[0], &people[1..3]).await,
                made(db, ConversationKind::Channel, people[1], &[]).await,
            ];
            let mut clients: Vec<Cached> = people.iter().map(|_| Cached::default()).collect();
            let (mut had, mut changed) = (0, 0);
            for step in 0..120 {
                something(db, &mut dice, &people, &mut groups).await;
                let who = dice.below(people.len());
                if dice.below(3) > 0 && step < 119 {
                    continue;
                }
                let page = 3;
                let limits = SyncLimits { messages: 4 + i64::try_from(dice.below(8)).unwrap(), reset_after: 12, page };
                clients[who].sync(db, people[who], limits).await;
                let mut fresh = Cached::default();
                fresh.sync(db, people[who], SyncLimits { messages: 100_000, reset_after: 100_000, page }).await;
                let cached = &clients[who];
                assert_eq!(cached.versions, fresh.versions, "seed {seed}, step {step}");
                for (id, (summary, messages)) in &fresh.conversations {
                    let (known, kept) = &cached.conversations[id];
                    assert_eq!(known, summary, "seed {seed}, step {step}");
                    // After a reset it has less, but its end, without a hole, and as it is.
                    let from = cached.from.get(id).copied().unwrap_or(1);
                    let expected: BTreeMap<i64, Message> =
                        messages.iter().filter(|(at, _)| **at >= from).map(|(at, it)| (*at, it.clone())).collect();
                    assert_eq!(kept, &expected, "seed {seed}, step {step}");
                    assert_eq!(kept.keys().last(), messages.keys().last());
                    had += kept.len();
                    let touched = |it: &&Message| it.edited_at.is_some() || it.deleted_at.is_some() || !it.reactions.is_empty();
                    changed += kept.values().filter(touched).count();
                }
            }
            assert!(had > 100 && changed > 20, "the histories are too poor to show anything: {had}, {changed}");
        }
    }
}

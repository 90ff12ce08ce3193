//! For any history of changes and any moment: what a client has, plus `sync`, is what a fresh load gives.

use std::collections::BTreeMap;

use linnet_contract::{ConversationId, ConversationKind, Role, UserId, Version};
use linnet_store::{DirectPolicy, Message, Summary, SyncLimits, What};

use crate::{
    groups::{change, made},
    harness::{Db, draft, on_both},
};

/// What a client keeps.
#[derive(Default)]
struct Cached {
    versions: BTreeMap<ConversationId, Version>,
    conversations: BTreeMap<ConversationId, (Summary, BTreeMap<i64, Message>)>,
}

impl Cached {
    async fn sync(&mut self, db: &Db, user: UserId, limits: SyncLimits) {
        for round in 1.. {
            assert!(round < 200, "sync makes no progress");
            let synced = db.store.sync(user, &self.versions, None, limits).await.unwrap();
            for id in synced.removed {
                self.versions.remove(&id);
                self.conversations.remove(&id);
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
                }
                messages.extend(
                    one.messages
                        .into_iter()
                        .map(|message| (message.sequence.get(), message)),
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
    let what = match dice.below(9) {
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
        _ => {
            let drafts = (0..=dice.below(6)).map(|number| draft(actor, group, &number.to_string()));
            let _ = db.append(drafts.collect()).await;
            return;
        }
    };
    // Refused or not: both are part of a history.
    let _ = change(db, group, actor, what).await;
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
            let mut had = 0;
            for step in 0..60 {
                something(db, &mut dice, &people, &mut groups).await;
                let who = dice.below(people.len());
                if dice.below(3) > 0 && step < 59 {
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
                    let (first, last) = (kept.keys().next().copied(), kept.keys().last().copied());
                    let expected: BTreeMap<i64, Message> =
                        messages.iter().filter(|(at, _)| first <= Some(**at)).map(|(at, it)| (*at, it.clone())).collect();
                    assert_eq!(kept, &expected, "seed {seed}, step {step}");
                    assert_eq!(last, messages.keys().last().copied());
                    had += kept.len();
                }
            }
            assert!(had > 100, "the histories are too poor to show anything: {had}");
        }
    }
}

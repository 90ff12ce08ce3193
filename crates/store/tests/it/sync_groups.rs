//! For any history of changes and any moment: what a client has, plus `sync`, is what a fresh load gives.

use std::collections::BTreeMap;

use linnet_contract::{ConversationId, ConversationKind, Role, UserId, Version, settings::Notify};
use linnet_store::{
    DirectPolicy, Mark, Message, Page, SettingsChange, Summary, SyncLimits, SyncMarks, Synced, ToMessage, What,
};

use crate::{
    groups::{change, made},
    harness::{Db, draft, on_both, seq},
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
    /// Asks with what it has: versions, marks, and the version of its user's settings.
    async fn ask(&self, db: &Db, user: UserId, limits: SyncLimits) -> Synced {
        let hides = hides(db, user).await;
        let sum = |summary: &Summary| {
            let counted = summary.members.iter().filter(|member| !hides || member.user == user);
            let marks: i64 = counted.map(|member| member.delivered.get() + member.read.get()).sum();
            seq(marks + summary.settings.version)
        };
        let conversations = self.conversations.iter();
        let sums: BTreeMap<_, _> = conversations.map(|(id, (summary, _))| (*id, sum(summary))).collect();
        let marks = if hides {
            SyncMarks::Own(&sums)
        } else {
            SyncMarks::Everybodys(&sums)
        };
        db.store.sync(user, &self.versions, Some(marks), limits).await.unwrap()
    }

    async fn sync(&mut self, db: &Db, user: UserId, limits: SyncLimits) {
        for round in 1.. {
            assert!(round < 200, "sync makes no progress");
            let synced = self.ask(db, user, limits).await;
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
                *summary = newer(one.summary, summary);
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

/// Events overtake each other, so a client believes the higher settings, and of each member the higher marks.
fn newer(mut told: Summary, known: &Summary) -> Summary {
    if known.settings.version > told.settings.version {
        told.settings = known.settings;
    }
    for member in &mut told.members {
        if let Some(before) = known.members.iter().find(|before| before.user == member.user) {
            member.delivered = member.delivered.max(before.delivered);
            member.read = member.read.max(before.read);
        }
    }
    told
}

async fn hides(db: &Db, user: UserId) -> bool {
    db.store.users_by_id(user).await.unwrap().unwrap().hides_receipts
}

/// Whoever hides receipts is shown nobody's, and goes on believing what they knew.
async fn as_shown(db: &Db, viewer: UserId, summary: &Summary) -> Summary {
    let mut summary = summary.clone();
    if hides(db, viewer).await {
        for other in summary.members.iter_mut().filter(|member| member.user != viewer) {
            (other.delivered, other.read) = Default::default();
        }
    }
    summary
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
    let what = match dice.below(18) {
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
        // A mistake that is put right at once: a device that slept knows of neither.
        7 => {
            let _ = change(db, group, actor, What::Remove { user: other }).await;
            let (users, policy) = (vec![other], DirectPolicy::Anyone);
            What::Add { users, policy, most: 5 }
        }
        9..14 => return something_to_a_message(db, dice, actor, group).await,
        14.. => return something_of_ones_own(db, dice, actor, group).await,
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

async fn something_of_ones_own(db: &Db, dice: &mut Dice, actor: UserId, group: ConversationId) {
    let place = seq(i64::try_from(dice.below(30)).unwrap());
    match dice.below(6) {
        0 => {
            let hides = dice.below(2) == 0;
            db.store.users_privacy_set(actor, Some(hides), None).await.unwrap();
        }
        1 | 2 => {
            let change = SettingsChange {
                notify: Some([Notify::All, Notify::Mentions, Notify::None][dice.below(3)]),
                unread_from: (place.get() > 0).then_some(place),
                ..SettingsChange::default()
            };
            db.store.members_settings_set(actor, group, change).await.unwrap();
        }
        _ => {
            let mark = Mark {
                user: actor,
                conversation: group,
                delivered: Some(place),
                read: (dice.below(2) == 0).then_some(place),
            };
            db.store.members_mark(mark).await.unwrap();
        }
    }
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
            for step in 0..150 {
                something(db, &mut dice, &people, &mut groups).await;
                let who = dice.below(people.len());
                if dice.below(3) > 0 && step < 149 {
                    continue;
                }
                let page = 3;
                let limits = SyncLimits { messages: 4 + i64::try_from(dice.below(8)).unwrap(), reset_after: 12, page };
                clients[who].sync(db, people[who], limits).await;
                let mut fresh = Cached::default();
                fresh.sync(db, people[who], SyncLimits { messages: 100_000, reset_after: 100_000, page }).await;
                let cached = &clients[who];
                let again = cached.ask(db, people[who], limits).await;
                assert_eq!((again.conversations, again.removed), (vec![], vec![]), "seed {seed}, step {step}: once is enough");
                assert_eq!(cached.versions, fresh.versions, "seed {seed}, step {step}");
                for (id, (summary, messages)) in &fresh.conversations {
                    let (known, kept) = &cached.conversations[id];
                    let (known, expected) = (as_shown(db, people[who], known).await, as_shown(db, people[who], summary).await);
                    assert_eq!(known, expected, "seed {seed}, step {step}");
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

    async fn who_was_removed_and_came_back_while_a_device_slept_is_answered_once(db: Db) {
        let mut people = Vec::new();
        for name in ["Alice", "Bob", "Carol"] {
            people.push(db.person(name).await.id);
        }
        let (alice, bob, carol) = (people[0], people[1], people[2]);
        db.store.users_privacy_set(carol, Some(true), None).await.unwrap();
        let group = made(db, ConversationKind::Group, alice, &[bob, carol]).await;
        db.send_many(alice, group, 3).await;
        for user in [bob, carol] {
            let mark = Mark { user, conversation: group, delivered: None, read: Some(seq(3)) };
            db.store.members_mark(mark).await.unwrap().unwrap();
        }
        db.store.users_privacy_set(carol, Some(false), None).await.unwrap();
        for from in [2, 3] {
            let quiet = SettingsChange { notify: Some(Notify::None), unread_from: Some(seq(from)), ..SettingsChange::default() };
            db.store.members_settings_set(bob, group, quiet).await.unwrap();
        }
        let (mut alices, mut bobs) = (Cached::default(), Cached::default());
        alices.sync(db, alice, SyncLimits::default()).await;
        bobs.sync(db, bob, SyncLimits::default()).await;
        // Both devices sleep. Carol comes back as somebody who hides what she reads.
        db.store.users_privacy_set(carol, Some(true), None).await.unwrap();
        for user in [bob, carol] {
            change(db, group, alice, What::Remove { user }).await.unwrap();
        }
        let add = What::Add { users: vec![bob, carol], policy: DirectPolicy::Anyone, most: 5 };
        change(db, group, alice, add).await.unwrap();
        for (cached, user) in [(&mut alices, alice), (&mut bobs, bob)] {
            cached.sync(db, user, SyncLimits::default()).await;
            let again = cached.ask(db, user, SyncLimits::default()).await;
            assert_eq!(again.conversations, []);
            let (known, _) = &cached.conversations[&group];
            let fresh = db.store.conversations_get(user, group).await.unwrap().unwrap();
            assert_eq!((known.settings, &known.members), (fresh.settings, &fresh.members));
        }
        let settings = bobs.conversations[&group].0.settings;
        assert_eq!((settings.notify, settings.unread_from), (Notify::All, None), "a membership begins anew");
    }
}

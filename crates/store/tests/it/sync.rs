//! Catching up.

use std::collections::BTreeMap;

use linnet_contract::{ConversationId, UserId, Version};
use linnet_store::{Mark, SyncLimits, SyncMarks, Synced};

use crate::harness::{Db, NOW, draft, id, on_both, seq};

fn versions(claims: &[(ConversationId, i64)]) -> BTreeMap<ConversationId, Version> {
    claims
        .iter()
        .map(|(id, version)| (*id, Version::try_from(*version).unwrap()))
        .collect()
}

async fn sync(db: &Db, user: UserId, claims: &[(ConversationId, i64)]) -> Synced {
    db.store
        .sync(user, &versions(claims), None, SyncLimits::default())
        .await
        .unwrap()
}

/// (conversation, sequences, covered version, reset) of each conversation of the answer.
fn shape(synced: &Synced) -> Vec<(ConversationId, Vec<i64>, i64, bool)> {
    let one = |one: &linnet_store::SyncedConversation| {
        let sequences = one.messages.iter().map(|message| message.sequence.get()).collect();
        (
            one.summary.conversation.id,
            sequences,
            one.covered_version.get(),
            one.reset,
        )
    };
    synced.conversations.iter().map(one).collect()
}

on_both! {
    async fn only_what_is_behind_is_answered(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        let group = db.group(&[alice, bob]).await;
        let empty = sync(db, bob, &[]).await;
        assert_eq!((shape(&empty), empty.removed, empty.more), (vec![], vec![], false));
        db.send_many(alice, direct, 3).await;
        let mut late = draft(alice, group, "late");
        late.now_ms = NOW + 1;
        db.append(vec![late]).await;
        // Not named counts as version 0; the one with the latest message comes first.
        let all = sync(db, bob, &[]).await;
        assert_eq!(shape(&all), [(group, vec![1], 1, false), (direct, vec![1, 2, 3], 3, false)]);
        assert_eq!(all.conversations[1].summary.unread(), 3);
        assert_eq!(all.conversations[1].summary.members.len(), 2);
        let some = sync(db, bob, &[(direct, 2), (group, 1)]).await;
        assert_eq!(shape(&some), [(direct, vec![3], 3, false)]);
        let none = sync(db, bob, &[(direct, 3), (group, 1)]).await;
        assert_eq!((shape(&none), none.more), (vec![], false));
    }

    async fn conversations_that_are_not_the_users_are_removed(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        let outsider = db.person("Outsider").await.id;
        let group = db.group(&[alice, bob]).await;
        db.send(alice, direct, "hello").await;
        let nowhere = ConversationId(id());
        let stranger = sync(db, outsider, &[(direct, 0), (nowhere, 5)]).await;
        assert_eq!(shape(&stranger), []);
        let mut expected = vec![direct, nowhere];
        expected.sort();
        assert_eq!(stranger.removed, expected);
        db.leave(group, bob).await;
        assert_eq!(sync(db, bob, &[(direct, 1), (group, 0)]).await.removed, [group]);
    }

    async fn a_client_far_behind_or_ahead_starts_over(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        db.send_many(alice, direct, 1_060).await;
        let last_page: Vec<i64> = (1_011..=1_060).collect();
        assert_eq!(shape(&sync(db, bob, &[]).await), [(direct, last_page.clone(), 1_060, true)]);
        assert_eq!(shape(&sync(db, bob, &[(direct, 59)]).await), [(direct, last_page.clone(), 1_060, true)]);
        assert_eq!(shape(&sync(db, bob, &[(direct, 1_061)]).await), [(direct, last_page, 1_060, true)]);
        // A thousand changes behind is not too far: 500 now, and 500 more.
        let first = sync(db, bob, &[(direct, 60)]).await;
        assert_eq!(shape(&first), [(direct, (61..=560).collect(), 560, false)]);
        assert!(first.more);
        assert_eq!(first.conversations[0].summary.conversation.version.get(), 1_060);
        let second = sync(db, bob, &[(direct, 560)]).await;
        assert_eq!(shape(&second), [(direct, (561..=1_060).collect(), 1_060, false)]);
        assert!(!second.more);
        let behind = db.group(&[bob]).await;
        assert_eq!(shape(&sync(db, bob, &[(direct, 1_060), (behind, 7)]).await), [(behind, vec![], 0, true)]);
    }

    async fn asking_again_with_what_was_learnt_ends_with_everything(db: Db) {
        let alice = db.person("Alice").await.id;
        let mut expected = BTreeMap::new();
        for number in 0..12_usize {
            let group = db.group(&[alice]).await;
            db.send_many(alice, group, number * 3).await;
            expected.insert(group, i64::try_from(number * 3).unwrap());
        }
        expected.retain(|_, count| *count > 0);
        let limits = SyncLimits { messages: 10, reset_after: 25, page: 4 };
        let (mut known, mut messages) = (BTreeMap::new(), BTreeMap::<ConversationId, Vec<i64>>::new());
        for round in 1.. {
            assert!(round < 50, "sync makes no progress");
            let synced = db.store.sync(alice, &known, None, limits).await.unwrap();
            let count: usize = synced.conversations.iter().map(|one| one.messages.len()).sum();
            assert!(count <= 10 && synced.conversations.len() <= 10);
            for one in &synced.conversations {
                let list = messages.entry(one.summary.conversation.id).or_default();
                if one.reset {
                    list.clear();
                }
                list.extend(one.messages.iter().map(|message| message.sequence.get()));
                known.insert(one.summary.conversation.id, one.covered_version);
            }
            if !synced.more {
                break;
            }
            assert!(!synced.conversations.is_empty());
        }
        for (group, count) in &expected {
            let from = if *count > 25 { count - 3 } else { 1 };
            assert_eq!(messages[group], (from..=*count).collect::<Vec<_>>());
            assert_eq!(known[group].get(), *count);
        }
        assert_eq!(messages.len(), expected.len());
    }

    async fn a_changed_message_comes_again_at_its_new_version(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        db.send_many(alice, direct, 3).await;
        // What an edit of the second message will do.
        db.raw("UPDATE messages SET changed_version = 4 WHERE sequence = 2; UPDATE conversations SET version = 4").await;
        assert_eq!(shape(&sync(db, bob, &[(direct, 3)]).await), [(direct, vec![2], 4, false)]);
        assert_eq!(shape(&sync(db, bob, &[(direct, 0)]).await), [(direct, vec![1, 3, 2], 4, false)]);
        // Cut where the only message of the range moved on: nothing to show, and yet progress.
        let limits = SyncLimits { messages: 1, ..SyncLimits::default() };
        let cut = db.store.sync(bob, &versions(&[(direct, 1)]), None, limits).await.unwrap();
        assert_eq!((shape(&cut), cut.more), (vec![(direct, vec![], 2, false)], true));
    }

    async fn a_mark_that_moved_is_answered_though_the_version_did_not(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        db.send_many(alice, direct, 3).await;
        let claims = versions(&[(direct, 3)]);
        let sync = async |user, sum| {
            let marks = BTreeMap::from([(direct, seq(sum)), (ConversationId(id()), seq(1))]);
            shape(&db.store.sync(user, &claims, Some(SyncMarks::Everybodys(&marks)), SyncLimits::default()).await.unwrap())
        };
        // Alice has 3 + 3, Bob 0 + 0.
        assert_eq!(sync(alice, 6).await, []);
        assert_eq!(sync(alice, 5).await, [(direct, vec![], 3, false)]);
        let mark = Mark { user: bob, conversation: direct, delivered: Some(seq(3)), read: Some(seq(1)) };
        db.store.members_mark(mark).await.unwrap();
        assert_eq!(sync(alice, 6).await, [(direct, vec![], 3, false)]);
        assert_eq!(sync(alice, 10).await, []);
        let outsider = db.person("Outsider").await.id;
        assert_eq!(sync(outsider, 1).await, []);
    }
}

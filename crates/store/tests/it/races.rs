//! Many at once: the promises of one order, once, and nothing missed.

use std::{collections::BTreeSet, time::Duration};

use linnet_contract::{ConversationId, MessageId, UserId};
use linnet_store::{DirectPolicy, Message, Page, Store, ToMessage};

use crate::{
    harness::{Db, draft, id, named, on_both},
    messages_change::{edit, react, touch},
};

const DEADLINE: Duration = Duration::from_mins(2);

async fn all(store: &Store, user: UserId, conversation: ConversationId) -> Vec<Message> {
    store
        .messages_page(user, conversation, Page::Latest, 100_000)
        .await
        .unwrap()
        .unwrap()
        .messages
}

fn assert_dense(messages: &[Message]) {
    for (place, message) in (1..).zip(messages) {
        assert_eq!((message.sequence.get(), message.version.get()), (place, place));
    }
}

/// Eight writers, each with batches of its own, into the conversations at once, over one store or two.
async fn write_at_once(db: &Db, stores: &[Store], conversations: usize) {
    const WRITERS: usize = 8;
    const BATCHES: usize = 12;
    const BATCH: usize = 5;
    let mut people = Vec::new();
    for writer in 0..WRITERS {
        people.push(db.person(&format!("Writer {writer}")).await.id);
    }
    let mut groups = Vec::new();
    for _ in 0..conversations {
        groups.push(db.group(&people).await);
    }
    let mut tasks = tokio::task::JoinSet::new();
    for (writer, person) in people.iter().copied().enumerate() {
        let (store, groups) = (stores[writer % stores.len()].clone(), groups.clone());
        tasks.spawn(async move {
            let mut acknowledged: Vec<Message> = Vec::new();
            for batch in 0..BATCHES {
                // Each writer goes through the conversations in an order of its own: locks must not depend on it.
                let drafts = (0..BATCH).map(|number| {
                    let group = groups[(writer * 3 + batch + number * (writer + 1)) % groups.len()];
                    let name = format!("{writer}/{batch}/{number}");
                    named(&name, draft(person, group, &name))
                });
                let answers = store
                    .messages_append(drafts.collect(), DirectPolicy::Anyone)
                    .await
                    .unwrap();
                acknowledged.extend(answers.into_iter().map(|answer| answer.unwrap().message));
            }
            acknowledged
        });
    }
    let acknowledged = tokio::time::timeout(DEADLINE, tasks.join_all())
        .await
        .expect("nobody waits for ever");
    let acknowledged: Vec<Message> = acknowledged.into_iter().flatten().collect();
    let mut count = 0;
    for group in groups {
        let messages = all(&db.store, people[0], group).await;
        assert_dense(&messages);
        count += messages.len();
        // Each is there as it was acknowledged, and each writer's in the order they were written.
        for message in acknowledged.iter().filter(|message| message.conversation == group) {
            assert_eq!(&messages[usize::try_from(message.sequence.get()).unwrap() - 1], message);
        }
        for person in &people {
            let own = |message: &&Message| message.sender == *person;
            let place = |message: &Message| {
                acknowledged
                    .iter()
                    .position(|other| other.id == message.id)
                    .expect("it was acknowledged")
            };
            let places: Vec<_> = messages.iter().filter(own).map(place).collect();
            assert!(places.is_sorted());
        }
    }
    assert_eq!(count, WRITERS * BATCHES * BATCH);
    let ids: BTreeSet<MessageId> = acknowledged.iter().map(|message| message.id).collect();
    assert_eq!(ids.len(), count);
}

on_both! {
    async fn eight_writers_into_one_conversation(db: Db) {
        write_at_once(db, std::slice::from_ref(&db.store), 1).await;
    }

    async fn eight_writers_on_two_nodes_into_several_conversations(db: Db) {
        let other = db.another().await;
        write_at_once(db, &[db.store.clone(), other.clone()], 4).await;
        other.close().await;
    }

    async fn the_same_message_from_eight_tasks_on_two_nodes_is_one(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        let other = db.another().await;
        for round in 0..10 {
            let mut tasks = tokio::task::JoinSet::new();
            for number in 0..8 {
                let store = if number % 2 == 0 { db.store.clone() } else { other.clone() };
                let name = format!("round {round}");
                let drafts = vec![draft(bob, direct, "noise"), named(&name, draft(alice, direct, "once"))];
                tasks.spawn(async move {
                    store.messages_append(drafts, DirectPolicy::Anyone).await.unwrap().remove(1).unwrap()
                });
            }
            let answers = tokio::time::timeout(DEADLINE, tasks.join_all()).await.expect("nobody waits for ever");
            assert!(answers.iter().all(|answer| answer.message == answers[0].message));
            assert_eq!(answers.iter().filter(|answer| !answer.duplicate).count(), 1);
        }
        let messages = all(&db.store, bob, direct).await;
        assert_dense(&messages);
        assert_eq!(messages.iter().filter(|message| message.sender == alice).count(), 10);
        other.close().await;
    }

    /// The conversations' locks do not help here: only the unique index knows. The losers must neither fail nor leave a
    /// hole, and names in opposite orders must not deadlock.
    async fn the_same_names_into_different_conversations_on_two_nodes_are_one_message_each(db: Db) {
        let alice = db.person("Alice").await.id;
        let groups = [db.group(&[alice]).await, db.group(&[alice]).await];
        let other = db.another().await;
        let mut first = BTreeSet::new();
        for round in 0..20 {
            let mut tasks = tokio::task::JoinSet::new();
            for (node, group) in groups.into_iter().enumerate() {
                let store = if node == 0 { db.store.clone() } else { other.clone() };
                let mut drafts: Vec<_> =
                    (0..8).map(|name| named(&format!("{round}/{name}"), draft(alice, group, "x"))).collect();
                if node == 1 {
                    drafts.reverse();
                }
                tasks.spawn(async move {
                    let mut answers = store.messages_append(drafts, DirectPolicy::Anyone).await.unwrap();
                    if node == 1 {
                        answers.reverse();
                    }
                    answers.into_iter().map(|answer| answer.unwrap().message.id).collect::<Vec<_>>()
                });
            }
            let answers = tokio::time::timeout(DEADLINE, tasks.join_all()).await.expect("nobody waits for ever");
            assert_eq!(answers[0], answers[1]);
            first.extend(answers[0].iter().copied());
        }
        let mut stored = 0;
        for group in groups {
            let messages = all(&db.store, alice, group).await;
            assert_dense(&messages);
            stored += messages.len();
        }
        assert_eq!((stored, first.len()), (160, 160));
        other.close().await;
    }

    async fn marks_and_messages_at_once_do_not_wait_for_each_other_for_ever(db: Db) {
        let mut people = Vec::new();
        for number in 0..4 {
            people.push(db.person(&format!("Person {number}")).await.id);
        }
        let groups = [db.group(&people).await, db.group(&people).await, db.group(&people).await];
        let other = db.another().await;
        let mut tasks = tokio::task::JoinSet::new();
        for turn in 0..6_usize {
            let store = if turn % 2 == 0 { db.store.clone() } else { other.clone() };
            let people = people.clone();
            tasks.spawn(async move {
                for step in 0..15 {
                    let pick = |number: usize| (people[(turn + number) % 4], groups[(turn * step + number) % 3]);
                    let drafts = (0..6).map(|number| draft(pick(number).0, pick(number).1, "x")).collect();
                    store.messages_append(drafts, DirectPolicy::Anyone).await.unwrap();
                    let mark = |number| {
                        let (user, conversation) = pick(number);
                        let sequence = linnet_contract::Sequence::try_from(i64::MAX >> 11).ok();
                        linnet_store::Mark { user, conversation, delivered: sequence, read: sequence }
                    };
                    let marks: Vec<_> = (0..12).rev().map(mark).collect();
                    assert!(store.members_mark_all(&marks).await.unwrap().iter().all(Option::is_some));
                }
            });
        }
        tokio::time::timeout(DEADLINE, tasks.join_all()).await.expect("nobody waits for ever");
        for group in groups {
            assert_dense(&all(&db.store, people[0], group).await);
        }
        other.close().await;
    }

    /// Every change has a version of its own, none is left out, and the last one is what the message shows.
    async fn edits_deletions_reactions_and_messages_at_once_have_dense_versions(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        let group = db.group(&[alice, bob]).await;
        let other = db.another().await;
        let mut targets = Vec::new();
        for number in 0..6 {
            let conversation = if number % 2 == 0 { direct } else { group };
            targets.push(db.send(alice, conversation, "target").await.message);
        }
        let mut tasks = tokio::task::JoinSet::new();
        for task in 0..8_usize {
            let store = if task % 2 == 0 { db.store.clone() } else { other.clone() };
            let targets = targets.clone();
            tasks.spawn(async move {
                let mut versions: Vec<(ConversationId, i64, Option<Message>)> = Vec::new();
                for step in 0..12 {
                    let target = &targets[(task * 5 + step) % targets.len()];
                    let what = match (task + step) % 4 {
                        0 => {
                            let drafts = vec![draft(bob, direct, "new"), draft(bob, group, "new")];
                            let answers = store.messages_append(drafts, DirectPolicy::Anyone).await.unwrap();
                            versions.extend(answers.into_iter().map(|answer| {
                                let message = answer.unwrap().message;
                                (message.conversation, message.version.get(), None)
                            }));
                            continue;
                        }
                        1 if step == 9 => ToMessage::Delete,
                        1 | 2 => edit(&format!("{task}/{step}")),
                        _ => react(["👍", "🎉"][task % 2], step % 3 > 0),
                    };
                    let who = if matches!(what, ToMessage::React { .. }) { bob } else { alice };
                    if let Ok(changed) = touch(&store, who, target, what).await && changed.changed {
                        let message = changed.message;
                        versions.push((message.conversation, message.version.get(), Some(message)));
                    }
                }
                versions
            });
        }
        let given = tokio::time::timeout(DEADLINE, tasks.join_all()).await.expect("nobody waits for ever");
        let given: Vec<_> = given.into_iter().flatten().collect();
        for conversation in [direct, group] {
            let mut versions: Vec<i64> =
                given.iter().filter(|(of, _, _)| *of == conversation).map(|(_, version, _)| *version).collect();
            versions.sort_unstable();
            // The three targets of each conversation were there before.
            let expected: Vec<i64> = (4..4 + i64::try_from(versions.len()).unwrap()).collect();
            assert_eq!(versions, expected);
            let summary = db.store.conversations_get(bob, conversation).await.unwrap().unwrap();
            assert_eq!(summary.conversation.version.get(), expected.last().copied().unwrap());
            let stored = all(&db.store, bob, conversation).await;
            for (place, message) in (1..).zip(&stored) {
                assert_eq!(message.sequence.get(), place);
            }
            for target in stored.iter().filter(|message| message.sequence.get() <= 3) {
                let last = given.iter().filter_map(|(_, _, changed)| changed.as_ref());
                let last = last.filter(|changed| changed.id == target.id).max_by_key(|changed| changed.version);
                assert_eq!(Some(target), last);
            }
        }
        other.close().await;
    }

    async fn readers_see_whole_batches(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        let writer = {
            let store = db.store.clone();
            tokio::spawn(async move {
                for _ in 0..30 {
                    let drafts = (0..7).map(|_| draft(alice, direct, "x")).collect();
                    store.messages_append(drafts, DirectPolicy::Anyone).await.unwrap();
                }
            })
        };
        while !writer.is_finished() {
            let summary = db.store.conversations_get(bob, direct).await.unwrap().unwrap();
            let last = summary.last_message.map_or(0, |message| message.sequence.get());
            assert_eq!(last, summary.conversation.last_sequence.get());
            assert_eq!(last % 7, 0);
        }
        writer.await.unwrap();
        assert_eq!(all(&db.store, bob, direct).await.len(), 210);
        let nobody = ConversationId(id());
        assert_eq!(db.store.members_of(nobody).await.unwrap(), []);
    }
}

/// Every connection is cut by the server, as when it restarts or fails over. Whatever was acknowledged is there, and the
/// store goes on by itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_cutting_every_connection_is_survived() {
    let db = Db::postgres().await;
    let (alice, bob, direct) = db.alice_and_bob().await;
    let (progress, mut written) = tokio::sync::watch::channel(0);
    let writer = {
        let store = db.store.clone();
        tokio::spawn(async move {
            for number in 0..200 {
                let drafts = vec![named(&number.to_string(), draft(alice, direct, "x"))];
                // A batch whose commit was cut off is sent again, as a client does it.
                for attempt in 1.. {
                    assert!(attempt < 20, "the store does not recover");
                    if let Ok(answers) = store.messages_append(drafts.clone(), DirectPolicy::Anyone).await {
                        assert!(answers[0].is_ok());
                        break;
                    }
                }
                progress.send_replace(number + 1);
            }
        })
    };
    for cut in 1..20 {
        let far = written.wait_for(|written| *written >= cut * 10);
        tokio::time::timeout(DEADLINE, far)
            .await
            .expect("the writer goes on")
            .expect("the writer lives");
        db.raw(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        .await;
    }
    tokio::time::timeout(DEADLINE, writer)
        .await
        .expect("the writer ends")
        .unwrap();
    let messages = all(&db.store, bob, direct).await;
    assert_dense(&messages);
    assert_eq!(messages.len(), 200);
    db.remove().await;
}

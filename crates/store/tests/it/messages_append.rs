//! Writing messages: who may, what a retry gets, and which numbers there are.

use AppendError::{BadReply, BadText, Blocked, NotConnected, NotMember};
use linnet_contract::{ConversationId, ConversationKind, MessageId, UserId};
use linnet_store::{AppendError, Appended, DirectPolicy, Draft, Page};

use crate::harness::{Db, NOW, draft, id, named, on_both, seq};

fn numbers(answer: &Result<Appended, AppendError>) -> (i64, i64) {
    let appended = answer.as_ref().expect("the message is accepted");
    (appended.message.sequence.get(), appended.message.version.get())
}

async fn bodies(db: &Db, user: UserId, conversation: ConversationId) -> Vec<String> {
    let page = db
        .store
        .messages_page(user, conversation, Page::Latest, 1000)
        .await
        .unwrap()
        .unwrap();
    page.messages.into_iter().map(|message| message.body).collect()
}

on_both! {
    async fn a_message_is_stored_as_it_was_acknowledged(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        let body = "Grüße 👋🏽\n\t<script>'; DROP TABLE users; --\" \\ $1 %_ \u{1F468}\u{200D}\u{1F469}";
        let first = named("t-1 'quoted\\\"", draft(alice, direct, body));
        let appended = db.append(vec![first.clone()]).await.remove(0).unwrap();
        assert_eq!((appended.duplicate, appended.member_count), (false, 2));
        assert_eq!(appended.conversation_kind, ConversationKind::Direct);
        let message = appended.message;
        assert_eq!((message.id, message.sequence, message.version.get()), (first.id, seq(1), 1));
        assert_eq!((message.sender_name.as_str(), message.to_user), ("Alice", Some(bob)));
        assert_eq!((message.temp_id.clone(), message.created_at), (first.temp_id, NOW));
        let answer = Draft { reply_to: Some(first.id), ..draft(bob, direct, "hi") };
        let answer = db.append(vec![answer]).await.remove(0).unwrap().message;
        assert_eq!((answer.reply_to, answer.to_user), (Some(first.id), Some(alice)));
        let page = db.store.messages_page(bob, direct, Page::Latest, 10).await.unwrap().unwrap();
        assert_eq!(page.messages, [message, answer]);
        // It is on disk: another process sees it.
        let other = db.another().await;
        assert_eq!(other.messages_page(bob, direct, Page::Latest, 10).await.unwrap().unwrap(), page);
        other.close().await;
    }

    async fn a_retry_is_answered_like_the_first_time(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        let first = db.append(vec![named("t", draft(alice, direct, "once"))]).await.remove(0).unwrap();
        db.send(bob, direct, "in between").await;
        let again = db.append(vec![named("t", draft(alice, direct, "once"))]).await.remove(0).unwrap();
        assert!(again.duplicate);
        assert_eq!((again.message, again.conversation_kind), (first.message.clone(), first.conversation_kind));
        // The name is the sender's own: Bob's "t" is another message.
        assert_eq!(numbers(&db.append(vec![named("t", draft(bob, direct, "mine"))]).await[0]), (3, 3));
        // Sent to another conversation, it is still the first message.
        let carol = db.person("Carol").await.id;
        let elsewhere = db.direct(alice, carol).await;
        let stray = db.append(vec![named("t", draft(alice, elsewhere, "once"))]).await.remove(0).unwrap();
        assert_eq!((stray.duplicate, stray.message), (true, first.message));
        assert_eq!(bodies(db, carol, elsewhere).await, Vec::<String>::new());
        // After a restart too.
        let other = db.another().await;
        let drafts = vec![named("t", draft(alice, direct, "once"))];
        let later = other.messages_append(drafts, DirectPolicy::Connections).await.unwrap().remove(0).unwrap();
        assert!(later.duplicate);
        other.close().await;
        assert_eq!(bodies(db, bob, direct).await, ["once", "in between", "mine"]);
    }

    async fn a_retry_is_answered_to_someone_who_was_blocked_or_removed_since(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        let group = db.group(&[alice, bob]).await;
        let drafts = vec![named("d", draft(alice, direct, "x")), named("g", draft(alice, group, "y"))];
        let first = db.append(drafts.clone()).await;
        db.block(bob, alice).await;
        db.leave(group, alice).await;
        let again = db.append(drafts).await;
        for (first, again) in std::iter::zip(first, again) {
            assert_eq!(first.unwrap().message, again.unwrap().message);
        }
    }

    async fn the_same_name_twice_in_a_batch_is_one_message(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        let outsiders = db.group(&[bob]).await;
        let answers = db
            .append(vec![
                named("a", draft(alice, direct, "one")),
                named("a", draft(alice, direct, "one")),
                draft(alice, direct, "two"),
                // Refused, so it does not take the name from the one after it.
                named("b", draft(alice, outsiders, "three")),
                named("b", draft(alice, direct, "three")),
                named("a", draft(bob, direct, "four")),
                draft(alice, direct, "five"),
            ])
            .await;
        assert_eq!(numbers(&answers[0]), (1, 1));
        assert_eq!(numbers(&answers[1]), (1, 1));
        assert!(answers[1].as_ref().unwrap().duplicate && !answers[0].as_ref().unwrap().duplicate);
        assert_eq!(numbers(&answers[2]), (2, 2));
        assert_eq!(answers[3], Err(AppendError::NotMember));
        assert_eq!(numbers(&answers[4]), (3, 3));
        assert_eq!(numbers(&answers[5]), (4, 4));
        assert_eq!(numbers(&answers[6]), (5, 5));
        assert_eq!(bodies(db, bob, direct).await, ["one", "two", "three", "four", "five"]);
    }

    async fn a_bad_draft_fails_alone_and_takes_no_number(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        let (carol, outsider) = (db.person("Carol").await.id, db.person("Outsider").await.id);
        let group = db.group(&[alice, bob, carol]).await;
        let blocked = db.direct(alice, carol).await;
        db.block(carol, alice).await;
        let elsewhere = db.send(bob, group, "in the group").await.message.id;
        let answers = db
            .append(vec![
                draft(alice, direct, "1"),
                draft(outsider, direct, "intruder"),
                draft(alice, ConversationId(id()), "nowhere"),
                draft(UserId(id()), direct, "nobody"),
                draft(alice, blocked, "blocked"),
                draft(carol, blocked, "blocked the other way"),
                Draft { reply_to: Some(elsewhere), ..draft(alice, direct, "answer across conversations") },
                Draft { reply_to: Some(MessageId(id())), ..draft(alice, direct, "answer to nothing") },
                draft(alice, direct, "zero \u{0}"),
                named("zero \u{0}", draft(alice, direct, "zero")),
                draft(bob, direct, "2"),
                // A block is between two people, not in a group of both.
                draft(alice, group, "3"),
                Draft { reply_to: Some(elsewhere), ..draft(carol, group, "4") },
            ])
            .await;
        assert_eq!(numbers(&answers[0]), (1, 1));
        let errors: Vec<_> = answers[1..10].iter().map(|answer| *answer.as_ref().unwrap_err()).collect();
        assert_eq!(
            errors,
            [NotMember, NotMember, NotMember, NotConnected, Blocked, BadReply, BadReply, BadText, BadText]
        );
        assert_eq!(numbers(&answers[10]), (2, 2));
        assert_eq!(numbers(&answers[11]), (2, 2));
        assert_eq!(numbers(&answers[12]), (3, 3));
        assert_eq!(answers[11].as_ref().unwrap().message.to_user, None);
        assert_eq!(bodies(db, bob, direct).await, ["1", "2"]);
        assert_eq!(bodies(db, bob, group).await, ["in the group", "3", "4"]);
        assert_eq!(db.store.conversations_get(bob, direct).await.unwrap().unwrap().conversation.last_sequence, seq(2));
    }

    async fn the_policy_asks_for_a_connection_in_direct_conversations_alone(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        let group = db.group(&[alice, bob]).await;
        let drafts = || vec![draft(alice, direct, "psst"), draft(alice, group, "all")];
        let send = async |policy| db.store.messages_append(drafts(), policy).await.unwrap();
        let answers = send(DirectPolicy::Connections).await;
        assert_eq!(answers[0], Err(AppendError::NotConnected));
        assert_eq!(numbers(&answers[1]), (1, 1));
        assert_eq!(numbers(&send(DirectPolicy::Anyone).await[0]), (1, 1));
        db.connect(alice, bob, "requested").await;
        assert_eq!(send(DirectPolicy::Connections).await[0], Err(AppendError::NotConnected));
        db.raw("UPDATE connections SET state = 'accepted'").await;
        assert_eq!(numbers(&send(DirectPolicy::Connections).await[0]), (2, 2));
        // A block wins over a connection.
        db.block(alice, bob).await;
        assert_eq!(send(DirectPolicy::Connections).await[0], Err(AppendError::Blocked));
        assert_eq!(send(DirectPolicy::Anyone).await[0], Err(AppendError::Blocked));
    }

    async fn who_left_writes_and_reads_no_more(db: Db) {
        let (alice, bob) = (db.person("Alice").await.id, db.person("Bob").await.id);
        let group = db.group(&[alice, bob]).await;
        db.send(bob, group, "hello").await;
        db.leave(group, bob).await;
        assert_eq!(db.append(vec![draft(bob, group, "still here?")]).await[0], Err(AppendError::NotMember));
        assert_eq!(db.store.messages_page(bob, group, Page::Latest, 10).await.unwrap(), None);
        assert_eq!(bodies(db, alice, group).await, ["hello"]);
    }

    /// On `SQLite` a batch goes one of two ways, and a message that was stored before is what sends it the other one. Who
    /// wrote what must not be able to tell.
    async fn a_batch_is_decided_alike_with_a_message_in_it_that_was_stored_before(db: Db) {
        let mut worlds = Vec::new();
        for world in ["plain", "general"] {
            let mut cast = Vec::new();
            for name in ["alice", "bob", "carol", "dave", "outsider"] {
                cast.push(db.person(&format!("{name}.{world}")).await.id);
            }
            let (alice, bob, carol, dave, outsider) = (cast[0], cast[1], cast[2], cast[3], cast[4]);
            let connected = db.direct(alice, bob).await;
            db.connect(alice, bob, "accepted").await;
            let (asked, blocked) = (db.direct(alice, carol).await, db.direct(alice, dave).await);
            db.connect(alice, carol, "requested").await;
            db.connect(alice, dave, "accepted").await;
            db.block(dave, alice).await;
            let channel = crate::groups::made(db, ConversationKind::Channel, alice, &[bob, carol]).await;
            let group = crate::groups::made(db, ConversationKind::Group, bob, &[alice]).await;
            let posting = linnet_store::What::Edit {
                title: None,
                topic: None,
                posting: Some(linnet_contract::Posting::Admins),
            };
            crate::groups::change(db, channel, alice, posting).await.unwrap();
            let question = db.send(bob, group, "?").await.message.id;
            let before = named("stored before", draft(bob, group, "before"));
            db.append(vec![before.clone()]).await;
            let mut batch = vec![
                draft(alice, connected, "1"),
                draft(alice, asked, "not connected"),
                draft(alice, blocked, "blocked by the other"),
                draft(dave, blocked, "blocking the other"),
                draft(alice, channel, "2"),
                draft(bob, channel, "only admins write"),
                draft(dave, channel, "no member"),
                draft(outsider, group, "no member"),
                draft(bob, ConversationId(id()), "nowhere"),
                Draft { reply_to: Some(question), ..draft(alice, group, "3") },
                Draft { reply_to: Some(question), ..draft(alice, connected, "answer from elsewhere") },
                Draft { names: vec![format!("bob.{world}"), format!("dave.{world}")], ..draft(alice, group, "4") },
                named("twice", draft(alice, group, "5")),
                named("twice", draft(alice, group, "5")),
                draft(bob, group, "zero \u{0}"),
                draft(bob, connected, "6"),
            ];
            if world == "general" {
                batch.push(before);
            }
            let answers = db.store.messages_append(batch, DirectPolicy::Connections).await.unwrap();
            let person = |user: UserId| cast.iter().position(|one| *one == user);
            let answers: Vec<_> = answers[..16]
                .iter()
                .map(|answer| {
                    answer.as_ref().map_err(|error| *error).map(|appended| {
                        let message = &appended.message;
                        (
                            (message.sequence.get(), message.version.get(), message.body.clone(), appended.duplicate),
                            (person(message.sender), message.to_user.map(person), message.reply_sequence),
                            message.mentions.iter().map(|user| person(*user)).collect::<Vec<_>>(),
                            (appended.conversation_kind, appended.member_count),
                        )
                    })
                })
                .collect();
            let mut told = Vec::new();
            for conversation in [connected, asked, blocked, channel, group] {
                let summary = db.store.conversations_get(alice, conversation).await.unwrap().unwrap();
                let marks = (summary.viewer.delivered, summary.viewer.read);
                told.push((bodies(db, alice, conversation).await, summary.conversation.version, marks));
            }
            worlds.push((answers, told));
        }
        let (plain, general) = (&worlds[0], &worlds[1]);
        let refused: Vec<_> = plain.0.iter().filter_map(|answer| answer.as_ref().err()).collect();
        let expected = [
            NotConnected, NotConnected, Blocked, AppendError::NotAllowed, NotMember, NotMember, NotMember, BadReply, BadText,
        ];
        assert_eq!(refused, expected.iter().collect::<Vec<_>>());
        assert_eq!(plain.0, general.0);
        assert_eq!(plain.1, general.1);
    }

    async fn an_empty_batch_is_no_work(db: Db) {
        assert_eq!(db.append(Vec::new()).await, []);
    }

    async fn a_large_batch_over_many_conversations_keeps_its_order(db: Db) {
        let alice = db.person("Alice").await.id;
        let mut groups = Vec::new();
        for _ in 0..5 {
            groups.push(db.group(&[alice]).await);
        }
        let drafts: Vec<_> =
            (0..500).map(|number| draft(alice, groups[number % 5], &format!("{number}"))).collect();
        let answers = db.append(drafts).await;
        for (number, answer) in answers.iter().enumerate() {
            let place = i64::try_from(number / 5 + 1).unwrap();
            assert_eq!(numbers(answer), (place, place));
            assert_eq!(answer.as_ref().unwrap().message.body, number.to_string());
        }
        let expected: Vec<_> = (0..100).map(|place| (place * 5 + 3).to_string()).collect();
        assert_eq!(bodies(db, alice, groups[3]).await, expected);
    }
}

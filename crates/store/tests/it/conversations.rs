//! Direct conversations and summaries.

use linnet_contract::{ConversationId, ConversationKind, UserId};
use linnet_store::ConversationCursor;

use crate::harness::{NOW, draft, id, on_both, seq};

on_both! {
    async fn a_pair_has_one_direct_conversation_however_many_ask_at_once(db: Db) {
        let (alice, bob) = (db.person("Alice").await.id, db.person("Bob").await.id);
        let other = db.another().await;
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..8 {
            let store = if number % 2 == 0 { db.store.clone() } else { other.clone() };
            let (one, two) = if number % 3 == 0 { (alice, bob) } else { (bob, alice) };
            tasks.spawn(async move {
                store.conversations_direct(one, two, ConversationId(id()), NOW).await.unwrap().unwrap()
            });
        }
        let made = tasks.join_all().await;
        assert!(made.iter().all(|direct| direct.id == made[0].id));
        assert_eq!(made.iter().filter(|direct| direct.created).count(), 1);
        let again = db.store.conversations_direct(bob, alice, ConversationId(id()), NOW).await.unwrap().unwrap();
        assert_eq!((again.id, again.created), (made[0].id, false));
        assert_eq!(db.store.members_of(made[0].id).await.unwrap(), [alice.min(bob), alice.max(bob)]);
        assert_eq!(db.store.conversations_of(bob).await.unwrap(), [made[0].id]);
        other.close().await;
    }

    async fn nobody_talks_to_themselves_or_to_someone_who_does_not_exist(db: Db) {
        let alice = db.person("Alice").await.id;
        let direct = async |other| db.store.conversations_direct(alice, other, ConversationId(id()), NOW).await.unwrap();
        assert_eq!(direct(alice).await, None);
        assert_eq!(direct(UserId(id())).await, None);
        assert_eq!(db.store.conversations_of(alice).await.unwrap(), []);
    }

    async fn a_summary_shows_the_conversation_as_its_viewer_sees_it(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        let outsider = db.person("Outsider").await.id;
        let empty = db.store.conversations_get(alice, direct).await.unwrap().unwrap();
        assert_eq!(empty.last_message, None);
        assert_eq!((empty.conversation.kind, empty.conversation.last_sequence), (ConversationKind::Direct, seq(0)));
        db.send(alice, direct, "hello").await;
        let last = db.send(alice, direct, "are you there?").await.message;
        let bobs = db.store.conversations_get(bob, direct).await.unwrap().unwrap();
        assert_eq!(bobs.last_message, Some(last));
        assert_eq!((bobs.unread(), bobs.viewer.user, bobs.viewer.read), (2, bob, seq(0)));
        assert_eq!(bobs.conversation.member_count, 2);
        let names: Vec<_> = bobs.members.iter().map(|member| member.username.as_str()).collect();
        assert_eq!(names.len(), 2);
        assert!(names.contains(&"alice") && names.contains(&"bob"));
        assert_eq!(db.store.conversations_get(alice, direct).await.unwrap().unwrap().unread(), 0);
        // An outsider cannot tell whether it exists.
        assert_eq!(db.store.conversations_get(outsider, direct).await.unwrap(), None);
        assert_eq!(db.store.conversations_get(alice, ConversationId(id())).await.unwrap(), None);
    }

    async fn an_empty_direct_conversation_is_not_listed(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        assert_eq!(db.store.conversations_list(bob, None, 10).await.unwrap().conversations, []);
        assert_eq!(db.store.conversations_of(bob).await.unwrap(), [direct]);
        db.send(alice, direct, "hello").await;
        assert_eq!(db.store.conversations_list(bob, None, 10).await.unwrap().conversations.len(), 1);
    }

    async fn the_list_is_by_latest_message_and_goes_on_at_the_cursor(db: Db) {
        let alice = db.person("Alice").await.id;
        let mut expected = Vec::new();
        for number in 0..7 {
            let other = db.person(&format!("Person {number}")).await.id;
            let direct = db.direct(other, alice).await;
            // Two by two at the same millisecond: the cursor must not skip or repeat at a tie.
            let mut message = draft(other, direct, "hello");
            message.now_ms = NOW + number / 2;
            db.append(vec![message]).await;
            expected.push((number / 2, direct));
        }
        expected.sort_by(|one, other| other.cmp(one));
        let mut listed = Vec::new();
        let mut cursor: Option<ConversationCursor> = None;
        loop {
            let page = db.store.conversations_list(alice, cursor, 2).await.unwrap();
            assert!(page.conversations.len() <= 2);
            listed.extend(page.conversations.iter().map(|summary| summary.conversation.id));
            let Some(next) = page.next else { break };
            cursor = Some(next.to_string().parse().unwrap());
        }
        assert_eq!(listed, expected.into_iter().map(|(_, id)| id).collect::<Vec<_>>());
        assert!("nonsense".parse::<ConversationCursor>().is_err());
    }

    async fn a_large_conversation_lists_a_hundred_members_and_its_viewer(db: Db) {
        let mut people = Vec::new();
        for number in 0..103 {
            people.push(db.person(&format!("Person {number}")).await.id);
        }
        let group = db.group(&people).await;
        let last = people[102];
        let summary = db.store.conversations_get(last, group).await.unwrap().unwrap();
        let listed: Vec<_> = summary.members.iter().map(|member| member.user).collect();
        assert_eq!(listed[..99], people[..99]);
        assert_eq!(listed[99..], [last]);
        assert_eq!(summary.conversation.member_count, 103);
        let summary = db.store.conversations_get(people[5], group).await.unwrap().unwrap();
        assert_eq!(summary.members.iter().map(|member| member.user).collect::<Vec<_>>(), people[..100]);
    }
}

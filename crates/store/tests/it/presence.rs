//! Who is told when somebody comes, goes or writes.

use linnet_contract::{ConversationId, UserId};
use linnet_store::{Audience, Writing};

use crate::harness::{Db, id, on_both};

async fn writing(db: &Db, user: UserId, conversation: ConversationId) -> Option<Writing> {
    db.store.presence_writing(user, conversation, 3).await.unwrap()
}

async fn audience(db: &Db, user: UserId) -> Audience {
    let mut all = db.store.presence_audiences(&[user], 3).await.unwrap();
    let mut audience = all.remove(&user).unwrap();
    assert!(all.is_empty());
    audience.conversations.sort_unstable();
    audience
}

async fn sees(db: &Db, viewer: UserId, people: &[UserId]) -> Vec<(UserId, Option<i64>)> {
    let mut seen: Vec<_> = db
        .store
        .presence_visible(viewer, people, 3)
        .await
        .unwrap()
        .into_iter()
        .collect();
    seen.sort_unstable();
    seen
}

on_both! {
    async fn who_writes_is_asked_what_a_message_is_asked(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        let carol = db.person("Carol").await.id;
        let fresh = Writing {
            name: "Alice".to_owned(),
            direct: true,
            member_count: 2,
            may_post: true,
            blocking: false,
            blocked: false,
            connected: false,
            apart: vec![],
        };
        assert_eq!(writing(db, alice, direct).await, Some(fresh.clone()));
        assert_eq!(writing(db, carol, direct).await, None);
        assert_eq!(writing(db, alice, ConversationId(id())).await, None);
        db.connect(alice, bob, "accepted").await;
        assert_eq!(writing(db, alice, direct).await, Some(Writing { connected: true, ..fresh.clone() }));
        db.block(bob, alice).await;
        assert_eq!(writing(db, alice, direct).await, Some(Writing { connected: true, blocked: true, ..fresh.clone() }));
        assert!(writing(db, bob, direct).await.unwrap().blocking);
        // In a group a block leaves out the other one, in both directions.
        let group = db.group(&[alice, bob, carol]).await;
        let in_group = Writing { direct: false, member_count: 3, apart: vec![bob], ..fresh };
        assert_eq!(writing(db, alice, group).await, Some(in_group));
        assert_eq!(writing(db, bob, group).await.unwrap().apart, [alice]);
        assert_eq!(writing(db, carol, group).await.unwrap().apart, []);
        let dave = db.person("Dave").await.id;
        let large = db.group(&[alice, bob, carol, dave]).await;
        let in_large = writing(db, alice, large).await.unwrap();
        assert_eq!((in_large.member_count, in_large.apart), (4, vec![]), "not asked where nobody is told");
    }

    async fn only_small_conversations_are_told_and_nobody_across_a_block(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        let (carol, dave) = (db.person("Carol").await.id, db.person("Dave").await.id);
        let group = db.group(&[alice, carol, dave]).await;
        let large = db.group(&[alice, bob, carol, dave]).await;
        let mut both = vec![direct, group];
        both.sort_unstable();
        assert_eq!(audience(db, alice).await, Audience { conversations: both.clone(), ..Audience::default() });
        assert_eq!(audience(db, bob).await.conversations, [direct]);
        db.block(alice, bob).await;
        db.block(carol, alice).await;
        let mut apart = audience(db, alice).await.apart;
        apart.sort_unstable();
        let mut expected = vec![bob, carol];
        expected.sort_unstable();
        assert_eq!(apart, expected);
        assert_eq!((audience(db, bob).await.apart, audience(db, carol).await.apart), (vec![alice], vec![alice]));
        let two = db.store.presence_audiences(&[dave, bob], 3).await.unwrap();
        assert_eq!((two[&dave].conversations.as_slice(), two[&bob].conversations.as_slice()), ([group].as_slice(), [direct].as_slice()));
        assert_ne!(large, group);
    }

    async fn one_sees_those_with_whom_one_shares_a_small_conversation(db: Db) {
        let (alice, bob, _) = db.alice_and_bob().await;
        let (carol, dave, erin) = (db.person("Carol").await.id, db.person("Dave").await.id, db.person("Erin").await.id);
        let group = db.group(&[alice, carol, dave]).await;
        db.group(&[alice, bob, carol, erin]).await;
        let all = [alice, bob, carol, dave, erin, UserId(id()), bob];
        let mut known = vec![(bob, None), (carol, None), (dave, None)];
        known.sort_unstable();
        assert_eq!(sees(db, alice, &all).await, known);
        assert_eq!(sees(db, bob, &all).await, [(alice, None)]);
        assert_eq!(sees(db, erin, &all).await, []);
        assert!(db.store.presence_shared(alice, bob, 3).await.unwrap());
        assert!(!db.store.presence_shared(bob, carol, 3).await.unwrap(), "the one that they share is large");
        db.block(bob, alice).await;
        assert_eq!(sees(db, alice, &[bob]).await, []);
        assert_eq!(sees(db, bob, &[alice]).await, []);
        assert!(db.store.presence_shared(alice, bob, 3).await.unwrap(), "blocks aside");
        db.leave(group, alice).await;
        db.leave(group, dave).await;
        assert_eq!(sees(db, alice, &[dave]).await, []);
        assert_eq!(sees(db, dave, &[alice, carol]).await, []);
    }

    async fn when_somebody_was_last_there_never_goes_back_and_is_theirs_to_show(db: Db) {
        let (alice, bob, _) = db.alice_and_bob().await;
        db.store.presence_seen(&[]).await.unwrap();
        db.store.presence_seen(&[(bob, 500), (alice, 300), (UserId(id()), 1)]).await.unwrap();
        assert_eq!(sees(db, alice, &[bob]).await, [(bob, Some(500))]);
        db.store.presence_seen(&[(bob, 400)]).await.unwrap();
        assert_eq!(audience(db, bob).await.last_seen, Some(500));
        db.store.presence_seen(&[(bob, 600)]).await.unwrap();
        assert_eq!(audience(db, bob).await.last_seen, Some(600));
        // Who hides it is shown nobody's.
        db.store.users_privacy_set(bob, None, Some(true)).await.unwrap();
        assert_eq!(audience(db, bob).await.last_seen, None);
        assert_eq!((sees(db, alice, &[bob]).await, sees(db, bob, &[alice]).await), (vec![(bob, None)], vec![(alice, None)]));
        assert_eq!(audience(db, alice).await.last_seen, Some(300));
        db.store.users_privacy_set(bob, None, Some(false)).await.unwrap();
        assert_eq!(sees(db, alice, &[bob]).await, [(bob, Some(600))]);
    }
}

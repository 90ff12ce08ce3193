//! The marks of members, and how two people stand to each other.

use linnet_contract::{ConversationId, UserId};
use linnet_store::{Mark, Marks, Relation};

use crate::harness::{Db, id, on_both, seq};

fn mark(user: UserId, conversation: ConversationId, delivered: Option<i64>, read: Option<i64>) -> Mark {
    Mark {
        user,
        conversation,
        delivered: delivered.map(seq),
        read: read.map(seq),
    }
}

async fn marked(db: &Db, mark: Mark) -> Option<(i64, i64, bool)> {
    let marks: Option<Marks> = db.store.members_mark(mark).await.unwrap();
    marks.map(|marks| (marks.delivered.get(), marks.read.get(), marks.changed))
}

on_both! {
    async fn marks_only_grow_and_never_beyond_the_last_message(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        db.send_many(alice, direct, 5).await;
        let mark = |delivered, read| mark(bob, direct, delivered, read);
        assert_eq!(marked(db, mark(Some(2), None)).await, Some((2, 0, true)));
        assert_eq!(marked(db, mark(Some(1), None)).await, Some((2, 0, false)));
        // Who read it has it.
        assert_eq!(marked(db, mark(None, Some(4))).await, Some((4, 4, true)));
        assert_eq!(marked(db, mark(Some(3), Some(3))).await, Some((4, 4, false)));
        assert_eq!(marked(db, mark(None, None)).await, Some((4, 4, false)));
        assert_eq!(marked(db, mark(Some(9_007_199_254_740_991), None)).await, Some((5, 4, true)));
        assert_eq!(marked(db, mark(None, Some(99))).await, Some((5, 5, true)));
        assert_eq!(db.store.conversations_get(bob, direct).await.unwrap().unwrap().unread(), 0);
    }

    async fn who_writes_has_read(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        db.send_many(alice, direct, 3).await;
        assert_eq!(marked(db, mark(alice, direct, None, None)).await, Some((3, 3, false)));
        db.send(bob, direct, "yes").await;
        assert_eq!(marked(db, mark(bob, direct, None, None)).await, Some((4, 4, false)));
        assert_eq!(marked(db, mark(alice, direct, None, None)).await, Some((3, 3, false)));
    }

    async fn an_outsider_has_no_marks(db: Db) {
        let (alice, _, direct) = db.alice_and_bob().await;
        let outsider = db.person("Outsider").await.id;
        db.send(alice, direct, "hello").await;
        assert_eq!(marked(db, mark(outsider, direct, None, Some(1))).await, None);
        assert_eq!(marked(db, mark(alice, ConversationId(id()), None, Some(1))).await, None);
    }

    async fn many_marks_move_together_and_are_answered_in_order(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        let outsider = db.person("Outsider").await.id;
        db.send_many(alice, direct, 5).await;
        let answers = db
            .store
            .members_mark_all(&[
                mark(bob, direct, Some(1), None),
                mark(outsider, direct, Some(1), None),
                mark(bob, direct, None, Some(3)),
                mark(bob, direct, Some(2), None),
            ])
            .await
            .unwrap();
        let answers: Vec<_> =
            answers.into_iter().map(|one| one.map(|one| (one.delivered.get(), one.read.get(), one.changed))).collect();
        assert_eq!(answers, [Some((1, 0, true)), None, Some((3, 3, true)), Some((3, 3, false))]);
        assert_eq!(marked(db, mark(bob, direct, None, None)).await, Some((3, 3, false)));
        assert_eq!(db.store.members_mark_all(&[]).await.unwrap(), []);
    }

    async fn a_relation_says_connected_and_blocked_both_ways(db: Db) {
        let (alice, bob, carol) =
            (db.person("Alice").await.id, db.person("Bob").await.id, db.person("Carol").await.id);
        let strangers = Relation { exists: true, connected: false, blocked: false, blocking: false };
        assert_eq!(db.store.connections_between(alice, bob).await.unwrap(), strangers);
        assert!(!db.store.connections_between(alice, UserId(id())).await.unwrap().exists);
        db.connect(alice, bob, "accepted").await;
        db.connect(alice, carol, "requested").await;
        db.block(carol, alice).await;
        let connected = Relation { connected: true, ..strangers };
        assert_eq!(db.store.connections_between(bob, alice).await.unwrap(), connected);
        let blocked = Relation { blocked: true, ..strangers };
        assert_eq!(db.store.connections_between(alice, carol).await.unwrap(), blocked);
        let blocking = Relation { blocking: true, ..blocked };
        assert_eq!(db.store.connections_between(carol, alice).await.unwrap(), blocking);
    }
}

//! What people keep to themselves, and changing a password.

use linnet_contract::{ConversationId, DeviceId, UserId};
use linnet_store::{Mark, NewDevice, SyncLimits, SyncMarks};

use crate::harness::{Db, NOW, id, on_both, seq};

async fn mark(db: &Db, user: UserId, conversation: ConversationId, read: i64) -> bool {
    let mark = Mark {
        user,
        conversation,
        delivered: None,
        read: Some(seq(read)),
    };
    db.store.members_mark(mark).await.unwrap().unwrap().kept_back
}

/// How far `of` has read, as `viewer` sees it.
async fn seen(db: &Db, viewer: UserId, conversation: ConversationId, of: UserId) -> i64 {
    let summary = db.store.conversations_get(viewer, conversation).await.unwrap().unwrap();
    let member = summary.members.iter().find(|member| member.user == of).unwrap();
    // The list of members shows the same.
    let page = db
        .store
        .members_list(viewer, conversation, "", 0, 100)
        .await
        .unwrap()
        .unwrap();
    assert!(page.members.contains(member));
    member.read.get()
}

/// Whether sync answers a client that has the latest version and these marks.
async fn differs(db: &Db, viewer: UserId, conversation: ConversationId, version: i64, sum: i64) -> bool {
    let versions = [(conversation, version.try_into().unwrap())].into();
    let marks = [(conversation, seq(sum))].into();
    let synced = db
        .store
        .sync(
            viewer,
            &versions,
            Some(SyncMarks::Everybodys(&marks)),
            SyncLimits::default(),
        )
        .await
        .unwrap();
    synced
        .conversations
        .iter()
        .any(|synced| synced.summary.conversation.id == conversation)
}

async fn hide(db: &Db, user: UserId, hide: bool) {
    let changed = db
        .store
        .users_privacy_set(user, Some(hide), None)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(changed.hides_receipts, hide);
}

on_both! {
    async fn who_hides_receipts_shows_none_and_sees_none(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        let carol = db.person("Carol").await.id;
        let group = db.group(&[alice, bob, carol]).await;
        for conversation in [direct, group] {
            db.send_many(alice, conversation, 5).await;
            assert!(!mark(db, bob, conversation, 2).await);
        }
        hide(db, bob, true).await;
        hide(db, bob, true).await;
        for conversation in [direct, group] {
            assert!(mark(db, bob, conversation, 4).await, "not for others");
            assert_eq!(seen(db, alice, conversation, bob).await, 2, "as it was when he began");
            assert_eq!(seen(db, bob, conversation, bob).await, 4);
            assert_eq!(seen(db, bob, conversation, alice).await, 0, "who shows none sees none");
        }
        assert_eq!(seen(db, carol, group, alice).await, 5, "others see each other's");
        assert!(!mark(db, carol, group, 1).await);
        // Where he joined later, there is nothing to show.
        let later = db.direct(bob, carol).await;
        db.send_many(carol, later, 2).await;
        mark(db, bob, later, 2).await;
        assert_eq!(seen(db, carol, later, bob).await, 0);
        // Sync compares what each of them sees: alice read 5 of 5, bob 2 for her and 4 for himself.
        assert!(!differs(db, alice, direct, 5, 10 + 4).await && differs(db, alice, direct, 5, 10 + 8).await);
        assert!(!differs(db, bob, direct, 5, 8).await && differs(db, bob, direct, 5, 4).await);
        assert!(!differs(db, bob, direct, 5, 8 + 10).await, "a client that still counts hers is not asked back for ever");
        // His other device moved his own mark: a client that leaves hers out is told.
        let versions = [(direct, 5.try_into().unwrap())].into();
        for (sum, answered) in [(8, 0), (6, 1), (8 + 10, 1)] {
            let marks = [(direct, seq(sum))].into();
            let synced = db.store.sync(bob, &versions, Some(SyncMarks::Own(&marks)), SyncLimits::default()).await.unwrap();
            assert_eq!(synced.conversations.iter().filter(|it| it.summary.conversation.id == direct).count(), answered);
        }
        hide(db, bob, false).await;
        for conversation in [direct, group] {
            assert_eq!((seen(db, alice, conversation, bob).await, seen(db, bob, conversation, alice).await), (4, 5));
            assert!(!mark(db, bob, conversation, 5).await);
        }
        assert_eq!(seen(db, carol, later, bob).await, 2);
    }

    async fn hiding_and_a_block_do_not_undo_each_other(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        db.send_many(alice, direct, 5).await;
        mark(db, bob, direct, 1).await;
        db.store.blocks_add(alice, bob, NOW, 10).await.unwrap();
        hide(db, bob, true).await;
        mark(db, bob, direct, 2).await;
        hide(db, bob, false).await;
        assert_eq!(seen(db, alice, direct, bob).await, 1, "the block goes on");
        hide(db, bob, true).await;
        db.store.blocks_remove(alice, bob).await.unwrap().unwrap();
        assert_eq!(seen(db, alice, direct, bob).await, 1, "hiding goes on");
        assert!(mark(db, bob, direct, 3).await);
        hide(db, bob, false).await;
        assert_eq!(seen(db, alice, direct, bob).await, 3);
    }

    async fn no_mark_slips_out_while_somebody_begins_to_hide(db: Db) {
        let other = db.another().await;
        let (alice, bob, direct) = db.alice_and_bob().await;
        let group = db.group(&[alice, bob]).await;
        for conversation in [direct, group] {
            db.send_many(alice, conversation, 200).await;
        }
        let store = other.clone();
        let marking = tokio::spawn(async move {
            for read in 1..=200 {
                let mark = |conversation| Mark { user: bob, conversation, delivered: None, read: Some(seq(read)) };
                store.members_mark_all(&[mark(direct), mark(group)]).await.unwrap();
            }
        });
        for _ in 0..10 {
            hide(db, bob, true).await;
            let before = (seen(db, alice, direct, bob).await, seen(db, alice, group, bob).await);
            tokio::task::yield_now().await;
            assert_eq!((seen(db, alice, direct, bob).await, seen(db, alice, group, bob).await), before);
            hide(db, bob, false).await;
        }
        marking.await.unwrap();
        assert_eq!((seen(db, alice, direct, bob).await, seen(db, alice, group, bob).await), (200, 200));
        other.close().await;
    }

    async fn what_is_left_out_stays(db: Db) {
        let alice = db.person("Alice").await;
        assert!(!alice.hides_receipts && !alice.hides_last_seen);
        let set = async |receipts, last_seen| {
            let user = db.store.users_privacy_set(alice.id, receipts, last_seen).await.unwrap().unwrap();
            (user.hides_receipts, user.hides_last_seen)
        };
        assert_eq!(set(None, Some(true)).await, (false, true));
        assert_eq!(set(Some(true), None).await, (true, true));
        assert_eq!(set(None, None).await, (true, true));
        assert!(db.store.users_by_id(alice.id).await.unwrap().unwrap().hides_last_seen);
        assert_eq!(db.store.users_privacy_set(UserId(id()), Some(true), None).await.unwrap(), None);
    }

    async fn another_password_signs_out_all_other_devices(db: Db) {
        let (alice, bob) = (db.person("Alice").await.id, db.person("Bob").await.id);
        let device = async |user, token| {
            let new = NewDevice {
                id: DeviceId(id()),
                user,
                name: "Phone".to_owned(),
                refresh_hash: [token; 32],
                now: NOW,
                expires_at: NOW + 1_000_000,
                most: 10,
            };
            let id = new.id;
            db.store.devices_create(new).await.unwrap();
            id
        };
        let (laptop, phone, tablet, elsewhere) =
            (device(alice, 1).await, device(alice, 2).await, device(alice, 3).await, device(bob, 4).await);
        let mut gone = db.store.users_password_change(alice, "new hash", laptop, NOW + 1).await.unwrap();
        gone.sort();
        let mut expected = [phone, tablet];
        expected.sort();
        assert_eq!(gone, expected);
        let credentials = db.store.users_by_username("alice").await.unwrap().unwrap();
        assert_eq!(credentials.password_hash.as_deref(), Some("new hash"));
        let left = async |user| -> Vec<DeviceId> {
            db.store.devices_list(user, NOW + 1).await.unwrap().into_iter().map(|device| device.id).collect()
        };
        assert_eq!((left(alice).await, left(bob).await), (vec![laptop], vec![elsewhere]));
        assert_eq!(db.store.users_password_change(alice, "newer", laptop, NOW + 2).await.unwrap(), []);
    }
}

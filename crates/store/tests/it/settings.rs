//! What a member sets for themselves in a conversation.

use std::collections::BTreeMap;

use linnet_contract::{ConversationId, UserId, settings::Notify};
use linnet_store::{Mark, Settings, SettingsChange, SettingsSet, SyncLimits, SyncMarks};

use crate::harness::{Db, id, on_both, seq};

const FRESH: Settings = Settings {
    version: 0,
    notify: Notify::All,
    muted_until: None,
    unread_from: None,
};

fn unread_from(sequence: i64) -> SettingsChange {
    SettingsChange {
        unread_from: Some(seq(sequence)),
        ..SettingsChange::default()
    }
}

async fn set(db: &Db, user: UserId, conversation: ConversationId, change: SettingsChange) -> SettingsSet {
    db.store.members_settings_set(user, conversation, change).await.unwrap()
}

async fn seen(db: &Db, user: UserId, conversation: ConversationId) -> (Settings, i64) {
    let summary = db.store.conversations_get(user, conversation).await.unwrap().unwrap();
    (summary.settings, summary.unread())
}

async fn reads(db: &Db, user: UserId, conversation: ConversationId, read: i64) -> Option<(Settings, i64)> {
    let mark = Mark {
        user,
        conversation,
        delivered: None,
        read: Some(seq(read)),
    };
    db.store.members_mark(mark).await.unwrap().unwrap().cleared
}

/// Whether a client that has these sums is answered.
async fn answered(db: &Db, user: UserId, conversation: ConversationId, version: i64, sum: i64) -> bool {
    let versions = BTreeMap::from([(conversation, version.try_into().unwrap())]);
    let marks = BTreeMap::from([(conversation, seq(sum))]);
    let synced = db
        .store
        .sync(
            user,
            &versions,
            Some(SyncMarks::Everybodys(&marks)),
            SyncLimits::default(),
        )
        .await
        .unwrap();
    !synced.conversations.is_empty()
}

on_both! {
    async fn settings_are_the_members_own_and_each_change_counts(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        db.send_many(alice, direct, 3).await;
        assert_eq!(seen(db, bob, direct).await, (FRESH, 3));
        let quiet = SettingsChange { notify: Some(Notify::Mentions), muted_until: Some(Some(5_000)), unread_from: None };
        let settings = Settings { version: 1, notify: Notify::Mentions, muted_until: Some(5_000), unread_from: None };
        assert_eq!(set(db, bob, direct, quiet).await, SettingsSet::Done { settings, unread: 3, changed: true });
        assert_eq!(set(db, bob, direct, quiet).await, SettingsSet::Done { settings, unread: 3, changed: false });
        assert_eq!(set(db, bob, direct, SettingsChange::default()).await, SettingsSet::Done { settings, unread: 3, changed: false });
        // What is left out stays, and null is not left out.
        let loud = SettingsChange { muted_until: Some(None), ..SettingsChange::default() };
        let settings = Settings { version: 2, muted_until: None, ..settings };
        assert_eq!(set(db, bob, direct, loud).await, SettingsSet::Done { settings, unread: 3, changed: true });
        assert_eq!(seen(db, bob, direct).await, (settings, 3));
        assert_eq!(seen(db, alice, direct).await, (FRESH, 0));
        let listed = db.store.conversations_list(bob, None, 10).await.unwrap();
        assert_eq!(listed.conversations[0].settings, settings);
        let each = db.store.conversations_seen(direct, 100, &[]).await.unwrap();
        let each: BTreeMap<_, _> = each.into_iter().map(|summary| (summary.viewer.user, summary.settings)).collect();
        assert_eq!(each, BTreeMap::from([(alice, FRESH), (bob, settings)]));
        let outsider = db.person("Outsider").await.id;
        assert_eq!(set(db, outsider, direct, loud).await, SettingsSet::NotMember);
        assert_eq!(set(db, bob, ConversationId(id()), loud).await, SettingsSet::NotMember);
    }

    async fn unread_from_here_lasts_until_it_is_read(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        db.send_many(alice, direct, 5).await;
        assert_eq!(reads(db, bob, direct, 5).await, None);
        assert_eq!(set(db, bob, direct, unread_from(6)).await, SettingsSet::NoMessage);
        assert_eq!(seen(db, bob, direct).await, (FRESH, 0));
        let settings = Settings { version: 1, unread_from: Some(4), ..FRESH };
        assert_eq!(set(db, bob, direct, unread_from(4)).await, SettingsSet::Done { settings, unread: 2, changed: true });
        assert_eq!(set(db, bob, direct, unread_from(4)).await, SettingsSet::Done { settings, unread: 2, changed: false });
        let unread = db.store.messages_unread(bob, 100, 500).await.unwrap();
        let bodies: Vec<&str> = unread[0].messages.iter().map(|message| message.body.as_str()).collect();
        assert_eq!((unread[0].unread, bodies), (2, vec!["4", "5"]));
        // What others see of him has not moved.
        let shown = db.store.conversations_get(alice, direct).await.unwrap().unwrap();
        assert_eq!(shown.members.iter().find(|member| member.user == bob).unwrap().read, seq(5));
        // A device that did not know yet, and had read up to the third.
        assert_eq!(reads(db, bob, direct, 3).await, None);
        assert_eq!(seen(db, bob, direct).await, (settings, 2));
        db.send(alice, direct, "6").await;
        assert_eq!(seen(db, bob, direct).await.1, 3);
        // The mark itself stands beyond it already, and it is cleared all the same.
        let cleared = Settings { version: 2, ..FRESH };
        assert_eq!(reads(db, bob, direct, 5).await, Some((cleared, 1)));
        assert_eq!(reads(db, bob, direct, 5).await, None);
        assert_eq!(seen(db, bob, direct).await, (cleared, 1));
        // What is unread by itself stays so.
        set(db, bob, direct, unread_from(6)).await;
        assert_eq!(seen(db, bob, direct).await.1, 1);
        assert_eq!(reads(db, bob, direct, 6).await, Some((Settings { version: 4, ..FRESH }, 0)));
        assert!(db.store.messages_unread(bob, 100, 500).await.unwrap().is_empty());
    }

    async fn one_batch_of_marks_clears_once(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        db.send_many(alice, direct, 5).await;
        set(db, bob, direct, unread_from(2)).await;
        set(db, alice, direct, unread_from(1)).await;
        let mark = |user, read| Mark { user, conversation: direct, delivered: None, read: Some(seq(read)) };
        let marked = db.store.members_mark_all(&[mark(bob, 1), mark(bob, 2), mark(bob, 5), mark(alice, 0)]).await.unwrap();
        let cleared: Vec<_> = marked.into_iter().map(|one| one.unwrap().cleared.map(|(settings, _)| settings.version)).collect();
        assert_eq!(cleared, [None, Some(2), None, None]);
        assert_eq!(seen(db, bob, direct).await, (Settings { version: 2, ..FRESH }, 0));
        assert_eq!(seen(db, alice, direct).await, (Settings { version: 1, unread_from: Some(1), ..FRESH }, 5));
    }

    async fn a_change_made_elsewhere_is_found_by_sync(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        db.send_many(alice, direct, 2).await;
        // Alice has 2 + 2, Bob 0 + 0.
        assert!(!answered(db, bob, direct, 2, 4).await);
        set(db, bob, direct, unread_from(1)).await;
        assert!(answered(db, bob, direct, 2, 4).await);
        assert!(!answered(db, bob, direct, 2, 5).await);
        assert!(!answered(db, alice, direct, 2, 4).await, "his settings are nothing to her");
        db.store.users_privacy_set(bob, Some(true), None).await.unwrap();
        assert!(answered(db, bob, direct, 2, 0).await);
        assert!(!answered(db, bob, direct, 2, 1).await);
    }

    async fn of_a_large_conversation_sync_compares_what_is_ones_own(db: Db) {
        let mut people = Vec::new();
        for number in 0..101 {
            people.push(db.person(&format!("Person {number}")).await.id);
        }
        let channel = db.group(&people).await;
        let (first, last) = (people[0], people[100]);
        db.send_many(first, channel, 2).await;
        assert!(!answered(db, last, channel, 2, 0).await);
        assert_eq!(reads(db, last, channel, 1).await, None);
        assert!(answered(db, last, channel, 2, 0).await);
        assert!(!answered(db, last, channel, 2, 2).await);
        set(db, last, channel, unread_from(1)).await;
        assert!(answered(db, last, channel, 2, 2).await);
        assert!(!answered(db, last, channel, 2, 3).await);
        assert!(!answered(db, first, channel, 2, 4).await);
    }

    async fn two_changes_at_once_are_both_kept(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        db.send_many(alice, direct, 2).await;
        let changes = (0..20).map(|number| {
            let (store, change) = (db.store.clone(), match number % 2 {
                0 => SettingsChange { muted_until: Some(Some(number)), ..SettingsChange::default() },
                _ => unread_from(number / 2 % 2 + 1),
            });
            tokio::spawn(async move { store.members_settings_set(bob, direct, change).await.unwrap() })
        });
        let mut versions = Vec::new();
        for done in changes.collect::<Vec<_>>() {
            let SettingsSet::Done { settings, changed, .. } = done.await.unwrap() else { panic!("refused") };
            versions.extend(changed.then_some(settings.version));
        }
        versions.sort_unstable();
        let dense: Vec<i64> = (1..=i64::try_from(versions.len()).unwrap()).collect();
        assert_eq!(versions, dense);
        let (settings, _) = seen(db, bob, direct).await;
        assert_eq!(Some(&settings.version), versions.last());
        assert!(settings.muted_until.is_some() && settings.unread_from.is_some());
    }
}

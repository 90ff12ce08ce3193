//! To whom a digest goes: after a code, once for what is unread, and to nobody else's wish.

use linnet_contract::{UserId, digest::Language};
use linnet_store::{DigestChoice, DigestDue, Draft, Mark, NewDigest};

use crate::{
    groups::people,
    harness::{Db, NOW, draft, on_both, seq},
};

const HOUR: i64 = 3_600_000;
const CODE: &str = "12345678";

fn new(user: UserId, address: &str, token: u8) -> NewDigest {
    NewDigest {
        user,
        address: address.to_owned(),
        language: Language::Japanese,
        code: CODE.to_owned(),
        code_expires_at: NOW + HOUR,
        token: vec![token; 32],
        now: NOW - 10 * HOUR,
    }
}

async fn opt_in(db: &Db, user: UserId, token: u8) {
    db.store
        .digests_ask(&new(user, "bob@example.org", token))
        .await
        .unwrap();
    assert!(db.store.digests_confirm(user, CODE, NOW - 10 * HOUR).await.unwrap());
}

/// Who is due, of what is older than an hour.
async fn due(db: &Db, now: i64) -> Vec<DigestDue> {
    db.store.digests_due(None, now, now - HOUR, 10).await.unwrap()
}

on_both! {
    async fn an_address_counts_when_its_code_came_back(db: Db) {
        let [bob, carol] = people(db, ["bob", "carol"]).await;
        let store = &db.store;
        assert_eq!(store.digests_get(bob).await.unwrap(), None);
        assert!(!store.digests_switch(bob, true, Language::German, NOW).await.unwrap());
        store.digests_ask(&new(bob, "bob@example.org", 1)).await.unwrap();
        assert!(!store.digests_switch(bob, true, Language::German, NOW).await.unwrap(), "not yet confirmed");
        assert!(!store.digests_confirm(bob, "87654321", NOW).await.unwrap());
        assert!(!store.digests_confirm(carol, CODE, NOW).await.unwrap(), "somebody else");
        assert!(!store.digests_confirm(bob, CODE, NOW + HOUR).await.unwrap(), "too late");
        assert!(store.digests_confirm(bob, CODE, NOW).await.unwrap());
        assert!(!store.digests_confirm(bob, CODE, NOW).await.unwrap(), "used");
        let choice = |language, wanted, confirmed| Some(DigestChoice {
            address: "bob@example.org".to_owned(),
            language,
            wanted,
            confirmed,
        });
        assert_eq!(store.digests_get(bob).await.unwrap(), choice(Language::Japanese, true, true));
        assert!(store.digests_switch(bob, false, Language::German, NOW).await.unwrap());
        assert_eq!(store.digests_by_token(&[1; 32]).await.unwrap(), choice(Language::German, false, true));
        assert!(store.digests_switch(bob, true, Language::German, NOW).await.unwrap());
        assert!(store.digests_unsubscribe(&[1; 32]).await.unwrap());
        assert!(!store.digests_unsubscribe(&[2; 32]).await.unwrap(), "nobody's");
        assert_eq!(store.digests_get(bob).await.unwrap(), choice(Language::German, false, true));
        store.digests_ask(&new(bob, "bob@example.org", 2)).await.unwrap();
        assert_eq!(store.digests_get(bob).await.unwrap(), choice(Language::Japanese, false, false), "anew");
        assert_eq!(store.digests_by_token(&[1; 32]).await.unwrap(), None);
        assert!(store.digests_forget(bob).await.unwrap());
        assert!(!store.digests_forget(bob).await.unwrap());
    }

    async fn somebody_is_due_once_for_what_is_old_enough(db: Db) {
        let [alice, bob, carol] = people(db, ["alice", "bob", "carol"]).await;
        let group = db.group(&[alice, bob, carol]).await;
        opt_in(db, bob, 1).await;
        assert_eq!(due(db, NOW + HOUR).await.len(), 0, "nothing was written");
        let written = db.append(vec![draft(alice, group, "one"), draft(alice, group, "two")]).await;
        let written = written.into_iter().last().unwrap().unwrap().message.sequence;
        assert_eq!(due(db, NOW + HOUR - 1).await.len(), 0);
        let [bobs] = due(db, NOW + HOUR).await.try_into().ok().unwrap();
        assert_eq!((bobs.user, bobs.language, bobs.since), (bob, Language::Japanese, NOW - 10 * HOUR));
        let behind = db.store.digests_due(Some(bob), NOW + HOUR, NOW, 10).await.unwrap();
        assert_eq!(behind.len(), 0, "a batch goes on behind the last one");
        let unread = db.store.digests_unread(bob, bobs.since, NOW, 10).await.unwrap();
        assert_eq!(unread[0].conversation, group);
        assert_eq!(db.store.digests_unread(bob, NOW, NOW, 10).await.unwrap().len(), 0, "what was told is not told");

        let (now, next) = (NOW + HOUR, NOW + 25 * HOUR);
        let mut claims = Vec::new();
        for _ in 0..2 {
            claims.push(db.store.digests_claim(&bobs, NOW, now, next).await.unwrap());
        }
        assert_eq!(claims, [true, false], "of two who try, one sends it");
        assert_eq!(due(db, now).await.len(), 0);
        db.store.digests_give_back(&bobs, NOW, now + 1).await.unwrap();
        assert_eq!(due(db, now).await.len(), 0);
        let [again] = due(db, now + 1).await.try_into().ok().unwrap();
        assert_eq!((again.told_until, again.tries), (bobs.told_until, 1));
        assert!(db.store.digests_claim(&again, NOW, now + 1, next).await.unwrap());
        db.store.digests_taken(&again, NOW).await.unwrap();
        let later = Draft { now_ms: NOW + 2 * HOUR, ..draft(alice, group, "three") };
        db.append(vec![later]).await;
        assert_eq!(due(db, next - 1).await.len(), 0, "not on the same day");
        assert_eq!(due(db, next).await[0].tries, 0);
        db.store.presence_seen(&[(bob, NOW + 2 * HOUR)]).await.unwrap();
        assert_eq!(due(db, next).await.len(), 0, "was there since");
        let mark = Mark { user: bob, conversation: group, delivered: None, read: Some(seq(written.get() + 1)) };
        db.store.members_mark(mark).await.unwrap().unwrap();
        let unread = db.store.digests_unread(bob, NOW, NOW + HOUR, 10).await.unwrap();
        assert_eq!(unread.len(), 0, "read");
    }

    async fn who_turned_it_off_meanwhile_is_not_told(db: Db) {
        let [alice, bob] = people(db, ["alice", "bob"]).await;
        let group = db.group(&[alice, bob]).await;
        opt_in(db, bob, 1).await;
        db.append(vec![draft(alice, group, "one")]).await;
        let [bobs] = due(db, NOW + HOUR).await.try_into().ok().unwrap();
        db.store.digests_unsubscribe(&[1; 32]).await.unwrap();
        assert!(!db.store.digests_claim(&bobs, NOW, NOW + HOUR, NOW + 25 * HOUR).await.unwrap());
        assert!(db.store.digests_switch(bob, true, Language::Arabic, NOW + HOUR).await.unwrap());
        assert_eq!(due(db, NOW + 10 * HOUR).await.len(), 0, "what was written before he turned it on again");
        // Another address, though his own: what was claimed for the one before does not go there.
        opt_in(db, bob, 2).await;
        assert!(!db.store.digests_claim(&bobs, NOW, NOW + HOUR, NOW + 25 * HOUR).await.unwrap());
    }
}

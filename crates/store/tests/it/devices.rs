//! Devices and the rotation of their refresh tokens.

use linnet_contract::{DeviceId, UserId};
use linnet_store::{NewDevice, Refresh, Refreshed, Store};

use crate::harness::{NOW, id, on_both};

const DAY: i64 = 86_400_000;
const GRACE: i64 = 10_000;

async fn sign_in(store: &Store, user: UserId, token: u8, now: i64) -> DeviceId {
    let device = DeviceId(id());
    assert_eq!(sign_in_as(store, device, user, token, now, 50).await, []);
    device
}

/// Signs in where so many devices are allowed, and says which ones had to go.
async fn sign_in_as(store: &Store, id: DeviceId, user: UserId, token: u8, now: i64, most: u32) -> Vec<DeviceId> {
    let new = NewDevice {
        id,
        user,
        name: "Firefox".to_owned(),
        refresh_hash: [token; 32],
        now,
        expires_at: now + 30 * DAY,
        most,
    };
    store.devices_create(new).await.unwrap()
}

async fn refresh(store: &Store, old: u8, new: u8, now: i64) -> Refreshed {
    let (old_hash, new_hash) = ([old; 32], [new; 32]);
    let refresh = Refresh {
        old_hash,
        new_hash,
        now,
        expires_at: now + 30 * DAY,
        grace_ms: GRACE,
    };
    store.devices_refresh(refresh).await.unwrap()
}

on_both! {
    async fn each_use_gives_the_next_token_and_an_old_one_signs_the_device_out(db: Db) {
        let user = db.person("Alice").await.id;
        let device = sign_in(&db.store, user, 1, NOW).await;
        assert_eq!(refresh(&db.store, 9, 8, NOW).await, Refreshed::Unknown);
        assert_eq!(refresh(&db.store, 1, 2, NOW + DAY).await, Refreshed::Rotated { device, user });
        let row = db.store.devices_get(device).await.unwrap().unwrap();
        assert_eq!((row.last_used_at, row.expires_at), (NOW + DAY, NOW + 31 * DAY));
        assert_eq!(refresh(&db.store, 2, 3, NOW + 2 * DAY).await, Refreshed::Rotated { device, user });
        // The first token again: somebody has a copy.
        assert_eq!(refresh(&db.store, 1, 4, NOW + 2 * DAY).await, Refreshed::Reused { device, user });
        let row = db.store.devices_get(device).await.unwrap().unwrap();
        assert_eq!(row.revoked_at, Some(NOW + 2 * DAY));
        assert!(!row.is_alive(NOW + 2 * DAY));
        // The newest token is dead too, and the thief's next try tells nothing.
        assert_eq!(refresh(&db.store, 3, 5, NOW + 2 * DAY).await, Refreshed::Unknown);
        assert_eq!(refresh(&db.store, 4, 5, NOW + 2 * DAY).await, Refreshed::Unknown);
    }

    async fn two_tabs_that_refresh_at_once_both_go_on(db: Db) {
        let user = db.person("Alice").await.id;
        let device = sign_in(&db.store, user, 1, NOW).await;
        // Everything in the same millisecond, as a test clock has it.
        assert_eq!(refresh(&db.store, 1, 2, NOW).await, Refreshed::Rotated { device, user });
        assert_eq!(refresh(&db.store, 1, 3, NOW).await, Refreshed::Concurrent { device, user });
        assert_eq!(refresh(&db.store, 1, 4, NOW + GRACE).await, Refreshed::Concurrent { device, user });
        assert_eq!(refresh(&db.store, 3, 5, NOW + GRACE).await, Refreshed::Rotated { device, user });
        // A token after it was used: the grace is over however short it was.
        assert_eq!(refresh(&db.store, 1, 6, NOW + GRACE).await, Refreshed::Reused { device, user });
    }

    async fn after_the_grace_the_previous_token_is_a_stolen_one(db: Db) {
        let user = db.person("Alice").await.id;
        let device = sign_in(&db.store, user, 1, NOW).await;
        assert_eq!(refresh(&db.store, 1, 2, NOW).await, Refreshed::Rotated { device, user });
        assert_eq!(refresh(&db.store, 1, 3, NOW + GRACE + 1).await, Refreshed::Reused { device, user });
        assert_eq!(refresh(&db.store, 2, 3, NOW + GRACE + 1).await, Refreshed::Unknown);
    }

    async fn who_stole_a_token_as_fast_as_a_second_tab_is_found_out_at_the_next_refresh(db: Db) {
        let user = db.person("Alice").await.id;
        for thief_first in [true, false] {
            let device = sign_in(&db.store, user, 1, NOW).await;
            assert_eq!(refresh(&db.store, 1, 2, NOW).await, Refreshed::Rotated { device, user });
            assert_eq!(refresh(&db.store, 1, 3, NOW + GRACE).await, Refreshed::Concurrent { device, user });
            let (first, second) = if thief_first { (3, 2) } else { (2, 3) };
            assert_eq!(refresh(&db.store, first, 4, NOW + DAY).await, Refreshed::Rotated { device, user });
            assert_eq!(refresh(&db.store, second, 5, NOW + DAY + GRACE + 1).await, Refreshed::Reused { device, user });
            assert_eq!(refresh(&db.store, 4, 6, NOW + DAY + GRACE + 1).await, Refreshed::Unknown);
            assert_eq!(db.store.devices_forget(NOW + 60 * DAY).await.unwrap(), 1);
        }
    }

    async fn one_of_many_uses_at_once_rotates(db: Db) {
        let user = db.person("Alice").await.id;
        let device = sign_in(&db.store, user, 100, NOW).await;
        let other = db.another().await;
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..8 {
            let store = if number % 2 == 0 { db.store.clone() } else { other.clone() };
            tasks.spawn(async move { refresh(&store, 100, number, NOW).await });
        }
        let outcomes = tasks.join_all().await;
        let rotated = outcomes.iter().filter(|one| **one == Refreshed::Rotated { device, user }).count();
        let concurrent = outcomes.iter().filter(|one| **one == Refreshed::Concurrent { device, user }).count();
        assert_eq!((rotated, concurrent), (1, 7));
        other.close().await;
    }

    async fn a_token_ends(db: Db) {
        let user = db.person("Alice").await.id;
        let device = sign_in(&db.store, user, 1, NOW).await;
        assert_eq!(refresh(&db.store, 1, 2, NOW + 30 * DAY).await, Refreshed::Unknown);
        assert!(!db.store.devices_get(device).await.unwrap().unwrap().is_alive(NOW + 30 * DAY));
        assert_eq!(db.store.devices_list(user, NOW + 30 * DAY).await.unwrap(), []);
        assert_eq!(db.store.devices_forget(NOW + 30 * DAY).await.unwrap(), 1);
        assert_eq!(db.store.devices_get(device).await.unwrap(), None);
        assert_eq!(db.store.devices_forget(NOW + 30 * DAY).await.unwrap(), 0);
    }

    async fn one_device_too_many_signs_the_least_recently_used_one_out(db: Db) {
        let (alice, bob) = (db.person("Alice").await.id, db.person("Bob").await.id);
        let bobs = sign_in(&db.store, bob, 200, NOW).await;
        let ended = sign_in(&db.store, alice, 1, NOW - 40 * DAY).await;
        let phone = sign_in(&db.store, alice, 2, NOW).await;
        let laptop = sign_in(&db.store, alice, 3, NOW + 1).await;
        let tablet = sign_in(&db.store, alice, 4, NOW + 2).await;
        // The phone is the oldest, and in use.
        refresh(&db.store, 2, 5, NOW + 10).await;
        let television = DeviceId(id());
        assert_eq!(sign_in_as(&db.store, television, alice, 6, NOW + 20, 3).await, [laptop]);
        assert_eq!(refresh(&db.store, 3, 7, NOW + 20).await, Refreshed::Unknown);
        let row = db.store.devices_get(ended).await.unwrap().unwrap();
        assert_eq!(row.revoked_at, None, "one that ended takes no place");
        assert_eq!(db.store.devices_list(bob, NOW + 20).await.unwrap()[0].id, bobs);
        // A clock that was set back: the new one is kept although the others seem to be later.
        let watch = DeviceId(id());
        assert_eq!(sign_in_as(&db.store, watch, alice, 8, NOW - DAY, 3).await, [tablet]);
        let mut displaced = sign_in_as(&db.store, DeviceId(id()), alice, 9, NOW + 30, 1).await;
        displaced.sort();
        let mut others = [phone, television, watch];
        others.sort();
        assert_eq!(displaced, others);
        assert_eq!(db.store.devices_list(alice, NOW + 30).await.unwrap().len(), 1);
    }

    async fn devices_that_sign_in_at_once_are_no_more_than_may_be(db: Db) {
        let alice = db.person("Alice").await.id;
        let other = db.another().await;
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..8 {
            let store = if number % 2 == 0 { db.store.clone() } else { other.clone() };
            tasks.spawn(async move { sign_in_as(&store, DeviceId(id()), alice, number, NOW, 3).await });
        }
        assert_eq!(tasks.join_all().await.concat().len(), 5);
        assert_eq!(db.store.devices_list(alice, NOW).await.unwrap().len(), 3);
        other.close().await;
    }

    async fn whose_token_it_is_can_be_asked_without_using_it(db: Db) {
        let alice = db.person("Alice").await.id;
        sign_in(&db.store, alice, 1, NOW).await;
        assert_eq!(db.store.devices_owner_by_token(&[1; 32]).await.unwrap(), Some(alice));
        assert_eq!(db.store.devices_owner_by_token(&[2; 32]).await.unwrap(), None);
        refresh(&db.store, 1, 2, NOW).await;
        assert_eq!(db.store.devices_owner_by_token(&[1; 32]).await.unwrap(), Some(alice), "also after its use");
    }

    async fn devices_are_listed_and_signed_out_by_their_owner_alone(db: Db) {
        let (alice, bob) = (db.person("Alice").await.id, db.person("Bob").await.id);
        let phone = sign_in(&db.store, alice, 1, NOW).await;
        let laptop = sign_in(&db.store, alice, 2, NOW + 5).await;
        let tablet = sign_in(&db.store, alice, 3, NOW + 2).await;
        let bobs = sign_in(&db.store, bob, 4, NOW).await;
        let listed = async |user| -> Vec<DeviceId> {
            db.store.devices_list(user, NOW + 5).await.unwrap().into_iter().map(|device| device.id).collect()
        };
        assert_eq!(listed(alice).await, [laptop, tablet, phone]);
        assert!(!db.store.devices_revoke(bob, phone, NOW).await.unwrap());
        assert_eq!(listed(alice).await.len(), 3);
        assert!(db.store.devices_revoke(alice, phone, NOW).await.unwrap());
        assert!(!db.store.devices_revoke(alice, phone, NOW).await.unwrap());
        assert_eq!(refresh(&db.store, 1, 9, NOW).await, Refreshed::Unknown);
        assert_eq!(db.store.devices_revoke_others(alice, laptop, NOW).await.unwrap(), [tablet]);
        assert_eq!(listed(alice).await, [laptop]);
        assert_eq!(listed(bob).await, [bobs]);
    }
}

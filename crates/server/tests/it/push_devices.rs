//! Which device has which push subscription, and who is found by it, on both databases.

use http::Method;
use linnet_contract::{ConversationId, DeviceId, UserId};
use serde_json::json;

use crate::harness::{NOW, on_both};

on_both! {
    async fn a_subscription_is_of_one_device_and_of_a_live_session(server: Server) {
        let app = &server.program.app;
        let alice = server.anonymous().registered("alice").await;
        let device = DeviceId(alice.device().parse().unwrap());
        let new = |auth: u8, device| linnet_store::NewSubscription {
            device,
            endpoint: "https://push.example.org/a".to_owned(),
            p256dh: vec![4; 65],
            auth: vec![auth; 16],
            now: NOW,
        };
        assert!(!app.store.push_subscribe(&new(1, DeviceId(app.id()))).await.unwrap(), "no such device");
        assert!(app.store.push_subscribe(&new(1, device)).await.unwrap());
        assert!(app.store.push_subscribe(&new(2, device)).await.unwrap());
        assert!(!app.store.push_forget(device, "https://push.example.org/b").await.unwrap(), "it has another one by now");
        let other = DeviceId(server.anonymous().logged_in("alice").await.device().parse().unwrap());
        assert!(app.store.push_subscribe(&new(2, other)).await.unwrap());
        assert!(!app.store.push_unsubscribe(device).await.unwrap(), "the same browser, signed in again");
        assert_eq!(app.store.push_sweep(NOW).await.unwrap(), 0);
        let user = UserId(alice.id().parse().unwrap());
        assert!(app.store.devices_revoke(user, other, NOW).await.unwrap());
        assert!(!app.store.push_subscribe(&new(2, other)).await.unwrap(), "it is signed out");
        assert_eq!(app.store.push_sweep(NOW).await.unwrap(), 1);
        assert!(!app.store.push_any().await.unwrap());
    }
}

on_both! {
    async fn a_crowd_is_asked_for_page_by_page(server: Server) {
        let app = &server.program.app;
        let owner = server.anonymous().registered("owner").await;
        let body = json!({ "kind": "channel", "title": "Everybody" });
        let channel = server.anonymous().with_token(&owner.access_token()).post("/conversations", body).await.text("/id");
        let mut devices = Vec::new();
        for name in ["anna", "ben", "cleo"] {
            let person = server.anonymous().registered(name).await;
            let again = server.anonymous().logged_in(name).await;
            for signed_in in [&person, &again] {
                let device = DeviceId(signed_in.device().parse().unwrap());
                let new = linnet_store::NewSubscription {
                    device,
                    endpoint: format!("https://push.example.org/{device}"),
                    p256dh: vec![4; 65],
                    auth: vec![1; 16],
                    now: NOW,
                };
                assert!(app.store.push_subscribe(&new).await.unwrap());
                devices.push(device);
            }
            let joined = person.bearer().send(Method::POST, &format!("/channels/{channel}/join"), None).await;
            assert!(joined.status.is_success(), "{joined}");
        }
        let conversation = ConversationId(channel.parse().unwrap());
        for limit in 1..=7 {
            let (mut found, mut last) = (Vec::new(), None);
            loop {
                let page = app.store.push_subscribers(conversation, 1_000, NOW, last.as_ref(), limit).await.unwrap();
                found.extend(page.iter().map(|subscriber| subscriber.device));
                let Some(end) = page.last() else { break };
                last = Some(end.clone());
            }
            assert_eq!(found.len(), 6, "pages of {limit}");
            found.sort_unstable();
            devices.sort_unstable();
            assert_eq!(found, devices, "pages of {limit}");
        }
    }
}

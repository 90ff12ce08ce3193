//! Which device has which push subscription, what is none, and who is found by it, on both databases.

use http::{Method, StatusCode};
use linnet_contract::{ConversationId, DeviceId, UserId};
use linnet_server::features::push;
use serde_json::json;

use crate::{
    harness::{NOW, Server, on_both},
    push_service::{Browser, PushService},
};

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

#[tokio::test]
async fn what_is_no_push_service_is_refused_and_changes_nothing() {
    let server = Server::new().await;
    let alice = server.signed_up("alice").await;
    let service = PushService::start().await;
    let good = Browser::new("/alice").subscription(&service);
    for (endpoint, why) in [
        (service.url.as_str(), "https"),
        ("https://127.0.0.1/a", "private"),
        ("https://localhost/a", "private"),
        ("https://169.254.169.254/latest", "private"),
        ("https://[::ffff:10.0.0.1]/", "private"),
        ("https://push.example.org:6379/", "usual port"),
        ("nonsense", "https"),
        (&format!("https://push.example.org/{}", "a".repeat(1_000)), "too long"),
    ] {
        let mut bad = good.clone();
        bad["endpoint"] = json!(endpoint);
        let answer = alice.post("/push/subscriptions", bad).await;
        assert_eq!(answer.code(), "malformed", "{endpoint}: {answer}");
        assert!(answer.text("/detail").contains(why), "{endpoint}: {answer}");
    }
    for (field, value) in [
        ("p256dh", "BAAA"),
        ("p256dh", &"B".repeat(87)),
        ("p256dh", &"B".repeat(10_000)),
        ("p256dh", "é"),
        ("auth", "AAAA"),
        ("auth", ""),
    ] {
        let mut bad = good.clone();
        bad["keys"][field] = json!(value);
        let answer = alice.post("/push/subscriptions", bad).await;
        assert_eq!(answer.code(), "malformed", "{field} {value}: {answer}");
    }
    assert!(!server.program.app.store.push_any().await.unwrap());
    let nobody = server.anonymous();
    for path in ["/push/key"] {
        assert_eq!(nobody.get(path).await.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(
        nobody.post("/push/subscriptions", good).await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn the_key_is_made_once_and_kept() {
    let server = Server::new().await;
    let config = &server.program.app.config;
    let key = || {
        let vapid = push::Vapid::load(config, &linnet_server::random::SystemRandom);
        vapid
            .map(|vapid| vapid.public_text())
            .map_err(|error| error.to_string())
    };
    let alice = server.signed_up("alice").await;
    assert_eq!(alice.get("/push/key").await.text("/key"), key().unwrap());
    let file = config.storage.data_dir.join("vapid_key");
    std::fs::write(&file, "a".repeat(40)).unwrap();
    assert!(key().unwrap_err().contains("no private key"));
}

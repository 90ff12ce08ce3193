//! One socket's events are handled one at a time, in order; packets leave in the order in which they were sent.

use crate::{
    client::{Frame, WebSocket, frame, get, not_now, open_polling, post, soon},
    server::{Chat, Seen, config},
};

#[tokio::test]
async fn events_are_handled_one_at_a_time_in_order() {
    let mut server = Chat::start(config()).await;
    let (mut alice, _) = WebSocket::join(server.address, "").await;
    server.sees(&Seen::Connected("/".to_owned())).await;
    for number in 0..10 {
        alice.send(&format!(r#"42["wait",{number}]"#)).await;
    }
    alice.send(r#"42["message","last"]"#).await;
    for number in 0..10 {
        soon(server.arrived.notified()).await;
        assert_eq!(server.seen.try_recv().unwrap(), Seen::Event("wait".to_owned()));
        assert!(server.seen.try_recv().is_err(), "the next one waits");
        server.gate.add_permits(1);
        assert_eq!(alice.next().await.text(), format!(r#"42["waited",{number}]"#));
    }
    assert_eq!(alice.next().await.text(), r#"42["message-back","last"]"#);
}

#[tokio::test]
async fn a_full_inbox_stops_the_reading_and_loses_nothing() {
    let server = Chat::start(config()).await;
    let (mut alice, _) = WebSocket::join(server.address, "").await;
    alice.send(r#"42["wait",0]"#).await;
    soon(server.arrived.notified()).await;
    let flood: Vec<u8> = (0..2000)
        .flat_map(|number| frame(0x81, format!(r#"42["message",{number}]"#).as_bytes()))
        .collect();
    let before = server.io.counters().packets_in;
    alice.send_raw(&flood).await;
    assert!(not_now(alice.read()).await);
    assert!(server.io.counters().packets_in - before <= 20, "reading stopped");
    server.gate.add_permits(1);
    assert_eq!(alice.next().await.text(), r#"42["waited",0]"#);
    for number in 0..2000 {
        assert_eq!(alice.next().await.text(), format!(r#"42["message-back",{number}]"#));
    }
}

#[tokio::test]
async fn a_post_is_answered_when_its_events_found_room() {
    let server = Chat::start(config()).await;
    let path = open_polling(server.address).await;
    post(server.address, &path, "40").await;
    assert!(get(server.address, &path).await.body.starts_with("40{"));
    let body = format!("42[\"wait\"]\x1e{}", vec![r#"42["message",1]"#; 100].join("\x1e"));
    let posting = tokio::spawn({
        let (address, path) = (server.address, path.clone());
        async move { post(address, &path, body).await }
    });
    soon(server.arrived.notified()).await;
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    assert!(!posting.is_finished());
    server.gate.add_permits(1);
    assert_eq!(soon(posting).await.unwrap().status, 200);
}

#[tokio::test]
async fn a_slow_namespace_does_not_hold_up_another() {
    let server = Chat::start(config()).await;
    let (mut alice, _) = WebSocket::join(server.address, "").await;
    alice.send("40/custom").await;
    assert!(alice.next().await.text().starts_with("40/custom,"));
    alice.send(r#"42/custom,["wait",1]"#).await;
    alice.send(r#"42/custom,["wait",2]"#).await;
    alice.send(r#"42["message","fast"]"#).await;
    assert_eq!(alice.next().await.text(), r#"42["message-back","fast"]"#);
    server.gate.add_permits(2);
    assert_eq!(alice.next().await.text(), r#"42/custom,["waited",1]"#);
    assert_eq!(alice.next().await.text(), r#"42/custom,["waited",2]"#);
}

#[tokio::test]
async fn a_broadcast_and_the_acknowledgement_behind_it_keep_their_order() {
    let server = Chat::start(config()).await;
    let mut others = Vec::new();
    for _ in 0..20 {
        others.push(WebSocket::join(server.address, "").await.0);
    }
    let (mut alice, _) = WebSocket::join(server.address, "").await;
    for number in 0..50 {
        alice.send(&format!(r#"42{number}["surprise"]"#)).await;
    }
    for number in 0..50 {
        assert_eq!(alice.next().await.text(), r#"42["surprise",1]"#);
        assert_eq!(alice.next().await.text(), format!("43{number}[2]"));
    }
    for other in &mut others {
        for _ in 0..50 {
            assert_eq!(other.next().await.text(), r#"42["surprise",1]"#);
        }
    }
}

#[tokio::test]
async fn what_a_client_asked_before_it_left_is_still_handled() {
    let mut server = Chat::start(config()).await;
    let (mut alice, _) = WebSocket::join(server.address, "").await;
    let together = [r#"42["wait",1]"#, r#"42["wait",2]"#, "41"]
        .map(|packet| frame(0x81, packet.as_bytes()))
        .concat();
    alice.send_raw(&together).await;
    server.gate.add_permits(2);
    server.sees(&Seen::Event("wait".to_owned())).await;
    server.sees(&Seen::Event("wait".to_owned())).await;
    server.sees(&Seen::Disconnected("client namespace disconnect")).await;
    assert_eq!(server.gate.available_permits(), 0);
}

#[tokio::test]
async fn what_waits_of_a_client_that_is_put_out_is_not_handled() {
    let mut server = Chat::start(config()).await;
    let (mut alice, id) = WebSocket::join(server.address, "").await;
    alice.send(r#"42["wait",1]"#).await;
    soon(server.arrived.notified()).await;
    alice.send(r#"42["message","never"]"#).await;
    alice.send("40/custom").await;
    // Read behind the event, so the event is in its inbox.
    assert!(alice.next().await.text().starts_with("40/custom,"));
    server.home().to(&*id).disconnect(false).await.unwrap();
    assert_eq!(alice.next().await, Frame::Text("41".to_owned()));
    server.gate.add_permits(1);
    let mut seen = Vec::new();
    loop {
        match soon(server.seen.recv()).await.unwrap() {
            Seen::Disconnected(reason) => break assert_eq!(reason, "server namespace disconnect"),
            other => seen.push(other),
        }
    }
    assert!(!seen.contains(&Seen::Event("message".to_owned())), "{seen:?}");
}

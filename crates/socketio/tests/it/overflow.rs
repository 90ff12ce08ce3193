//! A client that does not read.

use socketio::{Config, DisconnectReason};

use crate::{
    client::{Frame, WebSocket, get, open_polling, post},
    server::{Chat, Seen, config},
};

fn closed(server: &Chat, reason: DisconnectReason) -> u64 {
    server
        .io
        .counters()
        .closed
        .iter()
        .find(|entry| entry.0 == reason)
        .unwrap()
        .1
}

#[tokio::test]
async fn a_reader_that_stops_is_closed_and_nobody_else_notices() {
    let mut server = Chat::start(Config {
        max_queue_bytes: 256 * 1024,
        ..config()
    })
    .await;
    let (mut stopped, _) = WebSocket::join(server.address, r#"{"room":"tea"}"#).await;
    let (mut alice, _) = WebSocket::join(server.address, r#"{"room":"tea"}"#).await;
    let text = "x".repeat(10_000);
    let mut sent = 0;
    while closed(&server, DisconnectReason::QueueOverflow) == 0 {
        server.home().to("tea").emit("said", &text).unwrap();
        sent += 1;
        assert_eq!(alice.next().await.text().len(), 10_000 + r#"42["said",""]"#.len());
        assert!(sent < 5_000, "50 MB should not fit anywhere");
    }
    server.sees(&Seen::Disconnected("queue overflow")).await;
    alice.settle().await;
    assert_eq!(server.home().room_size("tea"), 1);
    // What did leave is whole packets, in order, and then the connection is cut.
    let mut whole = 0;
    while let Frame::Text(packet) = stopped.next().await {
        assert_eq!(packet.len(), 10_000 + r#"42["said",""]"#.len());
        whole += 1;
    }
    assert!(whole < sent);
}

#[tokio::test]
async fn a_polling_client_that_does_not_poll_is_closed() {
    let mut server = Chat::start(Config {
        max_queue_bytes: 10_000,
        ..config()
    })
    .await;
    let path = open_polling(server.address).await;
    post(server.address, &path, "40").await;
    assert!(get(server.address, &path).await.body.starts_with("40{"));
    let text = "x".repeat(1_000);
    for _ in 0..9 {
        server.home().emit("said", &text).unwrap();
    }
    assert_eq!(
        get(server.address, &path).await.body.split('\x1e').count(),
        9,
        "up to the limit nothing is lost"
    );
    for _ in 0..11 {
        server.home().emit("said", &text).unwrap();
    }
    server.sees(&Seen::Disconnected("queue overflow")).await;
    assert_eq!(get(server.address, &path).await.status, 400);
}

#[tokio::test]
async fn one_packet_may_be_larger_than_the_queue() {
    let server = Chat::start(Config {
        max_queue_bytes: 1_000,
        ..config()
    })
    .await;
    let (mut alice, _) = WebSocket::join(server.address, "").await;
    let text = "x".repeat(3_000_000);
    server.home().emit("said", &text).unwrap();
    assert_eq!(alice.next().await.text().len(), 3_000_000 + r#"42["said",""]"#.len());
    alice.settle().await;
}

#[tokio::test]
async fn a_slow_reader_gets_everything() {
    let server = Chat::start(Config {
        max_queue_bytes: 64 << 20,
        ..config()
    })
    .await;
    let (mut alice, _) = WebSocket::join(server.address, "").await;
    let text = "x".repeat(50_000);
    for number in 0..200 {
        server.home().emit("said", &(number, &text)).unwrap();
    }
    for number in 0..200 {
        assert!(
            alice
                .next()
                .await
                .text()
                .starts_with(&format!(r#"42["said",[{number},"#))
        );
    }
    alice.settle().await;
}

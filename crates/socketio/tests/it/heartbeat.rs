//! The server pings, the client pongs.

use std::time::{Duration, Instant};

use socketio::{Config, DisconnectReason};

use crate::{
    client::{Frame, WebSocket, get, not_now, open_polling, post},
    server::{Chat, Echo, Seen, config},
};

/// Soon over for whoever is silent. The tests of those who answer give them more time: the machine may be busy.
fn quick() -> Config {
    Config {
        ping_interval: Duration::from_millis(150),
        ping_timeout: Duration::from_millis(400),
        ..config()
    }
}

#[tokio::test]
async fn a_client_that_pongs_stays() {
    let server = Echo::start(Config {
        ping_timeout: Duration::from_secs(5),
        ..quick()
    })
    .await;
    let (mut socket, _) = WebSocket::session(server.address).await;
    let path = open_polling(server.address).await;
    let polling = async {
        for _ in 0..4 {
            assert_eq!(get(server.address, &path).await.body, "2");
            assert_eq!(post(server.address, &path, "3").await.body, "ok");
        }
    };
    let websocket = async {
        for _ in 0..4 {
            assert_eq!(socket.next().await, Frame::Text("2".to_owned()));
            socket.send("3").await;
        }
    };
    tokio::join!(polling, websocket);
}

#[tokio::test]
async fn a_client_that_does_not_is_closed() {
    let mut server = Echo::start(quick()).await;
    let start = Instant::now();
    let (mut socket, _) = WebSocket::session(server.address).await;
    socket.until_closed().await;
    assert!(start.elapsed() >= Duration::from_millis(500), "{:?}", start.elapsed());
    assert_eq!(server.reason().await, DisconnectReason::PingTimeout);

    let path = open_polling(server.address).await;
    assert_eq!(get(server.address, &path).await.body, "2");
    assert_eq!(get(server.address, &path).await.body, "1");
    assert_eq!(server.reason().await, DisconnectReason::PingTimeout);
    assert_eq!(get(server.address, &path).await.status, 400);
}

#[tokio::test]
async fn a_polling_session_without_polls_times_out_too() {
    let mut server = Echo::start(quick()).await;
    let path = open_polling(server.address).await;
    assert_eq!(server.reason().await, DisconnectReason::PingTimeout);
    assert_eq!(get(server.address, &path).await.status, 400);
}

#[tokio::test]
async fn other_packets_give_a_pong_more_time_but_only_once() {
    let mut server = Echo::start(quick()).await;
    let (mut socket, _) = WebSocket::session(server.address).await;
    assert_eq!(socket.next().await, Frame::Text("2".to_owned()));
    let start = Instant::now();
    let talk = async {
        loop {
            socket.send("4still here").await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::select! {
        () = talk => {}
        reason = server.reason() => assert_eq!(reason, DisconnectReason::PingTimeout),
    }
    assert!(start.elapsed() < Duration::from_secs(4));
}

#[tokio::test]
async fn a_client_is_not_timed_out_because_its_handler_is_slow() {
    let mut server = Chat::start(Config {
        max_waiting_events: 2,
        ..quick()
    })
    .await;
    let (mut alice, _) = WebSocket::join(server.address, "").await;
    for _ in 0..6 {
        alice.send(r#"42["wait"]"#).await;
    }
    // Reading has stopped; the pong is behind the events, for several times as long as it may take.
    assert_eq!(alice.next().await.text(), "2");
    alice.send("3").await;
    for _ in 0..10 {
        assert!(not_now(alice.read()).await);
    }
    server.gate.add_permits(6);
    let mut waited = 0;
    while waited < 6 {
        match alice.next().await.text().as_str() {
            r#"42["waited"]"# => waited += 1,
            "2" => alice.send("3").await,
            other => panic!("{other}"),
        }
    }
    while let Ok(seen) = server.seen.try_recv() {
        assert!(!matches!(seen, Seen::Disconnected(_)), "{seen:?}");
    }
}

//! The server goes down.

use std::time::{Duration, Instant};

use tokio::net::TcpStream;

use crate::{
    client::{Frame, POLLING, WebSocket, frame, get, not_now, open_polling, post, read_answer, send_request, soon},
    server::{Chat, Seen, config},
};

#[tokio::test]
async fn everybody_is_told_and_what_was_sent_still_leaves() {
    let mut server = Chat::start(config()).await;
    let (mut alice, _) = WebSocket::join(server.address, "").await;
    let path = open_polling(server.address).await;
    post(server.address, &path, "40").await;
    assert!(get(server.address, &path).await.body.starts_with("40{"));
    let mut poll = TcpStream::connect(server.address).await.unwrap();
    send_request(&mut poll, "GET", &path, "", b"").await;
    assert!(not_now(poll.readable()).await);

    server.home().emit("said", "farewell").unwrap();
    let closing = tokio::spawn({
        let io = server.io.clone();
        async move { io.close(Duration::from_secs(5)).await }
    });
    assert_eq!(alice.next().await.text(), r#"42["said","farewell"]"#);
    assert_eq!(alice.next().await, Frame::Close(None));
    alice.send_raw(&frame(0x88, b"")).await;
    assert_eq!(alice.next().await, Frame::End);
    assert_eq!(soon(read_answer(&mut poll)).await.body, r#"42["said","farewell"]"#);
    assert_eq!(get(server.address, &path).await.body, "1");
    soon(closing).await.unwrap();
    server.sees(&Seen::Disconnected("server shutting down")).await;
    server.sees(&Seen::Disconnected("server shutting down")).await;
    assert_eq!(server.io.snapshot().clients, 0);
    assert_eq!(get(server.address, POLLING).await.status, 503);
}

#[tokio::test]
async fn closing_does_not_wait_for_ever() {
    let server = Chat::start(config()).await;
    let _path = open_polling(server.address).await;
    let (mut alice, _) = WebSocket::join(server.address, "").await;
    alice.send(r#"42["wait"]"#).await;
    soon(server.arrived.notified()).await;
    let start = Instant::now();
    soon(server.io.close(Duration::from_millis(200))).await;
    assert!(start.elapsed() >= Duration::from_millis(150));
}

#[tokio::test]
async fn closing_an_empty_server_is_quick() {
    let server = Chat::start(config()).await;
    soon(server.io.close(Duration::from_mins(1))).await;
}

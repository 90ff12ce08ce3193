//! HTTP long-polling.

use socketio::DisconnectReason;
use tokio::net::TcpStream;

use crate::{
    client::{get, not_now, open_polling, post, read_answer, request, send_request, soon},
    server::{Echo, config},
};

#[tokio::test]
async fn payloads_are_echoed() {
    let server = Echo::start(config()).await;
    for payload in [
        "4hello",
        "4test1\x1e4test2\x1e4test3",
        "4hello\x1ebAQIDBA==",
        "4",
        "4h\u{e9}\u{1F600}",
        "b",
    ] {
        let path = open_polling(server.address).await;
        let answer = post(server.address, &path, payload).await;
        assert_eq!((answer.status, &*answer.body), (200, "ok"));
        assert_eq!(answer.header("content-type"), Some("text/html"));
        assert_eq!(get(server.address, &path).await.body, payload);
    }
}

#[tokio::test]
async fn a_poll_waits_for_something() {
    let server = Echo::start(config()).await;
    let path = open_polling(server.address).await;
    let mut poll = TcpStream::connect(server.address).await.unwrap();
    send_request(&mut poll, "GET", &path, "", b"").await;
    assert!(not_now(poll.readable()).await);
    post(server.address, &path, "4at last").await;
    assert_eq!(soon(read_answer(&mut poll)).await.body, "4at last");
}

#[tokio::test]
async fn base64_may_come_without_padding() {
    let server = Echo::start(config()).await;
    let path = open_polling(server.address).await;
    post(server.address, &path, "bAQIDBA").await;
    assert_eq!(get(server.address, &path).await.body, "bAQIDBA==");
}

#[tokio::test]
async fn what_is_no_packet_closes_the_session() {
    for bad in ["abc", "", "4fine\x1e", "4fine\x1e9", "b!!!", "\u{e9}"] {
        let mut server = Echo::start(config()).await;
        let path = open_polling(server.address).await;
        assert_eq!(post(server.address, &path, bad).await.status, 400, "{bad:?}");
        assert_eq!(server.reason().await, DisconnectReason::ParseError, "{bad:?}");
        let gone = get(server.address, &path).await;
        assert_eq!(
            (gone.status, &*gone.body),
            (400, r#"{"code":1,"message":"Session ID unknown"}"#)
        );
    }
}

#[tokio::test]
async fn bytes_that_are_no_text_close_the_session() {
    let mut server = Echo::start(config()).await;
    let path = open_polling(server.address).await;
    assert_eq!(post(server.address, &path, b"4\xFF\xFE").await.status, 400);
    assert_eq!(server.reason().await, DisconnectReason::TransportError);
    let path = open_polling(server.address).await;
    let answer = request(
        server.address,
        "POST",
        &path,
        "Content-Type: application/octet-stream\r\n",
        b"4x",
    )
    .await;
    assert_eq!(answer.status, 400);
    assert_eq!(server.reason().await, DisconnectReason::TransportError);
}

#[tokio::test]
async fn a_client_must_not_ping() {
    let mut server = Echo::start(config()).await;
    let path = open_polling(server.address).await;
    post(server.address, &path, "2").await;
    assert_eq!(server.reason().await, DisconnectReason::TransportError);
}

#[tokio::test]
async fn a_second_poll_closes_the_session() {
    let mut server = Echo::start(config()).await;
    let path = open_polling(server.address).await;
    let mut first = TcpStream::connect(server.address).await.unwrap();
    send_request(&mut first, "GET", &path, "", b"").await;
    assert!(not_now(first.readable()).await);
    assert_eq!(get(server.address, &path).await.status, 400);
    let first = soon(read_answer(&mut first)).await;
    assert_eq!((first.status, &*first.body), (200, "1"));
    assert_eq!(get(server.address, &path).await.status, 400);
    assert_eq!(server.reason().await, DisconnectReason::TransportError);
}

#[tokio::test]
async fn a_second_post_closes_the_session() {
    let mut server = Echo::start(config()).await;
    let path = open_polling(server.address).await;
    let mut first = TcpStream::connect(server.address).await.unwrap();
    // The first announces more than it sends.
    send_request(&mut first, "POST", &path, "Content-Length: 20\r\nX-", b"4half").await;
    assert!(not_now(first.readable()).await);
    assert_eq!(post(server.address, &path, "4second").await.status, 400);
    assert_eq!(server.reason().await, DisconnectReason::TransportError);
}

#[tokio::test]
async fn an_abandoned_poll_closes_the_session() {
    let mut server = Echo::start(config()).await;
    let path = open_polling(server.address).await;
    let mut poll = TcpStream::connect(server.address).await.unwrap();
    send_request(&mut poll, "GET", &path, "", b"").await;
    assert!(not_now(poll.readable()).await);
    drop(poll);
    assert_eq!(server.reason().await, DisconnectReason::TransportError);
    assert_eq!(get(server.address, &path).await.status, 400);
}

#[tokio::test]
async fn an_abandoned_post_closes_the_session() {
    let mut server = Echo::start(config()).await;
    let path = open_polling(server.address).await;
    let mut half = TcpStream::connect(server.address).await.unwrap();
    send_request(&mut half, "POST", &path, "Content-Length: 20\r\nX-", b"4half").await;
    assert!(not_now(half.readable()).await);
    drop(half);
    assert_eq!(server.reason().await, DisconnectReason::TransportError);
}

#[tokio::test]
async fn a_client_that_closes_lets_its_poll_go() {
    let mut server = Echo::start(config()).await;
    let path = open_polling(server.address).await;
    let mut poll = TcpStream::connect(server.address).await.unwrap();
    send_request(&mut poll, "GET", &path, "", b"").await;
    assert!(not_now(poll.readable()).await);
    assert_eq!(post(server.address, &path, "1").await.body, "ok");
    assert_eq!(soon(read_answer(&mut poll)).await.body, "6");
    assert_eq!(get(server.address, &path).await.status, 400);
    assert_eq!(server.reason().await, DisconnectReason::TransportClose);
}

#[tokio::test]
async fn a_server_that_closes_says_so_after_what_is_queued() {
    let mut server = Echo::start(config()).await;
    let path = open_polling(server.address).await;
    post(server.address, &path, "4first\x1e4close me").await;
    assert_eq!(server.reason().await, DisconnectReason::ForcedClose);
    // A client acts on a CLOSE at once and would lose what shares its payload.
    assert_eq!(get(server.address, &path).await.body, "4first");
    assert_eq!(get(server.address, &path).await.body, "1");
    assert_eq!(get(server.address, &path).await.status, 400);
}

#[tokio::test]
async fn other_methods_are_refused_and_change_nothing() {
    let server = Echo::start(config()).await;
    let path = open_polling(server.address).await;
    for method in ["PUT", "DELETE", "HEAD", "PATCH"] {
        assert_eq!(
            request(server.address, method, &path, "", b"").await.status,
            400,
            "{method}"
        );
    }
    let wrong = path.replace("transport=polling", "transport=websocket");
    assert_eq!(
        get(server.address, &wrong).await.body,
        r#"{"code":3,"message":"Bad request"}"#
    );
    let wrong = path.replace("EIO=4", "EIO=3");
    assert_eq!(
        get(server.address, &wrong).await.body,
        r#"{"code":3,"message":"Bad request"}"#
    );
    post(server.address, &path, "4still here").await;
    assert_eq!(
        get(server.address, &format!("{path}&t=abc&b64=1&j=0")).await.body,
        "4still here"
    );
}

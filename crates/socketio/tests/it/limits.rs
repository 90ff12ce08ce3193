//! What comes from outside has a bound.

use std::{
    net::IpAddr,
    time::{Duration, Instant},
};

use http::Request;
use socketio::{ClientAddr, Config, DisconnectReason, EventRate};
use tokio::net::TcpStream;

use crate::{
    client::{Frame, POLLING, WEBSOCKET, WebSocket, frame, get, open_polling, post, read_answer, send_request, soon},
    server::{Chat, Echo, Seen, config},
};

fn small() -> Config {
    Config {
        max_payload: 1000,
        ..config()
    }
}

#[tokio::test]
async fn a_polling_payload_may_be_as_large_as_the_limit() {
    let server = Echo::start(small()).await;
    let path = open_polling(server.address).await;
    let most = format!("4{}", "x".repeat(999));
    assert_eq!(post(server.address, &path, &most).await.status, 200);
    assert_eq!(get(server.address, &path).await.body, most);
    assert_eq!(post(server.address, &path, format!("{most}x")).await.status, 413);
    // The session goes on.
    assert_eq!(post(server.address, &path, "4after").await.status, 200);
    assert_eq!(get(server.address, &path).await.body, "4after");
}

#[tokio::test]
async fn a_payload_without_a_length_is_measured_as_it_comes() {
    let server = Echo::start(small()).await;
    let path = open_polling(server.address).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let body = format!("3e9\r\n4{}\r\n0\r\n\r\n", "x".repeat(1000));
    send_request(
        &mut stream,
        "POST",
        &path,
        "Transfer-Encoding: chunked\r\nX-",
        body.as_bytes(),
    )
    .await;
    assert_eq!(soon(read_answer(&mut stream)).await.status, 413);
}

#[tokio::test]
async fn a_websocket_message_may_be_as_large_as_the_limit() {
    let mut server = Echo::start(small()).await;
    let (mut socket, _) = WebSocket::session(server.address).await;
    let most = format!("4{}", "x".repeat(999));
    socket.send(&most).await;
    assert_eq!(socket.next().await, Frame::Text(most.clone()));
    socket
        .send_raw(
            &[
                frame(0x01, &most.as_bytes()[..500]),
                frame(0x80, &most.as_bytes()[500..]),
            ]
            .concat(),
        )
        .await;
    assert_eq!(socket.next().await, Frame::Text(most.clone()));
    socket.send(&format!("{most}x")).await;
    assert_eq!(socket.until_closed().await, Some(1009));
    assert_eq!(server.reason().await, DisconnectReason::TransportError);
}

#[tokio::test]
async fn a_binary_event_is_measured_with_all_its_attachments() {
    let mut server = Chat::start(small()).await;
    let packet = r#"452-["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#;
    let (mut alice, _) = WebSocket::join(server.address, "").await;
    alice.send(packet).await;
    alice.send_binary(&[1; 400]).await;
    alice.send_binary(&[2; 500]).await;
    assert!(alice.next().await.text().starts_with(r#"452-["message-back""#));
    assert_eq!(alice.next().await, Frame::Binary(vec![1; 400]));
    assert_eq!(alice.next().await, Frame::Binary(vec![2; 500]));
    alice.send(packet).await;
    alice.send_binary(&[1; 500]).await;
    alice.send_binary(&[2; 500]).await;
    alice.until_closed().await;
    server.sees(&Seen::Disconnected("parse error")).await;
}

#[tokio::test]
async fn sessions_are_limited_in_all_and_for_each_address() {
    let server = Echo::start(Config {
        max_connections: 3,
        ..config()
    })
    .await;
    let mut open = Vec::new();
    for _ in 0..3 {
        open.push(WebSocket::session(server.address).await.0);
    }
    assert_eq!(get(server.address, POLLING).await.status, 503);
    assert_eq!(
        WebSocket::open(server.address, WEBSOCKET, "")
            .await
            .err()
            .unwrap()
            .status,
        503
    );
    assert_eq!(server.engine.counters().refused, 2);
    let mut last = open.pop().unwrap();
    last.send("1").await;
    last.until_closed().await;
    drop(last);
    let free = async {
        while get(server.address, POLLING).await.status != 200 {
            tokio::task::yield_now().await;
        }
    };
    soon(free).await;

    let server = Echo::start(Config {
        max_connections_per_address: 2,
        ..config()
    })
    .await;
    open_polling(server.address).await;
    open_polling(server.address).await;
    assert_eq!(get(server.address, POLLING).await.status, 429);
}

#[tokio::test]
async fn an_address_is_what_the_application_says_it_is() {
    let server = Echo::start(Config {
        max_connections_per_address: 1,
        ..config()
    })
    .await;
    let call = |address: &str| {
        let mut request = Request::get(POLLING).body(String::new()).unwrap();
        request
            .extensions_mut()
            .insert(ClientAddr(address.parse::<IpAddr>().unwrap()));
        let mut service = server.engine.service();
        async move {
            tower_service::Service::call(&mut service, request)
                .await
                .unwrap()
                .status()
                .as_u16()
        }
    };
    assert_eq!(call("192.0.2.1").await, 200);
    assert_eq!(call("192.0.2.1").await, 429);
    assert_eq!(call("::ffff:192.0.2.1").await, 429);
    assert_eq!(call("192.0.2.2").await, 200);
    // One customer has a /64 to himself.
    assert_eq!(call("2001:db8::1").await, 200);
    assert_eq!(call("2001:db8::2").await, 429);
    assert_eq!(call("2001:db8:0:1::1").await, 200);
}

#[tokio::test]
async fn a_connection_that_joins_nothing_is_closed() {
    let server = Chat::start(Config {
        connect_timeout: Duration::from_millis(500),
        ..config()
    })
    .await;
    let (mut outsider, _) = WebSocket::session(server.address).await;
    outsider.until_closed().await;
    let path = open_polling(server.address).await;
    assert_eq!(get(server.address, &path).await.body, "1");
    // One whose attempt fails has not joined.
    let (mut stranger, _) = WebSocket::session(server.address).await;
    stranger.send("40/nowhere").await;
    assert!(stranger.next().await.text().starts_with("44/nowhere,"));
    stranger.until_closed().await;
    // One that joins stays, also after it has left.
    let (mut alice, _) = WebSocket::join(server.address, "").await;
    alice.send("41").await;
    tokio::time::sleep(Duration::from_millis(700)).await;
    alice.send("40").await;
    assert!(alice.next().await.text().starts_with("40{"));
}

#[tokio::test]
async fn a_connection_that_floods_is_read_slowly() {
    let rate = EventRate {
        per_second: 100.0,
        burst: 10,
    };
    let server = Chat::start(Config {
        event_rate: Some(rate),
        ..config()
    })
    .await;
    let (mut alice, _) = WebSocket::join(server.address, "").await;
    let start = Instant::now();
    let flood: Vec<u8> = (0..50).flat_map(|_| frame(0x81, br#"42["message",1]"#)).collect();
    alice.send_raw(&flood).await;
    for _ in 0..50 {
        assert_eq!(alice.next().await.text(), r#"42["message-back",1]"#);
    }
    // 51 with the CONNECT: 10 at once, the others one in 10 ms.
    assert!(start.elapsed() >= Duration::from_millis(350), "{:?}", start.elapsed());
    assert!(start.elapsed() < Duration::from_secs(6), "{:?}", start.elapsed());

    let path = open_polling(server.address).await;
    post(server.address, &path, "40").await;
    assert!(get(server.address, &path).await.body.starts_with("40{"));
    let start = Instant::now();
    let flood = vec![r#"42["message",1]"#; 50].join("\x1e");
    assert_eq!(post(server.address, &path, flood).await.status, 200);
    assert!(
        start.elapsed() >= Duration::from_millis(350),
        "the answer waits until all is read"
    );
}

#[tokio::test]
async fn a_bucket_without_room_still_lets_one_after_the_other_through() {
    let server = Chat::start(Config {
        event_rate: Some(EventRate {
            per_second: 1000.0,
            burst: 0,
        }),
        ..config()
    })
    .await;
    let (mut alice, _) = WebSocket::join(server.address, "").await;
    alice.settle().await;
    alice.settle().await;
}

/// What no handler ever sees costs the server time all the same.
#[tokio::test]
async fn a_flood_that_means_nothing_is_read_slowly_too() {
    let server = Chat::start(Config {
        event_rate: Some(EventRate {
            per_second: 100.0,
            burst: 10,
        }),
        ..config()
    })
    .await;
    let event = frame(0x81, br#"42["message","behind it"]"#);
    let fragmented = [frame(0x01, b"6"), frame(0x00, b"").repeat(49), frame(0x80, b"")].concat();
    let floods = [
        ("noop", [frame(0x81, b"6").repeat(50), event.clone()].concat()),
        ("pong", [frame(0x81, b"3").repeat(50), event.clone()].concat()),
        ("ping frame", [frame(0x89, b"").repeat(50), event.clone()].concat()),
        ("pong frame", [frame(0x8A, b"").repeat(50), event.clone()].concat()),
        (
            "acknowledgement",
            [frame(0x81, b"431[]").repeat(50), event.clone()].concat(),
        ),
        (
            "attachment",
            [
                [
                    frame(0x81, br#"451-["nothing",{"_placeholder":true,"num":0}]"#),
                    frame(0x82, b"x"),
                ]
                .concat()
                .repeat(25),
                event.clone(),
            ]
            .concat(),
        ),
        ("fragment", [fragmented, event].concat()),
    ];
    for (kind, flood) in floods {
        let (mut outsider, _) = WebSocket::join(server.address, "").await;
        let start = Instant::now();
        outsider.send_raw(&flood).await;
        loop {
            match outsider.next().await {
                Frame::Pong(_) => {}
                Frame::Text(text) => {
                    assert_eq!(text, r#"42["message-back","behind it"]"#, "{kind}");
                    break;
                }
                end => panic!("{kind}: {end:?}"),
            }
        }
        assert!(
            start.elapsed() >= Duration::from_millis(350),
            "{kind}: {:?}",
            start.elapsed()
        );
        assert!(
            start.elapsed() < Duration::from_secs(3),
            "{kind}: {:?}",
            start.elapsed()
        );
    }

    let path = open_polling(server.address).await;
    let start = Instant::now();
    assert_eq!(
        post(server.address, &path, vec!["6"; 50].join("\x1e")).await.status,
        200
    );
    assert!(start.elapsed() >= Duration::from_millis(350), "{:?}", start.elapsed());
}

#[tokio::test]
async fn namespaces_of_one_connection_are_limited() {
    let server = Chat::start(Config {
        max_namespaces: 1,
        ..config()
    })
    .await;
    let (mut alice, _) = WebSocket::join(server.address, "").await;
    alice.send("40/custom").await;
    assert_eq!(
        alice.next().await.text(),
        r#"44/custom,{"message":"Too many namespaces"}"#
    );
    alice.settle().await;
}

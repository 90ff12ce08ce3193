//! Clients that ask and do not read, against the bound on the time in which an answer must be taken.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::{Duration, Instant},
};

use axum::{Router, routing};
use bytes::Bytes;
use socketio::{Config, ServeLimits};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
};

use crate::{
    client::{Frame, WebSocket, get, open_polling, post, read_answer, send_request, soon},
    server::{Chat, config},
};

/// More than the kernel keeps for both ends of a connection.
const LARGE: usize = 48 << 20;

/// As much, in answers to requests that came all at once.
const MIDDLE: usize = 192 << 10;

async fn files(limits: ServeLimits) -> SocketAddr {
    let large = Bytes::from(vec![b'x'; LARGE]);
    let middle = large.slice(..MIDDLE);
    let router = Router::new()
        .route("/large", routing::get(async move || large.clone()))
        .route("/middle", routing::get(async move || middle.clone()))
        .route("/small", routing::get(async || "small"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(socketio::serve(listener, router, limits, std::future::pending()));
    address
}

fn write_timeout(write_timeout: Duration) -> ServeLimits {
    ServeLimits {
        write_timeout,
        ..ServeLimits::default()
    }
}

#[tokio::test]
async fn who_never_reads_makes_room_for_others() {
    for (path, requests) in [("/large", 1), ("/middle", LARGE / MIDDLE)] {
        let limit = Duration::from_millis(300);
        let address = files(ServeLimits {
            max_connections: 1,
            ..write_timeout(limit)
        })
        .await;
        let mut outsider = TcpStream::connect(address).await.unwrap();
        let ask = format!("GET {path} HTTP/1.1\r\nHost: chat.test\r\n\r\n").repeat(requests);
        outsider.write_all(ask.as_bytes()).await.unwrap();
        let begun = Instant::now();
        // The only place is taken until the server gives the outsider up.
        assert_eq!(get(address, "/small").await.body, "small", "{path}");
        assert!(begun.elapsed() >= limit, "{path}");
        let mut rest = Vec::new();
        let _ = soon(outsider.read_to_end(&mut rest)).await;
        assert!(
            rest.len() < LARGE,
            "{path}: the kernel took it all, so nothing was stalled"
        );
    }
}

/// Each piece would start a bound on silence anew.
#[tokio::test]
async fn who_takes_it_in_drops_makes_room_for_others() {
    let limit = Duration::from_millis(500);
    let address = files(ServeLimits {
        max_connections: 1,
        // Five times as fast as the outsider.
        min_write_rate: 100 << 20,
        ..write_timeout(limit)
    })
    .await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(64 << 10).unwrap();
    let mut outsider = socket.connect(address).await.unwrap();
    outsider
        .write_all(b"GET /large HTTP/1.1\r\nHost: chat.test\r\n\r\n")
        .await
        .unwrap();
    let drops = async {
        let mut piece = vec![0; 1 << 20];
        let mut taken = 0;
        while outsider.read_exact(&mut piece).await.is_ok() {
            taken += piece.len();
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        taken
    };
    let begun = Instant::now();
    let (taken, ()) = tokio::join!(drops, async {
        assert_eq!(get(address, "/small").await.body, "small");
        assert!(
            begun.elapsed() >= limit / 2,
            "it has some patience: {:?}",
            begun.elapsed()
        );
    });
    assert!(taken < LARGE - (4 << 20), "all but what the kernel held, {taken} bytes");
}

#[tokio::test]
async fn who_reads_slowly_gets_everything() {
    let limit = Duration::from_secs(1);
    let address = files(write_timeout(limit)).await;
    let socket = TcpSocket::new_v4().unwrap();
    // What the client's kernel takes ahead of it would hide that it is slow.
    socket.set_recv_buffer_size(64 << 10).unwrap();
    let mut alice = socket.connect(address).await.unwrap();
    send_request(&mut alice, "GET", "/large", "", b"").await;
    let begun = Instant::now();
    let mut piece = vec![0; 2 << 20];
    let mut taken = 0;
    let mut slow = 0;
    loop {
        let mut length = 0;
        while length < piece.len() {
            match soon(alice.read(&mut piece[length..])).await.unwrap() {
                0 => break,
                more => length += more,
            }
        }
        taken += length;
        if length < piece.len() {
            break;
        }
        slow += 1;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(taken > LARGE, "a head and the whole body, not {taken} bytes");
    assert!(
        begun.elapsed() > 2 * limit,
        "{slow} pieces were not slow enough to tell"
    );
}

#[tokio::test]
async fn a_poll_that_waits_is_nothing_to_write() {
    let limit = Duration::from_millis(100);
    let server = Chat::start_with(config(), write_timeout(limit)).await;
    let path = open_polling(server.address).await;
    post(server.address, &path, "40").await;
    assert!(get(server.address, &path).await.body.starts_with("40{"));
    let mut poll = TcpStream::connect(server.address).await.unwrap();
    send_request(&mut poll, "GET", &path, "", b"").await;
    assert!(tokio::time::timeout(5 * limit, poll.readable()).await.is_err());
    server.home().emit("said", "at last").unwrap();
    assert_eq!(soon(read_answer(&mut poll)).await.body, r#"42["said","at last"]"#);
}

/// Also that a WebSocket is the bare TCP stream: what was HTTP's would still have its timer.
#[tokio::test]
async fn a_websocket_may_pause_for_longer() {
    let limit = Duration::from_millis(100);
    let server = Chat::start_with(
        Config {
            max_queue_bytes: 2 * LARGE,
            ..config()
        },
        write_timeout(limit),
    )
    .await;
    let (mut alice, _) = WebSocket::join(server.address, "").await;
    let text = "x".repeat(1 << 20);
    let count = LARGE / text.len();
    for number in 0..count {
        server.home().emit("said", &(number, &text)).unwrap();
    }
    // Longer than the limit for HTTP, in which nothing is read.
    tokio::time::sleep(5 * limit).await;
    for number in 0..count {
        match alice.next().await {
            Frame::Text(packet) => assert!(packet.starts_with(&format!(r#"42["said",[{number},"#))),
            end => panic!("{end:?} instead of packet {number}"),
        }
    }
    alice.settle().await;
}

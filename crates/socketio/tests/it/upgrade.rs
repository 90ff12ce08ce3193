//! From polling to WebSocket.

use std::time::Duration;

use socketio::{Config, DisconnectReason};
use tokio::net::TcpStream;

use crate::{
    client::{Frame, WEBSOCKET, WebSocket, frame, get, not_now, open_polling, post, read_answer, send_request, soon},
    server::{Chat, Echo, config},
};

async fn begin(server: &Echo) -> (String, WebSocket) {
    let path = open_polling(server.address).await;
    let socket = WebSocket::open(server.address, &path.replace("=polling", "=websocket"), "")
        .await
        .unwrap();
    (path, socket)
}

#[tokio::test]
async fn a_probed_websocket_takes_over() {
    let server = Echo::start(config()).await;
    let (path, mut socket) = begin(&server).await;
    socket.send("2probe").await;
    assert_eq!(socket.next().await, Frame::Text("3probe".to_owned()));
    assert_eq!(get(server.address, &path).await.body, "6");
    socket.send("5").await;
    socket.send("4hello").await;
    assert_eq!(socket.next().await, Frame::Text("4hello".to_owned()));
    for answer in [
        get(server.address, &path).await,
        post(server.address, &path, "4late").await,
    ] {
        assert_eq!(
            (answer.status, &*answer.body),
            (400, r#"{"code":3,"message":"Bad request"}"#)
        );
    }
    socket.send("4still here").await;
    assert_eq!(socket.next().await, Frame::Text("4still here".to_owned()));
    assert_eq!(server.engine.counters().upgraded, 1);
}

#[tokio::test]
async fn a_waiting_poll_is_let_go_by_the_probe() {
    let server = Echo::start(config()).await;
    let path = open_polling(server.address).await;
    let mut poll = TcpStream::connect(server.address).await.unwrap();
    send_request(&mut poll, "GET", &path, "", b"").await;
    assert!(not_now(poll.readable()).await);
    let mut socket = WebSocket::open(server.address, &path.replace("=polling", "=websocket"), "")
        .await
        .unwrap();
    socket.send("2probe").await;
    assert_eq!(soon(read_answer(&mut poll)).await.body, "6");
}

#[tokio::test]
async fn probe_and_upgrade_may_come_together_with_what_follows() {
    let server = Echo::start(config()).await;
    let (path, mut socket) = begin(&server).await;
    let together = [
        frame(0x81, b"2probe"),
        frame(0x81, b"5"),
        frame(0x81, b"4hello"),
        frame(0x81, b"4again"),
    ]
    .concat();
    socket.send_raw(&together).await;
    assert_eq!(socket.next().await, Frame::Text("3probe".to_owned()));
    assert_eq!(socket.next().await, Frame::Text("4hello".to_owned()));
    assert_eq!(socket.next().await, Frame::Text("4again".to_owned()));
    assert_eq!(get(server.address, &path).await.status, 400);
}

#[tokio::test]
async fn a_poll_right_behind_the_upgrade_is_refused() {
    for _ in 0..20 {
        let server = Echo::start(config()).await;
        let (path, mut socket) = begin(&server).await;
        socket.send("2probe").await;
        socket.send("5").await;
        assert_eq!(get(server.address, &path).await.status, 400);
    }
}

#[tokio::test]
async fn nothing_is_lost_doubled_or_reordered() {
    let server = Chat::start(config()).await;
    for _ in 0..5 {
        let path = open_polling(server.address).await;
        post(server.address, &path, "40").await;
        assert!(get(server.address, &path).await.body.starts_with("40{"));
        let home = server.home();
        let sending = tokio::spawn(async move {
            for number in 0..400 {
                home.emit("count", &number).unwrap();
                if number % 10 == 0 {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            }
        });
        let mut got = Vec::new();
        let take = |got: &mut Vec<u32>, packets: &str| {
            for packet in packets.split('\x1e').filter(|packet| *packet != "6") {
                let number = packet
                    .strip_prefix(r#"42["count","#)
                    .and_then(|rest| rest.strip_suffix(']'));
                got.push(number.unwrap_or_else(|| panic!("{packet}")).parse().unwrap());
            }
        };
        take(&mut got, &get(server.address, &path).await.body);
        let mut socket = WebSocket::open(server.address, &path.replace("=polling", "=websocket"), "")
            .await
            .unwrap();
        socket.send("2probe").await;
        // Polls go on until the probe is answered, and once more to be let go.
        take(&mut got, &get(server.address, &path).await.body);
        assert_eq!(socket.next().await, Frame::Text("3probe".to_owned()));
        take(&mut got, &get(server.address, &path).await.body);
        socket.send("5").await;
        while got.len() < 400 {
            take(&mut got, &socket.next().await.text());
        }
        sending.await.unwrap();
        assert_eq!(got, (0..400).collect::<Vec<_>>());
        socket.send("1").await;
        socket.until_closed().await;
    }
}

#[tokio::test]
async fn a_second_websocket_is_closed_and_the_first_stays() {
    let server = Echo::start(config()).await;
    let (path, mut socket) = begin(&server).await;
    let path = path.replace("=polling", "=websocket");
    // While the first is being probed.
    let mut second = WebSocket::open(server.address, &path, "").await.unwrap();
    assert_eq!(second.until_closed().await, None);
    socket.send("2probe").await;
    assert_eq!(socket.next().await, Frame::Text("3probe".to_owned()));
    socket.send("5").await;
    // And after it has taken over.
    socket.send("4hello").await;
    assert_eq!(socket.next().await, Frame::Text("4hello".to_owned()));
    let mut third = WebSocket::open(server.address, &path, "").await.unwrap();
    assert_eq!(third.until_closed().await, None);
    socket.send("4still here").await;
    assert_eq!(socket.next().await, Frame::Text("4still here".to_owned()));
    assert!(path.starts_with(WEBSOCKET));
}

#[tokio::test]
async fn a_failed_probe_leaves_polling_as_it_was() {
    let server = Echo::start(Config {
        upgrade_timeout: Duration::from_secs(1),
        ..config()
    })
    .await;
    for probe in ["4not a probe", "2other", "abc"] {
        let (path, mut socket) = begin(&server).await;
        socket.send(probe).await;
        assert_eq!(socket.until_closed().await, None);
        post(server.address, &path, "4still here").await;
        assert_eq!(get(server.address, &path).await.body, "4still here");
    }
    // One that falls silent, after its probe too; then another one may try.
    let (path, mut socket) = begin(&server).await;
    socket.send("2probe").await;
    assert_eq!(socket.next().await, Frame::Text("3probe".to_owned()));
    assert_eq!(socket.until_closed().await, None);
    post(server.address, &path, "4still here").await;
    assert_eq!(get(server.address, &path).await.body, "4still here");
    let mut socket = WebSocket::open(server.address, &path.replace("=polling", "=websocket"), "")
        .await
        .unwrap();
    socket.send("2probe").await;
    assert_eq!(socket.next().await, Frame::Text("3probe".to_owned()));
    socket.send("5").await;
    socket.send("4hello").await;
    assert_eq!(socket.next().await, Frame::Text("4hello".to_owned()));
}

#[tokio::test]
async fn a_probe_that_floods_is_given_up() {
    let server = Echo::start(config()).await;
    let floods = [
        frame(0x81, b"2probe").repeat(100),
        frame(0x89, b"").repeat(100),
        [frame(0x01, b"2"), frame(0x00, b"").repeat(100)].concat(),
    ];
    for flood in floods {
        let (path, mut outsider) = begin(&server).await;
        outsider.send_raw(&flood).await;
        outsider.until_closed().await;
        assert_eq!(post(server.address, &path, "4hello").await.body, "ok");
        assert_eq!(get(server.address, &path).await.body, "4hello");
    }
}

#[tokio::test]
async fn a_session_that_ends_takes_its_upgrade_with_it() {
    let mut server = Echo::start(config()).await;
    let (path, mut socket) = begin(&server).await;
    post(server.address, &path, "1").await;
    assert_eq!(socket.until_closed().await, None);
    assert_eq!(server.reason().await, DisconnectReason::TransportClose);
}

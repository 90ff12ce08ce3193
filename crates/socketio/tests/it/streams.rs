//! Streams that are not plain TCP, as under TLS: here one in memory, behind a small relay.

use std::net::{Ipv4Addr, SocketAddr};

use hyper::server::conn::http1;
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use socketio::{Config, DisconnectReason, EngineService};
use tokio::net::TcpListener;

use crate::{
    client::{Frame, WebSocket, frame, open_polling},
    server::{Chat, Echo, Seen, config},
};

/// An address behind which the service is reached by a stream of another type with a small buffer.
async fn relay(service: EngineService) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (mut tcp, _) = listener.accept().await.unwrap();
            let (mut near, far) = tokio::io::duplex(1000);
            let connection = http1::Builder::new()
                .serve_connection(TokioIo::new(far), TowerToHyperService::new(service.clone()))
                .with_upgrades();
            tokio::spawn(connection);
            tokio::spawn(async move { tokio::io::copy_bidirectional(&mut tcp, &mut near).await });
        }
    });
    address
}

#[tokio::test]
async fn a_session_works_the_same() {
    let mut server = Echo::start(config()).await;
    let address = relay(server.engine.service()).await;
    let (mut socket, _) = WebSocket::session(address).await;
    for size in [0, 10, 1_000, 100_000, 900_000] {
        let text = format!("4{}", "x".repeat(size));
        socket.send(&text).await;
        assert_eq!(socket.next().await, Frame::Text(text));
    }
    let many: Vec<u8> = (0..500)
        .flat_map(|number| frame(0x81, format!("4{number}").as_bytes()))
        .collect();
    socket.send_raw(&many).await;
    for number in 0..500 {
        assert_eq!(socket.next().await, Frame::Text(format!("4{number}")));
    }
    socket.send("4close me").await;
    assert_eq!(socket.next().await, Frame::Close(None));
    socket.send_raw(&frame(0x88, b"")).await;
    assert_eq!(socket.next().await, Frame::End);
    assert_eq!(server.reason().await, DisconnectReason::ForcedClose);
    let (socket, _) = WebSocket::session(address).await;
    drop(socket);
    assert_eq!(server.reason().await, DisconnectReason::TransportClose);
}

#[tokio::test]
async fn an_upgrade_works_the_same() {
    let server = Echo::start(config()).await;
    let address = relay(server.engine.service()).await;
    let path = open_polling(address).await;
    let mut socket = WebSocket::open(address, &path.replace("=polling", "=websocket"), "")
        .await
        .unwrap();
    socket.send("2probe").await;
    assert_eq!(socket.next().await, Frame::Text("3probe".to_owned()));
    socket.send("5").await;
    socket.send("4hello").await;
    assert_eq!(socket.next().await, Frame::Text("4hello".to_owned()));
}

#[tokio::test]
async fn a_broadcast_reaches_it_and_a_reader_that_stops_is_closed() {
    let limit = Config {
        max_queue_bytes: 100_000,
        ..config()
    };
    let mut server = Chat::start(limit).await;
    let address = relay(server.io.service()).await;
    let (mut stopped, _) = WebSocket::join(address, "").await;
    server.home().emit("said", "hello").unwrap();
    assert_eq!(stopped.next().await.text(), r#"42["said","hello"]"#);
    let (mut alice, _) = WebSocket::join(address, "").await;
    let text = "x".repeat(10_000);
    for _ in 0..5_000 {
        server.home().emit("said", &text).unwrap();
        alice.next().await.text();
        if let Ok(Seen::Disconnected(reason)) = server.seen.try_recv() {
            assert_eq!(reason, "queue overflow");
            return alice.settle().await;
        }
    }
    panic!("50 MB should not fit anywhere");
}

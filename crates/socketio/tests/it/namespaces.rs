//! Joining and leaving namespaces (Socket.IO protocol, "Connection to a namespace" and "Disconnection").

use serde_json::{Value, json};

use crate::{
    client::{Frame, WebSocket, frame, not_now, open_polling, soon},
    server::{Chat, Seen, config},
};

#[tokio::test]
async fn a_client_joins_with_and_without_a_payload() {
    let server = Chat::start(config()).await;
    for (connect, prefix) in [
        ("40", "40"),
        (r#"40{"token":"123"}"#, "40"),
        ("40/custom,", "40/custom,"),
        ("40/custom", "40/custom,"),
    ] {
        let (mut socket, open) = WebSocket::session(server.address).await;
        socket.send(connect).await;
        let reply = socket.next().await.text();
        let reply: Value = serde_json::from_str(reply.strip_prefix(prefix).unwrap()).unwrap();
        let id = reply["sid"].as_str().unwrap();
        assert!(id.len() >= 20);
        assert_eq!(reply, json!({ "sid": id }));
        assert_ne!(id, crate::client::sid(&open), "the id of the session is a secret");
    }
}

#[tokio::test]
async fn ids_differ_between_namespaces() {
    let server = Chat::start(config()).await;
    let (mut alice, id) = WebSocket::join(server.address, "").await;
    alice.send("40/custom,").await;
    assert!(!alice.next().await.text().contains(&id));
}

#[tokio::test]
async fn a_namespace_that_does_not_exist_is_refused_and_the_others_stay() {
    let server = Chat::start(config()).await;
    let (mut alice, _) = WebSocket::join(server.address, "").await;
    alice.send("40/random").await;
    assert_eq!(
        alice.next().await.text(),
        r#"44/random,{"message":"Invalid namespace"}"#
    );
    alice.settle().await;
}

#[tokio::test]
async fn a_refusal_carries_message_and_data() {
    let mut server = Chat::start(config()).await;
    let (mut outsider, _) = WebSocket::session(server.address).await;
    outsider.send(r#"40{"token":"wrong"}"#).await;
    assert_eq!(
        outsider.next().await.text(),
        r#"44{"message":"Authentication failed","data":{"code":"unauthenticated"}}"#
    );
    assert_eq!(server.io.snapshot().sockets.len(), 0);
    // Another try on the same connection.
    outsider.send(r#"40{"token":"right"}"#).await;
    assert!(outsider.next().await.text().starts_with("40{"));
    server.sees(&Seen::Connected("/".to_owned())).await;
}

#[tokio::test]
async fn whoever_breaks_the_order_is_closed() {
    for bad in [
        "4abc",
        r#"42["message"]"#,
        "41",
        "43[1]",
        r#"44{"message":"no"}"#,
        r#"42/custom,["message"]"#,
        "4",
        "40[]",
        "40\"x\"",
        "40{",
    ] {
        let server = Chat::start(config()).await;
        let (mut outsider, _) = WebSocket::session(server.address).await;
        outsider.send(bad).await;
        assert_eq!(outsider.until_closed().await, None, "{bad}");
    }
}

#[tokio::test]
async fn packets_that_are_none_end_a_client_that_joined() {
    let cases = [
        "4abc",
        "42{}",
        "42[]",
        "42[{}]",
        "42[null]",
        r#"42abc["message-with-ack",1]"#,
        r#"42["message""#,
        r#"42["message"] x"#,
        "42",
        r#"42["connect"]"#,
        r#"42["disconnecting"]"#,
        r#"42["\u0064isconnect"]"#,
        r#"41"now""#,
        r#"42999999999999999999999["message"]"#,
        "43{}",
    ];
    for bad in cases {
        let mut server = Chat::start(config()).await;
        let (mut alice, _) = WebSocket::join(server.address, "").await;
        alice.send(bad).await;
        if bad == "42" {
            // An event without a name is one that nobody listens to.
            alice.settle().await;
            continue;
        }
        alice.until_closed().await;
        server.sees(&Seen::Disconnected("parse error")).await;
    }
}

#[tokio::test]
async fn joining_twice_is_an_error_after_the_answer_and_nothing_before_it() {
    let server = Chat::start(config()).await;
    let (mut alice, _) = WebSocket::join(server.address, "").await;
    alice
        .send_raw(&[frame(0x81, b"40/slow,"), frame(0x81, b"40/slow,")].concat())
        .await;
    soon(server.arrived.notified()).await;
    server.gate.add_permits(2);
    assert!(alice.next().await.text().starts_with("40/slow,"));
    alice.settle().await;
    alice.send("40").await;
    alice.until_closed().await;
}

#[tokio::test]
async fn what_is_sent_while_greeting_follows_the_reply_in_order() {
    let server = Chat::start(config()).await;
    let (mut alice, _) = WebSocket::session(server.address).await;
    alice.send(r#"40{"greet":50}"#).await;
    assert!(alice.next().await.text().starts_with("40{"));
    alice.send(r#"42["message","mine"]"#).await;
    for number in 0..50 {
        assert_eq!(alice.next().await.text(), format!(r#"42["greeting",{number}]"#));
    }
    assert_eq!(alice.next().await.text(), r#"42["message-back","mine"]"#);
}

#[tokio::test]
async fn what_a_client_does_right_behind_the_reply_counts() {
    for last in [r#"42["message",1]"#, "4abc", "1"] {
        let mut server = Chat::start(config()).await;
        let (mut alice, _) = WebSocket::session(server.address).await;
        alice.send(r#"40{"greet":1}"#).await;
        assert!(alice.next().await.text().starts_with("40{"));
        // The greeting is still held back now.
        alice.send(last).await;
        match last {
            "4abc" => {
                alice.until_closed().await;
                server.sees(&Seen::Disconnected("parse error")).await;
            }
            "1" => {
                alice.until_closed().await;
                server.sees(&Seen::Disconnected("transport close")).await;
            }
            _ => {
                assert_eq!(alice.next().await.text(), r#"42["greeting",0]"#);
                assert_eq!(alice.next().await.text(), r#"42["message-back",1]"#);
            }
        }
    }
}

#[tokio::test]
async fn a_greeting_that_closes_the_transport_is_not_heard() {
    let mut server = Chat::start(config()).await;
    let (mut alice, _) = WebSocket::session(server.address).await;
    alice.send(r#"40{"lose me":true}"#).await;
    assert_eq!(alice.next().await, Frame::Close(None));
    server.sees(&Seen::Disconnected("forced server close")).await;
    assert!(server.io.snapshot().sockets.is_empty());
}

#[tokio::test]
async fn a_closed_transport_looks_like_a_lost_connection() {
    let mut server = Chat::start(config()).await;
    let (mut alice, id) = WebSocket::join(server.address, "").await;
    let handle = server.home().to(&*id).sockets().remove(0);
    handle.emit("said", "last").unwrap();
    handle.close_transport();
    assert!(!handle.is_connected());
    assert_eq!(alice.next().await.text(), r#"42["said","last"]"#);
    assert_eq!(alice.next().await, Frame::Close(None));
    server.sees(&Seen::Disconnected("forced server close")).await;
}

#[tokio::test]
async fn a_broadcast_into_a_room_joined_while_greeting_comes_after_the_reply() {
    let server = Chat::start(config()).await;
    let (mut alice, _) = WebSocket::session(server.address).await;
    alice.send(r#"40{"room":"tea","greet":1}"#).await;
    let home = server.home();
    let shouting = tokio::spawn(async move {
        for number in 0..200 {
            let _ = home.to("tea").emit("said", &number);
            tokio::task::yield_now().await;
        }
    });
    assert!(alice.next().await.text().starts_with("40{"));
    assert_eq!(alice.next().await.text(), r#"42["greeting",0]"#);
    shouting.await.unwrap();
}

#[tokio::test]
async fn a_slow_handshake_of_one_namespace_does_not_hold_up_another() {
    let server = Chat::start(config()).await;
    let (mut alice, _) = WebSocket::join(server.address, "").await;
    alice.send("40/slow,").await;
    soon(server.arrived.notified()).await;
    alice.settle().await;
    server.gate.add_permits(1);
    assert!(alice.next().await.text().starts_with("40/slow,"));
}

#[tokio::test]
async fn a_client_that_leaves_one_namespace_stays_in_the_other() {
    let mut server = Chat::start(config()).await;
    let (mut alice, _) = WebSocket::join(server.address, "").await;
    alice.send("40/custom").await;
    assert!(alice.next().await.text().starts_with("40/custom,"));
    alice.send("41/custom").await;
    server.sees(&Seen::Disconnected("client namespace disconnect")).await;
    alice.settle().await;
    // It may come back.
    alice.send("40/custom").await;
    assert!(alice.next().await.text().starts_with("40/custom,"));
}

#[tokio::test]
async fn a_client_may_leave_its_last_namespace_and_come_back() {
    let mut server = Chat::start(config()).await;
    let (mut alice, first) = WebSocket::join(server.address, "").await;
    alice.send("41").await;
    server.sees(&Seen::Disconnected("client namespace disconnect")).await;
    alice.send("40").await;
    let reply = alice.next().await.text();
    assert!(reply.starts_with("40{") && !reply.contains(&first));
}

#[tokio::test]
async fn the_server_puts_a_socket_out_of_one_namespace() {
    let mut server = Chat::start(config()).await;
    let (mut alice, _) = WebSocket::join(server.address, "").await;
    alice.send("40/custom").await;
    assert!(alice.next().await.text().starts_with("40/custom,"));
    // What follows in the same write comes too late; it does nothing, and closes nothing.
    alice.send(r#"42/custom,["put me out"]"#).await;
    alice.send(r#"42/custom,["message","too late"]"#).await;
    assert_eq!(alice.next().await.text(), "41/custom,");
    server.sees(&Seen::Disconnected("server namespace disconnect")).await;
    alice.send(r#"42/custom,["message","much too late"]"#).await;
    alice.settle().await;
}

#[tokio::test]
async fn the_server_ends_the_whole_connection() {
    let mut server = Chat::start(config()).await;
    let (mut alice, _) = WebSocket::join(server.address, "").await;
    alice.send("40/custom").await;
    assert!(alice.next().await.text().starts_with("40/custom,"));
    alice.send(r#"42["close me"]"#).await;
    let mut told = vec![alice.next().await.text(), alice.next().await.text()];
    told.sort();
    assert_eq!(told, ["41", "41/custom,"]);
    assert_eq!(alice.next().await, Frame::Close(None));
    server.sees(&Seen::Disconnected("server namespace disconnect")).await;
    server.sees(&Seen::Disconnected("server namespace disconnect")).await;
}

#[tokio::test]
async fn a_socket_put_out_while_greeting_has_joined_and_left() {
    let mut server = Chat::start(config()).await;
    let (mut alice, _) = WebSocket::session(server.address).await;
    alice.send(r#"40{"put me out":true}"#).await;
    assert!(alice.next().await.text().starts_with("40{"));
    assert_eq!(alice.next().await.text(), "41");
    server.sees(&Seen::Disconnected("server namespace disconnect")).await;
    assert!(server.io.snapshot().sockets.is_empty());
}

#[tokio::test]
async fn a_client_that_goes_while_joining_was_never_there() {
    let mut server = Chat::start(config()).await;
    let (mut alice, _) = WebSocket::session(server.address).await;
    alice.send("40/slow,").await;
    soon(server.arrived.notified()).await;
    alice.send("1").await;
    alice.until_closed().await;
    server.gate.add_permits(1);
    assert!(not_now(server.seen.recv()).await);
    assert!(server.io.snapshot().sockets.is_empty());
}

#[tokio::test]
async fn a_socket_is_found_and_seen() {
    let server = Chat::start(config()).await;
    let (mut alice, id) = WebSocket::join(server.address, "").await;
    alice.send(r#"42["join","tea"]"#).await;
    alice.settle().await;
    let path = open_polling(server.address).await;
    let snapshot = server.io.snapshot();
    assert_eq!(snapshot.clients, 2);
    let main = snapshot
        .namespaces
        .iter()
        .find(|namespace| namespace.name == "/")
        .unwrap();
    assert_eq!((main.sockets, main.rooms.len(), main.rooms[0].1), (1, 1, 1));
    let socket = &snapshot.sockets[0];
    assert_eq!(
        (socket.id.as_str(), socket.ready_state, socket.transport.as_str()),
        (&*id, "open", "websocket")
    );
    let mut rooms: Vec<&str> = socket.rooms.iter().map(|room| &**room).collect();
    rooms.sort_unstable();
    let mut expected = vec!["tea", &*id];
    expected.sort_unstable();
    assert_eq!(rooms, expected);
    let handle = server.home().socket(&socket.id).unwrap();
    assert!(handle.is_connected());
    alice.send("1").await;
    alice.until_closed().await;
    drop(path);
}

#[tokio::test]
async fn a_handler_that_panics_takes_its_connection_and_nothing_else() {
    let mut server = Chat::start(config()).await;
    let (mut alice, _) = WebSocket::join(server.address, r#"{"room":"tea"}"#).await;
    let (mut bob, _) = WebSocket::join(server.address, r#"{"room":"tea"}"#).await;
    alice.send(r#"42["panic"]"#).await;
    alice.until_closed().await;
    server.sees(&Seen::Disconnected("forced server close")).await;
    bob.settle().await;
    assert_eq!(server.home().room_size("tea"), 1);
    drop(alice);
    let gone = async {
        while server.io.snapshot().clients > 1 {
            tokio::task::yield_now().await;
        }
    };
    soon(gone).await;
}

//! Events and acknowledgements with attachments.

use bytes::Bytes;
use serde_json::json;
use socketio::Args;

use crate::{
    client::{Frame, WebSocket, get, open_polling, post},
    server::{Chat, Seen, config},
};

#[tokio::test]
async fn attachments_come_back_in_events_and_acknowledgements() {
    let server = Chat::start(config()).await;
    let (mut alice, _) = WebSocket::join(server.address, "").await;
    let cases = [
        (
            r#"452-["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#,
            r#"452-["message-back",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#,
        ),
        (
            r#"452-789["message-with-ack",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#,
            r#"462-789[{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#,
        ),
        (
            r#"452-["message",{"deep":[[{"er":{"num":1,"_placeholder":true}}],{"_placeholder":true,"num":0}]},3]"#,
            r#"452-["message-back",{"deep":[[{"er":{"num":1,"_placeholder":true}}],{"_placeholder":true,"num":0}]},3]"#,
        ),
    ];
    for (sent, expected) in cases {
        alice.send(sent).await;
        alice.send_binary(&[1, 2, 3]).await;
        alice.send_binary(&[]).await;
        assert_eq!(alice.next().await.text(), expected);
        assert_eq!(alice.next().await, Frame::Binary(vec![1, 2, 3]));
        assert_eq!(alice.next().await, Frame::Binary(vec![]));
    }
}

#[tokio::test]
async fn attachments_travel_by_polling() {
    let server = Chat::start(config()).await;
    let path = open_polling(server.address).await;
    post(server.address, &path, "40").await;
    assert!(get(server.address, &path).await.body.starts_with("40{"));
    post(
        server.address,
        &path,
        "451-[\"message\",{\"_placeholder\":true,\"num\":0}]\x1ebAQID",
    )
    .await;
    assert_eq!(
        get(server.address, &path).await.body,
        "451-[\"message-back\",{\"_placeholder\":true,\"num\":0}]\x1ebAQID"
    );
}

#[tokio::test]
async fn the_server_sends_attachments_wherever_it_wants() {
    let server = Chat::start(config()).await;
    let (mut alice, _) = WebSocket::join(server.address, "").await;
    let mut args = Args::new();
    let inside = args.attach(Bytes::from_static(b"inside"));
    let args = args
        .with(&json!({ "file": inside }))
        .unwrap()
        .with_binary(Bytes::from_static(b"beside"));
    server.home().all().emit_args("files", &args).unwrap();
    assert_eq!(
        alice.next().await.text(),
        r#"452-["files",{"file":{"_placeholder":true,"num":0}},{"_placeholder":true,"num":1}]"#
    );
    assert_eq!(alice.next().await, Frame::Binary(b"inside".to_vec()));
    assert_eq!(alice.next().await, Frame::Binary(b"beside".to_vec()));
}

#[tokio::test]
async fn attachments_of_one_packet_are_not_torn_apart() {
    let server = Chat::start(config()).await;
    let (mut alice, _) = WebSocket::join(server.address, "").await;
    let home = server.home();
    let text = tokio::spawn(async move {
        for number in 0..300 {
            home.emit("text", &number).unwrap();
            tokio::task::yield_now().await;
        }
    });
    let args = Args::new()
        .with_binary(Bytes::from_static(b"1"))
        .with_binary(Bytes::from_static(b"2"));
    for _ in 0..300 {
        server.home().all().emit_args("binary", &args).unwrap();
        tokio::task::yield_now().await;
    }
    text.await.unwrap();
    let (mut texts, mut binaries) = (0, 0);
    while texts + binaries < 600 {
        if alice.next().await.text().starts_with("452-") {
            assert_eq!(alice.next().await, Frame::Binary(b"1".to_vec()));
            assert_eq!(alice.next().await, Frame::Binary(b"2".to_vec()));
            binaries += 1;
        } else {
            texts += 1;
        }
    }
}

#[tokio::test]
async fn wrong_attachments_close_the_connection() {
    let one = r#"451-["message",{"_placeholder":true,"num":0}]"#;
    let packets: &[&[Frame]] = &[
        &[Frame::Text(r#"450-["message"]"#.into())],
        &[Frame::Text(r#"45-["message"]"#.into())],
        &[Frame::Text(r#"45["message"]"#.into())],
        &[Frame::Text(r#"45x-["message"]"#.into())],
        &[Frame::Text(r#"4511-["message"]"#.into())],
        &[Frame::Text(r#"45999999999999999999999-["message"]"#.into())],
        // A placeholder of an attachment that there is not, also where escapes hide it.
        &[
            Frame::Text(r#"451-["message",{"_placeholder":true,"num":1}]"#.into()),
            Frame::Binary(vec![1]),
        ],
        &[
            Frame::Text(r#"451-["message",{"_placeholder":true,"num":-1}]"#.into()),
            Frame::Binary(vec![1]),
        ],
        &[
            Frame::Text(r#"451-["message",{"_placeholder":true,"num":"0"}]"#.into()),
            Frame::Binary(vec![1]),
        ],
        &[
            Frame::Text(r#"451-["message",{"a":[{"_placeholder":true}]}]"#.into()),
            Frame::Binary(vec![1]),
        ],
        &[
            Frame::Text(r#"451-["message",{"\u005fplaceholder":true,"num":5}]"#.into()),
            Frame::Binary(vec![1]),
        ],
        // Too few, and one that nobody announced.
        &[Frame::Text(one.into()), Frame::Text(r#"42["message"]"#.into())],
        &[Frame::Binary(vec![1])],
    ];
    for frames in packets {
        let mut server = Chat::start(config()).await;
        let (mut alice, _) = WebSocket::join(server.address, "").await;
        for frame in *frames {
            match frame {
                Frame::Text(text) => alice.send(text).await,
                Frame::Binary(data) => alice.send_binary(data).await,
                other => panic!("{other:?}"),
            }
        }
        alice.until_closed().await;
        server.sees(&Seen::Disconnected("parse error")).await;
    }
}

#[tokio::test]
async fn ten_attachments_are_not_too_many() {
    let server = Chat::start(config()).await;
    let (mut alice, _) = WebSocket::join(server.address, "").await;
    alice.send(r#"4510-["message",{"_placeholder":true,"num":9}]"#).await;
    for number in 0..10 {
        alice.send_binary(&[number]).await;
    }
    assert_eq!(
        alice.next().await.text(),
        r#"4510-["message-back",{"_placeholder":true,"num":9}]"#
    );
    for number in 0..10 {
        assert_eq!(alice.next().await, Frame::Binary(vec![number]));
    }
}

#[tokio::test]
async fn half_a_surrogate_pair_is_legal_and_comes_back() {
    let server = Chat::start(config()).await;
    let (mut alice, _) = WebSocket::join(server.address, "").await;
    alice.send(r#"42["message","\ud800",{"\udc00":1e999}]"#).await;
    assert_eq!(
        alice.next().await.text(),
        r#"42["message-back","\ud800",{"\udc00":1e999}]"#
    );
    // In a name too; and what wants a string of it fails by itself.
    alice.send(r#"42["\ud800"]"#).await;
    alice.send(r#"42["join","\ud800"]"#).await;
    alice.settle().await;
    // As deep as it likes.
    let deep = format!(r#"42["message",{}{}]"#, "[".repeat(50_000), "]".repeat(50_000));
    alice.send(&deep).await;
    assert_eq!(alice.next().await.text(), deep.replace("message", "message-back"));
    alice.send("42[12,1]").await;
    alice.settle().await;
}

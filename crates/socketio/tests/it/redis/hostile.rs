//! Whatever is published on the channels: no node breaks, and what it does not understand is counted.

use serde_json::json;
use socketio::RedisConfig;

use super::server::Redis;
use crate::client::{WebSocket, soon};

fn pack(json: &str) -> Vec<u8> {
    let mut out = Vec::new();
    socketio::codec::msgpack::from_json(&mut out, json, &[]).unwrap();
    out
}

#[tokio::test]
async fn malformed_messages_are_ignored_and_counted() {
    let redis = Redis::start().await;
    let node = redis
        .node_with(RedisConfig {
            max_message_bytes: 100_000,
            ..redis.config()
        })
        .await;
    let (mut alice, _) = WebSocket::join(node.chat.address, r#"{"room":"tea"}"#).await;
    let deep = [vec![0x91; 1_000_000], vec![0xc0]].concat();
    let large = json!(["x", { "type": 2, "data": ["said", "x".repeat(200_000)], "nsp": "/" }, { "rooms": ["tea"] }])
        .to_string();
    let messages: Vec<Vec<u8>> = vec![
        vec![],
        vec![0xc1],
        b"{".to_vec(),
        b"{}".to_vec(),
        b"{\"type\":99}".to_vec(),
        b"{\"type\":5}".to_vec(),
        b"{\"type\":2,\"opts\":{\"rooms\":\"tea\"}}".to_vec(),
        vec![0xdd, 0xff, 0xff, 0xff, 0xff],
        vec![0xc6, 0xff, 0xff, 0xff, 0xff, 0],
        pack("[]"),
        pack("null"),
        pack(r#"["x",{"type":2,"data":["disconnect"],"nsp":"/"},{}]"#),
        pack(r#"["x",{"type":2,"data":["said",1],"nsp":"/"},{"rooms":[{}]}]"#),
        deep[deep.len() - 5000..].to_vec(),
        deep,
        // Nothing is wrong with this one but its size.
        pack(&large),
    ];
    let channels = [
        "socket.io#/#",
        "socket.io#/#tea#",
        "socket.io-request#/#",
        "socket.io-response#/#",
    ];
    let before = node.adapter.counters().received;
    let mut sent = 0;
    for message in &messages {
        for channel in channels {
            assert_eq!(redis.publish(channel, message).await, 1);
            sent += 1;
        }
    }
    // Rooms that nobody is in, and channels that look like ours.
    for channel in ["socket.io#/#nobody#", "socket.io#/#\u{fffd}#"] {
        redis.publish(channel, b"anything").await;
        sent += 1;
    }
    assert_eq!(redis.publish("socket.io#/other#", b"anything").await, 0);
    let good =
        pack(r#"["x",{"type":2,"data":["said","after all that"],"nsp":"/"},{"rooms":["tea"],"except":[],"flags":{}}]"#);
    redis.publish("socket.io#/#tea#", &good).await;
    assert_eq!(alice.next().await.text(), r#"42["said","after all that"]"#);
    let counters = node.adapter.counters();
    assert_eq!(counters.received - before, sent + 1);
    assert_eq!(
        counters.ignored,
        u64::try_from(messages.len() * channels.len()).unwrap()
    );
    assert_eq!(counters.outages, 0);
}

#[tokio::test]
async fn answers_that_nobody_asked_for_and_that_lie_change_nothing() {
    let redis = Redis::start().await;
    let node = redis.node().await;
    let (mut alice, _) = WebSocket::join(node.chat.address, "").await;
    // Somebody who subscribes, so that there is another node to wait for.
    let mut liar = tokio::net::TcpStream::connect(("127.0.0.1", redis.port)).await.unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut liar, b"SUBSCRIBE socket.io-request#/#\r\n")
        .await
        .unwrap();
    let mut heard = vec![0; 4096];
    assert!(
        soon(tokio::io::AsyncReadExt::read(&mut liar, &mut heard))
            .await
            .unwrap()
            > 0
    );
    let home = node.chat.home();
    let asking = tokio::spawn(async move { home.all().fetch_sockets().await });
    let length = soon(tokio::io::AsyncReadExt::read(&mut liar, &mut heard))
        .await
        .unwrap();
    let request = String::from_utf8_lossy(&heard[..length]).into_owned();
    let request: serde_json::Value = serde_json::from_str(&request[request.find('{').unwrap()..]).unwrap();
    let id = request["requestId"].as_str().unwrap();
    let answers = [
        // Of another question, of another kind, and sockets that are none.
        json!({ "requestId": "unknown", "sockets": [] }),
        json!({ "requestId": id, "type": 8, "clientCount": u64::MAX }),
        json!({ "requestId": id, "type": 9, "packet": 1 }),
        json!({ "requestId": id, "sockets": [{ "id": "x", "rooms": [] }, { "id": "0123456789abcdefghij", "rooms": ["tea", 7] }] }),
        // One too many.
        json!({ "requestId": id, "sockets": [] }),
    ];
    for answer in answers {
        redis
            .publish("socket.io-response#/#", answer.to_string().as_bytes())
            .await;
    }
    let found = soon(asking).await.unwrap().unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!(
        (found[1].id.as_str(), found[1].rooms.len()),
        ("0123456789abcdefghij", 2)
    );
    assert_eq!((found[1].transport, found[1].remote_addr), (None, None));
    alice.settle().await;
}

#[tokio::test]
async fn what_looks_like_a_wildcard_is_none() {
    let redis = Redis::start().await;
    let odd = RedisConfig {
        prefix: "a*b[c]?".to_owned(),
        ..redis.config()
    };
    let (one, other) = (redis.node_with(odd.clone()).await, redis.node_with(odd).await);
    let (mut bob, _) = WebSocket::join(other.chat.address, "").await;
    assert_eq!(redis.publish("axb[c]?#/#", b"x").await, 0);
    one.chat.home().emit("said", "hello").unwrap();
    assert_eq!(bob.next().await.text(), r#"42["said","hello"]"#);
}

//! Redis goes away, in every way it can, and comes back.

use std::time::{Duration, Instant};

use socketio::{AdapterError, Args, EmitWithAckError, Outage, RedisConfig};

use super::server::{Node, Redis};
use crate::client::{WebSocket, soon};

/// Waits until what one node says is heard at the other. What was said before both were back may be lost.
async fn hears(from: &Node, client: &mut WebSocket) {
    let home = from.chat.home();
    soon(async {
        for attempt in 0.. {
            home.emit("attempt", &attempt).unwrap();
            if tokio::time::timeout(Duration::from_millis(100), client.read())
                .await
                .is_ok()
            {
                break;
            }
        }
    })
    .await;
    // Whatever else is still on its way.
    let end = format!(r#"42["end","{}"]"#, from.chat.address);
    home.emit("end", &from.chat.address.to_string()).unwrap();
    while client.next().await.text() != end {}
}

/// Local delivery goes on, and what needs others fails at once.
async fn alone(node: &Node, client: &mut WebSocket) {
    let home = node.chat.home();
    let began = Instant::now();
    home.emit("said", "among us").unwrap();
    assert_eq!(client.next().await.text(), r#"42["said","among us"]"#);
    assert!(matches!(
        home.all().fetch_sockets().await,
        Err(AdapterError::Unreachable(_))
    ));
    assert!(matches!(
        home.all().join("garden").await,
        Err(AdapterError::Unreachable(_))
    ));
    assert_eq!(home.room_size("garden"), 1, "those of this node have joined");
    assert!(matches!(
        home.all().emit_with_ack("question", &Args::new()).await,
        Err(EmitWithAckError::Adapter(AdapterError::Unreachable(_)))
    ));
    // Nobody was asked.
    client.settle().await;
    assert!(home.all().local().fetch_sockets().await.is_ok());
    assert!(began.elapsed() < Duration::from_secs(10), "nothing waited for Redis");
}

async fn healed(nodes: [&Node; 2], clients: [&mut WebSocket; 2]) {
    for node in nodes {
        node.is_connected(true).await;
        assert!(soon(node.adapter.recovered()).await.missed);
    }
    let [alice, bob] = clients;
    hears(nodes[0], bob).await;
    // Those are said to both.
    let end = format!(r#"42["end","{}"]"#, nodes[0].chat.address);
    while alice.next().await.text() != end {}
    hears(nodes[1], alice).await;
    let sockets = nodes[0].chat.home().all().fetch_sockets();
    assert_eq!(soon(sockets).await.unwrap().len(), 2);
}

#[tokio::test]
async fn redis_is_killed_and_started_again_and_again() {
    let mut redis = Redis::start().await;
    let (one, other) = (redis.node().await, redis.node().await);
    let (mut alice, _) = WebSocket::join(one.chat.address, "").await;
    let (mut bob, _) = WebSocket::join(other.chat.address, "").await;
    healed([&one, &other], [&mut alice, &mut bob]).await;
    while tokio::time::timeout(Duration::from_millis(50), bob.read())
        .await
        .is_ok()
    {}
    for round in 1..=2 {
        redis.kill();
        one.is_connected(false).await;
        alone(&one, &mut alice).await;
        assert_eq!(one.adapter.counters().outages, round);
        other.is_connected(false).await;
        redis.run().await;
        healed([&one, &other], [&mut alice, &mut bob]).await;
        while tokio::time::timeout(Duration::from_millis(50), bob.read())
            .await
            .is_ok()
        {}
        one.chat.home().all().leave("garden").await.unwrap();
    }
}

#[tokio::test]
async fn redis_stands_still() {
    let redis = Redis::start().await;
    let (one, other) = (redis.node().await, redis.node().await);
    let (mut alice, _) = WebSocket::join(one.chat.address, "").await;
    let (mut bob, _) = WebSocket::join(other.chat.address, "").await;
    healed([&one, &other], [&mut alice, &mut bob]).await;
    while tokio::time::timeout(Duration::from_millis(50), bob.read())
        .await
        .is_ok()
    {}
    redis.signal("STOP");
    // Before anybody has noticed: what is local does not wait.
    one.chat.home().emit("said", "among us").unwrap();
    assert_eq!(alice.next().await.text(), r#"42["said","among us"]"#);
    one.is_connected(false).await;
    alone(&one, &mut alice).await;
    other.is_connected(false).await;
    redis.signal("CONT");
    healed([&one, &other], [&mut alice, &mut bob]).await;
}

#[tokio::test]
async fn a_question_does_not_outlive_redis() {
    let mut redis = Redis::start().await;
    let one = redis
        .node_with(RedisConfig {
            request_timeout: Duration::from_mins(10),
            ..redis.config()
        })
        .await;
    let other = redis.node().await;
    // The other node is not heard any more, but Redis does not know.
    let home = one.chat.home();
    drop(other);
    let answer = redis
        .command(&[b"PUBSUB", b"NUMSUB", b"socket.io-request#/#"])
        .await
        .unwrap();
    // Somebody who subscribes and never answers.
    let mut silent = tokio::net::TcpStream::connect(("127.0.0.1", redis.port)).await.unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut silent, b"SUBSCRIBE socket.io-request#/#\r\n")
        .await
        .unwrap();
    let mut heard = [0; 256];
    assert!(
        soon(tokio::io::AsyncReadExt::read(&mut silent, &mut heard))
            .await
            .unwrap()
            > 0,
        "{answer}"
    );
    let asking = tokio::spawn(async move { home.all().fetch_sockets().await });
    // It has asked when the silent one hears it.
    assert!(
        soon(tokio::io::AsyncReadExt::read(&mut silent, &mut heard))
            .await
            .unwrap()
            > 0
    );
    redis.kill();
    assert!(matches!(soon(asking).await.unwrap(), Err(AdapterError::Unreachable(_))));
}

#[tokio::test]
async fn a_node_that_never_answers_is_waited_for_no_longer_than_said() {
    let redis = Redis::start().await;
    let one = redis
        .node_with(RedisConfig {
            request_timeout: Duration::from_millis(300),
            ..redis.config()
        })
        .await;
    let mut silent = tokio::net::TcpStream::connect(("127.0.0.1", redis.port)).await.unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut silent, b"SUBSCRIBE socket.io-request#/#\r\n")
        .await
        .unwrap();
    let mut heard = [0; 256];
    assert!(
        soon(tokio::io::AsyncReadExt::read(&mut silent, &mut heard))
            .await
            .unwrap()
            > 0
    );
    let home = one.chat.home();
    assert!(matches!(
        soon(home.all().fetch_sockets()).await,
        Err(AdapterError::Timeout {
            answered: 0,
            expected: 1
        })
    ));
    let asked = home.all().timeout(Duration::from_millis(300));
    match soon(asked.emit_with_ack("question", &Args::new())).await {
        Err(EmitWithAckError::Partial(error)) => assert_eq!(error.silent_nodes, 1),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn only_the_connection_that_listens_is_cut() {
    let redis = Redis::start().await;
    let unasked = RedisConfig {
        // It is the connection itself that tells.
        ping_interval: Duration::from_hours(1),
        ..redis.config()
    };
    let (one, other) = (redis.node_with(unasked.clone()).await, redis.node_with(unasked).await);
    let (mut alice, _) = WebSocket::join(one.chat.address, "").await;
    let (mut bob, _) = WebSocket::join(other.chat.address, "").await;
    healed([&one, &other], [&mut alice, &mut bob]).await;
    while tokio::time::timeout(Duration::from_millis(50), bob.read())
        .await
        .is_ok()
    {}
    redis.command(&[b"CLIENT", b"KILL", b"TYPE", b"pubsub"]).await.unwrap();
    // Perhaps they are back already before this looks; that they were away is known.
    healed([&one, &other], [&mut alice, &mut bob]).await;
}

#[tokio::test]
async fn redis_comes_later_than_the_server() {
    let mut redis = Redis::nowhere();
    let one = Node::start(redis.config()).await;
    let (mut alice, _) = WebSocket::join(one.chat.address, "").await;
    alone(&one, &mut alice).await;
    redis.run().await;
    one.is_connected(true).await;
    assert!(soon(one.adapter.recovered()).await.missed);
    assert_eq!(soon(one.chat.home().all().fetch_sockets()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_waits_for_redis_is_bounded_and_what_is_lost_is_told() {
    let mut redis = Redis::start().await;
    let one = redis
        .node_with(RedisConfig {
            max_queue_bytes: 100_000,
            ..redis.config()
        })
        .await;
    let (mut alice, _) = WebSocket::join(one.chat.address, "").await;
    assert_eq!(soon(one.adapter.recovered()).await, Outage { missed: true, lost: 0 });
    let home = one.chat.home();
    redis.kill();
    one.is_connected(false).await;
    let text = "x".repeat(1000);
    for _ in 0..500 {
        home.emit("said", &text).unwrap();
    }
    // Those are not kept for later, so nothing of them is lost.
    for _ in 0..500 {
        home.all().volatile().emit("said", &text).unwrap();
    }
    let lost = one.adapter.counters().lost;
    assert!((400..500).contains(&lost), "{lost}");
    for _ in 0..500 {
        assert!(alice.next().await.text().starts_with(r#"42["said","x"#));
    }
    redis.run().await;
    assert_eq!(soon(one.adapter.recovered()).await, Outage { missed: true, lost });
    // What waited has left.
    soon(async {
        while one.adapter.counters().published < 500 - lost {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn nothing_is_left_when_the_server_is_gone() {
    let redis = Redis::start().await;
    let node = redis.node().await;
    let channel = b"socket.io-request#/#";
    let count = async || redis.command(&[b"PUBSUB", b"NUMSUB", channel]).await.unwrap();
    assert!(count().await.ends_with(":1\r\n"));
    soon(node.chat.io.close(Duration::from_secs(20))).await;
    soon(async {
        while !count().await.ends_with(":0\r\n") {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
}

//! Two nodes behave as one server.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use bytes::Bytes;
use serde_json::Value;
use socketio::{Args, BroadcastAckError, EmitWithAckError, NamespaceHandle, Transport};

use super::server::{Node, Redis};
use crate::client::{Frame, WebSocket, soon};

/// Alice is at one node, in tea and cake; bob, in tea, and carol, in nothing, at the other.
struct Party {
    _redis: Redis,
    one: Node,
    other: Node,
    clients: Vec<(&'static str, WebSocket, String)>,
}

impl Party {
    async fn gather() -> Self {
        let redis = Redis::start().await;
        let (one, other) = (redis.node().await, redis.node().await);
        let mut clients = Vec::new();
        for (name, node, rooms) in [
            ("alice", &one, &["tea", "cake"][..]),
            ("bob", &other, &["tea"]),
            ("carol", &other, &[]),
        ] {
            let (mut client, id) = WebSocket::join(node.chat.address, "").await;
            for room in rooms {
                client.send(&format!(r#"42["join","{room}"]"#)).await;
            }
            client.settle().await;
            clients.push((name, client, id));
        }
        Self {
            _redis: redis,
            one,
            other,
            clients,
        }
    }

    fn client(&mut self, name: &str) -> &mut WebSocket {
        &mut self.clients.iter_mut().find(|client| client.0 == name).unwrap().1
    }

    fn id(&self, name: &str) -> String {
        self.clients.iter().find(|client| client.0 == name).unwrap().2.clone()
    }

    /// Who hears what `home` has just sent; everybody at most once, and in the order in which it was sent.
    async fn heard(&mut self, home: &NamespaceHandle) -> BTreeSet<&'static str> {
        home.emit("end", &0).unwrap();
        let mut heard = BTreeSet::new();
        for (name, client, _) in &mut self.clients {
            loop {
                match client.next().await.text().as_str() {
                    r#"42["end",0]"# => break,
                    r#"42["said","hello"]"# => assert!(heard.insert(*name), "{name} heard it twice"),
                    other => panic!("{other}"),
                }
            }
        }
        heard
    }
}

fn set<const N: usize>(names: [&'static str; N]) -> BTreeSet<&'static str> {
    BTreeSet::from(names)
}

#[tokio::test]
async fn every_operator_finds_its_sockets_on_both_nodes() {
    let mut party = Party::gather().await;
    let (alice, carol) = (party.id("alice"), party.id("carol"));
    for home in [party.one.chat.home(), party.other.chat.home()] {
        let here = if home.room_size("cake") > 0 {
            set(["alice"])
        } else {
            set(["bob", "carol"])
        };
        let cases = [
            (home.all(), set(["alice", "bob", "carol"])),
            (home.to("tea"), set(["alice", "bob"])),
            (home.to("cake"), set(["alice"])),
            (home.to("tea").to("cake"), set(["alice", "bob"])),
            (home.to("nobody"), set([])),
            (home.except("cake"), set(["bob", "carol"])),
            (home.to("tea").except("cake"), set(["bob"])),
            (home.to(&*carol), set(["carol"])),
            (home.to("tea").to(&*carol), set(["alice", "bob", "carol"])),
            (home.to("tea").except(&*alice), set(["bob"])),
            (home.all().local(), here),
            (home.to("tea").volatile(), set(["alice", "bob"])),
        ];
        for (broadcast, expected) in cases {
            let operator = format!("{broadcast:?}");
            broadcast.emit("said", "hello").unwrap();
            assert_eq!(party.heard(&home).await, expected, "{operator}");
        }
    }
}

#[tokio::test]
async fn a_socket_does_not_hear_itself() {
    let mut party = Party::gather().await;
    party.client("alice").send(r#"42["say","tea","hello"]"#).await;
    party.client("alice").settle().await;
    let home = party.one.chat.home();
    assert_eq!(party.heard(&home).await, set(["bob"]));
}

#[tokio::test]
async fn what_is_local_and_what_nobody_is_there_for_costs_the_others_nothing() {
    let mut party = Party::gather().await;
    let home = party.one.chat.home();
    let before = party.one.adapter.counters().published;
    for _ in 0..100 {
        home.to("tea").local().emit("said", "hello").unwrap();
    }
    // What comes next is published next: if it was the first, nothing was before it.
    home.emit("end", &0).unwrap();
    assert_eq!(party.client("bob").next().await.text(), r#"42["end",0]"#);
    soon(async {
        while party.one.adapter.counters().published == before {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(party.one.adapter.counters().published, before + 1);
}

#[tokio::test]
async fn many_broadcasts_arrive_in_order_and_leave_in_few_writes() {
    let mut party = Party::gather().await;
    let home = party.one.chat.home();
    let before = party.one.adapter.counters();
    for number in 0..3000 {
        home.to("tea").emit("number", &number).unwrap();
    }
    for number in 0..3000 {
        assert_eq!(
            party.client("bob").next().await.text(),
            format!(r#"42["number",{number}]"#)
        );
    }
    let after = party.one.adapter.counters();
    assert_eq!(after.lost, 0);
    // 512 to a batch, and perhaps one that began before all were there.
    assert!(after.batches - before.batches <= 10, "{before:?} {after:?}");
}

#[tokio::test]
async fn binary_and_whatever_else_json_can_be_arrive_as_they_were_sent() {
    let mut party = Party::gather().await;
    let args = Args::new()
        .with("\u{1f600} \" \\ \n é")
        .unwrap()
        .with(&serde_json::json!({ "list": [1, -2.5, null, true, {}], "large": u64::MAX }))
        .unwrap()
        .with_binary(Bytes::from_static(b"\x00\x01\xff"));
    party.one.chat.home().to("tea").emit_args("said", &args).unwrap();
    let (here, there) = (
        party.client("alice").next().await.text(),
        party.client("bob").next().await.text(),
    );
    let json = |packet: &str| serde_json::from_str::<Value>(packet.strip_prefix("451-").unwrap()).unwrap();
    assert_eq!(json(&here), json(&there));
    assert_eq!(party.client("bob").next().await, Frame::Binary(vec![0, 1, 255]));
}

#[tokio::test]
async fn namespaces_are_apart() {
    let mut party = Party::gather().await;
    party.client("bob").send("40/custom").await;
    assert!(party.client("bob").next().await.text().starts_with("40/custom,"));
    let custom = party.one.chat.io.of("/custom").unwrap();
    custom.emit("said", "hello").unwrap();
    party.one.chat.home().emit("end", &0).unwrap();
    assert_eq!(party.client("bob").next().await.text(), r#"42/custom,["said","hello"]"#);
    assert_eq!(party.client("bob").next().await.text(), r#"42["end",0]"#);
    assert_eq!(party.client("carol").next().await.text(), r#"42["end",0]"#);
}

#[tokio::test]
async fn sockets_of_the_other_node_join_and_leave_and_are_put_out() {
    let mut party = Party::gather().await;
    let home = party.one.chat.home();
    home.to("tea").join("garden").await.unwrap();
    home.to("garden").emit("said", "hello").unwrap();
    assert_eq!(party.heard(&home).await, set(["alice", "bob"]));
    // What is sent behind it already finds it done: both go the same way.
    let leaving = home.except("cake").leave("garden");
    leaving.await.unwrap();
    home.to("garden").emit("said", "hello").unwrap();
    assert_eq!(party.heard(&home).await, set(["alice"]));

    home.to(party.id("carol")).disconnect(false).await.unwrap();
    assert_eq!(party.client("carol").next().await.text(), "41");
    home.to("tea").except("cake").disconnect(true).await.unwrap();
    assert_eq!(party.client("bob").next().await.text(), "41");
    party.client("bob").until_closed().await;
    assert_eq!(home.all().sockets().len(), 1);
}

#[tokio::test]
async fn sockets_of_both_nodes_are_found() {
    let party = Party::gather().await;
    let home = party.one.chat.home();
    let mut tea = home.to("tea").fetch_sockets().await.unwrap();
    assert_eq!(tea.len(), 2);
    let bob = tea.pop().unwrap();
    assert_eq!(
        (bob.id.to_string(), bob.transport),
        (party.id("bob"), Some(Transport::Websocket))
    );
    assert!(bob.remote_addr.unwrap().is_loopback() && bob.connected_at.is_some());
    let rooms: BTreeSet<&str> = bob.rooms.iter().map(|room| &**room).collect();
    assert_eq!(rooms, BTreeSet::from(["tea", &*party.id("bob")]));
    assert_eq!(home.all().fetch_sockets().await.unwrap().len(), 3);
    assert_eq!(home.except("tea").fetch_sockets().await.unwrap().len(), 1);
    assert_eq!(home.all().local().fetch_sockets().await.unwrap().len(), 1);
}

/// Reads a question and answers it.
async fn answer(client: &mut WebSocket, answer: &str) {
    let packet = client.next().await.text();
    let id = packet.strip_prefix("42").unwrap().split_once('[').unwrap().0.to_owned();
    client.send(&format!("43{id}[{answer}]")).await;
}

#[tokio::test]
async fn sockets_of_both_nodes_acknowledge() {
    let mut party = Party::gather().await;
    let home = party.one.chat.home();
    let asking = tokio::spawn({
        let home = home.clone();
        async move {
            let question = Args::new().with("really?").unwrap();
            home.all()
                .timeout(Duration::from_mins(1))
                .emit_with_ack("question", &question)
                .await
        }
    });
    answer(party.client("carol"), "3").await;
    answer(party.client("bob"), r#"{"two":2},"more""#).await;
    answer(party.client("alice"), "1").await;
    let began = Instant::now();
    let mut answers: Vec<String> = soon(asking)
        .await
        .unwrap()
        .unwrap()
        .iter()
        .map(|args| args.raw(0).unwrap().to_owned())
        .collect();
    assert!(
        began.elapsed() < Duration::from_secs(30),
        "it waits for nothing more than the answers"
    );
    answers.sort();
    assert_eq!(answers, ["1", "3", r#"{"two":2}"#]);
    assert!(
        home.to("nobody")
            .emit_with_ack("question", &Args::new())
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn whoever_does_not_acknowledge_is_missed_in_time() {
    let mut party = Party::gather().await;
    let home = party.one.chat.home();
    let asking = tokio::spawn(async move {
        let question = home.all().timeout(Duration::from_secs(4));
        question.emit_with_ack("question", &Args::new()).await
    });
    answer(party.client("alice"), "1").await;
    answer(party.client("bob"), "2").await;
    match soon(asking).await.unwrap() {
        Err(EmitWithAckError::Partial(BroadcastAckError {
            responses,
            expected,
            silent_nodes,
        })) => assert_eq!((responses.len(), expected, silent_nodes), (2, 3, 0)),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_node_that_closes_says_what_it_has_to_say_and_is_not_waited_for() {
    let mut party = Party::gather().await;
    let other = party.other.chat.home();
    for number in 0..200 {
        other.to("tea").emit("number", &number).unwrap();
    }
    soon(party.other.chat.io.close(Duration::from_secs(20))).await;
    for number in 0..200 {
        assert_eq!(
            party.client("alice").next().await.text(),
            format!(r#"42["number",{number}]"#)
        );
    }
    // Not after a timeout: Redis no longer counts the node that is gone.
    let home = party.one.chat.home();
    let found = soon(async {
        loop {
            let began = Instant::now();
            let found = home.all().fetch_sockets().await.unwrap();
            if began.elapsed() < Duration::from_secs(5) {
                return found;
            }
        }
    });
    assert_eq!(found.await.len(), 1);
}

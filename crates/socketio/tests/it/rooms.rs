//! Rooms, and every broadcast operator.

use std::collections::BTreeSet;

use socketio::{NamespaceHandle, SocketId, Transport};

use crate::{
    client::{WebSocket, get, open_polling, post},
    server::{Chat, Seen, config},
};

/// Alice is in tea and cake, bob in tea, carol in nothing.
struct Party {
    server: Chat,
    clients: Vec<(&'static str, WebSocket, String)>,
}

impl Party {
    async fn gather() -> Self {
        let server = Chat::start(config()).await;
        let mut clients = Vec::new();
        for (name, rooms) in [("alice", &["tea", "cake"][..]), ("bob", &["tea"]), ("carol", &[])] {
            let (mut client, id) = WebSocket::join(server.address, "").await;
            for room in rooms {
                client.send(&format!(r#"42["join","{room}"]"#)).await;
                // Once more changes nothing.
                client.send(&format!(r#"42["join","{room}"]"#)).await;
            }
            client.settle().await;
            clients.push((name, client, id));
        }
        Self { server, clients }
    }

    fn home(&self) -> NamespaceHandle {
        self.server.home()
    }

    fn id(&self, name: &str) -> &str {
        &self.clients.iter().find(|client| client.0 == name).unwrap().2
    }

    async fn send(&mut self, name: &str, packet: &str) {
        self.clients
            .iter_mut()
            .find(|client| client.0 == name)
            .unwrap()
            .1
            .send(packet)
            .await;
    }

    /// Who gets what was just sent; everybody gets it at most once.
    async fn heard(&mut self) -> BTreeSet<&'static str> {
        self.home().emit("end", &0).unwrap();
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
async fn every_operator_finds_its_sockets() {
    let mut party = Party::gather().await;
    let home = party.home();
    let (alice, carol) = (party.id("alice").to_owned(), party.id("carol").to_owned());
    let cases = [
        (home.all(), set(["alice", "bob", "carol"])),
        (home.to("tea"), set(["alice", "bob"])),
        (home.in_("cake"), set(["alice"])),
        (home.to("tea").to("cake"), set(["alice", "bob"])),
        (home.to("tea").in_("nobody"), set(["alice", "bob"])),
        (home.to("nobody"), set([])),
        (home.except("cake"), set(["bob", "carol"])),
        (home.to("tea").except("cake"), set(["bob"])),
        (home.to("tea").to("cake").except("tea"), set([])),
        (home.to(&*carol), set(["carol"])),
        (home.to("tea").to(&*carol), set(["alice", "bob", "carol"])),
        (home.to("tea").to(&*alice), set(["alice", "bob"])),
        (home.to("tea").except(&*alice), set(["bob"])),
        (home.except("tea").except(&*carol), set([])),
        (home.all().local(), set(["alice", "bob", "carol"])),
        (home.to("tea").volatile(), set(["alice", "bob"])),
    ];
    for (number, (broadcast, expected)) in cases.into_iter().enumerate() {
        broadcast.emit("said", "hello").unwrap();
        assert_eq!(party.heard().await, expected, "case {number}");
    }
}

#[tokio::test]
async fn a_socket_does_not_hear_itself() {
    let mut party = Party::gather().await;
    party.send("alice", r#"42["say","tea","hello"]"#).await;
    party.send("alice", r#"42["message","done"]"#).await;
    let alice = &mut party.clients[0].1;
    assert_eq!(alice.next().await.text(), r#"42["message-back","done"]"#);
    assert_eq!(party.heard().await, set(["bob"]));
    party.send("carol", r#"42["shout","hello"]"#).await;
    party.send("carol", r#"42["message","done"]"#).await;
    assert_eq!(party.clients[2].1.next().await.text(), r#"42["message-back","done"]"#);
    assert_eq!(party.heard().await, set(["alice", "bob"]));
}

#[tokio::test]
async fn rooms_vanish_with_their_last_socket() {
    let mut party = Party::gather().await;
    assert_eq!((party.home().room_size("tea"), party.home().room_size("cake")), (2, 1));
    assert_eq!(party.home().room_size(party.id("bob")), 1);
    party.send("alice", r#"42["leave","cake"]"#).await;
    party.clients[0].1.settle().await;
    assert_eq!(party.home().room_size("cake"), 0);
    assert_eq!(party.home().rooms(), [("tea".into(), 2)]);
    // Leaving what one is not in does nothing.
    party.send("carol", r#"42["leave","tea"]"#).await;
    party.clients[2].1.settle().await;
    party.send("alice", "1").await;
    party.server.sees(&Seen::Disconnected("transport close")).await;
    assert_eq!(party.home().room_size("tea"), 1);
    party.send("bob", "41").await;
    party
        .server
        .sees(&Seen::Disconnected("client namespace disconnect"))
        .await;
    assert!(party.home().rooms().is_empty());
    assert_eq!(party.home().room_size(party.id("bob")), 0);
}

#[tokio::test]
async fn many_join_and_leave_in_any_order() {
    let server = Chat::start(config()).await;
    let mut clients = Vec::new();
    for _ in 0..12 {
        clients.push(WebSocket::join(server.address, r#"{"room":"tea"}"#).await);
    }
    assert_eq!(server.home().room_size("tea"), 12);
    // Out of the middle, the end, and the front.
    for index in [5, 10, 0, 4, 6] {
        let (client, _) = &mut clients[index];
        client.send(r#"42["leave","tea"]"#).await;
        client.settle().await;
    }
    server.home().to("tea").emit("said", "hello").unwrap();
    server.home().emit("end", &0).unwrap();
    let mut heard = 0;
    for (client, _) in &mut clients {
        match client.next().await.text().as_str() {
            r#"42["said","hello"]"# => {
                heard += 1;
                assert_eq!(client.next().await.text(), r#"42["end",0]"#);
            }
            other => assert_eq!(other, r#"42["end",0]"#),
        }
    }
    assert_eq!((heard, server.home().room_size("tea")), (7, 7));
}

#[tokio::test]
async fn sockets_of_rooms_are_fetched_moved_and_put_out() {
    let mut party = Party::gather().await;
    let home = party.home();
    let found = home.to("tea").fetch_sockets().await.unwrap();
    let ids: BTreeSet<&str> = found.iter().map(|socket| socket.id.as_str()).collect();
    assert_eq!(ids, BTreeSet::from([party.id("alice"), party.id("bob")]));
    assert!(found.iter().all(|socket| socket.transport == Some(Transport::Websocket)
        && socket.remote_addr.is_some_and(|address| address.is_loopback())));

    home.to("tea").join("garden").await.unwrap();
    assert_eq!(home.room_size("garden"), 2);
    home.to("cake").leave("garden").await.unwrap();
    home.to("garden").emit("said", "hello").unwrap();
    assert_eq!(party.heard().await, set(["bob"]));

    home.to("garden").disconnect(false).await.unwrap();
    assert_eq!(party.clients[1].1.next().await.text(), "41");
    party
        .server
        .sees(&Seen::Disconnected("server namespace disconnect"))
        .await;
    home.to("cake").disconnect(true).await.unwrap();
    assert_eq!(party.clients[0].1.next().await.text(), "41");
    party.clients[0].1.until_closed().await;
    assert_eq!(home.all().sockets().len(), 1);
}

#[tokio::test]
async fn a_socket_may_leave_the_room_of_its_own_id() {
    let party = Party::gather().await;
    let carol = party
        .home()
        .socket(&SocketId::parse(party.id("carol")).unwrap())
        .unwrap();
    assert_eq!(carol.rooms().len(), 1);
    carol.leave_all();
    assert!(carol.rooms().is_empty());
    assert_eq!(party.home().room_size(party.id("carol")), 0);
    carol.join(party.id("carol"));
    carol.join_all(["one", "two"]);
    assert_eq!(carol.rooms().len(), 3);
    // Somebody else may join the room of another's id.
    party
        .home()
        .socket(&SocketId::parse(party.id("bob")).unwrap())
        .unwrap()
        .join(party.id("carol"));
    assert_eq!(party.home().room_size(party.id("carol")), 2);
}

#[tokio::test]
async fn a_broadcast_reaches_polling_clients_too() {
    let server = Chat::start(config()).await;
    let path = open_polling(server.address).await;
    post(server.address, &path, r#"40{"room":"tea"}"#).await;
    assert!(get(server.address, &path).await.body.starts_with("40{"));
    let (mut alice, _) = WebSocket::join(server.address, r#"{"room":"tea"}"#).await;
    server.home().to("tea").emit("said", "one").unwrap();
    server.home().to("tea").emit("said", "two").unwrap();
    assert_eq!(alice.next().await.text(), r#"42["said","one"]"#);
    assert_eq!(alice.next().await.text(), r#"42["said","two"]"#);
    assert_eq!(
        get(server.address, &path).await.body,
        "42[\"said\",\"one\"]\x1e42[\"said\",\"two\"]"
    );
}

#[tokio::test]
async fn a_volatile_broadcast_skips_whoever_is_not_listening() {
    let server = Chat::start(config()).await;
    let path = open_polling(server.address).await;
    post(server.address, &path, "40").await;
    assert!(get(server.address, &path).await.body.starts_with("40{"));
    server.home().all().volatile().emit("said", "missed").unwrap();
    for socket in server.home().all().sockets() {
        socket.emit_volatile("said", "missed by itself").unwrap();
    }
    server.home().emit("said", "queued").unwrap();
    assert_eq!(get(server.address, &path).await.body, r#"42["said","queued"]"#);

    let (mut alice, id) = WebSocket::join(server.address, "").await;
    let alices = server.home().socket(&SocketId::parse(&id).unwrap()).unwrap();
    alices.emit_volatile("said", "heard").unwrap();
    assert_eq!(alice.next().await.text(), r#"42["said","heard"]"#);
    // What was said a moment before, and has not left yet, is no reason to miss it.
    for round in 0..50 {
        alices.emit("said", &round).unwrap();
        alices.emit_volatile("said", "and").unwrap();
        server.home().all().volatile().emit("said", "so").unwrap();
        assert_eq!(alice.next().await.text(), format!(r#"42["said",{round}]"#));
        assert_eq!(alice.next().await.text(), r#"42["said","and"]"#);
        assert_eq!(alice.next().await.text(), r#"42["said","so"]"#);
    }
}

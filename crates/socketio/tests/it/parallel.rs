//! Many threads at once: senders, flushers, readers and people who come and go.

use std::time::Duration;

use tokio::task::JoinSet;

use crate::{
    client::{Frame, WebSocket, frame, get, open_polling, post, soon},
    server::{Chat, config},
};

const SENDERS: usize = 4;
const PACKETS: usize = 300;

/// What one client got of each sender; panics at a gap, a duplicate, or a change of order.
#[derive(Default)]
struct Tally {
    next: [usize; SENDERS],
}

impl Tally {
    fn take(&mut self, packet: &str) {
        let numbers = packet
            .strip_prefix(r#"42["said",["#)
            .and_then(|rest| rest.strip_suffix("]]"));
        let (sender, number) = numbers
            .and_then(|numbers| numbers.split_once(','))
            .unwrap_or_else(|| panic!("{packet}"));
        let next = &mut self.next[sender.parse::<usize>().unwrap()];
        assert_eq!(number.parse::<usize>().unwrap(), *next);
        *next += 1;
    }

    fn is_complete(&self) -> bool {
        self.next == [PACKETS; SENDERS]
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn everybody_gets_everything_once_in_the_order_of_each_sender() {
    let server = Chat::start(config()).await;
    let address = server.address;
    let mut clients = JoinSet::new();
    for _ in 0..12 {
        let (mut client, _) = WebSocket::join(address, r#"{"room":"tea"}"#).await;
        clients.spawn(async move {
            let mut tally = Tally::default();
            while !tally.is_complete() {
                tally.take(&client.next().await.text());
            }
        });
    }
    for upgrades in [false, true, true, true] {
        let path = open_polling(address).await;
        post(address, &path, r#"40{"room":"tea"}"#).await;
        assert!(get(address, &path).await.body.starts_with("40{"));
        clients.spawn(async move {
            let mut tally = Tally::default();
            let poll = async |tally: &mut Tally| {
                let body = get(address, &path).await.body;
                for packet in body.split('\x1e').filter(|packet| *packet != "6") {
                    tally.take(packet);
                }
            };
            if upgrades {
                poll(&mut tally).await;
                let mut socket = WebSocket::open(address, &path.replace("=polling", "=websocket"), "")
                    .await
                    .unwrap();
                socket.send("2probe").await;
                poll(&mut tally).await;
                assert_eq!(socket.next().await, Frame::Text("3probe".to_owned()));
                poll(&mut tally).await;
                socket.send("5").await;
                while !tally.is_complete() {
                    tally.take(&socket.next().await.text());
                }
            } else {
                while !tally.is_complete() {
                    poll(&mut tally).await;
                }
            }
        });
    }
    for sender in 0..SENDERS {
        let home = server.home();
        tokio::spawn(async move {
            for number in 0..PACKETS {
                home.to("tea").emit("said", &(sender, number)).unwrap();
                if number % 7 == sender {
                    tokio::time::sleep(Duration::from_micros(300)).await;
                }
            }
        });
    }
    while let Some(done) = soon(clients.join_next()).await {
        done.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn people_come_and_go_and_nothing_stays_behind() {
    let server = Chat::start(config()).await;
    let address = server.address;
    let shouting = {
        let home = server.home();
        tokio::spawn(async move {
            loop {
                home.to("tea").emit("said", &1).unwrap();
                home.emit("said", &2).unwrap();
                tokio::time::sleep(Duration::from_micros(200)).await;
            }
        })
    };
    let mut people = JoinSet::new();
    for person in 0..8 {
        people.spawn(async move {
            for round in 0..15 {
                let (mut socket, _) = WebSocket::session(address).await;
                socket.send(r#"40{"room":"tea"}"#).await;
                assert!(socket.next().await.text().starts_with("40{"));
                let packets = [
                    r#"42["leave","tea"]"#,
                    r#"42["join","cake"]"#,
                    r#"42["join","tea"]"#,
                    r#"421["surprise"]"#,
                ];
                socket
                    .send_raw(&packets.map(|packet| frame(0x81, packet.as_bytes())).concat())
                    .await;
                while !socket.next().await.text().starts_with("431") {}
                match (person + round) % 4 {
                    0 => socket.send("41").await,
                    1 => socket.send("1").await,
                    2 => socket.send(r#"42["close me"]"#).await,
                    _ => {}
                }
                if (person + round) % 4 == 1 {
                    socket.until_closed().await;
                }
            }
        });
    }
    while let Some(done) = people.join_next().await {
        done.unwrap();
    }
    shouting.abort();
    let gone = async {
        while server.io.snapshot().clients > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    soon(gone).await;
    let snapshot = server.io.snapshot();
    assert!(snapshot.sockets.is_empty());
    assert!(
        snapshot
            .namespaces
            .iter()
            .all(|namespace| namespace.rooms.is_empty() && namespace.sockets == 0)
    );
    let counters = server.io.counters();
    let closed: u64 = counters.closed.iter().map(|(_, count)| count).sum();
    assert_eq!((counters.accepted, closed), (120, 120));
}

//! Acknowledgements, both ways.

use std::time::Duration;

use serde_json::Value;
use socketio::{AckError, Args, Config, EmitWithAckError, SendError};

use crate::{
    client::{WebSocket, not_now, soon},
    server::{Chat, config},
};

fn id_of(packet: &str) -> String {
    packet
        .strip_prefix("42")
        .unwrap()
        .chars()
        .take_while(char::is_ascii_digit)
        .collect()
}

#[tokio::test]
async fn the_server_acknowledges() {
    let server = Chat::start(config()).await;
    let (mut alice, _) = WebSocket::join(server.address, "").await;
    alice.send(r#"42456["message-with-ack",1,"2",{"3":[false]}]"#).await;
    assert_eq!(alice.next().await.text(), r#"43456[1,"2",{"3":[false]}]"#);
    alice.send(r#"420["message-with-ack"]"#).await;
    assert_eq!(alice.next().await.text(), "430[]");
    alice.send("40/custom").await;
    assert!(alice.next().await.text().starts_with("40/custom,"));
    alice.send(r#"42/custom,7["message-with-ack",1]"#).await;
    assert_eq!(alice.next().await.text(), "43/custom,7[1]");
}

#[tokio::test]
async fn an_acknowledgement_may_come_much_later_from_elsewhere() {
    let server = Chat::start(config()).await;
    let (mut alice, _) = WebSocket::join(server.address, "").await;
    alice.send(r#"421["later"]"#).await;
    soon(server.arrived.notified()).await;
    alice.settle().await;
    server.gate.add_permits(1);
    assert_eq!(alice.next().await.text(), r#"431["at last"]"#);
    // Answering one that is gone is no error: the task would panic.
    alice.send(r#"422["later"]"#).await;
    soon(server.arrived.notified()).await;
    alice.send("1").await;
    alice.until_closed().await;
    server.gate.add_permits(1);
    let (mut bob, _) = WebSocket::join(server.address, "").await;
    bob.settle().await;
}

#[tokio::test]
async fn a_handler_awaits_an_acknowledgement_of_its_own_socket() {
    let server = Chat::start(config()).await;
    let (mut alice, _) = WebSocket::join(server.address, "").await;
    alice.send(r#"42["ask me"]"#).await;
    let question = alice.next().await.text();
    let id = id_of(&question);
    assert_eq!(question, format!(r#"42{id}["question","really?"]"#));
    // Events wait for their turn meanwhile, more of them than an inbox holds.
    for _ in 0..40 {
        alice.send(r#"42["message",1]"#).await;
    }
    alice.send(&format!(r#"43{id}["yes"]"#)).await;
    assert_eq!(alice.next().await.text(), r#"42["answered","yes"]"#);
    for _ in 0..40 {
        assert_eq!(alice.next().await.text(), r#"42["message-back",1]"#);
    }
}

#[tokio::test]
async fn an_acknowledgement_that_does_not_come_times_out() {
    let server = Chat::start(config()).await;
    let (mut alice, _) = WebSocket::join(server.address, "").await;
    alice.send(r#"42["ask me"]"#).await;
    let question = alice.next().await.text();
    assert_eq!(
        alice.next().await.text(),
        r#"42["answered",{"error":"the client did not acknowledge in time"}]"#
    );
    // Too late, unknown, without a number: ignored.
    alice.send(&format!(r#"43{}["late"]"#, id_of(&question))).await;
    alice.send("439999[1]").await;
    alice.send("43[1]").await;
    alice.settle().await;
}

#[tokio::test]
async fn whoever_waits_is_told_when_the_client_goes() {
    let server = Chat::start(config()).await;
    let (mut alice, id) = WebSocket::join(server.address, "").await;
    let handle = server.home().to(&*id).sockets().remove(0);
    let waiting = {
        let handle = handle.clone();
        tokio::spawn(async move {
            handle
                .emit_with_ack("question", &Args::new(), Duration::from_mins(1))
                .await
        })
    };
    alice.next().await.text();
    alice.send("1").await;
    alice.until_closed().await;
    assert!(matches!(soon(waiting).await.unwrap(), Err(AckError::Disconnected)));
    assert!(matches!(handle.emit("x", &1), Err(SendError::Disconnected)));
    let gone = handle
        .emit_with_ack("question", &Args::new(), Duration::from_mins(1))
        .await;
    assert!(matches!(gone, Err(AckError::Disconnected)));
}

#[tokio::test]
async fn pending_acknowledgements_are_limited() {
    let server = Chat::start(Config {
        max_pending_acks: 1,
        ..config()
    })
    .await;
    let (mut alice, id) = WebSocket::join(server.address, "").await;
    let handle = server.home().to(&*id).sockets().remove(0);
    let first = {
        let handle = handle.clone();
        tokio::spawn(async move {
            handle
                .emit_with_ack("question", &Args::new(), Duration::from_mins(1))
                .await
        })
    };
    let question = alice.next().await.text();
    let second = handle
        .emit_with_ack("question", &Args::new(), Duration::from_mins(1))
        .await;
    assert!(matches!(second, Err(AckError::TooManyPending)));
    alice.send(&format!("43{}[]", id_of(&question))).await;
    assert!(soon(first).await.unwrap().unwrap().is_empty());
}

#[tokio::test]
async fn everybody_in_a_room_acknowledges() {
    let server = Chat::start(config()).await;
    let (mut alice, _) = WebSocket::join(server.address, r#"{"room":"tea"}"#).await;
    let (mut bob, _) = WebSocket::join(server.address, r#"{"room":"tea"}"#).await;
    let (mut outsider, _) = WebSocket::join(server.address, "").await;
    let home = server.home();
    let asking = tokio::spawn(async move {
        let args = Args::new().with(&1).unwrap();
        home.to("tea")
            .timeout(Duration::from_mins(1))
            .emit_with_ack("question", &args)
            .await
    });
    for (client, answer) in [(&mut alice, "alice"), (&mut bob, "bob")] {
        let id = id_of(&client.next().await.text());
        client.send(&format!(r#"43{id}["{answer}"]"#)).await;
    }
    let mut answers: Vec<String> = soon(asking)
        .await
        .unwrap()
        .unwrap()
        .iter()
        .map(|args| args.get(0).unwrap())
        .collect();
    answers.sort();
    assert_eq!(answers, ["alice", "bob"]);
    assert!(not_now(outsider.read()).await);
}

#[tokio::test]
async fn answers_that_came_are_kept_when_others_did_not() {
    let server = Chat::start(config()).await;
    let (mut alice, _) = WebSocket::join(server.address, r#"{"room":"tea"}"#).await;
    let (_bob, _) = WebSocket::join(server.address, r#"{"room":"tea"}"#).await;
    let home = server.home();
    let asking = tokio::spawn(async move {
        home.to("tea")
            .timeout(Duration::from_secs(1))
            .emit_with_ack("question", &Args::new())
            .await
    });
    let id = id_of(&alice.next().await.text());
    alice.send(&format!("43{id}[7]")).await;
    let Err(EmitWithAckError::Partial(partial)) = soon(asking).await.unwrap() else {
        panic!("bob did not answer")
    };
    assert_eq!((partial.expected, partial.responses.len()), (2, 1));
    assert_eq!(partial.responses[0].get::<Value>(0).unwrap(), 7);
    // An empty room has answered in full.
    assert!(
        server
            .home()
            .to("nobody")
            .emit_with_ack("question", &Args::new())
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn a_name_that_is_reserved_is_not_sent() {
    let server = Chat::start(config()).await;
    let (_alice, id) = WebSocket::join(server.address, "").await;
    let handle = server.home().to(&*id).sockets().remove(0);
    assert!(matches!(handle.emit("disconnect", &1), Err(SendError::ReservedName(_))));
    assert!(matches!(
        server.home().emit("connect", &1),
        Err(SendError::ReservedName(_))
    ));
    let no_json = std::collections::HashMap::from([((1, 2), 3)]);
    assert!(matches!(handle.emit("x", &no_json), Err(SendError::Json(_))));
}

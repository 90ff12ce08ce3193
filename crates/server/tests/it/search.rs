//! `/search`, and `linnet reindex`.

use http::StatusCode;
use linnet_contract::{DeviceId, MessageId, UserId, events::SendMsg};
use linnet_server::{app::Ctx, features::messages, session::Session};
use serde_json::{Value, json};

use crate::{
    harness::{Answer, Person, Server, SignedIn, on_both},
    transcript::{Transcript, assert_transcript},
};

/// Writes as a socket would, and gives the message's id.
async fn say(server: &Server, from: &SignedIn<'_>, conversation: &str, text: &str) -> MessageId {
    let user = UserId(from.id().parse().unwrap());
    let device = DeviceId(from.device().parse().unwrap());
    let ctx = Ctx {
        app: server.program.app.clone(),
        session: Session { user, device },
    };
    let event = json!({ "conversationId": conversation, "msg": text });
    let event: SendMsg = serde_json::from_value(event).unwrap();
    let (answer, answered) = tokio::sync::oneshot::channel();
    messages::send(&ctx, event, |sent| drop(answer.send(sent))).await;
    let sent = tokio::time::timeout(std::time::Duration::from_secs(10), answered).await;
    sent.expect("an answer in time").unwrap().unwrap().message_id
}

async fn channel(by: &Person<'_>, title: &str) -> String {
    let made = by
        .post("/conversations", json!({ "kind": "channel", "title": title }))
        .await;
    made.text("/id")
}

fn texts(found: &Answer) -> Vec<String> {
    let hits = found.json()["hits"].as_array().cloned().unwrap_or_default();
    hits.iter()
        .map(|hit| hit["message"]["msg"].as_str().unwrap().to_owned())
        .collect()
}

on_both! {
    async fn people_find_what_they_may_read_and_nothing_else(server: Server) {
        let transcript = Transcript::default();
        let alice = server.anonymous().registered("alice").await;
        let bob = server.anonymous().registered("bob").await;
        let outsider = server.signed_up("outsider").await;
        let bob_reads = server.anonymous().logged_in("bob").await.bearer();
        let alice_reads = server.anonymous().logged_in("alice").await.bearer();
        let garden = channel(&alice_reads, "Garden").await;
        bob_reads.post(&format!("/channels/{garden}/join"), json!({})).await;
        say(server, &alice, &garden, "Crème brûlée at the old mill 🍮, tonight").await;
        say(server, &bob, &garden, "the mill is closed").await;

        let find = async |person: &Person<'_>, query: &str| person.get(&format!("/search?{query}")).await;
        transcript.heard("bob finds a part of a word", &find(&bob_reads, "q=tonig%20creme").await);
        assert_eq!(texts(&find(&bob_reads, "q=mill").await).len(), 2);
        assert_eq!(texts(&find(&bob_reads, "q=%22mill+is%22").await), ["the mill is closed"]);
        assert_eq!(texts(&find(&bob_reads, "q=mill+from:me").await), ["the mill is closed"]);
        assert_eq!(texts(&find(&bob_reads, "q=mill+from:ALICE").await).len(), 1);
        assert_eq!(texts(&find(&bob_reads, "q=in:gard").await).len(), 2);
        assert_eq!(texts(&find(&bob_reads, &format!("q=closed&conversationId={garden}")).await).len(), 1);
        let first = find(&bob_reads, "q=mill&limit=1").await;
        let rest = find(&bob_reads, &format!("q=mill&limit=1&cursor={}", first.text("/nextCursor"))).await;
        assert_eq!(texts(&first), ["the mill is closed"]);
        assert_eq!(texts(&rest).len(), 1);
        assert_eq!(rest.json()["nextCursor"], Value::Null);

        transcript.heard("an outsider finds nothing", &find(&outsider, "q=mill").await);
        transcript.heard("nor there", &find(&outsider, &format!("q=mill&conversationId={garden}")).await);
        bob_reads.delete(&format!("/conversations/{garden}/members/{}", bob.id())).await;
        transcript.heard("bob left", &find(&bob_reads, "q=mill").await);
        transcript.heard("nobody signed in", &find(&server.anonymous(), "q=mill").await);
        assert_transcript!(transcript, "search");
    }

    async fn whom_one_blocks_is_not_found(server: Server) {
        let alice = server.anonymous().registered("alice").await;
        let bob = server.anonymous().registered("bob").await;
        let (alice_reads, bob_reads) = (
            server.anonymous().logged_in("alice").await.bearer(),
            server.anonymous().logged_in("bob").await.bearer(),
        );
        let garden = channel(&alice_reads, "Garden").await;
        bob_reads.post(&format!("/channels/{garden}/join"), json!({})).await;
        say(server, &bob, &garden, "roses").await;
        assert_eq!(texts(&alice_reads.get("/search?q=roses").await), ["roses"]);
        alice_reads.send(http::Method::PUT, &format!("/blocks/{}", bob.id()), None).await;
        assert_eq!(texts(&alice_reads.get("/search?q=roses").await), Vec::<String>::new());
        assert_eq!(texts(&bob_reads.get("/search?q=roses").await), ["roses"]);
        alice_reads.delete(&format!("/blocks/{}", bob.id())).await;
        assert_eq!(texts(&alice_reads.get("/search?q=roses").await), ["roses"]);
        drop(alice);
    }
}

#[tokio::test]
async fn what_is_no_search_is_refused() {
    let server = Server::new().await;
    let alice = server.signed_up("alice").await;
    let transcript = Transcript::default();
    for (what, query) in [
        ("nothing", ""),
        ("nothing but signs", "q=%21%3F"),
        ("half a phrase", "q=%22the+old"),
        ("half a condition", "q=from:"),
        ("another condition", "q=has:wings"),
        ("no day", "q=before:noon"),
        ("no day for a program", "after=noon"),
        ("no conversation", "q=a&conversationId=7"),
        ("no cursor", "q=a&cursor=7"),
        ("no limit", "q=a&limit=51"),
        ("a zero", "q=%00"),
    ] {
        transcript.heard(what, &alice.get(&format!("/search?{query}")).await);
    }
    let long = format!("/search?q={}", "x".repeat(201));
    transcript.heard("too long", &alice.get(&long).await);
    assert_transcript!(transcript, "search_refused");
}

#[tokio::test]
async fn searching_has_a_limit_and_it_ends() {
    let server = Server::new().await;
    let alice = server.signed_up("alice").await;
    for _ in 0..120 {
        assert_eq!(alice.get("/search?q=x1").await.status, StatusCode::OK);
    }
    assert_eq!(alice.get("/search?q=x1").await.code(), "rate_limited");
    server.clock.advance(60_000);
    assert_eq!(alice.get("/search?q=x1").await.status, StatusCode::OK);
}

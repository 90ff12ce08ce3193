//! `/conversations` and their messages.

use http::StatusCode;
use linnet_contract::{ConnectionState, DeviceId, UserId, events::SendMsg};
use linnet_server::{app::Ctx, features::messages, session::Session};
use linnet_store::{Asked, Change, ConnectionBounds};
use serde_json::{Value, json};

use crate::{
    harness::{PASSWORD, Server, SignedIn, on_both},
    transcript::{Transcript, assert_transcript},
};

/// Two people who are connected may write to each other.
pub(crate) async fn befriend(server: &Server, one: &str, other: &str) {
    let app = &server.program.app;
    let [one, other] = [one, other].map(|id| UserId(id.parse().unwrap()));
    let bounds = ConnectionBounds {
        requested: 100,
        received: 100,
        accepted: 100,
    };
    let now = app.now_ms();
    let asked = app.store.connections_request(one, other, now, bounds).await.unwrap();
    let accepted = app.store.connections_accept(other, one, now, bounds).await.unwrap();
    assert!(matches!(
        (asked, accepted),
        (
            Asked::Done(_),
            Asked::Done(Change {
                now: ConnectionState::Accepted,
                ..
            })
        )
    ));
}

/// Writes as a socket would.
pub(crate) async fn say(server: &Server, from: &SignedIn<'_>, event: Value) {
    let user = UserId(from.id().parse().unwrap());
    let device = DeviceId(from.device().parse().unwrap());
    let ctx = Ctx {
        app: server.program.app.clone(),
        session: Session { user, device },
    };
    let event: SendMsg = serde_json::from_value(event).unwrap();
    let (answer, answered) = tokio::sync::oneshot::channel();
    messages::send(&ctx, event, |sent| drop(answer.send(sent))).await;
    let sent = tokio::time::timeout(std::time::Duration::from_secs(10), answered).await;
    sent.expect("an answer in time").unwrap().unwrap();
}

fn sequences(page: &Value) -> Vec<i64> {
    let messages = page["messages"].as_array().unwrap();
    messages
        .iter()
        .map(|message| message["sequence"].as_i64().unwrap())
        .collect()
}

on_both! {
    async fn two_people_have_one_conversation_and_an_outsider_has_none(server: Server) {
        let transcript = Transcript::default();
        let alice = server.anonymous().registered("alice").await;
        let bob = server.anonymous().registered("bob").await;
        let (alice_id, bob_id) = (alice.id(), bob.id());
        befriend(server, &alice_id, &bob_id).await;
        say(server, &bob, json!({ "toUserId": alice_id, "msg": " Hello Alice ", "tempId": "t-1" })).await;
        let (alice, bob) = (alice.bearer(), bob.bearer());
        let outsider = server.signed_up("outsider").await;

        let made = alice.post("/conversations", json!({ "kind": "direct", "memberIds": [bob_id] })).await;
        transcript.heard("alice opens her conversation with bob", &made);
        let same = bob.post("/conversations", json!({ "kind": "direct", "memberIds": [alice_id] })).await;
        assert_eq!(same.text("/id"), made.text("/id"));
        transcript.heard("alice lists her conversations", &alice.get("/conversations").await);
        let path = format!("/conversations/{}", made.text("/id"));
        assert_eq!(alice.get(&path).await.json(), made.json());
        let messages = format!("{path}/messages");
        transcript.heard("bob reads it", &bob.get(&messages).await);
        transcript.heard("an outsider has no conversations", &outsider.get("/conversations").await);
        transcript.heard("an outsider does not see it", &outsider.get(&path).await);
        transcript.heard("an outsider does not read it", &outsider.get(&messages).await);
        assert_transcript!(transcript, "conversations");
    }

    async fn history_is_read_in_pages(server: Server) {
        let alice = server.anonymous().registered("alice").await;
        let bob = server.anonymous().registered("bob").await.id();
        befriend(server, &alice.id(), &bob).await;
        for number in 1..=9 {
            say(server, &alice, json!({ "toUserId": bob, "msg": format!("message {number}") })).await;
        }
        let alice = alice.bearer();
        let id = alice.get("/conversations").await.text("/conversations/0/id");
        let page = async |query: &str| {
            let answer = alice.get(&format!("/conversations/{id}/messages?{query}")).await;
            assert_eq!(answer.status, StatusCode::OK, "{answer}");
            let json = answer.json();
            (sequences(&json), json["more"].as_bool().unwrap())
        };
        assert_eq!(page("").await, ((1..=9).collect(), false));
        assert_eq!(page("limit=4").await, (vec![6, 7, 8, 9], true));
        assert_eq!(page("before=6&limit=4").await, (vec![2, 3, 4, 5], true));
        assert_eq!(page("before=2&limit=4").await, (vec![1], false));
        assert_eq!(page("after=0&limit=4").await, (vec![1, 2, 3, 4], true));
        assert_eq!(page("after=7&limit=4").await, (vec![8, 9], false));
        let (around, _) = page("around=5&limit=3").await;
        assert!(around.contains(&5) && around.len() == 3, "{around:?}");
    }
}

#[tokio::test]
async fn what_is_no_conversation_or_page_is_refused() {
    let server = Server::new().await;
    let alice = server.anonymous().registered("alice").await;
    let alice_id = alice.id();
    let alice = alice.bearer();
    let bob = server.anonymous().registered("bob").await.id();
    let nobody = "01890000-0000-7000-8000-000000000000";
    let transcript = Transcript::default();
    for (what, body) in [
        ("with oneself", json!({ "kind": "direct", "memberIds": [alice_id] })),
        ("with nobody", json!({ "kind": "direct", "memberIds": [] })),
        (
            "with two people",
            json!({ "kind": "direct", "memberIds": [bob, nobody] }),
        ),
        (
            "with somebody who does not exist",
            json!({ "kind": "direct", "memberIds": [nobody] }),
        ),
        (
            "a group without a title",
            json!({ "kind": "group", "memberIds": [bob] }),
        ),
        ("no kind", json!({ "memberIds": [bob] })),
        ("an id that is none", json!({ "kind": "direct", "memberIds": ["bob"] })),
        ("an object for the list", json!({ "kind": "direct", "memberIds": {} })),
    ] {
        transcript.heard(what, &alice.post("/conversations", body).await);
    }
    befriend(&server, &alice_id, &bob).await;
    let made = alice
        .post("/conversations", json!({ "kind": "direct", "memberIds": [bob] }))
        .await
        .text("/id");
    let messages = format!("/conversations/{made}/messages");
    for query in [
        "limit=0",
        "limit=101",
        "limit=-1",
        "limit=x",
        "before=-1",
        "before=x",
        "before=1&after=1",
        "around=9007199254740992",
    ] {
        let answer = alice.get(&format!("{messages}?{query}")).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::BAD_REQUEST, "malformed"),
            "{query}"
        );
    }
    for query in ["limit=0", "limit=101", "cursor=x", "cursor=%00"] {
        let answer = alice.get(&format!("/conversations?{query}")).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::BAD_REQUEST, "malformed"),
            "{query}"
        );
    }
    transcript.heard(
        "a conversation that is not there",
        &alice.get(&format!("/conversations/{nobody}")).await,
    );
    assert_transcript!(transcript, "conversations_refused");
    let ids = server
        .program
        .app
        .store
        .conversations_of(UserId(alice_id.parse().unwrap()))
        .await
        .unwrap();
    assert_eq!(ids.len(), 1, "only the one with bob was made");
    let list = alice.get("/conversations").await.json();
    assert_eq!(
        list["conversations"],
        json!([]),
        "and it shows when somebody has written"
    );
}

#[tokio::test]
async fn the_list_goes_on_with_its_cursor() {
    let server = Server::new().await;
    let alice = server.anonymous().registered("alice").await;
    for number in 0..5 {
        let body = json!({ "username": format!("friend.{number}"), "password": PASSWORD });
        let friend = server.anonymous().post("/auth/register", body).await.text("/user/id");
        befriend(&server, &alice.id(), &friend).await;
        server.clock.advance(1_000);
        say(&server, &alice, json!({ "toUserId": friend, "msg": "Hello" })).await;
    }
    let alice = alice.bearer();
    let mut seen = Vec::new();
    let mut path = "/conversations?limit=2".to_owned();
    loop {
        let page = alice.get(&path).await.json();
        for conversation in page["conversations"].as_array().unwrap() {
            let members = conversation["members"].as_array().unwrap();
            let other = members.iter().find(|member| member["username"] != "alice").unwrap();
            seen.push(other["username"].as_str().unwrap().to_owned());
        }
        let Some(cursor) = page["nextCursor"].as_str() else {
            break;
        };
        assert!(seen.len() < 5);
        path = format!("/conversations?limit=2&cursor={cursor}");
    }
    assert_eq!(seen, ["friend.4", "friend.3", "friend.2", "friend.1", "friend.0"]);
}

//! `/users`.

use http::StatusCode;
use serde_json::json;

use crate::{
    harness::{PASSWORD, Server, on_both},
    transcript::{Transcript, assert_transcript},
};

on_both! {
    async fn people_find_each_other_and_change_only_themselves(server: Server) {
        let transcript = Transcript::default();
        let alice = server.signed_up("alice").await;
        let bob = json!({ "username": "bob", "displayName": "Robert Smith", "password": PASSWORD });
        let bob = server.anonymous().post("/auth/register", bob).await.text("/user/id");
        server.signed_up("bobby_tables").await;

        transcript.heard("alice looks at herself", &alice.get("/users/me").await);
        transcript.heard("alice changes her name", &alice.patch("/users/me", json!({ "displayName": " Alice 🐦 " })).await);
        transcript.heard("alice changes nothing", &alice.patch("/users/me", json!({ "username": "root", "admin": true })).await);
        transcript.heard("alice takes no name", &alice.patch("/users/me", json!({ "displayName": "\n" })).await);
        transcript.heard("alice finds people by username", &alice.get("/users?query=bob").await);
        transcript.heard("and by a word of their name", &alice.get("/users?query=SMI").await);
        transcript.heard("never herself", &alice.get("/users?query=alice").await);
        transcript.heard("a pattern is no pattern", &alice.get("/users?query=%25").await);
        transcript.heard("nor an underscore", &alice.get("/users?query=bob_").await);
        transcript.heard("an empty query finds nobody", &alice.get("/users?query=").await);
        transcript.heard("no query", &alice.get("/users").await);
        transcript.heard("a long query", &alice.get(&format!("/users?query={}", "a".repeat(65))).await);
        transcript.heard("alice looks at bob", &alice.get(&format!("/users/{bob}")).await);
        transcript.heard("nobody", &alice.get("/users/01890000-0000-7000-8000-000000000000").await);
        transcript.heard("an id that is none", &alice.get("/users/bob").await);
        assert_transcript!(transcript, "people");
    }
}

#[tokio::test]
async fn a_search_finds_twenty_people_at_most() {
    let server = Server::new().await;
    let alice = server.signed_up("alice").await;
    for number in 0..25 {
        server.anonymous().registered(&format!("person.{number}")).await;
    }
    let found = alice.get("/users?query=person").await;
    assert_eq!(found.status, StatusCode::OK);
    assert_eq!(found.json()["users"].as_array().unwrap().len(), 20);
}

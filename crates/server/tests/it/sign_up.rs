//! `POST /auth/register`.

use http::StatusCode;
use linnet_contract::http::Registration;
use serde_json::json;

use crate::{
    harness::{PASSWORD, Server, on_both},
    transcript::{Transcript, assert_transcript},
};

on_both! {
    async fn the_first_account_is_the_admin_and_later_ones_are_not(server: Server) {
        let transcript = Transcript::default();
        let alice = json!({ "username": " Alice ", "displayName": "Alice Meyer", "password": PASSWORD });
        transcript.heard("alice signs up first", &server.anonymous().post("/auth/register", alice).await);
        let bob = json!({ "username": "bob", "password": PASSWORD });
        transcript.heard("bob signs up next, without a display name", &server.anonymous().post("/auth/register", bob.clone()).await);
        transcript.heard("someone takes bob's name", &server.anonymous().post("/auth/register", bob).await);
        let upper = json!({ "username": "ＢＯＢ", "password": PASSWORD });
        transcript.heard("someone takes it in other letters", &server.anonymous().post("/auth/register", upper).await);
        assert_transcript!(transcript, "sign_up");
    }

    async fn two_who_take_one_name_at_once_get_one_account(server: Server) {
        let body = || json!({ "username": "carol", "password": PASSWORD });
        let (one, other) = (server.anonymous(), server.anonymous());
        let (one, other) = tokio::join!(one.post("/auth/register", body()), other.post("/auth/register", body()));
        let mut answers = [one.status.as_u16(), other.status.as_u16()];
        answers.sort_unstable();
        assert_eq!(answers, [201, 409]);
    }

    async fn a_closed_server_takes_exactly_one_account(server: Server) {
        // The settings are closed below; here everything else is as usual, on both databases.
        let _ = server;
        for registration in [Registration::Closed, Registration::Invite] {
            let server = Server::with(|config| config.accounts.registration = registration).await;
            let body = |name: &str| json!({ "username": name, "password": PASSWORD });
            let (one, other) = (server.anonymous(), server.anonymous());
            let (one, other) = tokio::join!(one.post("/auth/register", body("one1")), other.post("/auth/register", body("two2")));
            let made = [&one, &other].iter().filter(|answer| answer.status == StatusCode::CREATED).count();
            assert_eq!(made, 1, "{one} {other}");
            let late = server.anonymous().post("/auth/register", body("late")).await;
            assert_eq!((late.status, late.code().as_str()), (StatusCode::FORBIDDEN, "registration_closed"));
        }
    }
}

#[tokio::test]
async fn what_cannot_be_an_account_is_malformed_and_changes_nothing() {
    let server = Server::new().await;
    let transcript = Transcript::default();
    let long = "x".repeat(257);
    for (what, body) in [
        ("no password", json!({ "username": "alice" })),
        (
            "a short password",
            json!({ "username": "alice", "password": "1234567" }),
        ),
        ("a long password", json!({ "username": "alice", "password": long })),
        ("a short username", json!({ "username": "al", "password": PASSWORD })),
        (
            "a username of other letters",
            json!({ "username": "аlice", "password": PASSWORD }),
        ),
        (
            "a number for a username",
            json!({ "username": 5, "password": PASSWORD }),
        ),
        ("null for a username", json!({ "username": null, "password": PASSWORD })),
        (
            "an empty display name",
            json!({ "username": "alice", "displayName": " ", "password": PASSWORD }),
        ),
        (
            "a deceptive display name",
            json!({ "username": "alice", "displayName": "\u{202e}bob", "password": PASSWORD }),
        ),
        ("an array for the object", json!(["alice", null, PASSWORD, null])),
        ("null for the object", json!(null)),
    ] {
        transcript.heard(what, &server.anonymous().post("/auth/register", body).await);
    }
    assert_transcript!(transcript, "sign_up_malformed");
    let info = server.anonymous().get("/server").await.json();
    assert_eq!(info["empty"], true, "nothing was made");
}

#[tokio::test]
async fn new_accounts_from_one_address_are_limited() {
    let server = Server::with(|config| config.accounts.registrations_per_address = 2).await;
    let person = server.anonymous().at("2001:db8::1");
    let body = |name: &str| json!({ "username": name, "password": PASSWORD });
    assert_eq!(
        person.post("/auth/register", body("one1")).await.status,
        StatusCode::CREATED
    );
    let taken = person.post("/auth/register", body("one1")).await;
    assert_eq!(
        taken.status,
        StatusCode::CONFLICT,
        "what made no account does not count"
    );
    assert_eq!(
        person.post("/auth/register", body("two2")).await.status,
        StatusCode::CREATED
    );
    let neighbour = person.clone().at("2001:db8::2:3");
    let limited = neighbour.post("/auth/register", body("three3")).await;
    assert_eq!(
        (limited.status, limited.code().as_str()),
        (StatusCode::TOO_MANY_REQUESTS, "rate_limited")
    );
    assert_eq!(limited.header("retry-after"), "3600");
    let elsewhere = person.clone().at("2001:db8:0:1::1");
    assert_eq!(
        elsewhere.post("/auth/register", body("three3")).await.status,
        StatusCode::CREATED
    );
    server.clock.advance(3_600_000);
    assert_eq!(
        neighbour.post("/auth/register", body("four4")).await.status,
        StatusCode::CREATED
    );
}

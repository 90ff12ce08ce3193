//! `POST /auth/login`.

use http::StatusCode;
use serde_json::json;

use crate::{
    harness::{PASSWORD, Server, on_both},
    transcript::{Transcript, assert_transcript},
};

on_both! {
    async fn the_right_password_signs_in_and_nothing_else_does(server: Server) {
        server.anonymous().registered("alice").await;
        let transcript = Transcript::default();
        for (what, username, password) in [
            ("alice signs in", "alice", PASSWORD),
            ("alice signs in, with the name in capitals", "ALICE", PASSWORD),
            ("a wrong password", "alice", "incorrect horse"),
            ("nobody's name", "mallory", PASSWORD),
            ("what cannot be a name", "no such name!", PASSWORD),
            ("an empty password", "alice", ""),
        ] {
            let body = json!({ "username": username, "password": password });
            transcript.heard(what, &server.anonymous().post("/auth/login", body).await);
        }
        assert_transcript!(transcript, "sign_in");
    }
}

#[tokio::test]
async fn whether_a_name_exists_cannot_be_read_from_the_answer() {
    let server = Server::new().await;
    server.anonymous().registered("alice").await;
    let answer = async |username: &str, password: &str| {
        let answer = server
            .anonymous()
            .post("/auth/login", json!({ "username": username, "password": password }))
            .await;
        let mut headers: Vec<_> = answer
            .headers
            .iter()
            .map(|(name, value)| format!("{name}: {value:?}"))
            .collect();
        headers.sort();
        (answer.status, headers, answer.body)
    };
    let wrong = answer("alice", "incorrect horse").await;
    assert_eq!(wrong.0, StatusCode::UNAUTHORIZED);
    assert_eq!(answer("mallory", "incorrect horse").await, wrong);
    assert_eq!(answer("no such name!", "incorrect horse").await, wrong);
    assert_eq!(
        answer("alice", &"x".repeat(60_000)).await,
        wrong,
        "longer than any password can be"
    );
}

#[tokio::test]
async fn failures_are_limited_by_account_and_nobody_else_waits() {
    let server = Server::with(|config| config.accounts.login_failures_per_account = 3).await;
    server.anonymous().registered("alice").await;
    server.anonymous().registered("bob").await;
    let attempt = async |username: &str, password: &str, address: &str| {
        let body = json!({ "username": username, "password": password });
        server.anonymous().at(address).post("/auth/login", body).await
    };
    // For a name that does not exist in the same way: the limit must not tell.
    for (name, address) in [("alice", "198.51.100.1"), ("mallory", "198.51.100.2")] {
        for _ in 0..3 {
            let status = attempt(name, "wrong password", address).await.status;
            assert_eq!(status, StatusCode::UNAUTHORIZED);
        }
        let limited = attempt(name, PASSWORD, address).await;
        assert_eq!(
            (limited.status, limited.code().as_str()),
            (StatusCode::TOO_MANY_REQUESTS, "rate_limited")
        );
        assert_eq!(limited.json()["retryAfterMs"], 900_000);
        assert_eq!(limited.header("retry-after"), "900");
    }
    // Whoever guesses from elsewhere does not keep the owner out.
    assert_eq!(attempt("alice", PASSWORD, "198.51.100.3").await.status, StatusCode::OK);
    assert_eq!(attempt("bob", PASSWORD, "198.51.100.1").await.status, StatusCode::OK);
    server.clock.advance(900_000);
    assert_eq!(attempt("alice", PASSWORD, "198.51.100.1").await.status, StatusCode::OK);
}

#[tokio::test]
async fn who_guesses_from_many_addresses_is_limited_too() {
    let server = Server::with(|config| config.accounts.login_failures_per_account = 1).await;
    server.anonymous().registered("alice").await;
    let attempt = async |password: &str, address: u8| {
        let body = json!({ "username": "alice", "password": password });
        let address = format!("198.51.100.{address}");
        server.anonymous().at(&address).post("/auth/login", body).await.status
    };
    for address in 1..=10 {
        assert_eq!(attempt("wrong password", address).await, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(attempt("wrong password", 11).await, StatusCode::TOO_MANY_REQUESTS);
    server.clock.advance(900_000);
    assert_eq!(attempt(PASSWORD, 12).await, StatusCode::OK);
}

#[tokio::test]
async fn failures_are_limited_by_address_and_other_addresses_go_on() {
    let server = Server::with(|config| {
        config.accounts.login_failures_per_account = 3;
        config.accounts.login_failures_per_address = 4;
    })
    .await;
    server.anonymous().registered("alice").await;
    let attempt = async |username: &str, password: &str, address: &str| {
        let body = json!({ "username": username, "password": password });
        server.anonymous().at(address).post("/auth/login", body).await.status
    };
    for name in ["guess.1", "guess.2", "guess.3", "guess.4"] {
        assert_eq!(
            attempt(name, "wrong password", "198.51.100.1").await,
            StatusCode::UNAUTHORIZED
        );
    }
    assert_eq!(
        attempt("alice", PASSWORD, "198.51.100.1").await,
        StatusCode::TOO_MANY_REQUESTS
    );
    assert_eq!(attempt("alice", PASSWORD, "198.51.100.2").await, StatusCode::OK);
}

#[tokio::test]
async fn successes_are_limited_by_account_and_nobody_else_waits() {
    let server = Server::with(|config| config.accounts.logins_per_account = 3).await;
    server.anonymous().registered("alice").await;
    server.anonymous().registered("bob").await;
    let attempt = async |username: &str, password: &str| {
        let body = json!({ "username": username, "password": password });
        server.anonymous().post("/auth/login", body).await
    };
    assert_eq!(
        attempt("alice", "wrong password").await.status,
        StatusCode::UNAUTHORIZED
    );
    for _ in 0..3 {
        server.anonymous().logged_in("alice").await;
    }
    let transcript = Transcript::default();
    transcript.heard("alice signs in once more", &attempt("alice", PASSWORD).await);
    assert_eq!(attempt("bob", PASSWORD).await.status, StatusCode::OK);
    server.clock.advance(900_000);
    assert_eq!(attempt("alice", PASSWORD).await.status, StatusCode::OK);
    assert_transcript!(transcript, "sign_in_limited");
}

#[tokio::test]
async fn successes_are_no_failures() {
    let server = Server::with(|config| {
        config.accounts.login_failures_per_account = 2;
        config.accounts.login_failures_per_address = 2;
    })
    .await;
    server.anonymous().registered("alice").await;
    for _ in 0..10 {
        server.anonymous().logged_in("alice").await;
    }
}

#[tokio::test]
async fn many_guesses_at_once_are_not_more_than_many_in_a_row() {
    let server = Server::with(|config| config.accounts.login_failures_per_account = 3).await;
    server.anonymous().registered("alice").await;
    let person = server.anonymous();
    let body = json!({ "username": "alice", "password": "wrong password" });
    let guesses = (0..20).map(|_| person.post("/auth/login", body.clone()));
    let answers = futures_util::future::join_all(guesses).await;
    let tried = answers
        .iter()
        .filter(|answer| answer.status == StatusCode::UNAUTHORIZED)
        .count();
    assert_eq!(tried, 3);
}

#[tokio::test]
async fn a_hash_of_another_cost_is_made_anew_when_its_owner_signs_in() {
    // Made by the reference implementation of argon2 with 64 MiB.
    const OLD: &str = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    let server = Server::new().await;
    let alice = server.anonymous().registered("alice").await.id();
    let store = &server.program.app.store;
    assert!(
        store
            .users_password_set(linnet_contract::UserId(alice.parse().unwrap()), OLD)
            .await
            .unwrap()
    );
    let attempt = async |password: &str| {
        let body = json!({ "username": "alice", "password": password });
        server.anonymous().post("/auth/login", body).await.status
    };
    let kept = async || {
        store
            .users_by_username("alice")
            .await
            .unwrap()
            .unwrap()
            .password_hash
            .unwrap()
    };
    assert_eq!(attempt("passwore").await, StatusCode::UNAUTHORIZED);
    assert_eq!(kept().await, OLD);
    assert_eq!(attempt("password").await, StatusCode::OK);
    assert!(kept().await.starts_with("$argon2id$v=19$m=64,t=1,p=1$"));
    assert_eq!(attempt("password").await, StatusCode::OK);
}

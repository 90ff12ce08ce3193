//! Every error is a problem, whatever went wrong.

use http::{Method, StatusCode};
use serde_json::json;

use crate::{
    harness::Server,
    transcript::{Transcript, assert_transcript},
};

#[tokio::test]
async fn every_error_is_a_problem_with_a_code() {
    let server = Server::new().await;
    let alice = server.signed_up("alice").await;
    let transcript = Transcript::default();
    let json_type = Some("application/json");
    let login = "/auth/login";
    transcript.heard("a path of the API that is not there", &alice.get("/nothing").await);
    transcript.heard("another version", &alice.get("//api/v2/users").await);
    transcript.heard("a method that is not there", &alice.delete("/users/me").await);
    transcript.heard(
        "no JSON",
        &alice.send_raw(Method::POST, login, Some("text/plain"), "{}").await,
    );
    transcript.heard(
        "a form",
        &alice
            .send_raw(Method::POST, login, Some("application/x-www-form-urlencoded"), "a=b")
            .await,
    );
    transcript.heard(
        "half of it",
        &alice.send_raw(Method::POST, login, json_type, r#"{"username":"#).await,
    );
    transcript.heard(
        "two of it",
        &alice.send_raw(Method::POST, login, json_type, "{} {}").await,
    );
    transcript.heard("nothing", &alice.send_raw(Method::POST, login, json_type, "").await);
    let surrogate = r#"{"username":"\ud800","password":"x"}"#;
    transcript.heard(
        "half a character",
        &alice.send_raw(Method::POST, login, json_type, surrogate).await,
    );
    let bytes: &[u8] = b"{\"username\":\"\xff\"}";
    transcript.heard(
        "bytes that are no text",
        &alice.send_raw(Method::POST, login, json_type, bytes).await,
    );
    let long = format!(r#"{{"username":"{}"}}"#, "x".repeat(70_000));
    transcript.heard("too much", &alice.send_raw(Method::POST, login, json_type, long).await);
    assert_transcript!(transcript, "problems");
}

#[tokio::test]
async fn nested_deep_or_huge_numbers_are_refused_in_peace() {
    let server = Server::new().await;
    for body in [
        format!(
            r#"{{"username":{}1{},"password":"x"}}"#,
            "[".repeat(20_000),
            "]".repeat(20_000)
        ),
        format!(r#"{{"username":{},"password":"x"}}"#, "9".repeat(5_000)),
        r#"{"username":1e999,"password":"x"}"#.to_owned(),
    ] {
        let answer = server
            .anonymous()
            .send_raw(Method::POST, "/auth/login", Some("application/json"), body)
            .await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::BAD_REQUEST, "malformed")
        );
        assert!(answer.body.len() < 600, "what was sent does not come back");
    }
}

#[tokio::test]
async fn a_content_type_may_have_parameters_and_capitals() {
    let server = Server::new().await;
    server.anonymous().registered("alice").await;
    let body = json!({ "username": "alice", "password": crate::harness::PASSWORD }).to_string();
    let kind = Some("Application/JSON; charset=utf-8");
    let answer = server
        .anonymous()
        .send_raw(Method::POST, "/auth/login", kind, body)
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{answer}");
}

#[tokio::test]
async fn health_is_for_everyone_and_readiness_ends_first() {
    let server = Server::new().await;
    let anonymous = server.anonymous();
    assert_eq!(anonymous.get("//healthz").await.status, StatusCode::OK);
    assert_eq!(anonymous.get("//readyz").await.status, StatusCode::OK);
    server.program.app.draining.cancel();
    assert_eq!(anonymous.get("//readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(anonymous.get("//healthz").await.status, StatusCode::OK);
    server.program.app.store.close().await;
    let away = anonymous.get("/server").await;
    assert_eq!(
        (away.status, away.code().as_str()),
        (StatusCode::SERVICE_UNAVAILABLE, "unavailable")
    );
}

#[tokio::test]
async fn what_a_client_must_know_first_is_there_before_anyone_signed_in() {
    let server = Server::new().await;
    let transcript = Transcript::default();
    transcript.heard("an empty server", &server.anonymous().get("/server").await);
    server.anonymous().registered("alice").await;
    transcript.heard("a server with somebody", &server.anonymous().get("/server").await);
    assert_transcript!(transcript, "server");
}

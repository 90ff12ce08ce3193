//! What browsers are told, and what pages of other sites cannot make them do.

use http::{Method, StatusCode};
use linnet_server::config::SecureCookies;
use serde_json::json;

use crate::{
    harness::{PASSWORD, Server},
    transcript::{Transcript, assert_transcript},
};

const APP: &str = "https://app.example.org";

#[tokio::test]
async fn cookies_carry_the_attributes_that_keep_them() {
    let transcript = Transcript::default();
    let body = || json!({ "username": "alice", "password": PASSWORD });
    let plain = Server::new().await;
    transcript.heard("over http", &plain.anonymous().post("/auth/register", body()).await);
    let always = Server::with(|config| config.accounts.secure_cookies = SecureCookies::Always).await;
    transcript.heard(
        "always secure",
        &always.anonymous().post("/auth/register", body()).await,
    );
    let proxied = Server::with(|config| {
        config.server.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
        config.server.frontend_origins = vec![APP.to_owned()];
    })
    .await;
    let through = proxied.anonymous().at("10.0.0.1").with("x-forwarded-proto", "https");
    transcript.heard(
        "https at a proxy, for a page of another site",
        &through.post("/auth/register", body()).await,
    );
    assert_transcript!(transcript, "cookies");
}

#[tokio::test]
async fn a_page_of_another_site_cannot_act_with_cookies() {
    let server = Server::with(|config| config.server.frontend_origins = vec![APP.to_owned()]).await;
    let signed_in = server.anonymous().registered("alice").await;
    let device = signed_in.device();
    let bearer = server.anonymous().with_token(&signed_in.access_token());
    let alice = signed_in.browser();
    let rename = |name: &str| json!({ "displayName": name });
    let session = format!("/auth/sessions/{device}");
    for (method, path) in [
        ("PATCH", "/users/me"),
        ("DELETE", session.as_str()),
        ("POST", "/auth/logout"),
        ("POST", "/auth/refresh"),
    ] {
        for (name, value) in [
            ("origin", "https://evil.example.org"),
            ("origin", "null"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            let answer = alice
                .clone()
                .with(name, value)
                .send(method.parse().unwrap(), path, Some(rename("Mallory")))
                .await;
            assert_eq!(
                (answer.status, answer.code().as_str()),
                (StatusCode::FORBIDDEN, "forbidden"),
                "{method} {path} {value}"
            );
        }
    }
    let me = alice.get("/users/me").await.json();
    assert_eq!(me["displayName"], "alice", "nothing happened");

    for (name, value) in [
        ("origin", "http://chat.test"),
        ("origin", APP),
        ("sec-fetch-site", "same-origin"),
    ] {
        let answer = alice
            .clone()
            .with(name, value)
            .patch("/users/me", rename("Alice"))
            .await;
        assert_eq!(answer.status, StatusCode::OK, "{value}");
    }
    let answer = bearer
        .with("origin", "https://evil.example.org")
        .patch("/users/me", rename("Alice"))
        .await;
    assert_eq!(
        answer.status,
        StatusCode::OK,
        "no page can have a browser add a bearer token"
    );
}

#[tokio::test]
async fn a_page_of_another_site_cannot_sign_a_visitor_in() {
    let server = Server::new().await;
    server.anonymous().registered("mallory").await;
    let body = json!({ "username": "mallory", "password": PASSWORD });
    let visitor = server.anonymous().with("origin", "https://evil.example.org");
    assert_eq!(
        visitor.post("/auth/login", body.clone()).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(visitor.post("/auth/register", body).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn only_allowed_pages_may_read_answers() {
    let server = Server::with(|config| config.server.frontend_origins = vec![APP.to_owned()]).await;
    let allowed = server.anonymous().with("origin", APP);
    let answer = allowed.get("/server").await;
    assert_eq!(answer.header("access-control-allow-origin"), APP);
    assert_eq!(answer.header("access-control-allow-credentials"), "true");
    assert!(answer.headers.get_all("vary").iter().any(|value| value == "origin"));
    let preflight = allowed.with("access-control-request-method", "PATCH");
    let answer = preflight.send(Method::OPTIONS, "/users/me", None).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert!(answer.header("access-control-allow-methods").contains("PATCH"));
    assert_eq!(
        answer.header("access-control-allow-headers"),
        "authorization, content-type"
    );

    for origin in [
        "https://evil.example.org",
        "null",
        "https://app.example.org.evil.org",
        "http://app.example.org",
    ] {
        let stranger = server
            .anonymous()
            .with("origin", origin)
            .with("access-control-request-method", "PATCH");
        for method in [Method::GET, Method::OPTIONS] {
            let answer = stranger.send(method, "/server", None).await;
            assert_eq!(answer.header("access-control-allow-origin"), "", "{origin}");
        }
    }
}

#[tokio::test]
async fn the_api_is_kept_by_no_cache_and_pages_by_no_frame() {
    let server = Server::new().await;
    for path in ["/server", "/users/me", "/nothing", "//", "//healthz"] {
        let answer = server.anonymous().with("accept", "text/html").get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(
            policy.contains("script-src 'self';") && policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        if !path.starts_with("//") {
            assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        }
    }
}

#[tokio::test]
async fn answers_are_compressed_but_those_with_tokens_are_not() {
    let server = Server::new().await;
    let alice = server.signed_up("alice").await.with("accept-encoding", "gzip");
    for number in 0..5 {
        server.anonymous().registered(&format!("person.{number}")).await;
    }
    assert_eq!(
        alice.get("/users?query=person").await.header("content-encoding"),
        "gzip"
    );
    let body = json!({ "username": "alice", "password": PASSWORD });
    assert_eq!(alice.post("/auth/login", body).await.header("content-encoding"), "");
}

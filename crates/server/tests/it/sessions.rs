//! What lets somebody in, and what does not.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use http::StatusCode;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use crate::harness::{NOW, SECRET, Server, on_both};

on_both! {
    async fn the_token_opens_by_header_and_by_cookie(server: Server) {
        let signed_in = server.anonymous().registered("alice").await;
        let token = signed_in.access_token();
        assert_eq!(server.anonymous().with_token(&token).get("/users/me").await.status, StatusCode::OK);
        assert_eq!(signed_in.browser().get("/users/me").await.status, StatusCode::OK);
    }

    async fn an_access_token_ends_after_fifteen_minutes(server: Server) {
        let alice = server.signed_up("alice").await;
        server.clock.advance(15 * 60_000 - 1_000);
        assert_eq!(alice.get("/users/me").await.status, StatusCode::OK);
        server.clock.advance(10_000);
        assert_eq!(alice.get("/users/me").await.status, StatusCode::UNAUTHORIZED);
    }
}

/// Every route that needs a session.
const CLOSED: [(&str, &str); 9] = [
    ("GET", "/auth/sessions"),
    ("DELETE", "/auth/sessions/01890000-0000-7000-8000-000000000000"),
    ("GET", "/users?query=a"),
    ("GET", "/users/me"),
    ("PATCH", "/users/me"),
    ("GET", "/users/01890000-0000-7000-8000-000000000000"),
    ("GET", "/conversations"),
    ("POST", "/conversations"),
    ("GET", "/conversations/01890000-0000-7000-8000-000000000000/messages"),
];

#[tokio::test]
async fn without_a_session_every_door_is_closed() {
    let server = Server::new().await;
    for (method, path) in CLOSED {
        let answer = server
            .anonymous()
            .send(method.parse().unwrap(), path, Some(json!({})))
            .await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::UNAUTHORIZED, "unauthenticated"),
            "{method} {path}"
        );
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
}

#[tokio::test]
async fn a_forged_token_opens_nothing() {
    let server = Server::new().await;
    let signed_in = server.anonymous().registered("alice").await;
    let (user, device, token) = (signed_in.id(), signed_in.device(), signed_in.access_token());
    let now = NOW / 1_000;
    let claims = json!({ "iss": "linnet", "aud": "linnet", "sub": user, "dev": device, "iat": now, "exp": now + 900 });
    let changed = |field: &str, value: Value| {
        let mut claims = claims.clone();
        claims[field] = value;
        claims
    };
    let sign = |algorithm, claims: &Value, secret: &str| {
        jsonwebtoken::encode(
            &Header::new(algorithm),
            claims,
            &EncodingKey::from_secret(secret.as_bytes()),
        )
        .unwrap()
    };
    let unsigned = |header: Value| {
        let part = |json: &Value| BASE64_URL_SAFE_NO_PAD.encode(json.to_string());
        format!("{}.{}.", part(&header), part(&claims))
    };
    let opens = async |token: &str| server.anonymous().with_token(token).get("/users/me").await.status;

    assert_eq!(
        opens(&sign(Algorithm::HS256, &claims, SECRET)).await,
        StatusCode::OK,
        "the forger's tools work"
    );
    let nobody = "01890000-0000-7000-8000-000000000000";
    let cut = &token[..token.len() - 4];
    for (what, forged) in [
        (
            "another secret",
            sign(Algorithm::HS256, &claims, "another key that has enough bytes too"),
        ),
        ("another algorithm", sign(Algorithm::HS384, &claims, SECRET)),
        ("no algorithm", unsigned(json!({ "alg": "none", "typ": "JWT" }))),
        ("no algorithm, in capitals", unsigned(json!({ "alg": "NONE" }))),
        (
            "expired",
            sign(Algorithm::HS256, &changed("exp", json!(now - 60)), SECRET),
        ),
        (
            "no expiry",
            sign(Algorithm::HS256, &changed("exp", Value::Null), SECRET),
        ),
        (
            "made later than now",
            sign(Algorithm::HS256, &changed("iat", json!(now + 600)), SECRET),
        ),
        (
            "another user's device",
            sign(Algorithm::HS256, &changed("sub", json!(nobody)), SECRET),
        ),
        (
            "no such device",
            sign(Algorithm::HS256, &changed("dev", json!(nobody)), SECRET),
        ),
        (
            "another issuer",
            sign(Algorithm::HS256, &changed("iss", json!("elsewhere")), SECRET),
        ),
        (
            "another audience",
            sign(Algorithm::HS256, &changed("aud", json!("elsewhere")), SECRET),
        ),
        ("a cut signature", cut.to_owned()),
        ("no token at all", String::new()),
        ("a very long one", "x".repeat(8_000)),
    ] {
        assert_eq!(opens(&forged).await, StatusCode::UNAUTHORIZED, "{what}");
    }
    assert_eq!(opens(&token).await, StatusCode::OK);
    let basic = server
        .anonymous()
        .with("authorization", "Basic YWxpY2U6cHc=")
        .get("/users/me")
        .await;
    assert_eq!(basic.status, StatusCode::UNAUTHORIZED);
}

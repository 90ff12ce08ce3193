//! `POST /auth/refresh` and `POST /auth/logout`.

use http::{Method, StatusCode};
use serde_json::json;

use crate::{
    harness::{Server, on_both},
    transcript::{Transcript, assert_transcript},
};

on_both! {
    async fn a_refresh_token_is_used_once_and_gives_the_next(server: Server) {
        let transcript = Transcript::default();
        let alice = server.anonymous().registered("alice").await;
        let first = alice.refresh_token();
        server.clock.advance(60_000);
        let answer = server.anonymous().post("/auth/refresh", json!({ "refreshToken": first })).await;
        transcript.heard("alice refreshes", &answer);
        let second = answer.text("/refreshToken");
        assert_ne!(first, second);
        let access = answer.text("/accessToken");
        assert_eq!(server.anonymous().with_token(&access).get("/users/me").await.status, StatusCode::OK);
        server.clock.advance(60_000);
        let answer = server.anonymous().post("/auth/refresh", json!({ "refreshToken": second })).await;
        assert_eq!(answer.status, StatusCode::OK, "the next one works in turn");
        assert_transcript!(transcript, "refresh");
    }

    async fn an_old_token_that_comes_again_signs_the_device_out(server: Server) {
        let transcript = Transcript::default();
        let alice = server.anonymous().registered("alice").await;
        let elsewhere = server.anonymous().logged_in("alice").await.bearer();
        let stolen = alice.refresh_token();
        let owner = server.anonymous().post("/auth/refresh", json!({ "refreshToken": stolen })).await;
        server.clock.advance(60_000);
        let thief = server.anonymous().post("/auth/refresh", json!({ "refreshToken": stolen })).await;
        transcript.heard("a thief uses the token that its owner used before", &thief);
        let next = json!({ "refreshToken": owner.text("/refreshToken") });
        transcript.heard("the owner's next token is void", &server.anonymous().post("/auth/refresh", next).await);
        let me = server.anonymous().with_token(&owner.text("/accessToken")).get("/users/me").await;
        transcript.heard("and so is the access token", &me);
        assert_eq!(elsewhere.get("/users/me").await.status, StatusCode::OK, "other devices stay signed in");
        assert_transcript!(transcript, "refresh_reused");
    }

    async fn two_tabs_that_refresh_at_once_both_stay_signed_in(server: Server) {
        let alice = server.anonymous().registered("alice").await.browser();
        let (one, other) = tokio::join!(alice.post("/auth/refresh", json!({})), alice.post("/auth/refresh", json!({})));
        for tab in [&one, &other] {
            assert_eq!(tab.status, StatusCode::OK, "{tab}");
            let bearer = server.anonymous().with_token(&tab.text("/accessToken"));
            assert_eq!(bearer.get("/users/me").await.status, StatusCode::OK);
        }
        assert_eq!(one.text("/user/deviceId"), other.text("/user/deviceId"));
        assert_ne!(one.text("/refreshToken"), other.text("/refreshToken"));
    }

    async fn signing_out_ends_the_device_and_clears_the_cookies(server: Server) {
        let transcript = Transcript::default();
        let signed_in = server.anonymous().registered("alice").await;
        let refresh = signed_in.refresh_token();
        let alice = signed_in.browser();
        transcript.heard("alice signs out", &alice.send(Method::POST, "/auth/logout", None).await);
        transcript.heard("her access token is void", &alice.get("/users/me").await);
        let body = json!({ "refreshToken": refresh });
        transcript.heard("and so is her refresh token", &server.anonymous().post("/auth/refresh", body).await);
        transcript.heard("signing out again changes nothing", &alice.post("/auth/logout", json!({})).await);
        transcript.heard("nor does it for a stranger", &server.anonymous().post("/auth/logout", json!({})).await);
        assert_transcript!(transcript, "logout");
    }

    async fn signing_out_works_after_the_access_token_ended(server: Server) {
        let signed_in = server.anonymous().registered("alice").await;
        let refresh = signed_in.refresh_token();
        let alice = signed_in.browser();
        server.clock.advance(3_600_000);
        assert_eq!(alice.get("/users/me").await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(alice.post("/auth/logout", json!({})).await.status, StatusCode::NO_CONTENT);
        let answer = server.anonymous().post("/auth/refresh", json!({ "refreshToken": refresh })).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }

    async fn a_refresh_token_ends_after_thirty_days_without_use(server: Server) {
        const DAY: i64 = 24 * 60 * 60 * 1_000;
        let mut token = server.anonymous().registered("alice").await.refresh_token();
        for _ in 0..3 {
            server.clock.advance(29 * DAY);
            let answer = server.anonymous().post("/auth/refresh", json!({ "refreshToken": token })).await;
            assert_eq!(answer.status, StatusCode::OK, "each use gives thirty days more");
            token = answer.text("/refreshToken");
        }
        server.clock.advance(30 * DAY);
        let answer = server.anonymous().post("/auth/refresh", json!({ "refreshToken": token })).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn refreshes_are_limited_by_account_and_other_accounts_go_on() {
    let server = Server::with(|config| config.accounts.refreshes_per_account = 3).await;
    let alice = server.anonymous().registered("alice").await;
    let mut laptop = server.anonymous().logged_in("alice").await.refresh_token();
    let bob = server.anonymous().registered("bob").await.refresh_token();
    let refresh = async |token: &str| {
        let body = json!({ "refreshToken": token });
        server.anonymous().post("/auth/refresh", body).await
    };
    for _ in 0..3 {
        laptop = refresh(&laptop).await.text("/refreshToken");
    }
    let transcript = Transcript::default();
    transcript.heard(
        "alice's phone has to wait as well",
        &refresh(&alice.refresh_token()).await,
    );
    assert_eq!(refresh(&laptop).await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refresh(&bob).await.status, StatusCode::OK);
    let out = json!({ "refreshToken": alice.refresh_token() });
    let out = server.anonymous().post("/auth/logout", out).await;
    assert_eq!(out.status, StatusCode::NO_CONTENT, "to sign out is never too often");
    server.clock.advance(900_000);
    assert_eq!(
        refresh(&laptop).await.status,
        StatusCode::OK,
        "a token that had to wait is not used up"
    );
    assert_transcript!(transcript, "refresh_limited");
}

#[tokio::test]
async fn what_is_no_refresh_token_is_refused() {
    let server = Server::new().await;
    let transcript = Transcript::default();
    transcript.heard(
        "no token at all",
        &server.anonymous().send(Method::POST, "/auth/refresh", None).await,
    );
    let invented = "A".repeat(43);
    for (what, body) in [
        ("an invented token", json!({ "refreshToken": invented })),
        ("a short one", json!({ "refreshToken": "abc" })),
        ("a number", json!({ "refreshToken": 5 })),
        ("an array", json!([invented])),
    ] {
        transcript.heard(what, &server.anonymous().post("/auth/refresh", body).await);
    }
    let cookie = server.anonymous().with("cookie", &format!("linnet_refresh={invented}"));
    transcript.heard(
        "an invented cookie is cleared",
        &cookie.post("/auth/refresh", json!({})).await,
    );
    assert_transcript!(transcript, "refresh_refused");
}

#[tokio::test]
async fn invented_tokens_are_limited_by_address_and_real_ones_go_on_elsewhere() {
    let server = Server::with(|config| config.accounts.login_failures_per_address = 3).await;
    let real = json!({ "refreshToken": server.anonymous().registered("alice").await.refresh_token() });
    let guess = async |n: u8| {
        let invented = json!({ "refreshToken": char::from(b'A' + n).to_string().repeat(43) });
        server.anonymous().post("/auth/refresh", invented).await.status
    };
    for n in 0..3 {
        assert_eq!(guess(n).await, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(guess(3).await, StatusCode::TOO_MANY_REQUESTS);
    let logout = json!({ "refreshToken": "B".repeat(43) });
    let limited = server.anonymous().post("/auth/logout", logout).await;
    assert_eq!(
        limited.status,
        StatusCode::TOO_MANY_REQUESTS,
        "the other way in is closed too"
    );
    let elsewhere = server.anonymous().at("198.51.100.7");
    assert_eq!(elsewhere.post("/auth/refresh", real).await.status, StatusCode::OK);
}

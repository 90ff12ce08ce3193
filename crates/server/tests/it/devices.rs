//! `GET /auth/sessions` and `DELETE /auth/sessions/{id}`.

use http::StatusCode;
use serde_json::json;

use crate::{
    harness::on_both,
    transcript::{Transcript, assert_transcript},
};

on_both! {
    async fn people_see_their_own_devices_and_sign_them_out(server: Server) {
        let transcript = Transcript::default();
        let phone = server.anonymous().with("user-agent", "Phone").registered("alice").await;
        let phone_id = phone.device();
        let phone = phone.bearer();
        server.clock.advance(60_000);
        let laptop = server.anonymous().with("user-agent", "Laptop").logged_in("alice").await.bearer();
        let outsider = server.signed_up("outsider").await;

        transcript.heard("alice lists her devices on her laptop", &laptop.get("/auth/sessions").await);
        let path = format!("/auth/sessions/{phone_id}");
        transcript.heard("an outsider cannot sign alice's phone out", &outsider.delete(&path).await);
        assert_eq!(phone.get("/users/me").await.status, StatusCode::OK);
        transcript.heard("alice can", &laptop.delete(&path).await);
        transcript.heard("the phone is out", &phone.get("/users/me").await);
        transcript.heard("once is enough", &laptop.delete(&path).await);
        transcript.heard("an id that is none", &laptop.delete("/auth/sessions/phone").await);
        transcript.heard("the laptop is left", &laptop.get("/auth/sessions").await);
        assert_transcript!(transcript, "devices");
    }

    async fn one_device_too_many_signs_the_least_recently_used_one_out(server: Server) {
        let most = server.program.app.config.accounts.devices_per_account;
        let phone = server.anonymous().registered("alice").await;
        let token = phone.refresh_token();
        let phone = phone.bearer();
        server.clock.advance(1_000);
        let laptop = server.anonymous().logged_in("alice").await.bearer();
        for _ in 2..most {
            server.clock.advance(1_000);
            server.anonymous().logged_in("alice").await;
        }
        server.clock.advance(1_000);
        server.anonymous().post("/auth/refresh", json!({ "refreshToken": token })).await;
        assert_eq!(laptop.get("/users/me").await.status, StatusCode::OK, "as many as may be");
        server.anonymous().logged_in("alice").await;
        assert_eq!(laptop.get("/users/me").await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(phone.get("/users/me").await.status, StatusCode::OK, "the oldest one, but it was in use");
        let left = phone.get("/auth/sessions").await.json()["sessions"].as_array().map(Vec::len);
        assert_eq!(left, usize::try_from(most).ok());
    }

    async fn signing_out_the_own_device_clears_its_cookies(server: Server) {
        let alice = server.anonymous().registered("alice").await;
        let path = format!("/auth/sessions/{}", alice.device());
        let answer = alice.browser().delete(&path).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
        assert_eq!(answer.cookies().values().filter(|value| value.is_empty()).count(), 2);
    }
}

//! To which address a digest may go, and whom nobody can have mailed.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    digest::{HOUR, Stage, server, set_address},
    harness::Server,
    mail_server::{MailServer, Trouble},
};

#[tokio::test]
async fn an_address_gets_nothing_but_a_code_until_the_code_comes_back() {
    let mails = MailServer::start().await;
    let server = server(&mails).await;
    let stage = Stage::set(&server, &mails).await;
    let alice = server.anonymous().with_token(&stage.alice.access_token());
    let off = json!({ "available": true, "address": null, "confirmed": false, "on": false });
    assert_eq!(alice.get("/users/me/digest").await.json(), off);
    let answer = set_address(&alice, "victim@example.org").await;
    let asked = json!({ "available": true, "address": "victim@example.org", "confirmed": false, "on": false });
    assert_eq!(answer.json(), asked);
    let mail = mails.mails().remove(0);
    assert_eq!(
        (mail.to.as_str(), mail.header("List-Unsubscribe")),
        ("victim@example.org", "")
    );
    assert!(!mail.text.contains("alice"), "nothing that she chose: {}", mail.text);
    let switched = alice
        .patch("/users/me/digest", json!({ "on": true, "language": "en" }))
        .await;
    assert_eq!(switched.status, StatusCode::FORBIDDEN, "{switched}");
    let wrong = if mail.code() == "00000000" {
        "00000001"
    } else {
        "00000000"
    };
    let confirm = async |code: &str| {
        alice
            .post("/users/me/digest/confirm", json!({ "code": code }))
            .await
            .status
    };
    for _ in 0..9 {
        assert_eq!(confirm(wrong).await, StatusCode::FORBIDDEN);
    }
    assert_eq!(confirm("1").await, StatusCode::BAD_REQUEST, "which is no try");
    assert_eq!(confirm(&mail.code()).await, StatusCode::OK, "the tenth");
    assert_eq!(confirm(&mail.code()).await, StatusCode::TOO_MANY_REQUESTS);
    // Another address has to be confirmed again, and an hour later its code is none any more.
    assert_eq!(set_address(&alice, "second@example.org").await.json()["on"], false);
    let code = mails.mails()[0].code();
    server.clock.advance(HOUR);
    let alice = stage.again("alice").await;
    let late = alice.post("/users/me/digest/confirm", json!({ "code": code })).await;
    assert_eq!(late.status, StatusCode::FORBIDDEN, "{late}");
    let forgotten = alice.delete("/users/me/digest").await;
    assert_eq!(forgotten.status, StatusCode::NO_CONTENT);
    assert_eq!(alice.get("/users/me/digest").await.json(), off);
}

#[tokio::test]
async fn nobody_can_have_strangers_mailed_without_end() {
    let mails = MailServer::start().await;
    let server = server(&mails).await;
    let alice = server.signed_up("alice").await;
    for n in 0..5 {
        let answer = set_address(&alice, &format!("stranger{n}@example.org")).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer}");
    }
    assert_eq!(
        set_address(&alice, "stranger5@example.org").await.status,
        StatusCode::TOO_MANY_REQUESTS
    );
    for n in 0..5 {
        let somebody = server.signed_up(&format!("somebody{n}")).await;
        let address = if n % 2 == 0 {
            "one@example.org"
        } else {
            "One@Example.org"
        };
        assert_eq!(set_address(&somebody, address).await.status, StatusCode::OK);
    }
    let bob = server.signed_up("bob").await;
    assert_eq!(
        set_address(&bob, "one@example.org").await.status,
        StatusCode::TOO_MANY_REQUESTS
    );
    mails.mails();
    let carol = server.signed_up("carol").await;
    for bad in [
        "",
        "carol",
        "carol@example.org\r\nBcc: bob@example.org",
        "a@example.org,b@example.org",
    ] {
        assert_eq!(
            set_address(&carol, bad).await.status,
            StatusCode::BAD_REQUEST,
            "{bad:?}"
        );
    }
    mails.trouble([Trouble::Says("550 nobody of that name"), Trouble::Says("451 later")]);
    assert_eq!(
        set_address(&carol, "carol@example.org").await.status,
        StatusCode::BAD_REQUEST
    );
    assert_eq!(
        set_address(&carol, "carol@example.org").await.status,
        StatusCode::SERVICE_UNAVAILABLE
    );
    assert_eq!(
        carol.get("/users/me/digest").await.json()["address"],
        Value::Null,
        "nothing was changed"
    );
    assert_eq!(mails.mails().len(), 0);
}

#[tokio::test]
async fn where_no_mail_is_sent_nobody_is_offered_any() {
    let server = Server::new().await;
    let alice = server.signed_up("alice").await;
    let answer = alice.get("/users/me/digest").await.json();
    assert_eq!(
        answer,
        json!({ "available": false, "address": null, "confirmed": false, "on": false })
    );
    assert_eq!(
        set_address(&alice, "alice@example.org").await.status,
        StatusCode::NOT_FOUND
    );
    let on = json!({ "on": true, "language": "en" });
    assert_eq!(alice.patch("/users/me/digest", on).await.status, StatusCode::NOT_FOUND);
    let code = json!({ "code": "12345678" });
    assert_eq!(
        alice.post("/users/me/digest/confirm", code).await.status,
        StatusCode::NOT_FOUND
    );
    for (method, path) in [
        (Method::GET, "/users/me/digest"),
        (Method::PUT, "/users/me/digest/address"),
        (Method::POST, "/users/me/digest/confirm"),
        (Method::DELETE, "/users/me/digest"),
    ] {
        let body = json!({ "address": "a@example.org", "language": "en", "code": "12345678" });
        let answer = server.anonymous().send(method, path, Some(body)).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
    }
}

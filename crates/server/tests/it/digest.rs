//! Who is told by mail, of what and when, on a clock of the test's own.

use http::{Method, StatusCode};
use linnet_contract::{ConversationId, UserId};
use linnet_server::{
    app::App,
    clock::timestamp,
    features::{
        digest,
        presence::{self, Attention},
    },
};
use linnet_store::Mark;
use serde_json::{Value, json};

use crate::{
    conversations::{befriend, say},
    harness::{Answer, Person, Server, SignedIn},
    mail_server::{Mail, MailServer, Trouble},
};

const MINUTE: i64 = 60_000;
pub(crate) const HOUR: i64 = 60 * MINUTE;

/// Alice writes to Bob and Carol in a group; both want a digest.
pub(crate) struct Stage<'a> {
    server: &'a Server,
    mails: &'a MailServer,
    pub(crate) alice: SignedIn<'a>,
    people: [UserId; 3],
    group: String,
}

pub(crate) async fn server(mails: &MailServer) -> Server {
    Server::with(|config| mails.set(config)).await
}

pub(crate) async fn set_address(person: &Person<'_>, address: &str) -> Answer {
    let body = json!({ "address": address, "language": "en" });
    person.send(Method::PUT, "/users/me/digest/address", Some(body)).await
}

async fn opt_in(person: &Person<'_>, mails: &MailServer, address: &str) {
    let answer = set_address(person, address).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer}");
    let code = mails.mails()[0].code();
    let answer = person.post("/users/me/digest/confirm", json!({ "code": code })).await;
    assert_eq!(
        answer.json(),
        json!({ "available": true, "address": address, "confirmed": true, "on": true })
    );
}

impl<'a> Stage<'a> {
    pub(crate) async fn set(server: &'a Server, mails: &'a MailServer) -> Self {
        let [alice, bob, carol] = [
            server.anonymous().registered("alice").await,
            server.anonymous().registered("bob").await,
            server.anonymous().registered("carol").await,
        ];
        let ids = [alice.id(), bob.id(), carol.id()];
        for friend in &ids[1..] {
            befriend(server, &ids[0], friend).await;
        }
        let group = json!({ "kind": "group", "title": "Garden", "memberIds": ids[1..] });
        let token = alice.access_token();
        let made = server
            .anonymous()
            .with_token(&token)
            .post("/conversations", group)
            .await;
        opt_in(&bob.bearer(), mails, "bob@example.org").await;
        opt_in(&carol.bearer(), mails, "carol@example.org").await;
        server.clock.advance(1);
        Self {
            server,
            mails,
            alice,
            people: ids.map(|id| UserId(id.parse().unwrap())),
            group: made.text("/id"),
        }
    }

    fn app(&self) -> &App {
        &self.server.program.app
    }

    /// Somebody signs in anew: it is hours since they last did.
    pub(crate) async fn again(&self, name: &str) -> Person<'a> {
        self.server.anonymous().logged_in(name).await.bearer()
    }

    async fn write(&self, text: &str) {
        let event = json!({ "conversationId": self.group, "msg": text });
        say(self.server, &self.alice, event).await;
    }

    /// Time passes, and whoever is due is told.
    async fn pass(&self, ms: i64) -> Vec<Mail> {
        self.server.clock.advance(ms);
        digest::round(self.app()).await;
        self.mails.mails()
    }

    /// Who is told then.
    async fn told(&self, ms: i64) -> Vec<String> {
        let name = |mail: Mail| mail.to.split('@').next().unwrap_or_default().to_owned();
        self.pass(ms).await.into_iter().map(name).collect()
    }

    async fn set_notifying(&self, name: &str, settings: Value) {
        let path = format!("/conversations/{}/settings", self.group);
        let answer = self.again(name).await.patch(&path, settings).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer}");
    }

    async fn read(&self, user: UserId, sequence: i64) {
        let mark = Mark {
            user,
            conversation: ConversationId(self.group.parse().unwrap()),
            delivered: None,
            read: Some(sequence.try_into().unwrap()),
        };
        self.app().store.members_mark(mark).await.unwrap().unwrap();
    }
}

const NOBODY: [&str; 0] = [];

#[tokio::test]
async fn what_stays_unread_is_told_once_and_no_more_than_once_a_day() {
    let mails = MailServer::start().await;
    let server = server(&mails).await;
    let stage = Stage::set(&server, &mails).await;
    stage.write("the roses are in bloom").await;
    assert_eq!(stage.told(4 * HOUR - 1).await, NOBODY);
    stage.write("and the tulips").await;
    let told = stage.pass(1).await;
    assert_eq!(told.len(), 2);
    let bobs = &told[0];
    assert_eq!(bobs.to, "bob@example.org");
    assert_eq!(bobs.header("Subject"), "Unread messages on chat.example.org: 2");
    assert_eq!(bobs.header("From"), "Chat <chat@example.org>");
    assert_eq!(bobs.header("Auto-Submitted"), "auto-generated");
    assert_eq!(bobs.header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    assert_eq!(bobs.header("Date"), "Fri, 15 Jan 2027 12:00:00 +0000");
    assert!(
        bobs.text.contains("Garden") && bobs.text.contains("alice"),
        "{}",
        bobs.text
    );
    assert!(
        !bobs.text.contains("roses") && !bobs.text.contains("tulips"),
        "no words of anybody"
    );
    // The same is not told again, and what comes meanwhile not before the next day.
    assert_eq!(stage.told(23 * HOUR).await, NOBODY);
    stage.write("and the lilies").await;
    assert_eq!(stage.told(HOUR - 1).await, NOBODY);
    assert_eq!(stage.told(3 * HOUR + 1).await, ["bob", "carol"]);
    assert_eq!(stage.told(100 * HOUR).await, NOBODY);
}

#[tokio::test]
async fn whoever_was_there_since_is_not_told() {
    let mails = MailServer::start().await;
    let server = server(&mails).await;
    let stage = Stage::set(&server, &mails).await;
    let [_, bob, carol] = stage.people;
    stage.write("hello").await;
    stage.read(bob, 2).await;
    let attention = Attention::default();
    presence::arrive(stage.app(), carol, &attention);
    assert_eq!(stage.told(4 * HOUR).await, NOBODY, "Bob has read it, Carol is there");
    presence::leave(stage.app(), carol, &attention);
    let seen = server.clock_now();
    stage.app().store.presence_seen(&[(carol, seen)]).await.unwrap();
    assert_eq!(
        stage.told(HOUR).await,
        NOBODY,
        "she was there since, and left it unread"
    );
    stage.write("and now?").await;
    assert_eq!(stage.told(4 * HOUR).await, ["bob", "carol"]);
}

#[tokio::test]
async fn it_is_as_each_of_them_wants_it() {
    let mails = MailServer::start().await;
    let server = server(&mails).await;
    let stage = Stage::set(&server, &mails).await;
    let until = timestamp(server.clock_now() + 10 * HOUR);
    stage.set_notifying("bob", json!({ "notify": "mentions" })).await;
    stage.set_notifying("carol", json!({ "mutedUntil": until })).await;
    stage.write("hello everybody").await;
    assert_eq!(stage.told(4 * HOUR).await, NOBODY);
    stage.write("@bob, come here").await;
    assert_eq!(stage.told(4 * HOUR).await, ["bob"], "who is named");
    assert_eq!(stage.told(2 * HOUR).await, ["carol"], "who is not muted any more");
    server.clock.advance(24 * HOUR);
    stage.set_notifying("bob", json!({ "notify": "none" })).await;
    let carol = stage.again("carol").await;
    let blocked = carol
        .send(Method::PUT, &format!("/blocks/{}", stage.people[0]), None)
        .await;
    assert_eq!(blocked.status, StatusCode::NO_CONTENT, "{blocked}");
    stage.write("@bob, @carol").await;
    assert_eq!(
        stage.told(24 * HOUR).await,
        NOBODY,
        "who wants nothing, and who blocked her"
    );
}

#[tokio::test]
async fn what_the_mail_server_did_not_take_is_tried_again_and_what_it_may_have_taken_is_not() {
    let mails = MailServer::start().await;
    let server = server(&mails).await;
    let stage = Stage::set(&server, &mails).await;
    stage.set_notifying("carol", json!({ "notify": "none" })).await;
    stage.write("one").await;
    mails.trouble([Trouble::Says("451 greylisted"), Trouble::Says("450 busy")]);
    assert_eq!(stage.told(4 * HOUR).await, NOBODY);
    assert_eq!(stage.told(15 * MINUTE - 1).await, NOBODY);
    assert_eq!(stage.told(1).await, NOBODY, "the second try");
    assert_eq!(stage.told(HOUR - 1).await, NOBODY);
    assert_eq!(stage.told(1).await, ["bob"]);
    assert_eq!(stage.told(24 * HOUR).await, NOBODY);
    for trouble in [Trouble::Says("550 no"), Trouble::Says("554 spam")] {
        stage.write("two").await;
        mails.trouble([trouble]);
        assert_eq!(stage.told(24 * HOUR).await, NOBODY, "refused");
        assert_eq!(stage.told(24 * HOUR).await, NOBODY, "and not tried again");
    }
    stage.write("three").await;
    mails.trouble([Trouble::HangsUp]);
    assert_eq!(stage.told(24 * HOUR).await, ["bob"], "it has it, but did not say so");
    assert_eq!(stage.told(24 * HOUR).await, NOBODY, "and so it is not sent twice");
    stage.write("four").await;
    mails.trouble([Trouble::Says("451 later"); 4]);
    for wait in [24 * HOUR, HOUR, 2 * HOUR, 5 * HOUR] {
        assert_eq!(stage.told(wait).await, NOBODY);
    }
    assert_eq!(stage.told(20 * HOUR).await, NOBODY, "four tries are all");
}

#[tokio::test]
async fn while_the_mail_server_is_away_nobody_counts_as_told() {
    let mails = MailServer::start().await;
    let server = server(&mails).await;
    let stage = Stage::set(&server, &mails).await;
    stage.write("one").await;
    mails.away(true);
    assert_eq!(stage.told(4 * HOUR).await, NOBODY);
    assert!(!digest::round(stage.app()).await, "the next round may wait");
    mails.away(false);
    assert!(digest::round(stage.app()).await);
    assert_eq!(mails.mails().len(), 2);
}

#[tokio::test]
async fn one_click_unsubscribes_without_a_session_and_opening_the_link_does_not() {
    let mails = MailServer::start().await;
    let server = server(&mails).await;
    let stage = Stage::set(&server, &mails).await;
    stage.write("one").await;
    let told = stage.pass(4 * HOUR).await;
    let (bobs, carols) = (told[0].unsubscribe(), told[1].unsubscribe());
    let scanner = server.anonymous();
    let page = scanner.get(&bobs).await;
    assert_eq!(
        (page.status, page.header("content-type")),
        (StatusCode::OK, "text/html; charset=utf-8")
    );
    assert_eq!(
        (page.header("referrer-policy"), page.header("cache-control")),
        ("no-referrer", "no-store")
    );
    let on = async |name: &str| stage.again(name).await.get("/users/me/digest").await.json()["on"].clone();
    assert_eq!(on("bob").await, true);
    let forged = format!("/digest/unsubscribe/{}", "A".repeat(43));
    for nothing in [forged.as_str(), "/digest/unsubscribe/x", "/digest/unsubscribe/%00"] {
        assert_eq!(scanner.get(nothing).await.status, StatusCode::NOT_FOUND, "{nothing}");
        assert_eq!(
            scanner.send(Method::POST, nothing, None).await.status,
            StatusCode::NOT_FOUND
        );
    }
    assert_eq!((on("bob").await, on("carol").await), (json!(true), json!(true)));
    let click = async |path: &str| {
        let kind = Some("application/x-www-form-urlencoded");
        scanner
            .send_raw(Method::POST, path, kind, "List-Unsubscribe=One-Click")
            .await
    };
    assert_eq!(click(&bobs).await.status, StatusCode::OK);
    assert_eq!(click(&bobs).await.status, StatusCode::OK, "once more says the same");
    assert_eq!(
        (on("bob").await, on("carol").await),
        (json!(false), json!(true)),
        "nobody else's"
    );
    stage.write("two").await;
    assert_eq!(stage.told(24 * HOUR).await, ["carol"]);
    // On again, by himself; what was written meanwhile is not told.
    let switched = stage
        .again("bob")
        .await
        .patch("/users/me/digest", json!({ "on": true, "language": "de" }))
        .await;
    assert_eq!(switched.json()["on"], true, "{switched}");
    assert_eq!(stage.told(24 * HOUR).await, NOBODY);
    stage.write("three").await;
    let told = stage.pass(24 * HOUR).await;
    assert_eq!(
        told[0].header("Subject"),
        "Ungelesene Nachrichten auf chat.example.org: 1"
    );
    // The link of an address that Carol left is none any more.
    set_address(&stage.again("carol").await, "carol@example.net").await;
    assert_eq!(click(&carols).await.status, StatusCode::NOT_FOUND);
}

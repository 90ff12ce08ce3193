//! Who is told by push, of what, and how often it is tried, on a clock of the test's own.

use http::{Method, StatusCode};
use linnet_contract::{ConversationId, DeviceId, UserId};
use linnet_server::{
    app::{App, Ctx},
    clock::timestamp,
    features::{
        messages,
        presence::{self, Attention},
        push,
    },
    session::Session,
};
use linnet_store::Mark;
use serde_json::{Value, json};

use crate::{
    conversations::{befriend, say},
    harness::{NOW, Person, Server, SignedIn},
    push_service::{Browser, PushService, Pushed},
};

const MINUTE: i64 = 60_000;

/// Alice writes to Bob and Carol in a group; both have a browser that wants to be told.
struct Stage<'a> {
    server: &'a Server,
    service: PushService,
    alice: SignedIn<'a>,
    bob: Person<'a>,
    carol: Person<'a>,
    people: [UserId; 3],
    bobs: Browser,
    carols: Browser,
    group: String,
}

async fn subscribe(person: &Person<'_>, browser: &Browser, service: &PushService) {
    let answer = person.post("/push/subscriptions", browser.subscription(service)).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{answer}");
}

impl<'a> Stage<'a> {
    async fn set(server: &'a Server) -> Self {
        let service = PushService::start().await;
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
        let (bobs, carols) = (Browser::new("/bob"), Browser::new("/carol"));
        let (bob, carol) = (bob.bearer(), carol.bearer());
        subscribe(&bob, &bobs, &service).await;
        subscribe(&carol, &carols, &service).await;
        Self {
            server,
            service,
            alice,
            bob,
            carol,
            people: ids.map(|id| UserId(id.parse().unwrap())),
            bobs,
            carols,
            group: made.text("/id"),
        }
    }

    fn app(&self) -> &App {
        &self.server.program.app
    }

    async fn write(&self, text: &str) {
        say(
            self.server,
            &self.alice,
            json!({ "conversationId": self.group, "msg": text }),
        )
        .await;
    }

    /// Time passes, and whoever is due is told.
    async fn pass(&self, ms: i64) -> Vec<Pushed> {
        self.server.clock.advance(ms);
        push::round(self.app()).await;
        push::settled(self.app()).await;
        self.service.pushed()
    }

    /// Who is told of this text.
    async fn told(&self, text: &str) -> Vec<String> {
        self.write(text).await;
        self.pass(1_000).await.into_iter().map(|pushed| pushed.path).collect()
    }

    async fn set_notifying(&self, person: &Person<'_>, settings: Value) {
        let answer = person
            .patch(&format!("/conversations/{}/settings", self.group), settings)
            .await;
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

async fn server() -> Server {
    Server::with(|config| {
        config.push.private_endpoints = true;
        config.server.public_url = Some("https://chat.example.org".to_owned());
    })
    .await
}

#[tokio::test]
async fn whoever_is_away_is_told_once_of_what_was_written_together() {
    let server = server().await;
    let stage = Stage::set(&server).await;
    let key = stage.bob.get("/push/key").await.text("/key");
    stage.write("the first").await;
    stage.write(&"long ".repeat(100)).await;
    assert_eq!(stage.pass(999).await.len(), 0, "it gathers for a second");
    let pushed = stage.pass(1).await;
    assert_eq!(pushed.len(), 2);
    let claims = pushed[0].claims(&key);
    assert_eq!(
        claims,
        json!({ "aud": stage.service.url, "exp": (NOW + 1_000) / 1_000 + 43_200, "sub": "https://chat.example.org" })
    );
    let told = stage.bobs.decrypt(&pushed[0]);
    let text = told["text"].as_str().unwrap();
    assert!(text.starts_with("long long") && text.chars().count() <= 121, "{text}");
    assert_eq!(
        told,
        json!({
            "conversationId": stage.group, "sequence": 3, "title": "Garden", "sender": "alice", "text": text,
            "files": false, "waiting": [stage.group],
        })
    );
    assert_eq!(stage.carols.decrypt(&pushed[1])["sequence"], 3);
    let (topic, others) = (pushed[0].header("topic"), pushed[1].header("topic"));
    assert_eq!(topic.len(), 32);
    assert_ne!(topic, others, "a push service does not learn who talks with whom");
    assert_eq!(
        (pushed[0].header("ttl"), pushed[0].header("urgency")),
        ("86400", "normal")
    );
    stage.write("again").await;
    let again = stage.pass(1_000).await;
    assert_eq!(again[0].header("topic"), topic, "it takes the place of the one before");
    assert_eq!(stage.pass(MINUTE).await.len(), 0);
    // Nobody is told of what they wrote themselves.
    let alice = server.anonymous().with_token(&stage.alice.access_token());
    subscribe(&alice, &Browser::new("/alices"), &stage.service).await;
    assert_eq!(stage.told("mine").await, ["/bob", "/carol"]);
}

#[tokio::test]
async fn between_two_people_it_is_urgent_and_has_no_title() {
    let server = server().await;
    let stage = Stage::set(&server).await;
    let event = json!({ "toUserId": stage.people[1], "msg": "psst" });
    say(&server, &stage.alice, event).await;
    let pushed = stage.pass(1_000).await;
    assert_eq!(pushed.len(), 1);
    assert_eq!(pushed[0].header("urgency"), "high");
    let told = stage.bobs.decrypt(&pushed[0]);
    assert_eq!((&told["title"], &told["text"]), (&Value::Null, &json!("psst")));
    assert_eq!(
        told["waiting"].as_array().unwrap().len(),
        2,
        "the group, which began with a message, and this"
    );
}

#[tokio::test]
async fn whoever_looks_at_a_device_is_not_told_on_another() {
    let server = server().await;
    let stage = Stage::set(&server).await;
    let attention = Attention::default();
    presence::arrive(stage.app(), stage.people[1], &attention);
    assert_eq!(stage.told("one").await, ["/carol"]);
    presence::leave(stage.app(), stage.people[1], &attention);
    assert_eq!(
        stage.told("two").await,
        ["/bob", "/carol"],
        "at once, however long the grace is"
    );
}

#[tokio::test]
async fn it_is_as_each_of_them_wants_it() {
    let server = server().await;
    let stage = Stage::set(&server).await;
    stage.set_notifying(&stage.bob, json!({ "notify": "mentions" })).await;
    stage.set_notifying(&stage.carol, json!({ "notify": "none" })).await;
    assert_eq!(stage.told("hello").await, [] as [&str; 0]);
    stage.write("@bob and @carol, come here").await;
    stage.write("or not").await;
    let pushed = stage.pass(1_000).await;
    assert_eq!(pushed.len(), 1);
    assert_eq!(stage.bobs.decrypt(&pushed[0])["sequence"], 3, "the one that names him");
    assert_eq!(pushed[0].header("urgency"), "high");
    let until = timestamp(server.clock_now() + 10 * MINUTE);
    let muted = json!({ "notify": "all", "mutedUntil": until });
    stage.set_notifying(&stage.bob, muted).await;
    assert_eq!(stage.told("@bob").await, [] as [&str; 0]);
    server.clock.advance(10 * MINUTE);
    assert_eq!(stage.told("@bob").await, ["/bob"], "and not a moment longer");
}

#[tokio::test]
async fn nobody_is_told_of_what_they_read_deleted_or_do_not_want_to_hear() {
    let server = server().await;
    let stage = Stage::set(&server).await;
    stage.write("read within the second").await;
    stage.read(stage.people[1], 2).await;
    assert_eq!(stage.pass(1_000).await.len(), 1, "only Carol");
    let blocked = stage
        .carol
        .send(Method::PUT, &format!("/blocks/{}", stage.people[0]), None)
        .await;
    assert_eq!(blocked.status, StatusCode::NO_CONTENT, "{blocked}");
    assert_eq!(stage.told("three").await, ["/bob"]);
    // What was written can be taken back within the second, and what is said is what stands there then.
    stage.write("edited").await;
    stage.write("deleted").await;
    let page = stage
        .bob
        .get(&format!("/conversations/{}/messages?limit=2", stage.group))
        .await
        .json();
    let [edited, deleted] = [0, 1].map(|at| page["messages"][at]["id"].clone());
    let ctx = Ctx {
        app: stage.app().clone(),
        session: Session {
            user: stage.people[0],
            device: stage.alice.device().parse().map(DeviceId).unwrap(),
        },
    };
    let edit = serde_json::from_value(json!({ "messageId": edited, "msg": "better" })).unwrap();
    messages::edit(&ctx, edit).await.unwrap();
    let delete = serde_json::from_value(json!({ "messageId": deleted })).unwrap();
    messages::delete(&ctx, delete).await.unwrap();
    let pushed = stage.pass(1_000).await;
    assert_eq!(stage.bobs.decrypt(&pushed[0])["text"], "better");
    let members = format!("/conversations/{}/members/{}", stage.group, stage.people[1]);
    let token = stage.alice.access_token();
    let removed = server.anonymous().with_token(&token).delete(&members).await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT, "{removed}");
    assert_eq!(stage.told("four").await, [] as [&str; 0], "who is no member any more");
}

#[tokio::test]
async fn what_a_push_service_does_not_know_any_more_is_forgotten() {
    let server = server().await;
    let stage = Stage::set(&server).await;
    stage.set_notifying(&stage.carol, json!({ "notify": "none" })).await;
    for gone in [404, 410] {
        subscribe(&stage.bob, &stage.bobs, &stage.service).await;
        stage.service.answer(gone, None);
        assert_eq!(stage.told("one").await, ["/bob"]);
        assert_eq!(stage.told("two").await, [] as [&str; 0], "{gone}");
    }
    subscribe(&stage.bob, &stage.bobs, &stage.service).await;
    for refused in [400, 403, 413, 302] {
        stage.service.answer(refused, None);
        assert_eq!(stage.told("three").await, ["/bob"]);
        assert_eq!(stage.pass(60 * MINUTE).await.len(), 0, "{refused} is not tried again");
    }
}

#[tokio::test]
async fn a_push_service_that_cannot_is_asked_again_later_each_time() {
    let server = server().await;
    let stage = Stage::set(&server).await;
    stage.set_notifying(&stage.carol, json!({ "notify": "none" })).await;
    stage.service.answer(503, None);
    stage.service.answer(429, Some(60));
    assert_eq!(stage.told("one").await, ["/bob"]);
    assert_eq!(stage.pass(1_999).await.len(), 0);
    assert_eq!(stage.pass(1).await.len(), 1);
    // What is written meanwhile waits for the same try.
    assert_eq!(stage.told("two").await, [] as [&str; 0]);
    assert_eq!(stage.pass(58_999).await.len(), 0, "as long as it was asked to");
    let pushed = stage.pass(1).await;
    assert_eq!(stage.bobs.decrypt(&pushed[0])["text"], "two");
    assert_eq!(stage.pass(60 * MINUTE).await.len(), 0, "it was taken");
    // A service that never can is given up; and what is read meanwhile is not told.
    for _ in 0..10 {
        stage.service.answer(500, None);
    }
    let mut tries = stage.told("three").await.len();
    for _ in 0..20 {
        tries += stage.pass(10 * MINUTE).await.len();
    }
    assert_eq!(tries, 6);
    assert_eq!(stage.app().push.waits(), 0);
    assert_eq!(stage.told("four").await, ["/bob"]);
    stage.read(stage.people[1], 5).await;
    assert_eq!(stage.pass(60 * MINUTE).await.len(), 0);
}

#[tokio::test]
async fn a_subscription_ends_with_its_session_and_nobody_else_ends_it() {
    let server = server().await;
    let stage = Stage::set(&server).await;
    // Carol's own has gone; Bob's is still there, though she asked and named it.
    let asked = stage
        .carol
        .send(
            Method::DELETE,
            "/push/subscriptions",
            Some(stage.bobs.subscription(&stage.service)),
        )
        .await;
    assert_eq!(asked.status, StatusCode::NO_CONTENT);
    assert_eq!(stage.told("one").await, ["/bob"]);
    // Nor by saying that it is hers: she does not know its secret.
    let mut stolen = Browser::new("/carols").subscription(&stage.service);
    stolen["endpoint"] = stage.bobs.subscription(&stage.service)["endpoint"].clone();
    assert_eq!(
        stage.carol.post("/push/subscriptions", stolen).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        stage.told("two").await,
        ["/bob", "/bob"],
        "his, and hers, which his browser cannot read"
    );
    stage.carol.delete("/push/subscriptions").await;
    // Dave signs in in Bob's browser, where Bob had been forgotten by its cookies: it is Dave's now.
    let dave = server.anonymous().registered("dave").await.bearer();
    subscribe(&dave, &stage.bobs, &stage.service).await;
    assert_eq!(stage.told("three").await, [] as [&str; 0]);
    subscribe(&stage.bob, &stage.bobs, &stage.service).await;
    assert_eq!(stage.told("four").await, ["/bob"]);
    let out = stage.bob.post("/auth/logout", json!({})).await;
    assert_eq!(out.status, StatusCode::NO_CONTENT, "{out}");
    assert_eq!(stage.told("five").await, [] as [&str; 0]);
    push::sweep(stage.app()).await;
    assert!(!stage.app().store.push_any().await.unwrap());
    stage.write("six").await;
    assert_eq!(
        stage.app().push.waits(),
        0,
        "nothing is queued where nobody has a subscription"
    );
}

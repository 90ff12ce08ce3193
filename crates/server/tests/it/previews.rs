//! Links and what is shown of them, against pages that mean no good.

use std::time::{Duration, Instant};

use http::StatusCode;
use linnet_contract::{
    DeviceId, ErrorCode, UserId,
    events::{EditMsg, RemovePreview},
};
use linnet_server::{
    app::Ctx,
    features::{messages, previews},
    session::Session,
};
use serde_json::{Value, json};

use crate::{
    conversations::{befriend, say},
    harness::{Server, SignedIn},
    hostile_pages::{Page, Pages},
};

const HOUR: i64 = 3_600_000;

/// Alice writes to Bob, on a server that asks pages.
struct Stage<'a> {
    server: &'a Server,
    pages: Pages,
    alice: SignedIn<'a>,
    bob: SignedIn<'a>,
}

async fn server(pages: &Pages) -> Server {
    let opened = pages.address;
    Server::with(|config| {
        config.messages.link_previews = true;
        config.messages.link_previews_also = Some(opened);
        config.messages.per_minute = 1_000;
        config.server.public_url = Some("https://chat.example.org".to_owned());
    })
    .await
}

impl<'a> Stage<'a> {
    async fn set(server: &'a Server, pages: Pages) -> Self {
        let [alice, bob] = [
            server.anonymous().registered("alice").await,
            server.anonymous().registered("bob").await,
        ];
        befriend(server, &alice.id(), &bob.id()).await;
        Self {
            server,
            pages,
            alice,
            bob,
        }
    }

    fn ctx(&self, who: &SignedIn<'_>) -> Ctx {
        let (user, device) = (
            UserId(who.id().parse().unwrap()),
            DeviceId(who.device().parse().unwrap()),
        );
        Ctx {
            app: self.server.program.app.clone(),
            session: Session { user, device },
        }
    }

    /// Alice writes, the page is asked, and this is what Bob sees.
    async fn write(&self, text: &str) -> Value {
        say(
            self.server,
            &self.alice,
            json!({ "toUserId": self.bob.id(), "msg": text }),
        )
        .await;
        self.asked().await;
        self.last().await
    }

    async fn asked(&self) {
        previews::settled(&self.server.program.app).await;
    }

    async fn last(&self) -> Value {
        let bob = self.server.anonymous().with_token(&self.bob.access_token());
        let mut answer = bob.get("/conversations").await;
        if answer.status == StatusCode::UNAUTHORIZED {
            // So much time has passed.
            let again = self.server.anonymous().logged_in("bob").await.bearer();
            answer = again.get("/conversations").await;
        }
        answer.json()["conversations"][0]["lastMessage"].clone()
    }

    async fn preview(&self, text: &str) -> Value {
        self.write(text).await["preview"].clone()
    }

    async fn title(&self, page: Page) -> Value {
        static NUMBER: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let url = self.pages.put(&format!("/{number}"), page);
        self.preview(&url).await["title"].clone()
    }
}

#[tokio::test]
async fn a_link_shows_what_its_page_says_of_itself() {
    let pages = Pages::start().await;
    let server = server(&pages).await;
    let stage = Stage::set(&server, pages).await;
    let html =
        "<title>Garden</title><meta name=description content='About it'><meta property=og:site_name content=Site>";
    let url = stage.pages.put("/a?b=c", Page::html(html));
    let sent = stage.write(&format!("see {url}#part!")).await;
    assert_eq!(
        sent["preview"],
        json!({ "url": format!("{url}#part"), "title": "Garden", "description": "About it", "siteName": "Site" })
    );
    assert_eq!(
        (&sent["version"], &sent["sequence"]),
        (&json!(2), &json!(1)),
        "it is a change of the message"
    );
    let asked = stage.pages.asked();
    assert_eq!(asked.len(), 1);
    let request = asked[0].to_ascii_lowercase();
    assert!(request.starts_with("get /a?b=c http/1.1\r\n"), "{request}");
    assert!(
        request.contains("(link preview; +https://chat.example.org)"),
        "{request}"
    );
    assert!(request.contains("accept-encoding: identity"), "{request}");
    for told in ["cookie", "referer", "authorization", "alice"] {
        assert!(!request.contains(told), "{request}");
    }
    // It is remembered for a day, without the part; what was not found for ten minutes.
    stage.pages.put("/a?b=c", Page::html("<title>Changed</title>"));
    assert_eq!(stage.preview(&url).await["title"], "Garden");
    let missing = stage.pages.url("/missing");
    assert_eq!(stage.preview(&missing).await, Value::Null);
    assert_eq!(stage.pages.asked().len(), 1, "the missing one");
    stage.pages.put("/missing", Page::html("<title>Found</title>"));
    assert_eq!(stage.preview(&missing).await, Value::Null);
    server.clock.advance(HOUR);
    assert_eq!(stage.preview(&missing).await["title"], "Found");
    assert_eq!(stage.preview(&url).await["title"], "Garden");
    server.clock.advance(24 * HOUR);
    assert_eq!(stage.preview(&url).await["title"], "Changed");
}

#[tokio::test]
async fn a_page_that_several_wrote_at_once_is_asked_once() {
    let pages = Pages::start().await;
    let server = server(&pages).await;
    let stage = Stage::set(&server, pages).await;
    let url = stage.pages.put("/", Page::html("<title>Garden</title>"));
    for (who, to) in [(&stage.alice, &stage.bob), (&stage.bob, &stage.alice)] {
        for part in ["#one", "#two"] {
            let msg = format!("{url}{part}");
            say(&server, who, json!({ "toUserId": to.id(), "msg": msg })).await;
        }
    }
    stage.asked().await;
    let conversation = stage.last().await["conversationId"].clone();
    let path = format!("/conversations/{}/messages", conversation.as_str().unwrap());
    let bob = server.anonymous().with_token(&stage.bob.access_token());
    let history = bob.get(&path).await.json();
    let shown: Vec<_> = (history["messages"].as_array().unwrap().iter())
        .map(|message| &message["preview"]["title"])
        .collect();
    assert_eq!(shown, ["Garden"; 4]);
    assert_eq!(stage.pages.asked().len(), 1);
}

#[tokio::test]
async fn nothing_is_asked_where_it_is_off() {
    let pages = Pages::start().await;
    let server = Server::with(|config| config.messages.link_previews_also = Some(pages.address)).await;
    let stage = Stage::set(&server, pages).await;
    let url = stage.pages.put("/", Page::html("<title>Garden</title>"));
    assert_eq!(stage.preview(&url).await, Value::Null);
    assert_eq!(stage.pages.asked(), Vec::<String>::new());
}

#[tokio::test]
async fn no_redirect_leads_to_what_only_this_machine_reaches() {
    let (pages, inside) = (Pages::start().await, Pages::start().await);
    let server = server(&pages).await;
    let stage = Stage::set(&server, pages).await;
    let port = inside.address.port();
    inside.put("/", Page::html("<title>Secret</title>"));
    for private in [
        inside.url("/"),
        format!("http://localhost:{port}/"),
        "http://localhost/".to_owned(),
        "http://localhost.localdomain/".to_owned(),
        "http://127.0.0.1/".to_owned(),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        format!("http://[::1]:{port}/"),
        "http://[::1]/".to_owned(),
        "http://[::ffff:127.0.0.1]/".to_owned(),
        "http://0x7f000001/".to_owned(),
        format!("http://user:secret@{}/", stage.pages.address),
        "file:///etc/passwd".to_owned(),
        format!("gopher://127.0.0.1:{port}/"),
        "http://".to_owned(),
    ] {
        let begun = Instant::now();
        assert_eq!(stage.preview(&private).await, Value::Null, "{private}");
        assert_eq!(stage.title(Page::redirect(&private)).await, Value::Null, "{private}");
        assert!(begun.elapsed() < Duration::from_secs(5), "{private} was tried");
    }
    assert_eq!(inside.asked(), Vec::<String>::new());
}

#[tokio::test]
async fn a_few_redirects_are_followed_and_no_circle() {
    let pages = Pages::start().await;
    let server = server(&pages).await;
    let stage = Stage::set(&server, pages).await;
    stage.pages.put("/3", Page::redirect("/2"));
    stage.pages.put(
        "/2",
        Page::redirect(
            "//127.0.0.1:1/../../1"
                .replace(":1/", &format!(":{}/", stage.pages.address.port()))
                .as_str(),
        ),
    );
    stage.pages.put("/1", Page::redirect(&stage.pages.url("/0#part")));
    stage.pages.put("/0", Page::html("<title>There</title>"));
    let three = stage.preview(&stage.pages.url("/3")).await;
    assert_eq!(
        three,
        json!({ "url": stage.pages.url("/3"), "title": "There" }),
        "the link is the one that was written"
    );
    let four = stage.pages.put("/4", Page::redirect("/3"));
    assert_eq!(stage.preview(&four).await, Value::Null);
    stage.pages.asked();
    let circle = stage.pages.put("/circle", Page::redirect("/circle"));
    assert_eq!(stage.preview(&circle).await, Value::Null);
    assert_eq!(stage.pages.asked().len(), 4);
}

#[tokio::test]
async fn a_page_without_end_is_read_for_a_while() {
    let pages = Pages::start().await;
    let server = server(&pages).await;
    let stage = Stage::set(&server, pages).await;
    assert_eq!(
        stage
            .title(Page::Endless("<title>First</title>", vec![b' '; 65_536]))
            .await,
        "First"
    );
    assert_eq!(
        stage
            .title(Page::Endless("<title>Head</title></HEAD>", b"x".to_vec()))
            .await,
        "Head"
    );
    let long = stage.title(Page::Endless("<title>", vec![b'x'; 65_536])).await;
    assert_eq!(long.as_str().unwrap().chars().count(), 200);
    let begun = Instant::now();
    let (drip, silence) = tokio::join!(stage_title(&server, Page::Drip), stage_title(&server, Page::Silence));
    assert_eq!((drip, silence), (Value::Null, Value::Null));
    let took = begun.elapsed();
    assert!(
        took > Duration::from_secs(4) && took < Duration::from_secs(9),
        "{took:?}"
    );
}

/// A stage of its own beside the others, whose people have other names.
async fn stage_title(_: &Server, page: Page) -> Value {
    let pages = Pages::start().await;
    let server = server(&pages).await;
    let stage = Stage::set(&server, pages).await;
    stage.title(page).await
}

#[tokio::test]
async fn what_is_no_page_is_not_shown() {
    let pages = Pages::start().await;
    let server = server(&pages).await;
    let stage = Stage::set(&server, pages).await;
    let html = b"<title>No</title>";
    // A gigabyte of nothing, packed: it is neither asked for nor unpacked.
    let bomb = Page::with(
        "200 OK\r\ncontent-type: text/html\r\ncontent-encoding: gzip",
        b"\x1f\x8b\x08\0\0\0\0\0",
    );
    let all_the_same = Page::with("200 OK\r\ncontent-type: text/html\r\ncontent-encoding: identity", html);
    for page in [
        bomb,
        Page::kind("image/png", html),
        Page::kind("text/plain", html),
        Page::kind("application/octet-stream", html),
        Page::with("200 OK", html),
        Page::with("200 OK\r\ncontent-type: text/html\r\ncontent-encoding: br", html),
        Page::with("404 Not Found\r\ncontent-type: text/html", html),
        Page::with("302 Found\r\ncontent-type: text/html", html),
        Page::html("<meta http-equiv=refresh content='0;url=/0'><script>document.title='No'</script>"),
        Page::html("\0\0\u{1}\0PNG\0\0"),
        Page::html("<title>\u{202e}\u{0}</title>"),
        Page::Raw(b"no HTTP at all".to_vec()),
        Page::Raw(Vec::new()),
    ] {
        assert_eq!(stage.title(page).await, Value::Null);
    }
    assert_eq!(stage.title(all_the_same).await, "No");
    assert_eq!(
        stage
            .title(Page::html("<title>\u{202e}turned\u{0} &lt;b&gt;</title>"))
            .await,
        "turned <b>"
    );
}

#[tokio::test]
async fn a_preview_goes_with_its_link_and_does_not_come_back_where_it_was_removed() {
    let pages = Pages::start().await;
    let server = server(&pages).await;
    let stage = Stage::set(&server, pages).await;
    let one = stage.pages.put("/one", Page::html("<title>One</title>"));
    let two = stage.pages.put("/two", Page::html("<title>Two</title>"));
    let sent = stage.write(&one).await;
    let message_id = serde_json::from_value(sent["id"].clone()).unwrap();
    let (alice, bob) = (stage.ctx(&stage.alice), stage.ctx(&stage.bob));
    let edit = async |msg: &str| {
        let request = EditMsg {
            message_id,
            msg: msg.to_owned(),
        };
        messages::edit(&alice, request).await.unwrap();
        stage.asked().await;
        stage.last().await["preview"]["title"].clone()
    };
    let refused = messages::remove_preview(&bob, RemovePreview { message_id }).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::Forbidden);
    assert_eq!(edit(&format!("with words: {one}")).await, "One");
    assert_eq!(edit("no link").await, Value::Null);
    assert_eq!(edit(&format!("{two} and {one}")).await, "Two");
    let removed = messages::remove_preview(&alice, RemovePreview { message_id })
        .await
        .unwrap();
    assert_eq!(stage.last().await["preview"], Value::Null);
    let again = messages::remove_preview(&alice, RemovePreview { message_id })
        .await
        .unwrap();
    assert_eq!(again, removed, "it is gone already");
    assert_eq!(edit(&format!("still {two}")).await, Value::Null);
    assert_eq!(edit(&one).await, "One");
}

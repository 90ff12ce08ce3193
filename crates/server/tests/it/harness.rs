//! A program of its own for each test, and people who ask it for things.

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};

use axum::body::Body;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HOST, SET_COOKIE, USER_AGENT},
};
use http_body_util::BodyExt as _;
use linnet_server::{
    clock::Clock,
    config::{Config, Secret},
    gateway::http::assets::Assets,
    random::Random,
    serve::{Outside, Program},
    session::passwords::Cost,
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use socketio::RemoteAddr;
use tempfile::TempDir;
use tower::ServiceExt as _;

use crate::postgres;

/// When every test begins: 2027-01-15T08:00:00Z.
pub(crate) const NOW: i64 = 1_800_000_000_000;
/// The key of the access tokens in tests.
pub(crate) const SECRET: &str = "a key for tests that has enough bytes";
/// Everybody's password.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// Runs a test once on each database.
macro_rules! on_both {
    ($($(#[$attribute:meta])* async fn $name:ident($server:ident: Server) $body:block)*) => {$(
        mod $name {
            use super::*;

            $(#[$attribute])*
            async fn on($server: &crate::harness::Server) $body

            #[tokio::test]
            async fn sqlite() {
                on(&crate::harness::Server::new().await).await;
            }

            #[tokio::test]
            async fn postgres() {
                on(&crate::harness::Server::on_postgres().await).await;
            }
        }
    )*};
}
pub(crate) use on_both;

/// A clock that a test moves.
pub(crate) struct Hands(AtomicI64);

impl Hands {
    pub(crate) fn advance(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::Relaxed);
    }
}

impl Clock for Hands {
    fn now_ms(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Bytes that are the same in every run.
#[derive(Default)]
struct Dice(AtomicU64);

impl Random for Dice {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(32) {
            let throw = Sha256::digest(self.0.fetch_add(1, Ordering::Relaxed).to_le_bytes());
            chunk.copy_from_slice(&throw[..chunk.len()]);
        }
    }
}

/// The program, with a database and a clock of its own.
pub(crate) struct Server {
    pub(crate) program: Program,
    pub(crate) clock: Arc<Hands>,
    _folder: TempDir,
}

impl Server {
    pub(crate) async fn new() -> Self {
        Self::with(|_| ()).await
    }

    /// With other settings.
    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::with_assets(change, []).await
    }

    /// With other settings and these files as its web client.
    pub(crate) async fn with_assets<const N: usize>(
        change: impl FnOnce(&mut Config),
        files: [(&str, &'static [u8]); N],
    ) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let mut config = Config::defaults();
        config.storage.data_dir = folder.path().join("data");
        config.accounts.jwt_secret = Some(Secret(SECRET.into()));
        change(&mut config);
        let clock = Arc::new(Hands(AtomicI64::new(NOW)));
        let outside = Outside {
            clock: clock.clone(),
            random: Arc::new(Dice::default()),
            password_cost: Cost {
                memory_kib: 64,
                passes: 1,
            },
            assets: Assets::new(files.map(|(path, content)| (path.to_owned(), bytes::Bytes::from_static(content)))),
        };
        let program = Program::prepare(config, outside).await.expect("the program starts");
        Self {
            program,
            clock,
            _folder: folder,
        }
    }

    pub(crate) async fn on_postgres() -> Self {
        let url = postgres::database();
        Self::with(|config| config.storage.database_url = Some(url)).await
    }

    /// What time it is there.
    pub(crate) fn clock_now(&self) -> i64 {
        self.clock.now_ms()
    }

    /// Somebody without a session.
    pub(crate) fn anonymous(&self) -> Person<'_> {
        Person {
            server: self,
            address: [203, 0, 113, 1].into(),
            headers: HeaderMap::new(),
        }
    }

    /// Somebody who signs up and goes on with a bearer token.
    pub(crate) async fn signed_up(&self, username: &str) -> Person<'_> {
        self.anonymous().registered(username).await.bearer()
    }
}

/// Somebody who asks: from an address, with some headers.
#[derive(Clone)]
pub(crate) struct Person<'a> {
    server: &'a Server,
    address: IpAddr,
    headers: HeaderMap,
}

impl<'a> Person<'a> {
    /// The same person elsewhere.
    pub(crate) fn at(mut self, address: &str) -> Self {
        self.address = address.parse().expect("an address");
        self
    }

    /// With one header more.
    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_str(value).expect("a header's value"),
        );
        self
    }

    /// With this access token.
    pub(crate) fn with_token(self, token: &str) -> Self {
        let bearer = format!("Bearer {token}");
        self.with(AUTHORIZATION.as_str().to_owned().leak(), &bearer)
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PATCH, path, Some(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let json = body.is_some().then_some("application/json");
        let body = body.map_or_else(String::new, |body| body.to_string());
        self.send_raw(method, path, json, body).await
    }

    /// With a body as it stands.
    pub(crate) async fn send_raw(
        &self,
        method: Method,
        path: &str,
        kind: Option<&str>,
        body: impl Into<Body>,
    ) -> Answer {
        let path = if path.starts_with("//") {
            path[1..].to_owned()
        } else {
            format!("/api/v1{path}")
        };
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .body(body.into())
            .expect("a request");
        *request.headers_mut() = self.headers.clone();
        let headers = request.headers_mut();
        headers.entry(HOST).or_insert(HeaderValue::from_static("chat.test"));
        headers
            .entry(USER_AGENT)
            .or_insert(HeaderValue::from_static("Test/1.0"));
        if let Some(kind) = kind {
            headers.insert(CONTENT_TYPE, HeaderValue::from_str(kind).expect("a media type"));
        }
        request
            .extensions_mut()
            .insert(RemoteAddr(SocketAddr::new(self.address, 4_711)));
        let response = self
            .server
            .program
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("the router always answers");
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("a whole body").to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: body.to_vec(),
        }
    }

    /// Signs up, expecting that it works.
    pub(crate) async fn registered(self, username: &str) -> SignedIn<'a> {
        let body = json!({ "username": username, "password": PASSWORD });
        let answer = self.post("/auth/register", body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{answer}");
        SignedIn { person: self, answer }
    }

    /// Signs in, expecting that it works.
    pub(crate) async fn logged_in(self, username: &str) -> SignedIn<'a> {
        let body = json!({ "username": username, "password": PASSWORD });
        let answer = self.post("/auth/login", body).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer}");
        SignedIn { person: self, answer }
    }
}

/// Somebody who was just let in, and the answer that says so.
pub(crate) struct SignedIn<'a> {
    person: Person<'a>,
    pub(crate) answer: Answer,
}

impl<'a> SignedIn<'a> {
    /// Goes on as a program does: with the access token in a header.
    pub(crate) fn bearer(self) -> Person<'a> {
        let token = self.answer.text("/accessToken");
        self.person.with_token(&token)
    }

    /// Goes on as a browser does: with the cookies.
    pub(crate) fn browser(self) -> Person<'a> {
        let cookies: Vec<_> = self
            .answer
            .cookies()
            .into_iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut person = self.person;
        let value = HeaderValue::from_str(&cookies.join("; ")).expect("cookies");
        person.headers.insert(COOKIE, value);
        person
    }

    pub(crate) fn refresh_token(&self) -> String {
        self.answer.text("/refreshToken")
    }

    pub(crate) fn access_token(&self) -> String {
        self.answer.text("/accessToken")
    }

    pub(crate) fn device(&self) -> String {
        self.answer.text("/user/deviceId")
    }

    pub(crate) fn id(&self) -> String {
        self.answer.text("/user/id")
    }
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self}"))
    }

    /// The text at this place of the body.
    pub(crate) fn text(&self, pointer: &str) -> String {
        let json = self.json();
        json.pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_else(|| panic!("no {pointer} in {self}"))
            .to_owned()
    }

    pub(crate) fn code(&self) -> String {
        self.text("/code")
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("an ASCII header"))
    }

    /// The cookies that are set, without their attributes.
    pub(crate) fn cookies(&self) -> BTreeMap<String, String> {
        let lines = self
            .headers
            .get_all(SET_COOKIE)
            .into_iter()
            .map(|line| line.to_str().expect("ASCII"));
        let pairs = lines.filter_map(|line| line.split(';').next()?.split_once('='));
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }
}

/// The whole answer but for headers that are the same in all of them, for a snapshot.
impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}", self.status)?;
        for name in ["content-type", "retry-after", "www-authenticate", "allow", "location"] {
            if let Some(value) = self.headers.get(name) {
                writeln!(f, "{name}: {}", value.to_str().unwrap_or("(not text)"))?;
            }
        }
        for cookie in self.headers.get_all(SET_COOKIE) {
            writeln!(f, "set-cookie: {}", cookie.to_str().unwrap_or("(not text)"))?;
        }
        match serde_json::from_slice::<Value>(&self.body) {
            Ok(json) => write!(f, "{json:#}"),
            Err(_) => write!(f, "{}", String::from_utf8_lossy(&self.body)),
        }
    }
}

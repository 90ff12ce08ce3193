//! The HTTP side: which request is for whom, and every reason to refuse one.

use std::{
    convert::Infallible,
    future::ready,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::upgrade::OnUpgrade;
use tower_service::Service;

use super::{Connection, Engine, Transport, polling, request::RequestParts, session::Session, upgrade, websocket};
use crate::{codec::engine as codec, cors, snapshot::count};

/// The body of an answer.
pub type ResponseBody = Full<Bytes>;

/// The peer of the TCP connection, in the extensions of a request; [`serve`](crate::serve) puts it there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RemoteAddr(pub SocketAddr);

/// The client's address as the application knows it, in the extensions of a request. A middleware that trusts a proxy puts it
/// there; without it [`RemoteAddr`] counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddr(pub IpAddr);

/// The HTTP side of a server: a tower service that answers every request and never fails. Cheap to clone.
#[derive(Clone)]
pub struct EngineService {
    engine: Arc<Engine>,
}

impl EngineService {
    pub(crate) fn new(engine: Arc<Engine>) -> Self {
        Self { engine }
    }
}

impl std::fmt::Debug for EngineService {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EngineService").finish_non_exhaustive()
    }
}

type Answer = Response<ResponseBody>;
type AnswerFuture = Pin<Box<dyn Future<Output = Result<Answer, Infallible>> + Send>>;

impl<B> Service<Request<B>> for EngineService
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    type Response = Answer;
    type Error = Infallible;
    type Future = AnswerFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<B>) -> AnswerFuture {
        let origin = cors::Decision::new(&self.engine.config.cors, request.headers());
        let answer = if !self.engine.is_path(request.uri().path()) {
            Err(status(StatusCode::NOT_FOUND))
        } else if request.method() == Method::OPTIONS {
            Err(cors::preflight(request.headers()))
        } else if !origin.allowed {
            Err(refuse(Refusal::Forbidden))
        } else {
            self.engine.route(&mut request)
        };
        match answer {
            Err(mut answer) => {
                origin.apply(&mut answer);
                Box::pin(ready(Ok(answer)))
            }
            Ok(connection) => Box::pin(async move {
                let mut answer = if request.method() == Method::GET {
                    polling::poll(connection).await
                } else {
                    polling::post(connection, request).await
                };
                origin.apply(&mut answer);
                Ok(answer)
            }),
        }
    }
}

/// The protocol's reasons to refuse a request, with their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    UnknownTransport = 0,
    UnknownSession = 1,
    BadMethod = 2,
    BadRequest = 3,
    Forbidden = 4,
    UnsupportedVersion = 5,
}

pub(super) fn refuse(refusal: Refusal) -> Answer {
    let (status, body) = match refusal {
        Refusal::UnknownTransport => (StatusCode::BAD_REQUEST, r#"{"code":0,"message":"Transport unknown"}"#),
        Refusal::UnknownSession => (StatusCode::BAD_REQUEST, r#"{"code":1,"message":"Session ID unknown"}"#),
        Refusal::BadMethod => (
            StatusCode::BAD_REQUEST,
            r#"{"code":2,"message":"Bad handshake method"}"#,
        ),
        Refusal::BadRequest => (StatusCode::BAD_REQUEST, r#"{"code":3,"message":"Bad request"}"#),
        Refusal::Forbidden => (StatusCode::FORBIDDEN, r#"{"code":4,"message":"Forbidden"}"#),
        Refusal::UnsupportedVersion => (
            StatusCode::BAD_REQUEST,
            r#"{"code":5,"message":"Unsupported protocol version"}"#,
        ),
    };
    let mut answer = Response::new(Full::from(body));
    *answer.status_mut() = status;
    answer
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

fn status(status: StatusCode) -> Answer {
    let mut answer = Response::new(Full::default());
    *answer.status_mut() = status;
    answer
}

/// The parameters that the protocol knows; the others (`t`, `b64`, `j`) are nobody's business.
#[derive(Default)]
struct Parameters<'a> {
    version: Option<&'a str>,
    transport: Option<&'a str>,
    sid: Option<&'a str>,
}

impl<'a> Parameters<'a> {
    fn parse(query: &'a str) -> Self {
        let mut parameters = Self::default();
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            match name {
                "EIO" => parameters.version = Some(value),
                "transport" => parameters.transport = Some(value),
                "sid" => parameters.sid = Some(value),
                _ => {}
            }
        }
        parameters
    }
}

impl Engine {
    /// Whether a request with this path is for us. A router that takes its prefix off leaves `/`.
    fn is_path(&self, path: &str) -> bool {
        let own = self.config.path.trim_end_matches('/');
        path == "/"
            || path
                .strip_prefix(own)
                .is_some_and(|rest| rest.is_empty() || rest == "/")
    }

    /// The session that a poll or a POST belongs to, or the answer to everything else.
    #[expect(clippy::result_large_err, reason = "the answer is moved on at once")]
    fn route<B>(self: &Arc<Self>, request: &mut Request<B>) -> Result<Arc<Connection>, Answer> {
        let upgrade = websocket::is_upgrade(request.headers());
        let parameters = Parameters::parse(request.uri().query().unwrap_or_default());
        let transport = match parameters.transport {
            Some("polling") if self.config.transports.polling => Transport::Polling,
            Some("websocket") if self.config.transports.websocket => Transport::Websocket,
            _ => return Err(refuse(Refusal::UnknownTransport)),
        };
        let Some(sid) = parameters.sid else {
            return Err(self.handshake(transport, upgrade, parameters.version == Some("4"), request));
        };
        let connection = self.sessions.get(sid).ok_or_else(|| refuse(Refusal::UnknownSession))?;
        if parameters.version != Some("4") {
            return Err(refuse(Refusal::BadRequest));
        }
        if upgrade && transport == Transport::Websocket {
            let answer = websocket::accept(request.headers())?;
            let handshake = request
                .extensions_mut()
                .remove::<OnUpgrade>()
                .ok_or_else(|| refuse(Refusal::BadRequest))?;
            upgrade::begin(connection, handshake);
            return Err(answer);
        }
        if transport != connection.transport() || !matches!(*request.method(), Method::GET | Method::POST) {
            return Err(refuse(Refusal::BadRequest));
        }
        Ok(connection)
    }

    /// Opens a session.
    fn handshake<B>(
        self: &Arc<Self>,
        transport: Transport,
        upgrade: bool,
        version: bool,
        request: &mut Request<B>,
    ) -> Answer {
        if request.method() != Method::GET {
            return refuse(Refusal::BadMethod);
        }
        if (transport == Transport::Websocket) != upgrade {
            return refuse(Refusal::BadRequest);
        }
        if !version {
            return refuse(Refusal::UnsupportedVersion);
        }
        let mut websocket = None;
        if transport == Transport::Websocket {
            let answer = match websocket::accept(request.headers()) {
                Ok(answer) => answer,
                Err(answer) => return answer,
            };
            let Some(handshake) = request.extensions_mut().remove::<OnUpgrade>() else {
                return refuse(Refusal::BadRequest);
            };
            websocket = Some((answer, handshake));
        }
        let remote = remote_address(request);
        if let Err(limited) = self.admit(remote) {
            count(&self.meters.refused, 1);
            return status(limited);
        }
        let parts = RequestParts::new(remote, request.uri().query().unwrap_or_default(), request.headers());
        let connection = Connection::new(self, parts, transport);
        self.sessions.add(&connection);
        count(&self.meters.accepted, 1);
        let open = self.open_packet(&connection, transport);
        let session = Session::new(Arc::clone(&connection), self.factory.open(&connection));
        if let Some((answer, handshake)) = websocket {
            let mut frame = Vec::with_capacity(open.len() + 4);
            crate::codec::frame::encode(&mut frame, crate::codec::frame::TEXT, open.as_bytes());
            connection.send(frame.into());
            tokio::spawn(session.run(Some(handshake)));
            return answer;
        }
        tokio::spawn(session.run(None));
        polling::payload(open.into())
    }

    fn open_packet(&self, connection: &Connection, transport: Transport) -> String {
        let upgrades = if transport == Transport::Polling && self.config.transports.websocket {
            r#""websocket""#
        } else {
            ""
        };
        let mut packet = Vec::with_capacity(160);
        let data = format!(
            r#"{{"sid":"{}","upgrades":[{upgrades}],"pingInterval":{},"pingTimeout":{},"maxPayload":{}}}"#,
            connection.sid(),
            self.config.ping_interval.as_millis(),
            self.config.ping_timeout.as_millis(),
            self.config.max_payload,
        );
        codec::encode(&mut packet, &codec::Packet::Open(&data));
        String::from_utf8(packet).expect("made of text")
    }
}

fn remote_address<B>(request: &Request<B>) -> IpAddr {
    let extensions = request.extensions();
    extensions
        .get::<ClientAddr>()
        .map(|client| client.0)
        .or_else(|| extensions.get::<RemoteAddr>().map(|remote| remote.0.ip()))
        .unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
        .to_canonical()
}

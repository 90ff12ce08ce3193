//! Engine.IO: sessions over two transports.

use std::{
    convert::Infallible,
    future::Future,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use tower_service::Service;

use crate::{Config, Counters, DisconnectReason};

pub(crate) mod request;

/// The peer of the TCP connection, in the extensions of a request; [`serve`](crate::serve) puts it there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RemoteAddr(pub SocketAddr);

/// The client's address as the application knows it, in the extensions of a request. A middleware that trusts a proxy puts it
/// there; without it [`RemoteAddr`] counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddr(pub IpAddr);

/// How a session travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Transport {
    /// HTTP long-polling.
    Polling,
    /// WebSocket.
    Websocket,
}

impl Transport {
    /// Its name in the protocol.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Polling => "polling",
            Self::Websocket => "websocket",
        }
    }
}

/// A message of an Engine.IO session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// Text.
    Text(String),
    /// Bytes.
    Binary(Bytes),
}

/// What an application of Engine.IO alone implements.
pub trait EngineHandler: Send + Sync + 'static {
    /// A session was opened.
    fn open(&self, connection: &EngineConnection) -> impl Future<Output = ()> + Send {
        let _ = connection;
        async {}
    }

    /// A message came. One at a time for each session, in order.
    fn message(&self, connection: &EngineConnection, message: Message) -> impl Future<Output = ()> + Send;

    /// The session is over; called once, after its last message.
    fn close(&self, connection: &EngineConnection, reason: DisconnectReason) -> impl Future<Output = ()> + Send {
        let _ = (connection, reason);
        async {}
    }
}

/// One session of [`EngineIo`]. Cheap to clone.
#[derive(Clone)]
pub struct EngineConnection {
    connection: Arc<Connection>,
}

impl EngineConnection {
    /// Sends a text message.
    pub fn send_text(&self, text: &str) {
        let _ = (text, &self.connection);
        todo!()
    }

    /// Sends a binary message.
    pub fn send_binary(&self, data: &[u8]) {
        let _ = data;
        todo!()
    }

    /// Ends the session; what was sent before still leaves.
    pub fn close(&self) {
        todo!()
    }

    /// Its transport.
    #[must_use]
    pub fn transport(&self) -> Transport {
        self.connection.transport()
    }
}

/// An Engine.IO server, for applications that need no namespaces.
#[derive(Clone)]
pub struct EngineIo {
    engine: Arc<Engine>,
}

impl EngineIo {
    /// A server whose sessions are handled by `handler`.
    pub fn new(config: Config, handler: impl EngineHandler) -> Self {
        let _ = (config, handler);
        todo!()
    }

    /// A tower service; see [`SocketIo::service`](crate::SocketIo::service).
    #[must_use]
    pub fn service(&self) -> EngineService {
        EngineService::new(Arc::clone(&self.engine))
    }

    /// Ends all sessions; see [`SocketIo::close`](crate::SocketIo::close).
    pub async fn close(&self, limit: Duration) {
        self.engine.close(DisconnectReason::ServerShuttingDown, limit).await;
    }

    /// What happened since the start.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.engine.counters()
    }
}

/// The HTTP side of a server; answers every request, never fails.
#[derive(Clone)]
pub struct EngineService {
    engine: Arc<Engine>,
}

/// The body of an answer.
pub type ResponseBody = Full<Bytes>;

impl EngineService {
    pub(crate) fn new(engine: Arc<Engine>) -> Self {
        Self { engine }
    }
}

impl<B> Service<Request<B>> for EngineService
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    type Response = Response<ResponseBody>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let _ = (request, &self.engine);
        todo!()
    }
}

pub(crate) struct Engine {}
pub(crate) trait ProtocolFactory: Send + Sync {}

impl Engine {
    pub(crate) fn new(_config: Config, _factory: Box<dyn ProtocolFactory>) -> Arc<Self> {
        todo!()
    }
    pub(crate) async fn close(&self, _reason: DisconnectReason, _limit: Duration) {
        todo!()
    }
    pub(crate) fn session_count(&self) -> usize {
        todo!()
    }
    pub(crate) fn counters(&self) -> Counters {
        todo!()
    }
}

pub(crate) enum EndRequest {
    Overflow,
    Close(DisconnectReason),
}

pub(crate) struct Connection {}
impl Connection {
    pub(crate) fn send(&self, _packet: Bytes) {
        todo!()
    }
    pub(crate) fn send_volatile(&self, _packet: Bytes) {
        todo!()
    }
    pub(crate) fn request_end(&self, _end: EndRequest) {
        todo!()
    }
    pub(crate) fn request_sweep(&self) {
        todo!()
    }
    pub(crate) fn transport(&self) -> Transport {
        todo!()
    }
    pub(crate) fn remote_addr(&self) -> IpAddr {
        todo!()
    }
}

pub(crate) struct FlushBatch {}
impl FlushBatch {
    pub(crate) fn new() -> Self {
        Self {}
    }
    pub(crate) fn push(&mut self, _c: &Arc<Connection>, _packet: Bytes) {
        todo!()
    }
    pub(crate) fn flush(self) {
        todo!()
    }
}

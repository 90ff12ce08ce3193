//! What an application implements: one type for each namespace, with the state of a socket as a type of its own.

use std::{
    future::Future,
    net::IpAddr,
    sync::{Arc, OnceLock},
};

use http::HeaderMap;
use serde::de::DeserializeOwned;

use crate::{Ack, Args, DisconnectReason, Socket, SocketId, engine::request::RequestParts};

/// The behaviour of a namespace. Sockets of one namespace are served concurrently, each in order.
pub trait Namespace: Send + Sync + 'static {
    /// What belongs to one socket, such as who it is.
    type State: Send + Sync + 'static;

    /// Decides whether a client may join. An `Err` is sent as `CONNECT_ERROR`, and the connection stays open for other namespaces.
    fn connect(&self, request: &ConnectRequest) -> impl Future<Output = Result<Self::State, ConnectError>> + Send;

    /// The socket exists: the place to join rooms. What is emitted or broadcast to the socket from now on reaches the client after
    /// the CONNECT reply, in order. The CONNECT reply leaves when this returns, and the first event is handled after that.
    fn connected(&self, socket: &Socket<Self::State>) -> impl Future<Output = ()> + Send {
        let _ = socket;
        async {}
    }

    /// An event of the client. One at a time for each socket, in the order in which they were sent.
    fn event(&self, socket: &Socket<Self::State>, event: Event) -> impl Future<Output = ()> + Send;

    /// The socket is gone. Its rooms are left already; called once, after the last event was handled.
    fn disconnected(&self, socket: &Socket<Self::State>, reason: DisconnectReason) -> impl Future<Output = ()> + Send {
        let _ = (socket, reason);
        async {}
    }
}

/// An event as the client sent it.
#[derive(Debug)]
pub struct Event {
    /// Its name. A name that is a number comes as its digits.
    pub name: String,
    /// What came after the name.
    pub args: Args,
    /// There if the client wants an acknowledgement.
    pub ack: Option<Ack>,
}

/// A client asks to join a namespace.
#[derive(Debug)]
pub struct ConnectRequest {
    pub(crate) namespace: Arc<str>,
    pub(crate) socket_id: SocketId,
    pub(crate) auth: String,
    pub(crate) parts: Arc<RequestParts>,
    pub(crate) headers: OnceLock<HeaderMap>,
}

impl ConnectRequest {
    /// The JSON of the `auth` payload, `{}` if there was none.
    #[must_use]
    pub fn auth(&self) -> &str {
        &self.auth
    }

    /// The `auth` payload, decoded.
    pub fn auth_as<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(&self.auth)
    }

    /// Headers of the HTTP request that opened the session, except those of the WebSocket handshake itself.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.headers.get_or_init(|| self.parts.headers())
    }

    /// The query string of that request, without the question mark.
    #[must_use]
    pub fn query(&self) -> &str {
        self.parts.query()
    }

    /// The client's address: what the application's middleware put into [`ClientAddr`](crate::ClientAddr), else the peer of the TCP
    /// connection.
    #[must_use]
    pub fn remote_addr(&self) -> IpAddr {
        self.parts.remote
    }

    /// The namespace that it wants to join.
    #[must_use]
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The id that the socket will have.
    #[must_use]
    pub fn socket_id(&self) -> &SocketId {
        &self.socket_id
    }
}

/// Why a client may not join, as its `connect_error` will show it.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct ConnectError {
    /// The `message` of the error that the client gets.
    pub message: String,
    /// The `data` of the error, if any.
    pub data: Option<serde_json::Value>,
}

impl ConnectError {
    /// An error with a message alone.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            data: None,
        }
    }

    /// The error with data beside its message.
    #[must_use]
    pub fn with_data(mut self, data: serde_json::Value) -> Self {
        self.data = Some(data);
        self
    }
}

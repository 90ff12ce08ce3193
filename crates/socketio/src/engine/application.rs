//! Engine.IO as a layer of its own: an application that wants messages and no namespaces.

use std::{
    collections::VecDeque,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;

use super::{
    Connection, Engine, EngineService, Transport,
    connection::End,
    protocol::{BoxFuture, Incoming, Protocol, ProtocolFactory},
};
use crate::{Config, Counters, DisconnectReason, codec::frame};

/// A message of an Engine.IO session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// Text.
    Text(String),
    /// Bytes.
    Binary(Bytes),
}

impl Message {
    fn weight(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Binary(data) => data.len(),
        }
    }
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
#[derive(Debug, Clone)]
pub struct EngineConnection {
    connection: Arc<Connection>,
}

impl EngineConnection {
    /// Sends a text message. To a session that is over it does nothing.
    pub fn send_text(&self, text: &str) {
        let mut buffer = Vec::with_capacity(frame::MAX_HEADER + 1 + text.len());
        buffer.resize(frame::MAX_HEADER, 0);
        buffer.push(b'4');
        buffer.extend_from_slice(text.as_bytes());
        let end = buffer.len();
        let start = frame::encode_in_front(&mut buffer, frame::TEXT, end);
        self.connection.send(Bytes::from(buffer).slice(start..));
    }

    /// Sends a binary message. To a session that is over it does nothing.
    pub fn send_binary(&self, data: &[u8]) {
        let mut buffer = Vec::with_capacity(frame::MAX_HEADER + data.len());
        frame::encode(&mut buffer, frame::BINARY, data);
        self.connection.send(buffer.into());
    }

    /// Ends the session; what was sent before still leaves.
    pub fn close(&self) {
        self.connection.request_end(End {
            reason: DisconnectReason::ForcedClose,
            ..End::FORCED
        });
    }

    /// Its transport.
    #[must_use]
    pub fn transport(&self) -> Transport {
        self.connection.transport()
    }
}

/// An Engine.IO server, for applications that need no namespaces. Cheap to clone.
#[derive(Clone)]
pub struct EngineIo {
    engine: Arc<Engine>,
}

impl EngineIo {
    /// A server whose sessions are handled by `handler`. [`Config::path`] is usually `/engine.io/` here, and the connect timeout
    /// does not apply.
    pub fn new(config: Config, handler: impl EngineHandler) -> Self {
        Self {
            engine: Engine::new(
                config,
                Box::new(Factory {
                    handler: Arc::new(handler),
                }),
            ),
        }
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

impl std::fmt::Debug for EngineIo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EngineIo")
            .field("sessions", &self.engine.session_count())
            .finish_non_exhaustive()
    }
}

struct Factory<H> {
    handler: Arc<H>,
}

impl<H: EngineHandler> ProtocolFactory for Factory<H> {
    fn open(&self, connection: &Arc<Connection>) -> Box<dyn Protocol> {
        let connection_handle = EngineConnection {
            connection: Arc::clone(connection),
        };
        let handler = Arc::clone(&self.handler);
        let opening: BoxFuture<()> = {
            let (handler, connection) = (Arc::clone(&handler), connection_handle.clone());
            Box::pin(async move { handler.open(&connection).await })
        };
        let config = &connection.engine().config;
        Box::new(Messages {
            handler,
            connection: connection_handle,
            inbox: VecDeque::new(),
            bytes: 0,
            running: Some(opening),
            max_waiting: config.max_waiting_events,
            max_bytes: config.max_payload * 2,
            closing: None,
        })
    }
}

struct Messages<H> {
    handler: Arc<H>,
    connection: EngineConnection,
    inbox: VecDeque<Message>,
    bytes: usize,
    running: Option<BoxFuture<()>>,
    max_waiting: usize,
    max_bytes: usize,
    closing: Option<DisconnectReason>,
}

impl<H: EngineHandler> Protocol for Messages<H> {
    fn message(&mut self, _: &Arc<Connection>, message: Incoming<'_>) -> Result<(), End> {
        let message = match message {
            Incoming::Text(text) => Message::Text(text.to_owned()),
            Incoming::Binary(data) => Message::Binary(Bytes::copy_from_slice(data)),
        };
        self.bytes += message.weight();
        self.inbox.push_back(message);
        Ok(())
    }

    fn poll(&mut self, _: &Arc<Connection>, context: &mut Context<'_>) -> Poll<()> {
        loop {
            if let Some(running) = &mut self.running {
                if running.as_mut().poll(context).is_pending() {
                    return Poll::Pending;
                }
                self.running = None;
            }
            let (handler, connection) = (Arc::clone(&self.handler), self.connection.clone());
            if let Some(message) = self.inbox.pop_front() {
                self.bytes -= message.weight();
                self.running = Some(Box::pin(async move { handler.message(&connection, message).await }));
            } else if let Some(reason) = self.closing.take() {
                self.running = Some(Box::pin(async move { handler.close(&connection, reason).await }));
            } else {
                return Poll::Ready(());
            }
        }
    }

    fn has_room(&self) -> bool {
        self.inbox.len() < self.max_waiting && self.bytes < self.max_bytes
    }

    fn has_joined(&self) -> bool {
        true
    }

    fn dismiss(&mut self, _: &Arc<Connection>) {}

    fn end(&mut self, _: &Arc<Connection>, reason: DisconnectReason) {
        self.closing = Some(reason);
    }
}

//! Engine.IO: sessions over two transports.
//!
//! A session is one task. It reads, runs the handlers of its client, and keeps the heartbeat. Whoever sends puts encoded frames into the
//! session's queue; who writes them, and when, is decided in [`flush`].

use std::{
    net::IpAddr,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use http::StatusCode;

use crate::{Config, Counters, DisconnectReason, snapshot::Meters};

mod application;
mod connection;
mod flush;
mod heartbeat;
mod outgoing;
mod polling;
pub(crate) mod protocol;
pub(crate) mod request;
mod service;
mod session;
mod sessions;
mod upgrade;
mod websocket;

pub use application::{EngineConnection, EngineHandler, EngineIo, Message};
pub(crate) use connection::{Connection, End, How};
pub(crate) use flush::FlushBatch;
pub use service::{ClientAddr, EngineService, RemoteAddr, ResponseBody};
pub(crate) use sessions::network;

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

/// What all sessions of a server share.
pub(crate) struct Engine {
    pub(crate) config: Config,
    pub(crate) meters: Meters,
    factory: Box<dyn protocol::ProtocolFactory>,
    sessions: sessions::Sessions,
    shards: OnceLock<Box<[Arc<flush::Shard>]>>,
    next_shard: AtomicUsize,
    closing: AtomicBool,
}

impl Engine {
    pub(crate) fn new(config: Config, factory: Box<dyn protocol::ProtocolFactory>) -> Arc<Self> {
        Arc::new(Self {
            config,
            meters: Meters::default(),
            factory,
            sessions: sessions::Sessions::default(),
            shards: OnceLock::new(),
            next_shard: AtomicUsize::new(0),
            closing: AtomicBool::new(false),
        })
    }

    /// The flushers; they are started with the first session.
    fn shards(&self) -> &[Arc<flush::Shard>] {
        self.shards.get_or_init(|| {
            let shards = match self.config.flush_shards {
                0 => tokio::runtime::Handle::current().metrics().num_workers(),
                shards => shards,
            };
            let shards: Box<[Arc<flush::Shard>]> = (0..shards).map(|_| Arc::default()).collect();
            for shard in &shards {
                tokio::spawn(Arc::clone(shard).run());
            }
            shards
        })
    }

    fn next_shard(&self) -> usize {
        self.next_shard.fetch_add(1, Ordering::Relaxed) % self.shards().len()
    }

    fn admit(&self, address: IpAddr) -> Result<(), StatusCode> {
        if self.closing.load(Ordering::Acquire) {
            return Err(StatusCode::SERVICE_UNAVAILABLE);
        }
        self.sessions.admit(
            address,
            self.config.max_connections,
            self.config.max_connections_per_address,
        )
    }

    fn forget(&self, connection: &Connection) {
        self.sessions.remove(connection);
    }

    /// Ends all sessions, and waits until they are gone or `limit` is over. New ones are refused from now on.
    pub(crate) async fn close(&self, reason: DisconnectReason, limit: Duration) {
        self.closing.store(true, Ordering::Release);
        let all_gone = async {
            loop {
                let emptied = self.sessions.emptied.notified();
                for connection in self.sessions.all() {
                    connection.request_end(End { reason, ..End::FORCED });
                }
                if self.sessions.count() == 0 {
                    return;
                }
                // Once in a while, in case a session was let in at the last moment.
                let _ = tokio::time::timeout(Duration::from_millis(100), emptied).await;
            }
        };
        // What is left after the limit is left to its own timeouts.
        let _ = tokio::time::timeout(limit, all_gone).await;
    }

    pub(crate) fn session_count(&self) -> usize {
        self.sessions.count()
    }

    pub(crate) fn counters(&self) -> Counters {
        self.meters.read()
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        for shard in self.shards.get().into_iter().flatten() {
            shard.close();
        }
    }
}

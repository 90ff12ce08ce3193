//! Nodes that reach each other over Redis, in the format of the official `@socket.io/redis-adapter`: servers of either kind, and
//! emitters, may share one Redis.
//!
//! Two connections, one that listens and one that publishes, are kept by one task ([`link`]). What is to be published waits in a
//! bounded queue ([`outbox`]) and leaves in batches, one write for whatever arrived while the last was on its way. Messages are
//! handled where they are read ([`incoming`]), so that a node that cannot keep up is seen by Redis and cut off, instead of taking memory
//! without end. Redis keeps nothing for a node that is away: it makes no promise of delivery, and neither does this. What it does
//! promise is to tell, by [`RedisAdapter::recovered`], when something may have been missed.

use std::{future::ready, pin::Pin, sync::Arc, time::Duration};

use bytes::Bytes;
use parking_lot::Mutex;
use tokio::{
    sync::{oneshot, watch},
    task::JoinHandle,
};

use crate::{
    Acknowledged, Adapter, AdapterError, Answer, Change, NamespaceHandle, RemoteSocket, SocketId, Target,
    codec::cluster,
};

mod channels;
mod incoming;
mod link;
mod meters;
mod node;
mod outbox;
mod pending;

pub use meters::RedisCounters;
pub use node::Outage;

use channels::Channels;
use node::Node;
use outbox::Item;

/// Where Redis is, and how long to wait for it.
#[derive(Clone)]
pub struct RedisConfig {
    /// `redis://[[USER]:PASSWORD@]HOST[:PORT]`, or `redis+unix:///PATH`. Redis 6 or later.
    pub url: String,
    /// What the names of all channels begin with; the `key` of the official adapter. Default `socket.io`.
    pub prefix: String,
    /// How long to wait for other nodes. Default 5 s.
    pub request_timeout: Duration,
    /// How long to wait for a connection to Redis. Default 5 s.
    pub connect_timeout: Duration,
    /// How long to wait for an answer of Redis itself, before it is taken to be gone. Default 3 s.
    pub response_timeout: Duration,
    /// How often Redis is asked whether it is still there when nothing else is asked. Default 5 s.
    pub ping_interval: Duration,
    /// The longest pause between two attempts to connect; the first are shorter. Each is cut by up to a half at random, so that not all
    /// nodes come back at once. Default 5 s.
    pub longest_pause: Duration,
    /// Bytes that may wait to be published. What is over it is lost, and counted. Default 16 MiB.
    pub max_queue_bytes: usize,
    /// Bytes of a message of another node; larger ones are ignored, and larger answers are not given. Redis has a bound of its own,
    /// `proto-max-bulk-len`. Default 16 MiB.
    pub max_message_bytes: usize,
}

impl RedisConfig {
    /// The defaults, for this URL.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            prefix: "socket.io".to_owned(),
            request_timeout: Duration::from_secs(5),
            connect_timeout: Duration::from_secs(5),
            response_timeout: Duration::from_secs(3),
            ping_interval: Duration::from_secs(5),
            longest_pause: Duration::from_secs(5),
            max_queue_bytes: 16 << 20,
            max_message_bytes: 16 << 20,
        }
    }
}

// The URL may hold a password.
impl std::fmt::Debug for RedisConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RedisConfig")
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}

/// The URL is none of a Redis. It is not repeated here, since it may hold a password.
#[derive(Debug, thiserror::Error)]
#[error("not the URL of a Redis: {0}")]
pub struct RedisError(String);

/// The other nodes that use the same Redis and prefix. Given to [`SocketIoBuilder::adapter`](crate::SocketIoBuilder::adapter).
///
/// It connects by itself, and again whenever Redis was away. Meanwhile events reach the sockets of this node and wait for the others'
/// as long as there is room; what asks other nodes fails at once.
///
/// ```no_run
/// # use socketio::{Config, ConnectError, ConnectRequest, Event, Namespace, RedisAdapter, RedisConfig, Socket, SocketIo};
/// # struct Chat;
/// # impl Namespace for Chat {
/// #     type State = ();
/// #     async fn connect(&self, _: &ConnectRequest) -> Result<(), ConnectError> { Ok(()) }
/// #     async fn event(&self, _: &Socket<()>, _: Event) {}
/// # }
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let adapter = RedisAdapter::new(RedisConfig::new("redis://127.0.0.1"))?;
/// let server = SocketIo::builder(Config::default()).namespace("/", Chat).adapter(adapter.clone()).build();
/// let everybody = server.of("/").expect("it was added");
/// tokio::spawn(async move {
///     loop {
///         let outage = adapter.recovered().await;
///         // Whoever may have missed something is told so: those of other nodes too, if it was we who were not heard.
///         let whom = if outage.lost > 0 { everybody.all() } else { everybody.all().local() };
///         let _ = whom.emit("resync", &());
///     }
/// });
/// # Ok(())
/// # }
/// ```
pub struct RedisAdapter {
    node: Arc<Node>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl RedisAdapter {
    /// An adapter that connects once a server uses it.
    pub fn new(config: RedisConfig) -> Result<Arc<Self>, RedisError> {
        let node = Node::new(config).map_err(|error| RedisError(error.to_string()))?;
        Ok(Arc::new(Self {
            node: Arc::new(node),
            task: Mutex::default(),
        }))
    }

    /// Whether Redis is there, as far as it is known.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        *self.node.connected.borrow()
    }

    /// Whether Redis is there, and every change of it.
    #[must_use]
    pub fn connected(&self) -> watch::Receiver<bool> {
        self.node.connected.subscribe()
    }

    /// Waits until the way to other nodes is there again after something may have been missed, the very first time among it. What
    /// happened since the last call is put together. For one caller at a time, who lets clients catch up.
    pub async fn recovered(&self) -> Outage {
        self.node.recovered().await
    }

    /// What happened since the start.
    #[must_use]
    pub fn counters(&self) -> RedisCounters {
        self.node.meters.read()
    }

    fn push(&self, namespace: &str, make: impl FnOnce(&Channels) -> Item) -> Result<(), AdapterError> {
        let channels = self.node.of(namespace)?;
        self.node.push(make(channels))
    }
}

impl std::fmt::Debug for RedisAdapter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RedisAdapter")
            .field("connected", &self.is_connected())
            .finish_non_exhaustive()
    }
}

impl Drop for RedisAdapter {
    fn drop(&mut self) {
        self.node.outbox.close();
    }
}

impl Adapter for RedisAdapter {
    fn start(&self, namespaces: &[NamespaceHandle]) {
        let channels = namespaces
            .iter()
            .enumerate()
            .map(|(index, namespace)| Channels::new(&self.node.config.prefix, &self.node.uid, index, namespace))
            .collect();
        // A second server would hear nothing: one adapter is one node.
        if self.node.channels.set(channels).is_ok() {
            *self.task.lock() = Some(tokio::spawn(link::run(Arc::clone(&self.node))));
        }
    }

    fn broadcast(&self, namespace: &str, target: &Target, event: &Bytes) {
        if target.volatile && !self.is_connected() {
            return;
        }
        // What does not fit is counted.
        let _ = self.push(namespace, |channels| Item::Event {
            namespace: channels.index,
            target: target.clone(),
            event: event.clone(),
        });
    }

    fn change(&self, namespace: &str, target: &Target, change: Change) -> Answer<()> {
        let (sender, published) = oneshot::channel();
        let pushed = self.node.reachable().and_then(|()| {
            self.push(namespace, |channels| Item::Message {
                channel: channels.request.clone(),
                payload: cluster::encode_change(&self.node.uid, target, &change),
                published: Some(sender),
            })
        });
        if let Err(error) = pushed {
            return Box::pin(ready(Err(error)));
        }
        let limit = self.node.config.request_timeout;
        Box::pin(async move {
            match tokio::time::timeout(limit, published).await {
                Ok(Ok(())) => Ok(()),
                _ => Err(AdapterError::Unreachable("Redis did not take it".to_owned())),
            }
        })
    }

    fn fetch_sockets(&self, namespace: &str, target: &Target) -> Answer<Vec<RemoteSocket>> {
        let id = SocketId::random().to_string();
        let request = cluster::encode_fetch(&self.node.uid, &id, target);
        let (node, namespace) = (Arc::clone(&self.node), namespace.to_owned());
        Box::pin(async move { pending::fetch(&node, &namespace, id, request).await })
    }

    fn ask(
        &self,
        namespace: &str,
        target: &Target,
        event: &Bytes,
        timeout: Duration,
    ) -> Result<Answer<Acknowledged>, AdapterError> {
        self.node.reachable()?;
        let id = SocketId::random().to_string();
        let request = cluster::encode_ask(&self.node.uid, &id, namespace, target, event, timeout)
            .map_err(|error| AdapterError::Unreachable(error.to_string()))?;
        let (node, namespace) = (Arc::clone(&self.node), namespace.to_owned());
        Ok(Box::pin(async move {
            pending::ask(&node, &namespace, id, request, timeout).await
        }))
    }

    fn stop(&self) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.node.outbox.close();
        let task = self.task.lock().take();
        Box::pin(async move {
            if let Some(task) = task {
                // It ends by itself, and is told nothing if it failed.
                let _ = task.await;
            }
        })
    }
}

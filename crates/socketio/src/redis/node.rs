//! What the adapter's parts have in common.

use std::sync::OnceLock;

use parking_lot::Mutex;
use redis::{IntoConnectionInfo as _, ProtocolVersion, aio::MultiplexedConnection};
use tokio::sync::{Notify, Semaphore, watch};

use super::{
    RedisConfig,
    channels::Channels,
    meters::{Meters, count},
    outbox::{Item, Outbox},
    pending::Pending,
};
use crate::{AdapterError, SocketId};

/// Events that sockets here are to acknowledge to other nodes, at a time.
const MAX_ASKED: usize = 1000;

pub(super) struct Node {
    pub(super) config: RedisConfig,
    pub(super) client: redis::Client,
    /// This node's name among the others.
    pub(super) uid: String,
    pub(super) channels: OnceLock<Vec<Channels>>,
    pub(super) outbox: Outbox,
    pub(super) pending: Pending,
    pub(super) asked: std::sync::Arc<Semaphore>,
    pub(super) meters: Meters,
    pub(super) connected: watch::Sender<bool>,
    /// The connection that publishes, while there is one.
    connection: Mutex<Option<MultiplexedConnection>>,
    outage: Mutex<Outage>,
    recovered: Notify,
}

/// What may have been missed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outage {
    /// Events of other nodes may not have reached the sockets of this one.
    pub missed: bool,
    /// So many messages of this node may not have reached the others: they were too many to wait, or they were on their way when Redis went.
    pub lost: u64,
}

impl Node {
    pub(super) fn new(config: RedisConfig) -> redis::RedisResult<Self> {
        let info = config.url.as_str().into_connection_info()?;
        // Without this protocol a connection that listens can do nothing else, not even be asked whether it is alive.
        let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
        Ok(Self {
            client: redis::Client::open(info.set_redis_settings(settings))?,
            uid: SocketId::random().to_string(),
            channels: OnceLock::new(),
            outbox: Outbox::new(config.max_queue_bytes),
            pending: Pending::default(),
            asked: std::sync::Arc::new(Semaphore::new(MAX_ASKED)),
            meters: Meters::default(),
            connected: watch::Sender::new(false),
            connection: Mutex::default(),
            // Nothing was heard before the first connection.
            outage: Mutex::new(Outage { missed: true, lost: 0 }),
            recovered: Notify::new(),
            config,
        })
    }

    pub(super) fn all_channels(&self) -> &[Channels] {
        self.channels.get().map_or(&[], Vec::as_slice)
    }

    /// The channels of a namespace.
    pub(super) fn of(&self, namespace: &str) -> Result<&Channels, AdapterError> {
        let found = self.all_channels().iter().find(|channels| channels.name == namespace);
        found.ok_or_else(|| AdapterError::Unreachable("the server has not started".to_owned()))
    }

    /// Whether it makes sense to ask other nodes.
    pub(super) fn reachable(&self) -> Result<(), AdapterError> {
        if *self.connected.borrow() {
            Ok(())
        } else {
            Err(AdapterError::Unreachable("Redis is away".to_owned()))
        }
    }

    /// Puts a message into the queue. What does not fit is counted.
    pub(super) fn push(&self, item: Item) -> Result<(), AdapterError> {
        if self.outbox.push(item) {
            return Ok(());
        }
        self.lost(1);
        Err(AdapterError::Unreachable("too much waits to be published".to_owned()))
    }

    /// So many messages may not have reached other nodes.
    pub(super) fn lost(&self, messages: usize) {
        if messages > 0 {
            count(&self.meters.lost, messages);
            self.outage.lock().lost += messages as u64;
        }
    }

    /// A connection for questions to Redis itself.
    pub(super) fn connection(&self) -> Result<MultiplexedConnection, AdapterError> {
        let connection = self.connection.lock().clone();
        connection.ok_or_else(|| AdapterError::Unreachable("Redis is away".to_owned()))
    }

    pub(super) fn up(&self, connection: MultiplexedConnection) {
        *self.connection.lock() = Some(connection);
        self.connected.send_replace(true);
        self.recovered.notify_one();
    }

    /// There is no connection any more, or none yet.
    pub(super) fn down(&self) {
        self.outage.lock().missed = true;
        if *self.connected.borrow() {
            count(&self.meters.outages, 1);
        }
        self.leave();
    }

    /// The server is done with the connection.
    pub(super) fn leave(&self) {
        *self.connection.lock() = None;
        self.connected.send_replace(false);
        self.pending.fail_all();
    }

    /// A batch was published: what was lost before it is to be told now.
    pub(super) fn flowing(&self) {
        if self.outage.lock().lost > 0 {
            self.recovered.notify_one();
        }
    }

    pub(super) async fn recovered(&self) -> Outage {
        loop {
            if *self.connected.borrow() {
                let outage = std::mem::take(&mut *self.outage.lock());
                if outage != Outage::default() {
                    return outage;
                }
            }
            self.recovered.notified().await;
        }
    }
}

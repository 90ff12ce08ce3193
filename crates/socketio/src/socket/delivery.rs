//! One socket without its state: where its packets go, and who waits for its acknowledgements.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU8, Ordering},
    },
    time::SystemTime,
};

use bytes::Bytes;
use parking_lot::Mutex;
use tokio::sync::{mpsc, oneshot};

use crate::{
    AckError, Args, Room, SocketId,
    engine::{Connection, End},
    rooms::{Membership, NamespaceCore},
};

/// The packets of this socket wait in `held` until the CONNECT reply has left.
const HELD: u8 = 0;
/// Packets go to the connection.
const OPEN: u8 = 1;
/// Packets go nowhere.
const CLOSED: u8 = 2;

/// One socket. Locks are taken in this order: `memberships`, the namespace's rooms, a room's members, `held`, the connection's queue.
pub(crate) struct SocketCore {
    pub(crate) id: SocketId,
    pub(crate) namespace: Arc<NamespaceCore>,
    pub(crate) connection: Arc<Connection>,
    pub(super) connected_at: SystemTime,
    phase: AtomicU8,
    /// Whether it is still in the room of its own id, which is not written down anywhere else.
    pub(crate) in_own_room: AtomicBool,
    held: Mutex<Vec<Bytes>>,
    pub(crate) memberships: Mutex<BTreeMap<Room, Membership>>,
    acks: Mutex<Option<AckTable>>,
}

/// Boxed: most sockets never owe an acknowledgement.
type AckTable = Box<HashMap<u64, PendingAck>>;

/// What became of a CONNECT reply.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    /// It left, and packets flow.
    Open,
    /// It left; others are held.
    Held,
    /// The socket is closed.
    Closed,
}

/// Who waits for an acknowledgement.
pub(crate) enum PendingAck {
    /// One socket was asked.
    One(oneshot::Sender<Args>),
    /// Many were.
    Many(mpsc::UnboundedSender<Args>),
}

impl fmt::Debug for SocketCore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Socket")
            .field("namespace", &self.namespace.name)
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl SocketCore {
    pub(crate) fn new(id: SocketId, namespace: Arc<NamespaceCore>, connection: Arc<Connection>) -> Arc<Self> {
        #[expect(clippy::disallowed_methods, reason = "shown to operators; nothing is decided by it")]
        let connected_at = SystemTime::now();
        Arc::new(Self {
            id,
            namespace,
            connection,
            connected_at,
            phase: AtomicU8::new(HELD),
            in_own_room: AtomicBool::new(true),
            held: Mutex::default(),
            memberships: Mutex::default(),
            acks: Mutex::default(),
        })
    }

    pub(crate) fn namespace_name(&self) -> &str {
        &self.namespace.name
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.phase.load(Ordering::Acquire) != CLOSED
    }

    /// Sends an encoded packet, or keeps it until the CONNECT reply has left. `false` if the socket is gone.
    pub(crate) fn deliver(&self, packet: Bytes) -> bool {
        match self.phase.load(Ordering::Acquire) {
            OPEN => {
                self.connection.send(packet);
                true
            }
            HELD => self.hold(packet),
            _ => false,
        }
    }

    /// Whether packets go straight to the connection; else [`deliver`](Self::deliver) knows what to do.
    pub(crate) fn is_open(&self) -> bool {
        self.phase.load(Ordering::Acquire) == OPEN
    }

    fn hold(&self, packet: Bytes) -> bool {
        let mut held = self.held.lock();
        match self.phase.load(Ordering::Acquire) {
            OPEN => {
                drop(held);
                self.connection.send(packet);
                true
            }
            HELD => {
                let waiting: usize = held.iter().map(Bytes::len).sum();
                if waiting + packet.len() > self.namespace.max_queue_bytes && !held.is_empty() {
                    drop(held);
                    self.connection.request_end(End::OVERFLOW);
                    return false;
                }
                held.push(packet);
                true
            }
            _ => false,
        }
    }

    /// Lets out the CONNECT reply. What is held stays held if there is something; else packets flow from now on.
    pub(crate) fn reply(&self, reply: Bytes) -> Reply {
        let held = self.held.lock();
        if self.phase.load(Ordering::Acquire) != HELD {
            return Reply::Closed;
        }
        self.connection.send(reply);
        if held.is_empty() {
            self.phase.store(OPEN, Ordering::Release);
            Reply::Open
        } else {
            Reply::Held
        }
    }

    /// Lets out what is held.
    pub(crate) fn release(&self) {
        let mut held = self.held.lock();
        if self.phase.load(Ordering::Acquire) != HELD {
            return;
        }
        for packet in held.drain(..) {
            self.connection.send(packet);
        }
        *held = Vec::new();
        self.phase.store(OPEN, Ordering::Release);
    }

    /// Takes the socket out of its namespace and rooms, and fails what waits for its acknowledgements. Answers `true` to the first
    /// caller only.
    pub(crate) fn close(self: &Arc<Self>) -> bool {
        {
            let mut held = self.held.lock();
            if self.phase.swap(CLOSED, Ordering::AcqRel) == CLOSED {
                return false;
            }
            *held = Vec::new();
        }
        self.namespace.remove(self);
        self.acks.lock().take();
        true
    }

    /// Registers someone who waits for acknowledgement `id`.
    pub(crate) fn expect_ack(&self, id: u64, pending: PendingAck) -> Result<(), AckError> {
        let mut acks = self.acks.lock();
        if !self.is_connected() {
            return Err(AckError::Disconnected);
        }
        let acks = acks.get_or_insert_default();
        if acks.len() >= self.namespace.max_pending_acks {
            return Err(AckError::TooManyPending);
        }
        acks.insert(id, pending);
        Ok(())
    }

    /// Nobody waits for acknowledgement `id` any more.
    pub(crate) fn forget_ack(&self, id: u64) {
        let mut acks = self.acks.lock();
        if let Some(table) = acks.as_mut() {
            table.remove(&id);
            if table.is_empty() {
                *acks = None;
            }
        }
    }

    /// The client acknowledged `id`. One that nobody waits for is ignored, as by the official server.
    pub(crate) fn acknowledged(&self, id: u64, args: Args) {
        let pending = self.acks.lock().as_mut().and_then(|table| table.remove(&id));
        match pending {
            Some(PendingAck::One(sender)) => drop(sender.send(args)),
            Some(PendingAck::Many(sender)) => drop(sender.send(args)),
            None => {}
        }
    }

    /// Whether somebody waits for an acknowledgement of this client.
    pub(crate) fn awaits_acks(&self) -> bool {
        self.acks.lock().as_ref().is_some_and(|table| !table.is_empty())
    }
}

//! A client in a namespace.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    net::IpAddr,
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU8, Ordering},
    },
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use parking_lot::Mutex;
use serde::Serialize;
use tokio::sync::{mpsc, oneshot};

use crate::{
    AckError, Args, Broadcast, Room, SendError, SocketId, Transport,
    codec::socket as codec,
    engine::{Connection, End},
    rooms::{Membership, NamespaceCore},
};

/// A client in a namespace, with the state that [`Namespace::connect`](crate::Namespace::connect) gave it. Cheap to clone.
///
/// Everything that does not need the state is in [`SocketHandle`], to which this dereferences.
pub struct Socket<S> {
    handle: SocketHandle,
    state: Arc<S>,
}

/// A client in a namespace, whatever its state is. Cheap to clone.
#[derive(Clone)]
pub struct SocketHandle {
    pub(crate) core: Arc<SocketCore>,
}

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
    connected_at: SystemTime,
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

impl SocketHandle {
    /// The socket's id: not the id of its session, which is a secret, and another one in every namespace.
    #[must_use]
    pub fn id(&self) -> &SocketId {
        &self.core.id
    }

    /// The namespace that it is in.
    #[must_use]
    pub fn namespace(&self) -> &str {
        &self.core.namespace.name
    }

    /// Sends an event with one argument. An error tells that the packet could not be made, or that the socket is gone.
    pub fn emit(&self, name: &str, value: &(impl Serialize + ?Sized)) -> Result<(), SendError> {
        self.deliver(codec::encode_event_value(self.namespace(), None, name, value)?)
    }

    /// Sends an event with these arguments.
    pub fn emit_args(&self, name: &str, args: &Args) -> Result<(), SendError> {
        self.deliver(codec::encode_event(self.namespace(), None, name, args)?)
    }

    /// Sends an event with one argument if the connection has nothing waiting and can take it at once; drops it otherwise.
    pub fn emit_volatile(&self, name: &str, value: &(impl Serialize + ?Sized)) -> Result<(), SendError> {
        let packet = codec::encode_event_value(self.namespace(), None, name, value)?;
        if self.core.is_open() {
            self.core.connection.send_volatile(packet);
        }
        Ok(())
    }

    fn deliver(&self, packet: Bytes) -> Result<(), SendError> {
        if self.core.deliver(packet) {
            Ok(())
        } else {
            Err(SendError::Disconnected)
        }
    }

    /// Sends an event and waits for the client to acknowledge it. Works within an event handler of the same socket.
    pub async fn emit_with_ack(&self, name: &str, args: &Args, timeout: Duration) -> Result<Args, AckError> {
        let id = self.core.namespace.next_ack_id();
        let packet = codec::encode_event(self.namespace(), Some(id), name, args)?;
        let (sender, receiver) = oneshot::channel();
        self.core.expect_ack(id, PendingAck::One(sender))?;
        let _forget = ForgetAck { socket: &self.core, id };
        if !self.core.deliver(packet) {
            return Err(AckError::Disconnected);
        }
        match tokio::time::timeout(timeout, receiver).await {
            Ok(Ok(args)) => Ok(args),
            Ok(Err(_)) => Err(AckError::Disconnected),
            Err(_) => Err(AckError::Timeout),
        }
    }

    /// Joins a room. Joining twice is joining once.
    pub fn join(&self, room: impl Into<Room>) {
        self.core.namespace.join(&self.core, room.into());
    }

    /// Joins several rooms.
    pub fn join_all<R: Into<Room>>(&self, rooms: impl IntoIterator<Item = R>) {
        for room in rooms {
            self.join(room);
        }
    }

    /// Leaves a room, if it is in it.
    pub fn leave(&self, room: &str) {
        self.core.namespace.leave(&self.core, room);
    }

    /// Leaves every room, that of its own id too.
    pub fn leave_all(&self) {
        self.core.namespace.leave_all(&self.core);
    }

    /// The rooms that it is in, that of its own id among them.
    #[must_use]
    pub fn rooms(&self) -> Vec<Room> {
        NamespaceCore::rooms_of(&self.core)
    }

    /// Sends to the others in a room.
    pub fn to(&self, room: impl Into<Room>) -> Broadcast {
        self.broadcast().to(room)
    }

    /// Sends to all others of the namespace.
    pub fn broadcast(&self) -> Broadcast {
        Broadcast::new(Arc::clone(&self.core.namespace)).except_socket(self.core.id)
    }

    /// Puts the socket out of its namespace with a DISCONNECT packet (the client sees `io server disconnect`), or with `close` ends
    /// the whole connection with all its sockets.
    ///
    /// What was sent before still leaves. Events of the client that wait for their handler are dropped.
    pub fn disconnect(&self, close: bool) {
        if !self.is_connected() {
            return;
        }
        if close {
            // The connection's task does the same for all its sockets; this one must not get another packet from now on.
            self.core.deliver(codec::encode_disconnect(self.namespace()));
            self.core.close();
            self.core.connection.request_end(End::DISMISS);
        } else {
            self.core.deliver(codec::encode_disconnect(self.namespace()));
            if self.core.close() {
                self.core.connection.request_sweep();
            }
        }
    }

    /// Whether it can still be sent to.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.core.is_connected()
    }

    /// The transport that its connection uses now.
    #[must_use]
    pub fn transport(&self) -> Transport {
        self.core.connection.transport()
    }

    /// When it joined the namespace, by the system's clock.
    #[must_use]
    pub fn connected_at(&self) -> SystemTime {
        self.core.connected_at
    }

    /// The client's address; see [`ConnectRequest::remote_addr`](crate::ConnectRequest::remote_addr).
    #[must_use]
    pub fn remote_addr(&self) -> IpAddr {
        self.core.connection.remote_addr()
    }
}

impl fmt::Debug for SocketHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.core.fmt(f)
    }
}

impl<S> Socket<S> {
    pub(crate) fn new(core: Arc<SocketCore>, state: S) -> Self {
        Self {
            handle: SocketHandle { core },
            state: Arc::new(state),
        }
    }

    /// What [`Namespace::connect`](crate::Namespace::connect) answered for it.
    #[must_use]
    pub fn state(&self) -> &S {
        &self.state
    }

    /// The socket without its state.
    #[must_use]
    pub fn handle(&self) -> &SocketHandle {
        &self.handle
    }
}

impl<S> Clone for Socket<S> {
    fn clone(&self) -> Self {
        Self {
            handle: self.handle.clone(),
            state: Arc::clone(&self.state),
        }
    }
}

impl<S> Deref for Socket<S> {
    type Target = SocketHandle;

    fn deref(&self) -> &SocketHandle {
        &self.handle
    }
}

impl<S> fmt::Debug for Socket<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.handle.fmt(f)
    }
}

/// Takes a pending acknowledgement out of its table, however the wait for it ended.
struct ForgetAck<'a> {
    socket: &'a SocketCore,
    id: u64,
}

impl Drop for ForgetAck<'_> {
    fn drop(&mut self) {
        self.socket.forget_ack(self.id);
    }
}

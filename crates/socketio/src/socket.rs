//! A client in a namespace.

use std::{
    fmt,
    net::IpAddr,
    ops::Deref,
    sync::Arc,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use serde::Serialize;
use tokio::sync::oneshot;

use crate::{
    AckError, Args, Broadcast, Room, SendError, SocketId, Transport, codec::socket as codec, engine::End,
    rooms::NamespaceCore,
};

mod delivery;

pub(crate) use delivery::{PendingAck, Reply, SocketCore};

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
        self.core.deliver(codec::encode_disconnect(self.namespace()));
        // It must not get another packet from now on, also where the connection's task is about to end all its sockets.
        let first = self.core.close();
        if close {
            self.core.connection.request_end(End::DISMISS);
        } else if first {
            self.core.connection.request_sweep();
        }
    }

    /// Closes the connection underneath, with all its sockets, without telling them so: to the client that is a lost connection, and it
    /// connects again by itself, which it does not after [`disconnect`](Self::disconnect). What was sent before still leaves.
    pub fn close_transport(&self) {
        if self.is_connected() {
            self.core.connection.request_end(End::FORCED);
            self.core.close();
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

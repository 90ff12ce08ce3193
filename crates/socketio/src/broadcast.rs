//! Sending to many sockets, and doing other things to many sockets.
//!
//! An operator reduces to plain data, a [`Target`] and a packet, and hands them to the namespace. That is the place where an
//! adapter to other nodes plugs in: it needs nothing but that data.

use std::{collections::HashSet, net::IpAddr, sync::Arc, time::Duration};

use serde::Serialize;
use smallvec::SmallVec;
use tokio::sync::mpsc;

use crate::{
    AdapterError, Args, BroadcastAckError, Room, SendError, SocketHandle, SocketId, Transport, codec::socket as codec,
    rooms::NamespaceCore, socket::PendingAck,
};

/// Whom a broadcast means, as data.
#[derive(Debug, Clone, Default)]
pub struct Target {
    /// Sockets in any of these rooms; none means all of the namespace.
    pub rooms: SmallVec<[Room; 1]>,
    /// But not those in any of these.
    pub except: SmallVec<[Room; 1]>,
    /// Nor this one.
    pub except_socket: Option<SocketId>,
    /// Only sockets of this node.
    pub local: bool,
    /// Only sockets whose connection can take it at once.
    pub volatile: bool,
}

/// A broadcast being put together. Every operator takes it and gives it back.
#[derive(Debug, Clone)]
#[must_use = "a broadcast does nothing before it is emitted"]
pub struct Broadcast {
    namespace: Arc<NamespaceCore>,
    target: Target,
    timeout: Option<Duration>,
}

/// A socket of a broadcast's rooms, on this node or another.
#[derive(Debug, Clone)]
pub struct RemoteSocket {
    /// Its id.
    pub id: SocketId,
    /// The rooms that it is in, that of its own id among them.
    pub rooms: Vec<Room>,
    /// The transport that its connection uses.
    pub transport: Transport,
    /// When it joined the namespace.
    pub connected_at: std::time::SystemTime,
    /// The client's address.
    pub remote_addr: IpAddr,
}

/// How long [`Broadcast::emit_with_ack`] waits if no timeout was given.
const DEFAULT_ACK_TIMEOUT: Duration = Duration::from_secs(10);

impl Broadcast {
    pub(crate) fn new(namespace: Arc<NamespaceCore>) -> Self {
        Self {
            namespace,
            target: Target::default(),
            timeout: None,
        }
    }

    pub(crate) fn except_socket(mut self, id: SocketId) -> Self {
        self.target.except_socket = Some(id);
        self
    }

    /// To the sockets of this room too. A socket in several of the rooms gets it once.
    pub fn to(mut self, room: impl Into<Room>) -> Self {
        self.target.rooms.push(room.into());
        self
    }

    /// The same as [`to`](Self::to).
    pub fn in_(self, room: impl Into<Room>) -> Self {
        self.to(room)
    }

    /// Not to the sockets of this room.
    pub fn except(mut self, room: impl Into<Room>) -> Self {
        self.target.except.push(room.into());
        self
    }

    /// Only to sockets of this node.
    pub fn local(mut self) -> Self {
        self.target.local = true;
        self
    }

    /// Only to sockets that can take it at once; the others miss it.
    pub fn volatile(mut self) -> Self {
        self.target.volatile = true;
        self
    }

    /// How long to wait for acknowledgements. Default 10 s.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sends an event with one argument.
    pub fn emit(self, name: &str, value: &(impl Serialize + ?Sized)) -> Result<(), SendError> {
        let packet = codec::encode_event_value(&self.namespace.name, None, name, value)?;
        self.namespace.broadcast(&self.target, &packet);
        Ok(())
    }

    /// Sends an event with these arguments.
    pub fn emit_args(self, name: &str, args: &Args) -> Result<(), SendError> {
        let packet = codec::encode_event(&self.namespace.name, None, name, args)?;
        self.namespace.broadcast(&self.target, &packet);
        Ok(())
    }

    /// Sends an event and gathers the acknowledgements of everybody. Whoever is gone before acknowledging counts as not having
    /// answered; the error holds those answers that came.
    pub async fn emit_with_ack(self, name: &str, args: &Args) -> Result<Vec<Args>, EmitWithAckError> {
        let id = self.namespace.next_ack_id();
        let packet = codec::encode_event(&self.namespace.name, Some(id), name, args)?;
        let (sender, mut receiver) = mpsc::unbounded_channel();
        let mut asked = Asked {
            id,
            sockets: Vec::new(),
        };
        let mut expected = 0;
        self.namespace.for_each(&self.target, |socket| {
            expected += 1;
            if socket.expect_ack(id, PendingAck::Many(sender.clone())).is_ok() {
                asked.sockets.push(SocketHandle {
                    core: Arc::clone(socket),
                });
                socket.deliver(packet.clone());
            }
        });
        // The channel ends when the last socket has answered or is gone.
        drop(sender);
        let mut responses = Vec::new();
        let gather = async {
            while let Some(response) = receiver.recv().await {
                responses.push(response);
            }
        };
        // An elapsed timeout is seen in the number of responses.
        let _ = tokio::time::timeout(self.timeout.unwrap_or(DEFAULT_ACK_TIMEOUT), gather).await;
        if responses.len() == expected {
            Ok(responses)
        } else {
            Err(BroadcastAckError { responses, expected }.into())
        }
    }

    /// The sockets that are meant.
    #[expect(clippy::unused_async, reason = "an adapter asks other nodes")]
    pub async fn fetch_sockets(self) -> Result<Vec<RemoteSocket>, AdapterError> {
        let found = self.sockets();
        Ok(found
            .into_iter()
            .map(|socket| RemoteSocket {
                id: *socket.id(),
                rooms: socket.rooms(),
                transport: socket.transport(),
                connected_at: socket.connected_at(),
                remote_addr: socket.remote_addr(),
            })
            .collect())
    }

    /// Makes them join a room.
    #[expect(clippy::unused_async, reason = "an adapter asks other nodes")]
    pub async fn join(self, room: impl Into<Room>) -> Result<(), AdapterError> {
        let room = room.into();
        for socket in self.sockets() {
            socket.join(room.clone());
        }
        Ok(())
    }

    /// Makes them leave a room.
    #[expect(clippy::unused_async, reason = "an adapter asks other nodes")]
    pub async fn leave(self, room: &str) -> Result<(), AdapterError> {
        for socket in self.sockets() {
            socket.leave(room);
        }
        Ok(())
    }

    /// Disconnects them; see [`SocketHandle::disconnect`].
    #[expect(clippy::unused_async, reason = "an adapter asks other nodes")]
    pub async fn disconnect(self, close: bool) -> Result<(), AdapterError> {
        for socket in self.sockets() {
            socket.disconnect(close);
        }
        Ok(())
    }

    /// Those of this node.
    #[must_use]
    pub fn sockets(&self) -> Vec<SocketHandle> {
        let mut found = Vec::new();
        self.namespace.for_each(&self.target, |socket| {
            found.push(SocketHandle {
                core: Arc::clone(socket),
            });
        });
        found
    }
}

/// An event was not acknowledged by everybody.
#[derive(Debug, thiserror::Error)]
pub enum EmitWithAckError {
    /// It was sent.
    #[error(transparent)]
    Partial(#[from] BroadcastAckError),
    /// It was not.
    #[error(transparent)]
    Send(#[from] SendError),
}

/// Takes what is still pending out of the sockets' tables.
struct Asked {
    id: u64,
    sockets: Vec<SocketHandle>,
}

impl Drop for Asked {
    fn drop(&mut self) {
        for socket in &self.sockets {
            socket.core.forget_ack(self.id);
        }
    }
}

/// Sockets already met, where several rooms make it possible to meet one twice.
pub(crate) type Seen = HashSet<SocketId>;

//! Sending to many sockets, and doing other things to many sockets.
//!
//! An operator reduces to plain data, a [`Target`] and a packet, and hands them to the namespace, and then to the
//! [`Adapter`], if there is one: it needs nothing but that data.

use std::{collections::HashSet, net::IpAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use serde::Serialize;
use smallvec::SmallVec;
use tokio::sync::mpsc;

use crate::{
    Acknowledged, Adapter, AdapterError, Args, BroadcastAckError, Change, Room, SendError, SocketHandle, SocketId,
    Transport, codec::socket as codec, rooms::NamespaceCore, socket::PendingAck,
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
    /// The transport that its connection uses. Another kind of server may tell the one that it began with, or nothing; the same below.
    pub transport: Option<Transport>,
    /// When it joined the namespace.
    pub connected_at: Option<std::time::SystemTime>,
    /// The client's address.
    pub remote_addr: Option<IpAddr>,
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

    /// To the sockets of this node that `target` means.
    pub(crate) fn here(namespace: Arc<NamespaceCore>, target: Target) -> Self {
        Self {
            namespace,
            target: Target { local: true, ..target },
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
        self.send(&codec::encode_event_value(&self.namespace.name, None, name, value)?);
        Ok(())
    }

    /// Sends an event with these arguments.
    pub fn emit_args(self, name: &str, args: &Args) -> Result<(), SendError> {
        self.send(&codec::encode_event(&self.namespace.name, None, name, args)?);
        Ok(())
    }

    fn send(&self, packet: &Bytes) {
        self.namespace.broadcast(&self.target, packet);
        if let Some(adapter) = self.others() {
            adapter.broadcast(&self.namespace.name, &self.target, packet);
        }
    }

    /// The way to other nodes, if there is one and they are meant.
    fn others(&self) -> Option<&dyn Adapter> {
        if self.target.local {
            return None;
        }
        self.namespace.adapter.get().map(|adapter| &**adapter)
    }

    /// Sends an event and gathers the acknowledgements of everybody: those of this node first, then those of others, of which each has
    /// its first argument only. Whoever is gone before acknowledging counts as not having answered; the error holds those answers that
    /// came. If other nodes cannot be reached nothing is sent to anybody.
    pub async fn emit_with_ack(self, name: &str, args: &Args) -> Result<Vec<Args>, EmitWithAckError> {
        let timeout = self.timeout.unwrap_or(DEFAULT_ACK_TIMEOUT);
        let elsewhere = match self.others() {
            Some(adapter) => {
                let event = codec::encode_event(&self.namespace.name, None, name, args)?;
                Some(adapter.ask(&self.namespace.name, &self.target, &event, timeout)?)
            }
            None => None,
        };
        let mut asking = self.ask(name, args)?;
        let here = async {
            let mut responses = Vec::new();
            let gather = async {
                while let Some(response) = asking.next().await {
                    responses.push(response);
                }
            };
            // An elapsed timeout is seen in the number of responses.
            let _ = tokio::time::timeout(timeout, gather).await;
            responses
        };
        let elsewhere = async {
            match elsewhere {
                // The way to them was lost meanwhile.
                Some(elsewhere) => elsewhere.await.unwrap_or(Acknowledged {
                    silent_nodes: 1,
                    ..Acknowledged::default()
                }),
                None => Acknowledged::default(),
            }
        };
        let (mut responses, elsewhere) = tokio::join!(here, elsewhere);
        responses.extend(elsewhere.responses);
        let expected = asking.expected + elsewhere.expected;
        if responses.len() == expected && elsewhere.silent_nodes == 0 {
            Ok(responses)
        } else {
            Err(BroadcastAckError {
                responses,
                expected,
                silent_nodes: elsewhere.silent_nodes,
            }
            .into())
        }
    }

    /// Sends an event to the sockets of this node, which are to acknowledge it.
    pub fn ask(&self, name: &str, args: &Args) -> Result<Asking, SendError> {
        let id = self.namespace.next_ack_id();
        let packet = codec::encode_event(&self.namespace.name, Some(id), name, args)?;
        let (sender, receiver) = mpsc::unbounded_channel();
        let mut asking = Asking {
            id,
            expected: 0,
            sockets: Vec::new(),
            receiver,
        };
        self.namespace.for_each(&self.target, |socket| {
            asking.expected += 1;
            if socket.expect_ack(id, PendingAck::Many(sender.clone())).is_ok() {
                asking.sockets.push(SocketHandle {
                    core: Arc::clone(socket),
                });
                socket.deliver(packet.clone());
            }
        });
        // The channel ends when the last socket has answered or is gone, because this sender is gone now.
        Ok(asking)
    }

    /// The sockets that are meant.
    pub async fn fetch_sockets(self) -> Result<Vec<RemoteSocket>, AdapterError> {
        let mut found = self.sockets_here();
        if let Some(adapter) = self.others() {
            found.extend(adapter.fetch_sockets(&self.namespace.name, &self.target).await?);
        }
        Ok(found)
    }

    /// The sockets of this node that are meant, as other nodes are told of them.
    #[must_use]
    pub fn sockets_here(&self) -> Vec<RemoteSocket> {
        let found = self.sockets().into_iter().map(|socket| RemoteSocket {
            id: *socket.id(),
            rooms: socket.rooms(),
            transport: Some(socket.transport()),
            connected_at: Some(socket.connected_at()),
            remote_addr: Some(socket.remote_addr()),
        });
        found.collect()
    }

    /// Makes them join a room. An error tells that other nodes may not have been told; the sockets of this node have joined, and the
    /// same goes for [`leave`](Self::leave) and [`disconnect`](Self::disconnect).
    pub async fn join(self, room: impl Into<Room>) -> Result<(), AdapterError> {
        self.change(Change::Join(vec![room.into()])).await
    }

    /// Makes them leave a room.
    pub async fn leave(self, room: &str) -> Result<(), AdapterError> {
        self.change(Change::Leave(vec![room.into()])).await
    }

    /// Disconnects them; see [`SocketHandle::disconnect`].
    pub async fn disconnect(self, close: bool) -> Result<(), AdapterError> {
        self.change(Change::Disconnect { close }).await
    }

    async fn change(self, change: Change) -> Result<(), AdapterError> {
        self.change_here(&change);
        match self.others() {
            Some(adapter) => adapter.change(&self.namespace.name, &self.target, change).await,
            None => Ok(()),
        }
    }

    /// Does something with the sockets of this node that are meant.
    pub fn change_here(&self, change: &Change) {
        for socket in self.sockets() {
            match change {
                Change::Join(rooms) => socket.join_all(rooms.iter().cloned()),
                Change::Leave(rooms) => rooms.iter().for_each(|room| socket.leave(room)),
                Change::Disconnect { close } => socket.disconnect(*close),
            }
        }
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
    /// It was not, because other nodes could not be asked.
    #[error(transparent)]
    Adapter(#[from] AdapterError),
}

/// The acknowledgements of an event; see [`Broadcast::ask`]. Dropped, it takes what is still pending out of the sockets' tables.
#[derive(Debug)]
pub struct Asking {
    id: u64,
    expected: usize,
    sockets: Vec<SocketHandle>,
    receiver: mpsc::UnboundedReceiver<Args>,
}

impl Asking {
    /// How many sockets were asked.
    #[must_use]
    pub fn expected(&self) -> usize {
        self.expected
    }

    /// The next acknowledgement; none when everybody has acknowledged or is gone.
    pub async fn next(&mut self) -> Option<Args> {
        self.receiver.recv().await
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        for socket in &self.sockets {
            socket.core.forget_ack(self.id);
        }
    }
}

/// Sockets already met, where several rooms make it possible to meet one twice.
pub(crate) type Seen = HashSet<SocketId>;

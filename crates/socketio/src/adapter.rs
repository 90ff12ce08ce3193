//! The way to the other nodes of a cluster.
//!
//! A node's own sockets and rooms need no adapter: with none, the server is alone and nothing is looked up anywhere else. With one,
//! everything happens here first, and is then handed to the adapter as plain data.

use std::{future::Future, pin::Pin, time::Duration};

use bytes::Bytes;

use crate::{AdapterError, Args, NamespaceHandle, RemoteSocket, Room, Target};

/// Something that other nodes answer, or that they were told.
pub type Answer<T> = Pin<Box<dyn Future<Output = Result<T, AdapterError>> + Send>>;

/// Brings what happens here to the other nodes, and what happens there to [`NamespaceHandle::here`].
///
/// No method is called for a target that is [`local`](Target::local). What a caller waits for are the futures; the methods themselves
/// return at once, and those that have none must not fail: what cannot be sent is the adapter's to count.
pub trait Adapter: Send + Sync + 'static {
    /// The server is there. Called once, within the runtime. A handle keeps its namespace, which keeps the adapter: keep
    /// [weak](NamespaceHandle::downgrade) ones.
    fn start(&self, namespaces: &[NamespaceHandle]);

    /// Sends an event to the target's sockets elsewhere. The event is in the frames in which a client gets it, as
    /// [`encode_event`](crate::codec::socket::encode_event) makes them. Called in the order in which the events are sent.
    fn broadcast(&self, namespace: &str, target: &Target, event: &Bytes);

    /// Does something with the target's sockets elsewhere. Done in order with [`broadcast`](Self::broadcast).
    fn change(&self, namespace: &str, target: &Target, change: Change) -> Answer<()>;

    /// The target's sockets elsewhere.
    fn fetch_sockets(&self, namespace: &str, target: &Target) -> Answer<Vec<RemoteSocket>>;

    /// Sends an event as [`broadcast`](Self::broadcast) does, and gathers acknowledgements of it, for so long at most. If there is no
    /// way to the other nodes, this fails at once, and nobody is asked, here neither.
    fn ask(
        &self,
        namespace: &str,
        target: &Target,
        event: &Bytes,
        timeout: Duration,
    ) -> Result<Answer<Acknowledged>, AdapterError>;

    /// Tells the other nodes what they are still to be told, and takes no more.
    fn stop(&self) -> Pin<Box<dyn Future<Output = ()> + Send>>;
}

/// What can be done with sockets of other nodes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// They join rooms.
    Join(Vec<Room>),
    /// They leave rooms.
    Leave(Vec<Room>),
    /// They are disconnected; see [`SocketHandle::disconnect`](crate::SocketHandle::disconnect).
    Disconnect {
        /// With the whole connection.
        close: bool,
    },
}

/// The acknowledgements of other nodes' sockets.
#[derive(Debug, Default)]
pub struct Acknowledged {
    /// Those that came, of each its first argument only.
    pub responses: Vec<Args>,
    /// How many sockets were asked.
    pub expected: usize,
    /// How many nodes did not say how many sockets they asked.
    pub silent_nodes: usize,
}

//! The Socket.IO server: a set of namespaces over an engine.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use serde::Serialize;

use crate::{
    Adapter, Broadcast, Config, Counters, DisconnectReason, Namespace, NamespaceSnapshot, Room, SendError, Snapshot,
    SocketHandle, SocketId, SocketSnapshot, Target,
    client::{ClientFactory, NamespaceEntry, erase},
    engine::{Engine, EngineService},
    rooms::NamespaceCore,
};

/// A Socket.IO server. Cheap to clone.
#[derive(Clone)]
pub struct SocketIo {
    engine: Arc<Engine>,
    namespaces: Arc<[NamespaceEntry]>,
    adapter: Option<Arc<dyn Adapter>>,
}

/// Puts a [`SocketIo`] together.
#[must_use]
pub struct SocketIoBuilder {
    config: Config,
    namespaces: Vec<NamespaceEntry>,
    adapter: Option<Arc<dyn Adapter>>,
}

impl SocketIoBuilder {
    /// Adds a namespace, `/` being the main one. A leading slash is added where it is missing; the last of two with the same
    /// name wins.
    pub fn namespace<N: Namespace>(mut self, name: &str, namespace: N) -> Self {
        let name = if name.starts_with('/') {
            name.to_owned()
        } else {
            format!("/{name}")
        };
        self.namespaces.retain(|entry| *entry.core.name != *name);
        let core = NamespaceCore::new(name.into(), &self.config);
        self.namespaces.push(erase(core, namespace));
        self
    }

    /// Makes the server a node of a cluster. [`build`](Self::build) must then be called within the runtime, because the adapter
    /// starts with it.
    pub fn adapter(mut self, adapter: Arc<dyn Adapter>) -> Self {
        self.adapter = Some(adapter);
        self
    }

    /// The server, ready to serve. Its tasks start with the first request.
    #[must_use]
    pub fn build(self) -> SocketIo {
        let namespaces: Arc<[NamespaceEntry]> = self.namespaces.into();
        let engine = Engine::new(
            self.config,
            Box::new(ClientFactory {
                namespaces: Arc::clone(&namespaces),
            }),
        );
        let server = SocketIo {
            engine,
            namespaces,
            adapter: self.adapter,
        };
        if let Some(adapter) = &server.adapter {
            let handles: Vec<_> = server.namespaces.iter().map(NamespaceEntry::handle).collect();
            for handle in &handles {
                // Nobody else sets it.
                let _ = handle.core.adapter.set(Arc::clone(adapter));
            }
            adapter.start(&handles);
        }
        server
    }
}

impl SocketIo {
    /// Starts with the limits and intervals.
    pub fn builder(config: Config) -> SocketIoBuilder {
        SocketIoBuilder {
            config,
            namespaces: Vec::new(),
            adapter: None,
        }
    }

    /// A tower service over HTTP requests that answers everything under [`Config::path`], and 404 to everything else but `/`, which is
    /// what a router leaves that takes its prefix off. In an axum router: `route_service("/socket.io/", server.service())`. It never
    /// fails.
    #[must_use]
    pub fn service(&self) -> EngineService {
        EngineService::new(Arc::clone(&self.engine))
    }

    /// A namespace, to send to its sockets from outside of a handler.
    #[must_use]
    pub fn of(&self, name: &str) -> Option<NamespaceHandle> {
        let entry = self.namespaces.iter().find(|entry| *entry.core.name == *name)?;
        Some(entry.handle())
    }

    /// Refuses new sessions, and ends all there are with `server shutting down`: what was sent to them before still leaves, and they are
    /// told that the connection ends. Returns when all are gone and other nodes are told what they are to be told, at the latest after
    /// `limit`.
    pub async fn close(&self, limit: Duration) {
        let closing = async {
            self.engine.close(DisconnectReason::ServerShuttingDown, limit).await;
            if let Some(adapter) = &self.adapter {
                adapter.stop().await;
            }
        };
        // What is left after the limit is left.
        let _ = tokio::time::timeout(limit, closing).await;
    }

    /// Who is here now. Takes time and memory for every socket: for operators, not for every second.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let mut namespaces = Vec::new();
        let mut sockets = Vec::new();
        for entry in self.namespaces.iter() {
            let core = &entry.core;
            namespaces.push(NamespaceSnapshot {
                name: core.name.to_string(),
                sockets: core.socket_count(),
                rooms: core.room_sizes(),
            });
            sockets.extend(core.all_sockets().into_iter().map(|core| {
                let ready_state = if core.is_open() { "open" } else { "opening" };
                let socket = SocketHandle { core };
                SocketSnapshot {
                    id: *socket.id(),
                    namespace: socket.namespace().to_owned(),
                    rooms: socket.rooms(),
                    transport: socket.transport(),
                    ready_state,
                    connected_at: socket.connected_at(),
                }
            }));
        }
        Snapshot {
            clients: self.engine.session_count(),
            namespaces,
            sockets,
        }
    }

    /// What happened since the start.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.engine.counters()
    }
}

impl std::fmt::Debug for SocketIo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SocketIo")
            .field("sessions", &self.engine.session_count())
            .finish_non_exhaustive()
    }
}

/// A namespace from outside. Cheap to clone.
#[derive(Debug, Clone)]
pub struct NamespaceHandle {
    core: Arc<NamespaceCore>,
}

/// A namespace as long as its server is there.
#[derive(Debug, Clone)]
pub struct WeakNamespace {
    core: Weak<NamespaceCore>,
}

impl WeakNamespace {
    /// The namespace, if its server is still there.
    #[must_use]
    pub fn upgrade(&self) -> Option<NamespaceHandle> {
        self.core.upgrade().map(|core| NamespaceHandle { core })
    }
}

impl NamespaceEntry {
    fn handle(&self) -> NamespaceHandle {
        NamespaceHandle {
            core: Arc::clone(&self.core),
        }
    }
}

impl NamespaceHandle {
    /// The same without keeping it.
    #[must_use]
    pub fn downgrade(&self) -> WeakNamespace {
        WeakNamespace {
            core: Arc::downgrade(&self.core),
        }
    }

    /// To those sockets of this node that `target` means: how an adapter does here what another node asks for.
    pub fn here(&self, target: Target) -> Broadcast {
        Broadcast::here(Arc::clone(&self.core), target)
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.core.name
    }

    /// To all sockets.
    pub fn all(&self) -> Broadcast {
        Broadcast::new(Arc::clone(&self.core))
    }

    /// To the sockets of a room.
    pub fn to(&self, room: impl Into<Room>) -> Broadcast {
        self.all().to(room)
    }

    /// The same as [`to`](Self::to).
    pub fn in_(&self, room: impl Into<Room>) -> Broadcast {
        self.all().to(room)
    }

    /// To all sockets but those of a room.
    pub fn except(&self, room: impl Into<Room>) -> Broadcast {
        self.all().except(room)
    }

    /// Sends an event with one argument to all sockets.
    pub fn emit(&self, name: &str, value: &(impl Serialize + ?Sized)) -> Result<(), SendError> {
        self.all().emit(name, value)
    }

    /// One socket, if it is here.
    #[must_use]
    pub fn socket(&self, id: &SocketId) -> Option<SocketHandle> {
        self.core.socket(id.as_str()).map(|core| SocketHandle { core })
    }

    /// How many sockets are in a room. A room without sockets does not exist, and has none.
    #[must_use]
    pub fn room_size(&self, room: &str) -> usize {
        self.core.room_size(room)
    }

    /// The rooms with their sizes, but for the rooms of the sockets' own ids.
    #[must_use]
    pub fn rooms(&self) -> Vec<(Room, usize)> {
        self.core.room_sizes()
    }
}

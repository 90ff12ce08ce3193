//! The Socket.IO server: a set of namespaces over an engine.

use std::{sync::Arc, time::Duration};

use serde::Serialize;

use crate::{
    Broadcast, Config, Counters, DisconnectReason, Namespace, NamespaceSnapshot, Room, SendError, Snapshot,
    SocketHandle, SocketId, SocketSnapshot,
    client::{ClientFactory, NamespaceEntry, erase},
    engine::{Engine, EngineService},
    rooms::NamespaceCore,
};

/// A Socket.IO server. Cheap to clone.
#[derive(Clone)]
pub struct SocketIo {
    engine: Arc<Engine>,
    namespaces: Arc<[NamespaceEntry]>,
}

/// Puts a [`SocketIo`] together.
#[must_use]
pub struct SocketIoBuilder {
    config: Config,
    namespaces: Vec<NamespaceEntry>,
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
        SocketIo { engine, namespaces }
    }
}

impl SocketIo {
    /// Starts with the limits and intervals.
    pub fn builder(config: Config) -> SocketIoBuilder {
        SocketIoBuilder {
            config,
            namespaces: Vec::new(),
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
        Some(NamespaceHandle {
            core: Arc::clone(&entry.core),
        })
    }

    /// Refuses new sessions, and ends all there are with `server shutting down`: what was sent to them before still leaves, and they are
    /// told that the connection ends. Returns when all are gone, at the latest after `limit`.
    pub async fn close(&self, limit: Duration) {
        self.engine.close(DisconnectReason::ServerShuttingDown, limit).await;
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

impl NamespaceHandle {
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

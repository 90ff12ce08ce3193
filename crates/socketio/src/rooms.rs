//! The sockets and rooms of a namespace on this node.
//!
//! A room is a dense vector, so that a broadcast walks memory in order; a member knows its place in it, so that leaving does not
//! search. The room of a socket's own id is not written down: the map of sockets is that room.

use std::{
    collections::HashMap,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use parking_lot::{Mutex, RwLock};

use crate::{
    Adapter, SocketId,
    broadcast::{Seen, Target},
    engine::FlushBatch,
    socket::SocketCore,
};

/// The name of a room. Cheap to clone.
pub type Room = Arc<str>;

/// A namespace without the application's types.
pub(crate) struct NamespaceCore {
    pub(crate) name: Arc<str>,
    pub(crate) max_queue_bytes: usize,
    pub(crate) max_pending_acks: usize,
    /// The way to other nodes, if the server is given one.
    pub(crate) adapter: OnceLock<Arc<dyn Adapter>>,
    next_ack: AtomicU64,
    sockets: RwLock<HashMap<SocketId, Arc<SocketCore>>>,
    rooms: RwLock<HashMap<Room, Arc<RoomEntry>>>,
}

#[derive(Default)]
struct RoomEntry {
    members: Mutex<Vec<Member>>,
}

struct Member {
    socket: Arc<SocketCore>,
    place: Arc<AtomicUsize>,
}

/// What a socket knows of a room that it is in.
pub(crate) struct Membership {
    room: Arc<RoomEntry>,
    /// Where it is among the room's members. Written under the lock of those only.
    place: Arc<AtomicUsize>,
}

impl std::fmt::Debug for NamespaceCore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Namespace")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl NamespaceCore {
    pub(crate) fn new(name: Arc<str>, config: &crate::Config) -> Arc<Self> {
        Arc::new(Self {
            name,
            max_queue_bytes: config.max_queue_bytes,
            max_pending_acks: config.max_pending_acks,
            adapter: OnceLock::new(),
            next_ack: AtomicU64::new(0),
            sockets: RwLock::default(),
            rooms: RwLock::default(),
        })
    }

    pub(crate) fn next_ack_id(&self) -> u64 {
        self.next_ack.fetch_add(1, Ordering::Relaxed)
    }

    pub(crate) fn add(&self, socket: Arc<SocketCore>) {
        self.sockets.write().insert(socket.id, socket);
    }

    /// Takes a socket out of everything. It is marked as closed already, so it cannot join anything any more.
    pub(crate) fn remove(&self, socket: &Arc<SocketCore>) {
        self.leave_all(socket);
        self.sockets.write().remove(&socket.id);
    }

    pub(crate) fn socket(&self, id: &str) -> Option<Arc<SocketCore>> {
        self.sockets.read().get(id).cloned()
    }

    pub(crate) fn all_sockets(&self) -> Vec<Arc<SocketCore>> {
        self.sockets.read().values().cloned().collect()
    }

    pub(crate) fn socket_count(&self) -> usize {
        self.sockets.read().len()
    }

    pub(crate) fn join(&self, socket: &Arc<SocketCore>, room: Room) {
        if *room == *socket.id.as_str() {
            socket.in_own_room.store(true, Ordering::Release);
            return;
        }
        let mut memberships = socket.memberships.lock();
        if !socket.is_connected() || memberships.contains_key(&room) {
            return;
        }
        let mut rooms = self.rooms.write();
        let entry = Arc::clone(rooms.entry(Arc::clone(&room)).or_default());
        let mut members = entry.members.lock();
        let place = Arc::new(AtomicUsize::new(members.len()));
        members.push(Member {
            socket: Arc::clone(socket),
            place: Arc::clone(&place),
        });
        drop(members);
        drop(rooms);
        memberships.insert(room, Membership { room: entry, place });
    }

    pub(crate) fn leave(&self, socket: &Arc<SocketCore>, room: &str) {
        if room == socket.id.as_str() {
            socket.in_own_room.store(false, Ordering::Release);
            return;
        }
        let mut memberships = socket.memberships.lock();
        if let Some(membership) = memberships.remove(room) {
            self.take_out(room, &membership);
        }
    }

    pub(crate) fn leave_all(&self, socket: &Arc<SocketCore>) {
        socket.in_own_room.store(false, Ordering::Release);
        let mut memberships = socket.memberships.lock();
        for (room, membership) in std::mem::take(&mut *memberships) {
            self.take_out(&room, &membership);
        }
    }

    fn take_out(&self, room: &str, membership: &Membership) {
        let mut rooms = self.rooms.write();
        let mut members = membership.room.members.lock();
        let place = membership.place.load(Ordering::Relaxed);
        let member = members.swap_remove(place);
        if let Some(moved) = members.get(place) {
            moved.place.store(place, Ordering::Relaxed);
        }
        // Memory is given back only when it is worth it: people join and leave one by one.
        if members.capacity() > 64 && members.len() * 4 < members.capacity() {
            members.shrink_to_fit();
        }
        if members.is_empty() {
            rooms.remove(room);
        }
        drop(members);
        drop(rooms);
        // Perhaps the last reference to the socket: its destructor must not run under the locks.
        drop(member);
    }

    pub(crate) fn rooms_of(socket: &Arc<SocketCore>) -> Vec<Room> {
        let mut rooms = Vec::new();
        if socket.in_own_room.load(Ordering::Acquire) {
            rooms.push(Room::from(socket.id.as_str()));
        }
        rooms.extend(socket.memberships.lock().keys().cloned());
        rooms
    }

    /// How many sockets are in a room.
    pub(crate) fn room_size(&self, room: &str) -> usize {
        let own = self.own_room(room).map_or(0, |_| 1);
        let others = self.rooms.read().get(room).cloned();
        own + others.map_or(0, |entry| entry.members.lock().len())
    }

    /// All rooms but those of the sockets' own ids.
    pub(crate) fn room_sizes(&self) -> Vec<(Room, usize)> {
        self.rooms
            .read()
            .iter()
            .map(|(room, entry)| (Arc::clone(room), entry.members.lock().len()))
            .collect()
    }

    /// The socket whose own room this is.
    fn own_room(&self, room: &str) -> Option<Arc<SocketCore>> {
        let socket = self.socket(room)?;
        socket.in_own_room.load(Ordering::Acquire).then_some(socket)
    }

    /// Hands an encoded packet to every socket of the target: the one place where a broadcast happens.
    pub(crate) fn broadcast(&self, target: &Target, packet: &Bytes) {
        let mut batch = FlushBatch::new();
        self.for_each(target, |socket| {
            if target.volatile {
                if socket.is_open() {
                    socket.connection.send_volatile(packet.clone());
                }
            } else if socket.is_open() {
                batch.push(&socket.connection, packet.clone());
            } else {
                socket.deliver(packet.clone());
            }
        });
        batch.flush();
    }

    /// Calls `each` once for every socket of the target. The room is locked meanwhile: `each` must not join or leave.
    pub(crate) fn for_each(&self, target: &Target, mut each: impl FnMut(&Arc<SocketCore>)) {
        let mut except = self.excepted(target);
        let several = target.rooms.len() > 1;
        let skips = !except.is_empty();
        let mut visit = |socket: &Arc<SocketCore>| {
            if several {
                if !except.insert(socket.id) {
                    return;
                }
            } else if skips && except.contains(&socket.id) {
                return;
            }
            each(socket);
        };
        if target.rooms.is_empty() {
            self.sockets.read().values().for_each(visit);
            return;
        }
        for room in &target.rooms {
            if let Some(socket) = self.own_room(room) {
                visit(&socket);
            }
            let entry = self.rooms.read().get(room).cloned();
            if let Some(entry) = entry {
                entry.members.lock().iter().for_each(|member| visit(&member.socket));
            }
        }
    }

    fn excepted(&self, target: &Target) -> Seen {
        let mut seen = Seen::new();
        seen.extend(target.except_socket);
        for room in &target.except {
            seen.extend(self.own_room(room).map(|socket| socket.id));
            let entry = self.rooms.read().get(room).cloned();
            if let Some(entry) = entry {
                seen.extend(entry.members.lock().iter().map(|member| member.socket.id));
            }
        }
        seen
    }
}

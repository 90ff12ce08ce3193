//! What an operator may want to know: who is here, and what happened so far.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::SystemTime,
};

use crate::{DisconnectReason, Room, SocketId, Transport};

/// The state of the server at one moment.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// Open sessions, whether or not they joined a namespace.
    pub clients: usize,
    /// Each namespace.
    pub namespaces: Vec<NamespaceSnapshot>,
    /// Each socket.
    pub sockets: Vec<SocketSnapshot>,
}

/// A namespace at one moment.
#[derive(Debug, Clone)]
pub struct NamespaceSnapshot {
    /// Its name, `/` for the main one.
    pub name: String,
    /// How many sockets are in it.
    pub sockets: usize,
    /// Its rooms with their sizes, but for the rooms of the sockets' own ids.
    pub rooms: Vec<(Room, usize)>,
}

/// A socket at one moment.
#[derive(Debug, Clone)]
pub struct SocketSnapshot {
    /// Its id.
    pub id: SocketId,
    /// Its namespace.
    pub namespace: String,
    /// Its rooms, that of its own id among them.
    pub rooms: Vec<Room>,
    /// The transport of its connection.
    pub transport: Transport,
    /// `opening` before the CONNECT reply, then `open`.
    pub ready_state: &'static str,
    /// When it joined.
    pub connected_at: SystemTime,
}

/// What happened since the start.
#[derive(Debug, Clone, Default)]
pub struct Counters {
    /// Sessions opened.
    pub accepted: u64,
    /// Sessions refused because of a limit.
    pub refused: u64,
    /// Sessions that went from polling to WebSocket.
    pub upgraded: u64,
    /// Sessions ended, by reason.
    pub closed: Vec<(DisconnectReason, u64)>,
    /// Engine.IO packets from clients.
    pub packets_in: u64,
    /// Bytes of those.
    pub bytes_in: u64,
    /// Packets queued for clients; a broadcast counts once for every recipient.
    pub packets_out: u64,
    /// Bytes of those, with their frames.
    pub bytes_out: u64,
    /// Write calls made for them.
    pub writes: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Meters {
    pub(crate) accepted: AtomicU64,
    pub(crate) refused: AtomicU64,
    pub(crate) upgraded: AtomicU64,
    pub(crate) closed: [AtomicU64; DisconnectReason::ALL.len()],
    pub(crate) packets_in: AtomicU64,
    pub(crate) bytes_in: AtomicU64,
    pub(crate) packets_out: AtomicU64,
    pub(crate) bytes_out: AtomicU64,
    pub(crate) writes: AtomicU64,
}

pub(crate) fn count(meter: &AtomicU64, amount: usize) {
    meter.fetch_add(amount as u64, Ordering::Relaxed);
}

impl Meters {
    pub(crate) fn closed(&self, reason: DisconnectReason) {
        count(&self.closed[reason as usize - 1], 1);
    }

    pub(crate) fn read(&self) -> Counters {
        let get = |meter: &AtomicU64| meter.load(Ordering::Relaxed);
        Counters {
            accepted: get(&self.accepted),
            refused: get(&self.refused),
            upgraded: get(&self.upgraded),
            closed: DisconnectReason::ALL
                .iter()
                .copied()
                .zip(self.closed.iter().map(get))
                .collect(),
            packets_in: get(&self.packets_in),
            bytes_in: get(&self.bytes_in),
            packets_out: get(&self.packets_out),
            bytes_out: get(&self.bytes_out),
            writes: get(&self.writes),
        }
    }
}

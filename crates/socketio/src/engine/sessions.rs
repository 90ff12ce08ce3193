//! All open sessions, and how many of them each address has.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use http::StatusCode;
use parking_lot::Mutex;
use tokio::sync::Notify;

use super::Connection;
use crate::SocketId;

const PARTS: usize = 16;

/// The sessions by their ids, in parts so that handshakes do not wait for each other.
#[derive(Default)]
pub(super) struct Sessions {
    parts: [Mutex<HashMap<SocketId, Arc<Connection>>>; PARTS],
    open: AtomicUsize,
    addresses: Mutex<HashMap<IpAddr, usize>>,
    /// Told when the last session is gone.
    pub(super) emptied: Notify,
}

impl Sessions {
    fn part(&self, sid: &SocketId) -> &Mutex<HashMap<SocketId, Arc<Connection>>> {
        &self.parts[sid.spread() % PARTS]
    }

    pub(super) fn get(&self, sid: &str) -> Option<Arc<Connection>> {
        let sid = SocketId::parse(sid)?;
        self.part(&sid).lock().get(&sid).cloned()
    }

    /// Counts a session before it is made, or says what to answer instead.
    pub(super) fn admit(&self, address: IpAddr, most: usize, most_of_address: usize) -> Result<(), StatusCode> {
        if self.open.fetch_add(1, Ordering::AcqRel) >= most {
            self.open.fetch_sub(1, Ordering::AcqRel);
            return Err(StatusCode::SERVICE_UNAVAILABLE);
        }
        let mut addresses = self.addresses.lock();
        let count = addresses.entry(network(address)).or_default();
        // Requests that nobody gave an address to are not all from one client.
        if *count >= most_of_address && !address.is_unspecified() {
            drop(addresses);
            self.open.fetch_sub(1, Ordering::AcqRel);
            return Err(StatusCode::TOO_MANY_REQUESTS);
        }
        *count += 1;
        Ok(())
    }

    pub(super) fn add(&self, connection: &Arc<Connection>) {
        self.part(connection.sid())
            .lock()
            .insert(*connection.sid(), Arc::clone(connection));
    }

    /// Takes a session out; does nothing if it is out already.
    pub(super) fn remove(&self, connection: &Connection) {
        if self.part(connection.sid()).lock().remove(connection.sid()).is_none() {
            return;
        }
        let network = network(connection.remote_addr());
        let mut addresses = self.addresses.lock();
        if let Some(count) = addresses.get_mut(&network) {
            *count -= 1;
            if *count == 0 {
                addresses.remove(&network);
            }
        }
        drop(addresses);
        if self.open.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.emptied.notify_waiters();
        }
    }

    pub(super) fn count(&self) -> usize {
        self.open.load(Ordering::Acquire)
    }

    pub(super) fn all(&self) -> Vec<Arc<Connection>> {
        self.parts
            .iter()
            .flat_map(|part| part.lock().values().cloned().collect::<Vec<_>>())
            .collect()
    }
}

/// What counts as one address: with IPv6, the /64 that one customer has to himself.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        address @ IpAddr::V4(_) => address,
    }
}

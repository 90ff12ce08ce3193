//! What an operator may want to know of the adapter.

use std::{
    fmt::Display,
    sync::atomic::{AtomicU64, Ordering},
};

/// What happened since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RedisCounters {
    /// Messages that Redis took.
    pub published: u64,
    /// Write calls made for them, of one batch each.
    pub batches: u64,
    /// Messages that were not published, or of which that is not known.
    pub lost: u64,
    /// Messages of other nodes, those for rooms that have nobody here among them.
    pub received: u64,
    /// Messages of other nodes that were not in the format, or over a limit.
    pub ignored: u64,
    /// How often the connection to Redis was lost.
    pub outages: u64,
}

#[derive(Debug, Default)]
pub(super) struct Meters {
    pub(super) published: AtomicU64,
    pub(super) batches: AtomicU64,
    pub(super) lost: AtomicU64,
    pub(super) received: AtomicU64,
    ignored: AtomicU64,
    pub(super) outages: AtomicU64,
}

pub(super) fn count(meter: &AtomicU64, amount: usize) {
    meter.fetch_add(amount as u64, Ordering::Relaxed);
}

impl Meters {
    /// A message is not handled. Whoever sends such messages can send many: the log tells of the first, and then of every power of two.
    pub(super) fn ignored(&self, why: &dyn Display) {
        let ignored = self.ignored.fetch_add(1, Ordering::Relaxed) + 1;
        if ignored.is_power_of_two() {
            tracing::warn!(ignored, %why, "a message of another node is ignored");
        }
    }

    pub(super) fn read(&self) -> RedisCounters {
        let get = |meter: &AtomicU64| meter.load(Ordering::Relaxed);
        RedisCounters {
            published: get(&self.published),
            batches: get(&self.batches),
            lost: get(&self.lost),
            received: get(&self.received),
            ignored: get(&self.ignored),
            outages: get(&self.outages),
        }
    }
}

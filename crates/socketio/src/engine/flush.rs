//! When queued packets are written.
//!
//! A connection that got its first packet since its last write goes on a list, once. Packets that a connection's own task sends, such
//! as the reply to an event, are written when that task has done what it had to do, so that an acknowledgement and a broadcast leave
//! together. Everything else, and every large broadcast, goes to the flushers: tasks that first let every other ready task run, and
//! then write each connection once. Several broadcasts of one moment leave in one write.

use std::{
    cell::RefCell,
    future::poll_fn,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::Poll,
};

use bytes::Bytes;
use futures_util::task::AtomicWaker;
use parking_lot::Mutex;

use super::{Connection, Engine, outgoing::Queued};
use crate::snapshot::count;

/// Connections that a task writes to by itself; more are left to the flushers.
const INLINE: usize = 8;
/// Connections that a flusher writes to before it lets others run.
const TURN: usize = 64;

#[derive(Default)]
pub(crate) struct Shard {
    dirty: Mutex<Vec<Arc<Connection>>>,
    waker: AtomicWaker,
    closed: AtomicBool,
}

impl Shard {
    fn add(&self, connections: &mut Vec<Arc<Connection>>) {
        self.dirty.lock().append(connections);
        self.waker.wake();
    }

    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Release);
        self.waker.wake();
    }

    /// The flusher's task.
    pub(crate) async fn run(self: Arc<Self>) {
        let mut batch = Vec::new();
        loop {
            poll_fn(|context| {
                self.waker.register(context.waker());
                if self.dirty.lock().is_empty() && !self.closed.load(Ordering::Acquire) {
                    return Poll::Pending;
                }
                Poll::Ready(())
            })
            .await;
            tokio::task::yield_now().await;
            std::mem::swap(&mut *self.dirty.lock(), &mut batch);
            if batch.is_empty() && self.closed.load(Ordering::Acquire) {
                return;
            }
            let mut all = batch.drain(..);
            while all.len() > TURN {
                flush_all(all.by_ref().take(TURN));
                tokio::task::yield_now().await;
            }
            flush_all(all);
            if batch.capacity() > 4096 {
                batch = Vec::new();
            }
        }
    }
}

/// Writes to each of them.
fn flush_all(connections: impl IntoIterator<Item = Arc<Connection>>) {
    let mut connections = connections.into_iter();
    let Some(first) = connections.next() else { return };
    let calls = first.flush() + connections.map(|connection| connection.flush()).sum::<usize>();
    count(&first.engine().meters.writes, calls);
}

thread_local! {
    /// Connections made dirty by the task that runs now, if it is one that flushes them itself.
    static OWN: RefCell<Option<Vec<Arc<Connection>>>> = const { RefCell::new(None) };
}

/// Runs a task's turn, and then writes what it sent.
pub(crate) fn with_own_list<T>(turn: impl FnOnce() -> T) -> T {
    let outer = OWN.replace(Some(Vec::new()));
    let restore = Restore { outer };
    let result = turn();
    drop(restore);
    result
}

/// Puts the outer list back and writes the inner one, also when the turn panics.
struct Restore {
    outer: Option<Vec<Arc<Connection>>>,
}

impl Drop for Restore {
    fn drop(&mut self) {
        let own = OWN.replace(self.outer.take()).unwrap_or_default();
        if own.len() <= INLINE {
            flush_all(own);
        } else {
            distribute(own);
        }
    }
}

/// Puts one connection on a list.
pub(crate) fn schedule(connection: &Arc<Connection>) {
    let kept = OWN.with_borrow_mut(|own| own.as_mut().map(|own| own.push(Arc::clone(connection))).is_some());
    if !kept {
        connection.shard().add(&mut vec![Arc::clone(connection)]);
    }
}

fn distribute(mut connections: Vec<Arc<Connection>>) {
    let Some(first) = connections.first() else { return };
    let engine = Arc::clone(first.engine());
    let shards = engine.shards();
    if let [shard] = shards {
        return shard.add(&mut connections);
    }
    let mut parts: Vec<Vec<_>> = Vec::with_capacity(shards.len());
    parts.resize_with(shards.len(), || {
        Vec::with_capacity(connections.len() / shards.len() + 8)
    });
    for connection in connections {
        parts[connection.shard_index()].push(connection);
    }
    for (shard, mut part) in shards.iter().zip(parts) {
        if !part.is_empty() {
            shard.add(&mut part);
        }
    }
}

/// A broadcast on its way into the queues.
pub(crate) struct FlushBatch {
    dirty: Vec<Arc<Connection>>,
    engine: Option<Arc<Engine>>,
    packets: usize,
    bytes: usize,
}

impl FlushBatch {
    pub(crate) fn new() -> Self {
        Self {
            dirty: Vec::new(),
            engine: None,
            packets: 0,
            bytes: 0,
        }
    }

    pub(crate) fn push(&mut self, connection: &Arc<Connection>, packet: Bytes) {
        self.packets += 1;
        self.bytes += packet.len();
        if self.engine.is_none() {
            self.engine = Some(Arc::clone(connection.engine()));
        }
        match connection.queue(packet) {
            Queued::Dirty => self.dirty.push(Arc::clone(connection)),
            Queued::Overflow => connection.overflowed(),
            Queued::Waits | Queued::Closed => {}
        }
    }

    pub(crate) fn flush(self) {
        if let Some(engine) = &self.engine {
            count(&engine.meters.packets_out, self.packets);
            count(&engine.meters.bytes_out, self.bytes);
        }
        if self.dirty.len() > INLINE {
            distribute(self.dirty);
        } else {
            self.dirty.iter().for_each(schedule);
        }
    }
}

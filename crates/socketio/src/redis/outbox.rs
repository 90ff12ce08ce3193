//! What waits to be published, in order and bounded.

use std::collections::VecDeque;

use bytes::Bytes;
use parking_lot::Mutex;
use tokio::sync::{Notify, oneshot, watch};

use crate::Target;

/// Messages of one batch.
const MOST: usize = 512;
/// Bytes of one batch, by and large.
const MOST_BYTES: usize = 1 << 20;

pub(super) enum Item {
    /// A broadcast. It is packed when it leaves, by the task that publishes and not by whoever broadcasts.
    Event {
        /// Which of the server's namespaces.
        namespace: usize,
        target: Target,
        event: Bytes,
    },
    /// A request or a response.
    Message {
        channel: String,
        payload: Vec<u8>,
        /// Told when Redis has it, dropped when that is not known.
        published: Option<oneshot::Sender<()>>,
    },
}

impl Item {
    /// Bytes that it takes, by and large.
    fn weight(&self) -> usize {
        size_of::<Self>()
            + match self {
                Self::Event { target, event, .. } => {
                    let rooms = target.rooms.iter().chain(&target.except);
                    event.len() + rooms.map(|room| room.len()).sum::<usize>()
                }
                Self::Message { channel, payload, .. } => channel.len() + payload.len(),
            }
    }
}

pub(super) struct Outbox {
    max_bytes: usize,
    waiting: Mutex<Waiting>,
    arrived: Notify,
    closed: watch::Sender<bool>,
}

#[derive(Default)]
struct Waiting {
    items: VecDeque<Item>,
    bytes: usize,
}

impl Outbox {
    pub(super) fn new(max_bytes: usize) -> Self {
        Self {
            max_bytes,
            waiting: Mutex::default(),
            arrived: Notify::new(),
            closed: watch::Sender::new(false),
        }
    }

    /// Answers `false` if there is no room for it.
    pub(super) fn push(&self, item: Item) -> bool {
        if *self.closed.borrow() {
            return false;
        }
        let weight = item.weight();
        let mut waiting = self.waiting.lock();
        if waiting.bytes + weight > self.max_bytes {
            return false;
        }
        waiting.bytes += weight;
        waiting.items.push_back(item);
        let first = waiting.items.len() == 1;
        drop(waiting);
        if first {
            self.arrived.notify_one();
        }
        true
    }

    /// What is to leave next; nothing when it is closed and empty.
    pub(super) async fn next(&self) -> Option<Vec<Item>> {
        loop {
            let batch = self.take();
            if !batch.is_empty() {
                return Some(batch);
            }
            if *self.closed.borrow() {
                return None;
            }
            self.arrived.notified().await;
        }
    }

    fn take(&self) -> Vec<Item> {
        let mut waiting = self.waiting.lock();
        let (mut count, mut bytes) = (0, 0);
        for item in waiting.items.iter().take(MOST) {
            if bytes > MOST_BYTES {
                break;
            }
            count += 1;
            bytes += item.weight();
        }
        let batch: Vec<Item> = waiting.items.drain(..count).collect();
        waiting.bytes -= bytes;
        if waiting.items.is_empty() && waiting.items.capacity() > 4 * MOST {
            // Room for an outage is not kept.
            waiting.items = VecDeque::new();
        }
        batch
    }

    /// Takes nothing more. What waits may still leave.
    pub(super) fn close(&self) {
        self.closed.send_replace(true);
        self.arrived.notify_one();
    }

    /// Waits until it is closed.
    pub(super) async fn closed(&self) {
        // The sender is here, so there is always an answer.
        let _ = self.closed.subscribe().wait_for(|closed| *closed).await;
    }
}

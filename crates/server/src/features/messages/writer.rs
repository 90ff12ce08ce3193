//! The one writer of messages: commits what waits in one transaction, then tells, then answers.
//!
//! No timer: whatever arrived during the last commit is the next batch, so a lone message waits for nobody and a busy
//! server pays for one commit per batch. One task broadcasts in the order of the commit, so that on one node clients
//! hear the numbers in order.

use std::sync::{Arc, Mutex, PoisonError};

use linnet_contract::{Message, http::DirectMessages};
use linnet_store::{AppendError, Appended, Draft, Store};
use tokio::{sync::mpsc, task::JoinHandle};

use super::{message, send::Sent};
use crate::{
    error::RequestError,
    fanout::Fanout,
    features::receipts::Implied,
};
use linnet_contract::ErrorCode;

/// Messages that one transaction takes at most.
const BATCH: usize = 512;
/// Messages that wait for the writer at most. Then `sendMsg` waits, and with it the reading of that socket.
const QUEUE: usize = 4_096;

/// What the sender is told, once.
pub type Answer = Box<dyn FnOnce(Result<Sent, RequestError>) + Send>;

/// A message that waits for its commit.
pub(super) struct Pending {
    pub draft: Draft,
    pub answer: Answer,
}

/// Queues messages for the writer.
pub struct Writer {
    queue: Mutex<Option<mpsc::Sender<Pending>>>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Starts the writer's task.
    #[must_use]
    pub fn start(store: Store, fanout: Arc<Fanout>, implied: Arc<Implied>, policy: DirectMessages) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let task = tokio::spawn(write(waiting, store, fanout, implied, policy));
        Self { queue: Mutex::new(Some(queue)), task: Mutex::new(Some(task)) }
    }

    /// Queues a message. Waits while the queue is full; the answer comes after the commit.
    pub(super) async fn queue(&self, pending: Pending) {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let refused = match queue {
            Some(queue) => queue.send(pending).await.err().map(|refused| refused.0),
            None => Some(pending),
        };
        if let Some(pending) = refused {
            (pending.answer)(Err(RequestError::unavailable()));
        }
    }

    /// Takes no more messages, and returns when those that wait are committed and answered.
    pub async fn close(&self) {
        drop(self.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task
            && let Err(error) = task.await
        {
            tracing::error!(%error, "the writer of messages did not end well");
        }
    }
}

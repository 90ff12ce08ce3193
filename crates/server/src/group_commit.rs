//! Group commit: whatever waits is written together.
//!
//! One task per kind of write takes everything that is queued and hands it over as one batch. There is no timer: what
//! arrives during a commit is the next batch, so a lone write waits for nobody, and a busy server pays for one commit per
//! batch. Whoever queues gets its answer through what it queued, after the commit.

use std::{
    panic::AssertUnwindSafe,
    sync::{Mutex, PoisonError},
};

use futures_util::FutureExt as _;
use tokio::{sync::mpsc, task::JoinHandle};

/// Items that one batch takes at most.
const BATCH: usize = 512;
/// Items that wait at most. Then whoever queues waits, and with it the reading of its socket.
const QUEUE: usize = 4_096;

/// Queues items of one kind for its committing task.
pub(crate) struct GroupCommit<T> {
    queue: Mutex<Option<mpsc::Sender<T>>>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl<T: Send + 'static> GroupCommit<T> {
    /// Starts the task. `commit` is called with one batch at a time, in the order in which it was queued, and answers
    /// every item of it.
    pub(crate) fn start<C, F>(mut commit: C) -> Self
    where
        C: FnMut(Vec<T>) -> F + Send + 'static,
        F: Future<Output = ()> + Send,
    {
        let (queue, mut waiting) = mpsc::channel(QUEUE);
        let task = tokio::spawn(async move {
            loop {
                let mut batch = Vec::new();
                if waiting.recv_many(&mut batch, BATCH).await == 0 {
                    return;
                }
                // A defect in one commit must not end all writing. Whoever was in the batch hears nothing, as after a
                // crash, and sends again.
                if AssertUnwindSafe(commit(batch)).catch_unwind().await.is_err() {
                    tracing::error!("a commit panicked; its batch is lost, and the next one goes on");
                }
            }
        });
        Self {
            queue: Mutex::new(Some(queue)),
            task: Mutex::new(Some(task)),
        }
    }

    /// Queues an item; waits while the queue is full.
    ///
    /// # Errors
    /// Gives the item back after [`close`](Self::close).
    pub(crate) async fn queue(&self, item: T) -> Result<(), T> {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match queue {
            Some(queue) => queue.send(item).await.map_err(|refused| refused.0),
            None => Err(item),
        }
    }

    /// Takes no more items, and returns when those that wait are committed and answered.
    pub(crate) async fn close(&self) {
        drop(self.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task
            && let Err(error) = task.await
        {
            tracing::error!(%error, "a committing task did not end well");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::sync::{Mutex, Notify};

    use super::GroupCommit;

    #[tokio::test]
    async fn a_commit_that_panics_does_not_end_the_next_ones() {
        let committed = Arc::new(Mutex::new(Vec::new()));
        let seen = committed.clone();
        let commits = GroupCommit::start(move |batch: Vec<u32>| {
            let seen = seen.clone();
            async move {
                assert!(!batch.contains(&1), "planted");
                seen.lock().await.extend(batch);
            }
        });
        commits.queue(1).await.unwrap();
        // The batch of the first must be taken before the second is queued, or they would be one.
        tokio::task::yield_now().await;
        commits.queue(2).await.unwrap();
        commits.close().await;
        assert_eq!(*committed.lock().await, [2]);
    }

    #[tokio::test]
    async fn what_arrives_during_a_commit_is_the_next_batch_in_order() {
        let (batches, gate) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Notify::new()));
        let (seen, opened) = (batches.clone(), gate.clone());
        let commits = GroupCommit::start(move |batch: Vec<u32>| {
            let (seen, opened) = (seen.clone(), opened.clone());
            async move {
                seen.lock().await.push(batch);
                opened.notified().await;
            }
        });
        commits.queue(1).await.unwrap();
        while batches.lock().await.is_empty() {
            tokio::task::yield_now().await;
        }
        for item in 2..=5 {
            commits.queue(item).await.unwrap();
        }
        gate.notify_one();
        gate.notify_one();
        let closing = commits.close();
        let opening = async {
            while batches.lock().await.len() < 2 {
                gate.notify_one();
                tokio::task::yield_now().await;
            }
            gate.notify_one();
        };
        tokio::join!(closing, opening);
        assert_eq!(*batches.lock().await, [vec![1], vec![2, 3, 4, 5]]);
        assert_eq!(commits.queue(6).await, Err(6), "nothing is taken after the close");
    }
}

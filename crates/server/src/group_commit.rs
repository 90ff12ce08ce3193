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
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
};

/// Items that one batch takes at most.
const BATCH: usize = 512;
/// Items that wait at most. Then whoever queues waits, and with it the reading of its socket.
const QUEUE: usize = 4_096;

/// Queues items of one kind for its committing task.
pub(crate) struct GroupCommit<T> {
    queue: Mutex<Option<mpsc::Sender<Queued<T>>>>,
    task: Mutex<Option<JoinHandle<()>>>,
}

enum Queued<T> {
    Item(T),
    /// Somebody waits until everything before this is committed and answered.
    Mark(oneshot::Sender<()>),
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
                let mut queued = Vec::new();
                if waiting.recv_many(&mut queued, BATCH).await == 0 {
                    return;
                }
                let (mut batch, mut marks) = (Vec::with_capacity(queued.len()), Vec::new());
                for queued in queued {
                    match queued {
                        Queued::Item(item) => batch.push(item),
                        Queued::Mark(mark) => marks.push(mark),
                    }
                }
                // A defect in one commit must not end all writing. Whoever was in the batch hears nothing, as after a
                // crash, and sends again.
                if !batch.is_empty() && AssertUnwindSafe(commit(batch)).catch_unwind().await.is_err() {
                    tracing::error!("a commit panicked; its batch is lost, and the next one goes on");
                }
                for mark in marks {
                    // Whoever waited may be gone.
                    let _ = mark.send(());
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
        let Some(queue) = queue else { return Err(item) };
        match queue.send(Queued::Item(item)).await {
            Ok(()) => Ok(()),
            Err(mpsc::error::SendError(Queued::Item(item))) => Err(item),
            Err(mpsc::error::SendError(Queued::Mark(_))) => unreachable!("an item was sent"),
        }
    }

    /// Waits until everything that was queued before is committed and answered, or nothing is any more.
    pub(crate) async fn caught_up(&self) {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (mark, reached) = oneshot::channel();
        if let Some(queue) = queue
            && queue.send(Queued::Mark(mark)).await.is_ok()
        {
            let _ = reached.await;
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
    async fn caught_up_is_after_everything_that_was_queued_before() {
        let committed = Arc::new(Mutex::new(Vec::new()));
        let seen = committed.clone();
        let commits = GroupCommit::start(move |batch: Vec<u32>| {
            let seen = seen.clone();
            async move {
                tokio::task::yield_now().await;
                seen.lock().await.extend(batch);
            }
        });
        commits.caught_up().await;
        for item in 1..=3 {
            commits.queue(item).await.unwrap();
        }
        commits.caught_up().await;
        assert_eq!(*committed.lock().await, [1, 2, 3]);
        commits.close().await;
        commits.caught_up().await;
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

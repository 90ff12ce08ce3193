//! The one writer of marks. Like the writer of messages: what waits is committed together, then told, then answered. A
//! client that reads its way down a conversation costs a share of a commit for each step, not a commit.

use std::sync::Arc;

use linnet_contract::{events::ReceiptUpdated, limits};
use linnet_store::{Mark, Marks, Store};

use crate::{error::RequestError, fanout::Fanout, features::settings, group_commit::GroupCommit};

/// What whoever marked is told, once: whether they are a member.
pub(super) type Answer = Box<dyn FnOnce(Result<bool, RequestError>) + Send>;

struct Pending {
    mark: Mark,
    answer: Answer,
}

/// Queues marks for the writer.
pub struct Writer(GroupCommit<Pending>);

impl Writer {
    /// Starts the writer's task.
    #[must_use]
    pub fn start(store: Store, fanout: Arc<Fanout>) -> Self {
        Self(GroupCommit::start(move |batch| {
            let (store, fanout) = (store.clone(), fanout.clone());
            async move { write(batch, &store, &fanout).await }
        }))
    }

    /// Queues a mark. Waits while the queue is full; the answer comes after the commit.
    pub(super) async fn queue(&self, mark: Mark, answer: Answer) {
        if let Err(refused) = self.0.queue(Pending { mark, answer }).await {
            (refused.answer)(Err(RequestError::unavailable()));
        }
    }

    /// Waits until the marks that were queued before are committed and told.
    pub async fn caught_up(&self) {
        self.0.caught_up().await;
    }

    /// Takes no more marks, and returns when those that wait are committed and answered.
    pub async fn close(&self) {
        self.0.close().await;
    }
}

async fn write(batch: Vec<Pending>, store: &Store, fanout: &Fanout) {
    let (marks, answers): (Vec<_>, Vec<_>) = batch.into_iter().map(|Pending { mark, answer }| (mark, answer)).unzip();
    let results = match store.members_mark_all(&marks).await {
        Ok(results) => results,
        Err(error) => {
            let error = RequestError::from(error);
            for answer in answers {
                answer(Err(error.clone()));
            }
            return;
        }
    };
    for (mark, marked) in marks.iter().zip(&results) {
        let Some(marked) = marked else { continue };
        if marked.changed {
            tell(fanout, mark, marked);
        }
        if let Some((settings, unread)) = marked.cleared {
            settings::tell(fanout, mark.user, mark.conversation, settings, unread);
        }
    }
    for (answer, marked) in answers.into_iter().zip(&results) {
        answer(Ok(marked.is_some()));
    }
}

/// Tells the conversation; in a large one, or where it is not for others, only the user's own devices, whose unread count
/// it is.
fn tell(fanout: &Fanout, mark: &Mark, marked: &Marks) {
    let updated = ReceiptUpdated {
        conversation_id: mark.conversation,
        user_id: mark.user,
        delivered: marked.delivered,
        read: marked.read,
    };
    if !marked.kept_back && usize::try_from(marked.member_count).is_ok_and(|members| members <= limits::RECEIPT_MEMBERS)
    {
        fanout.receipt(&updated);
    } else {
        fanout.to_user(mark.user, &updated);
    }
}

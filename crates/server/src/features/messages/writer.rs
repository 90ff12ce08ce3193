//! The one writer of messages: commits what waits in one transaction, then tells, then answers.
//!
//! One task broadcasts in the order of the commit, so that on one node clients hear the numbers in order. Nothing is
//! broadcast or acknowledged before it is on disk; see `docs/decisions/0005-fan-out-after-commit.md`.

use std::{collections::BTreeSet, pin::Pin, sync::Arc};

use linnet_contract::{
    ConversationKind, ErrorCode, Message, MessageKind,
    events::{Resync, Sent},
};
use linnet_store::{AppendError, DirectPolicy, Draft, Store};
use tokio::sync::oneshot;

use super::{
    change::{self, Changing},
    message,
};
use crate::{
    clock::Clock,
    error::RequestError,
    fanout::Fanout,
    features::{conversations, previews::Previews, push::Push, receipts::Implied},
    group_commit::GroupCommit,
};

/// What the sender is told, once.
pub(super) type Answer = Box<dyn FnOnce(Result<Sent, RequestError>) + Send>;

/// What waits for the writer.
enum Waiting {
    Message(Pending),
    /// A change of a message that was written before.
    Change(Changing),
    /// Something else that has its place in the order: it commits and tells by itself.
    Turn(Pin<Box<dyn Future<Output = ()> + Send>>),
}

/// A message that waits for its commit.
pub(super) struct Pending {
    pub(super) draft: Draft,
    pub(super) answer: Answer,
}

/// What the writer works with.
pub struct Around {
    /// Where messages are kept.
    pub store: Store,
    /// Who hears of them.
    pub fanout: Arc<Fanout>,
    /// What counts as delivered.
    pub implied: Arc<Implied>,
    /// Who is told while their page is closed.
    pub push: Arc<Push>,
    /// Whose links are asked what is behind them.
    pub previews: Arc<Previews>,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Who may write to whom.
    pub policy: DirectPolicy,
}

/// Queues messages for the writer.
pub struct Writer(GroupCommit<Waiting>);

impl Writer {
    /// Starts the writer's task.
    #[must_use]
    pub fn start(around: Around) -> Self {
        let around = Arc::new(around);
        Self(GroupCommit::start(move |batch| {
            let around = around.clone();
            async move {
                let around = &*around;
                // What has a turn happens in it. Changes come behind the messages of the same batch: whoever asked for one
                // had its message before, and two transactions are enough however the two kinds are mixed.
                let (mut messages, mut changes) = (Vec::with_capacity(batch.len()), Vec::new());
                for waiting in batch {
                    match waiting {
                        Waiting::Message(pending) => messages.push(pending),
                        Waiting::Change(changing) => changes.push(changing),
                        Waiting::Turn(turn) => {
                            write(std::mem::take(&mut messages), around).await;
                            change::write(std::mem::take(&mut changes), around).await;
                            turn.await;
                        }
                    }
                }
                write(messages, around).await;
                change::write(changes, around).await;
            }
        }))
    }

    /// Queues a message. Waits while the queue is full; the answer comes after the commit.
    pub(super) async fn queue(&self, pending: Pending) {
        if let Err(Waiting::Message(refused)) = self.0.queue(Waiting::Message(pending)).await {
            (refused.answer)(Err(RequestError::unavailable()));
        }
    }

    /// Queues a change of a message. Waits while the queue is full; the answer comes after the commit.
    pub(super) async fn queue_change(&self, changing: Changing) -> Result<(), RequestError> {
        let queued = self.0.queue(Waiting::Change(changing)).await;
        queued.map_err(|_| RequestError::unavailable())
    }

    /// Runs something in the writer's order: what was queued before is committed and told, what is queued later is not yet.
    /// So whoever is removed hears nothing that was written after, and whoever comes in misses nothing.
    ///
    /// It runs to its end also when whoever asked is gone.
    ///
    /// # Errors
    /// What it says; `unavailable` when the program is about to stop.
    pub async fn in_turn<T: Send + 'static>(
        &self,
        turn: impl Future<Output = Result<T, RequestError>> + Send + 'static,
    ) -> Result<T, RequestError> {
        let (answer, answered) = oneshot::channel();
        let turn = Box::pin(async move {
            // Whoever asked may be gone.
            let _ = answer.send(turn.await);
        });
        if self.0.queue(Waiting::Turn(turn)).await.is_err() {
            return Err(RequestError::unavailable());
        }
        answered.await.unwrap_or_else(|_| Err(RequestError::unavailable()))
    }

    /// Waits until the messages that were queued before are committed and told.
    pub async fn caught_up(&self) {
        self.0.caught_up().await;
    }

    /// Takes no more messages, and returns when those that wait are committed and answered.
    pub async fn close(&self) {
        self.0.close().await;
    }
}

async fn write(batch: Vec<Pending>, around: &Around) {
    let Around { store, fanout, .. } = around;
    if batch.is_empty() {
        return;
    }
    let (drafts, answers): (Vec<_>, Vec<_>) = batch
        .into_iter()
        .map(|Pending { draft, answer }| (draft, answer))
        .unzip();
    let conversations: Vec<_> = drafts.iter().map(|draft| draft.conversation).collect();
    let results = match store.messages_append(drafts, around.policy).await {
        Ok(results) => results,
        Err(error) => {
            let error = RequestError::from(error);
            for answer in answers {
                answer(Err(error.clone()));
            }
            // The database may have committed and not got round to saying so. Then there are messages that nobody was
            // told of, and if they are the last ones, no hole in the numbers shows it.
            for conversation in BTreeSet::from_iter(conversations) {
                fanout.to_conversation(conversation, &Resync {});
            }
            return;
        }
    };
    let mut begun = Vec::new();
    let mut told = Vec::with_capacity(answers.len());
    for result in results {
        told.push(result.map_err(refusal).map(|appended| {
            let message = message(appended.message);
            // A retry was told to everyone the first time. Telling it again would be harmless, and twice the work.
            if !appended.duplicate {
                fanout.to_conversation(message.conversation_id, &message);
                around.implied.told(message.conversation_id, message.sequence);
                if message.kind == MessageKind::Text {
                    around
                        .push
                        .wrote(message.conversation_id, message.sequence, around.clock.now_ms());
                    around.previews.wrote(&message);
                }
                if message.sequence.get() == 1 && appended.conversation_kind == ConversationKind::Direct {
                    begun.push(message.conversation_id);
                }
            }
            sent(message)
        }));
    }
    for (answer, sent) in answers.into_iter().zip(told) {
        answer(sent);
    }
    conversations::tell_begun(store, fanout, &begun).await;
}

fn sent(message: Message) -> Sent {
    Sent {
        message_id: message.id,
        temp_id: message.temp_id,
        sequence: message.sequence,
        version: message.version,
        timestamp: message.timestamp,
        conversation_id: message.conversation_id,
    }
}

fn refusal(error: AppendError) -> RequestError {
    match error {
        AppendError::NotMember => ErrorCode::NotFound.into(),
        AppendError::NotAllowed => RequestError {
            sentence: "Only owners and admins write here.".into(),
            ..ErrorCode::Forbidden.into()
        },
        AppendError::Blocked => ErrorCode::Blocked.into(),
        AppendError::NotConnected => ErrorCode::NotConnected.into(),
        AppendError::BadReply => RequestError::malformed("replyTo is not a message of this conversation."),
        AppendError::BadFile => {
            RequestError::malformed("One of the files is not there, not yours, or already in a message.")
        }
        // The policy refuses control characters before it comes to this.
        AppendError::BadText => RequestError::malformed("Message must not contain control characters"),
    }
}

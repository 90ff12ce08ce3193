//! Changing a message: found, queued with the messages, decided under the lock of its conversation, and told in its order.

use std::collections::BTreeSet;

use linnet_contract::{
    ErrorCode, MessageId,
    events::{MsgUpdated, Resync, Touched},
    permissions::{Action, permits},
};
use linnet_store::{DirectPolicy, MessageChange, MessageRefused, Standing, Store, ToMessage};
use tokio::sync::oneshot;

use super::message;
use crate::{app::Ctx, error::RequestError, fanout::Fanout};

/// A change that waits for its commit.
pub(super) struct Changing {
    change: MessageChange,
    answer: oneshot::Sender<Result<Touched, RequestError>>,
}

/// Queues the change and waits for what became of it. It goes on also when whoever asked is gone.
pub(super) async fn change(ctx: &Ctx, message: MessageId, what: ToMessage) -> Result<Touched, RequestError> {
    let conversation = ctx.store.messages_find(message).await?.ok_or(ErrorCode::NotFound)?;
    let (answer, answered) = oneshot::channel();
    let change = MessageChange {
        message,
        conversation,
        actor: ctx.session.user,
        what,
        now: ctx.now_ms(),
    };
    ctx.messages.queue_change(Changing { change, answer }).await?;
    answered.await.unwrap_or_else(|_| Err(RequestError::unavailable()))
}

/// Commits what waits in one transaction, tells it in order, and answers.
pub(super) async fn write(batch: Vec<Changing>, store: &Store, fanout: &Fanout, policy: DirectPolicy) {
    if batch.is_empty() {
        return;
    }
    let (changes, answers): (Vec<_>, Vec<_>) = batch
        .into_iter()
        .map(|Changing { change, answer }| (change, answer))
        .unzip();
    let results = match store.messages_change(&changes, policy, &permit).await {
        Ok(results) => results,
        Err(error) => {
            let error = RequestError::from(error);
            for answer in answers {
                // Whoever asked may be gone, here and below.
                let _ = answer.send(Err(error.clone()));
            }
            // As with messages: it may have been committed, and nobody was told.
            for conversation in changes
                .iter()
                .map(|change| change.conversation)
                .collect::<BTreeSet<_>>()
            {
                fanout.to_conversation(conversation, &Resync {});
            }
            return;
        }
    };
    for (result, answer) in results.into_iter().zip(answers) {
        let touched = result.map_err(refusal).map(|changed| {
            let version = changed.message.version;
            if changed.changed {
                let message = message(changed.message);
                fanout.to_conversation(message.conversation_id, &MsgUpdated(message));
            }
            Touched { version }
        });
        let _ = answer.send(touched);
    }
}

fn permit(what: &ToMessage, own: bool, standing: Standing) -> bool {
    let action = match (what, own) {
        (ToMessage::Edit { .. }, true) => Action::EditMessage,
        // What somebody said is not for others to reword.
        (ToMessage::Edit { .. }, false) => return false,
        (ToMessage::Delete, true) => Action::DeleteMessage,
        (ToMessage::Delete, false) => Action::DeleteOthersMessage,
        (ToMessage::React { .. }, _) => Action::React,
    };
    permits(action, standing.kind, standing.role)
}

fn refusal(refused: MessageRefused) -> RequestError {
    let forbidden = |sentence: &'static str| RequestError {
        sentence: sentence.into(),
        ..ErrorCode::Forbidden.into()
    };
    match refused {
        MessageRefused::NotFound => ErrorCode::NotFound.into(),
        MessageRefused::NotPermitted => ErrorCode::Forbidden.into(),
        MessageRefused::NotAllowed => forbidden("Only owners and admins write here."),
        MessageRefused::Blocked => ErrorCode::Blocked.into(),
        MessageRefused::NotConnected => ErrorCode::NotConnected.into(),
        MessageRefused::System => forbidden("This message cannot be changed."),
        MessageRefused::Deleted => forbidden("This message was deleted."),
        MessageRefused::TooManyReactions => RequestError {
            sentence: "This message has too many different reactions.".into(),
            ..ErrorCode::LimitReached.into()
        },
    }
}

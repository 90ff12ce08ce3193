//! Changing a message: found, queued with the messages, decided under the lock of its conversation, and told in its order.

use std::collections::BTreeSet;

use linnet_contract::{
    ErrorCode, MessageId,
    events::{MsgUpdated, Resync, Touched},
    permissions::{Action, permits},
};
use linnet_store::{MessageChange, MessageRefused, Standing, ToMessage};
use tokio::sync::oneshot;

use super::{
    message,
    writer::{Around, Writer},
};
use crate::{app::Ctx, error::RequestError};

/// A change that waits for its commit.
pub(super) struct Changing {
    change: MessageChange,
    answer: oneshot::Sender<Result<Touched, RequestError>>,
}

/// Queues the change and waits for what became of it. It goes on also when whoever asked is gone.
pub(super) async fn change(ctx: &Ctx, message: MessageId, what: ToMessage) -> Result<Touched, RequestError> {
    let conversation = ctx.store.messages_find(message).await?.ok_or(ErrorCode::NotFound)?;
    let change = MessageChange {
        message,
        conversation,
        actor: ctx.session.user,
        what,
        now: ctx.now_ms(),
    };
    in_order(&ctx.messages, change).await
}

/// The same, of a change that is complete.
pub(super) async fn in_order(writer: &Writer, change: MessageChange) -> Result<Touched, RequestError> {
    let (answer, answered) = oneshot::channel();
    writer.queue_change(Changing { change, answer }).await?;
    answered.await.unwrap_or_else(|_| Err(RequestError::unavailable()))
}

/// Commits what waits in one transaction, tells it in order, and answers.
pub(super) async fn write(batch: Vec<Changing>, around: &Around) {
    let Around { store, fanout, .. } = around;
    if batch.is_empty() {
        return;
    }
    let (changes, answers): (Vec<_>, Vec<_>) = batch
        .into_iter()
        .map(|Changing { change, answer }| (change, answer))
        .unzip();
    let results = match store.messages_change(&changes, around.policy, &permit).await {
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
    let edits = changes
        .iter()
        .map(|change| matches!(change.what, ToMessage::Edit { .. }));
    for ((result, answer), edit) in results.into_iter().zip(answers).zip(edits) {
        let touched = result.map_err(refusal).map(|changed| {
            let version = changed.message.version;
            if changed.changed {
                let message = message(changed.message);
                if edit {
                    around.previews.wrote(&message);
                }
                fanout.to_conversation(message.conversation_id, &MsgUpdated(message));
            }
            Touched { version }
        });
        let _ = answer.send(touched);
    }
}

fn permit(what: &ToMessage, own: bool, standing: Standing) -> bool {
    let action = match (what, own) {
        (ToMessage::Edit { .. } | ToMessage::Preview { .. }, true) => Action::EditMessage,
        // What somebody said is not for others to reword.
        (ToMessage::Edit { .. } | ToMessage::Preview { .. } | ToMessage::RemovePreview, false) => return false,
        (ToMessage::Delete | ToMessage::RemovePreview, true) => Action::DeleteMessage,
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

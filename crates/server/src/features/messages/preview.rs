//! `removePreview`, and the previews that are shown: changes of a message like others, so that whoever was away gets them by
//! `sync`.

use linnet_contract::{
    Message,
    events::{RemovePreview, Touched},
};
use linnet_store::{MessageChange, PreviewCard, ToMessage};

use super::change::{change, in_order};
use crate::{
    app::{App, Ctx},
    error::RequestError,
};

/// Takes the preview from a message of one's own.
pub async fn remove_preview(ctx: &Ctx, request: RemovePreview) -> Result<Touched, RequestError> {
    ctx.limits.message_changes.check(ctx.session.user)?;
    change(ctx, request.message_id, ToMessage::RemovePreview).await
}

/// Shows what is behind a link of this message. It counts as done by its sender: who may not write there any more shows nothing
/// there either.
///
/// # Errors
/// Where the message is gone, or its sender may not change it any more.
pub async fn show_preview(
    app: &App,
    message: Message,
    link: String,
    card: PreviewCard,
) -> Result<Touched, RequestError> {
    let change = MessageChange {
        message: message.id,
        conversation: message.conversation_id,
        actor: message.from_user_id,
        what: ToMessage::Preview {
            body: message.msg,
            link,
            card,
        },
        now: app.now_ms(),
    };
    in_order(&app.messages, change).await
}

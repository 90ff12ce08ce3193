//! `sendMsg`: write a message.

use linnet_contract::{
    MessageId, MessageKind,
    events::{SendMsg, Sent},
};
use linnet_store::Draft;

use super::{mentions, policy, writer::Pending};
use crate::{
    app::Ctx,
    error::RequestError,
    features::{conversations, typing},
};

/// Checks the message and queues it. `answer` is called once: at once with what is wrong with it, or after the commit.
///
/// It returns when the message is queued, not when it is written: the sender's next event may be handled meanwhile, and
/// messages that wait together are committed together. The order is the order of the calls.
pub async fn send(ctx: &Ctx, request: SendMsg, answer: impl FnOnce(Result<Sent, RequestError>) + Send + 'static) {
    match draft(ctx, request).await {
        Ok(draft) => {
            let answer = Box::new(answer);
            ctx.messages.queue(Pending { draft, answer }).await;
        }
        Err(error) => answer(Err(error)),
    }
}

async fn draft(ctx: &Ctx, request: SendMsg) -> Result<Draft, RequestError> {
    conversations::check_sender(ctx, request.from_user_id)?;
    let target = request.target().map_err(RequestError::malformed)?;
    let body = policy::check_text(&request.msg, ctx.config.messages.max_chars)?.to_owned();
    let names = mentions::names(&body);
    ctx.limits.messages.check(ctx.session.user)?;
    let conversation = conversations::resolve(ctx, target).await?;
    typing::wrote(&ctx.app, ctx.session.user, conversation);
    Ok(Draft {
        id: MessageId(ctx.id()),
        conversation,
        sender: ctx.session.user,
        temp_id: request.temp_id.map(String::from),
        body,
        reply_to: request.reply_to,
        names,
        kind: MessageKind::Text,
        now_ms: ctx.now_ms(),
    })
}

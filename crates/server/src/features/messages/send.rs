//! `sendMsg`: write a message.

use linnet_contract::{
    FileId, MessageId, MessageKind,
    events::{SendMsg, Sent, Target},
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
///
/// What is wrong with it is found before there is anything to wait for, so that what waits, perhaps thousands at once, holds no
/// more than what is left of the request.
pub fn send(
    ctx: &Ctx,
    request: SendMsg,
    answer: impl FnOnce(Result<Sent, RequestError>) + Send + 'static,
) -> impl Future<Output = ()> + Send {
    let checked = check(ctx, request).map(Box::new);
    async move {
        match draft(ctx, checked).await {
            Ok(draft) => {
                let answer = Box::new(answer);
                ctx.messages.queue(Pending { draft, answer }).await;
            }
            Err(error) => answer(Err(error)),
        }
    }
}

/// A message that may be sent, if it may be sent there.
struct Checked {
    target: Target,
    temp_id: Option<String>,
    body: String,
    reply_to: Option<MessageId>,
    files: Vec<FileId>,
}

fn check(ctx: &Ctx, request: SendMsg) -> Result<Checked, RequestError> {
    conversations::check_sender(ctx, request.from_user_id)?;
    let target = request.target().map_err(RequestError::malformed)?;
    let files = policy::check_files(request.files.unwrap_or_default())?;
    let body = if files.is_empty() || !request.msg.trim().is_empty() {
        policy::check_text(&request.msg, ctx.config.messages.max_chars)?.to_owned()
    } else {
        String::new()
    };
    ctx.limits.messages.check(ctx.session.user)?;
    Ok(Checked {
        target,
        temp_id: request.temp_id.map(String::from),
        body,
        reply_to: request.reply_to,
        files,
    })
}

async fn draft(ctx: &Ctx, checked: Result<Box<Checked>, RequestError>) -> Result<Draft, RequestError> {
    let checked = checked?;
    let conversation = conversations::resolve(ctx, checked.target).await?;
    typing::wrote(&ctx.app, ctx.session.user, conversation);
    Ok(Draft {
        id: MessageId(ctx.id()),
        conversation,
        sender: ctx.session.user,
        temp_id: checked.temp_id,
        names: mentions::names(&checked.body),
        body: checked.body,
        reply_to: checked.reply_to,
        files: checked.files,
        kind: MessageKind::Text,
        now_ms: ctx.now_ms(),
    })
}

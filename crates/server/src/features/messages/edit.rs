//! `editMsg`: another text for a message of one's own.

use linnet_contract::events::{EditMsg, Touched};
use linnet_store::ToMessage;

use super::{change, mentions, policy};
use crate::{app::Ctx, error::RequestError, features::previews};

/// Changes the text, with the rules that sending one has. An edit is told to everyone, and counts as a message.
pub async fn edit(ctx: &Ctx, request: EditMsg) -> Result<Touched, RequestError> {
    let body = policy::check_text(&request.msg, ctx.config.messages.max_chars)?.to_owned();
    let names = mentions::names(&body);
    let link = previews::first_link(&body).map(String::from);
    ctx.limits.messages.check(ctx.session.user)?;
    change(ctx, request.message_id, ToMessage::Edit { body, names, link }).await
}

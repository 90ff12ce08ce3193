//! `reactMsg`: an emoji beside a message.

use linnet_contract::events::{ReactMsg, Touched};
use linnet_store::ToMessage;

use super::{change, emoji};
use crate::{app::Ctx, error::RequestError};

/// Puts an emoji to a message or takes one's own away; twice is as good as once.
pub async fn react(ctx: &Ctx, request: ReactMsg) -> Result<Touched, RequestError> {
    let emoji = emoji::emoji(&request.emoji).ok_or(RequestError::malformed("emoji must be one emoji."))?;
    ctx.limits.message_changes.check(ctx.session.user)?;
    let on = request.on;
    change(ctx, request.message_id, ToMessage::React { emoji, on }).await
}

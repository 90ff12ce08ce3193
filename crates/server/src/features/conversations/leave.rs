//! `leaveChat`: a socket no longer looks at a conversation. Membership does not change, and what is written there is still
//! heard: another page of the same client may show it.

use std::sync::Arc;

use linnet_contract::events::{Empty, LeaveChat, Target};

use super::{check_sender, direct};
use crate::{app::Ctx, error::RequestError, features::receipts::Heard};

/// Looks away. Leaving what was never joined is no error: the reference's client leaves on every change of page.
pub async fn leave(ctx: &Ctx, request: LeaveChat, heard: &Arc<Heard>) -> Result<Empty, RequestError> {
    check_sender(ctx, request.from_user_id)?;
    let conversation = match request.target().map_err(RequestError::malformed)? {
        Target::Conversation(conversation) => Some(conversation),
        // Leaving must not make a conversation.
        Target::User(user) => direct::existing(ctx, user).await?,
    };
    if let Some(conversation) = conversation {
        ctx.implied.look_away(conversation, heard);
    }
    Ok(Empty {})
}

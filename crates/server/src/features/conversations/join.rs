//! `joinChat`: a socket looks at a conversation.

use std::sync::Arc;

use linnet_contract::{
    Message,
    events::{JoinChat, Joined, JoinedRoom},
};

use super::{check_sender, resolve};
use crate::{
    app::Ctx,
    error::RequestError,
    features::{
        messages::{self, Portion},
        receipts::{self, Heard},
    },
};

/// Messages that one `joinChat` sends at most, fewer where they are long. Who was away for longer gets the rest at the next
/// one, or asks for history.
const UNDELIVERED: usize = 500;

/// What `joinChat` sends to the socket itself, beside the acknowledgement.
pub enum Greeting {
    /// The reference's client waits for it.
    Joined(JoinedRoom),
    /// What its user has not had delivered.
    Missed(Box<Message>),
}

/// Looks at a conversation; makes a direct one if need be. Without `since`, also sends what the user has not had
/// delivered, oldest first, and from then on counts what the socket hears there as delivered.
pub async fn join(
    ctx: &Ctx,
    request: JoinChat,
    heard: &Arc<Heard>,
    mut greet: impl FnMut(Greeting) + Send,
) -> Result<Joined, RequestError> {
    check_sender(ctx, request.from_user_id)?;
    let target = request.target().map_err(RequestError::malformed)?;
    let room_id = resolve(ctx, target).await?;
    receipts::settle(ctx, room_id).await?;
    if request.since.is_some() {
        greet(Greeting::Joined(JoinedRoom { room_id }));
        return Ok(Joined { room_id });
    }
    // Before the read: what is written from here on is heard, and what was written before is read.
    ctx.implied.look(room_id, heard);
    let missed = ctx
        .store
        .messages_undelivered(ctx.session.user, room_id, UNDELIVERED)
        .await?;
    greet(Greeting::Joined(JoinedRoom { room_id }));
    let mut portion = Portion::new(ctx);
    let taken = missed.iter().take_while(|row| portion.takes(row)).count();
    if taken == UNDELIVERED || taken < missed.len() {
        // There is more than this call sends. What is heard live must not count as delivered, or the mark would jump
        // over the rest.
        ctx.implied.look_away(room_id, heard);
        heard.unsure(room_id);
    }
    for row in missed.into_iter().take(taken) {
        heard.sent(room_id, row.sequence);
        // What was taken back before it arrived is not said any more, least of all as an empty message.
        if row.deleted_at.is_some() {
            continue;
        }
        greet(Greeting::Missed(Box::new(messages::message(row))));
    }
    Ok(Joined { room_id })
}

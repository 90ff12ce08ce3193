//! `getUnreadMessages`: what the user has not read yet.

use linnet_contract::events::{GetUnreadMessages, Unread, UnreadMessages};

use super::{Portion, message};
use crate::{app::Ctx, error::RequestError};

/// Messages of one conversation that are answered at most: the newest ones. `unread` counts all of them.
const PER_CONVERSATION: usize = 100;
/// Messages that are answered at most, over all conversations; fewer where they are long.
const IN_ALL: usize = 500;

/// Everything unread, by conversation.
pub async fn unread(ctx: &Ctx, _: GetUnreadMessages) -> Result<UnreadMessages, RequestError> {
    let rows = ctx
        .store
        .messages_unread(ctx.session.user, PER_CONVERSATION, IN_ALL)
        .await?;
    let mut portion = Portion::new(ctx);
    let conversations = rows.into_iter().map(|row| {
        // The newest ones, so they are taken from the end.
        let taken = row
            .messages
            .iter()
            .rev()
            .take_while(|message| portion.takes(message))
            .count();
        let skipped = row.messages.len() - taken;
        Unread {
            conversation_id: row.conversation,
            unread: row.unread,
            messages: row.messages.into_iter().skip(skipped).map(message).collect(),
        }
    });
    Ok(UnreadMessages {
        conversations: conversations.collect(),
    })
}

//! `markUnread`: the messages from one on count as unread again, for the user alone.

use linnet_contract::{ErrorCode, events::Empty, settings::MarkUnread};
use linnet_store::{SettingsChange, SettingsSet};

use super::tell;
use crate::{app::Ctx, error::RequestError};

/// Marks unread from a message on. The receipts that others see stay where they are.
///
/// # Errors
/// `malformed` if there is no such message, `not_found`, `rate_limited`.
pub async fn mark_unread(ctx: &Ctx, request: MarkUnread) -> Result<Empty, RequestError> {
    if request.sequence.get() == 0 {
        return Err(RequestError::malformed("sequence is 1 or more."));
    }
    let (user, conversation) = (ctx.session.user, request.conversation_id);
    ctx.limits.settings_changes.check(user)?;
    let change = SettingsChange {
        unread_from: Some(request.sequence),
        ..SettingsChange::default()
    };
    match ctx.store.members_settings_set(user, conversation, change).await? {
        SettingsSet::Done {
            settings,
            unread,
            changed,
        } => {
            if changed {
                tell(&ctx.fanout, user, conversation, settings, unread);
            }
            Ok(Empty {})
        }
        SettingsSet::NotMember => Err(ErrorCode::NotFound.into()),
        SettingsSet::NoMessage => Err(RequestError::malformed("There is no message with that sequence yet.")),
    }
}

//! `PATCH /conversations/{id}/settings`.

use linnet_contract::{
    ConversationId, ErrorCode,
    settings::{ConversationSettings, UpdateSettings},
};
use linnet_store::{SettingsChange, SettingsSet};

use super::{policy, tell, wire};
use crate::{app::Ctx, error::RequestError};

/// Changes what is given; what is left out stays.
///
/// # Errors
/// `malformed` for a time that is none, `not_found`, `rate_limited`.
pub async fn update(
    ctx: &Ctx,
    conversation: ConversationId,
    request: UpdateSettings,
) -> Result<ConversationSettings, RequestError> {
    let user = ctx.session.user;
    let muted_until = request
        .muted_until
        .map(|until| until.as_deref().map(policy::moment).transpose());
    let change = SettingsChange {
        notify: request.notify,
        muted_until: muted_until.transpose()?,
        unread_from: None,
    };
    ctx.limits.settings_changes.check(user)?;
    match ctx.store.members_settings_set(user, conversation, change).await? {
        SettingsSet::Done {
            settings,
            unread,
            changed,
        } => {
            if changed {
                tell(&ctx.fanout, user, conversation, settings, unread);
            }
            Ok(wire(settings))
        }
        SettingsSet::NotMember | SettingsSet::NoMessage => Err(ErrorCode::NotFound.into()),
    }
}

//! `POST /admin/announcements`: tell everyone something.

use linnet_contract::{ErrorCode, events::Announcement, http::Announce, limits};

use crate::{app::Ctx, clock::timestamp, error::RequestError};

/// Tells everyone who is connected. It is not kept: who is away does not miss a message of theirs.
pub async fn announce(ctx: &Ctx, request: Announce) -> Result<Announcement, RequestError> {
    let user = ctx.store.users_by_id(ctx.session.user).await?;
    if !user.is_some_and(|user| user.admin) {
        return Err(ErrorCode::Forbidden.into());
    }
    let message = request.message.trim();
    let fits = !message.is_empty() && message.chars().nth(limits::ANNOUNCEMENT_CHARS).is_none();
    if !fits || message.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(RequestError::malformed(format!(
            "An announcement is 1 to {} characters without control characters.",
            limits::ANNOUNCEMENT_CHARS
        )));
    }
    ctx.limits.messages.check(ctx.session.user)?;
    let announcement = Announcement {
        message: message.to_owned(),
        timestamp: timestamp(ctx.now_ms()),
    };
    ctx.fanout.to_everyone(&announcement);
    Ok(announcement)
}

//! `setStatus`: whether a socket is being looked at.

use std::sync::{Mutex, PoisonError};

use linnet_contract::{events::Empty, presence::SetStatus};

use crate::{app::Ctx, error::RequestError};

/// Whether a socket counts as there, and as looked at. A socket that never came, because it could not be let in, must not
/// be counted when it goes.
#[derive(Default)]
pub struct Attention(Mutex<Option<bool>>);

impl Attention {
    /// Sets it, and gives what it was.
    pub(super) fn replace(&self, now: Option<bool>) -> Option<bool> {
        std::mem::replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), now)
    }
}

/// Notes it. Nothing is told before a second has passed, and then only what all of the user's sockets make together.
///
/// # Errors
/// None: it always succeeds.
pub async fn set_status(ctx: &Ctx, request: SetStatus, attention: &Attention) -> Result<Empty, RequestError> {
    let before = attention.replace(Some(request.active));
    if before.is_some_and(|before| before != request.active) {
        let (user, now) = (ctx.session.user, ctx.now_ms());
        ctx.presence.with(|board| board.look(user, request.active, now));
        ctx.presence.wake.notify_one();
    }
    Ok(Empty {})
}

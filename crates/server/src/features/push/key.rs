//! `GET /push/key`.

use linnet_contract::push::PushKey;

use crate::app::Ctx;

/// The key that a browser subscribes with.
#[must_use]
pub fn key(ctx: &Ctx) -> PushKey {
    PushKey {
        key: ctx.push.vapid.public_text(),
    }
}

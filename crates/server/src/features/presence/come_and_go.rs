//! A socket comes, a socket goes: a count changes, and nothing waits for what follows from it.

use linnet_contract::UserId;

use super::Attention;
use crate::app::App;

/// The socket is let in.
pub fn arrive(app: &App, user: UserId, attention: &Attention) {
    attention.replace(Some(true));
    let now = app.now_ms();
    app.presence.with(|board| board.arrive(user, now));
    app.presence.wake.notify_one();
}

/// The socket is gone.
pub fn leave(app: &App, user: UserId, attention: &Attention) {
    if let Some(active) = attention.replace(None) {
        let now = app.now_ms();
        app.presence.with(|board| board.leave(user, active, now));
        app.presence.wake.notify_one();
    }
}

//! `POST /connections`: ask somebody to be connected.

use linnet_contract::{
    ConnectionState,
    people::{Connection, RequestConnection},
};
use linnet_store::Asked;

use super::{
    BOUNDS, finish,
    list::{connection, refusal},
    tell::Pair,
};
use crate::{app::Ctx, error::RequestError};

/// Asks, or connects the two where the other one asked before. Asking again changes nothing and tells nobody.
///
/// # Errors
/// `malformed` for oneself, `not_found`, `blocked` for somebody whom the user blocked, `limit_reached`, `rate_limited`: in a
/// minute, in an hour, and to the same person in a day, since whoever declines must not be asked again and again.
pub async fn request(ctx: &Ctx, request: RequestConnection) -> Result<Connection, RequestError> {
    ctx.limits.people_changes.check(ctx.session.user)?;
    let ctx = ctx.clone();
    finish(async move {
        let pair = Pair::find(&ctx, request.user_id).await?;
        let (me, other) = (pair.user.id, pair.other.id);
        let _turn = ctx.turns.take(me, other).await;
        let limits = &ctx.limits;
        limits.connection_requests.check(me)?;
        if let Err(error) = limits.connection_requests_to.check((me, other)) {
            limits.connection_requests.give_back(&me);
            return Err(error);
        }
        let asked = ctx.store.connections_request(me, other, ctx.now_ms(), BOUNDS).await;
        let new = |change: &linnet_store::Change| change.is_seen() && change.now == ConnectionState::Requested;
        if !matches!(&asked, Ok(Asked::Done(change)) if new(change)) {
            limits.connection_requests.give_back(&me);
            limits.connection_requests_to.give_back(&(me, other));
        }
        let change = refusal(asked?)?;
        if change.is_seen_by_other() || change.is_seen() {
            pair.tell(&ctx, change);
        }
        Ok(connection(pair.other, change.now, change.since))
    })
    .await
}

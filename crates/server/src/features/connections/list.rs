//! `GET /connections`, and what its rows and refusals look like.

use linnet_contract::{
    ConnectionState, ErrorCode, User,
    people::{Connection, Connections},
};
use linnet_store::{Asked, Change};

use crate::{app::Ctx, clock::timestamp, error::RequestError, features::accounts};

/// Connections of one page when the client does not say.
const PAGE: usize = 100;
/// Connections of one page at most.
const PAGE_MAX: usize = 200;

/// One page of the user's connections and open requests, the latest first; of one state where it is given.
///
/// # Errors
/// `malformed` for a state, a limit or a cursor that is none.
pub async fn list(
    ctx: &Ctx,
    state: Option<ConnectionState>,
    cursor: Option<&str>,
    limit: Option<usize>,
) -> Result<Connections, RequestError> {
    if matches!(state, Some(ConnectionState::None | ConnectionState::Blocked)) {
        return Err(RequestError::malformed(
            "state must be requested, received or accepted.",
        ));
    }
    let limit = limit.unwrap_or(PAGE);
    if !(1..=PAGE_MAX).contains(&limit) {
        return Err(RequestError::malformed(format!(
            "limit must be between 1 and {PAGE_MAX}."
        )));
    }
    let cursor = cursor.map(str::parse).transpose();
    let cursor = cursor.map_err(|_| RequestError::malformed("The cursor is not one that this server gave."))?;
    let page = ctx
        .store
        .connections_list(ctx.session.user, state, cursor, limit)
        .await?;
    let row = |row: linnet_store::Connection| connection(accounts::public(row.user), row.state, row.since);
    Ok(Connections {
        connections: page.connections.into_iter().map(row).collect(),
        next_cursor: page.next.map(|next| next.to_string()),
    })
}

/// A connection as its owner sees it.
pub(super) fn connection(user: User, state: ConnectionState, since: i64) -> Connection {
    Connection {
        user,
        state,
        since: timestamp(since),
    }
}

/// The change, or why there is none.
pub(super) fn refusal(asked: Asked) -> Result<Change, RequestError> {
    match asked {
        Asked::Done(change) => Ok(change),
        Asked::NotFound => Err(ErrorCode::NotFound.into()),
        Asked::Blocked => Err(RequestError {
            sentence: "You blocked this person. Unblock them first.".into(),
            ..ErrorCode::Blocked.into()
        }),
        Asked::TooMany => Err(ErrorCode::LimitReached.into()),
    }
}

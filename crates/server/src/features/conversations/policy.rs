//! Who may say who they are, and who may write to whom. Pure rules.

mod names;

use linnet_contract::{ErrorCode, UserId, http::DirectMessages, permissions};
use linnet_store::{Relation, Standing};

use crate::{app::Ctx, error::RequestError};

pub use linnet_contract::permissions::Action;
pub(super) use names::{title, topic};

/// The reference's client says in each payload who it is. Identity comes from the session; a payload that claims to be
/// somebody else is refused instead of quietly corrected, because whoever sent it meant it.
pub fn check_sender(ctx: &Ctx, claimed: Option<UserId>) -> Result<(), RequestError> {
    match claimed {
        Some(user) if user != ctx.session.user => Err(ErrorCode::Forbidden.into()),
        _ => Ok(()),
    }
}

/// Whether somebody who stands like this to a conversation may do it.
#[must_use]
pub fn permits(action: Action, standing: Standing) -> bool {
    permissions::permits(action, standing.kind, standing.role)
}

/// Whether two people may begin a direct conversation. Writing in one that exists is checked where the message is written,
/// by the same rules, since people may part.
pub(super) fn check_relation(relation: Relation, policy: DirectMessages) -> Result<(), RequestError> {
    if !relation.exists {
        return Err(ErrorCode::NotFound.into());
    }
    if relation.blocking {
        return Err(ErrorCode::Blocked.into());
    }
    // Whom the other one blocked is not told: it looks as if the two were not connected.
    match policy {
        _ if relation.blocked => Err(ErrorCode::NotConnected.into()),
        DirectMessages::Connections if !relation.connected => Err(ErrorCode::NotConnected.into()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_wins_over_everything_and_connections_are_asked_for_only_where_they_count() {
        let code = |exists, connected, blocking, policy| {
            check_relation(
                Relation {
                    exists,
                    connected,
                    blocked: blocking,
                    blocking,
                },
                policy,
            )
            .err()
            .map(|error| error.code)
        };
        assert_eq!(code(true, false, false, DirectMessages::Anyone), None);
        assert_eq!(code(true, true, false, DirectMessages::Connections), None);
        assert_eq!(
            code(true, false, false, DirectMessages::Connections),
            Some(ErrorCode::NotConnected)
        );
        assert_eq!(
            code(true, true, true, DirectMessages::Connections),
            Some(ErrorCode::Blocked)
        );
        assert_eq!(
            code(true, false, true, DirectMessages::Anyone),
            Some(ErrorCode::Blocked)
        );
        let blocked_by_the_other = Relation {
            exists: true,
            connected: false,
            blocked: true,
            blocking: false,
        };
        for policy in [DirectMessages::Anyone, DirectMessages::Connections] {
            let refused = check_relation(blocked_by_the_other, policy).unwrap_err();
            assert_eq!(refused.code, ErrorCode::NotConnected, "who was blocked is not told");
        }
        assert_eq!(
            code(false, false, false, DirectMessages::Anyone),
            Some(ErrorCode::NotFound)
        );
    }
}

//! Who may say who they are, and who may write to whom. Pure rules.

use linnet_contract::{ErrorCode, UserId, http::DirectMessages};
use linnet_store::Relation;

use crate::{app::Ctx, error::RequestError};

/// The reference's client says in each payload who it is. Identity comes from the session; a payload that claims to be
/// somebody else is refused instead of quietly corrected, because whoever sent it meant it.
pub fn check_sender(ctx: &Ctx, claimed: Option<UserId>) -> Result<(), RequestError> {
    match claimed {
        Some(user) if user != ctx.session.user => Err(ErrorCode::Forbidden.into()),
        _ => Ok(()),
    }
}

/// Whether two people may begin a direct conversation. Writing in one that exists is checked where the message is written,
/// by the same rules, since people may part.
pub(super) fn check_relation(relation: Relation, policy: DirectMessages) -> Result<(), RequestError> {
    if !relation.exists {
        return Err(ErrorCode::NotFound.into());
    }
    if relation.blocked {
        return Err(ErrorCode::Blocked.into());
    }
    match policy {
        DirectMessages::Connections if !relation.connected => Err(ErrorCode::NotConnected.into()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_wins_over_everything_and_connections_are_asked_for_only_where_they_count() {
        let code = |exists, connected, blocked, policy| {
            check_relation(
                Relation {
                    exists,
                    connected,
                    blocked,
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
        assert_eq!(
            code(false, false, false, DirectMessages::Anyone),
            Some(ErrorCode::NotFound)
        );
    }
}

//! Who may be said to write: who may write. Pure rules.

use linnet_contract::{ErrorCode, http::DirectMessages};
use linnet_store::Writing;

use crate::error::RequestError;

/// The same refusals as for the message itself.
pub(super) fn check(writing: &Writing, policy: DirectMessages) -> Result<(), RequestError> {
    if writing.blocking {
        return Err(ErrorCode::Blocked.into());
    }
    // Whom the other one blocked is not told: it looks as if the two were not connected.
    let must_connect = writing.direct && policy == DirectMessages::Connections;
    if writing.blocked || must_connect && !writing.connected {
        return Err(ErrorCode::NotConnected.into());
    }
    if writing.may_post {
        Ok(())
    } else {
        Err(ErrorCode::Forbidden.into())
    }
}

//! DELETE `/files/{id}`: an upload that was not wanted after all.

use linnet_contract::{ErrorCode, FileId};

use crate::{app::Ctx, error::RequestError};

/// Takes away a file of one's own that no message carries.
///
/// # Errors
/// `not_found`: there is none, it is somebody else's, or in a message.
pub async fn remove(ctx: &Ctx, file: FileId) -> Result<(), RequestError> {
    if ctx.store.files_remove(ctx.session.user, file).await? {
        Ok(())
    } else {
        Err(ErrorCode::NotFound.into())
    }
}

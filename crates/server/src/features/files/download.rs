//! GET `/files/{id}`: who may read it is asked each time, whatever they had before.

use std::ops::Range;

use bytes::Bytes;
use futures_util::stream::BoxStream;
use linnet_contract::{ErrorCode, FileId};
use linnet_store::Attachment;

use crate::{app::Ctx, error::RequestError};

/// Which of its two bodies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The file itself.
    File,
    /// A small picture of it.
    Thumbnail,
}

/// A file that whoever asks may read: one of a conversation that they are in, or their own that no message carries.
///
/// # Errors
/// `not_found` for all others, there or not.
pub async fn find(ctx: &Ctx, file: FileId) -> Result<Attachment, RequestError> {
    let found = ctx.store.files_get(ctx.session.user, file).await?;
    Ok(found.ok_or(ErrorCode::NotFound)?)
}

/// Its bytes, or a part of them.
///
/// # Errors
/// `unavailable` when where they are kept does not answer.
pub async fn read(
    ctx: &Ctx,
    file: FileId,
    kind: Kind,
    range: Option<Range<u64>>,
) -> Result<BoxStream<'static, object_store::Result<Bytes>>, RequestError> {
    match ctx.files.storage.get(file, kind, range).await {
        Ok(bytes) => Ok(bytes),
        // It was deleted since it was found; or it is lost, which the operator has to hear of.
        Err(object_store::Error::NotFound { .. }) => {
            tracing::warn!(%file, ?kind, "a file is not where it should be");
            Err(ErrorCode::NotFound.into())
        }
        Err(error) => {
            tracing::error!(%error, %file, "a file could not be read");
            Err(RequestError::unavailable())
        }
    }
}

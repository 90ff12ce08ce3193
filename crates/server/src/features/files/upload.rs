//! POST `/files`: a file comes in.

use std::{io::Write as _, path::Path, time::Duration};

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use linnet_contract::{Attachment, ErrorCode, FileId};
use linnet_store::{self as store, NewFile};
use tempfile::NamedTempFile;
use tokio::{io::AsyncWriteExt as _, time::timeout};

use super::{
    picture::{self, Picture},
    places::Place,
    policy, spool, wire,
};
use crate::{app::Ctx, error::RequestError, features::connections::finish};

/// How long the next bytes may take. Somebody who sends nothing must not keep a place.
const NEXT_BYTES: Duration = Duration::from_secs(30);
/// Bytes in a second that have to come in on the whole, or a byte now and then would keep a place for days.
const SLOWEST: u64 = 4 * 1024;
/// Bytes that are looked at to find out what it is.
const HEAD: usize = 8 * 1024;

/// A place for an upload.
pub struct Upload {
    ctx: Ctx,
    place: Place,
}

/// Takes one of the places, before anything of the file is read.
///
/// # Errors
/// `rate_limited` when this person has as many uploads as they may, at once or in a minute; `unavailable` when there are as many
/// as there may be in all.
pub fn begin(ctx: &Ctx) -> Result<Upload, RequestError> {
    let place = ctx.files.place(ctx.session.user)?;
    ctx.limits.uploads.check(ctx.session.user)?;
    Ok(Upload {
        ctx: ctx.clone(),
        place,
    })
}

/// What came in.
struct Came {
    file: NamedTempFile,
    size: u64,
    media_type: &'static str,
}

impl Upload {
    /// Receives the file and keeps it. When this is given up, nothing of it is left.
    ///
    /// # Errors
    /// `too_large`, also for a picture of too many pixels; `malformed` for what is empty, stops in the middle, or says that it is a
    /// picture and cannot be read as one; `limit_reached` when its uploader has no room left; `unavailable` when the server cannot
    /// keep it.
    pub async fn receive<E: std::fmt::Display>(
        self,
        name: Option<&str>,
        chunks: impl Stream<Item = Result<Bytes, E>>,
    ) -> Result<Attachment, RequestError> {
        let Self { ctx, place } = self;
        let id = FileId(ctx.id());
        let came = receive(&ctx, id, chunks).await?;
        let (came, picture) = if policy::is_picture(came.media_type) {
            let (came, picture) = look_at(&ctx, id, came).await?;
            (came, Some(picture))
        } else {
            (came, None)
        };
        let file = store::Attachment {
            id,
            name: policy::name(name.unwrap_or_default()),
            media_type: came.media_type.to_owned(),
            size: i64::try_from(came.size).map_err(|_| ErrorCode::TooLarge)?,
            width: picture.as_ref().map(|picture| picture.width.into()),
            height: picture.as_ref().map(|picture| picture.height.into()),
            thumb_hash: picture.as_ref().map(|picture| picture.thumb_hash.clone()),
            thumbnail: picture.as_ref().and_then(|picture| Some(picture.thumbnail.as_ref()?.0)),
        };
        let thumbnail = picture.and_then(|picture| Some(picture.thumbnail?.1));
        // From here on it comes to an end of its own, also when whoever sent it is gone: a row must not stay half-way.
        finish(async move {
            let _place = place;
            keep(&ctx, came.file, file, thumbnail).await
        })
        .await
    }
}

async fn receive<E: std::fmt::Display>(
    ctx: &Ctx,
    id: FileId,
    chunks: impl Stream<Item = Result<Bytes, E>>,
) -> Result<Came, RequestError> {
    let most = u64::try_from(ctx.config.files.max_bytes).unwrap_or(u64::MAX);
    let refused = |error| spool::refusal(&error);
    let file = ctx.files.spool.file(id).map_err(refused)?;
    let mut to = tokio::fs::File::from_std(file.reopen().map_err(refused)?);
    let (mut size, mut head) = (0_u64, Vec::new());
    let mut chunks = std::pin::pin!(chunks);
    let began = ctx.now_ms();
    loop {
        let elapsed = Duration::from_millis(u64::try_from(ctx.now_ms() - began).unwrap_or(0));
        let next = timeout(patience(size, elapsed), chunks.next()).await;
        let Some(chunk) = next.map_err(|_| RequestError::malformed("The upload stopped in the middle."))? else {
            break;
        };
        let chunk = chunk.map_err(|error| {
            tracing::debug!(%error, "an upload broke");
            RequestError::malformed("The upload broke in the middle.")
        })?;
        size += chunk.len() as u64;
        if size > most {
            return Err(too_large(most));
        }
        let missing = HEAD.saturating_sub(head.len()).min(chunk.len());
        head.extend_from_slice(&chunk[..missing]);
        to.write_all(&chunk).await.map_err(refused)?;
    }
    // Also says what went wrong with the last write.
    to.flush().await.map_err(refused)?;
    if size == 0 {
        return Err(RequestError::malformed("The file is empty."));
    }
    Ok(Came {
        file,
        size,
        media_type: policy::media_type(&head),
    })
}

/// How long the next bytes may take, when so many have come in so long.
fn patience(size: u64, elapsed: Duration) -> Duration {
    let in_all = NEXT_BYTES + Duration::from_secs(size / SLOWEST);
    in_all.saturating_sub(elapsed).min(NEXT_BYTES)
}

/// What is said of a file with too many bytes.
fn too_large(most: u64) -> RequestError {
    RequestError {
        sentence: format!("The file is larger than {} MiB.", most / (1024 * 1024)).into(),
        ..ErrorCode::TooLarge.into()
    }
}

/// Makes of a picture what is kept of it: the same one without its notes, its size, and how to show it before it is there.
async fn look_at(ctx: &Ctx, id: FileId, came: Came) -> Result<(Came, Picture), RequestError> {
    let kept = ctx.files.spool.file(id).map_err(|error| spool::refusal(&error))?;
    let made = ctx.pictures.make(move || {
        let picture = picture::of(&read(came.file.path())?)?;
        let mut kept = kept;
        kept.write_all(&picture.bytes).map_err(|error| spool::refusal(&error))?;
        let came = Came {
            file: kept,
            size: picture.bytes.len() as u64,
            media_type: came.media_type,
        };
        Ok((
            came,
            Picture {
                bytes: Vec::new(),
                ..picture
            },
        ))
    });
    made.await
}

fn read(path: &Path) -> Result<Vec<u8>, RequestError> {
    std::fs::read(path).map_err(|error| spool::refusal(&error))
}

/// The row, the bytes, and that the bytes are there: in this order, so that there are never bytes of which no row knows.
async fn keep(
    ctx: &Ctx,
    came: NamedTempFile,
    file: store::Attachment,
    thumbnail: Option<Vec<u8>>,
) -> Result<Attachment, RequestError> {
    let new = NewFile {
        file,
        uploader: ctx.session.user,
        thumbnail_size: thumbnail
            .as_ref()
            .map_or(0, |bytes| i64::try_from(bytes.len()).unwrap_or(i64::MAX)),
        now: ctx.now_ms(),
    };
    if !ctx.store.files_begin(&new, ctx.config.files.quota_bytes).await? {
        return Err(RequestError {
            sentence: "You have no room left for this file. Delete some that you sent.".into(),
            ..ErrorCode::LimitReached.into()
        });
    }
    let id = new.file.id;
    let put = async {
        if let Some(thumbnail) = thumbnail {
            ctx.files.storage.put_thumbnail(id, thumbnail).await?;
        }
        ctx.files.storage.put(id, came).await
    };
    if let Err(error) = put.await {
        // Its room is free again at once. Where that fails too, it is after an hour.
        if let Err(error) = ctx.store.files_remove(ctx.session.user, id).await {
            tracing::warn!(%error, "a file that was not kept could not be given up");
        }
        return Err(error);
    }
    if !ctx.store.files_keep(id).await? {
        return Err(RequestError::unavailable());
    }
    Ok(wire::attachment(new.file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_sends_a_byte_now_and_then_does_not_keep_a_place() {
        let minute = Duration::from_mins(1);
        assert_eq!(patience(0, Duration::ZERO), NEXT_BYTES);
        // Mallory sends 60 bytes a minute, Alice is on a bad line, Bob sent much and is silent now.
        assert_eq!(patience(60, minute), Duration::ZERO);
        assert_eq!(patience(60 * 8 * 1024, minute), NEXT_BYTES);
        assert_eq!(patience(25 << 20, minute), NEXT_BYTES);
    }
}

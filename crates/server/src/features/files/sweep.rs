//! Takes away what nobody may read any more, and what nobody wanted.

use crate::{app::App, error::RequestError};

/// What came and no message carries is kept for a day.
const CAME_MS: i64 = 24 * 60 * 60 * 1_000;
/// What is still coming after this long comes no more: no upload takes as long.
const COMING_MS: i64 = 60 * 60 * 1_000;
/// Files of one round.
const PORTION: i64 = 100;

/// Gives up what no message carries, and what a program that was killed left half-way.
///
/// # Errors
/// When the database is away.
pub async fn gave_up(app: &App) -> Result<(), RequestError> {
    let now = app.now_ms();
    if let Err(error) = app.files.spool.clear(now - COMING_MS) {
        tracing::warn!(%error, "the folder of uploads could not be cleared");
    }
    match app.store.files_expire(now - CAME_MS, now - COMING_MS).await? {
        0 => {}
        given_up => tracing::debug!(given_up, "files that no message carries were given up"),
    }
    Ok(())
}

/// Takes the bytes of given-up and deleted files away, and then their rows: in the other order nobody would know of bytes that
/// are left.
///
/// # Errors
/// When the database is away. What the disk or the bucket does not take away now stays for the next time.
pub async fn sweep(app: &App) -> Result<(), RequestError> {
    let mut stays = false;
    loop {
        let gone = app.store.files_gone(PORTION).await?;
        if gone.is_empty() {
            return Ok(());
        }
        let mut away = Vec::with_capacity(gone.len());
        for file in gone {
            match app.files.storage.delete(file).await {
                Ok(()) => away.push(file),
                // The others do not wait for it.
                Err(error) => {
                    tracing::warn!(%error, %file, "a deleted file could not be taken away; it is tried again");
                    stays = true;
                }
            }
        }
        app.store.files_forget(&away).await?;
        if stays {
            return Ok(());
        }
    }
}

//! What is known of files; their bytes are elsewhere.
//!
//! A row comes before the bytes and goes after them, so a program that ends at any moment leaves nothing that nobody
//! knows of. A file is its uploader's until a message carries it, which is decided in the transaction that writes the message
//! ([`crate::messages`]); from then on it is of those who may read the message, and goes with it.

mod carried;
pub(crate) mod sql;

use linnet_contract::{FileId, UserId};

use crate::{
    Store,
    bulk::Column,
    db::{execute, fetch},
    decode::Id,
    error::{StoreError, retry},
};

pub use carried::{Attachment, Thumbnail};
pub(crate) use carried::{MaybeAttachments, Offered, attachments_json, claim, offered, release, release_portion};

/// A file whose bytes are about to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// What is known of it.
    pub file: Attachment,
    /// Whose it is.
    pub uploader: UserId,
    /// Bytes of its thumbnail.
    pub thumbnail_size: i64,
    /// Now.
    pub now: i64,
}

impl Store {
    /// Writes down that a file is about to come. `false`: with it, its uploader's files would take more than `quota` bytes.
    pub async fn files_begin(&self, new: &NewFile, quota: i64) -> Result<bool, StoreError> {
        Ok(retry!(self.file_begin_once(new, quota))?)
    }

    async fn file_begin_once(&self, new: &NewFile, quota: i64) -> Result<bool, sqlx::Error> {
        let mut tx = self.db.write().await?;
        let _locked: Option<(Id,)> = fetch!(optional, tx, sql::UPLOADER_LOCK, new.uploader.0)?;
        let (used,): (i64,) = fetch!(one, tx, sql::USED, new.uploader.0)?;
        if used.saturating_add(new.file.size).saturating_add(new.thumbnail_size) > quota {
            return Ok(false);
        }
        let file = &new.file;
        execute!(
            tx,
            sql::INSERT,
            file.id.0,
            new.uploader.0,
            file.name.as_str(),
            file.media_type.as_str(),
            file.size,
            file.width,
            file.height,
            file.thumb_hash.as_deref(),
            file.thumbnail.map(Thumbnail::media_type),
            new.thumbnail_size,
            new.now
        )?;
        tx.commit().await?;
        Ok(true)
    }

    /// What a person's files take, as the quota counts.
    pub async fn files_used(&self, user: UserId) -> Result<i64, StoreError> {
        Ok(self.used(user).await?)
    }

    async fn used(&self, user: UserId) -> Result<i64, sqlx::Error> {
        let mut reader = self.db.reader().await?;
        let (bytes,): (i64,) = fetch!(one, reader, sql::USED, user.0)?;
        Ok(bytes)
    }

    /// The bytes of a file are on disk. `false`: it took so long that it was given up meanwhile.
    pub async fn files_keep(&self, file: FileId) -> Result<bool, StoreError> {
        Ok(retry!(self.write_about_file(async |tx| execute!(tx, sql::KEEP, file.0)))? > 0)
    }

    /// A file that this person may read.
    pub async fn files_get(&self, user: UserId, file: FileId) -> Result<Option<Attachment>, StoreError> {
        Ok(self.file(user, file).await?)
    }

    async fn file(&self, user: UserId, file: FileId) -> Result<Option<Attachment>, sqlx::Error> {
        let mut reader = self.db.reader().await?;
        fetch!(optional, reader, sql::GET, file.0, user.0)
    }

    /// Takes away a file of one's own that no message carries. `false`: there is none.
    pub async fn files_remove(&self, user: UserId, file: FileId) -> Result<bool, StoreError> {
        Ok(retry!(self.write_about_file(async |tx| execute!(tx, sql::REMOVE, file.0, user.0)))? > 0)
    }

    /// Gives up files that no message carries: those that came before `came`, and those still coming since `coming`.
    pub async fn files_expire(&self, came: i64, coming: i64) -> Result<u64, StoreError> {
        Ok(retry!(self.write_about_file(async |tx| execute!(
            tx,
            sql::EXPIRE,
            coming,
            came
        )))?)
    }

    async fn write_about_file<F>(&self, write: F) -> Result<u64, sqlx::Error>
    where
        F: AsyncFnOnce(&mut crate::db::Tx) -> Result<u64, sqlx::Error>,
    {
        let mut tx = self.db.write().await?;
        let changed = write(&mut tx).await?;
        tx.commit().await?;
        Ok(changed)
    }

    /// Files that nobody may read any more and whose bytes are still to be taken away.
    pub async fn files_gone(&self, limit: i64) -> Result<Vec<FileId>, StoreError> {
        Ok(self.gone(limit).await?)
    }

    async fn gone(&self, limit: i64) -> Result<Vec<FileId>, sqlx::Error> {
        let mut reader = self.db.reader().await?;
        let gone: Vec<(Id,)> = fetch!(all, reader, sql::GONE, limit)?;
        Ok(gone.into_iter().map(|(id,)| id.into()).collect())
    }

    /// Forgets such files, whose bytes are away now.
    pub async fn files_forget(&self, files: &[FileId]) -> Result<(), StoreError> {
        let columns = || vec![Column::Ids(files.iter().map(|file| file.0).collect())];
        retry!(self.write_about_file(async |tx| execute!(tx, sql::FORGET; columns())))?;
        Ok(())
    }
}

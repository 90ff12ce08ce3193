//! Where a file is while it comes in: a folder beside those that came, on the same disk.
//!
//! What is written here is gone when the upload ends, whether it ended well or not. What a program that was killed left is
//! known by its name, which begins with an id, and so with the time at which it was begun.

use std::{
    fs, io,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
};

use linnet_contract::FileId;
use tempfile::NamedTempFile;
use uuid::Uuid;

use crate::error::RequestError;

/// The folder.
pub(super) struct Spool(PathBuf);

impl Spool {
    pub(super) fn open(data_dir: &Path, alone: bool) -> io::Result<Self> {
        let folder = data_dir.join("uploads");
        if alone && folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        private_folder(&folder)?;
        Ok(Self(folder))
    }

    /// A new, empty file, which only this program may read. It goes when what this returns is dropped.
    pub(super) fn file(&self, id: FileId) -> io::Result<NamedTempFile> {
        tempfile::Builder::new().prefix(&format!("{id}.")).tempfile_in(&self.0)
    }

    /// Takes away what was begun before this time, by the ids.
    pub(super) fn clear(&self, before_ms: i64) -> io::Result<()> {
        for entry in fs::read_dir(&self.0)? {
            let entry = entry?;
            if begun_ms(&entry.file_name().to_string_lossy()).is_some_and(|begun| begun < before_ms) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}

/// Makes a folder, unless it is there, that only this program may look into.
pub(super) fn private_folder(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

fn begun_ms(name: &str) -> Option<i64> {
    let id: Uuid = name.split('.').next()?.parse().ok()?;
    let (seconds, nanos) = id.get_timestamp()?.to_unix();
    i64::try_from(seconds * 1_000 + u64::from(nanos) / 1_000_000).ok()
}

/// What somebody is told whose file the disk does not take.
pub(super) fn refusal(error: &io::Error) -> RequestError {
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    let full = matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge);
    tracing::error!(%error, full, "a file could not be written");
    let sentence = if full {
        "The server has no room for this file."
    } else {
        "The server cannot keep files right now. Please try again."
    };
    RequestError {
        sentence: sentence.into(),
        ..RequestError::unavailable()
    }
}

#[cfg(test)]
mod tests {
    use linnet_contract::ErrorCode;

    use super::*;

    #[test]
    fn what_was_begun_long_ago_is_cleared_and_what_is_coming_stays() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::open(folder.path(), true).unwrap();
        let id = |ms| FileId(uuid::Builder::from_unix_timestamp_millis(ms, &[7; 10]).into_uuid());
        let (old, new) = (spool.file(id(1_000)).unwrap(), spool.file(id(2_000)).unwrap());
        fs::write(folder.path().join("uploads/somebody-elses"), "x").unwrap();
        spool.clear(2_000).unwrap();
        assert!(!old.path().exists() && new.path().exists());
        let path = new.path().to_owned();
        drop(new);
        assert!(!path.exists(), "it goes with the upload");
        let left = spool.file(id(3_000)).unwrap().into_temp_path().keep().unwrap();
        Spool::open(folder.path(), false).unwrap();
        assert!(left.exists());
        Spool::open(folder.path(), true).unwrap();
        assert!(!left.exists(), "who is alone begins with nothing");
    }

    #[test]
    fn a_full_disk_says_so() {
        for (kind, full) in [
            (io::ErrorKind::StorageFull, true),
            (io::ErrorKind::QuotaExceeded, true),
            (io::ErrorKind::PermissionDenied, false),
        ] {
            let refusal = refusal(&io::Error::from(kind));
            assert_eq!(refusal.code, ErrorCode::Unavailable);
            assert_eq!(refusal.sentence.contains("no room"), full);
        }
    }
}

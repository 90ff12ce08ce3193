//! One program for one `SQLite` database. Two would each write, and people on the one would not hear those on the other
//! until their clients ask. Several nodes share a `PostgreSQL`.

use std::{
    fs::{File, TryLockError},
    io,
    path::Path,
};

/// Held while the program runs. The system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub struct OnlyOne {
    _lock: File,
}

impl OnlyOne {
    /// Takes the lock of a data folder, which is made if it is not there. None: another program has it.
    ///
    /// # Errors
    /// What the system says, where the lock file cannot be made.
    pub fn take(data_dir: &Path) -> io::Result<Option<Self>> {
        std::fs::create_dir_all(data_dir)?;
        let mut options = File::options();
        options.create(true).truncate(false).write(true);
        // Nobody else has to do with anything in this folder.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let lock = options.open(data_dir.join("linnet.lock"))?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(Self { _lock: lock })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::OnlyOne;

    #[test]
    fn the_second_one_waits_until_the_first_one_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let first = OnlyOne::take(folder.path()).unwrap().expect("nobody else is there");
        assert!(OnlyOne::take(folder.path()).unwrap().is_none());
        drop(first);
        assert!(OnlyOne::take(folder.path()).unwrap().is_some());
    }
}

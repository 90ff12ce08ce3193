//! Secrets of the server: from the settings, or made once and kept in the data folder.

use std::{
    fs::{self, OpenOptions},
    io::{self, Read as _, Write as _},
    path::Path,
};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};

use crate::{
    config::{Config, Secret},
    random::{self, Random},
};

/// The file of the key of the access tokens.
const FILE: &str = "jwt_secret";
/// Characters of a secret at least.
const LEAST: usize = 32;

/// The key of the access tokens to use.
///
/// # Errors
/// When the file can neither be read nor made, or holds less than a key.
pub fn load(config: &Config, random: &dyn Random) -> io::Result<Secret> {
    if let Some(secret) = &config.accounts.jwt_secret {
        return Ok(secret.clone());
    }
    let made = || BASE64_URL_SAFE_NO_PAD.encode(random::secret(random));
    kept(&config.storage.data_dir, FILE, random, made).map(|text| Secret(text.into_bytes()))
}

/// The text of a file in the data folder, which is made when it is not there.
///
/// # Errors
/// When the file can neither be read nor made, or holds less than a secret.
pub fn kept(folder: &Path, file: &str, random: &dyn Random, make: impl FnOnce() -> String) -> io::Result<String> {
    fs::create_dir_all(folder)?;
    let path = folder.join(file);
    match read(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        found => return found,
    }
    // Written aside and linked into place, so that of two programs that start at once both use the same one, and none
    // ever reads half of it.
    let mut suffix = [0; 8];
    random.fill(&mut suffix);
    let aside = path.with_extension(format!("{:016x}", u64::from_le_bytes(suffix)));
    write_private(&aside, &make())?;
    let linked = fs::hard_link(&aside, &path);
    fs::remove_file(&aside)?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => read(&path),
    }
}

fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    fs::File::open(path)?.take(4_096).read_to_string(&mut text)?;
    let text = text.trim();
    if text.len() < LEAST {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!("it must hold at least {LEAST} characters"),
        ));
    }
    Ok(text.to_owned())
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;

    #[test]
    fn a_key_is_made_once_kept_and_private() {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::defaults();
        config.storage.data_dir = folder.path().join("data");
        let first = load(&config, &SystemRandom).unwrap();
        assert!(first.0.len() >= 32);
        assert_eq!(load(&config, &SystemRandom).unwrap(), first);
        assert_eq!(format!("{first:?}"), "Secret(..)");
        let files: Vec<_> = fs::read_dir(&config.storage.data_dir).unwrap().collect();
        assert_eq!(files.len(), 1, "nothing is left lying about");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = files[0].as_ref().unwrap().metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        config.accounts.jwt_secret = Some(Secret(vec![1; 32]));
        assert_eq!(
            load(&config, &SystemRandom).unwrap(),
            Secret(vec![1; 32]),
            "the setting wins"
        );
    }

    #[test]
    fn half_a_key_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), "short").unwrap();
        let mut config = Config::defaults();
        config.storage.data_dir = folder.path().to_owned();
        assert!(load(&config, &SystemRandom).is_err());
    }
}

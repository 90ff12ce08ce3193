//! Defaults, then the file, then the environment.

use std::path::{Path, PathBuf};

use super::{
    Config, file,
    setting::{ConfigError, settings},
};

/// Where settings come from besides the defaults.
pub struct Sources<'a> {
    /// The file that the command line names; it must exist.
    pub file: Option<PathBuf>,
    /// The environment.
    pub env: &'a dyn Fn(&str) -> Option<String>,
}

/// Loads and checks the settings.
///
/// Without a named file, `linnet.toml` in the data folder is read if it is there, or else `linnet.toml` in the current
/// folder. An empty variable of the environment counts as not set.
pub fn load(sources: &Sources<'_>) -> Result<Config, ConfigError> {
    let mut config = Config::defaults();
    let env = |name: &str| (sources.env)(name).filter(|value| !value.is_empty());

    let data_dir = env("LINNET_DATA_DIR").map_or_else(|| config.storage.data_dir.clone(), PathBuf::from);
    let usual = || {
        let places = [data_dir.join("linnet.toml"), Path::new("linnet.toml").to_owned()];
        places.into_iter().find(|place| place.is_file())
    };
    if let Some(path) = sources.file.clone().or_else(usual) {
        for found in file::read(&path)? {
            let setting = found.setting;
            (setting.set)(&mut config, &found.text).map_err(|wrong| {
                let (section, key, line) = (setting.section, setting.key, found.line);
                ConfigError(format!(
                    "{} {wrong} ({section}.{key} in {}, line {line}).",
                    setting.env,
                    path.display()
                ))
            })?;
        }
    }
    for setting in settings() {
        if let Some(value) = env(setting.env) {
            (setting.set)(&mut config, value.trim())
                .map_err(|wrong| ConfigError(format!("{} {wrong} (from the environment).", setting.env)))?;
        }
    }
    config.validate()?;
    Ok(config)
}

/// What names of the environment were probably meant to be: one sentence for each that is no setting but nearly one. A
/// mistyped `LINNET_REGISTRATION` would otherwise leave a server open that its owner believes closed.
pub fn mistyped(names: impl Iterator<Item = String>) -> Vec<String> {
    let meant = |name: String| {
        if !name.starts_with("LINNET_") || settings().any(|setting| setting.env == name) {
            return None;
        }
        let (distance, known) = settings()
            .map(|setting| (file::distance(&name, setting.env), setting.env))
            .min()?;
        (distance <= 3).then(|| format!("{name} in the environment is no setting. Did you mean {known}?"))
    };
    names.filter_map(meant).collect()
}

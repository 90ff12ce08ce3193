//! One row of the table of settings.

use super::{Config, accounts, conversations, files, log, mail, messages, presence, push, server, storage};

/// A setting.
pub struct Setting {
    /// The name in the environment, which is also what people call it.
    pub env: &'static str,
    /// The table of the TOML file it stands in.
    pub section: &'static str,
    /// Its key there.
    pub key: &'static str,
    /// The default, as it would be written in the environment.
    pub default: &'static str,
    /// How TOML writes a value of it.
    pub shape: Shape,
    /// What it does, in sentences.
    pub doc: &'static str,
    /// Parses a value and puts it in its place. The error completes the sentence "PORT ...": "must be a number ...".
    pub set: fn(&mut Config, &str) -> Result<(), String>,
}

/// How a value is written in TOML. In the environment everything is text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `"text"`.
    Text,
    /// `"text"` that is never repeated in an error, a log line or the sample.
    Secret,
    /// `30`.
    Number,
    /// `["a", "b"]`; in the environment, separated by commas.
    List,
}

/// A setting that is not valid, as one sentence for whoever starts the program.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(pub String);

/// Every setting, section by section, in the order of the sample.
pub fn settings() -> impl Iterator<Item = &'static Setting> {
    [
        server::SETTINGS,
        storage::SETTINGS,
        accounts::SETTINGS,
        messages::SETTINGS,
        conversations::SETTINGS,
        files::SETTINGS,
        presence::SETTINGS,
        push::SETTINGS,
        mail::SETTINGS,
        log::SETTINGS,
    ]
    .into_iter()
    .flatten()
}

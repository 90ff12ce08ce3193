//! The settings: defaults, then a TOML file, then the environment.
//!
//! Every setting is one row of a table ([`Setting`]): its two names, its default, its sentence and its parser. Loading,
//! the sample that `linnet config` prints and the tests all go over that table, so a setting cannot be in one and
//! missing in another. A wrong value is one sentence that names the setting and where the value came from.

mod accounts;
mod conversations;
mod file;
mod files;
mod load;
mod log;
mod mail;
mod messages;
mod parse;
mod presence;
mod push;
mod sample;
mod server;
mod setting;
mod storage;

pub use accounts::{Accounts, Secret, SecureCookies};
pub use conversations::Conversations;
pub use files::{Files, S3};
pub use load::{Sources, load, mistyped};
pub use log::{Log, LogFormat};
pub use mail::{Mail, Security, Smtp};
pub use messages::Messages;
pub use parse::Network;
pub use presence::Presence;
pub use push::Push;
pub use sample::sample;
pub use server::Server;
pub use setting::{ConfigError, Setting, Shape, settings};
pub use storage::Storage;

/// All settings, checked.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// Where it listens and to whom.
    pub server: Server,
    /// Where things are kept.
    pub storage: Storage,
    /// Signing up and signing in.
    pub accounts: Accounts,
    /// Groups and channels.
    pub conversations: Conversations,
    /// Writing.
    pub messages: Messages,
    /// What people send beside text.
    pub files: Files,
    /// Who is there.
    pub presence: Presence,
    /// Telling devices whose page is closed.
    pub push: Push,
    /// Mail.
    pub mail: Mail,
    /// What is logged, and how.
    pub log: Log,
}

impl Config {
    /// The defaults, as the table says them.
    ///
    /// # Panics
    /// When a default of the table is not valid, which a test rules out.
    #[must_use]
    pub fn defaults() -> Self {
        let mut config = Self::default();
        for setting in settings() {
            (setting.set)(&mut config, setting.default).expect("the table's defaults are valid");
        }
        config
    }

    /// Rules between settings.
    fn validate(&self) -> Result<(), ConfigError> {
        self.files.validate()?;
        self.mail.validate(&self.server)?;
        self.accounts.validate(&self.server)
    }
}

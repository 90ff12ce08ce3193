//! A digest of what is unread, by mail, for those who want it.
//!
//! An address gets nothing but a code until the code came back ([`set_address`], [`confirm`]). Then one task ([`run`]) asks now
//! and then who has left something unread for long, leaves out who is there, and says in how many messages of whom, never in
//! which words. See `docs/decisions/0021-digest.md`.

mod address;
mod compose;
mod confirm;
mod letter;
mod mailer;
mod page;
mod policy;
mod run;
mod settings;
mod unsubscribe;
mod wording;

pub use address::set_address;
pub use confirm::confirm;
pub use mailer::Mailer;
pub use page::Page;
pub use run::{round, run};
pub use settings::{forget, get, update};
pub use unsubscribe::{ask_unsubscribe, unsubscribe};

use linnet_contract::ErrorCode;

use crate::{config::Config, error::RequestError};

/// What sends mail, where there is something.
pub struct Digests {
    mailer: Option<Mailer>,
}

impl Digests {
    /// With the mail server of the settings.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        Self {
            mailer: Mailer::new(config),
        }
    }

    /// What sends mail.
    ///
    /// # Errors
    /// `not_found` where nothing does: there are no digests here.
    fn mailer(&self) -> Result<&Mailer, RequestError> {
        self.mailer.as_ref().ok_or(ErrorCode::NotFound.into())
    }
}

//! Files: uploaded first, carried by a message later.
//!
//! [`begin`] takes one of a bounded number of places; what comes is written to a file of its own while it is counted, looked at
//! ([`policy`], [`picture`]), and put where files are kept ([`storage`]) under its id. A row in the database is written before
//! that and completed after it, so that [`sweep`] finds whatever an end of the program left behind. Whether somebody may read a
//! file is asked anew for every read; `docs/decisions/0017-files.md` has the whole of it.

mod download;
mod picture;
mod places;
mod policy;
mod remove;
mod spool;
mod storage;
mod strip;
mod sweep;
mod upload;
mod wire;

use std::io;

use linnet_contract::UserId;

use crate::{config::Config, error::RequestError};

pub use download::{Kind, find, read};
pub use policy::is_shown_in_place;
pub use remove::remove;
pub use sweep::{gave_up, sweep};
pub use upload::{Upload, begin};
pub use wire::attachment;

/// Where files come in and where they stay.
pub struct Files {
    places: places::Places,
    spool: spool::Spool,
    storage: storage::Storage,
}

impl Files {
    /// Makes the folders. `alone`: no other program uses them, so whatever is half-way is left from one that ended.
    ///
    /// # Errors
    /// What the system says, or what is wrong with the settings of the bucket.
    pub fn open(config: &Config, alone: bool) -> io::Result<Self> {
        let files = &config.files;
        Ok(Self {
            places: places::Places::new(files.uploads, files.uploads_per_user),
            spool: spool::Spool::open(&config.storage.data_dir, alone)?,
            storage: storage::Storage::open(&config.storage.data_dir, &files.s3)?,
        })
    }

    fn place(&self, user: UserId) -> Result<places::Place, RequestError> {
        self.places.take(user)
    }
}

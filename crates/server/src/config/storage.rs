//! Where things are kept.

use std::path::PathBuf;

use super::setting::{Setting, Shape};

/// The section `[storage]`.
#[derive(Debug, Clone, Default)]
pub struct Storage {
    /// The folder of the `SQLite` database, the secret and the files.
    pub data_dir: PathBuf,
    /// The database, where it is not the one in the folder. May hold a password.
    pub database_url: Option<String>,
}

pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        env: "LINNET_DATA_DIR",
        section: "storage",
        key: "data_dir",
        default: "./data",
        shape: Shape::Text,
        doc: "The folder for everything that this server keeps. It is made when it is missing. Back it up.",
        set: |config, text| {
            if text.is_empty() {
                return Err("must be a folder, not empty".to_owned());
            }
            config.storage.data_dir = PathBuf::from(text);
            Ok(())
        },
    },
    Setting {
        env: "DATABASE_URL",
        section: "storage",
        key: "database_url",
        default: "",
        shape: Shape::Secret,
        doc: "The database: sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE. When empty, linnet.db in the data \
              folder.",
        set: |config, text| {
            let known = ["sqlite:", "postgres://", "postgresql://"]
                .iter()
                .any(|scheme| text.starts_with(scheme));
            if !known && !text.is_empty() {
                return Err("must begin with sqlite:, postgres:// or postgresql://".to_owned());
            }
            config.storage.database_url = (!text.is_empty()).then(|| text.to_owned());
            Ok(())
        },
    },
];

impl Storage {
    /// The database to open.
    #[must_use]
    pub fn database_url(&self) -> String {
        self.database_url
            .clone()
            .unwrap_or_else(|| format!("sqlite://{}", self.data_dir.join("linnet.db").display()))
    }
}

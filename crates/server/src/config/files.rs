//! What people send beside text: how much of it, and where it is kept.

use super::{
    Secret, parse,
    setting::{ConfigError, Setting, Shape},
};

/// The section `[files]`.
#[derive(Debug, Clone, Default)]
pub struct Files {
    /// Bytes of a file at most.
    pub max_bytes: i64,
    /// Bytes of all files of one user at most.
    pub quota_bytes: i64,
    /// Uploads of one user at once.
    pub uploads_per_user: usize,
    /// Uploads at once.
    pub uploads: usize,
    /// The bucket, where files are not kept on this disk.
    pub s3: S3,
}

/// Where an S3-speaking server is, and how it knows us.
#[derive(Debug, Clone, Default)]
pub struct S3 {
    /// The bucket. None: files are kept in the data folder.
    pub bucket: Option<String>,
    /// The server, where it is not Amazon's.
    pub endpoint: Option<String>,
    /// Its region.
    pub region: String,
    /// Who we are.
    pub access_key_id: String,
    /// How we show it.
    pub secret_access_key: Option<Secret>,
}

const MIB: i64 = 1024 * 1024;

pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        env: "LINNET_FILE_MAX_MIB",
        section: "files",
        key: "file_max_mib",
        default: "25",
        shape: Shape::Number,
        doc: "Mebibytes of a file at most.",
        set: |config, text| {
            config.files.max_bytes = parse::number(text, 1..=4_096)? * MIB;
            Ok(())
        },
    },
    Setting {
        env: "LINNET_FILE_QUOTA_MIB",
        section: "files",
        key: "file_quota_mib",
        default: "2048",
        shape: Shape::Number,
        doc: "Mebibytes that all files of one user take at most.",
        set: |config, text| {
            config.files.quota_bytes = parse::number(text, 1..=1_000_000_000)? * MIB;
            Ok(())
        },
    },
    Setting {
        env: "LINNET_UPLOADS_PER_USER",
        section: "files",
        key: "uploads_per_user",
        default: "4",
        shape: Shape::Number,
        doc: "Files that one user may upload at the same time.",
        set: |config, text| {
            config.files.uploads_per_user = parse::number(text, 1..=1_000)?;
            Ok(())
        },
    },
    Setting {
        env: "LINNET_UPLOADS",
        section: "files",
        key: "uploads",
        default: "64",
        shape: Shape::Number,
        doc: "Files that everybody together may upload at the same time.",
        set: |config, text| {
            config.files.uploads = parse::number(text, 1..=100_000)?;
            Ok(())
        },
    },
    Setting {
        env: "S3_BUCKET",
        section: "files",
        key: "s3_bucket",
        default: "",
        shape: Shape::Text,
        doc: "The bucket to keep files in. When empty, they are kept in the folder files of the data folder. Several nodes need \
              a bucket, or a folder that all of them have.",
        set: |config, text| {
            config.files.s3.bucket = (!text.is_empty()).then(|| text.to_owned());
            Ok(())
        },
    },
    Setting {
        env: "S3_ENDPOINT",
        section: "files",
        key: "s3_endpoint",
        default: "",
        shape: Shape::Text,
        doc: "The address of the S3-speaking server, such as https://s3.example.org. When empty, Amazon's.",
        set: |config, text| {
            config.files.s3.endpoint = match text {
                "" => None,
                text => Some(parse::origin(text)?),
            };
            Ok(())
        },
    },
    Setting {
        env: "S3_REGION",
        section: "files",
        key: "s3_region",
        default: "us-east-1",
        shape: Shape::Text,
        doc: "The region of the bucket.",
        set: |config, text| {
            text.clone_into(&mut config.files.s3.region);
            Ok(())
        },
    },
    Setting {
        env: "S3_ACCESS_KEY_ID",
        section: "files",
        key: "s3_access_key_id",
        default: "",
        shape: Shape::Secret,
        doc: "The key that may read, write and delete in the bucket.",
        set: |config, text| {
            text.clone_into(&mut config.files.s3.access_key_id);
            Ok(())
        },
    },
    Setting {
        env: "S3_SECRET_ACCESS_KEY",
        section: "files",
        key: "s3_secret_access_key",
        default: "",
        shape: Shape::Secret,
        doc: "The secret of that key.",
        set: |config, text| {
            config.files.s3.secret_access_key = (!text.is_empty()).then(|| Secret(text.into()));
            Ok(())
        },
    },
];

impl Files {
    /// Rules between settings.
    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        let s3 = &self.s3;
        if s3.bucket.is_some() && (s3.access_key_id.is_empty() || s3.secret_access_key.is_none()) {
            let sentence = "S3_BUCKET is set, and needs S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY.";
            return Err(ConfigError(sentence.to_owned()));
        }
        Ok(())
    }
}

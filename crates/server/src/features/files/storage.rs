//! Where files stay: a folder of this disk, or a bucket of an S3-speaking server. Under their id, never under a name that
//! somebody chose.

use std::{
    fs::File,
    io,
    ops::Range,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use futures_util::stream::BoxStream;
use linnet_contract::FileId;
use object_store::{
    BackoffConfig, ClientOptions, GetOptions, GetRange, ObjectStore, ObjectStoreExt as _, RetryConfig, WriteMultipart,
    aws::AmazonS3Builder, local::LocalFileSystem, path::Path as Key,
};
use tempfile::NamedTempFile;
use tokio::{io::AsyncReadExt as _, time::timeout};

use super::{Kind, spool};
use crate::{config::S3, error::RequestError};

/// How long a bucket may say nothing, and how long we go on trying. A whole request has no limit: somebody may read a large file
/// slowly.
const SILENCE: Duration = Duration::from_secs(30);
const TRYING_TIME: Duration = Duration::from_secs(20);
const CONNECT_TIME: Duration = Duration::from_secs(5);
/// How long a file may take on its way to the bucket.
const SEND_TIME: Duration = Duration::from_mins(10);
/// Bytes of one part of a file on its way to a bucket.
const PART: usize = 8 * 1024 * 1024;
/// Parts on their way at once.
const PARTS: usize = 2;

/// Keeps files.
pub(super) struct Storage {
    objects: Arc<dyn ObjectStore>,
    /// The folder, where it is one.
    folder: Option<PathBuf>,
}

impl Storage {
    pub(super) fn open(data_dir: &Path, s3: &S3) -> io::Result<Self> {
        let Some(bucket) = &s3.bucket else {
            let folder = data_dir.join("files");
            spool::private_folder(&folder)?;
            let objects = LocalFileSystem::new_with_prefix(&folder)?.with_fsync(true);
            return Ok(Self {
                objects: Arc::new(objects),
                folder: Some(folder),
            });
        };
        let client = ClientOptions::new()
            .with_timeout_disabled()
            .with_read_timeout(SILENCE)
            .with_connect_timeout(CONNECT_TIME)
            .with_allow_http(true);
        let retry = RetryConfig {
            backoff: BackoffConfig::default(),
            max_retries: 4,
            retry_timeout: TRYING_TIME,
        };
        let secret = s3
            .secret_access_key
            .as_ref()
            .map(|secret| String::from_utf8_lossy(&secret.0));
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(bucket)
            .with_region(&s3.region)
            .with_access_key_id(&s3.access_key_id)
            .with_secret_access_key(secret.unwrap_or_default())
            .with_client_options(client)
            .with_retry(retry);
        if let Some(endpoint) = &s3.endpoint {
            builder = builder.with_endpoint(endpoint);
        }
        Ok(Self {
            objects: Arc::new(builder.build()?),
            folder: None,
        })
    }

    /// Keeps a file that came in, whole or not at all, and on disk when this returns.
    pub(super) async fn put(&self, file: FileId, came: NamedTempFile) -> Result<(), RequestError> {
        match &self.folder {
            Some(folder) => {
                let to = folder.join(key(file, Kind::File).as_ref());
                let moved = tokio::task::spawn_blocking(move || move_in(came, &to)).await;
                moved
                    .map_err(|error| RequestError::internal(&error))?
                    .map_err(|error| spool::refusal(&error))
            }
            None => match timeout(SEND_TIME, self.send(file, &came)).await {
                Ok(sent) => sent.map_err(|error| refusal(&error)),
                Err(_) => Err(spool::refusal(&io::ErrorKind::TimedOut.into())),
            },
        }
    }

    async fn send(&self, file: FileId, came: &NamedTempFile) -> object_store::Result<()> {
        let broken = |error: io::Error| object_store::Error::Generic {
            store: "uploads",
            source: error.into(),
        };
        let mut from = tokio::fs::File::from_std(came.reopen().map_err(broken)?);
        let key = key(file, Kind::File);
        let length = from.metadata().await.map_err(broken)?.len();
        if length <= PART as u64 {
            let mut bytes = Vec::new();
            from.read_to_end(&mut bytes).await.map_err(broken)?;
            return self.objects.put(&key, bytes.into()).await.map(drop);
        }
        let mut parts = WriteMultipart::new_with_chunk_size(self.objects.put_multipart(&key).await?, PART);
        let mut buffer = vec![0; 256 * 1024];
        let written = async {
            loop {
                let read = from.read(&mut buffer).await.map_err(broken)?;
                if read == 0 {
                    return Ok(());
                }
                parts.wait_for_capacity(PARTS).await?;
                parts.write(&buffer[..read]);
            }
        };
        match written.await {
            Ok(()) => parts.finish().await.map(drop),
            Err(error) => {
                // What was sent costs room until it is given up.
                let _ = parts.abort().await;
                Err(error)
            }
        }
    }

    /// Keeps a thumbnail.
    pub(super) async fn put_thumbnail(&self, file: FileId, bytes: Vec<u8>) -> Result<(), RequestError> {
        let kept = self.objects.put(&key(file, Kind::Thumbnail), bytes.into()).await;
        kept.map(drop).map_err(|error| refusal(&error))
    }

    /// A part of a file, as it comes from the disk or the bucket; all of it for `None`.
    pub(super) async fn get(
        &self,
        file: FileId,
        kind: Kind,
        range: Option<Range<u64>>,
    ) -> object_store::Result<BoxStream<'static, object_store::Result<Bytes>>> {
        let options = GetOptions {
            range: range.map(GetRange::Bounded),
            ..GetOptions::default()
        };
        Ok(self.objects.get_opts(&key(file, kind), options).await?.into_stream())
    }

    /// Takes away a file and its thumbnail. What is not there is away.
    pub(super) async fn delete(&self, file: FileId) -> object_store::Result<()> {
        for kind in [Kind::Thumbnail, Kind::File] {
            match self.objects.delete(&key(file, kind)).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// The last digits of an id are chance, so each of the folders gets as many as the others.
fn key(file: FileId, kind: Kind) -> Key {
    let id = file.to_string();
    let shelf = &id[id.len() - 2..];
    match kind {
        Kind::File => Key::from(format!("{shelf}/{id}")),
        Kind::Thumbnail => Key::from(format!("{shelf}/{id}.thumbnail")),
    }
}

/// Into its place by its name alone, after its bytes are on disk: whoever looks there finds all of it or nothing. The folders are
/// written too, or a power cut could take the name away again.
fn move_in(came: NamedTempFile, to: &Path) -> io::Result<()> {
    came.as_file().sync_all()?;
    let shelf = to.parent().unwrap_or(to);
    if !shelf.exists() {
        std::fs::create_dir_all(shelf)?;
        File::open(shelf.parent().unwrap_or(shelf))?.sync_all()?;
    }
    came.persist(to).map_err(|error| error.error)?;
    File::open(shelf)?.sync_all()
}

/// What somebody is told whose file is not kept.
fn refusal(error: &object_store::Error) -> RequestError {
    use std::error::Error as _;
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            return spool::refusal(error);
        }
        cause = error.source();
    }
    spool::refusal(&io::Error::other(error.to_string()))
}

//! Files and the messages that carry them.

use std::collections::{BTreeSet, HashMap};

use linnet_contract::{ConversationId, FileId, Sequence, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::sql;
use crate::{
    bulk::Column,
    db::{Tx, execute, fetch},
    decode::{Id, Word},
};

/// What is known of a file.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Attachment {
    /// Its id.
    #[sqlx(try_from = "Id")]
    pub id: FileId,
    /// Its name.
    pub name: String,
    /// What it is.
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    /// Of a picture: pixels.
    pub width: Option<i64>,
    /// Of a picture: pixels.
    pub height: Option<i64>,
    /// Of a picture: a blurred idea of it.
    pub thumb_hash: Option<String>,
    /// Of a picture, where it has one.
    #[sqlx(rename = "thumbnail_type", try_from = "MaybeThumbnail")]
    pub thumbnail: Option<Thumbnail>,
}

/// How a thumbnail is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Thumbnail {
    /// A photo.
    #[serde(rename = "image/jpeg")]
    Jpeg,
    /// What one can look through.
    #[serde(rename = "image/webp")]
    WebP,
}

impl Thumbnail {
    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::WebP => "image/webp",
        }
    }
}

#[derive(sqlx::Type)]
#[sqlx(transparent)]
struct MaybeThumbnail(Option<String>);

impl TryFrom<MaybeThumbnail> for Option<Thumbnail> {
    type Error = crate::decode::UnknownWord;
    fn try_from(column: MaybeThumbnail) -> Result<Self, Self::Error> {
        match column.0.as_deref() {
            None => Ok(None),
            Some("image/jpeg") => Ok(Some(Thumbnail::Jpeg)),
            Some("image/webp") => Ok(Some(Thumbnail::WebP)),
            Some(other) => Err(Word::from(other.to_owned()).unknown()),
        }
    }
}

/// A file as its message has it in its row.
#[derive(Serialize, Deserialize)]
struct Stored(
    Uuid,
    String,
    String,
    i64,
    Option<i64>,
    Option<i64>,
    Option<String>,
    Option<Thumbnail>,
);

/// As the column of the message holds them.
pub(crate) fn attachments_json(files: &[Attachment]) -> Option<String> {
    let stored = |file: &Attachment| {
        Stored(
            file.id.0,
            file.name.clone(),
            file.media_type.clone(),
            file.size,
            file.width,
            file.height,
            file.thumb_hash.clone(),
            file.thumbnail,
        )
    };
    let stored: Vec<_> = files.iter().map(stored).collect();
    (!stored.is_empty()).then(|| serde_json::json!(stored).to_string())
}

/// The column of the message.
#[derive(sqlx::Type)]
#[sqlx(transparent)]
pub(crate) struct MaybeAttachments(Option<String>);

impl From<MaybeAttachments> for Vec<Attachment> {
    /// What this program cannot read is nothing: one odd row must not keep anybody from a whole page of history.
    fn from(json: MaybeAttachments) -> Self {
        let stored: Vec<Stored> = json
            .0
            .and_then(|json| serde_json::from_str(&json).ok())
            .unwrap_or_default();
        let file = |Stored(id, name, media_type, size, width, height, thumb_hash, thumbnail)| Attachment {
            id: FileId(id),
            name,
            media_type,
            size,
            width,
            height,
            thumb_hash,
            thumbnail,
        };
        stored.into_iter().map(file).collect()
    }
}

#[derive(sqlx::FromRow)]
struct OfferedRow {
    #[sqlx(flatten)]
    file: Attachment,
    #[sqlx(try_from = "Id")]
    uploader_id: UserId,
}

/// Files, each with the one who may give it to a message: a batch holds messages of many.
pub(crate) type Offered = HashMap<(FileId, UserId), Attachment>;

/// Those of the offered files that their senders may give to a message, locked until the transaction ends.
pub(crate) async fn offered(tx: &mut Tx, offers: BTreeSet<(FileId, UserId)>) -> Result<Offered, sqlx::Error> {
    if offers.is_empty() {
        return Ok(HashMap::new());
    }
    let columns = || {
        vec![
            Column::Ids(offers.iter().map(|(file, _)| file.0).collect()),
            Column::Ids(offers.iter().map(|(_, sender)| sender.0).collect()),
        ]
    };
    let found: Vec<OfferedRow> = fetch!(all, tx, sql::OFFERED; columns())?;
    let by_key = |row: OfferedRow| ((row.file.id, row.uploader_id), row.file);
    Ok(found.into_iter().map(by_key).collect())
}

/// A file that a new message carries, and where the message is.
pub(crate) type Claim = (FileId, ConversationId, Sequence);

/// Gives files to their messages.
pub(crate) async fn claim(tx: &mut Tx, claims: &[Claim]) -> Result<(), sqlx::Error> {
    if claims.is_empty() {
        return Ok(());
    }
    let columns = || {
        vec![
            Column::Ids(claims.iter().map(|(file, _, _)| file.0).collect()),
            Column::Ids(claims.iter().map(|(_, conversation, _)| conversation.0).collect()),
            Column::Numbers(claims.iter().map(|(_, _, sequence)| sequence.get()).collect()),
        ]
    };
    execute!(tx, sql::CLAIM; columns()).map(drop)
}

/// Takes away the files of a deleted message.
pub(crate) async fn release(tx: &mut Tx, conversation: ConversationId, sequence: Sequence) -> Result<(), sqlx::Error> {
    execute!(tx, sql::RELEASE, conversation.0, sequence.get()).map(drop)
}

/// Takes away the files of the first `portion` messages of a deleted conversation.
pub(crate) async fn release_portion(
    tx: &mut Tx,
    conversation: ConversationId,
    portion: i64,
) -> Result<(), sqlx::Error> {
    execute!(tx, sql::PURGE, conversation.0, portion).map(drop)
}

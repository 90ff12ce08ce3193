//! Files: sent over HTTP first, then carried by a message.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::ids::FileId;

/// A file, as `POST /files` answers and as a message shows it. `GET /files/{id}` has its bytes, `GET /files/{id}/thumbnail`
/// a small picture of it where there is one; both for whoever may read the message, and before that for its uploader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    /// The file.
    pub id: FileId,
    /// The name that its uploader gave it, without what could not be part of a name.
    pub name: String,
    /// Its media type, found out by looking at its bytes; `application/octet-stream` where they say nothing.
    #[serde(rename = "type")]
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    /// Of a picture: pixels as it is shown, turned the right way up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub width: Option<i64>,
    /// Of a picture: pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub height: Option<i64>,
    /// Of a picture: a blurred idea of it, a `ThumbHash` in Base64, to show until the rest is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub thumb_hash: Option<String>,
    /// There is a thumbnail. A picture without one is small enough to be its own.
    pub thumbnail: bool,
}

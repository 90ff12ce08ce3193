//! From a row to what people see.

use linnet_contract::Attachment;
use linnet_store as store;

/// A file as `POST /files` and messages show it.
#[must_use]
pub fn attachment(row: store::Attachment) -> Attachment {
    Attachment {
        id: row.id,
        name: row.name,
        media_type: row.media_type,
        size: row.size,
        width: row.width,
        height: row.height,
        thumb_hash: row.thumb_hash,
        thumbnail: row.thumbnail.is_some(),
    }
}

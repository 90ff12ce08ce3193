//! JSON to MessagePack and back, as text to bytes: the format in which the official Redis adapter hands packets from node to node.
//!
//! Neither way makes a tree or recurses, since depth is the sender's to choose, and neither takes more memory than a small multiple of
//! what it is given. What is no JSON (bytes, dates, `undefined`) becomes what the official server makes of it: attachments with
//! placeholders, ISO 8601, nothing.

mod from_json;
mod to_json;

pub use from_json::from_json;
pub use to_json::{Unpacked, to_json};

/// How deep arrays and objects may be nested. The official adapter recurses: deeper ones could end its process.
pub const MAX_DEPTH: usize = 128;

/// Attachments of one message.
pub const MAX_ATTACHMENTS: usize = 1000;

/// Could not be transcoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MsgpackError {
    /// It ends too soon.
    #[error("ends too soon")]
    Truncated,
    /// Something follows the value.
    #[error("something follows the value")]
    Trailing,
    /// It is not in the format that it should be in.
    #[error("malformed")]
    Malformed,
    /// Deeper than [`MAX_DEPTH`].
    #[error("nested too deep")]
    TooDeep,
    /// More than [`MAX_ATTACHMENTS`], or a placeholder that names none.
    #[error("too many attachments, or one that is not there")]
    Attachments,
}

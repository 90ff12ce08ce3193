//! `GET /search`.

use serde::Serialize;
use ts_rs::TS;

use crate::model::{ConversationKind, Message};

/// `GET /search?q=&conversationId=&fromUserId=&before=&after=&cursor=&limit=`.
///
/// `q` is words, all of which have to be there, each also as a part of a word (two letters only as its beginning);
/// `"several words"` one after the other; and `from:username` (or `from:me`), `in:title` (or a username), `has:file`,
/// `before:2026-05-01`, `after:2026-05-01` (that day or later, UTC). The parameters say the same for programs; `before` and `after`
/// may be moments. Names of files count as text.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct SearchHits {
    /// The newest first. There may be fewer than asked for, or none, although there is a `nextCursor`: a search that takes
    /// long is answered in parts.
    pub hits: Vec<SearchHit>,
    /// Give it as `cursor` to get the next page; left out on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// False while the server is still going through messages from before it could search.
    pub complete: bool,
}

/// A message that was found.
#[derive(Debug, Clone, Serialize, TS)]
pub struct SearchHit {
    /// The message.
    pub message: Message,
    /// Where it is.
    pub conversation: SearchPlace,
    /// What to highlight in `message.msg`: in order, none within another. Empty when it was found by the name of a file.
    pub highlights: Vec<Highlight>,
}

/// The conversation of a message that was found.
#[derive(Debug, Clone, Serialize, TS)]
pub struct SearchPlace {
    /// What it is for.
    pub kind: ConversationKind,
    /// Its title; of a direct conversation, the other person's name.
    pub title: String,
}

/// A part of a text, in UTF-16 code units: what JavaScript counts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
pub struct Highlight {
    /// The first.
    pub from: u32,
    /// The one behind the last.
    pub to: u32,
}

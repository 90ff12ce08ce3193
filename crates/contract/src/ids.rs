//! Identifiers and counters. Each parses on the way in, so that bad input cannot become one.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

use crate::limits;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
        #[serde(transparent)]
        #[ts(type = "string")]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )*};
}

ids! {
    /// A person's account. `UUIDv7`.
    UserId,
    /// A signed-in device: one session of one user. `UUIDv7`.
    DeviceId,
    /// A conversation; also the `roomId` of the events. `UUIDv7`.
    ConversationId,
    /// A message. `UUIDv7`; order comes from its `sequence`, never from its id.
    MessageId,
    /// A file: of its uploader until a message carries it. `UUIDv7`.
    FileId,
}

/// What is wrong with a counter or a `tempId`.
#[derive(Debug, thiserror::Error)]
pub enum ParseError {
    /// Negative, or beyond what JavaScript keeps exact.
    #[error("a counter must be between 0 and 9007199254740991")]
    Counter,
    /// Empty, too long, or with control characters.
    #[error("tempId must be 1 to 64 characters without control characters")]
    TempId,
}

macro_rules! counters {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
        #[serde(try_from = "i64", into = "i64")]
        #[ts(type = "number")]
        pub struct $name(i64);

        impl $name {
            /// The number itself.
            #[must_use]
            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl TryFrom<i64> for $name {
            type Error = ParseError;
            fn try_from(number: i64) -> Result<Self, ParseError> {
                if (0..=limits::MAX_SAFE_INTEGER).contains(&number) { Ok(Self(number)) } else { Err(ParseError::Counter) }
            }
        }

        impl From<$name> for i64 {
            fn from(counter: $name) -> i64 {
                counter.0
            }
        }
    )*};
}

counters! {
    /// The place of a message in its conversation: dense, from 1, given by the server. 0 is "before the first".
    Sequence,
    /// The number of a change to a conversation: dense, from 1. 0 is "nothing seen yet".
    Version,
}

/// The client's own name for a message it sends: the same one again is not a second message.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(try_from = "String", into = "String")]
#[ts(type = "string")]
pub struct TempId(String);

impl TempId {
    /// The text of the id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for TempId {
    type Error = ParseError;
    fn try_from(text: String) -> Result<Self, ParseError> {
        let fits = (1..=limits::TEMP_ID_CHARS).contains(&text.chars().count());
        if fits && !text.chars().any(char::is_control) {
            Ok(Self(text))
        } else {
            Err(ParseError::TempId)
        }
    }
}

impl From<TempId> for String {
    fn from(id: TempId) -> String {
        id.0
    }
}

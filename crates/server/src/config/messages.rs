//! Writing: to whom, how much, how often.

use linnet_contract::http::DirectMessages;
use linnet_store::DirectPolicy;

use super::{
    parse,
    setting::{Setting, Shape},
};

/// The section `[messages]`.
#[derive(Debug, Clone)]
pub struct Messages {
    /// Who may write to whom.
    pub direct_messages: DirectMessages,
    /// Characters (Unicode scalar values) of a message at most.
    pub max_chars: usize,
    /// Messages that one user may write in a minute.
    pub per_minute: u32,
}

impl Messages {
    /// Who may write to whom, as the store asks.
    #[must_use]
    pub const fn direct_policy(&self) -> DirectPolicy {
        match self.direct_messages {
            DirectMessages::Anyone => DirectPolicy::Anyone,
            DirectMessages::Connections => DirectPolicy::Connections,
        }
    }
}

impl Default for Messages {
    fn default() -> Self {
        Self {
            direct_messages: DirectMessages::Connections,
            max_chars: 0,
            per_minute: 0,
        }
    }
}

pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        env: "LINNET_DIRECT_MESSAGES",
        section: "messages",
        key: "direct_messages",
        default: "connections",
        shape: Shape::Text,
        doc: "Who may write to whom: anyone, or connections (people who accepted each other). A block always wins.",
        set: |config, text| {
            let words = [
                ("anyone", DirectMessages::Anyone),
                ("connections", DirectMessages::Connections),
            ];
            config.messages.direct_messages = parse::word(text, &words)?;
            Ok(())
        },
    },
    Setting {
        env: "LINNET_MESSAGE_MAX_CHARS",
        section: "messages",
        key: "message_max_chars",
        default: "1000",
        shape: Shape::Number,
        doc: "Characters of a message at most.",
        set: |config, text| {
            config.messages.max_chars = parse::number(text, 1..=100_000)?;
            Ok(())
        },
    },
    Setting {
        env: "LINNET_MESSAGES_PER_MINUTE",
        section: "messages",
        key: "messages_per_minute",
        default: "30",
        shape: Shape::Number,
        doc: "Messages that one user may write in a minute.",
        set: |config, text| {
            config.messages.per_minute = parse::number(text, 1..=10_000_000)?;
            Ok(())
        },
    },
];

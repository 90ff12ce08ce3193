//! Writing: to whom, how much, how often.

use std::net::SocketAddr;

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
    /// Pages behind links are asked what they are.
    pub link_previews: bool,
    /// An address that may be asked although it is not public.
    pub link_previews_also: Option<SocketAddr>,
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
            link_previews: false,
            link_previews_also: None,
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
    Setting {
        env: "LINNET_LINK_PREVIEWS",
        section: "messages",
        key: "link_previews",
        default: "off",
        shape: Shape::Text,
        doc: "Whether this server asks the page behind the first link of a message for its title and shows it under the \
              message: on or off. With on, whoever runs that page learns that somebody here wrote its address, and \
              everybody who writes can make this server ask a public address.",
        set: |config, text| {
            config.messages.link_previews = parse::word(text, &[("off", false), ("on", true)])?;
            Ok(())
        },
    },
    Setting {
        env: "LINNET_LINK_PREVIEWS_ALSO",
        section: "messages",
        key: "link_previews_also",
        default: "",
        shape: Shape::Text,
        doc: "One address and port, such as 10.1.2.3:8080, whose pages are asked although it is not public. Everybody who \
              writes can then make this server ask it. For tests, or for a page that everybody here may read.",
        set: |config, text| {
            config.messages.link_previews_also = match text {
                "" => None,
                text => Some(
                    text.parse()
                        .map_err(|_| format!("must be an address and a port, such as 10.1.2.3:8080, not {text:?}"))?,
                ),
            };
            Ok(())
        },
    },
];

//! Groups and channels: how large they may become.

use super::{
    parse,
    setting::{Setting, Shape},
};

/// The section `[conversations]`.
#[derive(Debug, Clone, Default)]
pub struct Conversations {
    /// Members of a group at most.
    pub group_members: i64,
    /// Members of a channel at most.
    pub channel_members: i64,
}

pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        env: "LINNET_GROUP_MEMBERS",
        section: "conversations",
        key: "group_members",
        default: "1000",
        shape: Shape::Number,
        doc: "Members of a group at most.",
        set: |config, text| {
            config.conversations.group_members = parse::number(text, 2..=100_000)?;
            Ok(())
        },
    },
    Setting {
        env: "LINNET_CHANNEL_MEMBERS",
        section: "conversations",
        key: "channel_members",
        default: "100000",
        shape: Shape::Number,
        doc: "Members of a channel at most.",
        set: |config, text| {
            config.conversations.channel_members = parse::number(text, 2..=1_000_000)?;
            Ok(())
        },
    },
];

//! Who is there.

use super::{
    parse,
    setting::{Setting, Shape},
};

/// The section `[presence]`.
#[derive(Debug, Clone, Default)]
pub struct Presence {
    /// Seconds without a connection after which somebody counts as gone.
    pub grace_seconds: i64,
}

pub(super) const SETTINGS: &[Setting] = &[Setting {
    env: "LINNET_PRESENCE_GRACE_SECONDS",
    section: "presence",
    key: "grace_seconds",
    default: "10",
    shape: Shape::Number,
    doc: "Seconds without a connection after which somebody counts as gone. Whoever is back sooner was never away.",
    set: |config, text| {
        config.presence.grace_seconds = parse::number(text, 0..=3_600)?;
        Ok(())
    },
}];

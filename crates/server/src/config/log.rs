//! What is logged, and how.

use super::{
    parse,
    setting::{Setting, Shape},
};

/// The section `[log]`.
#[derive(Debug, Clone, Default)]
pub struct Log {
    /// How a line looks.
    pub format: LogFormat,
}

/// How a log line looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

pub(super) const SETTINGS: &[Setting] = &[Setting {
    env: "LINNET_LOG_FORMAT",
    section: "log",
    key: "format",
    default: "text",
    shape: Shape::Text,
    doc: "How a log line looks: text or json. Logs go to stderr; RUST_LOG says which (info by default).",
    set: |config, text| {
        config.log.format = parse::word(text, &[("text", LogFormat::Text), ("json", LogFormat::Json)])?;
        Ok(())
    },
}];

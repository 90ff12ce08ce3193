//! A mail before it is one.

use lettre::Address;

/// What to send to whom. None of it was chosen by anybody but the settings, except in the two texts.
pub(super) struct Letter {
    /// The address.
    pub(super) to: Address,
    /// Its subject.
    pub(super) subject: String,
    /// For readers of plain text.
    pub(super) plain: String,
    /// For the others.
    pub(super) html: String,
    /// What unsubscribes with one click (RFC 8058).
    pub(super) unsubscribe: Option<String>,
}

/// As text of HTML, in an element or in an attribute.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

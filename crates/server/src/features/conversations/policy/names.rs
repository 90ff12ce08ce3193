//! What titles and topics may be.

use linnet_contract::limits::{TITLE_CHARS, TOPIC_CHARS};
use unicode_normalization::UnicodeNormalization as _;

use crate::error::RequestError;

/// Bytes of a text before it is normalised, which may make it longer and takes time.
const RAW_BYTES: usize = 16 * 1_024;

/// A title as it is kept: trimmed, composed, one line.
pub(in crate::features::conversations) fn title(raw: &str) -> Result<String, RequestError> {
    line(raw)
        .filter(|title| TITLE_CHARS.contains(&title.chars().count()))
        .ok_or_else(|| RequestError::malformed("A title is 1 to 100 characters without control characters."))
}

/// A topic as it is kept; empty for none.
pub(in crate::features::conversations) fn topic(raw: &str) -> Result<String, RequestError> {
    line(raw)
        .filter(|topic| topic.chars().count() <= TOPIC_CHARS)
        .ok_or_else(|| RequestError::malformed("A topic is at most 500 characters without control characters."))
}

/// Control characters would break lines and logs; marks that turn the direction of writing would turn what stands beside
/// the title.
fn line(raw: &str) -> Option<String> {
    if raw.len() > RAW_BYTES {
        return None;
    }
    let text: String = raw.trim().nfc().collect();
    let deceptive = |c: char| matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    (!text.chars().any(|c| c.is_control() || deceptive(c))).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_one_visible_line() {
        assert_eq!(title("  Garden 🌱 ").unwrap(), "Garden 🌱");
        assert!(title(&"ü".repeat(100)).is_ok());
        let long = "ü".repeat(101);
        for wrong in [
            "",
            "  ",
            "a\nb",
            "a\u{0}b",
            "\u{202e}nedrag",
            &long,
            &"x".repeat(1_000_000),
        ] {
            assert!(title(wrong).is_err(), "{wrong:.20?}");
        }
    }

    #[test]
    fn a_topic_may_be_nothing() {
        assert_eq!(topic("  ").unwrap(), "");
        assert!(topic(&"x".repeat(500)).is_ok());
        assert!(topic(&"x".repeat(501)).is_err());
    }
}

//! What a message may be. Pure rules.

use linnet_contract::{FileId, limits::FILES};

use crate::error::RequestError;

/// Trims the text and checks it: 1 to `max_chars` Unicode scalar values, no control characters but newline and tab.
///
/// Other control characters are refused rather than removed: they are invisible where the message is shown, but not
/// where it is copied to (a terminal obeys them).
pub(super) fn check_text(text: &str, max_chars: usize) -> Result<&str, RequestError> {
    let text = text.trim();
    if text.is_empty() || text.chars().nth(max_chars).is_some() {
        return Err(RequestError::malformed(format!(
            "Message must be 1-{max_chars} characters"
        )));
    }
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(RequestError::malformed("Message must not contain control characters"));
    }
    Ok(text)
}

/// Checks how many files a message carries. Whose they are is decided where it is written.
pub(super) fn check_files(files: Vec<FileId>) -> Result<Vec<FileId>, RequestError> {
    if files.len() > FILES {
        return Err(RequestError::malformed(format!(
            "A message carries at most {FILES} files"
        )));
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::check_text;

    #[test]
    fn length_counts_unicode_scalar_values_after_trimming() {
        assert_eq!(check_text("  hi \n", 1000).unwrap(), "hi");
        assert!(check_text(&"x".repeat(1000), 1000).is_ok());
        assert!(check_text(&"x".repeat(1001), 1000).is_err());
        assert!(check_text(&format!(" {} ", "🐦".repeat(1000)), 1000).is_ok());
        assert!(check_text(&"🐦".repeat(1001), 1000).is_err());
    }

    #[test]
    fn nothing_but_white_space_is_no_message() {
        for empty in ["", " ", "\n\t", "\u{2003}\u{a0}"] {
            assert!(check_text(empty, 1000).is_err(), "{empty:?}");
        }
    }

    #[test]
    fn control_characters_are_refused_but_for_newline_and_tab() {
        assert_eq!(check_text("a\n\tb", 1000).unwrap(), "a\n\tb");
        for wrong in ["a\u{0}b", "a\u{1b}[31mb", "a\u{7f}b", "a\u{85}b", "a\rb"] {
            assert!(check_text(wrong, 1000).is_err(), "{wrong:?}");
        }
    }
}

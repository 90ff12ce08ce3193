//! What usernames, display names and passwords may be.

use linnet_contract::limits::{DISPLAY_NAME_CHARS, PASSWORD_CHARS, USERNAME_CHARS};
use unicode_normalization::UnicodeNormalization as _;

use crate::error::RequestError;

/// Bytes of a name before it is normalised, which may make it longer and takes time.
const RAW_BYTES: usize = 1_024;

/// The username as it is kept: compatibility forms folded (a full-width `ａ` is an `a`), in lower case. Letters outside
/// ASCII are refused, because many look like others and a name must not pass for somebody else's.
pub(super) fn username(raw: &str) -> Result<String, RequestError> {
    let wrong = || RequestError::malformed("A username is 3 to 32 letters (a-z), digits, dots, dashes or underscores.");
    if raw.len() > RAW_BYTES {
        return Err(wrong());
    }
    let name: String = raw.trim().nfkc().flat_map(char::to_lowercase).collect();
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-');
    let fits = USERNAME_CHARS.contains(&name.chars().count());
    if fits && name.chars().all(allowed) {
        Ok(name)
    } else {
        Err(wrong())
    }
}

/// The username as somebody typed it to sign in. What cannot be a username is nobody's: it gets the answer of a wrong
/// password, not another one.
pub(super) fn username_typed(raw: &str) -> Option<String> {
    username(raw).ok()
}

/// The display name as it is kept: trimmed, composed, one line. Control characters would break lines and logs; marks
/// that turn the direction of writing could make one name look like another.
pub(super) fn display_name(raw: &str) -> Result<String, RequestError> {
    let wrong = || RequestError::malformed("A display name is 1 to 64 characters without control characters.");
    if raw.len() > RAW_BYTES {
        return Err(wrong());
    }
    let name: String = raw.trim().nfc().collect();
    let fits = DISPLAY_NAME_CHARS.contains(&name.chars().count());
    let visible = name.chars().any(|c| !c.is_whitespace() && !is_invisible(c));
    let clean = !name.chars().any(|c| c.is_control() || is_deceptive(c));
    if fits && visible && clean {
        Ok(name)
    } else {
        Err(wrong())
    }
}

/// Characters that take no place. Some are needed inside names (joiners in Persian and in emoji), none alone.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
        | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// Line separators, and embeddings, overrides and isolates of the writing direction.
const fn is_deceptive(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A new password, composed, so that the same letters typed on another system are the same bytes (RFC 8265, section 4.2).
pub(super) fn new_password(raw: &str) -> Result<String, RequestError> {
    let wrong = || RequestError::malformed("A password is 8 to 256 characters.");
    password_typed(raw)
        .filter(|password| PASSWORD_CHARS.contains(&password.chars().count()))
        .ok_or_else(wrong)
}

/// The password that somebody typed to sign in; none if it is longer than any can be, which bounds the cost of its hash.
pub(super) fn password_typed(raw: &str) -> Option<String> {
    let most = *PASSWORD_CHARS.end();
    if raw.len() > most * 16 {
        return None;
    }
    let password: String = raw.nfc().collect();
    (password.chars().count() <= most).then_some(password)
}

/// What a device calls itself: its `User-Agent`, in one bounded line.
pub(super) fn device_name(user_agent: Option<&str>) -> String {
    let name: String = user_agent
        .unwrap_or_default()
        .chars()
        .filter(|c| !c.is_control())
        .take(200)
        .collect();
    if name.trim().is_empty() {
        "Unknown device".to_owned()
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usernames_are_folded_to_one_form() {
        for (raw, kept) in [
            ("Alice", "alice"),
            ("  bob.b-b_b ", "bob.b-b_b"),
            ("ａｌｉｃｅ", "alice"),
            ("ﬁona", "fiona"),
        ] {
            assert_eq!(username(raw).unwrap(), kept);
        }
        for wrong in [
            "",
            "ab",
            &"a".repeat(33),
            "a b c",
            "älice",
            "аlice",
            "al\u{200b}ice",
            "alice\n!",
            &"ﷺ".repeat(9_000),
        ] {
            assert!(username(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn display_names_may_be_in_any_script_but_not_deceive() {
        for (raw, kept) in [
            (" Alice Smith ", "Alice Smith"),
            ("علی", "علی"),
            ("👩‍👩‍👧", "👩‍👩‍👧"),
            ("e\u{301}", "é"),
        ] {
            assert_eq!(display_name(raw).unwrap(), kept);
        }
        let long = "a".repeat(65);
        for wrong in [
            "",
            "   ",
            "a\nb",
            "a\u{0}b",
            "\u{202e}ecila",
            "a\u{2066}b",
            "\u{200b}\u{200d}",
            "\u{3164}",
            &long,
        ] {
            assert!(display_name(wrong).is_err(), "{wrong:?}");
        }
        assert!(
            display_name(&"😀".repeat(64)).is_ok(),
            "characters are counted, not bytes"
        );
    }

    #[test]
    fn passwords_are_counted_in_characters_and_composed() {
        assert!(new_password("1234567").is_err());
        assert!(new_password(&"é".repeat(256)).is_ok());
        assert!(new_password(&"é".repeat(257)).is_err());
        assert_eq!(new_password("caf\u{65}\u{301} au lait").unwrap(), "café au lait");
        assert_eq!(password_typed(&"a".repeat(100_000)), None);
    }

    #[test]
    fn a_device_always_has_a_name_of_one_line() {
        assert_eq!(device_name(None), "Unknown device");
        assert_eq!(device_name(Some(" ")), "Unknown device");
        assert_eq!(device_name(Some("Firefox\t1")), "Firefox1");
        assert_eq!(device_name(Some(&"x".repeat(5_000))).len(), 200);
    }
}

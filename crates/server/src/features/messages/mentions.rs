//! Whom a text may name: `@username`, found before anybody knows who is a member.

use std::collections::HashSet;

use linnet_contract::limits::{MENTIONS, USERNAME_CHARS};

/// Names that are looked up at most, so that a text of nothing but `@` is not a thousand questions. Twice what may be
/// mentioned, because some of them are nobody's.
const NAMES: usize = 2 * MENTIONS;

/// The usernames that may be meant, in lower case, in the order of the text and each once.
///
/// What stands before the `@` must not be part of a word, or every address of an e-mail would name somebody. A username may
/// end in a dot, and a sentence does: then both are tried.
pub(super) fn names(text: &str) -> Vec<String> {
    let (mut names, mut seen) = (Vec::new(), HashSet::new());
    let mut before = None;
    for (at, character) in text.char_indices() {
        if character == '@' && !before.is_some_and(in_a_word) {
            let rest = &text[at + 1..];
            let name = rest.split(|c| !in_a_username(c)).next().unwrap_or_default();
            for name in [name, name.trim_end_matches(['.', '_', '-'])] {
                let name = name.to_ascii_lowercase();
                if USERNAME_CHARS.contains(&name.len()) && seen.insert(name.clone()) {
                    names.push(name);
                }
            }
            if names.len() >= NAMES {
                break;
            }
        }
        before = Some(character);
    }
    names.truncate(NAMES);
    names
}

const fn in_a_username(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')
}

fn in_a_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '@')
}

#[cfg(test)]
mod tests {
    use super::{NAMES, names};

    #[test]
    fn a_name_ends_where_a_username_does() {
        assert_eq!(names("@bob, (@carol) and @Dave!"), ["bob", "carol", "dave"]);
        assert_eq!(names("こんにちは、@bob！"), ["bob"]);
        assert_eq!(names("@bob @bob @BOB"), ["bob"]);
    }

    #[test]
    fn a_sentence_may_end_behind_a_name() {
        assert_eq!(names("Ask @bob."), ["bob.", "bob"]);
        assert_eq!(names("@a.b-c_d"), ["a.b-c_d"]);
    }

    #[test]
    fn an_address_names_nobody() {
        for text in ["bob@example.org", "me.@bob", "@@bob", "@", "@ bob", "@bo", "é@bob", ""] {
            assert!(names(text).is_empty(), "{text:?}: {:?}", names(text));
        }
        assert!(names(&format!("@{}", "x".repeat(33))).is_empty());
    }

    #[test]
    fn so_many_and_no_more() {
        let text: Vec<String> = (0..1_000).map(|number| format!("@u{number}.")).collect();
        let text = text.join(" ");
        assert_eq!(names(&text).len(), NAMES);
    }
}

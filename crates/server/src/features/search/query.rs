//! What people type: words, `"phrases"`, and `from:`, `in:`, `has:`, `before:`, `after:`.
//!
//! Anything else with a colon is words, because people paste addresses and times. What is begun and not said (`from:` alone, a
//! quotation mark that is not closed) is refused: an answer to half of a question would look like one to all of it.

use linnet_contract::limits;
use linnet_store::Sought;

use crate::error::RequestError;

/// What was typed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Typed {
    pub(super) sought: Vec<Sought>,
    /// A username, in lower case, or `me`.
    pub(super) from: Option<String>,
    pub(super) within: Option<String>,
    pub(super) has_file: bool,
    pub(super) before_ms: Option<i64>,
    pub(super) after_ms: Option<i64>,
}

/// Reads it.
pub(super) fn parse(text: &str) -> Result<Typed, RequestError> {
    if text.chars().count() > limits::SEARCH_CHARS {
        return Err(RequestError::malformed(format!(
            "A search has at most {} characters.",
            limits::SEARCH_CHARS
        )));
    }
    let mut typed = Typed::default();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (key, value, quoted, after) = part(rest)?;
        typed.take(key, value, quoted)?;
        rest = after.trim_start();
    }
    if typed.sought.len() > limits::SEARCH_WORDS {
        return Err(RequestError::malformed(format!(
            "A search has at most {} words.",
            limits::SEARCH_WORDS
        )));
    }
    Ok(typed)
}

const KEYS: [&str; 5] = ["from", "in", "has", "before", "after"];

/// The next part: its key if it has one, its value, whether that was quoted, and what comes after it.
fn part(text: &str) -> Result<(Option<&'static str>, &str, bool, &str), RequestError> {
    let key = text.split_once(':').and_then(|(key, value)| {
        let key = KEYS.into_iter().find(|known| key.eq_ignore_ascii_case(known))?;
        Some((key, value))
    });
    let value = key.map_or(text, |(_, value)| value);
    let key = key.map(|(key, _)| key);
    let quote = value
        .chars()
        .next()
        .filter(|first| matches!(first, '"' | '“' | '„' | '”'));
    if let Some(quote) = quote {
        let value = &value[quote.len_utf8()..];
        let (value, rest) = value
            .split_once(['"', '“', '”'])
            .ok_or_else(|| RequestError::malformed("A quotation mark is not closed."))?;
        return Ok((key, value, true, rest));
    }
    // A quotation mark inside of a word begins a phrase of its own.
    let end = value.find(|letter: char| letter.is_whitespace() || matches!(letter, '"' | '“' | '„'));
    let (value, rest) = value.split_at(end.unwrap_or(value.len()));
    Ok((key, value, false, rest))
}

impl Typed {
    fn take(&mut self, key: Option<&'static str>, value: &str, quoted: bool) -> Result<(), RequestError> {
        let Some(key) = key else {
            if quoted {
                self.sought.extend(Sought::phrase(value));
            } else {
                self.sought.extend(Sought::words(value));
            }
            return Ok(());
        };
        let value = value.trim();
        if value.is_empty() {
            return Err(RequestError::malformed(format!(
                "Say something after {key}: without a space."
            )));
        }
        let taken = match key {
            "from" => {
                let name = value.strip_prefix('@').unwrap_or(value).to_lowercase();
                self.from.replace(name).is_some()
            }
            "in" => self
                .within
                .replace(value.trim_start_matches(['@', '#']).to_owned())
                .is_some(),
            "has" if matches!(value.to_lowercase().as_str(), "file" | "files") => {
                self.has_file = true;
                false
            }
            "has" => return Err(RequestError::malformed("has: takes file.")),
            "before" => self.before_ms.replace(moment(key, value)?).is_some(),
            _ => self.after_ms.replace(moment(key, value)?).is_some(),
        };
        if taken {
            return Err(RequestError::malformed(format!("Say {key}: once.")));
        }
        Ok(())
    }
}

/// A day (its beginning, UTC) or a moment.
pub(super) fn moment(name: &str, text: &str) -> Result<i64, RequestError> {
    let day = || {
        let day: jiff::civil::Date = text.parse().ok()?;
        day.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|day| day.timestamp())
    };
    let moment = text.parse::<jiff::Timestamp>().ok().or_else(day);
    let moment = moment.ok_or_else(|| RequestError::malformed(format!("{name} takes a day like 2026-05-31.")))?;
    Ok(moment.as_millisecond())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn refused(text: &str) -> String {
        parse(text).unwrap_err().sentence.into_owned()
    }

    #[test]
    fn words_phrases_and_conditions() {
        let typed =
            parse("Garden \"the old mill\" from:@Alice in:\"Book club\" has:file after:2026-05-01 before:2026-06-01");
        let typed = typed.unwrap();
        let mut sought = Sought::words("garden");
        sought.extend(Sought::phrase("the old mill"));
        assert_eq!(typed.sought, sought);
        assert_eq!(
            (typed.from.as_deref(), typed.within.as_deref()),
            (Some("alice"), Some("Book club"))
        );
        assert!(typed.has_file);
        assert_eq!(
            (typed.after_ms, typed.before_ms),
            (Some(1_777_593_600_000), Some(1_780_272_000_000))
        );
    }

    #[test]
    fn what_is_no_condition_is_words() {
        assert_eq!(parse("https://a.example/x").unwrap().sought.len(), 4);
        assert_eq!(parse("10:30 note: b").unwrap().sought.len(), 4);
        assert_eq!(parse("say\"hello you\"there").unwrap().sought.len(), 3);
        assert_eq!(parse("„guten Tag“ “good day”").unwrap().sought.len(), 2);
        assert_eq!(parse("  ... !? ").unwrap(), Typed::default());
        assert_eq!(parse("FROM:me").unwrap().from.as_deref(), Some("me"));
    }

    #[test]
    fn what_is_half_said_is_refused() {
        assert_eq!(refused("\"the old"), "A quotation mark is not closed.");
        assert_eq!(refused("from: alice"), "Say something after from: without a space.");
        assert_eq!(refused("has:wings"), "has: takes file.");
        assert_eq!(refused("before:tomorrow"), "before takes a day like 2026-05-31.");
        assert_eq!(refused("in:a in:b"), "Say in: once.");
        assert_eq!(refused(&"a".repeat(201)), "A search has at most 200 characters.");
        assert_eq!(refused(&"a b ".repeat(7)), "A search has at most 12 words.");
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_read_or_refused(text in "([\\PC]{0,10}|[a-z:\"“ ]{0,20}|from:|in:\"|before:2026-){0,6}") {
            let _ = parse(&text);
        }

        #[test]
        fn words_are_words(words in proptest::collection::vec("[a-z]{1,6}", 1..12)) {
            prop_assert_eq!(parse(&words.join("  ")).unwrap().sought, Sought::words(&words.join(" ")));
        }
    }
}

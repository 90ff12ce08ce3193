//! Which part of a file is asked for (RFC 9110, 14.2).

use std::ops::Range;

use http::HeaderValue;

/// What to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    /// All of it: no part was asked for, or in words that we do not know, or several at once, which we need not serve.
    All,
    /// These bytes, at least one.
    Part(Range<u64>),
    /// There is none of what was asked for.
    Nothing,
}

pub(super) fn wanted(header: Option<&HeaderValue>, size: u64) -> Wanted {
    let parsed = header.and_then(|header| part(header.to_str().ok()?, size));
    parsed.unwrap_or(Wanted::All)
}

/// None: not one range of bytes.
fn part(header: &str, size: u64) -> Option<Wanted> {
    let (unit, range) = header.split_once('=')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    let (first, last) = range.split_once('-')?;
    let (first, last) = (first.trim(), last.trim());
    let range = if first.is_empty() {
        // The last so many bytes; all of them where there are fewer.
        size.saturating_sub(number(last)?)..size
    } else {
        let first = number(first)?;
        let end = if last.is_empty() {
            size
        } else {
            let last = number(last)?;
            if last < first {
                return None;
            }
            last.saturating_add(1).min(size)
        };
        first..end
    };
    Some(if range.is_empty() {
        Wanted::Nothing
    } else {
        Wanted::Part(range)
    })
}

/// Digits alone: Rust would take a plus sign. A number too large for us is larger than any file.
fn number(text: &str) -> Option<u64> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_range_of_bytes_is_served_and_the_rest_is_as_if_nothing_was_asked() {
        let of_ten = |text| part(text, 10).unwrap_or(Wanted::All);
        for (text, range) in [
            ("bytes=0-0", 0..1),
            ("bytes=2-5", 2..6),
            ("bytes=2-", 2..10),
            ("Bytes = 2 - 5 ", 2..6),
            ("bytes=5-99999999999999999999999", 5..10),
            ("bytes=-3", 7..10),
            ("bytes=-30", 0..10),
            ("bytes=9-18446744073709551615", 9..10),
        ] {
            assert_eq!(of_ten(text), Wanted::Part(range), "{text}");
        }
        for text in ["bytes=10-", "bytes=10-12", "bytes=-0", "bytes=99999999999999999999999-"] {
            assert_eq!(of_ten(text), Wanted::Nothing, "{text}");
        }
        for text in [
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=5-2",
            "bytes=a-b",
            "bytes=+1-2",
            "lines=1-2",
            "bytes=0-1,3-4",
        ] {
            assert_eq!(of_ten(text), Wanted::All, "{text}");
        }
        assert_eq!(part("bytes=0-", 0), Some(Wanted::Nothing));
    }

    proptest! {
        #[test]
        fn a_part_is_within_the_file(text in "bytes=[0-9]{0,21}-[0-9]{0,21}", size in 0_u64..100) {
            if let Some(Wanted::Part(range)) = part(&text, size) {
                prop_assert!(range.start < range.end && range.end <= size);
            }
        }

        #[test]
        fn anything_else_breaks_nothing(text in any::<String>(), size in any::<u64>()) {
            if let Some(Wanted::Part(range)) = part(&text, size) {
                prop_assert!(range.start < range.end && range.end <= size);
            }
        }
    }
}

//! What is a time. Pure rules.

use crate::error::RequestError;

/// Characters of a time at most: more digits of a second than anybody has use for.
const CHARS: usize = 64;

/// Milliseconds since 1970 of a time in ISO 8601. `jiff` ends two days before the year 9999 does, so that every time it
/// takes can be said in every zone.
pub(super) fn moment(text: &str) -> Result<i64, RequestError> {
    let wrong = || RequestError::malformed("mutedUntil is a time in ISO 8601, such as 2026-01-31T08:00:00.000Z.");
    if text.len() > CHARS {
        return Err(wrong());
    }
    let moment: jiff::Timestamp = text.parse().map_err(|_| wrong())?;
    match moment.as_millisecond() {
        before if before < 0 => Err(wrong()),
        since => Ok(since),
    }
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn a_time_has_a_zone_and_a_bound() {
        assert_eq!(moment("2023-11-14T22:13:20.120Z"), Ok(1_700_000_000_120));
        assert_eq!(moment("2023-11-15T00:13:20.12+02:00"), Ok(1_700_000_000_120));
        assert!(moment("9998-12-31T23:59:59Z").is_ok());
        let long = format!("2023-11-14T22:13:20.{}Z", "1".repeat(100));
        for wrong in [
            "",
            "tomorrow",
            "2023-11-14",
            "2023-11-14T22:13:20",
            "1700000000120",
            "2023-13-14T22:13:20Z",
            "1969-12-31T23:59:59Z",
            "10000-01-01T00:00:00Z",
            &long,
        ] {
            assert!(moment(wrong).is_err(), "{wrong}");
        }
    }
}

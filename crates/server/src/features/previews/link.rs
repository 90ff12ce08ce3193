//! Which link of a text gets a preview: the first one that is not in code. A pure rule.

use linnet_contract::limits::PREVIEW_LINK_BYTES;
use url::Url;

/// The first link of a text, by http or https, that is not in code; none where that one is no address that anybody would ask, such
/// as one with a password in it.
#[must_use]
pub fn first_link(text: &str) -> Option<Url> {
    let mut fence: Option<&str> = None;
    for line in text.lines() {
        let start = line.trim_start();
        let marker = ["```", "~~~"].into_iter().find(|marker| start.starts_with(marker));
        match (fence, marker) {
            (None, Some(marker)) => fence = Some(marker),
            (Some(open), Some(marker)) if open == marker => fence = None,
            (Some(_), _) => {}
            (None, None) => {
                if let Some(link) = outside_code(line).find_map(in_part) {
                    return parse(link);
                }
            }
        }
    }
    None
}

/// The parts of a line that are not between backticks. A backtick without another one is only a backtick.
fn outside_code(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let here = rest.take()?;
        let Some(at) = here.find('`') else { return Some(here) };
        let ticks = here[at..].bytes().take_while(|byte| *byte == b'`').count();
        let (before, inside) = (&here[..at], &here[at + ticks..]);
        rest = match inside.find(&here[at..at + ticks]) {
            Some(end) => Some(&inside[end + ticks..]),
            None => Some(inside),
        };
        Some(before)
    })
}

fn in_part(part: &str) -> Option<&str> {
    let (at, _) = part.char_indices().find(|(at, _)| {
        let begins = |scheme: &str| {
            part[*at..]
                .get(..scheme.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(scheme))
        };
        let joined = part[..*at].chars().next_back().is_some_and(char::is_alphanumeric);
        !joined && (begins("http://") || begins("https://"))
    })?;
    let link = &part[at..];
    let ends = |c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '`' | '|' | '\\' | '^' | '{' | '}')
    };
    let link = &link[..link.find(ends).unwrap_or(link.len())];
    // A bracket that was opened before the link closes behind it.
    let mut depth = 0_i32;
    let closes = |c: char| {
        depth += i32::from(matches!(c, '(' | '[')) - i32::from(matches!(c, ')' | ']'));
        depth < 0
    };
    let link = &link[..link.find(closes).unwrap_or(link.len())];
    Some(link.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_', '~', '’', '。', '、', '，']))
}

fn parse(link: &str) -> Option<Url> {
    let url = Url::parse(link).ok()?;
    let plain = url.username().is_empty() && url.password().is_none() && url.host().is_some();
    (plain && url.as_str().len() <= PREVIEW_LINK_BYTES).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::first_link;

    fn link(text: &str) -> Option<String> {
        first_link(text).map(String::from)
    }

    #[test]
    fn the_first_link_is_found_wherever_it_stands() {
        for (text, found) in [
            ("https://example.org", "https://example.org/"),
            (
                "see HTTP://Example.org/A, and https://example.com",
                "http://example.org/A",
            ),
            ("(https://example.org/a_(b))", "https://example.org/a_(b)"),
            ("[here](https://example.org/a) and on", "https://example.org/a"),
            ("<https://example.org/a?b=c&d#e>", "https://example.org/a?b=c&d#e"),
            ("**https://example.org/a**", "https://example.org/a"),
            ("really? https://example.org/a?!", "https://example.org/a"),
            ("見て https://例え.jp/道。", "https://xn--r8jz45g.jp/%E9%81%93"),
            ("`code` https://example.org/", "https://example.org/"),
            ("a ` alone https://example.org/", "https://example.org/"),
            (
                "```\nhttps://example.com/\n```\nhttps://example.org/",
                "https://example.org/",
            ),
            ("two\nlines https://example.org/", "https://example.org/"),
        ] {
            assert_eq!(link(text).as_deref(), Some(found), "{text}");
        }
    }

    #[test]
    fn code_and_what_nobody_would_ask_is_no_link() {
        let long = format!("https://example.org/{}", "x".repeat(2_000));
        for text in [
            "",
            "nothing here",
            "`https://example.org/`",
            "`` a ` https://example.org/ ``",
            "```\nhttps://example.org/\n```",
            "~~~\nhttps://example.org/",
            "xhttps://example.org/",
            "https://",
            "https:// example.org",
            "ftp://example.org/ file:///etc/passwd javascript:alert(1)",
            "https://user:secret@example.org/ https://example.com/",
            long.as_str(),
        ] {
            assert_eq!(link(text), None, "{text}");
        }
    }
}

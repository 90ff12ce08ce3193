//! What a mail says: how many messages, where and of whom. A mail lies about in plain text on servers of other people, so the
//! words of a message are not in it.
//!
//! Names are what anybody calls themselves, and a mail has an air of authority: they never stand in a header, are cut, and lose
//! what would change the direction of what is around them or make a link of them.

use std::fmt::Write as _;

use lettre::Address;
use linnet_contract::digest::Language;

use super::{
    letter::{Letter, escaped},
    mailer::Mailer,
    wording::{Words, words},
};

/// Characters of a name at most.
const NAME_CHARS: usize = 60;
/// People who are named for each conversation.
const NAMED: usize = 3;

/// What is unread in one conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unread {
    /// What it is called; none between two people.
    pub(super) title: Option<String>,
    /// How many messages.
    pub(super) count: usize,
    /// There may be more.
    pub(super) at_least: bool,
    /// Who wrote them, the latest first, everybody once.
    pub(super) senders: Vec<String>,
}

/// The mail that asks whether an address is its owner's. It has nothing in it that whoever gave the address chose: it goes to
/// people who may never have heard of this server.
pub(super) fn code(mailer: &Mailer, to: Address, language: Language, code: &str) -> Letter {
    let words = words(language);
    let fill = |text: &str| text.replace("{host}", &mailer.host);
    let code = format!("{} {}", &code[..4], &code[4..]);
    let (why, ignore) = (fill(words.code_why), words.code_ignore);
    let body = format!(
        "<p>{}</p><p style=\"font-size:1.5em\"><b dir=\"ltr\">{code}</b></p><p>{}</p>",
        escaped(&why),
        escaped(ignore)
    );
    Letter {
        to,
        subject: fill(words.code_subject),
        plain: format!("{why}\n\n{code}\n\n{ignore}\n"),
        html: html(words, &body),
        unsubscribe: None,
    }
}

/// The digest.
pub(super) fn digest(
    mailer: &Mailer,
    to: Address,
    language: Language,
    unread: &[Unread],
    more: bool,
    unsubscribe: String,
) -> Letter {
    let words = words(language);
    let fill = |text: &str| text.replace("{host}", &mailer.host);
    let total: usize = unread.iter().map(|unread| unread.count).sum();
    let count = number(total, more || unread.iter().any(|unread| unread.at_least));
    let (mut lines, mut items) = (String::new(), String::new());
    for unread in unread {
        let _ = writeln!(lines, "- {}", line(unread, |name| format!("\u{2068}{name}\u{2069}")));
        let _ = write!(
            items,
            "<li>{}</li>",
            line(unread, |name| format!("<bdi>{}</bdi>", escaped(name)))
        );
    }
    if more {
        let _ = writeln!(lines, "\n{}", words.more);
        let _ = write!(items, "</ul><p>{}</p><ul>", escaped(words.more));
    }
    let open = fill(words.open);
    let plain = format!(
        "{}\n\n{lines}\n{open}: {}\n\n-- \n{}\n{}: {unsubscribe}\n",
        words.why, mailer.origin, words.stop_why, words.stop
    );
    let body = format!(
        "<p>{}</p><ul>{items}</ul><p><a href=\"{}\">{}</a></p><p><small>{} <a href=\"{}\">{}</a></small></p>",
        escaped(words.why),
        escaped(&mailer.origin),
        escaped(&open),
        escaped(words.stop_why),
        escaped(&unsubscribe),
        escaped(words.stop)
    );
    Letter {
        to,
        subject: fill(words.subject).replace("{count}", &count),
        plain,
        html: html(words, &body.replace("<ul></ul>", "")),
        unsubscribe: Some(unsubscribe),
    }
}

fn html(words: &Words, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"{}\" dir=\"{}\"><head><meta charset=\"utf-8\"></head><body>{body}</body></html>",
        words.tag, words.direction
    )
}

fn line(unread: &Unread, shown: impl Fn(&str) -> String) -> String {
    let mut senders: Vec<String> = unread
        .senders
        .iter()
        .take(NAMED)
        .map(|name| shown(&tame(name)))
        .collect();
    if unread.senders.len() > NAMED {
        senders.push("…".to_owned());
    }
    let (senders, count) = (senders.join(", "), number(unread.count, unread.at_least));
    match &unread.title {
        Some(title) => format!("{} ({count}): {senders}", shown(&tame(title))),
        None => format!("{senders} ({count})"),
    }
}

fn number(count: usize, at_least: bool) -> String {
    format!("{count}{}", if at_least { "+" } else { "" })
}

/// A name that does nothing but name.
fn tame(name: &str) -> String {
    let unseen = |c: &char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let mut tamed = String::new();
    for c in name.chars().filter(|c| !unseen(c)).take(NAME_CHARS) {
        tamed.push(c);
        // A reader of mail makes a link of what looks like an address; a break of no width keeps it from that.
        if matches!(c, '.' | ':' | '/' | '@') {
            tamed.push('\u{200b}');
        }
    }
    tamed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unread(title: Option<&str>, count: usize, senders: &[&str]) -> Unread {
        Unread {
            title: title.map(str::to_owned),
            count,
            at_least: count >= 100,
            senders: senders.iter().map(|name| (*name).to_owned()).collect(),
        }
    }

    #[test]
    fn a_line_says_where_how_many_and_who() {
        let plain = |unread: &Unread| line(unread, str::to_owned);
        assert_eq!(plain(&unread(None, 2, &["Bob"])), "Bob (2)");
        assert_eq!(
            plain(&unread(Some("Garden"), 100, &["Bob", "Carol"])),
            "Garden (100+): Bob, Carol"
        );
        assert_eq!(
            plain(&unread(Some("Garden"), 4, &["A", "B", "C", "D"])),
            "Garden (4): A, B, C, …"
        );
    }

    #[test]
    fn a_name_does_nothing_but_name() {
        assert_eq!(tame("Bob\r\nBcc: x"), "BobBcc:\u{200b} x");
        assert_eq!(tame("\u{202e}gnp.exe\u{2069}"), "gnp.\u{200b}exe");
        assert!(!tame("https://evil.example").contains("evil.example"));
        assert_eq!(tame(&"a".repeat(100)).len(), NAME_CHARS);
        let shown = line(&unread(Some("<img src=x>"), 1, &["\"&'"]), |name| {
            format!("<bdi>{}</bdi>", escaped(name))
        });
        assert_eq!(shown, "<bdi>&lt;img src=x&gt;</bdi> (1): <bdi>&quot;&amp;&#39;</bdi>");
    }
}

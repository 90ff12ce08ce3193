//! Reading what a page says of itself: its title and the few `meta` elements by which pages introduce themselves. Nothing of it is
//! believed to be true, short, or harmless where it is shown.

use std::cell::RefCell;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use html5ever::{
    TokenizerResult,
    buffer_queue::BufferQueue,
    tendril::StrTendril,
    tokenizer::{
        Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
        states::{RawKind, Rawtext, Rcdata, ScriptData},
    },
};
use linnet_contract::limits::{PREVIEW_DESCRIPTION_CHARS, PREVIEW_SITE_CHARS, PREVIEW_TITLE_CHARS};
use linnet_store::PreviewCard;

use super::ask::Page;
use crate::clock::Clock;

/// Characters that are fed at a time.
const PORTION: usize = 4 * 1024;
/// How long a page may take. An honest one takes some milliseconds; a tag with a hundred thousand attributes, each of which
/// is compared with all before it, would take half a minute.
const TIME_MS: i64 = 250;
/// Bytes of a text that are looked at before it is made presentable.
const LOOKED_AT: usize = 8 * 1024;
/// Where a page says how it is written, if it does.
const PRESCAN: usize = 1024;

/// What the page says of itself; none where it has no title.
pub(super) fn read(page: &Page, clock: &dyn Clock) -> Option<PreviewCard> {
    let text = decode(page);
    let tokenizer = Tokenizer::new(Sink::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    let begun = clock.now_ms();
    let mut rest = text.as_str();
    while !rest.is_empty() && clock.now_ms() - begun < TIME_MS {
        let (portion, behind) = rest.split_at(rest.floor_char_boundary(PORTION));
        input.push_back(StrTendril::from_slice(portion));
        if let TokenizerResult::Script(()) = tokenizer.feed(&input) {
            break;
        }
        rest = behind;
    }
    tokenizer.sink.0.into_inner().card()
}

/// The text, as the page's server, the page, or its first bytes say it is written.
fn decode(page: &Page) -> String {
    let bytes = page.bytes.as_slice();
    let said = page
        .charset
        .as_deref()
        .and_then(|label| Encoding::for_label(label.as_bytes()));
    let encoding = said.or_else(|| declared(bytes)).unwrap_or_else(|| {
        // Old pages say nothing and are not UTF-8. The end may be cut within a character.
        let broken = std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_some());
        if broken { WINDOWS_1252 } else { UTF_8 }
    });
    encoding.decode(bytes).0.into_owned()
}

fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = &bytes[..bytes.len().min(PRESCAN)];
    let at = start
        .windows(8)
        .position(|part| part.eq_ignore_ascii_case(b"charset="))?;
    let label = start[at + 8..].trim_ascii_start();
    let label = label
        .strip_prefix(b"\"")
        .or_else(|| label.strip_prefix(b"'"))
        .unwrap_or(label);
    let end = label
        .iter()
        .position(|byte| !byte.is_ascii_alphanumeric() && !b"-_:.".contains(byte));
    let encoding = Encoding::for_label(&label[..end.unwrap_or(label.len())])?;
    // It was read as if it were ASCII, so it is not that.
    Some(if encoding == UTF_16LE || encoding == UTF_16BE {
        UTF_8
    } else {
        encoding
    })
}

#[derive(Default)]
struct Sink(RefCell<Found>);

#[derive(Default)]
struct Found {
    /// The text of a title is coming.
    in_title: bool,
    title: Option<String>,
    og_title: Option<String>,
    og_description: Option<String>,
    description: Option<String>,
    site_name: Option<String>,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let found = &mut *self.0.borrow_mut();
        match token {
            Token::CharacterTokens(text) if found.in_title => {
                append(found.title.get_or_insert_default(), &text);
                TokenSinkResult::Continue
            }
            Token::TagToken(tag) => found.tag(&tag),
            _ => TokenSinkResult::Continue,
        }
    }
}

fn append(to: &mut String, text: &str) {
    let room = LOOKED_AT.saturating_sub(to.len());
    to.push_str(&text[..text.floor_char_boundary(room)]);
}

impl Found {
    fn tag(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let raw = |kind: RawKind| TokenSinkResult::RawData(kind);
        match (tag.kind, &*tag.name) {
            (TagKind::StartTag, "title") => {
                // The second one is not of the page.
                self.in_title = self.title.is_none();
                raw(Rcdata)
            }
            (TagKind::EndTag, "title") => {
                self.in_title = false;
                TokenSinkResult::Continue
            }
            (TagKind::StartTag, "meta") => {
                self.meta(tag);
                TokenSinkResult::Continue
            }
            (TagKind::StartTag, "script") => raw(ScriptData),
            (TagKind::StartTag, "style" | "noscript" | "iframe" | "noembed" | "noframes" | "xmp") => raw(Rawtext),
            (TagKind::StartTag, "textarea") => raw(Rcdata),
            // There is nothing behind the head: this makes the tokenizer stop.
            (TagKind::StartTag, "body") | (TagKind::EndTag, "head") => TokenSinkResult::Script(()),
            _ => TokenSinkResult::Continue,
        }
    }

    fn meta(&mut self, tag: &Tag) {
        let attribute = |name: &str| tag.attrs.iter().find(|attribute| &*attribute.name.local == name);
        let (Some(name), Some(content)) = (
            attribute("property").or_else(|| attribute("name")),
            attribute("content"),
        ) else {
            return;
        };
        let place = match name.value.to_ascii_lowercase().trim() {
            "og:title" => &mut self.og_title,
            "og:description" => &mut self.og_description,
            "description" => &mut self.description,
            "og:site_name" => &mut self.site_name,
            _ => return,
        };
        if place.is_none() {
            append(place.insert(String::new()), &content.value);
        }
    }

    fn card(self) -> Option<PreviewCard> {
        let first =
            |texts: [Option<String>; 2], most| texts.into_iter().flatten().find_map(|text| presentable(&text, most));
        Some(PreviewCard {
            title: first([self.og_title, self.title], PREVIEW_TITLE_CHARS)?,
            description: first([self.og_description, self.description], PREVIEW_DESCRIPTION_CHARS),
            site_name: first([self.site_name, None], PREVIEW_SITE_CHARS),
        })
    }
}

/// A text on one line, not longer than that, and without what is not seen but changes what is: the direction of what
/// surrounds it, most of all. None: nothing is left.
fn presentable(text: &str, most: usize) -> Option<String> {
    let seen: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .filter(|c| !is_invisible(*c))
        .collect();
    let words: Vec<&str> = seen.split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(most) {
        _ if line.is_empty() => None,
        None => Some(line),
        Some(_) => {
            let (end, _) = line.char_indices().nth(most - 1)?;
            Some(format!("{}…", line[..end].trim_end()))
        }
    }
}

/// Marks of direction, and what has no width but for the two that join or part letters; and what stands for a character that could not be read.
const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffd}' | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests;

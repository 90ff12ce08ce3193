//! What may be put to a message: one emoji, by the grammar of UTS #51, in one spelling.

use linnet_contract::limits::EMOJI_BYTES;
use unicode_properties::{EmojiStatus, UnicodeEmoji as _};

const AS_EMOJI: char = '\u{fe0f}';
const JOINER: char = '\u{200d}';
const KEYCAP: char = '\u{20e3}';
const BLACK_FLAG: char = '\u{1f3f4}';
const TAG_END: char = '\u{e007f}';

/// The emoji that this is, if it is one and nothing else: fully qualified, so that a heart that one keyboard spells with a
/// selector and another one without is the same heart. Letters and whole sentences would be messages that nobody can
/// edit or search.
pub(super) fn emoji(text: &str) -> Option<String> {
    if text.len() > EMOJI_BYTES {
        return None;
    }
    let chars: Vec<char> = text.chars().collect();
    let canonical = match chars[..] {
        [first, second] if is_regional(first) && is_regional(second) => text.to_owned(),
        [digit, KEYCAP] | [digit, AS_EMOJI, KEYCAP] if matches!(digit, '0'..='9' | '#' | '*') => {
            String::from_iter([digit, AS_EMOJI, KEYCAP])
        }
        [BLACK_FLAG, ref tags @ .., TAG_END] if !tags.is_empty() && tags.iter().copied().all(is_tag) => text.to_owned(),
        _ => {
            let elements: Option<Vec<String>> = chars.split(|c| *c == JOINER).map(element).collect();
            elements?.join(&JOINER.to_string())
        }
    };
    (canonical.len() <= EMOJI_BYTES).then_some(canonical)
}

/// One emoji of those that are joined: a character, perhaps with a colour of skin.
fn element(chars: &[char]) -> Option<String> {
    use EmojiStatus::{EmojiModifierBase, EmojiOther, EmojiPresentation, EmojiPresentationAndModifierBase};

    let (base, rest) = chars.split_first()?;
    let status = base.emoji_status();
    let coloured = matches!(status, EmojiModifierBase | EmojiPresentationAndModifierBase);
    let shown_as_emoji = matches!(status, EmojiPresentation | EmojiPresentationAndModifierBase);
    if !coloured && !matches!(status, EmojiPresentation | EmojiOther) {
        return None;
    }
    match *rest {
        [] | [AS_EMOJI] if shown_as_emoji => Some(String::from(*base)),
        [] | [AS_EMOJI] => Some(String::from_iter([*base, AS_EMOJI])),
        [colour] if coloured && is_colour(colour) => Some(String::from_iter([*base, colour])),
        _ => None,
    }
}

fn is_regional(c: char) -> bool {
    ('\u{1f1e6}'..='\u{1f1ff}').contains(&c)
}

fn is_colour(c: char) -> bool {
    ('\u{1f3fb}'..='\u{1f3ff}').contains(&c)
}

fn is_tag(c: char) -> bool {
    ('\u{e0020}'..='\u{e007e}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::emoji;

    #[test]
    fn one_emoji_of_every_kind() {
        let family = "\u{1f468}\u{1f3fb}\u{200d}\u{2764}\u{fe0f}\u{200d}\u{1f48b}\u{200d}\u{1f468}\u{1f3ff}";
        let wales = "\u{1f3f4}\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}";
        for one in ["👍", "👍🏽", "😀", "❤️", "🇩🇪", "1️⃣", "🏳️‍🌈", "🕵🏽‍♂️", "👨‍👩‍👧‍👦", family, wales]
        {
            assert_eq!(emoji(one).as_deref(), Some(one), "{one}");
        }
    }

    #[test]
    fn however_it_is_spelt_it_is_the_same_one() {
        assert_eq!(emoji("❤").as_deref(), Some("❤\u{fe0f}"));
        assert_eq!(emoji("👍\u{fe0f}").as_deref(), Some("👍"));
        assert_eq!(emoji("#\u{20e3}").as_deref(), Some("#\u{fe0f}\u{20e3}"));
        assert_eq!(emoji("🏳‍🌈").as_deref(), Some("🏳\u{fe0f}‍🌈"));
    }

    #[test]
    fn nothing_else_is_one() {
        let long = ["👨"; 10].join("\u{200d}");
        for wrong in [
            "",
            " ",
            "a",
            "1",
            "#",
            "é",
            "👍👍",
            "👍 ",
            " 👍",
            "👍a",
            "❤\u{fe0e}",
            "\u{200d}",
            "👍\u{200d}",
            "\u{200d}👍",
            "\u{fe0f}",
            "\u{20e3}",
            "🏽",
            "🇩",
            "🇩🇪🇫",
            "😀🏽",
            "👍🏽🏽",
            "👍\u{fe0f}\u{fe0f}",
            "👍\u{0}",
            "漢",
            "\u{e007f}",
            &long,
        ] {
            assert_eq!(emoji(wrong), None, "{wrong:?}");
        }
    }
}

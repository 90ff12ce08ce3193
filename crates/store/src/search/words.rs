//! What a text is found by, on both databases: the one place where texts become words.
//!
//! A word is a run of letters and digits, folded: lower case, compatibility forms (`ﬁ`, full width), without accents. Where a
//! script has no spaces, the whole run is one word.
//!
//! Three letters or more are found wherever they stand in a word: from each letter on, the next three and the next four are terms of
//! the index (`w`), and what is longer is asked for by its fours, which are far rarer than threes. Two letters are found where a
//! word begins with them, and one as a word of its own: that is a term as well (`s`). Where one letter says something, it is a
//! term, and so are any two. So whatever is sought is a few whole terms: a search for all terms that begin alike would have to
//! merge them before it had a first message. What the index finds is then looked at letter by letter ([`Sought::find`]), which
//! also says what to highlight.

use unicode_normalization::char::{compose, decompose_compatible, is_combining_mark};

/// How many letters of a word it is found by when it begins with them.
const FIRST: usize = 2;
/// Letters without a dense one between them after which no sought word may begin: no word is longer, but keys and addresses are.
const BEGINNINGS: usize = 64;
/// How many letters of a sought word the index is asked for.
const ASKED: usize = 24;
/// Letters of a text that are indexed.
const LETTERS: usize = 32_768;

/// A folded text: its letters, where each came from, and which of them are words.
#[derive(Debug, Default)]
pub(crate) struct Folded {
    letters: Vec<char>,
    /// UTF-16 code units from and to, of the original.
    places: Vec<(u32, u32)>,
    /// From and to, in `letters`.
    words: Vec<(usize, usize)>,
}

/// Whether a script is written without spaces or with syllables: there one letter says something, and words have no ends.
const fn dense(letter: char) -> bool {
    letter as u32 >= 0x0E00 && !matches!(letter as u32, 0x10A0..=0x10FF | 0x1C80..=0x1FFF | 0x2C00..=0x2DFF)
}

/// Accents, vowel points and what else people leave out when they type quickly.
const fn dropped(letter: char) -> bool {
    matches!(letter as u32,
        0x0300..=0x036F | 0x0591..=0x05C7 | 0x0610..=0x061A | 0x0640 | 0x064B..=0x065F | 0x0670 | 0x06D6..=0x06ED
        | 0x1AB0..=0x1AFF | 0x1DC0..=0x1DFF | 0x20D0..=0x20FF | 0xFE00..=0xFE0F)
}

/// What stands inside a word and is no part of it.
const fn joins(letter: char) -> bool {
    matches!(letter, '\'' | '’' | '\u{00AD}' | '\u{200C}' | '\u{200D}' | '\u{2060}')
}

/// Letters that people write in another way when they do not have them.
const fn plain(letter: char) -> &'static str {
    match letter {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'đ' => "d",
        'ł' => "l",
        'ı' => "i",
        'ς' => "σ",
        _ => "",
    }
}

impl Folded {
    pub(crate) fn new(text: &str) -> Self {
        let mut folded = Self::default();
        let mut begun = None;
        let mut place = 0;
        for letter in text.chars() {
            let end = place + u32::try_from(letter.len_utf16()).unwrap_or(2);
            let length = folded.letters.len();
            if letter.is_ascii() {
                if letter.is_ascii_alphanumeric() {
                    folded.letters.push(letter.to_ascii_lowercase());
                    folded.places.push((place, end));
                }
            } else {
                folded.push(letter, begun.unwrap_or(length), (place, end));
            }
            let extended = folded.letters.len() > length || folded.places.last().is_some_and(|last| last.1 == end);
            if extended {
                begun = begun.or(Some(length));
            } else if !(joins(letter) || dropped(letter) || is_combining_mark(letter)) {
                folded.end(&mut begun);
            }
            place = end;
        }
        folded.end(&mut begun);
        folded
    }

    fn end(&mut self, begun: &mut Option<usize>) {
        if let Some(from) = begun.take() {
            self.words.push((from, self.letters.len()));
        }
    }

    fn push(&mut self, letter: char, word: usize, place: (u32, u32)) {
        decompose_compatible(letter, |part| {
            for part in part.to_lowercase() {
                // The lower case of a letter may have parts again.
                decompose_compatible(part, |part| match plain(part) {
                    "" => self.push_part(part, word, place),
                    plain => plain.chars().for_each(|part| self.push_part(part, word, place)),
                });
            }
        });
    }

    fn push_part(&mut self, part: char, word: usize, place: (u32, u32)) {
        if dropped(part) {
            // It belongs to the letter before it, also in what is shown.
            if self.letters.len() > word
                && let Some(last) = self.places.last_mut()
            {
                last.1 = place.1;
            }
            return;
        }
        // Syllables and voiced kana come back together: they are other letters, not letters with accents.
        if self.letters.len() > word
            && let (Some(before), Some(last)) = (self.letters.last_mut(), self.places.last_mut())
            && let Some(one) = compose(*before, part)
        {
            *before = one;
            last.1 = place.1;
        } else if part.is_alphanumeric() || (is_combining_mark(part) && self.letters.len() > word) {
            self.letters.push(part);
            self.places.push(place);
        }
    }

    fn words(&self) -> impl Iterator<Item = &[char]> {
        self.words.iter().map(|(from, to)| &self.letters[*from..*to])
    }

    /// Adds its terms, each after the prefix and before a space.
    pub(crate) fn terms(&self, prefix: &str, terms: &mut String) {
        let mut letters = 0;
        let mut add = |kind: char, term: &[char]| {
            terms.push_str(prefix);
            terms.push(kind);
            terms.extend(term);
            terms.push(' ');
        };
        for word in self.words() {
            letters += word.len();
            if letters > LETTERS {
                return;
            }
            if !word.iter().take(FIRST).any(|letter| dense(*letter)) {
                add(START, &word[..word.len().min(FIRST)]);
            }
            let mut spaced = 0;
            for (from, letter) in word.iter().enumerate() {
                spaced = if dense(*letter) { 0 } else { spaced + 1 };
                if spaced > BEGINNINGS + ASKED {
                    continue;
                }
                for length in lengths(*letter) {
                    if let Some(part) = word.get(from..from + length) {
                        add(PART, part);
                    }
                }
            }
        }
    }
}

/// How many letters make a term that begins with this one.
const fn lengths(letter: char) -> [usize; 2] {
    if dense(letter) { [1, 2] } else { [3, 4] }
}

/// What kind of a term: a part of a word, or what a word begins with.
const PART: char = 'w';
const START: char = 's';

/// A text as words that may be searched for: lower case, no accents, one space between words. For names of people and
/// conversations, which are compared and not indexed.
pub(crate) fn folded(text: &str) -> String {
    let folded = Folded::new(text);
    let words: Vec<String> = folded.words().map(|word| word.iter().collect()).collect();
    words.join(" ")
}

/// What is sought in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sought {
    words: Vec<Vec<char>>,
    /// Its words one after the other, and whole.
    phrase: bool,
}

impl Sought {
    /// A word or several, each found as a part of a word.
    #[must_use]
    pub fn words(text: &str) -> Vec<Self> {
        let words = Folded::new(text);
        let one = |word: &[char]| Self {
            words: vec![word.to_vec()],
            phrase: false,
        };
        words.words().map(one).collect()
    }

    /// Words right after one another. None: there are no words in it.
    #[must_use]
    pub fn phrase(text: &str) -> Option<Self> {
        let words: Vec<Vec<char>> = Folded::new(text).words().map(<[char]>::to_vec).collect();
        (!words.is_empty()).then_some(Self { words, phrase: true })
    }

    /// The terms that a text has in which this is found.
    pub(crate) fn terms(&self) -> Vec<String> {
        self.words.iter().flat_map(|word| asked(word)).collect()
    }

    /// Where this is in a text: UTF-16 code units from and to. Nowhere: it is not in it.
    pub(crate) fn find(&self, text: &Folded) -> Vec<(u32, u32)> {
        let mut found = Vec::new();
        for (at, window) in text.words.windows(self.words.len()).enumerate() {
            let last = self.words.len() - 1;
            let mut from = window[0].0;
            // More than one word: the first is an end of a word, the last a beginning, those between are all of theirs.
            if last > 0 {
                from = window[0].1.saturating_sub(self.words[0].len()).max(window[0].0);
            }
            while from + self.words[0].len() <= window[0].1 {
                if let Some(to) = self.ends_at(text, at, from) {
                    found.push((text.places[from].0, text.places[to - 1].1));
                    from = to.max(from + 1);
                    if last > 0 {
                        break;
                    }
                } else {
                    from += 1;
                }
            }
        }
        found
    }

    fn ends_at(&self, text: &Folded, at: usize, from: usize) -> Option<usize> {
        let last = self.words.len() - 1;
        let mut to = from;
        for (number, word) in self.words.iter().enumerate() {
            let (begins, ends) = text.words[at + number];
            let start = if number == 0 { from } else { begins };
            to = start + word.len();
            if to > ends || text.letters[start..to] != word[..] {
                return None;
            }
            if number < last && to != ends {
                return None;
            }
            let whole = self.phrase || word.len() == 1;
            let first_cut = start > begins && !dense(word[0]);
            let last_cut = to < ends && !dense(word[word.len() - 1]);
            let before = text.letters[begins..start].iter().rev();
            let unindexed = first_cut && before.take_while(|letter| !dense(**letter)).count() >= BEGINNINGS;
            if (whole && (first_cut || last_cut)) || (is_beginning(word) && start > begins) || unindexed {
                return None;
            }
        }
        Some(to)
    }
}

/// Two letters say little: they are only sought where words begin with them.
fn is_beginning(word: &[char]) -> bool {
    word.len() == FIRST && !word.iter().any(|letter| dense(*letter))
}

/// The terms of a sought word: the long ones, or else the short one.
fn asked(word: &[char]) -> Vec<String> {
    let sought = &word[..word.len().min(ASKED)];
    let term = |kind: char, letters: &[char]| std::iter::once(kind).chain(letters.iter().copied()).collect();
    for longest in [1, 0] {
        let part = |from: usize| sought.get(from..from + lengths(sought[from])[longest]);
        let terms: Vec<String> = (0..sought.len())
            .filter_map(part)
            .map(|part| term(PART, part))
            .collect();
        if !terms.is_empty() {
            return terms;
        }
    }
    vec![term(START, sought)]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(text: &str, query: &str) -> Vec<String> {
        let units: Vec<u16> = text.encode_utf16().collect();
        let folded = Folded::new(text);
        let cut = |(from, to): (u32, u32)| String::from_utf16(&units[from as usize..to as usize]).unwrap();
        let quoted = query.strip_prefix('"');
        let sought = quoted.map_or_else(
            || Sought::words(query),
            |query| Sought::phrase(query).into_iter().collect(),
        );
        let all: Vec<_> = sought.iter().map(|one| one.find(&folded)).collect();
        if all.is_empty() || all.iter().any(Vec::is_empty) {
            return Vec::new();
        }
        all.into_iter().flatten().map(cut).collect()
    }

    #[test]
    fn parts_of_words_accents_and_forms_are_found_as_they_were_written() {
        assert_eq!(found("Crème brûlée, s'il te plaît", "brulee"), ["brûlée"]);
        assert_eq!(found("Cre\u{300}me", "crème"), ["Cre\u{300}me"]);
        assert_eq!(found("the blackbird sings", "birds"), Vec::<String>::new());
        assert_eq!(found("the blackbird sings", "bird THE"), ["bird", "the"]);
        assert_eq!(found("Große Straße", "strasse"), ["Straße"]);
        assert_eq!(found("don't", "dont"), ["don't"]);
        assert_eq!(found("Ｌｉｎｎｅｔ ﬁnch", "linnet finch"), ["Ｌｉｎｎｅｔ", "ﬁnch"]);
        assert_eq!(found("into the town, to Otto", "to"), ["to", "to"]);
        assert_eq!(found("Straße Straße", "stra"), ["Stra", "Stra"]);
        assert_eq!(found("💚 green 💚 greener", "green"), ["green", "green"]);
    }

    #[test]
    fn one_letter_is_a_word_where_words_have_letters() {
        assert_eq!(found("a cat", "a"), ["a"]);
        assert_eq!(found("cat", "a"), Vec::<String>::new());
        assert_eq!(found("私の猫です", "猫"), ["猫"]);
    }

    #[test]
    fn scripts_without_spaces_are_found_by_any_part() {
        assert_eq!(found("明日は東京都庁で会いましょう", "東京"), ["東京"]);
        assert_eq!(found("明日は東京都庁で会いましょう", "\"東京都"), ["東京都"]);
        assert_eq!(found("東京と京都", "京都"), ["京都"]);
        assert_eq!(found("かぎ", "かき"), Vec::<String>::new());
        assert_eq!(found("ｶﾞｷﾞ", "ガギ"), ["ｶﾞｷﾞ"]);
        assert_eq!(found("안녕하세요", "하세"), ["하세"]);
        assert_eq!(found("สวัสดีครับ", "ครับ"), ["ครับ"]);
        assert_eq!(found("السَّلامُ عليكم", "السلام"), ["السَّلامُ"]);
    }

    #[test]
    fn a_phrase_is_whole_words_one_after_the_other() {
        assert_eq!(found("meet me at the old mill", "\"the old mill"), ["the old mill"]);
        assert_eq!(
            found("meet me at the old mills", "\"the old mill"),
            Vec::<String>::new()
        );
        assert_eq!(found("bathe old mill", "\"the old mill"), Vec::<String>::new());
        assert_eq!(found("the very old mill", "\"the old mill"), Vec::<String>::new());
        assert_eq!(found("the the old", "\"the old"), ["the old"]);
    }

    proptest! {
        /// What is found in a text, the index finds too; ranges lie within the text, on whole letters.
        #[test]
        fn the_index_has_a_term_for_whatever_is_found(
            text in "([a-zé ]{0,12}|[a-b日]{60,100}|[\\PC]{0,8}|[가-힣ก-๛ぁ-ん゙日本 ]{0,8}){0,4}",
            from in 0_usize..140, length in 1_usize..30, phrase: bool,
        ) {
            let query: String = text.chars().skip(from).take(length).collect();
            let sought = if phrase { Sought::phrase(&query).into_iter().collect() } else { Sought::words(&query) };
            let folded = Folded::new(&text);
            let mut terms = String::new();
            folded.terms("", &mut terms);
            let terms: Vec<&str> = terms.split(' ').collect();
            for one in sought {
                let places = one.find(&folded);
                for term in one.terms() {
                    let has = terms.contains(&term.as_str());
                    prop_assert!(has || places.is_empty(), "{term:?} of {one:?} is not in {terms:?}");
                }
                let units: Vec<u16> = text.encode_utf16().collect();
                for (from, to) in places {
                    prop_assert!(from < to);
                    prop_assert!(String::from_utf16(&units[from as usize..to as usize]).is_ok());
                }
            }
        }

        /// A whole word of a text is found in it.
        #[test]
        fn every_word_is_found(text in "[\\PC]{0,40}") {
            let folded = Folded::new(&text);
            for word in folded.words() {
                let word: String = word.iter().collect();
                for one in Sought::words(&word) {
                    prop_assert!(!one.find(&folded).is_empty(), "{word:?} is not in {text:?}");
                }
            }
        }
    }
}

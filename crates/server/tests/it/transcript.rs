//! What several people asked and heard, as a snapshot.

use std::{fmt::Write as _, sync::Mutex};

use crate::harness::Answer;

/// What several people asked and heard, one after the other: a snapshot that reads like a play. Ids become numbers in
/// the order in which they appear, tokens their kind.
#[derive(Default)]
pub(crate) struct Transcript(Mutex<String>);

impl Transcript {
    pub(crate) fn heard(&self, what: &str, answer: &Answer) {
        let mut text = self.0.lock().expect("one thread");
        let _ = write!(text, "# {what}\n{answer}\n\n");
    }

    pub(crate) fn read(&self) -> String {
        let text = self.0.lock().expect("one thread");
        let mut ids: Vec<String> = Vec::new();
        let mut read = String::new();
        let mut word = String::new();
        for c in text.chars().chain(['\n']) {
            if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') {
                word.push(c);
                continue;
            }
            if word.starts_with("eyJ") {
                read.push_str("<access token>");
            } else if uuid::Uuid::parse_str(&word).is_ok() {
                let place = ids.iter().position(|id| *id == word).unwrap_or_else(|| {
                    ids.push(word.clone());
                    ids.len() - 1
                });
                let _ = write!(read, "<id {}>", place + 1);
            } else if word.len() == 43 && !word.contains('.') {
                read.push_str("<refresh token>");
            } else {
                read.push_str(&word);
            }
            word.clear();
            read.push(c);
        }
        read.trim_end().to_owned()
    }
}

/// Compares a transcript with its snapshot.
macro_rules! assert_transcript {
    ($transcript:expr, $name:literal) => {
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!($name, $transcript.read());
        });
    };
}
pub(crate) use assert_transcript;

//! The commented sample that `linnet config` prints.

use std::fmt::Write as _;

use super::setting::{Setting, Shape, settings};

/// Columns of a comment.
const WIDTH: usize = 100;

/// Every setting with its default, commented out: a file that changes nothing until somebody edits it.
#[must_use]
pub fn sample() -> String {
    let mut text = String::from(
        "# Settings of Linnet. Save this as linnet.toml in the data folder, or name it with --config.\n\
         # Every line shows a default. The environment wins over this file; its names stand in brackets.\n",
    );
    let mut section = "";
    for setting in settings() {
        if setting.section != section {
            section = setting.section;
            let _ = write!(text, "\n[{section}]\n");
        }
        text.push('\n');
        wrap(&mut text, &format!("{} [{}]", setting.doc, setting.env));
        let _ = writeln!(text, "# {} = {}", setting.key, value(setting));
    }
    text
}

/// The default as TOML writes it.
fn value(setting: &Setting) -> String {
    match setting.shape {
        Shape::Text | Shape::Secret => format!("{:?}", setting.default),
        Shape::Number => setting.default.to_owned(),
        Shape::List if setting.default.is_empty() => "[]".to_owned(),
        Shape::List => format!("{:?}", setting.default.split(',').collect::<Vec<_>>()),
    }
}

/// Breaks a sentence into lines of a comment.
fn wrap(text: &mut String, sentence: &str) {
    let mut line = String::from("#");
    for word in sentence.split_whitespace() {
        if line.len() + 1 + word.len() > WIDTH {
            text.push_str(&line);
            text.push('\n');
            line = String::from("#");
        }
        line.push(' ');
        line.push_str(word);
    }
    text.push_str(&line);
    text.push('\n');
}

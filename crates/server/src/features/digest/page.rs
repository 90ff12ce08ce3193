//! The page behind the link that unsubscribes. It is the server's own, without a script, since it is for people who are not
//! signed in, on whatever device they read mail.

use http::StatusCode;
use linnet_contract::digest::Language;

use super::{
    letter::escaped,
    wording::{Words, words},
};

/// A page and its status.
pub struct Page {
    /// Its status.
    pub status: StatusCode,
    /// It.
    pub html: String,
}

impl Page {
    pub(super) fn ask(language: Language) -> Self {
        let words = words(language);
        // The form's own address is that of the page.
        let body = format!(
            "<p>{}</p><form method=\"post\"><input type=\"hidden\" name=\"List-Unsubscribe\" value=\"One-Click\">\
             <button>{}</button></form>",
            escaped(words.ask),
            escaped(words.stop)
        );
        Self::new(StatusCode::OK, words, &body)
    }

    pub(super) fn stopped(language: Language) -> Self {
        let words = words(language);
        Self::new(StatusCode::OK, words, &format!("<p>{}</p>", escaped(words.stopped)))
    }

    pub(super) fn unknown(language: Language) -> Self {
        let words = words(language);
        Self::new(
            StatusCode::NOT_FOUND,
            words,
            &format!("<p>{}</p>", escaped(words.unknown)),
        )
    }

    fn new(status: StatusCode, words: &Words, body: &str) -> Self {
        let title = escaped(words.stop);
        let html = format!(
            "<!doctype html><html lang=\"{}\" dir=\"{}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\"><meta name=\"robots\" content=\"noindex\">\
             <meta name=\"color-scheme\" content=\"light dark\"><title>{title}</title></head>\
             <body style=\"font:1.1rem system-ui;max-width:36rem;margin:15vh auto;padding:0 1rem\">\
             <main><h1>{title}</h1>{body}</main></body></html>",
            words.tag, words.direction
        );
        Self { status, html }
    }
}

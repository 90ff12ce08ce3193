use std::{
    fmt::Write as _,
    sync::atomic::{AtomicI64, Ordering},
};

use super::*;

struct Stopped;

impl Clock for Stopped {
    fn now_ms(&self) -> i64 {
        0
    }
}

fn card_of(bytes: impl Into<Vec<u8>>, charset: Option<&str>) -> Option<PreviewCard> {
    let page = Page {
        bytes: bytes.into(),
        charset: charset.map(str::to_owned),
    };
    read(&page, &Stopped)
}

fn title_of(html: &str) -> Option<String> {
    card_of(html, Some("utf-8")).map(|card| card.title)
}

#[test]
fn a_page_introduces_itself() {
    let html = r#"<!doctype html><html><head><title>Plain &amp; simple</title>
        <META NAME="Description" content="A &quot;plain&quot; one"><meta property="og:site_name" content=" The
        Site ">"#;
    let expected = PreviewCard {
        title: "Plain & simple".to_owned(),
        description: Some("A \"plain\" one".to_owned()),
        site_name: Some("The Site".to_owned()),
    };
    assert_eq!(card_of(html, None), Some(expected.clone()));
    let more = r#"<meta property=og:title content=Better><meta property="og:description" content="More">
        <meta property="og:title" content="Second"></head>"#;
    let better = PreviewCard {
        title: "Better".to_owned(),
        description: Some("More".to_owned()),
        ..expected
    };
    assert_eq!(card_of(format!("{html}{more}"), None), Some(better));
}

#[test]
fn what_is_not_said_by_the_head_is_not_taken() {
    for html in [
        "",
        "no page at all",
        "<title></title>",
        "<title> \u{200b}\u{202e} </title>",
        "<script>'<title>No</title>'</script>",
        "<style><title>No</title></style>",
        "<noscript><title>No</title></noscript>",
        "<!-- <title>No</title> -->",
        "<head></head><title>No</title>",
        "<body><title>No</title>",
        "<meta http-equiv=refresh content='0;url=http://127.0.0.1/'>",
        "<meta property=og:title>",
        "\0\u{1}\u{2}\0\0",
    ] {
        assert_eq!(title_of(html), None, "{html:?}");
    }
    assert_eq!(title_of("<title>One</title><title>Two</title>").as_deref(), Some("One"));
    assert_eq!(
        title_of("<title>a<b>c</title>").as_deref(),
        Some("a<b>c"),
        "text is text"
    );
    assert_eq!(title_of("<title>cut off").as_deref(), Some("cut off"));
}

#[test]
fn what_is_shown_is_one_short_line_that_turns_nothing_round() {
    let long = title_of(&format!("<title>{}</title>", "x".repeat(1_000_000))).unwrap();
    assert_eq!(long.chars().count(), PREVIEW_TITLE_CHARS);
    assert!(long.ends_with("x…"));
    let exact = "é".repeat(PREVIEW_TITLE_CHARS);
    assert_eq!(title_of(&format!("<title>{exact}</title>")), Some(exact));
    let odd = "<title>a\u{202e}b\u{2066}c\r\n\t d\u{0}e\u{1b}[31m\u{85}f\u{feff}</title>";
    assert_eq!(title_of(odd).as_deref(), Some("abc de [31m f"));
    assert_eq!(title_of("<title>👩\u{200d}🚀</title>").as_deref(), Some("👩\u{200d}🚀"));
}

#[test]
fn a_page_is_written_as_it_says() {
    let latin = b"<title>caf\xe9</title>";
    let title = |bytes: &[u8], charset| card_of(bytes, charset).unwrap().title;
    assert_eq!(title(latin, Some("iso-8859-1")), "café");
    assert_eq!(title(latin, None), "café", "nothing was said, and it is not UTF-8");
    assert_eq!(title("<title>café</title>".as_bytes(), None), "café");
    let (japanese, _, _) = encoding_rs::SHIFT_JIS.encode("<meta charset='Shift_JIS'><title>日本</title>");
    assert_eq!(title(&japanese, None), "日本");
    assert_eq!(title("<meta charset=utf-16><title>é</title>".as_bytes(), None), "é");
    assert_eq!(
        title("\u{feff}<title>é</title>".as_bytes(), Some("latin1")),
        "é",
        "the mark in front says more"
    );
    assert_eq!(
        title("<meta charset=nonsense><title>é</title>".as_bytes(), Some("nonsense")),
        "é"
    );
}

#[test]
fn a_tag_that_is_made_to_take_long_is_given_up() {
    let mut html = "<title>First</title><meta ".to_owned();
    for number in 0..50_000 {
        write!(html, "a{number} ").unwrap();
    }
    html.push_str("><meta property=og:title content=Late>");
    let page = Page {
        bytes: html.into(),
        charset: None,
    };
    let clock = Ticking::default();
    assert_eq!(read(&page, &clock).unwrap().title, "First");
    assert_eq!(
        clock.0.load(Ordering::Relaxed),
        300,
        "asked again and again, and then no more"
    );
}

/// Each look at it takes fifty milliseconds.
#[derive(Default)]
struct Ticking(AtomicI64);

impl Clock for Ticking {
    fn now_ms(&self) -> i64 {
        self.0.fetch_add(50, Ordering::Relaxed)
    }
}

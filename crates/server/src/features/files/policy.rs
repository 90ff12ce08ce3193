//! What a file is called, what it is, and which files a browser may show in their place. Pure rules.

use linnet_contract::limits::FILE_NAME_CHARS;
use unicode_normalization::UnicodeNormalization as _;

/// What a file is called that has no name left.
const NAMELESS: &str = "file";
/// Characters of an extension that a name keeps when it is cut.
const EXTENSION_CHARS: usize = 16;

/// The name as it is kept: any script, but no path, and nothing that is not seen. A name that turns the order of its letters
/// round would show `exe.gpj` as a picture.
pub(super) fn name(given: &str) -> String {
    // A form writes these three as browsers do; anything else between percent signs is part of the name.
    let given = given.replace("%22", "\"").replace("%0D", "").replace("%0A", "");
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let unseen = |c: &char| {
        c.is_control()
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{2028}' | '\u{2029}')
    };
    let seen: String = last.nfc().filter(|c| !unseen(c)).collect();
    match seen.trim() {
        "" | "." | ".." => NAMELESS.to_owned(),
        name => cut(name),
    }
}

fn cut(name: &str) -> String {
    let chars = name.chars().count();
    if chars <= FILE_NAME_CHARS {
        return name.to_owned();
    }
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let length = extension.chars().count();
    if length == 0 || length > EXTENSION_CHARS {
        return name.chars().take(FILE_NAME_CHARS).collect();
    }
    let stem: String = name.chars().take(FILE_NAME_CHARS - 1 - length).collect();
    format!("{stem}.{extension}")
}

/// What the first bytes of a file say that it is. What its uploader or its name says does not count.
pub(super) fn media_type(head: &[u8]) -> &'static str {
    match infer::get(head).map(|found| found.mime_type()) {
        // The names under which browsers play them.
        Some("audio/x-wav") => "audio/wav",
        Some("audio/m4a") => "audio/mp4",
        Some("audio/x-flac") => "audio/flac",
        Some("video/x-m4v") => "video/mp4",
        Some(known) => known,
        None if is_text(head) => "text/plain",
        None => "application/octet-stream",
    }
}

/// Whether it reads as UTF-8, which the end of the part that is looked at may cut.
fn is_text(head: &[u8]) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or("\0"),
        Err(_) => return false,
    };
    !text.chars().any(|c| c.is_control() && !c.is_whitespace())
}

/// Pictures whose pixels we look at, and whose notes on place and camera we take out.
pub(super) fn is_picture(media_type: &str) -> bool {
    matches!(media_type, "image/png" | "image/jpeg" | "image/webp" | "image/gif")
}

/// Whether a browser may show it where it stands. All of these only show or sound; whatever could act, or link, or load something
/// (HTML, SVG, PDF), or that we do not know, is for downloading.
#[must_use]
pub fn is_shown_in_place(media_type: &str) -> bool {
    is_picture(media_type)
        || matches!(
            media_type,
            "audio/mpeg"
                | "audio/mp4"
                | "audio/aac"
                | "audio/ogg"
                | "audio/opus"
                | "audio/wav"
                | "audio/flac"
                | "video/mp4"
                | "video/webm"
                | "video/quicktime"
        )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What no name may have.
    const NEVER: [char; 5] = ['/', '\\', '\0', '\n', '\u{202e}'];

    #[test]
    fn a_name_keeps_its_script_and_loses_its_path() {
        for (given, kept) in [
            ("写真 2024.jpg", "写真 2024.jpg"),
            ("تقرير.pdf", "تقرير.pdf"),
            ("नमस्ते.txt", "नमस्ते.txt"),
            ("Gru\u{0308}ße.png", "Grüße.png"),
            ("🐦.gif", "🐦.gif"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\alice\\a b.txt", "a b.txt"),
            (".bashrc", ".bashrc"),
            ("say %22hi%22.txt", "say \"hi\".txt"),
            ("100%.txt", "100%.txt"),
            ("a\r\nb\0.txt", "ab.txt"),
            ("photo\u{202e}gpj.exe", "photogpj.exe"),
            ("", "file"),
            ("..", "file"),
            ("a/", "file"),
            ("\u{202e}", "file"),
        ] {
            assert_eq!(name(given), kept, "{given:?}");
        }
        let long = name(&format!("{}.tar", "長".repeat(300)));
        assert_eq!(long.chars().count(), FILE_NAME_CHARS);
        assert!(long.starts_with("長長") && long.ends_with("長.tar"));
    }

    #[test]
    fn a_type_is_what_the_bytes_say() {
        for (head, found) in [
            (&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], "image/png"),
            (b"\xff\xd8\xff\xe0", "image/jpeg"),
            (b"GIF89a", "image/gif"),
            (b"%PDF-1.7", "application/pdf"),
            (b"<!DOCTYPE html><script>", "text/html"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "text/plain"),
            (b"PK\x03\x04rest", "application/zip"),
            ("Grüße".as_bytes(), "text/plain"),
            (&"ü".as_bytes()[..1], "text/plain"),
            (b"\x00\x01\x02", "application/octet-stream"),
            (b"\xfftext", "application/octet-stream"),
        ] {
            assert_eq!(media_type(head), found, "{head:?}");
        }
    }

    #[test]
    fn what_could_act_is_never_shown_in_place() {
        for active in [
            "text/html",
            "image/svg+xml",
            "text/xml",
            "application/pdf",
            "text/plain",
            "application/xhtml+xml",
        ] {
            assert!(!is_shown_in_place(active), "{active}");
        }
        for shown in ["image/png", "video/mp4", "audio/mpeg"] {
            assert!(is_shown_in_place(shown), "{shown}");
        }
    }

    proptest! {
        #[test]
        fn a_name_is_a_name_whatever_was_given(given in any::<String>()) {
            let kept = name(&given);
            prop_assert!(!kept.is_empty() && kept.chars().count() <= FILE_NAME_CHARS);
            prop_assert!(!kept.contains(NEVER));
            prop_assert!(kept != "." && kept != "..");
        }

        #[test]
        fn any_bytes_are_something(head in proptest::collection::vec(any::<u8>(), 0..512)) {
            prop_assert!(media_type(&head).contains('/'));
        }
    }
}

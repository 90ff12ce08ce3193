//! Under which name a browser saves a file (RFC 6266), in any script (RFC 8187).

use http::HeaderValue;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

/// What needs no percent sign: `attr-char` of RFC 8187.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// Twice: for who knows `filename*`, and for who does not, with what of it is ASCII.
pub(super) fn header(in_place: bool, name: &str) -> HeaderValue {
    let kind = if in_place { "inline" } else { "attachment" };
    // A quotation mark, a backslash or a percent sign means something else to some of those who do not know the other one.
    let plain = |c: char| match c {
        '"' | '\\' | '%' => '_',
        ' '..='~' => c,
        _ => '_',
    };
    let ascii: String = name.chars().map(plain).collect();
    let encoded = percent_encode(name.as_bytes(), PLAIN);
    let value = format!("{kind}; filename=\"{ascii}\"; filename*=UTF-8''{encoded}");
    HeaderValue::from_str(&value).unwrap_or(HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_is_there_in_its_own_script_and_in_ascii() {
        assert_eq!(
            header(false, "写真 \"1\".jpg"),
            "attachment; filename=\"__ _1_.jpg\"; filename*=UTF-8''%E5%86%99%E7%9C%9F%20%221%22.jpg"
        );
        assert_eq!(
            header(true, "a.png"),
            "inline; filename=\"a.png\"; filename*=UTF-8''a.png"
        );
    }

    proptest! {
        /// What somebody calls a file cannot end the value and begin another one, and it comes back as it was.
        #[test]
        fn any_name_comes_back(name in any::<String>()) {
            let value = header(false, &name);
            let value = value.to_str().unwrap();
            let (ascii, encoded) = value
                .strip_prefix("attachment; filename=\"")
                .and_then(|rest| rest.split_once("\"; filename*=UTF-8''"))
                .unwrap();
            prop_assert!(!ascii.contains(['"', '\\', '\r', '\n']));
            prop_assert!(!encoded.contains(['"', ';', ' ', '\'', '*', ',']));
            let back = percent_encoding::percent_decode_str(encoded).decode_utf8().unwrap();
            prop_assert_eq!(back, name);
        }
    }
}

//! Placeholders of attachments, wherever they are nested.

use std::borrow::Cow;

use super::PacketError;

/// How deep arrays and objects may be nested in a packet with attachments.
const MAX_DEPTH: usize = 1000;

/// An array or object that is being read.
#[derive(Default)]
struct Open<'a> {
    object: bool,
    /// The key that the next value belongs to.
    key: Option<Cow<'a, str>>,
    placeholder: bool,
    number: Option<f64>,
}

/// Checks that every placeholder in `data`, which is valid JSON, names one of `attachments`, as the official parser does when it puts
/// them in. Passed on unchecked, a wrong one would cut off whoever receives it. One pass, without recursion: depth is the
/// client's to choose.
pub fn check_placeholders(data: &str, attachments: usize) -> Result<(), PacketError> {
    let mut stack: Vec<Open<'_>> = Vec::new();
    let mut rest = data;
    while let Some(&first) = rest.as_bytes().first() {
        let token = match first {
            b'"' => string_end(rest),
            b'{' | b'}' | b'[' | b']' | b',' | b':' | b' ' | b'\t' | b'\n' | b'\r' => 1,
            _ => rest
                .bytes()
                .position(|byte| b",]} \t\n\r".contains(&byte))
                .unwrap_or(rest.len()),
        };
        let (token, after) = rest.split_at(token);
        rest = after;
        match first {
            b'{' | b'[' if stack.len() >= MAX_DEPTH => return Err(PacketError::InvalidPayload),
            b'{' | b'[' => stack.push(Open {
                object: first == b'{',
                ..Open::default()
            }),
            b'}' | b']' => {
                let closed = stack.pop().ok_or(PacketError::InvalidPayload)?;
                #[expect(clippy::cast_precision_loss, reason = "attachments are few")]
                let valid = closed
                    .number
                    .is_some_and(|number| number >= 0.0 && number < attachments as f64);
                if closed.placeholder && !valid {
                    return Err(PacketError::InvalidPayload);
                }
                end_of_value(&mut stack);
            }
            b',' | b':' | b' ' | b'\t' | b'\n' | b'\r' => {}
            _ => value(&mut stack, token),
        }
    }
    Ok(())
}

/// Bytes of the JSON string that `text` begins with.
fn string_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 1;
    while let Some(found) = memchr::memchr2(b'"', b'\\', bytes.get(at..).unwrap_or_default()) {
        at += found;
        if bytes[at] == b'"' {
            return at + 1;
        }
        at += 2;
    }
    bytes.len()
}

/// A value that is not an array or an object, or a key.
fn value<'a>(stack: &mut [Open<'a>], token: &'a str) {
    let Some(open) = stack.last_mut().filter(|open| open.object) else {
        return;
    };
    match &open.key {
        // JavaScript sees through escapes in a key, so they must not hide it from here either.
        None if token.contains('\\') => open.key = Some(serde_json::from_str(token).unwrap_or_default()),
        None => open.key = Some(Cow::Borrowed(token.trim_matches('"'))),
        Some(key) => {
            match &**key {
                "_placeholder" => open.placeholder = token == "true",
                "num" => open.number = token.parse().ok(),
                _ => {}
            }
            open.key = None;
        }
    }
}

/// An array or object was the value of a key.
fn end_of_value(stack: &mut [Open<'_>]) {
    let Some(open) = stack.last_mut() else { return };
    match open.key.take().as_deref() {
        Some("_placeholder") => open.placeholder = false,
        Some("num") => open.number = None,
        _ => {}
    }
}

//! JSON to MessagePack.

use bytes::Bytes;
use memchr::memchr2;
use rmp::encode as write;

use super::{MAX_DEPTH, MsgpackError};
use crate::codec::socket::lossy;

/// An array or object that is being written.
struct Open {
    /// Where its header is. It is one byte until the end, and grows if there turn out to be more elements than that can say.
    header: usize,
    object: bool,
    /// Elements of an array; keys of an object.
    count: u32,
    /// The next string is a key.
    key: bool,
    place: Place,
}

/// How far an object looks like the placeholder of an attachment.
#[derive(Default)]
struct Place {
    /// The key that the next value belongs to.
    key: Option<Key>,
    placeholder: bool,
    number: Option<f64>,
}

impl Place {
    /// The value of the last key, if it is no array and no object.
    fn value(&mut self, json: Option<&str>) {
        match self.key.take() {
            Some(Key::Placeholder) => self.placeholder = json == Some("true"),
            Some(Key::Number) => self.number = json.and_then(|json| json.parse().ok()),
            None => {}
        }
    }
}

enum Key {
    Placeholder,
    Number,
}

/// Appends a JSON text, with the attachments that its placeholders name put back into their places. The text must be valid: what it
/// makes of any other means nothing.
pub fn from_json(out: &mut Vec<u8>, json: &str, attachments: &[Bytes]) -> Result<(), MsgpackError> {
    let mut writer = Writer {
        out,
        attachments,
        open: Vec::new(),
        done: false,
    };
    let mut at = 0;
    while let Some(&byte) = json.as_bytes().get(at) {
        at = match byte {
            b' ' | b'\t' | b'\n' | b'\r' | b':' => at + 1,
            b',' => {
                writer.next_element()?;
                at + 1
            }
            b'[' | b'{' => {
                writer.begin(byte == b'{')?;
                at + 1
            }
            b']' | b'}' => {
                writer.end(byte == b'}')?;
                at + 1
            }
            b'"' => {
                let end = string_end(json, at)?;
                writer.string(&json[at..end])?;
                end
            }
            _ => {
                let end = scalar_end(json, at);
                writer.scalar(&json[at..end])?;
                end
            }
        };
    }
    if writer.done && writer.open.is_empty() {
        Ok(())
    } else {
        Err(MsgpackError::Truncated)
    }
}

/// Where the string ends that begins at `start`.
fn string_end(json: &str, start: usize) -> Result<usize, MsgpackError> {
    let bytes = json.as_bytes();
    let mut at = start + 1;
    loop {
        let rest = bytes.get(at..).ok_or(MsgpackError::Truncated)?;
        let found = at + memchr2(b'"', b'\\', rest).ok_or(MsgpackError::Truncated)?;
        if bytes[found] == b'"' {
            return Ok(found + 1);
        }
        at = found + 2;
    }
}

/// Where the number or word ends that begins at `start`.
fn scalar_end(json: &str, start: usize) -> usize {
    let rest = &json.as_bytes()[start..];
    let length = rest
        .iter()
        .position(|byte| matches!(byte, b',' | b']' | b'}' | b' ' | b'\t' | b'\n' | b'\r'))
        .unwrap_or(rest.len());
    start + length
}

struct Writer<'a> {
    out: &'a mut Vec<u8>,
    attachments: &'a [Bytes],
    open: Vec<Open>,
    done: bool,
}

impl Writer<'_> {
    /// A value begins that is no key: this one, if it is neither a string nor an array nor an object.
    fn value(&mut self, json: Option<&str>) -> Result<(), MsgpackError> {
        match self.open.last_mut() {
            None if self.done => return Err(MsgpackError::Trailing),
            None => self.done = true,
            Some(open) if open.object && open.key => return Err(MsgpackError::Malformed),
            Some(open) if open.object => open.place.value(json),
            Some(open) => open.count += 1,
        }
        Ok(())
    }

    fn next_element(&mut self) -> Result<(), MsgpackError> {
        let open = self.open.last_mut().ok_or(MsgpackError::Malformed)?;
        open.key = open.object;
        Ok(())
    }

    fn begin(&mut self, object: bool) -> Result<(), MsgpackError> {
        if self.open.len() == MAX_DEPTH {
            return Err(MsgpackError::TooDeep);
        }
        self.value(None)?;
        self.open.push(Open {
            header: self.out.len(),
            object,
            count: 0,
            key: object,
            place: Place::default(),
        });
        self.out.push(0);
        Ok(())
    }

    fn end(&mut self, object: bool) -> Result<(), MsgpackError> {
        let open = self.open.pop().ok_or(MsgpackError::Malformed)?;
        if open.object != object {
            return Err(MsgpackError::Malformed);
        }
        if open.place.placeholder && !self.attachments.is_empty() {
            let number = open.place.number.ok_or(MsgpackError::Attachments)?;
            let mut numbered = self.attachments.iter().zip(0_u32..);
            let attachment = numbered.find(|(_, place)| f64::from(*place).total_cmp(&number).is_eq());
            let (attachment, _) = attachment.ok_or(MsgpackError::Attachments)?;
            self.out.truncate(open.header);
            write::write_bin(self.out, attachment).map_err(|_| MsgpackError::Malformed)?;
            return Ok(());
        }
        let mut header = Vec::with_capacity(5);
        let written = if object {
            write::write_map_len(&mut header, open.count)
        } else {
            write::write_array_len(&mut header, open.count)
        };
        written.map_err(|_| MsgpackError::Malformed)?;
        self.out.splice(open.header..=open.header, header);
        Ok(())
    }

    fn string(&mut self, json: &str) -> Result<(), MsgpackError> {
        let inner = &json[1..json.len() - 1];
        let decoded;
        let text = if inner.contains('\\') {
            decoded = match serde_json::from_str::<String>(json) {
                Ok(text) => text,
                Err(_) => lossy(json).map_err(|_| MsgpackError::Malformed)?,
            };
            &decoded
        } else {
            inner
        };
        match self.open.last_mut() {
            Some(open) if open.object && open.key => {
                open.key = false;
                open.count += 1;
                open.place.key = match text {
                    "_placeholder" => Some(Key::Placeholder),
                    "num" => Some(Key::Number),
                    _ => None,
                };
            }
            _ => self.value(None)?,
        }
        write::write_str(self.out, text).map_err(|_| MsgpackError::Malformed)
    }

    fn scalar(&mut self, json: &str) -> Result<(), MsgpackError> {
        self.value(Some(json))?;
        let written = match json {
            "null" => {
                self.out.push(0xc0);
                return Ok(());
            }
            "true" | "false" => {
                self.out.push(if json == "true" { 0xc3 } else { 0xc2 });
                return Ok(());
            }
            _ => {
                if let Ok(number) = json.parse::<i64>() {
                    write::write_sint(self.out, number).map(drop)
                } else if let Ok(number) = json.parse::<u64>() {
                    write::write_uint(self.out, number).map(drop)
                } else {
                    // What Rust takes for a number and JSON does not begins with a letter, a sign or a point.
                    let number = json.starts_with(|first: char| first == '-' || first.is_ascii_digit());
                    let number = number.then(|| json.parse::<f64>().ok()).flatten();
                    write::write_f64(self.out, number.ok_or(MsgpackError::Malformed)?)
                }
            }
        };
        written.map_err(|_| MsgpackError::Malformed)
    }
}

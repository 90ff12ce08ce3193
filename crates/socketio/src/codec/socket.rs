//! Socket.IO packets, protocol revision 5: `<type>[<attachments>-][<namespace>,][<ack id>][<JSON>]`.
//!
//! The JSON is checked, and for events and acknowledgements cut into its elements, but never turned into a tree. What JavaScript takes
//! for JSON is taken here, strings with half of a surrogate pair among it.

use std::{borrow::Cow, fmt, ops::Range};

use bytes::Bytes;
use serde::{
    Deserialize, Deserializer as _, Serialize,
    de::{IgnoredAny, SeqAccess, Visitor},
};
use serde_json::value::RawValue;
use smallvec::SmallVec;

use crate::{Args, SendError, codec::frame};

/// Event names that the protocol's libraries use for themselves.
pub const RESERVED: [&str; 6] = [
    "connect",
    "connect_error",
    "disconnect",
    "disconnecting",
    "newListener",
    "removeListener",
];

/// The type of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Joins a namespace, or confirms it.
    Connect,
    /// Leaves a namespace.
    Disconnect,
    /// An event; binary if it has attachments.
    Event,
    /// Answers an event.
    Ack,
    /// A namespace was not joined.
    ConnectError,
}

/// A packet without its attachments.
#[derive(Debug, Clone, PartialEq)]
pub struct Packet<'a> {
    /// Its type.
    pub kind: Kind,
    /// How many binary messages follow: none for packets that are not binary.
    pub attachments: usize,
    /// The namespace, `/` if none is named.
    pub namespace: &'a str,
    /// The number by which it is, or is to be, acknowledged.
    pub id: Option<u64>,
    /// The JSON, checked to be what `kind` needs.
    pub data: Option<&'a str>,
    /// The name of an event.
    pub name: Option<Cow<'a, str>>,
    /// Where in `data` the arguments of an event or an acknowledgement are.
    pub spans: SmallVec<[Range<u32>; 2]>,
}

/// Not a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PacketError {
    /// There is no such type.
    #[error("an unknown packet type")]
    UnknownType,
    /// The number of attachments is no number, or none.
    #[error("an illegal number of attachments")]
    IllegalAttachments,
    /// More attachments than allowed.
    #[error("too many attachments")]
    TooManyAttachments,
    /// The number for the acknowledgement is out of range.
    #[error("an acknowledgement number out of range")]
    IllegalId,
    /// The JSON is none, or not what the type needs.
    #[error("an invalid payload")]
    InvalidPayload,
    /// An event with a name that is reserved.
    #[error("a reserved event name")]
    ReservedName,
}

/// Decodes the text of a packet.
pub fn decode(text: &str, max_attachments: usize) -> Result<Packet<'_>, PacketError> {
    let (&kind, _) = text.as_bytes().split_first().ok_or(PacketError::UnknownType)?;
    let (kind, binary) = match kind {
        b'0' => (Kind::Connect, false),
        b'1' => (Kind::Disconnect, false),
        b'2' => (Kind::Event, false),
        b'3' => (Kind::Ack, false),
        b'4' => (Kind::ConnectError, false),
        b'5' => (Kind::Event, true),
        b'6' => (Kind::Ack, true),
        _ => return Err(PacketError::UnknownType),
    };
    let mut rest = &text[1..];
    let mut attachments = 0;
    if binary {
        let (number, after) = rest.split_once('-').ok_or(PacketError::IllegalAttachments)?;
        if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(PacketError::IllegalAttachments);
        }
        attachments = number.parse().map_err(|_| PacketError::TooManyAttachments)?;
        if attachments == 0 {
            return Err(PacketError::IllegalAttachments);
        }
        if attachments > max_attachments {
            return Err(PacketError::TooManyAttachments);
        }
        rest = after;
    }
    let mut namespace = "/";
    if rest.starts_with('/') {
        (namespace, rest) = rest.split_once(',').unwrap_or((rest, ""));
    }
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let mut id = None;
    if digits > 0 {
        id = Some(rest[..digits].parse().map_err(|_| PacketError::IllegalId)?);
        rest = &rest[digits..];
    }
    let data = (!rest.is_empty()).then_some(rest);
    let mut packet = Packet {
        kind,
        attachments,
        namespace,
        id,
        data,
        name: None,
        spans: SmallVec::new(),
    };
    if let Some(data) = data {
        check_data(&mut packet, data)?;
    }
    Ok(packet)
}

fn check_data<'a>(packet: &mut Packet<'a>, data: &'a str) -> Result<(), PacketError> {
    let first = data.trim_start_matches([' ', '\t', '\n', '\r']).as_bytes().first();
    match (packet.kind, first) {
        (Kind::Connect | Kind::ConnectError, Some(b'{')) | (Kind::ConnectError, Some(b'"')) => {
            serde_json::from_str::<IgnoredAny>(data).map_err(|_| PacketError::InvalidPayload)?;
        }
        (Kind::Event, Some(b'[')) => {
            let elements = elements(data)?;
            let (name, spans) = elements.split_first().ok_or(PacketError::InvalidPayload)?;
            packet.name = Some(event_name(slice(data, name))?);
            packet.spans = SmallVec::from(spans);
        }
        (Kind::Ack, Some(b'[')) => packet.spans = elements(data)?,
        _ => return Err(PacketError::InvalidPayload),
    }
    Ok(())
}

fn slice<'a>(data: &'a str, span: &Range<u32>) -> &'a str {
    &data[span.start as usize..span.end as usize]
}

/// Where in `data` the elements of the array are that it must be.
fn elements(data: &str) -> Result<SmallVec<[Range<u32>; 2]>, PacketError> {
    struct Elements<'a>(&'a str);

    impl<'de> Visitor<'de> for Elements<'_> {
        type Value = SmallVec<[Range<u32>; 2]>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an array")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Self::Value, A::Error> {
            let mut spans = SmallVec::new();
            while let Some(element) = array.next_element::<&RawValue>()? {
                let element = element.get();
                let start = element.as_ptr() as usize - self.0.as_ptr() as usize;
                let span = u32::try_from(start).ok().zip(u32::try_from(start + element.len()).ok());
                let (start, end) = span.ok_or_else(|| serde::de::Error::custom("too large"))?;
                spans.push(start..end);
            }
            Ok(spans)
        }
    }

    let mut json = serde_json::Deserializer::from_str(data);
    let spans = json
        .deserialize_seq(Elements(data))
        .map_err(|_| PacketError::InvalidPayload)?;
    json.end().map_err(|_| PacketError::InvalidPayload)?;
    Ok(spans)
}

/// The name of an event from its JSON: a string that is not reserved, or a number.
fn event_name(json: &str) -> Result<Cow<'_, str>, PacketError> {
    let name = match json.as_bytes() {
        [b'"', inner @ .., b'"'] if !inner.contains(&b'\\') => Cow::Borrowed(&json[1..json.len() - 1]),
        [b'"', ..] => Cow::Owned(match serde_json::from_str(json) {
            Ok(name) => name,
            Err(_) => lossy(json)?,
        }),
        [b'-' | b'0'..=b'9', ..] => return Ok(Cow::Borrowed(json)),
        _ => return Err(PacketError::InvalidPayload),
    };
    if RESERVED.contains(&&*name) {
        return Err(PacketError::ReservedName);
    }
    Ok(name)
}

/// A string with half of a surrogate pair: the half becomes a replacement character.
fn lossy(json: &str) -> Result<String, PacketError> {
    struct Lossy(String);

    impl<'de> Deserialize<'de> for Lossy {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Take;

            impl Visitor<'_> for Take {
                type Value = Lossy;

                fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("a string")
                }

                fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Lossy, E> {
                    Ok(Lossy(String::from_utf8_lossy(bytes).into_owned()))
                }
            }

            deserializer.deserialize_bytes(Take)
        }
    }

    serde_json::from_str::<Lossy>(json)
        .map(|name| name.0)
        .map_err(|_| PacketError::InvalidPayload)
}

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

/// Builds one packet with its WebSocket frame, and the frames of its attachments behind it. The bytes are shared by all recipients;
/// those on polling take the payloads out of the frames.
struct Builder {
    /// Begins with room for the frame's header.
    buffer: Vec<u8>,
}

impl Builder {
    fn new(kind: u8, namespace: &str, attachments: usize, id: Option<u64>) -> Self {
        let mut buffer = Vec::with_capacity(256);
        buffer.resize(frame::MAX_HEADER, 0);
        buffer.extend_from_slice(&[b'4', kind]);
        let mut builder = Self { buffer };
        if attachments > 0 {
            builder.number(attachments as u64);
            builder.buffer.push(b'-');
        }
        if namespace != "/" {
            builder.buffer.extend_from_slice(namespace.as_bytes());
            builder.buffer.push(b',');
        }
        if let Some(id) = id {
            builder.number(id);
        }
        builder
    }

    fn number(&mut self, mut number: u64) {
        let mut digits = [0; 20];
        let mut start = digits.len();
        loop {
            start -= 1;
            digits[start] = b'0' + u8::try_from(number % 10).expect("a digit");
            number /= 10;
            if number == 0 {
                break;
            }
        }
        self.buffer.extend_from_slice(&digits[start..]);
    }

    fn json(&mut self, value: &(impl Serialize + ?Sized)) -> Result<(), serde_json::Error> {
        serde_json::to_writer(&mut self.buffer, value)
    }

    fn args(&mut self, args: &Args, mut separator: bool) {
        for index in 0..args.len() {
            if separator {
                self.buffer.push(b',');
            }
            separator = true;
            self.buffer
                .extend_from_slice(args.raw(index).unwrap_or("null").as_bytes());
        }
    }

    fn finish(mut self, attachments: &[Bytes]) -> Bytes {
        let end = self.buffer.len();
        let start = frame::encode_in_front(&mut self.buffer, frame::TEXT, end);
        for attachment in attachments {
            frame::encode(&mut self.buffer, frame::BINARY, attachment);
        }
        Bytes::from(self.buffer).slice(start..)
    }
}

fn event(namespace: &str, id: Option<u64>, name: &str, attachments: usize) -> Result<Builder, SendError> {
    if RESERVED.contains(&name) {
        return Err(SendError::ReservedName(name.to_owned()));
    }
    let kind = if attachments > 0 { b'5' } else { b'2' };
    let mut packet = Builder::new(kind, namespace, attachments, id);
    packet.buffer.push(b'[');
    packet.json(name)?;
    Ok(packet)
}

/// An event with one argument.
pub(crate) fn encode_event_value(
    namespace: &str,
    id: Option<u64>,
    name: &str,
    value: &(impl Serialize + ?Sized),
) -> Result<Bytes, SendError> {
    let mut packet = event(namespace, id, name, 0)?;
    packet.buffer.push(b',');
    packet.json(value)?;
    packet.buffer.push(b']');
    Ok(packet.finish(&[]))
}

/// An event with any arguments.
pub(crate) fn encode_event(namespace: &str, id: Option<u64>, name: &str, args: &Args) -> Result<Bytes, SendError> {
    let mut packet = event(namespace, id, name, args.attachments().len())?;
    packet.args(args, true);
    packet.buffer.push(b']');
    Ok(packet.finish(args.attachments()))
}

/// An acknowledgement with one argument.
pub(crate) fn encode_ack_value(
    namespace: &str,
    id: u64,
    value: &(impl Serialize + ?Sized),
) -> Result<Bytes, SendError> {
    let mut packet = Builder::new(b'3', namespace, 0, Some(id));
    packet.buffer.push(b'[');
    packet.json(value)?;
    packet.buffer.push(b']');
    Ok(packet.finish(&[]))
}

/// An acknowledgement with any arguments.
pub(crate) fn encode_ack(namespace: &str, id: u64, args: &Args) -> Bytes {
    let attachments = args.attachments();
    let kind = if attachments.is_empty() { b'3' } else { b'6' };
    let mut packet = Builder::new(kind, namespace, attachments.len(), Some(id));
    packet.buffer.push(b'[');
    packet.args(args, false);
    packet.buffer.push(b']');
    packet.finish(attachments)
}

/// The reply to a CONNECT.
pub(crate) fn encode_connect(namespace: &str, sid: &str) -> Bytes {
    #[derive(Serialize)]
    struct Connected<'a> {
        sid: &'a str,
    }
    let mut packet = Builder::new(b'0', namespace, 0, None);
    packet.json(&Connected { sid }).expect("a string has JSON");
    packet.finish(&[])
}

/// The refusal of a CONNECT.
pub(crate) fn encode_connect_error(namespace: &str, message: &str, data: Option<&serde_json::Value>) -> Bytes {
    #[derive(Serialize)]
    struct Refused<'a> {
        message: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        data: Option<&'a serde_json::Value>,
    }
    let mut packet = Builder::new(b'4', namespace, 0, None);
    packet
        .json(&Refused { message, data })
        .expect("strings and values have JSON");
    packet.finish(&[])
}

/// Puts a socket out of its namespace.
pub(crate) fn encode_disconnect(namespace: &str) -> Bytes {
    Builder::new(b'1', namespace, 0, None).finish(&[])
}

//! Socket.IO packets, protocol revision 5: `<type>[<attachments>-][<namespace>,][<ack id>][<JSON>]`.
//!
//! The JSON is checked, and for events and acknowledgements cut into its elements, but never turned into a tree. What JavaScript takes
//! for JSON is taken here, strings with half of a surrogate pair among it.

use std::{borrow::Cow, fmt, ops::Range};

use bytes::Bytes;
use serde::{
    Deserialize, Deserializer as _,
    de::{IgnoredAny, SeqAccess, Visitor},
};
use serde_json::value::RawValue;
use smallvec::SmallVec;

use crate::Args;

mod encode;
mod placeholders;

pub use encode::{
    encode_ack, encode_ack_value, encode_connect, encode_connect_error, encode_disconnect, encode_event,
    encode_event_value,
};
pub use placeholders::check_placeholders;

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

impl Packet<'_> {
    /// The arguments of an event or an acknowledgement, with the attachments that came behind it.
    #[must_use]
    pub fn args(&self, attachments: Vec<Bytes>) -> Args {
        Args::from_spans(
            self.data.unwrap_or_default().to_owned(),
            self.spans.clone(),
            attachments,
        )
    }
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
            let (name, spans) = event_parts(data)?;
            packet.name = Some(name);
            packet.spans = spans;
        }
        (Kind::Ack, Some(b'[')) => packet.spans = elements(data)?,
        _ => return Err(PacketError::InvalidPayload),
    }
    Ok(())
}

/// Where in a text its parts are.
type Spans = SmallVec<[Range<u32>; 2]>;

/// The name of an event, and where in `data` its arguments are.
pub(crate) fn event_parts(data: &str) -> Result<(Cow<'_, str>, Spans), PacketError> {
    let elements = elements(data)?;
    let (name, spans) = elements.split_first().ok_or(PacketError::InvalidPayload)?;
    Ok((event_name(slice(data, name))?, SmallVec::from(spans)))
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
pub(crate) fn lossy(json: &str) -> Result<String, PacketError> {
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

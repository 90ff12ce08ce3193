//! Socket.IO packets, and the placeholders of their attachments, against the grammar of the official parser written down once more,
//! over trees of JSON.
//!
//! The input is one byte, how many attachments are allowed, and the text of a packet.
//!
//! Where we are stricter than the official parser: a number for an acknowledgement must fit 64 bits, a binary packet must have an
//! attachment, and placeholders are checked too where a later duplicate of a key or an outer placeholder makes them
//! meaningless.
#![no_main]

use std::{fmt, iter::Peekable, str::Chars};

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Value, value::RawValue};
use socketio::codec::{
    frame::{self, split_encoded},
    socket::{
        Kind, Packet, PacketError, RESERVED, check_placeholders, decode, encode_ack, encode_connect,
        encode_connect_error, encode_disconnect, encode_event,
    },
};

fuzz_target!(|data: &[u8]| {
    let [max_attachments, text @ ..] = data else { return };
    let max_attachments = usize::from(max_attachments % 12);
    let text = String::from_utf8_lossy(text);
    let decoded = decode(&text, max_attachments);
    let model = Model::parse(&text, max_attachments);
    match (&decoded, &model) {
        (Ok(packet), Ok(model)) => {
            model.assert_is(packet);
            check(packet, max_attachments);
            again(packet, max_attachments);
        }
        (Err(error), Err(expected)) => assert_eq!(error, expected, "{text:?}"),
        _ => panic!("{text:?} is {decoded:?}, expected {model:?}"),
    }
});

/// What everybody who gets a packet relies on.
fn check(packet: &Packet<'_>, max_attachments: usize) {
    assert!(packet.attachments <= max_attachments);
    assert!(packet.attachments == 0 || matches!(packet.kind, Kind::Event | Kind::Ack));
    assert!(packet.namespace.starts_with('/') && !packet.namespace.contains(','));
    if let Some(name) = &packet.name {
        assert_eq!(packet.kind, Kind::Event);
        assert!(!RESERVED.contains(&&**name), "a reserved name");
    }
    let Some(data) = packet.data else {
        assert!(packet.spans.is_empty() && packet.name.is_none());
        return;
    };
    let mut end = 0;
    for span in &packet.spans {
        assert!(end < span.start && span.start < span.end, "spans overlap");
        end = span.end;
        let argument = &data[span.start as usize..span.end as usize];
        serde_json::from_str::<&RawValue>(argument).expect("an argument is JSON");
    }
    assert!(end as usize <= data.len());
    placeholders(data, packet.attachments);
}

/// No placeholder gets through that the official parser would refuse, and none is refused without a reason.
fn placeholders(data: &str, attachments: usize) {
    for attachments in [0, 1, attachments] {
        let valid = check_placeholders(data, attachments).is_ok();
        if let Ok(tree) = serde_json::from_str::<Value>(data) {
            assert!(
                !valid || official(&tree, attachments),
                "a placeholder that cuts off clients: {data:?} with {attachments}"
            );
        }
        if let Ok(strict) = serde_json::from_str::<Strict>(data) {
            assert_eq!(valid, strict.holds(attachments), "{data:?} with {attachments}");
        }
    }
}

/// Whether the official parser takes this.
fn official(tree: &Value, attachments: usize) -> bool {
    match tree {
        Value::Object(object) if object.get("_placeholder") == Some(&Value::Bool(true)) => object
            .get("num")
            .and_then(Value::as_f64)
            .is_some_and(|number| is_index(number, attachments)),
        Value::Object(object) => object.values().all(|value| official(value, attachments)),
        Value::Array(array) => array.iter().all(|value| official(value, attachments)),
        _ => true,
    }
}

fn is_index(number: f64, attachments: usize) -> bool {
    let attachments = u8::try_from(attachments).expect("few attachments");
    number >= 0.0 && number < f64::from(attachments)
}

/// JSON of which every placeholder is known, also those that a tree does not show.
#[derive(Default)]
struct Strict {
    /// The number that each placeholder names, if it is one.
    placeholders: Vec<Option<f64>>,
    literal: Option<Literal>,
}

#[derive(Clone, Copy, PartialEq)]
enum Literal {
    True,
    Number(f64),
}

impl Strict {
    fn holds(&self, attachments: usize) -> bool {
        self.placeholders
            .iter()
            .all(|number| number.is_some_and(|number| is_index(number, attachments)))
    }

    fn literal(literal: Literal) -> Self {
        Self {
            placeholders: Vec::new(),
            literal: Some(literal),
        }
    }
}

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Find)
    }
}

struct Find;

impl<'de> Visitor<'de> for Find {
    type Value = Strict;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Strict, E> {
        Ok(if value {
            Strict::literal(Literal::True)
        } else {
            Strict::default()
        })
    }

    #[expect(clippy::cast_precision_loss, reason = "JavaScript reads it so")]
    fn visit_u64<E>(self, value: u64) -> Result<Strict, E> {
        Ok(Strict::literal(Literal::Number(value as f64)))
    }

    #[expect(clippy::cast_precision_loss, reason = "JavaScript reads it so")]
    fn visit_i64<E>(self, value: i64) -> Result<Strict, E> {
        Ok(Strict::literal(Literal::Number(value as f64)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Strict, E> {
        Ok(Strict::literal(Literal::Number(value)))
    }

    fn visit_str<E>(self, _: &str) -> Result<Strict, E> {
        Ok(Strict::default())
    }

    fn visit_unit<E>(self) -> Result<Strict, E> {
        Ok(Strict::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Strict, A::Error> {
        let mut found = Strict::default();
        while let Some(element) = array.next_element::<Strict>()? {
            found.placeholders.extend(element.placeholders);
        }
        Ok(found)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Strict, A::Error> {
        let mut found = Strict::default();
        let (mut placeholder, mut number) = (None, None);
        while let Some((key, value)) = object.next_entry::<String, Strict>()? {
            found.placeholders.extend(value.placeholders);
            match &*key {
                "_placeholder" => placeholder = value.literal,
                "num" => number = value.literal,
                _ => {}
            }
        }
        if placeholder == Some(Literal::True) {
            found.placeholders.push(match number {
                Some(Literal::Number(number)) => Some(number),
                _ => None,
            });
        }
        Ok(found)
    }
}

/// What a packet says, with copies of everything.
#[derive(Debug)]
struct Model {
    kind: Kind,
    attachments: usize,
    namespace: String,
    id: Option<u64>,
    data: Option<String>,
    /// The elements of an array.
    elements: Vec<String>,
}

impl Model {
    fn parse(text: &str, max_attachments: usize) -> Result<Self, PacketError> {
        let mut characters = text.chars().peekable();
        let (kind, binary) = match characters.next() {
            Some('0') => (Kind::Connect, false),
            Some('1') => (Kind::Disconnect, false),
            Some('2') => (Kind::Event, false),
            Some('3') => (Kind::Ack, false),
            Some('4') => (Kind::ConnectError, false),
            Some('5') => (Kind::Event, true),
            Some('6') => (Kind::Ack, true),
            _ => return Err(PacketError::UnknownType),
        };
        let digits = |characters: &mut Peekable<Chars<'_>>| {
            let mut digits = String::new();
            while let Some(digit) = characters.next_if(char::is_ascii_digit) {
                digits.push(digit);
            }
            digits
        };
        let mut attachments = 0;
        if binary {
            let number = digits(&mut characters);
            if number.is_empty() || characters.next() != Some('-') {
                return Err(PacketError::IllegalAttachments);
            }
            attachments = match number.trim_start_matches('0') {
                "" => return Err(PacketError::IllegalAttachments),
                number if number.len() > 3 => return Err(PacketError::TooManyAttachments),
                number => number.parse().expect("three digits"),
            };
            if attachments > max_attachments {
                return Err(PacketError::TooManyAttachments);
            }
        }
        let mut namespace = "/".to_owned();
        if characters.peek() == Some(&'/') {
            namespace = characters.by_ref().take_while(|&character| character != ',').collect();
        }
        let id = match &*digits(&mut characters) {
            "" => None,
            number => match number.trim_start_matches('0') {
                "" => Some(0),
                number if number.len() > 20 => return Err(PacketError::IllegalId),
                number => {
                    let number: u128 = number.parse().expect("twenty digits");
                    Some(u64::try_from(number).map_err(|_| PacketError::IllegalId)?)
                }
            },
        };
        let data: String = characters.collect();
        let mut model = Self {
            kind,
            attachments,
            namespace,
            id,
            data: None,
            elements: Vec::new(),
        };
        if !data.is_empty() {
            model.elements = elements(kind, &data)?;
            model.data = Some(data);
        }
        Ok(model)
    }

    fn assert_is(&self, packet: &Packet<'_>) {
        assert_eq!(packet.kind, self.kind);
        assert_eq!(packet.attachments, self.attachments);
        assert_eq!(packet.namespace, self.namespace);
        assert_eq!(packet.id, self.id);
        assert_eq!(packet.data, self.data.as_deref());
        let mut elements = &self.elements[..];
        if self.kind == Kind::Event && packet.data.is_some() {
            let (name, arguments) = elements.split_first().expect("an event has a name");
            let given = packet.name.as_deref().expect("an event has a name");
            match serde_json::from_str::<Value>(name) {
                Ok(Value::String(name)) => assert_eq!(given, name),
                Ok(_) => assert_eq!(given, name),
                // Half of a surrogate pair, or a number that Rust has no type for.
                Err(_) => assert!(given == name || name.contains("\\u")),
            }
            elements = arguments;
        }
        assert_eq!(arguments(packet), elements);
    }
}

fn arguments<'a>(packet: &Packet<'a>) -> Vec<&'a str> {
    let data = packet.data.unwrap_or_default();
    packet
        .spans
        .iter()
        .map(|span| &data[span.start as usize..span.end as usize])
        .collect()
}

/// The elements of the array that events and acknowledgements must have; of the others nothing.
fn elements(kind: Kind, data: &str) -> Result<Vec<String>, PacketError> {
    let invalid = PacketError::InvalidPayload;
    serde_json::from_str::<IgnoredAny>(data).map_err(|_| invalid)?;
    let first = data.trim_start().chars().next().ok_or(invalid)?;
    match (kind, first) {
        (Kind::Connect | Kind::ConnectError, '{') | (Kind::ConnectError, '"') => return Ok(Vec::new()),
        (Kind::Event | Kind::Ack, '[') => {}
        _ => return Err(invalid),
    }
    let elements: Vec<&RawValue> = serde_json::from_str(data).expect("an array");
    let elements: Vec<_> = elements.iter().map(|element| element.get().to_owned()).collect();
    if kind == Kind::Event {
        let name = elements.first().ok_or(invalid)?;
        match name.as_bytes()[0] {
            b'"' => {}
            b'-' | b'0'..=b'9' => return Ok(elements),
            _ => return Err(invalid),
        }
        if let Ok(name) = serde_json::from_str::<String>(name)
            && RESERVED.contains(&&*name)
        {
            return Err(PacketError::ReservedName);
        }
    }
    Ok(elements)
}

/// What the server would pass on is what it got.
fn again(packet: &Packet<'_>, max_attachments: usize) {
    let attachments: Vec<_> = (0..packet.attachments)
        .map(|at| Bytes::from(vec![b'a'; at * 60]))
        .collect();
    let args = packet.args(attachments.clone());
    let id = packet.id.unwrap_or_default();
    let sent = match (packet.kind, packet.data) {
        (Kind::Event, Some(_)) => {
            let name = packet.name.as_deref().expect("an event has a name");
            encode_event(packet.namespace, packet.id, name, &args).expect("a name that is not reserved")
        }
        (Kind::Ack, Some(_)) => encode_ack(packet.namespace, id, &args),
        (Kind::Event | Kind::Ack, None) => return,
        (Kind::Connect, _) => encode_connect(packet.namespace, "lv_VI97HAXpY6yYWAAAC"),
        (Kind::ConnectError, data) => encode_connect_error(
            packet.namespace,
            "refused",
            data.and_then(|data| serde_json::from_str(data).ok()).as_ref(),
        ),
        (Kind::Disconnect, _) => encode_disconnect(packet.namespace),
    };
    let mut frames = split_encoded(&sent);
    let (opcode, text) = frames.next().expect("a frame");
    assert_eq!(opcode, frame::TEXT);
    let text = str::from_utf8(text)
        .expect("a packet is text")
        .strip_prefix('4')
        .expect("a message");
    let again = decode(text, max_attachments).expect("a packet");
    assert_eq!(again.kind, packet.kind);
    assert_eq!(again.namespace, packet.namespace);
    if matches!(packet.kind, Kind::Event | Kind::Ack) {
        assert_eq!(again.id.unwrap_or_default(), id);
        assert_eq!(again.name, packet.name);
        assert_eq!(again.attachments, packet.attachments);
        assert_eq!(arguments(&again), arguments(packet));
    }
    let binary: Vec<_> = frames.collect();
    let expected: Vec<_> = attachments.iter().map(|data| (frame::BINARY, &data[..])).collect();
    assert_eq!(binary, expected, "attachments");
}

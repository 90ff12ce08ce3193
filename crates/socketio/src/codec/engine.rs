//! Engine.IO packets and polling payloads, protocol revision 4.

use base64::{
    Engine as _,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose},
};

/// Between the packets of a polling payload.
pub const SEPARATOR: u8 = 0x1E;

/// Padding is optional and the last bits are free, as in browsers and in Node.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// A packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Packet<'a> {
    /// Opens a session; only servers send it.
    Open(&'a str),
    /// Ends the session.
    Close,
    /// A heartbeat, or a probe.
    Ping(&'a str),
    /// The answer.
    Pong(&'a str),
    /// Text for the layer above.
    Text(&'a str),
    /// Bytes for the layer above.
    Binary(Vec<u8>),
    /// Ends an upgrade.
    Upgrade,
    /// Nothing; ends a poll.
    Noop,
}

/// Not a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PacketError {
    /// It is empty.
    #[error("an empty packet")]
    Empty,
    /// There is no such type.
    #[error("an unknown packet type")]
    UnknownType,
    /// What follows `b` is not base64.
    #[error("binary that is not base64")]
    Base64,
    /// The payload is not UTF-8.
    #[error("text that is not UTF-8")]
    Utf8,
}

/// Decodes a packet that came as text: a WebSocket text message, or a part of a polling payload (where `binary_as_base64` is so, and `b`
/// starts binary data).
pub fn decode(text: &str, binary_as_base64: bool) -> Result<Packet<'_>, PacketError> {
    let mut characters = text.chars();
    let kind = characters.next().ok_or(PacketError::Empty)?;
    let data = characters.as_str();
    Ok(match kind {
        '0' => Packet::Open(data),
        '1' => Packet::Close,
        '2' => Packet::Ping(data),
        '3' => Packet::Pong(data),
        '4' => Packet::Text(data),
        '5' => Packet::Upgrade,
        '6' => Packet::Noop,
        'b' if binary_as_base64 => Packet::Binary(LENIENT.decode(data).map_err(|_| PacketError::Base64)?),
        _ => return Err(PacketError::UnknownType),
    })
}

/// The packets of a polling payload, in order. The first that is none ends it.
pub fn decode_payload(body: &[u8]) -> impl Iterator<Item = Result<Packet<'_>, PacketError>> {
    let text = str::from_utf8(body).map_err(|_| PacketError::Utf8);
    let mut rest = Some(text);
    std::iter::from_fn(move || match rest.take()? {
        Err(error) => Some(Err(error)),
        Ok(text) => {
            let (packet, after) = match memchr::memchr(SEPARATOR, text.as_bytes()) {
                Some(at) => (&text[..at], Some(Ok(&text[at + 1..]))),
                None => (text, None),
            };
            let packet = decode(packet, true);
            if packet.is_ok() {
                rest = after;
            }
            Some(packet)
        }
    })
}

/// Appends a packet to a payload.
pub fn encode(out: &mut Vec<u8>, packet: &Packet<'_>) {
    match packet {
        Packet::Open(data) => encode_text(out, b'0', data),
        Packet::Close => encode_text(out, b'1', ""),
        Packet::Ping(data) => encode_text(out, b'2', data),
        Packet::Pong(data) => encode_text(out, b'3', data),
        Packet::Text(data) => encode_text(out, b'4', data),
        Packet::Upgrade => encode_text(out, b'5', ""),
        Packet::Noop => encode_text(out, b'6', ""),
        Packet::Binary(data) => {
            separate(out);
            push_base64(out, data);
        }
    }
}

fn encode_text(out: &mut Vec<u8>, kind: u8, data: &str) {
    separate(out);
    out.push(kind);
    out.extend_from_slice(data.as_bytes());
}

/// Appends a packet that is text already, type included.
pub(crate) fn push_text(out: &mut Vec<u8>, packet: &[u8]) {
    separate(out);
    out.extend_from_slice(packet);
}

/// Appends binary data.
pub(crate) fn push_binary(out: &mut Vec<u8>, data: &[u8]) {
    separate(out);
    push_base64(out, data);
}

fn separate(out: &mut Vec<u8>) {
    if !out.is_empty() {
        out.push(SEPARATOR);
    }
}

fn push_base64(out: &mut Vec<u8>, data: &[u8]) {
    out.push(b'b');
    let start = out.len();
    out.resize(start + data.len().div_ceil(3) * 4, 0);
    let written = general_purpose::STANDARD
        .encode_slice(data, &mut out[start..])
        .expect("4 characters hold 3 bytes");
    out.truncate(start + written);
}

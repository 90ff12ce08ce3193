//! Packets as a server writes them, ready for every recipient: in their WebSocket frames.

use bytes::Bytes;
use serde::Serialize;

use super::RESERVED;
use crate::{Args, SendError, codec::frame};

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
pub fn encode_event_value(
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
pub fn encode_event(namespace: &str, id: Option<u64>, name: &str, args: &Args) -> Result<Bytes, SendError> {
    let mut packet = event(namespace, id, name, args.attachments().len())?;
    packet.args(args, true);
    packet.buffer.push(b']');
    Ok(packet.finish(args.attachments()))
}

/// An acknowledgement with one argument.
pub fn encode_ack_value(namespace: &str, id: u64, value: &(impl Serialize + ?Sized)) -> Result<Bytes, SendError> {
    let mut packet = Builder::new(b'3', namespace, 0, Some(id));
    packet.buffer.push(b'[');
    packet.json(value)?;
    packet.buffer.push(b']');
    Ok(packet.finish(&[]))
}

/// An acknowledgement with any arguments.
#[must_use]
pub fn encode_ack(namespace: &str, id: u64, args: &Args) -> Bytes {
    let attachments = args.attachments();
    let kind = if attachments.is_empty() { b'3' } else { b'6' };
    let mut packet = Builder::new(kind, namespace, attachments.len(), Some(id));
    packet.buffer.push(b'[');
    packet.args(args, false);
    packet.buffer.push(b']');
    packet.finish(attachments)
}

/// The reply to a CONNECT.
#[must_use]
#[expect(clippy::missing_panics_doc, reason = "a string always has JSON")]
pub fn encode_connect(namespace: &str, sid: &str) -> Bytes {
    #[derive(Serialize)]
    struct Connected<'a> {
        sid: &'a str,
    }
    let mut packet = Builder::new(b'0', namespace, 0, None);
    packet.json(&Connected { sid }).expect("a string has JSON");
    packet.finish(&[])
}

/// The refusal of a CONNECT.
#[must_use]
#[expect(clippy::missing_panics_doc, reason = "strings and values always have JSON")]
pub fn encode_connect_error(namespace: &str, message: &str, data: Option<&serde_json::Value>) -> Bytes {
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
#[must_use]
pub fn encode_disconnect(namespace: &str) -> Bytes {
    Builder::new(b'1', namespace, 0, None).finish(&[])
}

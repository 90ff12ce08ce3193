//! Frames as a server writes them: whole, and without a mask.

use super::{CLOSE, FIN, PONG};

/// Bytes of the longest header that a server writes.
pub const MAX_HEADER: usize = 10;

/// The header of an unfragmented frame from a server, at the end of the array, and where in the array it begins.
#[expect(
    clippy::cast_possible_truncation,
    reason = "each length is written in the size that holds it"
)]
fn header(opcode: u8, length: usize) -> ([u8; MAX_HEADER], usize) {
    let mut bytes = [0; MAX_HEADER];
    let start = match length {
        0..=125 => {
            bytes[9] = length as u8;
            8
        }
        126..=0xFFFF => {
            bytes[7] = 126;
            bytes[8..].copy_from_slice(&(length as u16).to_be_bytes());
            6
        }
        _ => {
            bytes[1] = 127;
            bytes[2..].copy_from_slice(&(length as u64).to_be_bytes());
            0
        }
    };
    bytes[start] = FIN | opcode;
    (bytes, start)
}

/// Appends an unfragmented frame from a server.
pub fn encode(out: &mut Vec<u8>, opcode: u8, payload: &[u8]) {
    let (bytes, start) = header(opcode, payload.len());
    out.extend_from_slice(&bytes[start..]);
    out.extend_from_slice(payload);
}

/// Writes the header of a frame in front of its payload, which begins [`MAX_HEADER`] bytes into `buffer` and goes to its end. Answers
/// where the frame begins.
pub fn encode_in_front(buffer: &mut [u8], opcode: u8, end: usize) -> usize {
    let (bytes, start) = header(opcode, end - MAX_HEADER);
    buffer[..MAX_HEADER].copy_from_slice(&bytes);
    start
}

/// A close frame from a server, without a code where `code` is none.
#[must_use]
pub fn close(code: Option<u16>) -> Vec<u8> {
    let mut out = Vec::with_capacity(4);
    match code {
        Some(code) => encode(&mut out, CLOSE, &code.to_be_bytes()),
        None => encode(&mut out, CLOSE, &[]),
    }
    out
}

/// The pong that answers a ping.
#[must_use]
pub fn pong(payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(2 + payload.len());
    encode(&mut out, PONG, payload);
    out
}

/// The frames of a queue, which holds only what this module encoded: opcode and payload of each.
pub fn split_encoded(mut bytes: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    std::iter::from_fn(move || {
        let &[first, second, ref rest @ ..] = bytes else {
            return None;
        };
        let (length, rest) = match second {
            126 => {
                let (length, rest) = rest.split_first_chunk::<2>()?;
                (usize::from(u16::from_be_bytes(*length)), rest)
            }
            127 => {
                let (length, rest) = rest.split_first_chunk::<8>()?;
                (usize::try_from(u64::from_be_bytes(*length)).ok()?, rest)
            }
            length => (usize::from(length), rest),
        };
        let (payload, rest) = rest.split_at_checked(length)?;
        bytes = rest;
        Some((first & 0xF, payload))
    })
}

//! Frames and packets, as bytes: just enough of RFC 6455, Engine.IO and Socket.IO to be a client that costs little.

use std::sync::LazyLock;

use memchr::memmem::{self, Finder};

/// The mask of every frame. A real client draws a new one each time, which protects proxies and costs the server nothing.
const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];
/// Digits of the slot and of the time in a message's text.
const SLOT_DIGITS: usize = 6;
const TIME_DIGITS: usize = 16;
/// Characters of a message's text at least: `slot:time:`.
pub(crate) const STAMP: usize = SLOT_DIGITS + TIME_DIGITS + 2;

static TEXT: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("\"msg\":\""));

/// The request that opens a WebSocket.
pub(crate) const UPGRADE: &[u8] = b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\n\
    Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/// Appends a masked text frame.
pub(crate) fn frame(out: &mut Vec<u8>, payload: &[u8]) {
    out.push(0x81);
    match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
        (Ok(short), _) if short < 126 => out.push(0x80 | short),
        (_, Ok(medium)) => {
            out.push(0xfe);
            out.extend_from_slice(&medium.to_be_bytes());
        }
        _ => {
            out.push(0xff);
            out.extend_from_slice(&(payload.len() as u64).to_be_bytes());
        }
    }
    out.extend_from_slice(&MASK);
    out.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
}

/// The first frame of `bytes`, if it is there whole: its opcode, its payload, and its length with the head. Servers do
/// not mask, and those under test do not fragment.
pub(crate) fn next_frame(bytes: &[u8]) -> Option<(u8, &[u8], usize)> {
    let (head, length): (usize, usize) = match *bytes.get(1)? {
        126 => (4, usize::from(u16::from_be_bytes([*bytes.get(2)?, *bytes.get(3)?]))),
        127 => {
            let length: [u8; 8] = bytes.get(2..10)?.try_into().ok()?;
            (10, usize::try_from(u64::from_be_bytes(length)).ok()?)
        }
        short => (2, usize::from(short)),
    };
    let payload = bytes.get(head..head.checked_add(length)?)?;
    Some((bytes[0] & 0xf, payload, head + length))
}

/// The text of a message: which one it is, when it was sent (nanoseconds of the generator's clock), and padding.
pub(crate) fn stamp(slot: u32, nanos: u64, length: usize) -> String {
    let mut text = format!("{slot:06}:{nanos:016}:");
    text.extend(std::iter::repeat_n('x', length.saturating_sub(STAMP)));
    text
}

/// Slot and time out of the text of a message that came back.
pub(crate) fn read_stamp(packet: &[u8]) -> Option<(u32, u64)> {
    let start = TEXT.find(packet)? + TEXT.needle().len();
    let text = packet.get(start..start + STAMP)?;
    let slot = u32::try_from(number(&text[..SLOT_DIGITS])?).ok()?;
    Some((slot, number(&text[SLOT_DIGITS + 1..STAMP - 1])?))
}

/// Decimal digits at the front, as a number.
pub(crate) fn leading(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (front, rest) = bytes.split_at(digits);
    Some((number(front)?, rest))
}

/// The numbers of all fields of this name, in the order in which they stand.
pub(crate) fn fields<'a>(json: &'a [u8], name: &'a str) -> impl Iterator<Item = u64> + 'a {
    memmem::find_iter(json, name).filter_map(move |at| leading(&json[at + name.len()..]).map(|(value, _)| value))
}

fn number(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || digits.len() > 18 {
        return None;
    }
    digits.iter().try_fold(0, |sum: u64, byte| {
        byte.is_ascii_digit().then(|| sum * 10 + u64::from(byte - b'0'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_comes_back_out_of_a_message() {
        let text = stamp(7, 123_456_789, 64);
        assert_eq!(text.len(), 64);
        let packet = format!("42[\"RecievedMsg\",{{\"id\":\"1\",\"msg\":\"{text}\"}}]");
        assert_eq!(read_stamp(packet.as_bytes()), Some((7, 123_456_789)));
        assert_eq!(read_stamp(b"42[\"RecievedMsg\",{\"msg\":\"hello\"}]"), None);
    }

    #[test]
    fn frames_of_every_length_are_found_and_halves_are_not() {
        for length in [0, 125, 126, 65_535, 65_536] {
            let mut head = vec![0x81];
            match length {
                0..126 => head.push(u8::try_from(length).unwrap()),
                126..65_536 => {
                    head.push(126);
                    head.extend(u16::try_from(length).unwrap().to_be_bytes());
                }
                _ => {
                    head.push(127);
                    head.extend((length as u64).to_be_bytes());
                }
            }
            let mut bytes = head.clone();
            bytes.extend(std::iter::repeat_n(b'a', length));
            let (opcode, payload, used) = next_frame(&bytes).unwrap();
            assert_eq!((opcode, payload.len(), used), (1, length, bytes.len()));
            assert!(next_frame(&bytes[..bytes.len() - 1]).is_none());
        }
    }

    #[test]
    fn every_number_of_a_name_is_found() {
        let json = br#"{"sequence":1,"lastSequence":9,"x":[{"sequence":2}]}"#;
        assert_eq!(fields(json, "\"sequence\":").collect::<Vec<_>>(), [1, 2]);
    }
}

//! Engine.IO packets, alone and in polling payloads.
//!
//! The input is a payload; it is also read as a list of packets that are encoded.
#![no_main]

use arbitrary::{Arbitrary, Unstructured};
use libfuzzer_sys::fuzz_target;
use peak_alloc::PeakAlloc;
use socketio::codec::engine::{Packet, SEPARATOR, decode, decode_payload, encode};

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

fuzz_target!(|body: &[u8]| {
    payload(body);
    packet(body);
    if let Ok(packets) = Vec::<Sent>::arbitrary(&mut Unstructured::new(body)) {
        sent(&packets);
    }
});

/// The packets of a payload are its parts, in order and no more of them, until one is none.
fn payload(body: &[u8]) {
    // Nothing is set aside for packets that are not asked for.
    let before = ALLOCATED.current_usage();
    ALLOCATED.reset_peak_usage();
    let count = decode_payload(body).count();
    let used = ALLOCATED.peak_usage().saturating_sub(before);
    assert!(used <= body.len() + 64, "{used} bytes for a payload of {}", body.len());
    assert!(count <= body.len() + 1, "{count} packets in {} bytes", body.len());

    let mut packets = Vec::new();
    let mut failed = false;
    let mut parts = body.split(|&byte| byte == SEPARATOR);
    for packet in decode_payload(body) {
        assert!(!failed, "a packet after an error");
        let part = parts.next().expect("more packets than parts");
        match packet {
            Ok(packet) => {
                check(part, &packet);
                packets.push(packet);
            }
            Err(_) => failed = true,
        }
    }
    if failed {
        return;
    }
    assert!(parts.next().is_none(), "a part is missing");
    let encoded = encode_all(&packets);
    let again: Vec<_> = decode_payload(&encoded).collect();
    assert_eq!(again, packets.iter().cloned().map(Ok).collect::<Vec<_>>());
}

/// What a packet says is what stands in its part.
fn check(part: &[u8], packet: &Packet<'_>) {
    let (kind, data) = part.split_first().expect("an empty part is no packet");
    match (kind, packet) {
        (b'0', Packet::Open(text))
        | (b'2', Packet::Ping(text))
        | (b'3', Packet::Pong(text))
        | (b'4', Packet::Text(text)) => assert_eq!(text.as_bytes(), data),
        (b'1', Packet::Close) | (b'5', Packet::Upgrade) | (b'6', Packet::Noop) => {}
        (b'b', Packet::Binary(bytes)) => assert_eq!(Some(bytes), base64(data).as_ref(), "{data:?}"),
        _ => panic!("{packet:?} from {part:?}"),
    }
}

/// A text message of a WebSocket: the same but for binary data, which comes in messages of its own there.
fn packet(body: &[u8]) {
    let Ok(text) = str::from_utf8(body) else { return };
    let plain = decode(text, false);
    assert!(!matches!(plain, Ok(Packet::Binary(_))));
    match decode(text, true) {
        Ok(Packet::Binary(bytes)) => assert_eq!(Some(&bytes), base64(&body[1..]).as_ref()),
        other if text.starts_with('b') => {
            assert!(other.is_err());
            assert_eq!(base64(&body[1..]), None, "base64 that was refused");
        }
        other => assert_eq!(other, plain),
    }
}

/// Base64 with or without padding or a part of it, whatever the bits after the last byte are, and nothing that is not of its alphabet.
fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let end = text.iter().position(|&byte| byte == b'=').unwrap_or(text.len());
    let (text, padding) = text.split_at(end);
    let legal = match text.len() % 4 {
        0 => padding.is_empty(),
        2 => matches!(padding, b"" | b"=" | b"=="),
        3 => matches!(padding, b"" | b"="),
        _ => false,
    };
    if !legal {
        return None;
    }
    let mut bytes = Vec::new();
    for group in text.chunks(4) {
        let mut bits = 0_u32;
        for at in 0..4 {
            let value = match group.get(at).copied() {
                None => 0,
                Some(byte @ b'A'..=b'Z') => byte - b'A',
                Some(byte @ b'a'..=b'z') => byte - b'a' + 26,
                Some(byte @ b'0'..=b'9') => byte - b'0' + 52,
                Some(b'+') => 62,
                Some(b'/') => 63,
                Some(_) => return None,
            };
            bits = bits << 6 | u32::from(value);
        }
        bytes.extend_from_slice(&bits.to_be_bytes()[1..group.len()]);
    }
    Some(bytes)
}

/// A packet that a server might send.
#[derive(Debug, Arbitrary)]
enum Sent<'a> {
    Open(&'a str),
    Close,
    Ping(&'a str),
    Pong(&'a str),
    Text(&'a str),
    Binary(&'a [u8]),
    Upgrade,
    Noop,
}

/// What is encoded is decoded again. Text with a separator in it cannot be: the JSON above never has one.
fn sent<'a>(packets: &[Sent<'a>]) {
    let whole = |text: &&'a str| (!text.as_bytes().contains(&SEPARATOR)).then_some(*text);
    let packets: Vec<_> = packets
        .iter()
        .filter_map(|packet| {
            Some(match packet {
                Sent::Open(text) => Packet::Open(whole(text)?),
                Sent::Close => Packet::Close,
                Sent::Ping(text) => Packet::Ping(whole(text)?),
                Sent::Pong(text) => Packet::Pong(whole(text)?),
                Sent::Text(text) => Packet::Text(whole(text)?),
                Sent::Binary(data) => Packet::Binary(data.to_vec()),
                Sent::Upgrade => Packet::Upgrade,
                Sent::Noop => Packet::Noop,
            })
        })
        .collect();
    if packets.is_empty() {
        return;
    }
    let encoded = encode_all(&packets);
    let decoded: Vec<_> = decode_payload(&encoded).collect();
    assert_eq!(decoded, packets.into_iter().map(Ok).collect::<Vec<_>>());
}

fn encode_all(packets: &[Packet<'_>]) -> Vec<u8> {
    let mut out = Vec::new();
    for packet in packets {
        encode(&mut out, packet);
    }
    out
}

//! The formats against random input, and frames against an independent implementation.

use std::io::{Cursor, Read, Write};

use proptest::prelude::*;
use socketio::codec::{
    engine::{self, Packet},
    frame::{self, Decoder, FrameError, Message},
    socket::{self, Kind},
};
use tungstenite::protocol::{Role, WebSocket, WebSocketConfig};

use crate::client;

/// What a decoder makes of some bytes, owned.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Owned {
    Text(String),
    Binary(Vec<u8>),
    Ping(Vec<u8>),
    Pong(Vec<u8>),
    Close(Option<u16>),
    Error(FrameError),
}

fn decode(pieces: &[&[u8]], limit: usize) -> Vec<Owned> {
    let mut decoder = Decoder::new(limit);
    let mut messages = Vec::new();
    for piece in pieces {
        let mut piece = piece.to_vec();
        let mut input = piece.as_mut_slice();
        loop {
            match decoder.next(&mut input) {
                Ok(Some(message)) => messages.push(match message {
                    Message::Text(text) => Owned::Text(text.to_owned()),
                    Message::Binary(data) => Owned::Binary(data.to_vec()),
                    Message::Ping(data) => Owned::Ping(data.to_vec()),
                    Message::Pong(data) => Owned::Pong(data.to_vec()),
                    Message::Close(code) => Owned::Close(code),
                }),
                Ok(None) => break,
                Err(error) => {
                    messages.push(Owned::Error(error));
                    return messages;
                }
            }
        }
        assert!(input.is_empty(), "all input is taken");
    }
    messages
}

/// A stream of frames of every kind: mostly legal.
fn frames() -> impl Strategy<Value = Vec<u8>> {
    let one = prop_oneof![
        8 => (prop_oneof![Just(0x81_u8), Just(0x82)], "[a-z\u{e9}\u{1F600}]{0,80}").prop_map(|(first, text)| client::frame(first, text.as_bytes())),
        2 => (0_usize..70_000).prop_map(|size| client::frame(0x82, &vec![7; size])),
        2 => (prop_oneof![Just(0x89_u8), Just(0x8A)], proptest::collection::vec(any::<u8>(), 0..125)).prop_map(|(first, data)| client::frame(first, &data)),
        3 => ("[a-z\u{e9}]{0,20}", "[a-z\u{e9}]{0,20}", any::<bool>()).prop_map(|(start, end, ping)| {
            let mut frames = client::frame(0x01, start.as_bytes());
            if ping {
                frames.extend(client::frame(0x89, b"between"));
            }
            frames.extend(client::frame(0x00, b""));
            frames.extend(client::frame(0x80, end.as_bytes()));
            frames
        }),
        1 => any::<(u8, Vec<u8>)>().prop_map(|(first, data)| client::frame(first, &data[..data.len().min(40)])),
        1 => proptest::collection::vec(any::<u8>(), 0..20),
    ];
    proptest::collection::vec(one, 0..12).prop_map(|frames| frames.concat())
}

/// Reads from memory and takes what is written.
struct Tape(Cursor<Vec<u8>>);

impl Read for Tape {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match self.0.read(buffer)? {
            0 if !buffer.is_empty() => Err(std::io::ErrorKind::WouldBlock.into()),
            read => Ok(read),
        }
    }
}

impl Write for Tape {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What tungstenite makes of the same bytes; `None` stands for any error. Then whether that error was text that is no UTF-8.
fn oracle(bytes: &[u8], role: Role, limit: usize) -> (Vec<Option<Owned>>, bool) {
    let config = WebSocketConfig::default()
        .max_message_size(Some(limit))
        .max_frame_size(Some(limit));
    let mut socket = WebSocket::from_raw_socket(Tape(Cursor::new(bytes.to_vec())), role, Some(config));
    let mut messages = Vec::new();
    loop {
        messages.push(Some(match socket.read() {
            Ok(tungstenite::Message::Text(text)) => Owned::Text(text.to_string()),
            Ok(tungstenite::Message::Binary(data)) => Owned::Binary(data.to_vec()),
            Ok(tungstenite::Message::Ping(data)) => Owned::Ping(data.to_vec()),
            Ok(tungstenite::Message::Pong(data)) => Owned::Pong(data.to_vec()),
            Ok(tungstenite::Message::Close(close)) => {
                messages.push(Some(Owned::Close(close.map(|close| close.code.into()))));
                return (messages, false);
            }
            Ok(tungstenite::Message::Frame(_)) => unreachable!("not read"),
            Err(tungstenite::Error::Io(error)) if error.kind() == std::io::ErrorKind::WouldBlock => {
                return (messages, false);
            }
            Err(error) => {
                messages.push(None);
                return (messages, matches!(error, tungstenite::Error::Utf8(_)));
            }
        }));
    }
}

const LIMIT: usize = 100_000;

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn frames_mean_the_same_wherever_they_are_cut(bytes in frames(), cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..6)) {
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        cuts.sort_unstable();
        let mut pieces = Vec::new();
        let mut start = 0;
        for cut in cuts {
            pieces.push(&bytes[start..cut]);
            start = cut;
        }
        pieces.push(&bytes[start..]);
        prop_assert_eq!(decode(&pieces, LIMIT), decode(&[&bytes], LIMIT));
    }

    #[test]
    fn frames_mean_what_they_mean_to_others(bytes in frames()) {
        let mut ours: Vec<Option<Owned>> =
            decode(&[&bytes], LIMIT).into_iter().map(|message| if matches!(message, Owned::Error(_)) { None } else { Some(message) }).collect();
        let (mut theirs, bad_text) = oracle(&bytes, Role::Server, LIMIT);
        // After a close frame nothing counts; and there the other one answers some bad codes instead of refusing them.
        for messages in [&mut ours, &mut theirs] {
            if let Some(end) = messages.iter().position(|message| matches!(message, None | Some(Owned::Close(_)))) {
                messages.truncate(end);
                messages.push(None);
            }
        }
        // We refuse a header as soon as it is wrong, the other one when it is complete; and the other one finds bad UTF-8 in a fragment
        // when the fragment ends, we when the message does. What comes before is the same.
        if ours.last() == Some(&None) {
            ours.pop();
            let refused = theirs.last() == Some(&None);
            if refused {
                theirs.pop();
            }
            prop_assert!(theirs == ours || refused && ours.starts_with(&theirs), "{:?} and {:?}", ours, theirs);
        } else if bad_text {
            // A message that has not ended: we are still to find out.
            theirs.pop();
            prop_assert!(ours.starts_with(&theirs), "{:?} and {:?}", ours, theirs);
        } else {
            prop_assert_eq!(ours, theirs);
        }
    }

    #[test]
    fn others_read_what_we_write(messages in proptest::collection::vec((any::<bool>(), "[a-z\u{e9}]{0,300}"), 0..8), size in 0_usize..70_000) {
        let mut bytes = Vec::new();
        let mut expected = Vec::new();
        for (binary, text) in messages {
            if binary {
                frame::encode(&mut bytes, frame::BINARY, text.as_bytes());
                expected.push(Some(Owned::Binary(text.into_bytes())));
            } else {
                frame::encode(&mut bytes, frame::TEXT, text.as_bytes());
                expected.push(Some(Owned::Text(text)));
            }
        }
        frame::encode(&mut bytes, frame::BINARY, &vec![1; size]);
        expected.push(Some(Owned::Binary(vec![1; size])));
        bytes.extend(frame::pong(b"x"));
        expected.push(Some(Owned::Pong(b"x".to_vec())));
        bytes.extend(frame::close(Some(1001)));
        expected.push(Some(Owned::Close(Some(1001))));
        prop_assert_eq!(oracle(&bytes, Role::Client, LIMIT).0, expected);
    }

    #[test]
    fn a_frame_may_be_written_in_front_of_its_payload(size in prop_oneof![0_usize..300, 65_000_usize..66_000]) {
        let mut buffer = vec![0; frame::MAX_HEADER + size];
        let end = buffer.len();
        let start = frame::encode_in_front(&mut buffer, frame::TEXT, end);
        let mut expected = Vec::new();
        frame::encode(&mut expected, frame::TEXT, &vec![0; size]);
        prop_assert_eq!(&buffer[start..], &expected[..]);
    }

    #[test]
    fn masking_is_its_own_inverse_wherever_it_begins(data in proptest::collection::vec(any::<u8>(), 0..100), mask: [u8; 4], cut: prop::sample::Index) {
        let mut masked = data.clone();
        frame::unmask(&mut masked, mask, 0);
        let cut = cut.index(data.len() + 1);
        let (front, back) = masked.split_at_mut(cut);
        frame::unmask(front, mask, 0);
        frame::unmask(back, mask, cut);
        prop_assert_eq!(masked, data);
    }

    #[test]
    fn payloads_come_back(packets in proptest::collection::vec((0_u8..8, "[^\u{1E}]{0,20}", proptest::collection::vec(any::<u8>(), 0..20)), 1..8)) {
        let packets: Vec<Packet<'_>> = packets.iter().map(|(kind, text, data)| match kind {
            0 => Packet::Open(text),
            1 => Packet::Close,
            2 => Packet::Ping(text),
            3 => Packet::Pong(text),
            4 => Packet::Text(text),
            5 => Packet::Upgrade,
            6 => Packet::Noop,
            _ => Packet::Binary(data.clone()),
        }).collect();
        let mut payload = Vec::new();
        for packet in &packets {
            engine::encode(&mut payload, packet);
        }
        let decoded: Result<Vec<_>, _> = engine::decode_payload(&payload).collect();
        prop_assert_eq!(decoded.unwrap(), packets);
    }

    #[test]
    fn no_bytes_make_a_decoder_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in ".{0,60}", packet in "[0-7]([0-9]{1,3}-)?(/[a-z]{0,4},)?[0-9]{0,4}[\\[\\]{}\",:0-9a-z\\\\]{0,30}") {
        decode(&[&bytes], 50);
        engine::decode_payload(&bytes).count();
        for text in [&text, &packet] {
            let _ = engine::decode(text, true);
            if let Ok(packet) = socket::decode(text, 10)
                && let Some(data) = packet.data
                && packet.kind != Kind::Disconnect
            {
                prop_assert!(serde_json::from_str::<serde::de::IgnoredAny>(data).is_ok());
                let _ = socket::check_placeholders(data, packet.attachments);
            }
        }
    }
}

#[test]
fn packets_are_taken_apart() {
    let packet = socket::decode(r#"51-/admin,456["project:delete",{"a":[1,"]"]}, 7 ]"#, 10).unwrap();
    assert_eq!(
        (packet.kind, packet.attachments, packet.namespace, packet.id),
        (Kind::Event, 1, "/admin", Some(456))
    );
    assert_eq!(packet.name.as_deref(), Some("project:delete"));
    let data = packet.data.unwrap();
    let args: Vec<&str> = packet
        .spans
        .iter()
        .map(|span| &data[span.start as usize..span.end as usize])
        .collect();
    assert_eq!(args, [r#"{"a":[1,"]"]}"#, "7"]);

    let packet = socket::decode("0/admin", 10).unwrap();
    assert_eq!(
        (packet.kind, packet.namespace, packet.data),
        (Kind::Connect, "/admin", None)
    );
    let packet = socket::decode(r#"0{"sid":"x"}"#, 10).unwrap();
    assert_eq!((packet.namespace, packet.data), ("/", Some(r#"{"sid":"x"}"#)));
    let packet = socket::decode("1/admin,", 10).unwrap();
    assert_eq!((packet.kind, packet.namespace), (Kind::Disconnect, "/admin"));
    let packet = socket::decode(r#"4{"message":"no"}"#, 10).unwrap();
    assert_eq!(packet.kind, Kind::ConnectError);
    let packet = socket::decode("3/a,12[]", 10).unwrap();
    assert_eq!((packet.kind, packet.id, packet.spans.len()), (Kind::Ack, Some(12), 0));
    let packet = socket::decode(r#"2["a\"b\u00e9"]"#, 10).unwrap();
    assert_eq!(packet.name.as_deref(), Some("a\"b\u{e9}"));
}

#[test]
fn placeholders_are_checked_without_recursion() {
    let deep = format!("[{}{}]", "[".repeat(500_000), "]".repeat(500_000));
    assert!(socket::check_placeholders(&deep, 1).is_err());
    assert!(socket::check_placeholders(r#"["a",{"_placeholder":true,"num":0}]"#, 1).is_ok());
    assert!(socket::check_placeholders(r#"["a",{"_placeholder":false,"num":9}]"#, 1).is_ok());
    assert!(socket::check_placeholders(r#"["a",{"_placeholder":{},"num":9}]"#, 1).is_ok());
    assert!(socket::check_placeholders(r#"["a",{"x":"_placeholder","num":9}]"#, 1).is_ok());
    assert!(socket::check_placeholders(r#"["a",{"_placeholder":true,"num":[0]}]"#, 1).is_err());
    assert!(socket::check_placeholders(r#"["a",{"b":"\"{[","_placeholder":true,"num":1}]"#, 1).is_err());
}

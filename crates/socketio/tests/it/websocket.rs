//! WebSocket as a transport: RFC 6455 as far as a client can break it.

use socketio::DisconnectReason;
use tokio::io::AsyncWriteExt;

use crate::{
    client::{Frame, WebSocket, frame, soon},
    server::{Echo, config},
};

async fn session() -> (Echo, WebSocket) {
    let server = Echo::start(config()).await;
    let (socket, _) = WebSocket::session(server.address).await;
    (server, socket)
}

#[tokio::test]
async fn messages_are_echoed() {
    let (_server, mut socket) = session().await;
    for size in [0, 1, 124, 125, 126, 127, 65_534, 65_535, 65_536, 300_000] {
        let text = format!("4{}", "x".repeat(size));
        socket.send(&text).await;
        assert_eq!(socket.next().await, Frame::Text(text));
        let data = vec![7; size];
        socket.send_binary(&data).await;
        assert_eq!(socket.next().await, Frame::Binary(data));
    }
}

#[tokio::test]
async fn a_message_may_come_byte_by_byte() {
    let (_server, mut socket) = session().await;
    for byte in frame(0x81, "4slowly \u{1F600}".as_bytes()) {
        socket.send_raw(&[byte]).await;
        tokio::task::yield_now().await;
    }
    assert_eq!(socket.next().await, Frame::Text("4slowly \u{1F600}".to_owned()));
}

#[tokio::test]
async fn a_message_may_come_in_fragments_with_a_ping_between() {
    let (_server, mut socket) = session().await;
    let text = "4half \u{1F600} half".as_bytes();
    // The cut is in the middle of a character.
    socket.send_raw(&frame(0x01, &text[..8])).await;
    socket.send_raw(&frame(0x89, b"are you there?")).await;
    socket.send_raw(&frame(0x00, b"")).await;
    socket.send_raw(&frame(0x80, &text[8..])).await;
    assert_eq!(socket.next().await, Frame::Pong(b"are you there?".to_vec()));
    assert_eq!(socket.next().await, Frame::Text("4half \u{1F600} half".to_owned()));
    socket.send_raw(&frame(0x02, b"\x01\x02")).await;
    socket.send_raw(&frame(0x80, b"\x03")).await;
    assert_eq!(socket.next().await, Frame::Binary(vec![1, 2, 3]));
}

#[tokio::test]
async fn many_frames_may_come_in_one_write() {
    let (_server, mut socket) = session().await;
    let frames: Vec<u8> = (0..500)
        .flat_map(|number| frame(0x81, format!("4{number}").as_bytes()))
        .collect();
    socket.send_raw(&frames).await;
    for number in 0..500 {
        assert_eq!(socket.next().await, Frame::Text(format!("4{number}")));
    }
}

#[tokio::test]
async fn broken_framing_is_answered_with_its_close_code() {
    let mut unmasked = frame(0x81, b"4x");
    unmasked[1] &= 0x7F;
    let cases: &[(&str, Vec<u8>, u16)] = &[
        ("unmasked", unmasked, 1002),
        ("reserved bit", frame(0xC1, b"4x"), 1002),
        ("unknown opcode", frame(0x83, b"4x"), 1002),
        ("unknown control opcode", frame(0x8B, b"4x"), 1002),
        ("fragmented ping", frame(0x09, b"x"), 1002),
        ("long ping", frame(0x89, &[0; 126]), 1002),
        ("nothing to continue", frame(0x80, b"4x"), 1002),
        (
            "message within a message",
            [frame(0x01, b"4x"), frame(0x81, b"4y")].concat(),
            1002,
        ),
        ("text that is not UTF-8", frame(0x81, b"4\xFF"), 1007),
        (
            "fragments that are not UTF-8",
            [frame(0x01, b"4\xF0\x9F"), frame(0x80, b"x")].concat(),
            1007,
        ),
        ("too large", frame(0x81, &vec![b'4'; 1_000_001]), 1009),
        (
            "too large in fragments",
            [frame(0x01, &vec![b'4'; 600_000]), frame(0x80, &vec![b'4'; 400_001])].concat(),
            1009,
        ),
        ("close code of one byte", frame(0x88, b"\x03"), 1002),
        (
            "close code that must not be sent",
            frame(0x88, &1005_u16.to_be_bytes()),
            1002,
        ),
        ("close reason that is not UTF-8", frame(0x88, b"\x03\xE8\xFF"), 1007),
    ];
    for (name, bytes, code) in cases {
        let (mut server, mut socket) = session().await;
        socket.send_raw(bytes).await;
        assert_eq!(socket.until_closed().await, Some(*code), "{name}");
        assert_eq!(server.reason().await, DisconnectReason::TransportError, "{name}");
    }
}

#[tokio::test]
async fn a_header_that_claims_too_much_is_refused_before_its_payload_comes() {
    let (mut server, mut socket) = session().await;
    let mut header = vec![0x82, 0xFF];
    header.extend_from_slice(&(1_u64 << 62).to_be_bytes());
    header.extend_from_slice(&[1, 2, 3, 4]);
    socket.send_raw(&header).await;
    assert_eq!(socket.until_closed().await, Some(1009));
    assert_eq!(server.reason().await, DisconnectReason::TransportError);
}

#[tokio::test]
async fn a_packet_that_is_none_closes_the_session() {
    for bad in ["abc", "", "7", "bAQID", "\u{e9}"] {
        let (mut server, mut socket) = session().await;
        socket.send(bad).await;
        socket.until_closed().await;
        assert_eq!(server.reason().await, DisconnectReason::ParseError, "{bad:?}");
    }
}

#[tokio::test]
async fn packets_that_mean_nothing_to_a_server_are_ignored() {
    let (_server, mut socket) = session().await;
    for packet in ["0{}", "5", "6", "3"] {
        socket.send(packet).await;
    }
    socket.send("4after").await;
    assert_eq!(socket.next().await, Frame::Text("4after".to_owned()));
}

#[tokio::test]
async fn a_client_may_close_in_every_way() {
    let (mut server, mut socket) = session().await;
    socket.send("1").await;
    socket.until_closed().await;
    assert_eq!(server.reason().await, DisconnectReason::TransportClose);

    let (mut server, mut socket) = session().await;
    socket.send_raw(&frame(0x88, &1000_u16.to_be_bytes())).await;
    assert_eq!(socket.next().await, Frame::Close(Some(1000)));
    assert_eq!(socket.next().await, Frame::End);
    assert_eq!(server.reason().await, DisconnectReason::TransportClose);

    let (mut server, mut socket) = session().await;
    soon(socket.stream.shutdown()).await.unwrap();
    assert_eq!(server.reason().await, DisconnectReason::TransportClose);

    let (mut server, socket) = session().await;
    drop(socket);
    assert_eq!(server.reason().await, DisconnectReason::TransportClose);
}

#[tokio::test]
async fn a_server_that_closes_lets_go_after_what_is_queued() {
    let (mut server, mut socket) = session().await;
    socket.send("4first").await;
    socket.send("4close me").await;
    assert_eq!(socket.next().await, Frame::Text("4first".to_owned()));
    assert_eq!(socket.next().await, Frame::Close(None));
    socket.send_raw(&frame(0x88, b"")).await;
    assert_eq!(socket.next().await, Frame::End);
    assert_eq!(server.reason().await, DisconnectReason::ForcedClose);
}

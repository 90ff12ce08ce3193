//! WebSocket frames of a client, against tungstenite.
//!
//! The input is one byte that chooses the size limit, one that chooses where the stream is cut, and the stream.
//!
//! Where the two may differ, and why that is right:
//!
//! - We look at a header as soon as its bytes are there, tungstenite at the whole frame. So we refuse earlier, and of several
//!   faults in one header we may name another one than it does.
//! - tungstenite checks the text of a message fragment by fragment, we when it is whole: between, we may still give control frames,
//!   never a message. Both are allowed (RFC 6455, section 8.1).
//! - A control frame whose length is written in an extended form is against section 5.2 (the shortest form must be used) and 5.5;
//!   tungstenite takes it.
//! - Close codes that must not be sent: we fail with 1002; tungstenite gives a close frame that it has changed to 1002. The code 1014
//!   has been registered since; tungstenite takes it for one of these.
#![no_main]

use std::io::{self, Read, Write};

use libfuzzer_sys::fuzz_target;
use peak_alloc::PeakAlloc;
use socketio::codec::frame::{self, Decoder, FrameError, Message};
use tungstenite::{
    Error, WebSocket,
    protocol::{Message as Theirs, Role, WebSocketConfig, frame::coding::CloseCode},
};

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

const LIMITS: [usize; 8] = [0, 1, 16, 125, 126, 1000, 65_535, 100_000];

#[derive(Debug, Clone, PartialEq)]
enum Event {
    Text(String),
    Binary(Vec<u8>),
    Ping(Vec<u8>),
    Pong(Vec<u8>),
    Close(Option<u16>),
    Failed(FrameError),
}

impl Event {
    fn is_last(&self) -> bool {
        matches!(self, Self::Close(_) | Self::Failed(_))
    }

    fn is_data(&self) -> bool {
        matches!(self, Self::Text(_) | Self::Binary(_))
    }
}

fuzz_target!(|data: &[u8]| {
    let [limit, cut, stream @ ..] = data else { return };
    let limit = LIMITS[usize::from(*limit) % LIMITS.len()];

    let (whole, idle) = decode(stream, limit, stream.len());
    for event in &whole {
        if let Event::Text(_) | Event::Binary(_) = event {
            assert!(
                bytes(event).len() <= limit,
                "a message over the limit of {limit}: {event:?}"
            );
        } else {
            assert!(bytes(event).len() <= 125, "a long control frame: {event:?}");
        }
        answer(event);
    }

    for piece in [1, usize::from(*cut).max(1)] {
        assert_eq!(
            decode(stream, limit, piece).0,
            whole,
            "pieces of {piece} bytes give something else"
        );
    }
    resume(stream, limit, usize::from(*cut) % (stream.len() + 1));

    compare(stream, limit, &whole, idle);
});

fn bytes(event: &Event) -> &[u8] {
    match event {
        Event::Text(text) => text.as_bytes(),
        Event::Binary(data) | Event::Ping(data) | Event::Pong(data) => data,
        Event::Close(_) | Event::Failed(_) => &[],
    }
}

/// Everything up to the end of the connection, when the stream arrives in pieces of this size, and whether nothing was left
/// incomplete then.
fn decode(stream: &[u8], limit: usize, piece: usize) -> (Vec<Event>, bool) {
    let mut decoder = Decoder::new(limit);
    let mut events = Vec::new();
    let mut stream = stream.to_vec();
    for mut piece in stream.chunks_mut(piece.max(1)) {
        if !drain(&mut decoder, &mut piece, &mut events) {
            break;
        }
        assert!(piece.is_empty(), "input was left though no message came");
    }
    (events, decoder.is_idle())
}

/// Whether the connection goes on.
#[expect(clippy::mut_mut, reason = "the decoder moves the slice")]
fn drain(decoder: &mut Decoder, input: &mut &mut [u8], events: &mut Vec<Event>) -> bool {
    loop {
        let before = input.len();
        let event = match decoder.next(input) {
            Ok(None) => return true,
            Ok(Some(message)) => copy(&message),
            Err(error) => Event::Failed(error),
        };
        assert!(
            input.len() < before || matches!(event, Event::Failed(_)),
            "a message of nothing"
        );
        let last = event.is_last();
        events.push(event);
        if last {
            return false;
        }
    }
}

fn copy(message: &Message<'_>) -> Event {
    match *message {
        Message::Text(text) => Event::Text(text.to_owned()),
        Message::Binary(data) => Event::Binary(data.to_vec()),
        Message::Ping(data) => Event::Ping(data.to_vec()),
        Message::Pong(data) => Event::Pong(data.to_vec()),
        Message::Close(code) => Event::Close(code),
    }
}

/// A decoder that claims to keep nothing keeps nothing, and one that keeps something keeps no more than has arrived.
fn resume(stream: &[u8], limit: usize, cut: usize) {
    let mut stream = stream.to_vec();
    let (mut first, mut second) = stream.split_at_mut(cut);
    let mut events = Vec::new();
    let before = ALLOCATED.current_usage();
    ALLOCATED.reset_peak_usage();
    let mut decoder = Decoder::new(limit);
    if !discard(&mut decoder, &mut first) {
        return;
    }
    // A vector that grows doubles, and both the old and the new one are there while it is moved.
    let kept = ALLOCATED.peak_usage().saturating_sub(before);
    assert!(kept <= 3 * cut + 256, "{kept} bytes are kept of {cut}");
    assert!(
        kept <= 3 * (limit + 125) + 256,
        "{kept} bytes are kept where messages are at most {limit}"
    );

    if decoder.is_idle() {
        let mut rest = Vec::new();
        let mut copy = second.to_vec();
        drain(&mut Decoder::new(limit), &mut &mut copy[..], &mut rest);
        drain(&mut decoder, &mut second, &mut events);
        assert_eq!(events, rest, "an idle decoder is not like a new one");
    }
}

/// The same, and nothing is kept of it.
#[expect(clippy::mut_mut, reason = "the decoder moves the slice")]
fn discard(decoder: &mut Decoder, input: &mut &mut [u8]) -> bool {
    loop {
        match decoder.next(input) {
            Ok(None) => return true,
            Ok(Some(Message::Close(_))) | Err(_) => return false,
            Ok(Some(_)) => {}
        }
    }
}

/// What the server would send back is understood by tungstenite's client.
fn answer(event: &Event) {
    let (sent, expected) = match event {
        Event::Text(text) => {
            let mut sent = Vec::new();
            frame::encode(&mut sent, frame::TEXT, text.as_bytes());
            let mut buffer = vec![0; frame::MAX_HEADER];
            buffer.extend_from_slice(text.as_bytes());
            let end = buffer.len();
            let start = frame::encode_in_front(&mut buffer, frame::TEXT, end);
            assert_eq!(buffer[start..], sent, "the two encoders differ");
            (sent, event.clone())
        }
        Event::Binary(data) => {
            let mut sent = Vec::new();
            frame::encode(&mut sent, frame::BINARY, data);
            (sent, event.clone())
        }
        Event::Ping(data) => (frame::pong(data), Event::Pong(data.clone())),
        Event::Pong(_) => return,
        Event::Close(Some(1014)) => (frame::close(Some(1014)), Event::Failed(FrameError::Protocol(""))),
        Event::Close(code) => (frame::close(*code), event.clone()),
        Event::Failed(error) => (
            frame::close(Some(error.close_code())),
            Event::Close(Some(error.close_code())),
        ),
    };
    let mut client = Oracle::new(&sent, Role::Client, sent.len());
    assert_eq!(client.next(), Some(expected), "a client misunderstands {sent:?}");
    assert_eq!(client.stream.get_ref().unread.len(), 0, "bytes behind a frame");
}

#[expect(clippy::match_same_arms, reason = "each is an exception with a reason of its own")]
fn compare(stream: &[u8], limit: usize, ours: &[Event], idle: bool) {
    let mut oracle = Oracle::new(stream, Role::Server, limit);
    for (at, our) in ours.iter().enumerate() {
        // What we have refused may be the beginning of a frame that tungstenite waits for: zeros complete it.
        let their = oracle.next().or_else(|| {
            assert!(matches!(our, Event::Failed(_)), "tungstenite does not give {our:?}");
            oracle.stream.get_mut().zeros = limit.max(0xFFFF) + 14;
            oracle.next()
        });
        let their = their.expect("a frame that zeros complete");
        if *our == their && !our.is_last() {
            continue;
        }
        match (our, &their) {
            (our, their) if our == their => {}
            // A text that is not complete is broken already; ours ends no better.
            (our, Event::Failed(FrameError::Utf8)) if !(idle && matches!(our, Event::Close(_))) => {
                assert!(
                    !ours[at..].iter().any(Event::is_data),
                    "{ours:?}, where the text is broken"
                );
            }
            // Another fault of the same header, or of a frame that is refused before it is complete.
            (Event::Failed(FrameError::Protocol(_)), Event::Failed(FrameError::Protocol(_) | FrameError::TooLarge)) => {
            }
            // 1002 with these very words may also be what the client sent.
            (Event::Close(Some(1014 | 1002)), Event::Failed(FrameError::Protocol(_))) => {}
            (Event::Failed(FrameError::Protocol(_)), Event::Ping(_) | Event::Pong(_) | Event::Close(_))
                if has_long_form(stream) => {}
            _ => panic!("message {at}: {our:?}, and tungstenite gives {their:?}"),
        }
        return;
    }
    if let Some(their) = oracle.next() {
        assert_eq!(their, Event::Failed(FrameError::Utf8), "tungstenite gives more");
    }
}

/// Whether there is a control frame whose length is written in an extended form.
fn has_long_form(mut stream: &[u8]) -> bool {
    while let [first, second, rest @ ..] = stream {
        let (size, length) = match (second & 0x7F, rest) {
            (126, [a, b, ..]) => (2, u64::from(u16::from_be_bytes([*a, *b]))),
            (127, _) => match rest.first_chunk() {
                Some(length) => (8, u64::from_be_bytes(*length)),
                None => (8, 0),
            },
            (126, _) => (2, 0),
            (short, _) => (0, u64::from(short)),
        };
        if first & 0x8 != 0 && size > 0 {
            return true;
        }
        let next = usize::try_from(length).map_or(usize::MAX, |length| length.saturating_add(2 + size + 4));
        stream = stream.get(next..).unwrap_or_default();
    }
    false
}

/// The stream of a peer that stays open: what it has sent, and after that zeros as asked for.
struct Peer<'a> {
    unread: &'a [u8],
    zeros: usize,
}

impl Read for Peer<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = if self.unread.is_empty() {
            let zeros = self.zeros.min(buffer.len());
            buffer[..zeros].fill(0);
            self.zeros -= zeros;
            zeros
        } else {
            self.unread.read(buffer)?
        };
        if read == 0 {
            Err(io::ErrorKind::WouldBlock.into())
        } else {
            Ok(read)
        }
    }
}

impl Write for Peer<'_> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        Ok(buffer.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Oracle<'a> {
    stream: WebSocket<Peer<'a>>,
    done: bool,
}

impl<'a> Oracle<'a> {
    fn new(stream: &'a [u8], role: Role, limit: usize) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(1024)
            .write_buffer_size(0)
            .max_message_size(Some(limit))
            // Its limit for frames counts control frames too; data frames are still held to the one above.
            .max_frame_size(Some(limit.max(125)));
        let peer = Peer {
            unread: stream,
            zeros: 0,
        };
        Self {
            stream: WebSocket::from_raw_socket(peer, role, Some(config)),
            done: false,
        }
    }

    /// The next message, or nothing when it waits for more.
    fn next(&mut self) -> Option<Event> {
        if self.done {
            return None;
        }
        let event = match self.stream.read() {
            Ok(Theirs::Text(text)) => Event::Text(text.as_str().to_owned()),
            Ok(Theirs::Binary(data)) => Event::Binary(data.to_vec()),
            Ok(Theirs::Ping(data)) => Event::Ping(data.to_vec()),
            Ok(Theirs::Pong(data)) => Event::Pong(data.to_vec()),
            Ok(Theirs::Close(Some(close)))
                if close.code == CloseCode::Protocol && close.reason == "Protocol violation" =>
            {
                Event::Failed(FrameError::Protocol(""))
            }
            Ok(Theirs::Close(close)) => Event::Close(close.map(|close| close.code.into())),
            Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => return None,
            Err(Error::Protocol(_)) => Event::Failed(FrameError::Protocol("")),
            Err(Error::Capacity(_)) => Event::Failed(FrameError::TooLarge),
            Err(Error::Utf8(_)) => Event::Failed(FrameError::Utf8),
            other => panic!("tungstenite gives {other:?}"),
        };
        self.done = event.is_last();
        Some(event)
    }
}

//! WebSocket frames (RFC 6455), as a server sees them.
//!
//! [`Decoder`] takes bytes as they arrive, in whatever pieces, and gives messages. A message that arrived whole is unmasked in place and
//! borrowed from the input; only what is incomplete is kept. Memory follows what has arrived, never what a header claims.

#![expect(clippy::mut_mut, reason = "the input is a cursor: a slice whose front is taken off")]

use std::ops::ControlFlow;

mod encode;

pub use encode::{MAX_HEADER, close, encode, encode_in_front, pong, split_encoded};

/// A frame with a complete text message.
pub const TEXT: u8 = 0x1;
/// A frame with a complete binary message.
pub const BINARY: u8 = 0x2;
const CONTINUATION: u8 = 0x0;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xA;
const FIN: u8 = 0x80;
const MASKED: u8 = 0x80;
/// Bytes of the longest header that a client writes: it has a mask.
const MAX_MASKED_HEADER: usize = 14;
const MAX_CONTROL: usize = 125;
/// Bytes of a fragment that pays for itself: more of them reach the largest message.
const SMALL_FRAGMENT: usize = 128;

/// What a client sent.
#[derive(Debug, PartialEq, Eq)]
pub enum Message<'a> {
    /// A text message, checked to be UTF-8.
    Text(&'a str),
    /// A binary message.
    Binary(&'a [u8]),
    /// A ping; a pong with the same bytes is due.
    Ping(&'a [u8]),
    /// A pong.
    Pong(&'a [u8]),
    /// The closing handshake, with its code if there was one.
    Close(Option<u16>),
}

/// Why a connection must be closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// The rules of framing were broken (1002).
    #[error("protocol error: {0}")]
    Protocol(&'static str),
    /// A text message or the reason of a close is not UTF-8 (1007).
    #[error("text that is not UTF-8")]
    Utf8,
    /// A message is larger than allowed (1009).
    #[error("message too large")]
    TooLarge,
}

impl FrameError {
    /// The close code that tells the client (RFC 6455, section 7.4.1).
    #[must_use]
    pub fn close_code(self) -> u16 {
        match self {
            Self::Protocol(_) => 1002,
            Self::Utf8 => 1007,
            Self::TooLarge => 1009,
        }
    }
}

/// A frame whose header is known.
#[derive(Debug, Clone, Copy)]
struct Header {
    fin: bool,
    opcode: u8,
    length: usize,
    mask: [u8; 4],
}

impl Header {
    fn is_control(self) -> bool {
        self.opcode & 0x8 != 0
    }

    /// Reads a header from the start of `bytes`: the header and its size, or nothing if it is not complete.
    fn parse(bytes: &[u8]) -> Result<Option<(Self, usize)>, FrameError> {
        let &[first, second, ref rest @ ..] = bytes else {
            return Ok(None);
        };
        if first & 0x70 != 0 {
            return Err(FrameError::Protocol("reserved bits are set"));
        }
        if second & MASKED == 0 {
            return Err(FrameError::Protocol("a client's frame must be masked"));
        }
        let header = Self {
            fin: first & FIN != 0,
            opcode: first & 0xF,
            length: 0,
            mask: [0; 4],
        };
        if !matches!(header.opcode, CONTINUATION | TEXT | BINARY | CLOSE | PING | PONG) {
            return Err(FrameError::Protocol("unknown opcode"));
        }
        let short = usize::from(second & 0x7F);
        if header.is_control() && (!header.fin || short > MAX_CONTROL) {
            return Err(FrameError::Protocol("control frames are short and whole"));
        }
        let (length, rest) = match short {
            126 => {
                let Some((length, rest)) = rest.split_first_chunk::<2>() else {
                    return Ok(None);
                };
                (usize::from(u16::from_be_bytes(*length)), rest)
            }
            127 => {
                let Some((length, rest)) = rest.split_first_chunk::<8>() else {
                    return Ok(None);
                };
                (
                    usize::try_from(u64::from_be_bytes(*length)).map_err(|_| FrameError::TooLarge)?,
                    rest,
                )
            }
            length => (length, rest),
        };
        let Some((mask, rest)) = rest.split_first_chunk::<4>() else {
            return Ok(None);
        };
        Ok(Some((
            Self {
                length,
                mask: *mask,
                ..header
            },
            bytes.len() - rest.len(),
        )))
    }
}

/// Turns the bytes of a client into messages.
#[derive(Debug)]
pub struct Decoder {
    max_message: usize,
    /// A header of which the rest is still to come.
    head: [u8; MAX_MASKED_HEADER],
    head_length: u8,
    /// A frame whose payload is still to come.
    frame: Option<Header>,
    /// The opcode of a message that comes in fragments.
    fragmented: Option<u8>,
    /// The message so far, unmasked.
    message: Vec<u8>,
    /// A control frame so far: it may come between the fragments of a message.
    control: Vec<u8>,
    /// The buffers were given out and are to be emptied.
    given: bool,
    small_fragments: u32,
}

impl Decoder {
    /// A decoder for messages of at most `max_message` bytes, fragmented or not.
    #[must_use]
    pub fn new(max_message: usize) -> Self {
        Self {
            max_message,
            head: [0; MAX_MASKED_HEADER],
            head_length: 0,
            frame: None,
            fragmented: None,
            message: Vec::new(),
            control: Vec::new(),
            given: false,
            small_fragments: 0,
        }
    }

    /// Takes bytes off the front of `input` up to the end of one message, and gives that message; nothing when `input` is used up.
    /// After an error the connection is of no use any more.
    pub fn next<'s, 'i: 's>(&'s mut self, input: &mut &'i mut [u8]) -> Result<Option<Message<'s>>, FrameError> {
        if self.given {
            self.given = false;
            self.control = Vec::new();
            if self.fragmented.is_none() && self.frame.is_none() {
                self.message = Vec::new();
            }
        }
        loop {
            if self.frame.is_none() {
                let Some(header) = self.take_header(input)? else {
                    return Ok(None);
                };
                self.check(header)?;
                if !header.fin && header.length < SMALL_FRAGMENT {
                    self.small_fragments = self.small_fragments.saturating_add(1);
                }
                if input.len() >= header.length && (header.is_control() || header.fin && self.fragmented.is_none()) {
                    let payload = split_off_front(input, header.length);
                    unmask(payload, header.mask, 0);
                    return give(header.opcode, payload).map(Some);
                }
                self.frame = Some(header);
            }
            if let ControlFlow::Continue(()) = self.take_payload(input) {
                return Ok(None);
            }
            let Some(header) = self.frame.take() else { continue };
            if header.is_control() {
                self.given = true;
                return give(header.opcode, &self.control).map(Some);
            }
            let opcode = self.fragmented.unwrap_or(header.opcode);
            if header.fin {
                self.fragmented = None;
                self.given = true;
                return give(opcode, &self.message).map(Some);
            }
            self.fragmented = Some(opcode);
        }
    }

    /// Whether nothing incomplete is kept.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.head_length == 0 && self.frame.is_none() && self.fragmented.is_none()
    }

    /// How many fragments with next to nothing in them came since the last call. A message may be made of any number of them, so that
    /// neither its size nor the number of messages bounds what they cost.
    #[must_use]
    pub fn take_small_fragments(&mut self) -> u32 {
        std::mem::take(&mut self.small_fragments)
    }

    fn take_header(&mut self, input: &mut &mut [u8]) -> Result<Option<Header>, FrameError> {
        if self.head_length == 0
            && let Some((header, size)) = Header::parse(input)?
        {
            split_off_front(input, size);
            return Ok(Some(header));
        }
        // The header ends beyond this input, or began before it: byte by byte, at most 14 of them.
        while !input.is_empty() {
            self.head[usize::from(self.head_length)] = split_off_front(input, 1)[0];
            self.head_length += 1;
            if let Some((header, _)) = Header::parse(&self.head[..usize::from(self.head_length)])? {
                self.head_length = 0;
                return Ok(Some(header));
            }
        }
        Ok(None)
    }

    /// Whether this frame may come now.
    fn check(&self, header: Header) -> Result<(), FrameError> {
        match header.opcode {
            CONTINUATION if self.fragmented.is_none() => {
                return Err(FrameError::Protocol("nothing to continue"));
            }
            TEXT | BINARY if self.fragmented.is_some() => {
                return Err(FrameError::Protocol("a message within a message"));
            }
            _ => {}
        }
        let so_far = if header.opcode == CONTINUATION {
            self.message.len()
        } else {
            0
        };
        if header.length > self.max_message.saturating_sub(so_far) && !header.is_control() {
            return Err(FrameError::TooLarge);
        }
        Ok(())
    }

    /// Moves payload from the input to its buffer; breaks when the frame is complete.
    fn take_payload(&mut self, input: &mut &mut [u8]) -> ControlFlow<()> {
        let Some(header) = &mut self.frame else {
            return ControlFlow::Break(());
        };
        let target = if header.is_control() {
            &mut self.control
        } else {
            &mut self.message
        };
        let take = header.length.min(input.len());
        let payload = split_off_front(input, take);
        unmask(payload, header.mask, 0);
        target.extend_from_slice(payload);
        header.length -= take;
        header.mask.rotate_left(take % 4);
        if header.length == 0 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }
}

fn split_off_front<'i>(input: &mut &'i mut [u8], size: usize) -> &'i mut [u8] {
    let (front, rest) = std::mem::take(input).split_at_mut(size);
    *input = rest;
    front
}

fn give(opcode: u8, payload: &[u8]) -> Result<Message<'_>, FrameError> {
    Ok(match opcode {
        TEXT => Message::Text(str::from_utf8(payload).map_err(|_| FrameError::Utf8)?),
        BINARY => Message::Binary(payload),
        PING => Message::Ping(payload),
        PONG => Message::Pong(payload),
        _ => Message::Close(close_code(payload)?),
    })
}

/// Checks the payload of a close frame (RFC 6455, sections 5.5.1 and 7.4).
fn close_code(payload: &[u8]) -> Result<Option<u16>, FrameError> {
    match payload {
        [] => Ok(None),
        [_] => Err(FrameError::Protocol("a close code has two bytes")),
        [high, low, reason @ ..] => {
            let code = u16::from_be_bytes([*high, *low]);
            if !matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999) {
                return Err(FrameError::Protocol("a close code that must not be sent"));
            }
            str::from_utf8(reason).map_err(|_| FrameError::Utf8)?;
            Ok(Some(code))
        }
    }
}

/// Applies the mask to a payload that starts `offset` bytes into its frame. Masking is its own inverse.
pub fn unmask(payload: &mut [u8], mask: [u8; 4], offset: usize) {
    let mut key = [0; 16];
    for (at, byte) in key.iter_mut().enumerate() {
        *byte = mask[(at + offset) % 4];
    }
    let mut chunks = payload.chunks_exact_mut(16);
    for chunk in &mut chunks {
        for (byte, key) in chunk.iter_mut().zip(key) {
            *byte ^= key;
        }
    }
    for (byte, key) in chunks.into_remainder().iter_mut().zip(key) {
        *byte ^= key;
    }
}

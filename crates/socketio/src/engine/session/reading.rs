//! What a session reads: from its POST, and from its WebSocket.

use std::{
    cell::Cell,
    sync::Arc,
    task::{Context, Poll},
};

use super::{CloseFrame, Phase, Session};
use crate::{
    DisconnectReason,
    codec::{
        engine::{self, Packet},
        frame::Message,
    },
    engine::{
        connection::{Connection, End, How, pong},
        heartbeat::Clock,
        protocol::{Incoming, Protocol},
    },
    snapshot::count,
};

/// Bytes of the buffer that all connections of a thread read into.
const READ_BUFFER: usize = 64 * 1024;

thread_local! {
    static BUFFER: Cell<Option<Box<[u8]>>> = const { Cell::new(None) };
}

/// Everything that a packet touches.
pub(super) struct Upper {
    pub(super) protocol: Box<dyn Protocol>,
    pub(super) clock: Clock,
}

impl Upper {
    fn is_ready(&self) -> bool {
        self.protocol.has_room() && self.clock.has_token()
    }

    fn text(&mut self, connection: &Arc<Connection>, text: &str, polling: bool) -> Result<(), End> {
        self.clock.heard();
        let packet = engine::decode(text, polling).map_err(|_| End::PARSE_ERROR)?;
        let meters = &connection.engine().meters;
        count(&meters.packets_in, 1);
        count(&meters.bytes_in, text.len());
        match packet {
            Packet::Pong(_) => self.clock.pong(),
            Packet::Text(text) => self.protocol.message(connection, Incoming::Text(text))?,
            Packet::Binary(data) => self.protocol.message(connection, Incoming::Binary(&data))?,
            Packet::Close => return Err(End::LEFT),
            // In this revision only the server asks.
            Packet::Ping(_) => return Err(End::TRANSPORT_ERROR),
            Packet::Open(_) | Packet::Upgrade | Packet::Noop => {}
        }
        Ok(())
    }

    fn message(&mut self, connection: &Arc<Connection>, message: &Message<'_>) -> Result<(), End> {
        match message {
            Message::Text(text) => self.text(connection, text, false)?,
            Message::Binary(data) => {
                self.clock.heard();
                count(&connection.engine().meters.packets_in, 1);
                count(&connection.engine().meters.bytes_in, data.len());
                self.protocol.message(connection, Incoming::Binary(data))?;
            }
            Message::Ping(payload) => {
                self.clock.heard();
                connection.send(pong(payload));
            }
            Message::Pong(_) => self.clock.heard(),
            Message::Close(_) => return Err(End::LEFT),
        }
        Ok(())
    }
}

impl Session {
    /// Reads and hands on as much as there is room for. Answers whether there was anything.
    pub(super) fn read(&mut self, context: &mut Context<'_>) -> Result<bool, End> {
        if self.phase == Phase::Closed {
            return Ok(false);
        }
        if self.phase == Phase::Open {
            self.upper.clock.refill();
            let paused = !self.upper.is_ready();
            self.upper.clock.pause(paused);
            if paused {
                return Ok(false);
            }
        }
        let progress = self.read_post(context)?;
        // What came by the old transport before an upgrade goes first.
        if self.post.is_some() {
            return Ok(progress);
        }
        let mut buffer = BUFFER.take().unwrap_or_else(|| vec![0; READ_BUFFER].into_boxed_slice());
        let result = self.read_websocket(context, &mut buffer);
        BUFFER.set(Some(buffer));
        result.map(|read| read || progress)
    }

    fn read_post(&mut self, context: &mut Context<'_>) -> Result<bool, End> {
        let Some(post) = &mut self.post else { return Ok(false) };
        let mut progress = false;
        while post.at <= post.payload.len() {
            if !self.upper.is_ready() {
                let _ = self.upper.protocol.poll(&self.connection, context);
                if !self.upper.is_ready() {
                    return Ok(progress);
                }
            }
            let rest = &post.payload[post.at..];
            let size = memchr::memchr(engine::SEPARATOR, rest.as_bytes()).unwrap_or(rest.len());
            post.at += size + 1;
            progress = true;
            if let Err(end) = self.upper.text(&self.connection, &rest[..size], true) {
                // The client that says goodbye is answered; the one that breaks the rules is not.
                if end == End::LEFT {
                    self.answer_post();
                }
                return Err(end);
            }
        }
        self.answer_post();
        Ok(true)
    }

    fn answer_post(&mut self) {
        if let Some(post) = self.post.take() {
            // The request may be gone.
            let _ = post.done.send(());
        }
    }

    fn read_websocket(&mut self, context: &mut Context<'_>, buffer: &mut [u8]) -> Result<bool, End> {
        let Some(reader) = &mut self.reader else {
            return Ok(false);
        };
        if !reader.rest.is_empty() {
            let mut rest = std::mem::take(&mut reader.rest);
            match self.phase {
                Phase::Open => self.decode(context, &mut rest)?,
                _ => self.skip_to_close(&mut rest)?,
            }
            return Ok(true);
        }
        match reader.input.poll_read(context, buffer) {
            Poll::Pending => Ok(false),
            Poll::Ready(Ok(0) | Err(_)) => {
                self.reader = None;
                Err(End::GONE)
            }
            Poll::Ready(Ok(read)) => {
                if self.phase == Phase::Open {
                    self.decode(context, &mut buffer[..read])?;
                } else {
                    self.skip_to_close(&mut buffer[..read])?;
                }
                Ok(true)
            }
        }
    }

    fn decode(&mut self, context: &mut Context<'_>, mut input: &mut [u8]) -> Result<(), End> {
        let Some(reader) = &mut self.reader else { return Ok(()) };
        loop {
            self.upper.clock.spend(reader.decoder.take_small_fragments());
            if !self.upper.is_ready() {
                let _ = self.upper.protocol.poll(&self.connection, context);
                if !self.upper.is_ready() {
                    reader.rest = input.to_vec();
                    return Ok(());
                }
            }
            match reader.decoder.next(&mut input) {
                Ok(Some(message)) => {
                    if let Message::Close(code) = message {
                        self.peer_closed = Some(CloseFrame(code));
                    }
                    self.upper.message(&self.connection, &message)?;
                }
                Ok(None) => {
                    self.upper.clock.spend(reader.decoder.take_small_fragments());
                    return Ok(());
                }
                Err(error) => {
                    let reason = DisconnectReason::TransportError;
                    return Err(End {
                        reason,
                        how: How::Refuse(Some(error.close_code())),
                    });
                }
            }
        }
    }

    /// While closing, the only thing of interest is the other side's close frame.
    fn skip_to_close(&mut self, mut input: &mut [u8]) -> Result<(), End> {
        let Some(reader) = &mut self.reader else { return Ok(()) };
        while let Some(message) = reader.decoder.next(&mut input).map_err(|_| End::GONE)? {
            if let Message::Close(code) = message {
                self.peer_closed = Some(CloseFrame(code));
            }
        }
        Ok(())
    }
}

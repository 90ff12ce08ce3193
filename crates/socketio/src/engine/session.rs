//! The task of one session: reads, lets the upper layer handle, keeps the heartbeat, and closes.

use std::{
    cell::Cell,
    future::poll_fn,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use hyper::upgrade::OnUpgrade;
use tokio::{
    io::AsyncWrite as _,
    time::{Instant, Sleep},
};

use super::{
    Transport,
    connection::{Connection, End, How, Post, pong},
    flush,
    heartbeat::{Clock, Due},
    outgoing::Sink,
    protocol::{Incoming, Protocol},
    websocket::{Input, Reader, Stream},
};
use crate::{
    codec::{
        engine::{self, Packet},
        frame::{self, Decoder, Message},
    },
    snapshot::count,
};

/// How long a closing WebSocket waits for the other side.
const LINGER: Duration = Duration::from_secs(3);
/// How long a session that the server closed waits for a poll to say so.
const LINGER_POLLING: Duration = Duration::from_secs(30);
/// Bytes of the buffer that all connections of a thread read into.
const READ_BUFFER: usize = 64 * 1024;
/// Reads of one connection before others have their turn.
const TURN: usize = 8;

thread_local! {
    static BUFFER: Cell<Option<Box<[u8]>>> = const { Cell::new(None) };
}

pub(super) struct Session {
    connection: Arc<Connection>,
    upper: Upper,
    reader: Option<Box<Reader>>,
    post: Option<Post>,
    phase: Phase,
    /// The client has sent its close frame: nothing more comes.
    peer_closed: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Open,
    /// The upper layer is told; the transport has until then to finish.
    Closing(Instant),
    Closed,
}

/// Everything that a packet touches.
struct Upper {
    protocol: Box<dyn Protocol>,
    clock: Clock,
}

impl Upper {
    fn is_ready(&self) -> bool {
        self.protocol.has_room() && self.clock.has_token()
    }

    fn text(&mut self, connection: &Arc<Connection>, text: &str, polling: bool) -> Result<(), End> {
        let packet = engine::decode(text, polling).map_err(|_| End::PARSE_ERROR)?;
        let meters = &connection.engine().meters;
        count(&meters.packets_in, 1);
        count(&meters.bytes_in, text.len());
        match packet {
            Packet::Pong(_) => self.clock.pong(),
            Packet::Text(text) => {
                self.clock.event();
                self.protocol.message(connection, Incoming::Text(text))?;
            }
            Packet::Binary(data) => {
                self.clock.heard();
                self.protocol.message(connection, Incoming::Binary(&data))?;
            }
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
            Message::Ping(payload) => connection.send(pong(payload)),
            Message::Pong(_) => {}
            Message::Close(_) => return Err(End::LEFT),
        }
        Ok(())
    }
}

impl Session {
    pub(super) fn new(connection: Arc<Connection>, protocol: Box<dyn Protocol>) -> Self {
        let clock = Clock::new(&connection.engine().config);
        Self {
            connection,
            upper: Upper { protocol, clock },
            reader: None,
            post: None,
            phase: Phase::Open,
            peer_closed: false,
        }
    }

    /// Runs the session until it is over and everybody was told. A session that begins as a WebSocket waits for it first.
    pub(super) async fn run(mut self, upgrade: Option<OnUpgrade>) {
        if let Some(upgrade) = upgrade {
            let limit = self.connection.engine().config.connect_timeout;
            if let Ok(Ok(upgraded)) = tokio::time::timeout(limit, upgrade).await {
                let (stream, rest) = Stream::from_upgraded(upgraded);
                let decoder = Decoder::new(self.connection.engine().config.max_payload);
                let (reader, sink) = stream.split(decoder, rest);
                self.reader = Some(reader);
                self.connection.attach(sink);
            } else {
                self.end(End::GONE);
            }
        }
        let mut sleep = pin!(tokio::time::sleep_until(self.deadline()));
        poll_fn(|context| flush::with_own_list(|| self.poll(context, sleep.as_mut()))).await;
    }

    fn poll(&mut self, context: &mut Context<'_>, mut sleep: Pin<&mut Sleep>) -> Poll<()> {
        let connection = Arc::clone(&self.connection);
        connection.task.register(context.waker());
        for _ in 0..TURN {
            self.take_arrivals();
            let idle = self.upper.protocol.poll(&connection, context).is_ready();
            let mut progress = match self.read(context) {
                Ok(progress) => progress,
                Err(end) => {
                    self.end(end);
                    true
                }
            };
            self.write(context);
            progress |= self.keep_time(context, sleep.as_mut());
            // Whatever happened may have given the upper layer something to do.
            if progress {
                continue;
            }
            return if self.is_over(idle) {
                Poll::Ready(())
            } else {
                Poll::Pending
            };
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }

    fn take_arrivals(&mut self) {
        let mut inbound = self.connection.inbound.lock();
        let end = inbound.end.take();
        if let Some(post) = inbound.post.take() {
            self.post = Some(post);
        }
        if let Some(reader) = inbound.upgraded.take() {
            self.reader = Some(reader);
        }
        drop(inbound);
        if let Some(end) = end {
            self.end(end);
        }
    }

    /// Reads and hands on as much as there is room for. Answers whether there was anything.
    fn read(&mut self, context: &mut Context<'_>) -> Result<bool, End> {
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
            if !self.upper.is_ready() {
                let _ = self.upper.protocol.poll(&self.connection, context);
                if !self.upper.is_ready() {
                    reader.rest = input.to_vec();
                    return Ok(());
                }
            }
            match reader.decoder.next(&mut input) {
                Ok(Some(message)) => {
                    self.peer_closed |= matches!(message, Message::Close(_));
                    self.upper.message(&self.connection, &message)?;
                }
                Ok(None) => return Ok(()),
                Err(error) => {
                    let reason = crate::DisconnectReason::TransportError;
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
            self.peer_closed |= matches!(message, Message::Close(_));
        }
        Ok(())
    }

    fn write(&mut self, context: &mut Context<'_>) {
        let out = self.connection.outgoing.lock();
        match &out.sink {
            Sink::Tcp(stream) if out.blocked => {
                let stream = Arc::clone(stream);
                drop(out);
                if stream.as_ref().as_ref().poll_write_ready(context).is_ready() {
                    self.connection.unblock();
                }
            }
            Sink::Task => {
                drop(out);
                if self.write_other(context).is_err() {
                    self.reader = None;
                    self.end(End::GONE);
                }
            }
            _ => {}
        }
    }

    /// Writes to a stream that only this task can write to.
    fn write_other(&mut self, context: &mut Context<'_>) -> std::io::Result<()> {
        let Some(Reader {
            input: Input::Other { stream, writing },
            ..
        }) = self.reader.as_deref_mut()
        else {
            return Ok(());
        };
        loop {
            if writing.is_empty() {
                let mut out = self.connection.outgoing.lock();
                out.dirty = false;
                std::mem::swap(writing, &mut out.queue);
                out.writing = !writing.is_empty();
                if writing.is_empty() {
                    break;
                }
            }
            while let Some(front) = writing.first_mut() {
                let Poll::Ready(written) = Pin::new(&mut *stream).poll_write(context, front)? else {
                    return Ok(());
                };
                if written == 0 {
                    return Err(std::io::ErrorKind::WriteZero.into());
                }
                bytes::Buf::advance(front, written);
                self.connection.outgoing.lock().bytes -= written;
                if front.is_empty() {
                    writing.remove(0);
                }
            }
        }
        match Pin::new(stream).poll_flush(context) {
            Poll::Ready(flushed) => flushed,
            Poll::Pending => Ok(()),
        }
    }

    fn deadline(&self) -> Instant {
        match self.phase {
            Phase::Open => self.upper.clock.deadline(),
            Phase::Closing(until) => until,
            Phase::Closed => Instant::now() + Duration::from_hours(1),
        }
    }

    /// Does what is due. Answers whether anything was.
    fn keep_time(&mut self, context: &mut Context<'_>, mut sleep: Pin<&mut Sleep>) -> bool {
        let deadline = self.deadline();
        // A timer that is too early is left alone: it costs less to be woken once too often than to set it at every packet.
        if deadline < sleep.deadline() {
            sleep.as_mut().reset(deadline);
        }
        let mut progress = false;
        while sleep.as_mut().poll(context).is_ready() {
            progress = true;
            self.on_time(Instant::now());
            sleep.as_mut().reset(self.deadline());
        }
        progress
    }

    fn on_time(&mut self, now: Instant) {
        match self.phase {
            Phase::Open => match self.upper.clock.due(now, self.upper.protocol.has_joined()) {
                Some(Due::Ping) => self.connection.send(bytes::Bytes::from_static(b"\x81\x012")),
                Some(Due::PingTimeout) => self.end(End::PING_TIMEOUT),
                Some(Due::ConnectTimeout) => self.end(End::FORCED),
                None => {}
            },
            Phase::Closing(until) if until <= now => self.close_transport(),
            Phase::Closing(_) | Phase::Closed => {}
        }
    }

    /// Tells everybody that the session is over, and begins to close the transport.
    fn end(&mut self, end: End) {
        match self.phase {
            Phase::Closed => return,
            // The other side is gone, or a queue failed, while closing.
            Phase::Closing(_) => {
                if end.how == How::Abrupt {
                    self.close_transport();
                }
                return;
            }
            Phase::Open => {}
        }
        let connection = Arc::clone(&self.connection);
        tracing::debug!(reason = end.reason.as_str(), "session ended");
        connection.engine().meters.closed(end.reason);
        {
            let mut inbound = connection.inbound.lock();
            inbound.ended = true;
            inbound.upgrade = None;
            inbound.post = None;
        }
        self.post = None;
        if end.how == How::Dismiss {
            self.upper.protocol.dismiss(&connection);
        }
        self.upper.protocol.end(&connection, end.reason);
        if end.how == How::Abrupt {
            self.close_transport();
            return;
        }
        match connection.transport() {
            Transport::Websocket => {
                let code = if let How::Refuse(code) = end.how { code } else { None };
                connection.close_behind(Some(frame::close(code)));
                connection.engine().forget(&connection);
                self.phase = Phase::Closing(Instant::now() + LINGER);
            }
            Transport::Polling => {
                let orderly = matches!(end.how, How::Orderly | How::Dismiss);
                let mut out = connection.outgoing.lock();
                out.closing = true;
                if let Sink::Polling(Some(poll)) = std::mem::replace(&mut out.sink, Sink::Polling(None)) {
                    let payload = out.take_payload(end.how != How::ByClient);
                    let _ = poll.send(if payload.is_empty() { b"6".to_vec() } else { payload });
                } else if orderly {
                    drop(out);
                    self.phase = Phase::Closing(Instant::now() + LINGER_POLLING);
                    return;
                }
                drop(out);
                self.close_transport();
            }
        }
    }

    fn close_transport(&mut self) {
        self.phase = Phase::Closed;
        self.reader = None;
        self.connection.detach();
        self.connection.engine().forget(&self.connection);
    }

    fn is_over(&mut self, idle: bool) -> bool {
        if let Phase::Closing(_) = self.phase {
            let closed = matches!(self.connection.outgoing.lock().sink, Sink::Closed);
            let websocket = self.connection.transport() == Transport::Websocket;
            let finished = self.peer_closed || self.reader.is_none();
            if closed || websocket && finished && self.connection.is_drained() {
                self.close_transport();
            }
        }
        self.phase == Phase::Closed && idle
    }
}

impl Drop for Session {
    // A handler that panics takes the task with it; the session must not stay behind as if it were open.
    fn drop(&mut self) {
        if self.phase == Phase::Open {
            self.upper
                .protocol
                .end(&self.connection, crate::DisconnectReason::ForcedServerClose);
            self.connection
                .engine()
                .meters
                .closed(crate::DisconnectReason::ForcedServerClose);
            self.connection.inbound.lock().ended = true;
        }
        self.close_transport();
    }
}

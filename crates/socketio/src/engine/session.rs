//! The task of one session: reads, lets the upper layer handle, keeps the heartbeat, and closes.

use std::{
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
    connection::{Connection, End, Post},
    flush,
    heartbeat::{Clock, Due},
    outgoing::Sink,
    protocol::Protocol,
    websocket::{Input, Reader, Stream},
};
use crate::codec::frame::Decoder;

mod ending;
mod reading;

use reading::Upper;

/// Reads of one connection before others have their turn.
const TURN: usize = 8;

pub(super) struct Session {
    connection: Arc<Connection>,
    upper: Upper,
    reader: Option<Box<Reader>>,
    post: Option<Post>,
    phase: Phase,
    /// The client has sent its close frame, with this code: nothing more comes.
    peer_closed: Option<CloseFrame>,
}

/// A close frame of the client, with its code.
#[derive(Clone, Copy)]
struct CloseFrame(Option<u16>);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Open,
    /// The upper layer is told; the transport has until then to finish.
    Closing(Instant),
    Closed,
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
            peer_closed: None,
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

    fn write(&mut self, context: &mut Context<'_>) {
        let out = self.connection.outgoing.lock();
        match &out.sink {
            Sink::Tcp(stream) if out.blocked && stream.as_ref().poll_write_ready(context).is_ready() => {
                drop(out);
                self.connection.unblock();
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
        // A token that came back is counted here, or its time would stay the next deadline.
        self.upper.clock.refill();
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
}

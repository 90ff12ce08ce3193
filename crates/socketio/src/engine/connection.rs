//! What is shared of one session: by its task, by the HTTP requests that belong to it, and by everybody who sends to it.

use std::{
    io,
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use bytes::Bytes;
use futures_util::task::AtomicWaker;
use parking_lot::{Mutex, MutexGuard};
use tokio::sync::oneshot;

use super::{
    Engine, Transport,
    flush::{self, Shard},
    outgoing::{self, Outgoing, Queued, Sink},
    request::RequestParts,
    websocket::Reader,
};
use crate::{DisconnectReason, SocketId, codec::frame, snapshot::count};

pub(crate) struct Connection {
    /// A secret between the server and this client.
    sid: SocketId,
    engine: Arc<Engine>,
    parts: Arc<RequestParts>,
    shard: usize,
    websocket: AtomicBool,
    /// Wakes the session's task.
    pub(super) task: AtomicWaker,
    pub(super) outgoing: Mutex<Outgoing>,
    pub(super) inbound: Mutex<Inbound>,
}

/// What others left for the session's task. Taken before `outgoing` where both are needed.
#[derive(Default)]
pub(super) struct Inbound {
    /// Somebody wants the session to end.
    pub(super) end: Option<End>,
    /// It has ended.
    pub(super) ended: bool,
    /// A POST is under way.
    pub(super) posting: bool,
    /// Its body, when it has come.
    pub(super) post: Option<Post>,
    /// An upgrade is under way; dropping this ends it.
    pub(super) upgrade: Option<oneshot::Sender<()>>,
    /// The WebSocket, when an upgrade is complete.
    pub(super) upgraded: Option<Box<Reader>>,
}

/// A polling payload on its way into the session.
pub(super) struct Post {
    pub(super) payload: String,
    /// How far it is read. Beyond the end: all of it.
    pub(super) at: usize,
    /// Told when all of it is read; dropped if it is not.
    pub(super) done: oneshot::Sender<()>,
}

/// How a session ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct End {
    pub(crate) reason: DisconnectReason,
    pub(crate) how: How,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// What is queued leaves, then the transport is closed in its own way.
    Orderly,
    /// The same, after a packet for each socket that says so.
    Dismiss,
    /// The client did something wrong: WebSocket gets this close code, a waiting poll a CLOSE packet.
    Refuse(Option<u16>),
    /// The client closed it.
    ByClient,
    /// Nobody is there any more.
    Abrupt,
}

impl End {
    pub(crate) const OVERFLOW: Self = Self {
        reason: DisconnectReason::QueueOverflow,
        how: How::Abrupt,
    };
    pub(crate) const DISMISS: Self = Self {
        reason: DisconnectReason::ServerNamespaceDisconnect,
        how: How::Dismiss,
    };
    pub(crate) const PARSE_ERROR: Self = Self {
        reason: DisconnectReason::ParseError,
        how: How::Refuse(None),
    };
    pub(crate) const TRANSPORT_ERROR: Self = Self {
        reason: DisconnectReason::TransportError,
        how: How::Refuse(None),
    };
    pub(crate) const GONE: Self = Self {
        reason: DisconnectReason::TransportClose,
        how: How::Abrupt,
    };
    pub(crate) const LEFT: Self = Self {
        reason: DisconnectReason::TransportClose,
        how: How::ByClient,
    };
    pub(crate) const FORCED: Self = Self {
        reason: DisconnectReason::ForcedServerClose,
        how: How::Orderly,
    };
    pub(crate) const PING_TIMEOUT: Self = Self {
        reason: DisconnectReason::PingTimeout,
        how: How::Refuse(None),
    };
}

impl Connection {
    pub(super) fn new(engine: &Arc<Engine>, parts: RequestParts, transport: Transport) -> Arc<Self> {
        let sink = match transport {
            Transport::Polling => Sink::Polling(None),
            Transport::Websocket => Sink::Opening,
        };
        Arc::new(Self {
            sid: SocketId::random(),
            engine: Arc::clone(engine),
            parts: Arc::new(parts),
            shard: engine.next_shard(),
            websocket: AtomicBool::new(transport == Transport::Websocket),
            task: AtomicWaker::new(),
            outgoing: Mutex::new(Outgoing::new(sink)),
            inbound: Mutex::default(),
        })
    }

    pub(super) fn sid(&self) -> &SocketId {
        &self.sid
    }

    pub(crate) fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }

    pub(crate) fn parts(&self) -> &Arc<RequestParts> {
        &self.parts
    }

    pub(crate) fn remote_addr(&self) -> IpAddr {
        self.parts.remote
    }

    pub(super) fn shard(&self) -> &Shard {
        &self.engine.shards()[self.shard]
    }

    pub(super) fn shard_index(&self) -> usize {
        self.shard
    }

    pub(crate) fn transport(&self) -> Transport {
        if self.websocket.load(Ordering::Acquire) {
            Transport::Websocket
        } else {
            Transport::Polling
        }
    }

    /// Sends encoded frames: they leave together, after all that was sent before.
    pub(crate) fn send(self: &Arc<Self>, packet: Bytes) {
        count(&self.engine.meters.packets_out, 1);
        count(&self.engine.meters.bytes_out, packet.len());
        match self.queue(packet) {
            Queued::Dirty => flush::schedule(self),
            Queued::Overflow => self.overflowed(),
            Queued::Waits | Queued::Closed => {}
        }
    }

    /// Sends if the transport can take it now, as far as anybody knows.
    pub(crate) fn send_volatile(self: &Arc<Self>, packet: Bytes) {
        let limit = self.engine.config.max_queue_bytes;
        let takes = self.outgoing.lock().takes_volatile(&packet, limit);
        if takes {
            self.send(packet);
        }
    }

    pub(super) fn queue(&self, packet: Bytes) -> Queued {
        let mut out = self.outgoing.lock();
        if out.bytes > 0 {
            let limit = self.engine.config.max_queue_bytes;
            // A queue that is full because nobody has written it yet says nothing about the reader: a burst of broadcasts comes
            // before the flush. What the transport does not take after that is the reader's own.
            if out.is_full_for(&packet, limit) && out.is_untried() {
                self.write(out);
                out = self.outgoing.lock();
            }
            if out.is_full_for(&packet, limit) && !out.closing {
                out.closing = true;
                out.discard();
                return Queued::Overflow;
            }
        }
        out.push(packet)
    }

    pub(super) fn overflowed(&self) {
        self.request_end(End::OVERFLOW);
    }

    /// Ends the session. The first request wins.
    pub(crate) fn request_end(&self, end: End) {
        self.inbound.lock().end.get_or_insert(end);
        self.task.wake();
    }

    /// How the session is about to end, if somebody asked for it.
    pub(crate) fn pending_end(&self) -> Option<End> {
        self.inbound.lock().end
    }

    /// Makes the session's task look at its sockets.
    pub(crate) fn request_sweep(&self) {
        self.task.wake();
    }

    /// Writes what waits, as far as the transport takes it. Answers how many write calls that took: whoever flushes many counts once.
    pub(super) fn flush(&self) -> usize {
        let mut out = self.outgoing.lock();
        out.dirty = false;
        self.write_out(out)
    }

    /// The socket is writable again.
    pub(super) fn unblock(&self) {
        let mut out = self.outgoing.lock();
        out.blocked = false;
        self.write(out);
    }

    fn write<'a>(&'a self, out: MutexGuard<'a, Outgoing>) {
        let calls = self.write_out(out);
        count(&self.engine.meters.writes, calls);
    }

    /// The lock is held while the kernel takes a piece of bounded size: that is shorter than taking the queue out and putting the rest
    /// back, and orders those who write.
    fn write_out<'a>(&'a self, mut out: MutexGuard<'a, Outgoing>) -> usize {
        let mut calls = 0;
        while !(out.queue.is_empty() || out.blocked) {
            let out_now = &mut *out;
            match &mut out_now.sink {
                Sink::Tcp(stream) => {
                    calls += 1;
                    match outgoing::write(stream.as_ref(), &mut out_now.queue) {
                        Ok(written) => out.bytes -= written,
                        Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                        Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                            out.blocked = true;
                            self.task.wake();
                            return calls;
                        }
                        Err(_) => {
                            out.closing = true;
                            out.discard();
                            drop(out);
                            self.request_end(End::GONE);
                            return calls;
                        }
                    }
                    if !out.queue.is_empty() {
                        // Whoever waits for the lock, to queue, does not wait for all of it.
                        MutexGuard::bump(&mut out);
                    } else if out.closing {
                        self.task.wake();
                    }
                }
                Sink::Polling(poll) => {
                    let Some(poll) = poll.take() else { break };
                    let payload = out.take_payload(false);
                    drop(out);
                    // A poll that was given up on ends the session by itself.
                    let _ = poll.send(payload);
                    break;
                }
                Sink::Task => {
                    if !out.writing {
                        drop(out);
                        self.task.wake();
                    }
                    break;
                }
                Sink::Opening | Sink::Closed => break,
            }
        }
        calls
    }

    /// The WebSocket handshake is done, or an upgrade is: packets go to `sink` from now on.
    pub(super) fn attach(&self, sink: Sink) {
        let mut out = self.outgoing.lock();
        if matches!(out.sink, Sink::Closed) {
            return;
        }
        // A poll that still waits is refused: its client has said that it does not poll any more.
        out.sink = sink;
        if out.closing {
            // The session ended meanwhile, and waited for a poll to say so.
            let close = frame::close(None);
            out.bytes += close.len();
            out.queue.push(close.into());
        }
        out.release_polls = false;
        self.websocket.store(true, Ordering::Release);
        self.write(out);
    }

    /// No more packets are taken; `last`, if any, still leaves behind what is queued.
    pub(super) fn close_behind(&self, last: Option<Vec<u8>>) {
        let mut out = self.outgoing.lock();
        if !out.closing {
            if let Some(last) = last {
                out.bytes += last.len();
                out.queue.push(last.into());
            }
            out.closing = true;
        }
        self.write(out);
    }

    /// Whether all that was queued has left.
    pub(super) fn is_drained(&self) -> bool {
        let out = self.outgoing.lock();
        out.queue.is_empty() && !out.writing
    }

    /// Lets go of the transport.
    pub(super) fn detach(&self) {
        let mut out = self.outgoing.lock();
        out.closing = true;
        out.sink = Sink::Closed;
        out.discard();
    }
}

/// A pong, as a packet of its own.
pub(super) fn pong(payload: &[u8]) -> Bytes {
    frame::pong(payload).into()
}

impl std::fmt::Debug for Connection {
    // Without the session id, which is a secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection")
            .field("remote", &self.parts.remote)
            .finish_non_exhaustive()
    }
}

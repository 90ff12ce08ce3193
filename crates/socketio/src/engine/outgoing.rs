//! What waits for one connection, and where it goes.
//!
//! Packets are kept as encoded WebSocket frames, shared with all other recipients of the same broadcast; polling takes the payloads out
//! of them. Whoever writes takes the queue out of the lock, so that nobody waits for a system call.

use std::{cell::RefCell, io, sync::Arc};

use bytes::{Buf as _, Bytes};
use smallvec::SmallVec;
use tokio::{
    net::{TcpStream, tcp::OwnedWriteHalf},
    sync::oneshot,
};

use crate::codec::{engine, frame};

pub(crate) type Queue = SmallVec<[Bytes; 2]>;

/// Where packets go.
pub(crate) enum Sink {
    /// Nowhere yet: the WebSocket handshake is still to be answered.
    Opening,
    /// To the poll that waits, if one does.
    Polling(Option<oneshot::Sender<Vec<u8>>>),
    /// To a socket that anybody may write to.
    Tcp(Arc<OwnedWriteHalf>),
    /// To a stream that only the connection's task can write to.
    Task,
    /// Nowhere any more.
    Closed,
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts, each set and read in another place"
)]
pub(crate) struct Outgoing {
    pub(crate) sink: Sink,
    pub(crate) queue: Queue,
    /// Bytes of the queue, and of what is being written right now.
    pub(crate) bytes: usize,
    /// On a flush list.
    pub(crate) dirty: bool,
    /// Somebody writes, and will look at the queue again.
    pub(crate) writing: bool,
    /// The socket takes no more; the connection's task waits for it.
    pub(crate) blocked: bool,
    /// Takes no more packets: what is queued leaves, and then the connection ends.
    pub(crate) closing: bool,
    /// A poll that finds nothing is answered with a NOOP, because an upgrade waits for it.
    pub(crate) release_polls: bool,
}

/// What is to be done after a packet was queued.
#[derive(PartialEq, Eq)]
pub(crate) enum Queued {
    /// Nothing: it leaves with what waits already, or with the next poll.
    Waits,
    /// Put the connection on a flush list.
    Dirty,
    /// The queue would be over its limit: close.
    Overflow,
    /// The connection is closing: dropped.
    Closed,
}

impl Outgoing {
    pub(crate) fn new(sink: Sink) -> Self {
        Self {
            sink,
            queue: Queue::new(),
            bytes: 0,
            dirty: false,
            writing: false,
            blocked: false,
            closing: false,
            release_polls: false,
        }
    }

    pub(crate) fn push(&mut self, packet: Bytes, limit: usize) -> Queued {
        if self.closing {
            return Queued::Closed;
        }
        if self.is_full_for(&packet, limit) {
            self.closing = true;
            self.discard();
            return Queued::Overflow;
        }
        self.bytes += packet.len();
        self.queue.push(packet);
        if self.dirty || self.blocked || self.writing || matches!(self.sink, Sink::Opening | Sink::Polling(None)) {
            return Queued::Waits;
        }
        self.dirty = true;
        Queued::Dirty
    }

    /// Whether the packet is one too many. A single one is never too large: there are other limits for that.
    pub(crate) fn is_full_for(&self, packet: &Bytes, limit: usize) -> bool {
        self.bytes > 0 && self.bytes + packet.len() > limit
    }

    /// Whether what waits could be written now, as far as anybody knows.
    pub(crate) fn is_untried(&self) -> bool {
        !self.closing && !self.blocked && !self.writing && matches!(self.sink, Sink::Polling(Some(_)) | Sink::Tcp(_))
    }

    /// Whether a packet would leave at once.
    pub(crate) fn is_writable(&self) -> bool {
        !self.closing
            && !self.blocked
            && self.bytes == 0
            && matches!(self.sink, Sink::Polling(Some(_)) | Sink::Tcp(_) | Sink::Task)
    }

    pub(crate) fn discard(&mut self) {
        self.bytes -= self.queue.iter().map(Bytes::len).sum::<usize>();
        self.queue = Queue::new();
    }

    /// Everything that waits, as a polling payload. Behind it a CLOSE packet if the session ends with it.
    pub(crate) fn take_payload(&mut self, close: bool) -> Vec<u8> {
        let mut payload = Vec::with_capacity(self.bytes + 2);
        for bytes in &self.queue {
            for (opcode, data) in frame::split_encoded(bytes) {
                match opcode {
                    frame::TEXT => engine::push_text(&mut payload, data),
                    frame::BINARY => engine::push_binary(&mut payload, data),
                    _ => {}
                }
            }
        }
        self.discard();
        if close {
            engine::encode(&mut payload, &engine::Packet::Close);
        }
        payload
    }
}

/// How a write went.
pub(crate) enum Written {
    All,
    Blocked,
    Failed,
}

/// Small frames are put together up to this size; above it they are written from where they are.
const GATHER: usize = 16 * 1024;
const MAX_SLICES: usize = 32;

thread_local! {
    static GATHERED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Writes as much of the queue as the socket takes, and takes it off the queue. Answers how many bytes that were, and how many write calls.
pub(crate) fn write(stream: &TcpStream, queue: &mut Queue) -> (usize, usize, Written) {
    let mut total = 0;
    let mut calls = 0;
    let mut done = 0;
    let outcome = loop {
        let Some(first) = queue.get(done) else {
            break Written::All;
        };
        calls += 1;
        let attempt = if queue.len() - done == 1 {
            stream.try_write(first)
        } else {
            write_several(stream, &queue[done..])
        };
        match attempt {
            Ok(0) => break Written::Failed,
            Ok(mut written) => {
                total += written;
                while written > 0 {
                    let front = &mut queue[done];
                    let step = written.min(front.len());
                    front.advance(step);
                    written -= step;
                    if front.is_empty() {
                        done += 1;
                    }
                }
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => break Written::Blocked,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => break Written::Failed,
        }
    };
    if done == queue.len() {
        *queue = Queue::new();
    } else {
        queue.drain(..done);
    }
    (total, calls, outcome)
}

fn write_several(stream: &TcpStream, queue: &[Bytes]) -> io::Result<usize> {
    let total: usize = queue.iter().map(Bytes::len).sum();
    if total > GATHER {
        let mut slices = [io::IoSlice::new(&[]); MAX_SLICES];
        let mut used = 0;
        for (slice, bytes) in slices.iter_mut().zip(queue) {
            *slice = io::IoSlice::new(bytes);
            used += 1;
        }
        return stream.try_write_vectored(&slices[..used]);
    }
    GATHERED.with_borrow_mut(|gathered| {
        gathered.clear();
        for bytes in queue {
            gathered.extend_from_slice(bytes);
        }
        stream.try_write(gathered)
    })
}

//! What waits for one connection, and where it goes.
//!
//! Packets are kept as encoded WebSocket frames, shared with all other recipients of the same broadcast; polling takes the payloads out
//! of them.

use std::{cell::RefCell, io};

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
    Tcp(OwnedWriteHalf),
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
    /// Bytes of the queue, and of what the task has taken out of it to write.
    pub(crate) bytes: usize,
    /// On a flush list.
    pub(crate) dirty: bool,
    /// The connection's task writes, and will look at the queue again.
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

    pub(crate) fn push(&mut self, packet: Bytes) -> Queued {
        if self.closing {
            return Queued::Closed;
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

    /// Whether a packet that may be missed would leave with what waits, or by itself. What waits only for the flush behind
    /// the handler is no reason to drop it; what the transport has not taken is.
    pub(crate) fn takes_volatile(&self, packet: &Bytes, limit: usize) -> bool {
        if self.closing || self.blocked || self.is_full_for(packet, limit) {
            return false;
        }
        match self.sink {
            Sink::Polling(Some(_)) | Sink::Tcp(_) => true,
            // Whether the task's write waits for the transport is not known here.
            Sink::Task => self.bytes == 0,
            _ => false,
        }
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

/// Bytes of one write call. Frames that fit together are put together; what is larger is written from where it is.
const MOST: usize = 64 * 1024;

thread_local! {
    static GATHERED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Makes one write call with what is at the front of the queue, and takes what the socket took off it. Answers how many bytes that were.
pub(crate) fn write(stream: &TcpStream, queue: &mut Queue) -> io::Result<usize> {
    let written = match queue.as_slice() {
        [] => return Ok(0),
        [only] => send(stream, &only[..only.len().min(MOST)])?,
        several => write_several(stream, several)?,
    };
    if written == 0 {
        return Err(io::ErrorKind::WriteZero.into());
    }
    let (mut left, mut done) = (written, 0);
    while left > 0 {
        let front = &mut queue[done];
        let step = left.min(front.len());
        left -= step;
        if step == front.len() {
            done += 1;
        } else {
            front.advance(step);
        }
    }
    if done == queue.len() {
        // What has grown beyond its place in the connection is given back.
        *queue = Queue::new();
    } else {
        queue.drain(..done);
    }
    Ok(written)
}

fn write_several(stream: &TcpStream, queue: &[Bytes]) -> io::Result<usize> {
    GATHERED.with_borrow_mut(|gathered| {
        gathered.clear();
        for bytes in queue {
            if gathered.len() + bytes.len() > MOST {
                break;
            }
            gathered.extend_from_slice(bytes);
        }
        match gathered.as_slice() {
            [] => send(stream, &queue[0][..MOST]),
            together => send(stream, together),
        }
    })
}

/// Asks the kernel at once: what the runtime knows of the socket's readiness is another place in memory, and a process with threads pays
/// for `send` of the C library that it can be cancelled. Only when the kernel has no room the runtime is asked, which then waits for it.
#[cfg(target_os = "linux")]
fn send(stream: &TcpStream, bytes: &[u8]) -> io::Result<usize> {
    use rustix::net::SendFlags;
    match rustix::net::send(stream, bytes, SendFlags::NOSIGNAL | SendFlags::DONTWAIT) {
        Ok(written) => Ok(written),
        Err(rustix::io::Errno::AGAIN) => stream.try_write(bytes),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(target_os = "linux"))]
fn send(stream: &TcpStream, bytes: &[u8]) -> io::Result<usize> {
    stream.try_write(bytes)
}

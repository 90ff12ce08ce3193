//! Thousands of clients on one thread.
//!
//! One epoll, one buffer that all are read into, and a list of what was heard, which the mode at hand works off. The
//! generator must cost less than any server it measures, so a delivery is one read, one search for its stamp, and
//! nothing allocated.
//!
//! It never blocks in `epoll_wait`, but looks, and sleeps for a moment if there was nothing. A thread that blocks there has
//! to be woken by whoever sends to it, which on loopback is the server: a server whose pace lets the generator fall
//! asleep between two deliveries would pay half as much again for each as a faster or a slower one.

use std::{
    io::{ErrorKind, Read, Write},
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};
use memchr::memmem;
use mio::{Events, Interest, Poll, Token, net::TcpStream};

use crate::{cast::Entrance, wire};

const READ_BUFFER: usize = 256 * 1024;
/// Clients that are on their way in at the same time, unless a mode wants all at once.
const AT_ONCE: usize = 64;

/// How long it sleeps when there was nothing; the kernel makes it about twice as long.
const NAP: Duration = Duration::from_micros(50);

/// Something that a client heard.
#[derive(Debug)]
pub(crate) struct Heard {
    pub(crate) client: usize,
    /// When it was read, in nanoseconds of the generator's clock.
    pub(crate) at: u64,
    pub(crate) what: What,
}

#[derive(Debug)]
pub(crate) enum What {
    /// It is connected, and where it wants to be.
    Ready,
    /// A message: which, when it was sent, and its number in the conversation if those are followed.
    Delivered { slot: u32, sent: u64, sequence: u64 },
    /// An acknowledgement.
    Acknowledged { id: u64 },
    /// An acknowledgement whose content is wanted.
    Answered { id: u64, body: Vec<u8> },
    /// The connection is gone.
    Closed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Absent,
    Upgrading,
    Entering,
    Ready,
}

struct Client {
    stream: Option<TcpStream>,
    state: State,
    partial: Vec<u8>,
    unsent: Vec<u8>,
    entrance: Entrance,
    /// It does not read.
    stopped: bool,
}

/// The clients.
pub(crate) struct Swarm {
    poll: Poll,
    events: Events,
    clients: Vec<Client>,
    buffer: Vec<u8>,
    address: SocketAddr,
    started: Instant,
    /// Whether acknowledgements are kept whole, and sequences read.
    pub(crate) curious: bool,
    /// Reads that brought something: with the number of deliveries, how many came together.
    pub(crate) reads: u64,
}

impl Swarm {
    pub(crate) fn new(address: SocketAddr) -> anyhow::Result<Self> {
        Ok(Self {
            poll: Poll::new()?,
            events: Events::with_capacity(1024),
            clients: Vec::new(),
            buffer: vec![0; READ_BUFFER],
            address,
            started: Instant::now(),
            curious: false,
            reads: 0,
        })
    }

    /// Nanoseconds of the generator's clock.
    pub(crate) fn now(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    /// Adds a client, which stays away until it is told to come.
    pub(crate) fn add(&mut self, entrance: Entrance) -> usize {
        self.clients.push(Client {
            stream: None,
            state: State::Absent,
            partial: Vec::new(),
            unsent: Vec::new(),
            entrance,
            stopped: false,
        });
        self.clients.len() - 1
    }

    /// Opens a client's connection. With `receive_buffer`, its kernel takes no more than about so many bytes for it.
    pub(crate) fn come(&mut self, client: usize, receive_buffer: Option<usize>) -> anyhow::Result<()> {
        let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None)?;
        socket.set_nonblocking(true)?;
        // Ends with a reset: ten thousand connections in TIME_WAIT would leave the machine without free ports for a minute.
        socket.set_linger(Some(Duration::ZERO))?;
        if let Some(bytes) = receive_buffer {
            socket.set_recv_buffer_size(bytes)?;
        }
        match socket.connect(&self.address.into()) {
            Ok(()) => {}
            Err(error) if error.raw_os_error() == Some(115) || error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error).context("cannot connect"),
        }
        let mut stream = TcpStream::from_std(socket.into());
        let both = Interest::READABLE | Interest::WRITABLE;
        self.poll.registry().register(&mut stream, Token(client), both)?;
        stream.set_nodelay(true)?;
        let entry = &mut self.clients[client];
        entry.stream = Some(stream);
        entry.state = State::Upgrading;
        entry.partial.clear();
        entry.unsent.clear();
        entry.unsent.extend_from_slice(wire::UPGRADE);
        entry.stopped = false;
        Ok(())
    }

    /// Closes a client's connection.
    pub(crate) fn leave(&mut self, client: usize) {
        let entry = &mut self.clients[client];
        entry.stream = None;
        entry.state = State::Absent;
        entry.partial = Vec::new();
        entry.unsent = Vec::new();
    }

    /// From now on the client does not read.
    pub(crate) fn stop_reading(&mut self, client: usize) {
        self.clients[client].stopped = true;
    }

    /// Whether the server has its end of the connection still open.
    pub(crate) fn is_held(&self, client: usize) -> anyhow::Result<bool> {
        match &self.clients[client].stream {
            Some(stream) => crate::process::is_held(self.address, stream.local_addr()?),
            None => Ok(false),
        }
    }

    /// It reads again, whatever is left.
    pub(crate) fn read_again(&mut self, client: usize, heard: &mut Vec<Heard>) -> anyhow::Result<()> {
        let entry = &mut self.clients[client];
        entry.stopped = false;
        if let Some(stream) = &entry.stream {
            // With the small one that it may have had, the rest would trickle.
            socket2::SockRef::from(stream).set_recv_buffer_size(READ_BUFFER)?;
        }
        self.read(client, true, heard)
    }

    pub(crate) fn is_ready(&self, client: usize) -> bool {
        self.clients[client].state == State::Ready
    }

    /// Brings these clients in, `AT_ONCE` at a time, and returns when all are ready.
    pub(crate) fn gather(&mut self, clients: std::ops::Range<usize>, limit: Duration) -> anyhow::Result<()> {
        let deadline = Instant::now() + limit;
        let (mut next, mut ready, all) = (clients.start, 0, clients.len());
        let mut heard = Vec::new();
        while ready < all {
            while next < clients.end && next - clients.start - ready < AT_ONCE {
                self.come(next, None)?;
                next += 1;
            }
            self.turn(Duration::from_millis(100), &mut heard)?;
            for one in heard.drain(..) {
                match one.what {
                    What::Ready => ready += 1,
                    What::Closed => bail!("the server closed client {} on its way in", one.client),
                    _ => {}
                }
            }
            ensure!(
                Instant::now() < deadline,
                "only {ready} of {all} clients came in within {limit:?}"
            );
        }
        Ok(())
    }

    /// Sends a packet of a client.
    pub(crate) fn say(&mut self, client: usize, packet: &str) {
        let entry = &mut self.clients[client];
        wire::frame(&mut entry.unsent, packet.as_bytes());
        entry.flush();
    }

    /// Bytes that a client has not got rid of.
    pub(crate) fn unsent(&self, client: usize) -> usize {
        self.clients[client].unsent.len()
    }

    /// Waits for something to happen, at most `wait`, and adds what was heard.
    pub(crate) fn turn(&mut self, wait: Duration, heard: &mut Vec<Heard>) -> anyhow::Result<()> {
        let mut events = std::mem::replace(&mut self.events, Events::with_capacity(0));
        let deadline = Instant::now() + wait;
        let polled = loop {
            let polled = self.poll.poll(&mut events, Some(Duration::ZERO));
            if polled.is_err() || !events.is_empty() || Instant::now() >= deadline {
                break polled;
            }
            std::thread::sleep(NAP.min(wait));
        };
        let result = match polled {
            Ok(()) => events.iter().try_for_each(|event| {
                let Token(client) = event.token();
                if event.is_writable() {
                    self.clients[client].flush();
                }
                if event.is_readable() {
                    self.read(client, event.is_read_closed(), heard)?;
                }
                Ok(())
            }),
            Err(error) if error.kind() == ErrorKind::Interrupted => Ok(()),
            Err(error) => Err(error.into()),
        };
        self.events = events;
        result
    }

    /// Notifications are edges, so a client is read until a read comes back short, which saves the call that would say that
    /// there is no more; but not where the other end has closed (`to_the_end`): the end stands behind the last bytes, and
    /// no other notification tells of it.
    fn read(&mut self, client: usize, to_the_end: bool, heard: &mut Vec<Heard>) -> anyhow::Result<()> {
        let mut buffer = std::mem::take(&mut self.buffer);
        let result = loop {
            let entry = &mut self.clients[client];
            let Some(stream) = entry.stream.as_mut().filter(|_| !entry.stopped) else {
                break Ok(());
            };
            let kept = entry.partial.len();
            if buffer.len() < kept + READ_BUFFER / 2 {
                buffer.resize(kept + READ_BUFFER, 0);
            }
            buffer[..kept].copy_from_slice(&entry.partial);
            let read = match stream.read(&mut buffer[kept..]) {
                Ok(0) => 0,
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break Ok(()),
                Err(_) => 0,
            };
            let at = self.now();
            if read == 0 {
                self.leave(client);
                heard.push(Heard {
                    client,
                    at,
                    what: What::Closed,
                });
                break Ok(());
            }
            self.reads += 1;
            let all = kept + read;
            match self.feed(client, &buffer[..all], at, heard) {
                Ok(used) => {
                    let entry = &mut self.clients[client];
                    entry.partial.clear();
                    entry.partial.extend_from_slice(&buffer[used..all]);
                }
                Err(error) => break Err(error),
            }
            if all < buffer.len() && !to_the_end {
                break Ok(());
            }
        };
        self.buffer = buffer;
        result
    }

    /// How much of it was used.
    fn feed(&mut self, client: usize, bytes: &[u8], at: u64, heard: &mut Vec<Heard>) -> anyhow::Result<usize> {
        let mut used = 0;
        if self.clients[client].state == State::Upgrading {
            let Some(end) = memmem::find(bytes, b"\r\n\r\n") else {
                return Ok(0);
            };
            let status = String::from_utf8_lossy(&bytes[..end.min(64)]).into_owned();
            ensure!(status.starts_with("HTTP/1.1 101"), "no upgrade: {status}");
            self.clients[client].state = State::Entering;
            used = end + 4;
        }
        while let Some((opcode, payload, length)) = wire::next_frame(&bytes[used..]) {
            used += length;
            match opcode {
                1 => {
                    if let Some(what) = self.packet(client, payload)? {
                        heard.push(Heard { client, at, what });
                    }
                }
                8 => {
                    self.leave(client);
                    heard.push(Heard {
                        client,
                        at,
                        what: What::Closed,
                    });
                    return Ok(bytes.len());
                }
                _ => {}
            }
        }
        Ok(used)
    }

    fn packet(&mut self, client: usize, packet: &[u8]) -> anyhow::Result<Option<What>> {
        if let Some(event) = packet.strip_prefix(b"42") {
            if event.starts_with(b"[\"RecievedMsg\"") {
                let Some((slot, sent)) = wire::read_stamp(event) else {
                    return Ok(None);
                };
                let sequence = if self.curious {
                    wire::fields(event, "\"sequence\":").next().unwrap_or(0)
                } else {
                    0
                };
                return Ok(Some(What::Delivered { slot, sent, sequence }));
            }
            if event.starts_with(b"[\"joinedRoom\"") && self.clients[client].state == State::Entering {
                self.clients[client].state = State::Ready;
                return Ok(Some(What::Ready));
            }
            return Ok(None);
        }
        if let Some(ack) = packet.strip_prefix(b"43") {
            let (id, body) = wire::leading(ack).context("an acknowledgement without an id")?;
            ensure!(
                body.starts_with(b"[{\"success\":true"),
                "refused: {}",
                String::from_utf8_lossy(&body[..body.len().min(200)])
            );
            let what = if self.curious {
                What::Answered {
                    id,
                    body: body.to_vec(),
                }
            } else {
                What::Acknowledged { id }
            };
            return Ok(Some(what));
        }
        if packet.starts_with(b"40") {
            let Some(join) = self.clients[client].entrance.join.clone() else {
                self.clients[client].state = State::Ready;
                return Ok(Some(What::Ready));
            };
            self.say(client, &join);
        } else if packet.starts_with(b"44") {
            bail!("not let in: {}", String::from_utf8_lossy(packet));
        } else if packet == b"2" {
            self.say(client, "3");
        } else if packet.starts_with(b"0") {
            let connect = self.clients[client].entrance.connect.clone();
            self.say(client, &connect);
        }
        Ok(None)
    }
}

impl Client {
    /// Sends what it can. An error shows when the connection is read.
    fn flush(&mut self) {
        let Some(stream) = &mut self.stream else { return };
        if self.unsent.is_empty() {
            return;
        }
        if let Ok(written) = stream.write(&self.unsent) {
            self.unsent.drain(..written);
        }
    }
}

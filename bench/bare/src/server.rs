//! The loop.

use std::{
    collections::HashMap,
    io::{ErrorKind, Read, Write},
    net::SocketAddr,
};

use anyhow::Context as _;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use memchr::memmem;
use mio::{
    Events, Interest, Poll, Token,
    net::{TcpListener, TcpStream},
};

use crate::room;

const LISTENER: Token = Token(usize::MAX);
/// Bytes of the buffer that all connections are read into.
const READ_BUFFER: usize = 256 * 1024;
/// A connection for which more waits than this is closed: the generator reads, so something is wrong.
const MOST_WAITING: usize = 64 << 20;

struct Connection {
    stream: TcpStream,
    /// Bytes of a frame or a request that has not come whole.
    partial: Vec<u8>,
    /// What waits to be sent: in a batch, or because the kernel's buffer was full.
    waiting: Vec<u8>,
    upgraded: bool,
    dirty: bool,
    rooms: Vec<usize>,
}

/// All connections and rooms.
pub(crate) struct Server {
    poll: Poll,
    listener: TcpListener,
    batch: bool,
    connections: Vec<Option<Connection>>,
    rooms: Vec<Vec<usize>>,
    room_names: HashMap<Vec<u8>, usize>,
    /// Connections with something in `waiting`, in a batch.
    dirty: Vec<usize>,
    messages: u64,
    frame: Vec<u8>,
}

/// Puts a server's frame around a text message.
fn frame(out: &mut Vec<u8>, parts: &[&[u8]]) {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    out.push(0x81);
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short), _) if short < 126 => out.push(short),
        (_, Ok(medium)) => {
            out.push(126);
            out.extend_from_slice(&medium.to_be_bytes());
        }
        _ => {
            out.push(127);
            out.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    for part in parts {
        out.extend_from_slice(part);
    }
}

impl Server {
    pub(crate) fn bind(address: SocketAddr, batch: bool) -> anyhow::Result<Self> {
        let poll = Poll::new()?;
        // The standard library's backlog is too short for thousands of clients that come at once.
        let mut listener = TcpListener::bind(address).context("cannot listen")?;
        poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
        println!("listening on {}", listener.local_addr()?);
        Ok(Self {
            poll,
            listener,
            batch,
            connections: Vec::new(),
            rooms: Vec::new(),
            room_names: HashMap::new(),
            dirty: Vec::new(),
            messages: 0,
            frame: Vec::new(),
        })
    }

    pub(crate) fn run(mut self) -> anyhow::Result<()> {
        let mut events = Events::with_capacity(1024);
        let mut buffer = vec![0; READ_BUFFER];
        loop {
            if let Err(error) = self.poll.poll(&mut events, None) {
                if error.kind() == ErrorKind::Interrupted {
                    continue;
                }
                return Err(error.into());
            }
            for event in &events {
                if event.token() == LISTENER {
                    self.accept()?;
                    continue;
                }
                let Token(at) = event.token();
                if event.is_writable() {
                    self.flush(at);
                }
                if event.is_readable() && !self.read(at, &mut buffer) {
                    self.close(at);
                }
            }
            for at in std::mem::take(&mut self.dirty) {
                self.flush(at);
            }
        }
    }

    fn accept(&mut self) -> anyhow::Result<()> {
        loop {
            let mut stream = match self.listener.accept() {
                Ok((stream, _)) => stream,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error.into()),
            };
            stream.set_nodelay(true)?;
            let at = self.connections.len();
            let both = Interest::READABLE | Interest::WRITABLE;
            self.poll.registry().register(&mut stream, Token(at), both)?;
            self.connections.push(Some(Connection {
                stream,
                partial: Vec::new(),
                waiting: Vec::new(),
                upgraded: false,
                dirty: false,
                rooms: Vec::new(),
            }));
        }
    }

    /// Whether the connection lives on. Notifications are edges, so it is read until a read comes back short.
    fn read(&mut self, at: usize, buffer: &mut [u8]) -> bool {
        loop {
            let Some(connection) = &mut self.connections[at] else {
                return true;
            };
            let kept = connection.partial.len();
            buffer[..kept].copy_from_slice(&connection.partial);
            match connection.stream.read(&mut buffer[kept..]) {
                Ok(0) => return false,
                Ok(read) => {
                    let all = kept + read;
                    let Some(used) = self.feed(at, &mut buffer[..all]) else {
                        return false;
                    };
                    let Some(connection) = &mut self.connections[at] else {
                        return true;
                    };
                    connection.partial.clear();
                    if used < all {
                        connection.partial.extend_from_slice(&buffer[used..all]);
                    } else {
                        connection.partial = Vec::new();
                    }
                    if all < buffer.len() {
                        return true;
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return true,
                Err(_) => return false,
            }
        }
    }

    /// How much of it was used, or none if the client is to go.
    fn feed(&mut self, at: usize, bytes: &mut [u8]) -> Option<usize> {
        let mut used = 0;
        if !self.connections[at].as_ref()?.upgraded {
            let Some(end) = memmem::find(bytes, b"\r\n\r\n") else {
                return Some(0);
            };
            self.upgrade(at, &bytes[..end])?;
            used = end + 4;
        }
        loop {
            let rest = &mut bytes[used..];
            if rest.len() < 6 {
                return Some(used);
            }
            let (head, length) = match rest[1] & 0x7f {
                126 => (8, usize::from(u16::from_be_bytes([rest[2], rest[3]]))),
                // Nobody sends frames of 64 KiB here.
                127 => return None,
                short => (6, usize::from(short)),
            };
            if rest.len() < head + length {
                return Some(used);
            }
            let key = [rest[head - 4], rest[head - 3], rest[head - 2], rest[head - 1]];
            let opcode = rest[0] & 0xf;
            let payload = &mut rest[head..head + length];
            for (byte, mask) in payload.iter_mut().zip(key.iter().cycle()) {
                *byte ^= mask;
            }
            match opcode {
                1 => self.message(at, payload)?,
                8 => return None,
                _ => {}
            }
            used += head + length;
        }
    }

    fn upgrade(&mut self, at: usize, request: &[u8]) -> Option<()> {
        let name = b"sec-websocket-key:";
        let lower = request.to_ascii_lowercase();
        let start = memmem::find(&lower, name)? + name.len();
        let length = memchr::memchr(b'\r', &request[start..]).unwrap_or(request.len() - start);
        let mut hash = sha1_smol::Sha1::new();
        hash.update(request[start..start + length].trim_ascii());
        hash.update(b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
        let accept = BASE64_STANDARD.encode(hash.digest().bytes());
        let mut answer = format!(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Accept: {accept}\r\n\r\n"
        )
        .into_bytes();
        let open = format!(
            "0{{\"sid\":\"{at:020x}\",\"upgrades\":[],\"pingInterval\":25000,\"pingTimeout\":20000,\
             \"maxPayload\":1000000}}"
        );
        frame(&mut answer, &[open.as_bytes()]);
        self.connections[at].as_mut()?.upgraded = true;
        self.send(at, &answer);
        Some(())
    }

    fn message(&mut self, at: usize, packet: &[u8]) -> Option<()> {
        if packet.starts_with(b"40") {
            let sid = format!("40{{\"sid\":\"{at:020x}\"}}");
            self.send_text(at, &[sid.as_bytes()]);
            return Some(());
        }
        let Some(event) = packet.strip_prefix(b"42") else {
            return Some(());
        };
        let (id, event) = room::split_id(event);
        let name = room::of(event)?;
        if event.starts_with(b"[\"join") {
            let room = *self.room_names.entry(name.clone()).or_insert_with(|| {
                self.rooms.push(Vec::new());
                self.rooms.len() - 1
            });
            self.rooms[room].push(at);
            self.connections[at].as_mut()?.rooms.push(room);
            self.send_text(at, &[b"42[\"joinedRoom\",{\"roomId\":\"", &name, b"\"}]"]);
            return Some(());
        }
        let room = *self.room_names.get(&name)?;
        // The payload goes out as it came in, under the name of the other event.
        let payload = &event[memchr::memchr(b',', event)?..];
        let mut encoded = std::mem::take(&mut self.frame);
        encoded.clear();
        frame(&mut encoded, &[b"42[\"RecievedMsg\"", payload]);
        let mut index = 0;
        // By index, since a member that is closed on the way leaves the list.
        while let Some(member) = self.rooms[room].get(index).copied() {
            self.send(member, &encoded);
            index += 1;
        }
        self.frame = encoded;
        if !id.is_empty() {
            self.messages += 1;
            let number = self.messages.to_string();
            let ack: &[&[u8]] = &[
                b"43",
                id,
                b"[{\"success\":true,\"messageId\":\"",
                number.as_bytes(),
                b"\"}]",
            ];
            self.send_text(at, ack);
        }
        Some(())
    }

    fn send_text(&mut self, at: usize, parts: &[&[u8]]) {
        let mut encoded = Vec::new();
        frame(&mut encoded, parts);
        self.send(at, &encoded);
    }

    fn send(&mut self, at: usize, bytes: &[u8]) {
        let Some(connection) = &mut self.connections[at] else {
            return;
        };
        if self.batch {
            connection.waiting.extend_from_slice(bytes);
            if !connection.dirty {
                connection.dirty = true;
                self.dirty.push(at);
            }
            return;
        }
        let written = if connection.waiting.is_empty() {
            // An error shows when the connection is read.
            connection.stream.write(bytes).unwrap_or(0)
        } else {
            0
        };
        connection.waiting.extend_from_slice(&bytes[written..]);
        if connection.waiting.len() > MOST_WAITING {
            self.close(at);
        }
    }

    fn flush(&mut self, at: usize) {
        let Some(connection) = self.connections.get_mut(at).and_then(Option::as_mut) else {
            return;
        };
        connection.dirty = false;
        if connection.waiting.is_empty() {
            return;
        }
        if let Ok(written) = connection.stream.write(&connection.waiting) {
            if written == connection.waiting.len() {
                // Nothing is held by a connection at rest, as anything else that is measured here.
                connection.waiting = Vec::new();
            } else {
                connection.waiting.drain(..written);
            }
        }
        if connection.waiting.len() > MOST_WAITING {
            self.close(at);
        }
    }

    fn close(&mut self, at: usize) {
        if let Some(connection) = self.connections[at].take() {
            for room in connection.rooms {
                self.rooms[room].retain(|member| *member != at);
            }
        }
    }
}

//! From polling to WebSocket.
//!
//! The client opens a WebSocket beside its polls and sends the probe `2probe`. It is answered, and from then on polls are let go with a
//! NOOP, so that the client can stop polling. When all its requests are answered it sends `5`, and from that moment on everything goes by
//! WebSocket: what was queued in between, too, and in order. If the probe fails, polling goes on as if nothing had been.

use std::{io, pin::pin, sync::Arc, time::Duration};

use hyper::upgrade::OnUpgrade;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    sync::oneshot,
};

use super::{Connection, Transport, connection::pong, outgoing::Sink, websocket::Stream};
use crate::{
    codec::frame::{self, Decoder, Message},
    snapshot::count,
};

/// How long a poll waits while an upgrade is under way. Long enough that a client does not spin, and that an UPGRADE packet that was sent
/// before the poll, or right behind the probe, is also seen before the poll is answered.
pub(super) const WHILE_UPGRADING: Duration = Duration::from_millis(20);

/// Packets, and fragments with next to nothing in them, that a probe may take: two are enough. Nothing else paces what comes before the
/// session reads it.
const MOST_PACKETS: u32 = 32;

/// A WebSocket handshake that names a session: begins an upgrade, or refuses it. It is refused within the WebSocket and not by an HTTP
/// status, as the official server does.
pub(super) fn begin(connection: Arc<Connection>, handshake: OnUpgrade) {
    let (guard, cancelled) = oneshot::channel();
    let free = {
        let mut inbound = connection.inbound.lock();
        let free = !inbound.ended && inbound.upgrade.is_none() && connection.transport() == Transport::Polling;
        if free {
            inbound.upgrade = Some(guard);
        }
        free
    };
    tokio::spawn(async move {
        let limit = connection.engine().config.upgrade_timeout;
        let mut stream = None;
        let attempt = async {
            let (upgraded, rest) = Stream::from_upgraded(handshake.await.map_err(io::Error::other)?);
            let upgraded = stream.insert(upgraded);
            if free {
                probe(&connection, upgraded, rest).await.map(Some)
            } else {
                Ok(None)
            }
        };
        let probed = tokio::select! {
            probed = tokio::time::timeout(limit, attempt) => probed,
            _ = cancelled, if free => Ok(Ok(None)),
        };
        let Some(stream) = stream else {
            return give_up(&connection, free);
        };
        if let Ok(Ok(Some((decoder, rest)))) = probed {
            complete(&connection, stream, decoder, rest);
        } else {
            give_up(&connection, free);
            refuse(stream).await;
        }
    });
}

/// Waits for `2probe` and then for `5`. Answers what came behind them.
async fn probe(connection: &Connection, stream: &mut Stream, mut rest: Vec<u8>) -> io::Result<(Decoder, Vec<u8>)> {
    let mut decoder = Decoder::new(connection.engine().config.max_payload);
    let mut packets = 0;
    loop {
        let mut input = rest.as_mut_slice();
        let mut reply = Vec::new();
        let mut complete = false;
        while !complete && let Some(message) = decoder.next(&mut input).map_err(io::Error::other)? {
            match message {
                Message::Text("2probe") => frame::encode(&mut reply, frame::TEXT, b"3probe"),
                Message::Text("5") => complete = true,
                Message::Ping(payload) => reply.extend_from_slice(&pong(payload)),
                Message::Pong(_) => {}
                Message::Text(_) | Message::Binary(_) | Message::Close(_) => {
                    return Err(io::ErrorKind::InvalidData.into());
                }
            }
            packets += 1;
        }
        packets += decoder.take_small_fragments();
        if packets > MOST_PACKETS {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let left = input.to_vec();
        if !reply.is_empty() {
            stream.write_all(&reply).await?;
            stream.flush().await?;
            connection.outgoing.lock().release_polls = true;
        }
        if complete {
            return Ok((decoder, left));
        }
        rest.resize(1024, 0);
        let read = {
            let mut reading = pin!(stream.read(&mut rest));
            if let Ok(read) = tokio::time::timeout(WHILE_UPGRADING, reading.as_mut()).await {
                read?
            } else {
                release_poll(connection);
                reading.await?
            }
        };
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        rest.truncate(read);
    }
}

/// Lets go of a poll that waited before the probe came; later ones know by themselves.
fn release_poll(connection: &Connection) {
    let mut out = connection.outgoing.lock();
    if out.release_polls
        && out.queue.is_empty()
        && let Sink::Polling(waiter) = &mut out.sink
        && let Some(waiter) = waiter.take()
    {
        let _ = waiter.send(b"6".to_vec());
    }
}

fn complete(connection: &Connection, stream: Stream, decoder: Decoder, rest: Vec<u8>) {
    let (reader, sink) = stream.split(decoder, rest);
    {
        let mut inbound = connection.inbound.lock();
        if inbound.ended {
            return;
        }
        inbound.upgrade = None;
        inbound.upgraded = Some(reader);
    }
    connection.attach(sink);
    count(&connection.engine().meters.upgraded, 1);
    connection.request_sweep();
}

fn give_up(connection: &Connection, free: bool) {
    if free {
        connection.outgoing.lock().release_polls = false;
        connection.inbound.lock().upgrade = None;
    }
}

/// Closes a WebSocket that has no session.
async fn refuse(mut stream: Stream) {
    let close = async {
        stream.write_all(&frame::close(None)).await?;
        stream.flush().await?;
        let mut buffer = [0; 256];
        while stream.read(&mut buffer).await? > 0 {}
        Ok::<_, io::Error>(())
    };
    let _ = tokio::time::timeout(Duration::from_secs(3), close).await;
}

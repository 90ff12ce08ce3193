//! Messages for other nodes.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use rmp::encode as write;
use serde::Serialize;

use super::{ClusterError, MsgpackError, kind};
use crate::{
    Args, Change, RemoteSocket, Room, Target,
    codec::{frame, msgpack::from_json, socket::PacketError},
};

/// The JSON of an event, out of the frames in which clients get it, and its attachments.
fn take_apart<'a>(frames: &'a Bytes, namespace: &str) -> Result<(&'a str, Vec<Bytes>), ClusterError> {
    let mut parts = frame::split_encoded(frames);
    let (_, text) = parts.next().ok_or(PacketError::UnknownType)?;
    let attachments = parts.map(|(_, data)| frames.slice_ref(data)).collect();
    let mut rest = str::from_utf8(text).map_err(|_| PacketError::InvalidPayload)?;
    // `4` of Engine.IO, and then `2`, or `5` with the number of attachments.
    rest = match rest.as_bytes() {
        [b'4', b'2', ..] => &rest[2..],
        [b'4', b'5', ..] => rest.split_once('-').map_or("", |(_, rest)| rest),
        _ => return Err(PacketError::UnknownType.into()),
    };
    if namespace != "/" {
        rest = rest.strip_prefix(namespace).unwrap_or(rest);
        rest = rest.strip_prefix(',').unwrap_or(rest);
    }
    Ok((
        rest.trim_start_matches(|digit: char| digit.is_ascii_digit()),
        attachments,
    ))
}

/// Appends MessagePack. The vector takes everything, so only a length over 4 GiB can fail.
struct Packer {
    out: Vec<u8>,
}

impl Packer {
    fn map(&mut self, length: u32) -> Result<(), MsgpackError> {
        write::write_map_len(&mut self.out, length).map_err(|_| MsgpackError::Malformed)?;
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), MsgpackError> {
        write::write_str(&mut self.out, text).map_err(|_| MsgpackError::Malformed)
    }

    fn number(&mut self, number: u64) -> Result<(), MsgpackError> {
        write::write_uint(&mut self.out, number).map_err(|_| MsgpackError::Malformed)?;
        Ok(())
    }

    fn rooms<'a>(&mut self, rooms: impl ExactSizeIterator<Item = &'a str>) -> Result<(), MsgpackError> {
        let length = u32::try_from(rooms.len()).map_err(|_| MsgpackError::Malformed)?;
        write::write_array_len(&mut self.out, length).map_err(|_| MsgpackError::Malformed)?;
        rooms.into_iter().try_for_each(|room| self.text(room))
    }

    fn packet(&mut self, namespace: &str, frames: &Bytes) -> Result<(), ClusterError> {
        let (json, attachments) = take_apart(frames, namespace)?;
        self.map(3)?;
        self.text("type")?;
        self.number(2)?;
        self.text("data")?;
        from_json(&mut self.out, json, &attachments)?;
        self.text("nsp")?;
        self.text(namespace)?;
        Ok(())
    }

    fn opts(&mut self, target: &Target, timeout: Option<Duration>) -> Result<(), MsgpackError> {
        self.map(3)?;
        self.text("rooms")?;
        self.rooms(target.rooms.iter().map(|room| &**room))?;
        self.text("except")?;
        self.rooms(excepted(target).into_iter())?;
        self.text("flags")?;
        self.map(u32::from(target.volatile) + u32::from(timeout.is_some()))?;
        if target.volatile {
            self.text("volatile")?;
            self.out.push(0xc3);
        }
        if let Some(timeout) = timeout {
            self.text("timeout")?;
            self.number(u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX))?;
        }
        Ok(())
    }
}

/// The rooms of sockets that are not meant. A socket that is not meant is the room of its id.
fn excepted(target: &Target) -> Vec<&str> {
    let socket = target.except_socket.as_ref().map(AsRef::as_ref);
    target.except.iter().map(|room| &**room).chain(socket).collect()
}

/// A broadcast of an event, which is given as [`encode_event`](crate::codec::socket::encode_event) makes it.
pub fn encode_broadcast(uid: &str, namespace: &str, target: &Target, event: &Bytes) -> Result<Vec<u8>, ClusterError> {
    let mut packer = Packer {
        out: Vec::with_capacity(event.len() + 128),
    };
    packer.out.push(0x93);
    packer.text(uid)?;
    packer.packet(namespace, event)?;
    packer.opts(target, None)?;
    Ok(packer.out)
}

/// The request that sockets acknowledge an event, which is given as [`encode_broadcast`] takes it.
pub fn encode_ask(
    uid: &str,
    id: &str,
    namespace: &str,
    target: &Target,
    event: &Bytes,
    timeout: Duration,
) -> Result<Vec<u8>, ClusterError> {
    let mut packer = Packer {
        out: Vec::with_capacity(event.len() + 128),
    };
    packer.map(5)?;
    packer.text("uid")?;
    packer.text(uid)?;
    packer.text("requestId")?;
    packer.text(id)?;
    packer.text("type")?;
    packer.number(kind::BROADCAST.into())?;
    packer.text("packet")?;
    packer.packet(namespace, event)?;
    packer.text("opts")?;
    packer.opts(target, Some(timeout))?;
    Ok(packer.out)
}

/// One socket's acknowledgement.
pub fn encode_ack(id: &str, args: &Args) -> Result<Vec<u8>, ClusterError> {
    let mut packer = Packer { out: Vec::new() };
    packer.map(3)?;
    packer.text("type")?;
    packer.number(kind::BROADCAST_ACK.into())?;
    packer.text("requestId")?;
    packer.text(id)?;
    packer.text("packet")?;
    from_json(&mut packer.out, args.raw(0).unwrap_or("null"), args.attachments())?;
    Ok(packer.out)
}

/// What goes into a message as JSON, with the names that the format has for it.
#[derive(Serialize, Default)]
#[serde(rename_all = "camelCase")]
struct Message<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    uid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    opts: Option<Opts<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rooms: Option<Vec<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    close: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sockets: Option<Sockets<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_count: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<()>,
}

#[derive(Serialize)]
struct Opts<'a> {
    rooms: Vec<&'a str>,
    except: Vec<&'a str>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Sockets<'a> {
    Ids(Vec<&'a str>),
    Details(Vec<Details<'a>>),
}

#[derive(Serialize)]
struct Details<'a> {
    id: &'a str,
    handshake: Handshake,
    rooms: Vec<&'a str>,
    data: Nothing,
}

/// What the official server's `RemoteSocket` shows of a handshake, as far as it is known here.
#[derive(Serialize)]
struct Handshake {
    headers: Nothing,
    auth: Nothing,
    query: Query,
    issued: u64,
    address: String,
    xdomain: bool,
    secure: bool,
    url: &'static str,
}

#[derive(Serialize)]
struct Query {
    #[serde(rename = "EIO")]
    version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    transport: Option<&'static str>,
}

#[derive(Serialize)]
struct Nothing {}

impl Message<'_> {
    fn json(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("strings and numbers have JSON")
    }
}

fn opts(target: &Target) -> Opts<'_> {
    Opts {
        rooms: names(&target.rooms),
        except: excepted(target),
    }
}

fn names(rooms: &[Room]) -> Vec<&str> {
    rooms.iter().map(|room| &**room).collect()
}

/// The request to do something with sockets.
#[must_use]
pub fn encode_change(uid: &str, target: &Target, change: &Change) -> Vec<u8> {
    let (kind, rooms, close) = match change {
        Change::Join(rooms) => (kind::REMOTE_JOIN, Some(names(rooms)), None),
        Change::Leave(rooms) => (kind::REMOTE_LEAVE, Some(names(rooms)), None),
        Change::Disconnect { close } => (kind::REMOTE_DISCONNECT, None, Some(*close)),
    };
    Message {
        uid: Some(uid),
        kind: Some(kind),
        opts: Some(opts(target)),
        rooms,
        close,
        ..Message::default()
    }
    .json()
}

/// The request for sockets.
#[must_use]
pub fn encode_fetch(uid: &str, id: &str, target: &Target) -> Vec<u8> {
    Message {
        uid: Some(uid),
        request_id: Some(id),
        kind: Some(kind::REMOTE_FETCH),
        opts: Some(opts(target)),
        ..Message::default()
    }
    .json()
}

/// The response with the ids of sockets.
#[must_use]
pub fn encode_socket_ids<'a>(id: &str, sockets: impl Iterator<Item = &'a str>) -> Vec<u8> {
    Message {
        request_id: Some(id),
        sockets: Some(Sockets::Ids(sockets.collect())),
        ..Message::default()
    }
    .json()
}

/// The response with the names of rooms.
#[must_use]
pub fn encode_rooms<'a>(id: &str, rooms: impl Iterator<Item = &'a str>) -> Vec<u8> {
    Message {
        request_id: Some(id),
        rooms: Some(rooms.collect()),
        ..Message::default()
    }
    .json()
}

/// The response with sockets.
#[must_use]
pub fn encode_sockets(id: &str, sockets: &[RemoteSocket]) -> Vec<u8> {
    let details = sockets.iter().map(|socket| {
        let issued = socket.connected_at.unwrap_or(SystemTime::UNIX_EPOCH);
        let issued = issued.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Details {
            id: socket.id.as_str(),
            handshake: Handshake {
                headers: Nothing {},
                auth: Nothing {},
                query: Query {
                    version: "4",
                    transport: socket.transport.map(crate::Transport::as_str),
                },
                issued: u64::try_from(issued.as_millis()).unwrap_or_default(),
                address: socket
                    .remote_addr
                    .map(|address| address.to_string())
                    .unwrap_or_default(),
                xdomain: false,
                secure: false,
                url: "",
            },
            rooms: names(&socket.rooms),
            data: Nothing {},
        }
    });
    Message {
        request_id: Some(id),
        sockets: Some(Sockets::Details(details.collect())),
        ..Message::default()
    }
    .json()
}

/// The response that tells how many sockets were asked for acknowledgements.
#[must_use]
pub fn encode_client_count(id: &str, count: usize) -> Vec<u8> {
    Message {
        request_id: Some(id),
        kind: Some(kind::BROADCAST_CLIENT_COUNT),
        client_count: Some(count),
        ..Message::default()
    }
    .json()
}

/// The response to an event for the nodes themselves: that it was heard, and nothing else.
#[must_use]
pub fn encode_server_answer(id: &str) -> Vec<u8> {
    Message {
        request_id: Some(id),
        kind: Some(kind::SERVER_SIDE_EMIT),
        data: Some(()),
        ..Message::default()
    }
    .json()
}

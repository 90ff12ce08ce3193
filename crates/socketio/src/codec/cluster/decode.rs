//! Messages of other nodes.
//!
//! MessagePack is made JSON first, so that there is one way to read both, and what is for clients is in the form in which they get it.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use serde::{
    Deserialize, Deserializer,
    de::{Error, Visitor},
};
use serde_json::value::RawValue;
use smallvec::SmallVec;

use super::{Answer, Asked, ClusterError, Emitted, MAX_ROOMS, Request, Response, kind};
use crate::{
    Args, Change, RemoteSocket, Room, SocketId, Target, Transport,
    codec::{
        msgpack::{Unpacked, to_json},
        socket::{check_placeholders, event_parts},
    },
};

/// A room's name, which to JavaScript may be a number.
struct RoomName(Room);

impl<'de> Deserialize<'de> for RoomName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Name;

        impl Visitor<'_> for Name {
            type Value = RoomName;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a room")
            }

            fn visit_str<E>(self, name: &str) -> Result<RoomName, E> {
                Ok(RoomName(name.into()))
            }

            fn visit_u64<E>(self, name: u64) -> Result<RoomName, E> {
                Ok(RoomName(name.to_string().into()))
            }

            fn visit_i64<E>(self, name: i64) -> Result<RoomName, E> {
                Ok(RoomName(name.to_string().into()))
            }

            fn visit_f64<E>(self, name: f64) -> Result<RoomName, E> {
                Ok(RoomName(name.to_string().into()))
            }
        }

        deserializer.deserialize_any(Name)
    }
}

#[derive(Deserialize)]
struct Opts<'a> {
    #[serde(default)]
    rooms: Vec<RoomName>,
    #[serde(default)]
    except: Vec<RoomName>,
    #[serde(borrow, default)]
    flags: Option<Flags<'a>>,
}

#[derive(Deserialize, Default)]
struct Flags<'a> {
    #[serde(borrow, default)]
    volatile: Option<&'a RawValue>,
    #[serde(borrow, default)]
    timeout: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Packet<'a> {
    #[serde(rename = "type")]
    kind: u8,
    #[serde(borrow)]
    data: &'a RawValue,
    #[serde(default)]
    nsp: Option<String>,
}

impl Opts<'_> {
    fn target(self) -> Result<Target, ClusterError> {
        if self.rooms.len().max(self.except.len()) > MAX_ROOMS {
            return Err(ClusterError::TooManyRooms);
        }
        let names = |rooms: Vec<RoomName>| -> SmallVec<[Room; 1]> { rooms.into_iter().map(|room| room.0).collect() };
        let volatile = self.flags.and_then(|flags| flags.volatile);
        Ok(Target {
            rooms: names(self.rooms),
            except: names(self.except),
            except_socket: None,
            local: true,
            volatile: volatile.is_some_and(|flag| flag.get() == "true"),
        })
    }
}

impl Packet<'_> {
    /// The event that it must be.
    fn event(&self, attachments: Vec<Bytes>) -> Result<(String, Args), ClusterError> {
        // Emitters write EVENT also where there are attachments.
        if !matches!(self.kind, 2 | 5) {
            return Err(ClusterError::UnknownType(self.kind));
        }
        let data = self.data.get();
        let (name, spans) = event_parts(data)?;
        if !attachments.is_empty() {
            check_placeholders(data, attachments.len())?;
        }
        let name = name.into_owned();
        Ok((name, Args::from_spans(data.to_owned(), spans, attachments)))
    }
}

/// Reads a broadcast.
pub fn broadcast(message: &Bytes) -> Result<Emitted, ClusterError> {
    let Unpacked { json, attachments } = to_json(message)?;
    let (uid, packet, opts): (String, Packet<'_>, Opts<'_>) = serde_json::from_str(&json)?;
    let (name, args) = packet.event(attachments)?;
    Ok(Emitted {
        uid,
        namespace: packet.nsp.unwrap_or_else(|| "/".to_owned()),
        target: opts.target()?,
        name,
        args,
    })
}

/// A request or response as JSON, whichever of the two formats it came in.
fn unpack(message: &Bytes) -> Result<Unpacked, ClusterError> {
    if message.first() == Some(&b'{') {
        return Ok(Unpacked {
            json: String::from_utf8_lossy(message).into_owned(),
            attachments: Vec::new(),
        });
    }
    Ok(to_json(message)?)
}

/// Reads a request.
pub fn request(message: &Bytes) -> Result<Asked, ClusterError> {
    #[derive(Deserialize)]
    struct Raw<'a> {
        #[serde(rename = "type")]
        kind: u8,
        #[serde(default)]
        uid: Option<String>,
        #[serde(rename = "requestId", default)]
        id: Option<String>,
        #[serde(borrow, default)]
        opts: Option<Opts<'a>>,
        #[serde(default)]
        rooms: Vec<RoomName>,
        #[serde(default)]
        close: Option<bool>,
        #[serde(borrow, default)]
        packet: Option<Packet<'a>>,
    }

    let Unpacked { json, attachments } = unpack(message)?;
    let raw: Raw<'_> = serde_json::from_str(&json)?;
    if raw.rooms.len() > MAX_ROOMS {
        return Err(ClusterError::TooManyRooms);
    }
    let id = || {
        raw.id
            .clone()
            .ok_or_else(|| serde_json::Error::missing_field("requestId"))
    };
    let rooms = raw.rooms.into_iter().map(|room| room.0);
    let opts = raw.opts.ok_or_else(|| serde_json::Error::missing_field("opts"));
    let request = match raw.kind {
        kind::SOCKETS => Request::SocketIds {
            id: id()?,
            target: Target {
                rooms: rooms.collect(),
                local: true,
                ..Target::default()
            },
        },
        kind::ALL_ROOMS => Request::Rooms { id: id()? },
        kind::REMOTE_JOIN => Request::Change {
            target: opts?.target()?,
            change: Change::Join(rooms.collect()),
        },
        kind::REMOTE_LEAVE => Request::Change {
            target: opts?.target()?,
            change: Change::Leave(rooms.collect()),
        },
        kind::REMOTE_DISCONNECT => Request::Change {
            target: opts?.target()?,
            change: Change::Disconnect {
                close: raw.close.unwrap_or_default(),
            },
        },
        kind::REMOTE_FETCH => Request::Fetch {
            id: id()?,
            target: opts?.target()?,
        },
        kind::SERVER_SIDE_EMIT => Request::ServerSideEmit { id: raw.id },
        kind::BROADCAST => {
            let packet = raw.packet.ok_or_else(|| serde_json::Error::missing_field("packet"))?;
            let (name, args) = packet.event(attachments)?;
            let opts = opts?;
            let timeout = opts.flags.as_ref().and_then(|flags| flags.timeout);
            let timeout = timeout.and_then(|timeout| timeout.get().parse().ok());
            Request::Ask {
                id: id()?,
                target: opts.target()?,
                name,
                args,
                timeout: timeout.and_then(|milliseconds: f64| Duration::try_from_secs_f64(milliseconds / 1000.0).ok()),
            }
        }
        other => return Err(ClusterError::UnknownType(other)),
    };
    Ok(Asked { uid: raw.uid, request })
}

/// Reads the head of a response.
pub fn response(message: &Bytes) -> Result<Response, ClusterError> {
    #[derive(Deserialize)]
    struct Raw {
        #[serde(rename = "requestId")]
        id: String,
        #[serde(rename = "type", default)]
        kind: Option<u8>,
    }

    let Unpacked { json, attachments } = unpack(message)?;
    let raw: Raw = serde_json::from_str(&json)?;
    Ok(Response {
        id: raw.id,
        kind: raw.kind,
        json,
        attachments,
    })
}

#[derive(Deserialize)]
struct SocketDetails<'a> {
    id: String,
    #[serde(borrow, default)]
    handshake: Option<Handshake<'a>>,
    #[serde(default)]
    rooms: Vec<RoomName>,
}

#[derive(Deserialize)]
struct Handshake<'a> {
    #[serde(default)]
    address: Option<String>,
    #[serde(default)]
    issued: Option<u64>,
    #[serde(borrow, default)]
    query: Option<Query<'a>>,
}

#[derive(Deserialize)]
struct Query<'a> {
    #[serde(borrow, default)]
    transport: Option<&'a RawValue>,
}

impl SocketDetails<'_> {
    fn socket(self) -> Option<RemoteSocket> {
        let handshake = self.handshake.as_ref();
        let query = handshake.and_then(|handshake| handshake.query.as_ref());
        let transport = query.and_then(|query| query.transport).map(RawValue::get);
        let address = handshake.and_then(|handshake| handshake.address.as_deref());
        let issued = handshake.and_then(|handshake| handshake.issued);
        Some(RemoteSocket {
            id: SocketId::parse(&self.id)?,
            rooms: self.rooms.into_iter().map(|room| room.0).collect(),
            transport: match transport {
                Some("\"polling\"") => Some(Transport::Polling),
                Some("\"websocket\"") => Some(Transport::Websocket),
                _ => None,
            },
            connected_at: issued
                .and_then(|milliseconds| SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(milliseconds))),
            remote_addr: address.and_then(|address| address.parse().ok()),
        })
    }
}

impl Response {
    /// Reads all of it.
    pub fn answer(self) -> Result<Answer, ClusterError> {
        #[derive(Deserialize)]
        struct Raw<'a> {
            #[serde(borrow, default)]
            sockets: Option<Vec<SocketDetails<'a>>>,
            #[serde(rename = "clientCount", default)]
            count: Option<u64>,
            #[serde(borrow, default)]
            packet: Option<&'a RawValue>,
        }

        let raw: Raw<'_> = serde_json::from_str(&self.json)?;
        match (self.kind, raw.sockets, raw.count) {
            (Some(kind::BROADCAST_CLIENT_COUNT), _, Some(count)) => Ok(Answer::ClientCount(count)),
            (Some(kind::BROADCAST_ACK), ..) => {
                // A client that acknowledges without arguments leaves nothing to pack.
                let json = raw.packet.map_or("null", RawValue::get).to_owned();
                let end = u32::try_from(json.len()).map_err(|_| serde_json::Error::custom("too large"))?;
                let args = Args::from_spans(json, SmallVec::from_elem(0..end, 1), self.attachments);
                Ok(Answer::Ack(args))
            }
            (None, Some(sockets), _) => {
                let count = sockets.len();
                let sockets: Vec<_> = sockets.into_iter().filter_map(SocketDetails::socket).collect();
                let lost = count - sockets.len();
                Ok(Answer::Sockets(sockets, lost))
            }
            (kind, ..) => Err(ClusterError::UnknownType(kind.unwrap_or(kind::SERVER_SIDE_EMIT))),
        }
    }
}

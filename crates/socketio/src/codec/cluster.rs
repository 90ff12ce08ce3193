//! What nodes tell each other over Redis, in the format of the official `@socket.io/redis-adapter`, version 8.
//!
//! | channel | message |
//! | --- | --- |
//! | `PREFIX#NAMESPACE#`, or `PREFIX#NAMESPACE#ROOM#` for a single room | a broadcast: MessagePack of `[uid, packet, { rooms, except, flags }]` |
//! | `PREFIX-request#NAMESPACE#` | a request: JSON, or MessagePack where it may hold bytes, with a `type` |
//! | `PREFIX-response#NAMESPACE#`, or with `UID#` behind it for one node | a response: the same |
//!
//! Whoever can publish on these channels can do with sockets what the application can; Redis decides who that is. What is read here is
//! still taken for hostile: a message that is not in the format is an error, and costs no more than its size.

use std::time::Duration;

use bytes::Bytes;

use super::{msgpack::MsgpackError, socket::PacketError};
use crate::{Args, Change, RemoteSocket, Target};

mod decode;
mod encode;

pub use decode::{broadcast, request, response};
pub use encode::{
    encode_ack, encode_ask, encode_broadcast, encode_change, encode_client_count, encode_fetch, encode_rooms,
    encode_server_answer, encode_socket_ids, encode_sockets,
};

/// Rooms that one message may name, to be in or not to be in.
pub const MAX_ROOMS: usize = 10_000;

/// The numbers of the requests, and of the responses that have one.
mod kind {
    pub(super) const SOCKETS: u8 = 0;
    pub(super) const ALL_ROOMS: u8 = 1;
    pub(super) const REMOTE_JOIN: u8 = 2;
    pub(super) const REMOTE_LEAVE: u8 = 3;
    pub(super) const REMOTE_DISCONNECT: u8 = 4;
    pub(super) const REMOTE_FETCH: u8 = 5;
    pub(super) const SERVER_SIDE_EMIT: u8 = 6;
    pub(super) const BROADCAST: u8 = 7;
    pub(super) const BROADCAST_CLIENT_COUNT: u8 = 8;
    pub(super) const BROADCAST_ACK: u8 = 9;
}

/// Not a message between nodes.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// It is no MessagePack, or its JSON cannot be written as such.
    #[error("MessagePack: {0}")]
    Msgpack(#[from] MsgpackError),
    /// It lacks something, or has it in another type.
    #[error("JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The packet in it is none that a client could be sent.
    #[error("a packet in it: {0}")]
    Packet(#[from] PacketError),
    /// There is no such type, or not in this form.
    #[error("of unknown type {0}")]
    UnknownType(u8),
    /// It names more than [`MAX_ROOMS`].
    #[error("too many rooms")]
    TooManyRooms,
}

/// An event for sockets, from another node or an emitter.
#[derive(Debug)]
pub struct Emitted {
    /// Which node sent it.
    pub uid: String,
    /// The namespace, `/` if none is named.
    pub namespace: String,
    /// Whom it is for.
    pub target: Target,
    /// The event's name.
    pub name: String,
    /// Its arguments.
    pub args: Args,
}

/// A request, and who asks.
#[derive(Debug)]
pub struct Asked {
    /// Which node asks; an emitter says nothing.
    pub uid: Option<String>,
    /// What for.
    pub request: Request,
}

/// What a node may ask of the others.
#[derive(Debug)]
pub enum Request {
    /// The ids of sockets.
    SocketIds {
        /// Goes into the response.
        id: String,
        /// Of which sockets.
        target: Target,
    },
    /// The names of all rooms.
    Rooms {
        /// Goes into the response.
        id: String,
    },
    /// Do something with sockets. There is no response.
    Change {
        /// With which sockets.
        target: Target,
        /// What.
        change: Change,
    },
    /// Sockets with what there is to know of them.
    Fetch {
        /// Goes into the response.
        id: String,
        /// Which sockets.
        target: Target,
    },
    /// An event for the nodes themselves.
    ServerSideEmit {
        /// Goes into the response, if one is wanted.
        id: Option<String>,
    },
    /// An event that sockets are to acknowledge.
    Ask {
        /// Goes into the responses.
        id: String,
        /// Which sockets.
        target: Target,
        /// The event's name.
        name: String,
        /// Its arguments.
        args: Args,
        /// After which nobody waits for acknowledgements any more, if that is said.
        timeout: Option<Duration>,
    },
}

/// A response of which only the head is read: most that a node hears answer a question of another.
#[derive(Debug)]
pub struct Response {
    /// The id of the request.
    pub id: String,
    kind: Option<u8>,
    json: String,
    attachments: Vec<Bytes>,
}

/// What a response says.
#[derive(Debug)]
pub enum Answer {
    /// The sockets of one node, and how many there were that could not be understood.
    Sockets(Vec<RemoteSocket>, usize),
    /// How many sockets one node asked for acknowledgements.
    ClientCount(u64),
    /// One socket's acknowledgement: its first argument, the others stay behind.
    Ack(Args),
}

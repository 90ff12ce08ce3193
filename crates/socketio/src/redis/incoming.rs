//! What other nodes publish.
//!
//! Runs in the task that reads the connection, one message after the other: what a node asks is done in the order in which it asked, and
//! the next message is not read before this one is done with.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use redis::{PushInfo, PushKind, Value};

use super::{channels::Channels, meters::count, node::Node, outbox::Item};
use crate::{
    NamespaceHandle,
    codec::cluster::{self, Asked, ClusterError, Request},
};

/// How long sockets here may take to acknowledge an event of another node that does not say how long it waits.
const USUAL_TIMEOUT: Duration = Duration::from_secs(10);
/// How long they may take at most, whatever it says.
const LONGEST_TIMEOUT: Duration = Duration::from_mins(2);

/// A push message of Redis.
pub(super) fn hear(node: &Arc<Node>, push: PushInfo) {
    // Everything else, such as that a channel is subscribed, is no message.
    let by_pattern = match push.kind {
        PushKind::PMessage => true,
        PushKind::Message => false,
        _ => return,
    };
    let mut parts = push.data.into_iter().map(|part| match part {
        Value::BulkString(bytes) => bytes,
        _ => Vec::new(),
    });
    // A channel may match the patterns of two namespaces, and then it comes twice: the pattern tells them apart.
    let pattern = by_pattern.then(|| parts.next()).flatten();
    let (Some(channel), Some(payload)) = (parts.next(), parts.next()) else {
        return;
    };
    count(&node.meters.received, 1);
    if payload.len() > node.config.max_message_bytes {
        return node.meters.ignored(&"too large");
    }
    let heard = node.all_channels().iter().find(|channels| match &pattern {
        Some(pattern) => *pattern == channels.pattern.as_bytes(),
        None => [&channels.request, &channels.response, &channels.own_response]
            .iter()
            .any(|name| name.as_bytes() == channel),
    });
    let Some((channels, namespace)) = heard.and_then(|channels| Some((channels, channels.namespace.upgrade()?))) else {
        return;
    };
    let place = Place {
        node,
        channels,
        namespace,
    };
    if by_pattern {
        place.broadcast(
            channel.strip_prefix(channels.broadcast.as_bytes()).unwrap_or_default(),
            payload,
        );
    } else if channel == channels.request.as_bytes() {
        place.request(payload);
    } else {
        place.response(payload);
    }
}

/// Where a message is handled.
struct Place<'a> {
    node: &'a Arc<Node>,
    channels: &'a Channels,
    namespace: NamespaceHandle,
}

impl Place<'_> {
    fn broadcast(&self, room: &[u8], payload: Vec<u8>) {
        // What this node published comes back to it.
        if is_from(&self.node.uid, &payload) {
            return;
        }
        // Most rooms have nobody here: the message is not even unpacked then.
        let room = room.strip_suffix(b"#").unwrap_or(room);
        if !room.is_empty() && !str::from_utf8(room).is_ok_and(|room| self.namespace.room_size(room) > 0) {
            return;
        }
        match cluster::broadcast(&Bytes::from(payload)) {
            Ok(emitted) if emitted.namespace != self.channels.name => {}
            Ok(emitted) => {
                let here = self.namespace.here(emitted.target);
                if let Err(error) = here.emit_args(&emitted.name, &emitted.args) {
                    self.node.meters.ignored(&error);
                }
            }
            Err(error) => self.node.meters.ignored(&error),
        }
    }

    fn request(&self, payload: Vec<u8>) {
        match cluster::request(&Bytes::from(payload)) {
            Ok(asked) if asked.uid.as_deref() == Some(&self.node.uid) => {}
            Ok(asked) => self.answer(asked),
            Err(error) => self.node.meters.ignored(&error),
        }
    }

    fn answer(&self, Asked { uid, request }: Asked) {
        let channel = self.channels.response_to(uid.as_deref());
        let respond = |payload| respond(self.node, channel.clone(), payload);
        match request {
            Request::Change { target, change } => self.namespace.here(target).change_here(&change),
            Request::SocketIds { id, target } => {
                let sockets = self.namespace.here(target).sockets();
                respond(cluster::encode_socket_ids(
                    &id,
                    sockets.iter().map(|socket| socket.id().as_str()),
                ));
            }
            Request::Rooms { id } => {
                // To the official server the room of a socket's id is a room like others.
                let sockets = self.namespace.all().sockets();
                let rooms = self.namespace.rooms();
                let own = sockets.iter().map(|socket| socket.id().as_str());
                respond(cluster::encode_rooms(
                    &id,
                    own.chain(rooms.iter().map(|(room, _)| &**room)),
                ));
            }
            Request::Fetch { id, target } => {
                respond(cluster::encode_sockets(
                    &id,
                    &self.namespace.here(target).sockets_here(),
                ));
            }
            // Nobody here listens to such events, but who sent it waits for the answer of every node.
            Request::ServerSideEmit { id: Some(id) } => respond(cluster::encode_server_answer(&id)),
            Request::ServerSideEmit { id: None } => {}
            Request::Ask {
                id,
                target,
                name,
                args,
                timeout,
            } => {
                let Ok(permit) = Arc::clone(&self.node.asked).try_acquire_owned() else {
                    return self.node.meters.ignored(&"too many events to be acknowledged");
                };
                let mut asking = match self.namespace.here(target).ask(&name, &args) {
                    Ok(asking) => asking,
                    Err(error) => return self.node.meters.ignored(&error),
                };
                respond(cluster::encode_client_count(&id, asking.expected()));
                let node = Arc::clone(self.node);
                tokio::spawn(async move {
                    let limit = timeout.unwrap_or(USUAL_TIMEOUT).min(LONGEST_TIMEOUT);
                    let gather = async {
                        while let Some(args) = asking.next().await {
                            match cluster::encode_ack(&id, &args) {
                                Ok(payload) => super::incoming::respond(&node, channel.clone(), payload),
                                Err(error) => node.meters.ignored(&error),
                            }
                        }
                    };
                    // Whoever asked does not wait any longer.
                    let _ = tokio::time::timeout(limit, gather).await;
                    drop(permit);
                });
            }
        }
    }

    fn response(&self, payload: Vec<u8>) {
        let read = || -> Result<(), ClusterError> {
            let response = cluster::response(&Bytes::from(payload))?;
            if self.node.pending.knows(&response.id) {
                let id = response.id.clone();
                let unreadable = self.node.pending.answered(&id, response.answer()?);
                if unreadable > 0 {
                    self.node.meters.ignored(&"a socket without an id");
                }
            }
            Ok(())
        };
        if let Err(error) = read() {
            self.node.meters.ignored(&error);
        }
    }
}

/// Whether a broadcast comes from this node, as its first bytes say.
fn is_from(uid: &str, payload: &[u8]) -> bool {
    let length = u8::try_from(uid.len()).unwrap_or(u8::MAX);
    match payload {
        [0x93, header, rest @ ..] => *header == 0xa0 | length && rest.starts_with(uid.as_bytes()),
        _ => false,
    }
}

fn respond(node: &Node, channel: String, payload: Vec<u8>) {
    if payload.len() > node.config.max_message_bytes {
        return node.meters.ignored(&"the answer would be too large");
    }
    // Who asked waits in vain if there is no room, which is counted.
    let _ = node.push(Item::Message {
        channel,
        payload,
        published: None,
    });
}

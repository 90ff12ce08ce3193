//! Acknowledging an event of a client.

use std::sync::Arc;

use serde::Serialize;

use crate::{Args, SendError, codec::socket, socket::SocketCore};

/// Answers one event. May be moved elsewhere and answered later, after a commit for example. Dropping it sends nothing;
/// answering a socket that is gone is no error.
#[derive(Debug)]
#[must_use = "a client that asked for an acknowledgement waits for it"]
pub struct Ack {
    socket: Arc<SocketCore>,
    id: u64,
}

impl Ack {
    pub(crate) fn new(socket: Arc<SocketCore>, id: u64) -> Self {
        Self { socket, id }
    }

    /// Answers with one argument.
    pub fn send(self, value: &(impl Serialize + ?Sized)) -> Result<(), SendError> {
        let packet = socket::encode_ack_value(self.socket.namespace_name(), self.id, value)?;
        self.socket.deliver(packet);
        Ok(())
    }

    /// Answers with these arguments.
    pub fn send_args(self, args: &Args) -> Result<(), SendError> {
        self.socket
            .deliver(socket::encode_ack(self.socket.namespace_name(), self.id, args));
        Ok(())
    }
}

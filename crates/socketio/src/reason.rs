//! Why a socket or a connection ended, in the words of the official server.

use std::fmt;

/// Why a socket was disconnected. [`as_str`](Self::as_str) gives the name that the official server uses, where it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum DisconnectReason {
    /// The connection was closed by the other side.
    TransportClose = 1,
    /// The connection failed, or the client broke the rules of its transport.
    TransportError,
    /// No PONG came in time.
    PingTimeout,
    /// The client left this namespace.
    ClientNamespaceDisconnect,
    /// The server put the socket out of this namespace.
    ServerNamespaceDisconnect,
    /// The server is going down.
    ServerShuttingDown,
    /// The client sent something that is not the protocol.
    ParseError,
    /// The server closed the connection underneath (an upgrade that ended in a close, for one).
    ForcedClose,
    /// The server closed the connection with all its sockets, among others because the client broke the protocol's order or
    /// joined no namespace in time.
    ForcedServerClose,
    /// More waited for this connection than [`Config::max_queue_bytes`](crate::Config::max_queue_bytes). Ours: the official
    /// server has no such limit.
    QueueOverflow,
}

impl DisconnectReason {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 10] = [
        Self::TransportClose,
        Self::TransportError,
        Self::PingTimeout,
        Self::ClientNamespaceDisconnect,
        Self::ServerNamespaceDisconnect,
        Self::ServerShuttingDown,
        Self::ParseError,
        Self::ForcedClose,
        Self::ForcedServerClose,
        Self::QueueOverflow,
    ];

    /// The name in the official server's `disconnect` event.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TransportClose => "transport close",
            Self::TransportError => "transport error",
            Self::PingTimeout => "ping timeout",
            Self::ClientNamespaceDisconnect => "client namespace disconnect",
            Self::ServerNamespaceDisconnect => "server namespace disconnect",
            Self::ServerShuttingDown => "server shutting down",
            Self::ParseError => "parse error",
            Self::ForcedClose => "forced close",
            Self::ForcedServerClose => "forced server close",
            Self::QueueOverflow => "queue overflow",
        }
    }
}

impl fmt::Display for DisconnectReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

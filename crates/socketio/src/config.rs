//! Every limit and interval of the server, in one place, with the protocol's own defaults.

use std::time::Duration;

use http::HeaderValue;

/// How the server behaves. `Config::default()` is what the protocol documents describe.
#[derive(Debug, Clone)]
pub struct Config {
    /// Path under which the protocol is served. Default `/socket.io/`.
    pub path: String,
    /// Time between two PING packets of the server. Default 25 s.
    pub ping_interval: Duration,
    /// Time in which a PONG must follow a PING. Default 20 s.
    pub ping_timeout: Duration,
    /// Time in which a connection must have joined a namespace. Default 45 s.
    pub connect_timeout: Duration,
    /// Time in which an upgrade must go from its WebSocket handshake to its UPGRADE packet. Default 10 s.
    pub upgrade_timeout: Duration,
    /// Bytes of the largest incoming packet, the same on both transports: one WebSocket message (also when it comes in
    /// fragments), one whole polling POST, and one binary event with all its attachments. Default 1,000,000.
    pub max_payload: usize,
    /// Bytes that may wait for one connection. A connection whose queue would exceed this is closed with
    /// [`DisconnectReason::QueueOverflow`](crate::DisconnectReason::QueueOverflow); nothing is dropped silently. A single
    /// packet is always accepted by an empty queue. Default 1 MiB.
    pub max_queue_bytes: usize,
    /// Attachments of one incoming binary packet. Default 10.
    pub max_attachments: usize,
    /// Namespaces that one connection may be in at a time. Default 10.
    pub max_namespaces: usize,
    /// Acknowledgements that the server may await from one socket at a time. Default 10,000.
    pub max_pending_acks: usize,
    /// Events of one socket that may wait for their handler; when they are this many (or twice `max_payload` bytes), reading of
    /// the connection stops until one is done. Default 16.
    pub max_waiting_events: usize,
    /// Open sessions in all; more are refused with HTTP 503. Default 1,000,000.
    pub max_connections: usize,
    /// Open sessions of one address; more are refused with HTTP 429. Default 10,000.
    pub max_connections_per_address: usize,
    /// Packets that a connection may send before it is read more slowly; see [`EventRate`]. Default none.
    pub event_rate: Option<EventRate>,
    /// Transports that are served. Default both.
    pub transports: Transports,
    /// Which pages may talk to this server. Default: only those of its own origin.
    pub cors: Cors,
    /// Tasks that write to connections. `0` (the default) means one for each worker thread of the runtime.
    pub flush_shards: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            path: "/socket.io/".to_owned(),
            ping_interval: Duration::from_secs(25),
            ping_timeout: Duration::from_secs(20),
            connect_timeout: Duration::from_secs(45),
            upgrade_timeout: Duration::from_secs(10),
            max_payload: 1_000_000,
            max_queue_bytes: 1 << 20,
            max_attachments: 10,
            max_namespaces: 10,
            max_pending_acks: 10_000,
            max_waiting_events: 16,
            max_connections: 1_000_000,
            max_connections_per_address: 10_000,
            event_rate: None,
            transports: Transports::default(),
            cors: Cors::default(),
            flush_shards: 0,
        }
    }
}

/// A token bucket for the packets of one connection: events above all, but also acknowledgements, attachments, pings, pongs, NOOPs, and
/// fragments with next to nothing in them. A connection that has used its tokens is not read until there is one again: what it sends
/// waits in its own kernel, not here.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EventRate {
    /// Tokens that come back in a second.
    pub per_second: f64,
    /// Tokens at most; 0 counts as 1.
    pub burst: u32,
}

/// Which transports are served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transports {
    /// HTTP long-polling.
    pub polling: bool,
    /// WebSocket, directly or after an upgrade.
    pub websocket: bool,
}

impl Default for Transports {
    fn default() -> Self {
        Self {
            polling: true,
            websocket: true,
        }
    }
}

/// Cross-origin rules: the CORS headers of polling, and the Origin check of both transports (a browser sends WebSocket
/// handshakes to any origin, with cookies, and asks nobody).
#[derive(Debug, Clone, Default)]
pub struct Cors {
    /// Pages of which origins may connect.
    pub origins: Origins,
    /// Whether such a page may send cookies (`Access-Control-Allow-Credentials`).
    pub credentials: bool,
}

/// The origins whose pages may connect. Requests without an `Origin` header do not come from a page and are always let in.
#[derive(Debug, Clone, Default)]
pub enum Origins {
    /// Only a page that was served from the `Host` that the request names.
    #[default]
    SameOrigin,
    /// The same origin, and those listed, such as `https://chat.example.org`. Compared as they are written in the header.
    List(Vec<HeaderValue>),
    /// Every page. Together with `credentials` this lets any page act for a visitor.
    Any,
}

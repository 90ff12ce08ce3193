//! Where the program listens, to whom, and how much of it.

use std::net::{IpAddr, Ipv4Addr};

use super::{
    parse::{self, Network},
    setting::{Setting, Shape},
};

/// The section `[server]`.
#[derive(Debug, Clone)]
pub struct Server {
    /// The address to listen on.
    pub bind: IpAddr,
    /// The port; 0 takes a free one.
    pub port: u16,
    /// Origins other than the server's own whose pages may use it, as browsers write them.
    pub frontend_origins: Vec<String>,
    /// The address that people use, where it is not the one listened on.
    pub public_url: Option<String>,
    /// Proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    pub trusted_proxies: Vec<Network>,
    /// Connections at once.
    pub max_connections: usize,
    /// Connections at once from one address.
    pub max_connections_per_address: usize,
    /// Bytes that may wait for one connection.
    pub max_queue_bytes: usize,
    /// Events a second that one socket may send for long.
    pub events_per_second: u32,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            bind: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 0,
            frontend_origins: Vec::new(),
            public_url: None,
            trusted_proxies: Vec::new(),
            max_connections: 0,
            max_connections_per_address: 0,
            max_queue_bytes: 0,
            events_per_second: 0,
        }
    }
}

pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        env: "LINNET_BIND",
        section: "server",
        key: "bind",
        default: "127.0.0.1",
        shape: Shape::Text,
        doc: "The address to listen on. 127.0.0.1 is this machine alone; 0.0.0.0 or :: is everyone who can reach it.",
        set: |config, text| {
            config.server.bind = parse::address(text)?;
            Ok(())
        },
    },
    Setting {
        env: "PORT",
        section: "server",
        key: "port",
        default: "3000",
        shape: Shape::Number,
        doc: "The port to listen on. 0 takes a free one and prints it.",
        set: |config, text| {
            config.server.port = parse::number(text, 0..=u16::MAX)?;
            Ok(())
        },
    },
    Setting {
        env: "FRONTEND_URL",
        section: "server",
        key: "frontend_url",
        default: "",
        shape: Shape::List,
        doc: "Origins of web pages, other than the server's own, that may use the API and the socket with the user's \
              cookies. Browsers send cookies from another site only with SameSite=None and Secure, so over plain http \
              such a page must be on the same site (http://localhost:5173 and http://localhost:3000 are) or use bearer \
              tokens; over https the cookies are set so that it works.",
        set: |config, text| {
            config.server.frontend_origins = parse::list(text).map(parse::origin).collect::<Result<_, _>>()?;
            Ok(())
        },
    },
    Setting {
        env: "LINNET_PUBLIC_URL",
        section: "server",
        key: "public_url",
        default: "",
        shape: Shape::Text,
        doc: "The address that people type, where a proxy stands in front: https://chat.example.org. With https here, \
              cookies are Secure.",
        set: |config, text| {
            config.server.public_url = parse::list(text).next().map(parse::origin).transpose()?;
            Ok(())
        },
    },
    Setting {
        env: "LINNET_TRUSTED_PROXIES",
        section: "server",
        key: "trusted_proxies",
        default: "",
        shape: Shape::List,
        doc: "Addresses or networks of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed. From anyone \
              else these headers are ignored, since whoever writes them could pretend to be anyone.",
        set: |config, text| {
            config.server.trusted_proxies = parse::list(text).map(str::parse).collect::<Result<_, _>>()?;
            Ok(())
        },
    },
    Setting {
        env: "LINNET_MAX_CONNECTIONS",
        section: "server",
        key: "max_connections",
        default: "100000",
        shape: Shape::Number,
        doc: "Connections at once. More wait until one ends.",
        set: |config, text| {
            config.server.max_connections = parse::number(text, 1..=10_000_000)?;
            Ok(())
        },
    },
    Setting {
        env: "LINNET_MAX_CONNECTIONS_PER_ADDRESS",
        section: "server",
        key: "max_connections_per_address",
        default: "10000",
        shape: Shape::Number,
        doc: "Connections at once from one address (from one /64 of IPv6). A whole office may share one.",
        set: |config, text| {
            config.server.max_connections_per_address = parse::number(text, 1..=10_000_000)?;
            Ok(())
        },
    },
    Setting {
        env: "LINNET_MAX_QUEUE_BYTES",
        section: "server",
        key: "max_queue_bytes",
        default: "1048576",
        shape: Shape::Number,
        doc: "Bytes that may wait for one slow connection. A connection with more is closed, and its client catches up \
              when it is back.",
        set: |config, text| {
            config.server.max_queue_bytes = parse::number(text, 65_536..=1_073_741_824)?;
            Ok(())
        },
    },
    Setting {
        env: "LINNET_EVENTS_PER_SECOND",
        section: "server",
        key: "events_per_second",
        default: "50",
        shape: Shape::Number,
        doc: "Events a second that one socket may send for long. A socket that sends more is read more slowly.",
        set: |config, text| {
            config.server.events_per_second = parse::number(text, 1..=1_000_000)?;
            Ok(())
        },
    },
];

impl Server {
    /// Whether people reach this server by https, as far as the settings say.
    #[must_use]
    pub fn public_is_https(&self) -> bool {
        self.public_url
            .as_deref()
            .is_some_and(|url| url.starts_with("https://"))
    }
}

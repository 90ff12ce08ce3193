//! The port: the engine for sockets and the router for everything else, behind one listener.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use axum::Router;
use http::HeaderValue;
use socketio::{Cors, EventRate, Origins, ServeLimits, SocketIo};
use tokio::net::{TcpListener, TcpSocket};

use super::{
    http::{self as http_gateway, assets::Assets},
    socket::Chat,
};
use crate::{
    app::App,
    config::{Config, Server},
};

/// How long requests may take to finish when the program stops.
pub const REQUEST_TIME: Duration = Duration::from_secs(9);

/// Connections that the system completes while the program is busy; it may have a lower bound of its own (on Linux
/// `net.core.somaxconn`, 4,096). A client that finds no place tries again after one second, then two, then four.
const BACKLOG: u32 = 4_096;

/// Why the program does not listen.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Somebody else listens there.
    #[error("Port {port} on {address} is in use by another program. Set PORT to a free one, or to 0 for any.")]
    InUse {
        /// The address.
        address: IpAddr,
        /// The port.
        port: u16,
    },
    /// It cannot listen there for another reason.
    #[error("The program cannot listen on {address}, as LINNET_BIND and PORT say: {cause}.")]
    Other {
        /// The address with the port.
        address: SocketAddr,
        /// What the system says.
        cause: io::Error,
    },
}

/// The sockets of the chat.
#[derive(Clone)]
pub struct Sockets(SocketIo);

impl Sockets {
    /// The engine with the limits of the settings, and the fan-out attached to it.
    #[must_use]
    pub fn start(app: &App) -> Self {
        let engine = SocketIo::builder(engine_config(&app.config.server))
            .namespace("/", Chat::new(app.clone()))
            .build();
        if let Some(chat) = engine.of("/") {
            app.fanout.attach(chat);
        }
        Self(engine)
    }

    /// Everything that the program answers on its port.
    pub fn router(&self, app: &App, assets: Assets) -> Router {
        http_gateway::with_sockets(http_gateway::router(app, assets), app, &self.0)
    }

    /// Tells every client that the connection ends, and ends it. What was sent before still leaves, for so long.
    pub async fn close(&self, limit: Duration) {
        self.0.close(limit).await;
    }
}

fn engine_config(server: &Server) -> socketio::Config {
    let allowed = server.frontend_origins.iter().chain(&server.public_url);
    let origins = allowed
        .filter_map(|origin| HeaderValue::from_str(origin).ok())
        .collect();
    socketio::Config {
        max_queue_bytes: server.max_queue_bytes,
        max_connections: server.max_connections,
        max_connections_per_address: server.max_connections_per_address,
        // A client that comes back after a while does a lot at once; for long it may not.
        event_rate: Some(EventRate {
            per_second: f64::from(server.events_per_second),
            burst: server.events_per_second.saturating_mul(4),
        }),
        cors: Cors {
            origins: Origins::List(origins),
            credentials: true,
        },
        ..socketio::Config::default()
    }
}

/// Takes the port of the settings.
///
/// # Errors
/// See [`ListenError`].
pub fn bind(config: &Config) -> Result<(TcpListener, SocketAddr), ListenError> {
    let (address, port) = (config.server.bind, config.server.port);
    let wrong = |cause: io::Error| match cause.kind() {
        io::ErrorKind::AddrInUse => ListenError::InUse { address, port },
        _ => ListenError::Other {
            address: (address, port).into(),
            cause,
        },
    };
    let socket = match address {
        IpAddr::V4(_) => TcpSocket::new_v4(),
        IpAddr::V6(_) => TcpSocket::new_v6(),
    };
    let socket = socket.map_err(wrong)?;
    // As the usual way to bind does: a restart must not wait for the connections of before to be forgotten.
    socket.set_reuseaddr(true).map_err(wrong)?;
    socket.bind((address, port).into()).map_err(wrong)?;
    let listener = socket.listen(BACKLOG).map_err(wrong)?;
    let address = listener.local_addr().map_err(wrong)?;
    Ok((listener, address))
}

/// Serves until the program is about to stop, and then until the requests under way are answered.
///
/// # Errors
/// What the system says when the listener breaks.
pub async fn serve(listener: TcpListener, router: Router, app: App) -> io::Result<()> {
    let server = &app.config.server;
    let limits = ServeLimits {
        max_connections: server.max_connections,
        max_connections_per_address: server.max_connections_per_address,
        shutdown_timeout: REQUEST_TIME,
        ..ServeLimits::default()
    };
    let draining = app.draining.clone();
    socketio::serve(listener, router, limits, async move { draining.cancelled().await }).await
}

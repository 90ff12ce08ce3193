//! The server that the protocol's own test suite for Socket.IO expects: `/socket.io/` on port 3000 (or `PORT`), with the namespaces `/` and
//! `/custom`. `PING_INTERVAL` and `PING_TIMEOUT` give clients on a busy machine more time than the suite's 300 and 200 ms.

use std::{net::Ipv4Addr, str::FromStr, time::Duration};

use serde_json::value::RawValue;
use socketio::{Config, ConnectError, ConnectRequest, Event, Namespace, Origins, ServeLimits, Socket, SocketIo};

struct Suite;

impl Namespace for Suite {
    /// The handshake's auth payload.
    type State = Box<RawValue>;

    async fn connect(&self, request: &ConnectRequest) -> Result<Self::State, ConnectError> {
        request.auth_as().map_err(|error| ConnectError::new(error.to_string()))
    }

    async fn connected(&self, socket: &Socket<Self::State>) {
        // A socket that is gone already needs no greeting; the same below.
        let _ = socket.emit("auth", socket.state());
    }

    async fn event(&self, socket: &Socket<Self::State>, event: Event) {
        match (&*event.name, event.ack) {
            ("message", _) => drop(socket.emit_args("message-back", &event.args)),
            ("message-with-ack", Some(ack)) => drop(ack.send_args(&event.args)),
            _ => {}
        }
    }
}

/// A number from the environment.
fn number<T: FromStr>(name: &str, otherwise: T) -> T {
    std::env::var(name)
        .ok()
        .and_then(|value| value.parse().ok())
        .unwrap_or(otherwise)
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let mut config = Config {
        ping_interval: Duration::from_millis(number("PING_INTERVAL", 300)),
        ping_timeout: Duration::from_millis(number("PING_TIMEOUT", 200)),
        connect_timeout: Duration::from_secs(1),
        max_payload: 1_000_000,
        ..Config::default()
    };
    config.cors.origins = Origins::Any;
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::UNSPECIFIED, number("PORT", 3000))).await?;
    #[expect(
        clippy::print_stdout,
        reason = "whoever starts it on any free port reads which from here"
    )]
    {
        println!("listening on port {}", listener.local_addr()?.port());
    }
    let server = SocketIo::builder(config)
        .namespace("/", Suite)
        .namespace("/custom", Suite)
        .build();
    socketio::serve(
        listener,
        server.service(),
        ServeLimits::default(),
        std::future::pending(),
    )
    .await
}

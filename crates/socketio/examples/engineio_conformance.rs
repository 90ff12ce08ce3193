//! The server that the protocol's own test suite for Engine.IO expects: `/engine.io/` on port 3000 (or `PORT`), echoing every message.
//! `PING_INTERVAL` and `PING_TIMEOUT` give clients on a busy machine more time than the suite's 300 and 200 ms.

use std::{net::Ipv4Addr, str::FromStr, time::Duration};

use socketio::{Config, EngineConnection, EngineHandler, EngineIo, Message, Origins, ServeLimits};

struct Echo;

impl EngineHandler for Echo {
    async fn message(&self, connection: &EngineConnection, message: Message) {
        match message {
            Message::Text(text) => connection.send_text(&text),
            Message::Binary(data) => connection.send_binary(&data),
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
        path: "/engine.io/".to_owned(),
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
    let server = EngineIo::new(config, Echo);
    socketio::serve(
        listener,
        server.service(),
        ServeLimits::default(),
        std::future::pending(),
    )
    .await
}

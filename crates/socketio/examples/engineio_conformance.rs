//! The server that the protocol's own test suite for Engine.IO expects: `/engine.io/` on port 3000 (or `PORT`), echoing every message.

use std::{net::Ipv4Addr, time::Duration};

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

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let mut config = Config {
        path: "/engine.io/".to_owned(),
        ping_interval: Duration::from_millis(300),
        ping_timeout: Duration::from_millis(200),
        connect_timeout: Duration::from_secs(1),
        max_payload: 1_000_000,
        ..Config::default()
    };
    config.cors.origins = Origins::Any;
    let port = std::env::var("PORT")
        .ok()
        .and_then(|port| port.parse().ok())
        .unwrap_or(3000);
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).await?;
    let server = EngineIo::new(config, Echo);
    socketio::serve(
        listener,
        server.service(),
        ServeLimits::default(),
        std::future::pending(),
    )
    .await
}

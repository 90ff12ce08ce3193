//! A Redis of the test's own, and nodes that use it.

use std::{
    io,
    net::{Ipv4Addr, TcpListener},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use socketio::{RedisAdapter, RedisConfig};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    client::soon,
    server::{Chat, config},
};

/// A Redis on a port of its own, gone with the test.
pub(super) struct Redis {
    pub(super) port: u16,
    process: Option<Child>,
}

impl Redis {
    pub(super) async fn start() -> Self {
        let mut redis = Self::nowhere();
        redis.run().await;
        redis
    }

    /// One that is not running yet.
    pub(super) fn nowhere() -> Self {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        Self {
            port: free.local_addr().unwrap().port(),
            process: None,
        }
    }

    /// Starts it, again on the same port.
    pub(super) async fn run(&mut self) {
        let process = Command::new("redis-server")
            .args(["--port", &self.port.to_string(), "--bind", "127.0.0.1"])
            .args(["--save", "", "--appendonly", "no", "--daemonize", "no"])
            .current_dir(std::env::temp_dir())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn();
        self.process = Some(process.expect("redis-server, which dev/setup-tests installs"));
        soon(async {
            while self.command(&[b"PING"]).await.ok().as_deref() != Some("+PONG\r\n") {
                let ended = self.process.as_mut().unwrap().try_wait().unwrap();
                assert!(ended.is_none(), "redis-server ended: {ended:?}");
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        })
        .await;
    }

    pub(super) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// `STOP` or `CONT`.
    pub(super) fn signal(&self, signal: &str) {
        let id = self.process.as_ref().unwrap().id().to_string();
        assert!(
            Command::new("kill")
                .args(["-s", signal, &id])
                .status()
                .unwrap()
                .success()
        );
    }

    /// Sends a command and reads what comes first.
    pub(super) async fn command(&self, parts: &[&[u8]]) -> io::Result<String> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).await?;
        let mut bytes = format!("*{}\r\n", parts.len()).into_bytes();
        for part in parts {
            bytes.extend(format!("${}\r\n", part.len()).into_bytes());
            bytes.extend(*part);
            bytes.extend(b"\r\n");
        }
        stream.write_all(&bytes).await?;
        let mut answer = vec![0; 4096];
        let length = stream.read(&mut answer).await?;
        Ok(String::from_utf8_lossy(&answer[..length]).into_owned())
    }

    /// Publishes, as anybody could, and answers how many heard it.
    pub(super) async fn publish(&self, channel: &str, message: &[u8]) -> usize {
        let answer = self.command(&[b"PUBLISH", channel.as_bytes(), message]).await.unwrap();
        answer.trim().strip_prefix(':').unwrap().parse().unwrap()
    }

    pub(super) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// With times that a test can wait for.
    pub(super) fn config(&self) -> RedisConfig {
        RedisConfig {
            connect_timeout: Duration::from_secs(1),
            ping_interval: Duration::from_millis(200),
            response_timeout: Duration::from_secs(1),
            longest_pause: Duration::from_millis(200),
            request_timeout: Duration::from_secs(20),
            ..RedisConfig::new(self.url())
        }
    }

    /// A server that is connected to it.
    pub(super) async fn node(&self) -> Node {
        self.node_with(self.config()).await
    }

    pub(super) async fn node_with(&self, redis: RedisConfig) -> Node {
        let node = Node::start(redis).await;
        node.is_connected(true).await;
        node
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.kill();
    }
}

pub(super) struct Node {
    pub(super) chat: Chat,
    pub(super) adapter: Arc<RedisAdapter>,
}

impl Node {
    pub(super) async fn start(redis: RedisConfig) -> Self {
        let adapter = RedisAdapter::new(redis).unwrap();
        let chat = Chat::start_as_node(config(), adapter.clone()).await;
        Self { chat, adapter }
    }

    /// Waits until it has, or has not, a connection to Redis.
    pub(super) async fn is_connected(&self, wanted: bool) {
        soon(self.adapter.connected().wait_for(|connected| *connected == wanted))
            .await
            .unwrap();
    }
}

//! Servers to test against.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::{Value, json};
use socketio::{
    Adapter, Args, Config, ConnectError, ConnectRequest, DisconnectReason, EngineConnection, EngineHandler, EngineIo,
    Event, Message, Namespace, NamespaceHandle, ServeLimits, Socket, SocketIo,
};
use tokio::{
    net::TcpListener,
    sync::{Notify, Semaphore, mpsc},
};

use crate::client::soon;

/// Times that no machine is too slow for: a test of a time sets that one.
pub(crate) fn config() -> Config {
    Config {
        ping_interval: Duration::from_mins(10),
        ping_timeout: Duration::from_secs(20),
        connect_timeout: Duration::from_mins(1),
        upgrade_timeout: Duration::from_mins(1),
        ..Config::default()
    }
}

/// An Engine.IO server that echoes, and tells how sessions end.
pub(crate) struct Echo {
    pub(crate) address: SocketAddr,
    pub(crate) closed: mpsc::UnboundedReceiver<DisconnectReason>,
    pub(crate) engine: EngineIo,
}

struct EchoHandler {
    closed: mpsc::UnboundedSender<DisconnectReason>,
}

impl EngineHandler for EchoHandler {
    async fn message(&self, connection: &EngineConnection, message: Message) {
        match message {
            Message::Text(text) if text == "close me" => connection.close(),
            Message::Text(text) => connection.send_text(&text),
            Message::Binary(data) => connection.send_binary(&data),
        }
    }

    async fn close(&self, _: &EngineConnection, reason: DisconnectReason) {
        let _ = self.closed.send(reason);
    }
}

impl Echo {
    pub(crate) async fn start(config: Config) -> Self {
        let (sender, closed) = mpsc::unbounded_channel();
        let engine = EngineIo::new(config, EchoHandler { closed: sender });
        let address = run(engine.service(), ServeLimits::default()).await;
        Self {
            address,
            closed,
            engine,
        }
    }

    pub(crate) async fn reason(&mut self) -> DisconnectReason {
        soon(self.closed.recv()).await.expect("the server is there")
    }
}

async fn run(service: socketio::EngineService, limits: ServeLimits) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(socketio::serve(listener, service, limits, std::future::pending()));
    address
}

/// What a test may see of the server's side.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    Connected(String),
    Event(String),
    Disconnected(&'static str),
}

/// A Socket.IO server whose events do what they are called.
pub(crate) struct Chat {
    pub(crate) address: SocketAddr,
    pub(crate) io: SocketIo,
    pub(crate) seen: mpsc::UnboundedReceiver<Seen>,
    pub(crate) gate: Arc<Semaphore>,
    pub(crate) arrived: Arc<Notify>,
}

pub(crate) struct Behaviour {
    seen: mpsc::UnboundedSender<Seen>,
    gate: Arc<Semaphore>,
    arrived: Arc<Notify>,
    home: Arc<Mutex<Option<NamespaceHandle>>>,
}

impl Chat {
    pub(crate) async fn start(config: Config) -> Self {
        Self::start_with(config, ServeLimits::default()).await
    }

    pub(crate) async fn start_with(config: Config, limits: ServeLimits) -> Self {
        Self::start_at(config, limits, None).await
    }

    /// A node of a cluster.
    #[cfg(feature = "redis")]
    pub(crate) async fn start_as_node(config: Config, adapter: Arc<dyn Adapter>) -> Self {
        Self::start_at(config, ServeLimits::default(), Some(adapter)).await
    }

    async fn start_at(config: Config, limits: ServeLimits, adapter: Option<Arc<dyn Adapter>>) -> Self {
        let (sender, seen) = mpsc::unbounded_channel();
        let gate = Arc::new(Semaphore::new(0));
        let arrived = Arc::new(Notify::new());
        let home = Arc::new(Mutex::new(None));
        let behaviour = || Behaviour {
            seen: sender.clone(),
            gate: Arc::clone(&gate),
            arrived: Arc::clone(&arrived),
            home: Arc::clone(&home),
        };
        let mut builder = SocketIo::builder(config)
            .namespace("/", behaviour())
            .namespace("/custom", behaviour())
            .namespace("/slow", behaviour());
        if let Some(adapter) = adapter {
            builder = builder.adapter(adapter);
        }
        let io = builder.build();
        *home.lock().unwrap() = io.of("/");
        let address = run(io.service(), limits).await;
        Self {
            address,
            io,
            seen,
            gate,
            arrived,
        }
    }

    pub(crate) fn home(&self) -> NamespaceHandle {
        self.io.of("/").unwrap()
    }

    /// Waits until the server has seen this.
    pub(crate) async fn sees(&mut self, wanted: &Seen) {
        let wait = async {
            while let Some(seen) = self.seen.recv().await {
                if seen == *wanted {
                    return;
                }
            }
            panic!("the server is gone");
        };
        soon(wait).await;
    }
}

impl Namespace for Behaviour {
    type State = Value;

    async fn connect(&self, request: &ConnectRequest) -> Result<Value, ConnectError> {
        let auth: Value = request.auth_as().map_err(|_| ConnectError::new("malformed"))?;
        if request.namespace() == "/slow" {
            self.arrived.notify_one();
            self.gate.acquire().await.unwrap().forget();
        }
        match auth["token"].as_str() {
            Some("wrong") => {
                Err(ConnectError::new("Authentication failed").with_data(json!({ "code": "unauthenticated" })))
            }
            _ => Ok(json!({
                "auth": auth,
                "query": request.query(),
                "agent": request.headers().get("user-agent").and_then(|agent| agent.to_str().ok()),
                "remote": request.remote_addr().to_string(),
                "id": request.socket_id(),
            })),
        }
    }

    async fn connected(&self, socket: &Socket<Value>) {
        let greet = &socket.state()["auth"]["greet"];
        for number in 0..greet.as_u64().unwrap_or(0) {
            socket.emit("greeting", &number).unwrap();
        }
        if let Some(room) = socket.state()["auth"]["room"].as_str() {
            socket.join(room);
        }
        if socket.state()["auth"]["put me out"] == true {
            socket.disconnect(false);
        }
        if socket.state()["auth"]["lose me"] == true {
            socket.close_transport();
        }
        let _ = self.seen.send(Seen::Connected(socket.namespace().to_owned()));
    }

    async fn event(&self, socket: &Socket<Value>, event: Event) {
        let _ = self.seen.send(Seen::Event(event.name.clone()));
        let text = |index| event.args.get::<String>(index).unwrap_or_default();
        match &*event.name {
            "message" => drop(socket.emit_args("message-back", &event.args)),
            "message-with-ack" => {
                if let Some(ack) = event.ack {
                    ack.send_args(&event.args).unwrap();
                }
            }
            "state" => drop(socket.emit("state", socket.state())),
            "join" => socket.join(text(0)),
            "leave" => socket.leave(&text(0)),
            "say" => drop(socket.to(text(0)).emit("said", &text(1))),
            "shout" => drop(socket.broadcast().emit("said", &text(0))),
            "wait" => {
                self.arrived.notify_one();
                self.gate.acquire().await.unwrap().forget();
                socket.emit_args("waited", &event.args).unwrap_or(());
            }
            "later" => {
                let ack = event.ack.unwrap();
                let gate = Arc::clone(&self.gate);
                let arrived = Arc::clone(&self.arrived);
                tokio::spawn(async move {
                    arrived.notify_one();
                    gate.acquire().await.unwrap().forget();
                    ack.send("at last").unwrap();
                });
            }
            "ask me" => {
                let question = Args::new().with("really?").unwrap();
                let answer = match socket
                    .emit_with_ack("question", &question, Duration::from_secs(1))
                    .await
                {
                    Ok(args) => args.get::<Value>(0).unwrap_or(Value::Null),
                    Err(error) => json!({ "error": error.to_string() }),
                };
                let _ = socket.emit("answered", &answer);
            }
            "put me out" => socket.disconnect(false),
            "close me" => socket.disconnect(true),
            "surprise" => {
                let home = self.home.lock().unwrap().clone().unwrap();
                home.emit("surprise", &1).unwrap();
                if let Some(ack) = event.ack {
                    ack.send(&2).unwrap();
                }
            }
            "panic" => panic!("a handler fails, as this test wants"),
            _ => {}
        }
    }

    async fn disconnected(&self, socket: &Socket<Value>, reason: DisconnectReason) {
        assert!(!socket.is_connected());
        let _ = self.seen.send(Seen::Disconnected(reason.as_str()));
    }
}

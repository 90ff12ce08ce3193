//! A node for the tests beside Node's `socket.io` with the official Redis adapter: `REDIS_URL` says where Redis is, `PORT` where to
//! listen. Its clients join rooms, and tell the server what to do with which sockets of the cluster.

use std::{
    net::Ipv4Addr,
    sync::{Arc, OnceLock},
    time::Duration,
};

use serde::Deserialize;
use serde_json::{Value, json};
use socketio::{
    Args, Broadcast, Config, ConnectError, ConnectRequest, EmitWithAckError, Event, Namespace, NamespaceHandle,
    Origins, RedisAdapter, RedisConfig, ServeLimits, Socket, SocketIo,
};

struct Cluster {
    everybody: Arc<OnceLock<NamespaceHandle>>,
}

/// What a client wants done. An event is sent on with all its arguments, this one among them.
#[derive(Deserialize)]
struct Wanted {
    #[serde(rename = "do")]
    what: String,
    #[serde(default)]
    to: Vec<String>,
    #[serde(default)]
    except: Vec<String>,
    #[serde(default)]
    local: bool,
    #[serde(default)]
    volatile: bool,
    #[serde(default)]
    name: String,
    #[serde(default)]
    room: String,
    #[serde(default)]
    close: bool,
    #[serde(default)]
    timeout: u64,
}

impl Wanted {
    fn sockets(&self, everybody: &NamespaceHandle) -> Broadcast {
        let mut sockets = everybody.all().timeout(Duration::from_millis(self.timeout));
        for room in &self.to {
            sockets = sockets.to(room.as_str());
        }
        for room in &self.except {
            sockets = sockets.except(room.as_str());
        }
        if self.local {
            sockets = sockets.local();
        }
        if self.volatile {
            sockets = sockets.volatile();
        }
        sockets
    }

    async fn carry_out(&self, everybody: &NamespaceHandle, args: &Args) -> Result<Value, String> {
        let sockets = self.sockets(everybody);
        let nothing = json!(null);
        match &*self.what {
            "emit" => sockets
                .emit_args(&self.name, args)
                .map(|()| nothing)
                .map_err(|error| error.to_string()),
            "join" => sockets
                .join(&*self.room)
                .await
                .map(|()| nothing)
                .map_err(|error| error.to_string()),
            "leave" => sockets
                .leave(&self.room)
                .await
                .map(|()| nothing)
                .map_err(|error| error.to_string()),
            "disconnect" => sockets
                .disconnect(self.close)
                .await
                .map(|()| nothing)
                .map_err(|error| error.to_string()),
            "fetch" => match sockets.fetch_sockets().await {
                Ok(found) => Ok(found
                    .iter()
                    .map(|socket| {
                        json!({
                            "id": socket.id,
                            "rooms": socket.rooms.iter().map(|room| &**room).collect::<Vec<_>>(),
                            "transport": socket.transport.map(socketio::Transport::as_str),
                            "address": socket.remote_addr,
                            "issued": socket.connected_at.is_some(),
                        })
                    })
                    .collect()),
                Err(error) => Err(error.to_string()),
            },
            "ask" => {
                let firsts = |answers: &[Args]| -> Value {
                    let first = |args: &Args| args.get::<Value>(0).unwrap_or(Value::Null);
                    answers.iter().map(first).collect()
                };
                match sockets.emit_with_ack(&self.name, args).await {
                    Ok(answers) => Ok(firsts(&answers)),
                    Err(EmitWithAckError::Partial(error)) => {
                        Ok(json!({ "answers": firsts(&error.responses), "expected": error.expected }))
                    }
                    Err(error) => Err(error.to_string()),
                }
            }
            other => Err(format!("cannot {other}")),
        }
    }
}

impl Namespace for Cluster {
    type State = ();

    async fn connect(&self, _: &ConnectRequest) -> Result<(), ConnectError> {
        Ok(())
    }

    async fn event(&self, socket: &Socket<()>, event: Event) {
        let answer = match (&*event.name, self.everybody.get()) {
            ("join", _) => {
                socket.join(event.args.get::<String>(0).unwrap_or_default());
                json!({})
            }
            ("operate", Some(everybody)) => match event.args.get::<Wanted>(0) {
                Ok(wanted) => match wanted.carry_out(everybody, &event.args).await {
                    Ok(done) => json!({ "done": done }),
                    Err(error) => json!({ "error": error }),
                },
                Err(error) => json!({ "error": error.to_string() }),
            },
            _ => json!({}),
        };
        if let Some(ack) = event.ack {
            // A socket that is gone already needs no answer.
            let _ = ack.send(&answer);
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::var("REDIS_URL")?;
    let port = std::env::var("PORT")?.parse()?;
    let adapter = RedisAdapter::new(RedisConfig {
        ping_interval: Duration::from_millis(500),
        longest_pause: Duration::from_millis(500),
        ..RedisConfig::new(url)
    })?;
    let mut config = Config::default();
    config.cors.origins = Origins::Any;
    let (main, custom) = (Arc::new(OnceLock::new()), Arc::new(OnceLock::new()));
    let server = SocketIo::builder(config)
        .namespace(
            "/",
            Cluster {
                everybody: Arc::clone(&main),
            },
        )
        .namespace(
            "/custom",
            Cluster {
                everybody: Arc::clone(&custom),
            },
        )
        .adapter(adapter.clone())
        .build();
    for (name, everybody) in [("/", main), ("/custom", custom)] {
        if let Some(handle) = server.of(name) {
            let _ = everybody.set(handle);
        }
    }
    adapter.connected().wait_for(|connected| *connected).await?;
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    #[expect(
        clippy::print_stdout,
        reason = "whoever starts it on any free port reads which from here"
    )]
    {
        println!("listening on port {}", listener.local_addr()?.port());
    }
    socketio::serve(
        listener,
        server.service(),
        ServeLimits::default(),
        std::future::pending(),
    )
    .await?;
    Ok(())
}

//! The engine alone, for the benchmark: the reference's chat with nothing checked and nothing stored. It listens on a free port of
//! this machine and prints which.

use std::{
    net::Ipv4Addr,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Serialize};
use socketio::{
    Ack, Config, ConnectError, ConnectRequest, Event, Namespace, NamespaceHandle, ServeLimits, Socket, SocketIo,
};

/// The namespace, and the way from one of its sockets to all of them: the sender hears its own message, as in the reference.
struct Chat {
    messages: AtomicU64,
    everybody: OnceLock<NamespaceHandle>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct JoinChat {
    from_user_id: String,
    to_user_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SendMsg {
    from_user_name: String,
    from_user_id: String,
    to_user_id: String,
    msg: String,
}

#[derive(Deserialize)]
struct JoinRoom {
    room: String,
}

#[derive(Deserialize)]
struct SendRoom {
    room: String,
    msg: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JoinedRoom<'a> {
    room_id: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Message<'a> {
    name: &'a str,
    from_user_id: &'a str,
    to_user_id: &'a str,
    msg: &'a str,
    timestamp: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    success: bool,
    message_id: u64,
}

fn room_of(one: &str, other: &str) -> String {
    let (low, high) = if one <= other { (one, other) } else { (other, one) };
    format!("{low}_{high}")
}

fn now() -> u64 {
    #[expect(clippy::disallowed_methods, reason = "a benchmark's timestamps are real")]
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

impl Chat {
    fn join(socket: &Socket<()>, room: &str) {
        socket.join(room);
        // A socket that is gone already needs no answer; the same below.
        let _ = socket.emit("joinedRoom", &JoinedRoom { room_id: room });
    }

    fn tell(&self, room: &str, message: &Message<'_>, ack: Option<Ack>) {
        if let Some(everybody) = self.everybody.get() {
            let _ = everybody.to(room).emit("RecievedMsg", message);
        }
        let message_id = self.messages.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some(ack) = ack {
            let _ = ack.send(&Sent {
                success: true,
                message_id,
            });
        }
    }
}

/// The chat, shared with `main`, which tells it its handle once there is one.
struct Shared(Arc<Chat>);

impl Namespace for Shared {
    type State = ();

    async fn connect(&self, _: &ConnectRequest) -> Result<(), ConnectError> {
        Ok(())
    }

    async fn event(&self, socket: &Socket<()>, event: Event) {
        match event.name.as_str() {
            "joinChat" => {
                if let Ok(JoinChat {
                    from_user_id,
                    to_user_id,
                }) = event.args.get(0)
                {
                    Chat::join(socket, &room_of(&from_user_id, &to_user_id));
                }
            }
            "sendMsg" => {
                if let Ok(SendMsg {
                    from_user_name,
                    from_user_id,
                    to_user_id,
                    msg,
                }) = event.args.get(0)
                {
                    let message = Message {
                        name: &from_user_name,
                        from_user_id: &from_user_id,
                        to_user_id: &to_user_id,
                        msg: &msg,
                        timestamp: now(),
                    };
                    self.0.tell(&room_of(&from_user_id, &to_user_id), &message, event.ack);
                }
            }
            "joinRoom" => {
                if let Ok(JoinRoom { room }) = event.args.get(0) {
                    Chat::join(socket, &room);
                }
            }
            "sendRoom" => {
                if let Ok(SendRoom { room, msg }) = event.args.get(0) {
                    let message = Message {
                        name: "Person",
                        from_user_id: "somebody",
                        to_user_id: &room,
                        msg: &msg,
                        timestamp: now(),
                    };
                    self.0.tell(&room, &message, event.ack);
                }
            }
            _ => {}
        }
    }
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let config = Config {
        max_connections_per_address: 1_000_000,
        ..Config::default()
    };
    let limits = ServeLimits {
        max_connections_per_address: 1_000_000,
        ..ServeLimits::default()
    };
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    #[expect(clippy::print_stdout, reason = "whoever starts it reads the address from here")]
    {
        println!("listening on {}", listener.local_addr()?);
    }
    let chat = Arc::new(Chat {
        messages: AtomicU64::new(0),
        everybody: OnceLock::new(),
    });
    let server = SocketIo::builder(config)
        .namespace("/", Shared(Arc::clone(&chat)))
        .build();
    if let Some(everybody) = server.of("/") {
        let _ = chat.everybody.set(everybody);
    }
    socketio::serve(listener, server.service(), limits, std::future::pending()).await
}

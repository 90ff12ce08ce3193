//! A broadcast into a room, without the writes: the members poll, and nobody is asking just then, so a message ends in their
//! queues. What this takes for each member is what the engine adds to the system call.

use std::time::Duration;

use bytes::Bytes;
use divan::{AllocProfiler, Bencher};
use http::{Method, Request};
use http_body_util::{BodyExt as _, Full};
use micro::MESSAGE;
use serde_json::value::RawValue;
use socketio::{Config, ConnectError, ConnectRequest, Event, Namespace, NamespaceHandle, Socket, SocketIo};
use tokio::runtime::{Builder, Runtime};
use tower_service::Service as _;

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

const ROOM: &str = "everybody";

fn main() {
    divan::main();
}

struct Chat;

impl Namespace for Chat {
    type State = ();

    async fn connect(&self, _: &ConnectRequest) -> Result<(), ConnectError> {
        Ok(())
    }

    async fn connected(&self, socket: &Socket<()>) {
        socket.join(ROOM);
    }

    async fn event(&self, _: &Socket<()>, _: Event) {}
}

/// A server with so many members, and the ids of their sessions.
struct Room {
    runtime: Runtime,
    server: SocketIo,
    sessions: Vec<String>,
}

impl Room {
    fn of(members: usize) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let config = Config {
            // Nobody answers heartbeats here, and nothing may be closed meanwhile.
            ping_interval: Duration::from_hours(1),
            max_connections_per_address: usize::MAX,
            ..Config::default()
        };
        let server = runtime.block_on(async { SocketIo::builder(config).namespace("/", Chat).build() });
        let mut room = Self {
            runtime,
            server,
            sessions: Vec::new(),
        };
        for _ in 0..members {
            let open = room.ask(Method::GET, "", "");
            let id = open.split('"').nth(3).expect("the session's id comes first").to_owned();
            room.ask(Method::POST, &id, "40");
            room.ask(Method::GET, &id, "");
            room.sessions.push(id);
        }
        room
    }

    fn ask(&self, method: Method, session: &str, body: &str) -> String {
        let session = if session.is_empty() {
            String::new()
        } else {
            format!("&sid={session}")
        };
        let request = Request::builder()
            .method(method)
            .uri(format!("/socket.io/?EIO=4&transport=polling{session}"))
            .body(Full::new(Bytes::copy_from_slice(body.as_bytes())))
            .expect("a request");
        let mut service = self.server.service();
        self.runtime.block_on(async {
            let answer = service.call(request).await.unwrap_or_else(|never| match never {});
            assert!(answer.status().is_success(), "{}", answer.status());
            let body = answer.into_body().collect().await.expect("a body in memory").to_bytes();
            String::from_utf8_lossy(&body).into_owned()
        })
    }

    fn namespace(&self) -> NamespaceHandle {
        self.server.of("/").expect("it was added")
    }

    /// Everybody polls, so that nothing waits.
    fn drain(&self) {
        for session in &self.sessions {
            self.ask(Method::GET, session, "");
        }
    }
}

#[divan::bench(args = [1, 10, 100, 1_000], sample_count = 200, sample_size = 1)]
fn broadcast(bencher: Bencher<'_, '_>, members: usize) {
    let room = Room::of(members);
    let namespace = room.namespace();
    assert_eq!(namespace.room_size(ROOM), members);
    let message = RawValue::from_string(MESSAGE.to_owned()).expect("it is JSON");
    let emit = || {
        namespace
            .to(ROOM)
            .emit("RecievedMsg", &message)
            .expect("it can be encoded");
    };
    emit();
    bencher.with_inputs(|| room.drain()).bench_local_values(|()| {
        room.runtime.block_on(async { emit() });
    });
}

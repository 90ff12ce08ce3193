//! Engine.IO v4 and Socket.IO v5 server.
//!
//! Two layers. [`EngineIo`] carries messages, text and binary, over HTTP long-polling or WebSocket and from the one to the other.
//! [`SocketIo`] multiplexes namespaces over it, with events, acknowledgements, rooms and broadcasts. Both give a
//! [tower service](SocketIo::service) that answers everything under [`Config::path`]; [`serve`] runs such a service, or a whole
//! router that contains it, on a TCP listener.
//!
//! What this promises beyond the protocol:
//!
//! - The events of one socket are handled one at a time, in order. While they are handled, the client is read no further than
//!   [`Config::max_waiting_events`].
//! - Nothing is dropped silently. A connection that reads too slowly is closed when [`Config::max_queue_bytes`] wait for it.
//! - One server or several: with an [`Adapter`], such as `RedisAdapter` of the feature `redis`, rooms and broadcasts span nodes, and what
//!   may have been missed while the way between them was cut is told.
//! - Everything that comes from outside has a bound: sizes, counts, rates and times, all in [`Config`] and [`ServeLimits`].
//!
//! ```no_run
//! use socketio::{Config, ConnectError, ConnectRequest, Event, Namespace, Socket, SocketIo};
//!
//! struct Echo;
//!
//! impl Namespace for Echo {
//!     type State = ();
//!
//!     async fn connect(&self, _: &ConnectRequest) -> Result<(), ConnectError> {
//!         Ok(())
//!     }
//!
//!     async fn event(&self, socket: &Socket<()>, event: Event) {
//!         let _ = socket.emit_args(&event.name, &event.args);
//!     }
//! }
//!
//! let server = SocketIo::builder(Config::default()).namespace("/", Echo).build();
//! let service = server.service();
//! # let _ = service;
//! ```

mod ack;
mod adapter;
mod args;
mod broadcast;
mod client;
pub mod codec;
mod config;
mod cors;
mod engine;
mod error;
mod id;
mod inbox;
mod namespace;
mod reason;
#[cfg(feature = "redis")]
mod redis;
mod rooms;
mod serve;
mod server;
mod snapshot;
mod socket;

pub use ack::Ack;
pub use adapter::{Acknowledged, Adapter, Answer, Change};
pub use args::{ArgError, Args, Placeholder};
pub use broadcast::{Asking, Broadcast, EmitWithAckError, RemoteSocket, Target};
pub use config::{Config, Cors, EventRate, Origins, Transports};
pub use engine::{
    ClientAddr, EngineConnection, EngineHandler, EngineIo, EngineService, Message, RemoteAddr, ResponseBody, Transport,
};
pub use error::{AckError, AdapterError, BroadcastAckError, SendError};
pub use id::SocketId;
pub use namespace::{ConnectError, ConnectRequest, Event, Namespace};
pub use reason::DisconnectReason;
#[cfg(feature = "redis")]
pub use redis::{Outage, RedisAdapter, RedisConfig, RedisCounters, RedisError};
pub use rooms::Room;
pub use serve::{ServeLimits, serve};
pub use server::{NamespaceHandle, SocketIo, SocketIoBuilder, WeakNamespace};
pub use snapshot::{Counters, NamespaceSnapshot, Snapshot, SocketSnapshot};
pub use socket::{Socket, SocketHandle};

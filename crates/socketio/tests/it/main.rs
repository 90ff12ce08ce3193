//! The protocol, case by case, against real servers on real sockets.
//!
//! `server` starts them, `client` speaks raw HTTP and raw WebSocket to them, so that also what no library would send can be sent.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod acks;
mod binary;
mod client;
mod close;
mod codec;
mod cors;
#[cfg(unix)]
mod few_files;
mod handshake;
mod heartbeat;
mod limits;
mod namespaces;
mod order;
mod overflow;
mod parallel;
mod polling;
#[cfg(feature = "redis")]
mod redis;
mod rooms;
mod serve;
mod server;
mod stalled;
mod streams;
mod upgrade;
mod websocket;

//! The formats, as pure functions over bytes: WebSocket frames, Engine.IO packets and payloads, Socket.IO packets.
//!
//! Public so that they can be tested and fuzzed against other implementations.

#[cfg(feature = "redis")]
pub mod cluster;
pub mod engine;
pub mod frame;
#[cfg(feature = "redis")]
pub mod msgpack;
pub mod socket;

//! The formats, as pure functions over bytes: WebSocket frames, Engine.IO packets and payloads, Socket.IO packets.
//!
//! Public so that they can be tested and fuzzed against other implementations.

pub mod engine;
pub mod frame;
pub mod socket;

//! Nodes over a real Redis.

mod cluster;
mod codec;
mod hostile;
mod outages;
mod server;

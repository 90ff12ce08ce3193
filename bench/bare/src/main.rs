//! The yardstick: a single-threaded epoll server that answers the handshakes and then does nothing but `send`.
//!
//! A message is found by its event's name and copied into one frame, which is written to every member of its room with
//! one `send` each, and the acknowledgement with one more. No JSON is parsed, nothing is checked, nothing stored. With
//! `--batch`, what is to be sent is gathered for each connection instead while one round of `epoll_wait` is handled, and
//! leaves with one `send` for each connection at its end. What a real server costs beyond this is its own.

mod room;
mod server;

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::bail;

fn main() -> anyhow::Result<()> {
    let mut batch = false;
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--batch" => batch = true,
            other => bail!("{other} is not known; there is only --batch"),
        }
    }
    server::Server::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), batch)?.run()
}

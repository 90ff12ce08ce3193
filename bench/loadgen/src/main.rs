//! Puts load on a Socket.IO chat and says what it cost the server.
//!
//! One thread, one epoll, raw frames: the generator is to cost less than whatever it measures. It prints one line of
//! JSON. Times are of the generator's own clock; what the server's threads used of a CPU comes from /proc, and is the
//! figure to trust where other programs run on the machine.

mod cast;
mod latency;
mod meter;
mod modes;
mod process;
mod swarm;
mod wire;

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use clap::{Parser, Subcommand};

use crate::{
    cast::{Cast, Dialect, Scene},
    meter::Bench,
};

/// Load on a chat.
#[derive(Debug, Parser)]
struct Arguments {
    /// Where the server listens
    #[arg(long)]
    address: SocketAddr,
    /// The server's process id
    #[arg(long)]
    pid: u32,
    /// Which events it understands
    #[arg(long, value_enum, default_value = "reference")]
    dialect: Dialect,
    /// The file with people and tokens, where the server wants to know who comes
    #[arg(long)]
    people: Option<PathBuf>,
    /// Seconds before measuring begins
    #[arg(long, default_value_t = 1.0)]
    warm_up: f64,
    /// Seconds of measuring
    #[arg(long, default_value_t = 4.0)]
    seconds: f64,
    /// Characters of a message
    #[arg(long, default_value_t = 64)]
    characters: usize,
    #[command(subcommand)]
    mode: Mode,
}

#[derive(Debug, Subcommand)]
enum Mode {
    /// Connections that say nothing once they are in
    Idle {
        #[arg(long, default_value_t = 10_000)]
        clients: usize,
    },
    /// Pairs in a closed loop: one of each writes, and writes again when it was acknowledged
    Pairs {
        #[arg(long, default_value_t = 500)]
        pairs: usize,
    },
    /// One room in a closed loop: so many messages are outstanding, each until everybody has it
    Fanout {
        #[arg(long, default_value_t = 1_000)]
        members: usize,
        #[arg(long, default_value_t = 1)]
        outstanding: usize,
    },
    /// Pairs at a fixed rate, whatever the answers do
    Open {
        #[arg(long, default_value_t = 500)]
        pairs: usize,
        /// Messages a second, all together
        #[arg(long)]
        rate: f64,
    },
    /// All are cut off, miss something, come back at once and `sync`
    Storm {
        #[arg(long, default_value_t = 5_000)]
        clients: usize,
    },
    /// One member of a room stops reading
    Slow {
        #[arg(long, default_value_t = 1_000)]
        members: usize,
        /// Messages a second
        #[arg(long, default_value_t = 20.0)]
        rate: f64,
    },
    /// One socket sends as much as it can, beside pairs at a fixed rate
    Flood {
        #[arg(long, default_value_t = 500)]
        pairs: usize,
        /// Messages a second of the pairs
        #[arg(long, default_value_t = 500.0)]
        rate: f64,
    },
    /// Pairs at a fixed rate while connections come and go
    Soak {
        #[arg(long, default_value_t = 500)]
        pairs: usize,
        /// Messages a second
        #[arg(long, default_value_t = 1_000.0)]
        rate: f64,
        /// Connections replaced a second
        #[arg(long, default_value_t = 20.0)]
        churn: f64,
    },
    /// One page of history after the other, over HTTP
    History {
        #[arg(long, default_value_t = 300)]
        requests: usize,
    },
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let scene = match arguments.mode {
        Mode::Fanout { .. } | Mode::Slow { .. } | Mode::Storm { .. } | Mode::History { .. } => Scene::Room,
        _ => Scene::Pairs,
    };
    let cast = Cast::new(arguments.dialect, scene, arguments.people.as_deref())?;
    let mut bench = Bench::new(
        arguments.address,
        arguments.pid,
        cast,
        Duration::from_secs_f64(arguments.warm_up),
        Duration::from_secs_f64(arguments.seconds),
        arguments.characters.max(wire::STAMP),
    )?;
    let report = match arguments.mode {
        Mode::Idle { clients } => modes::idle::run(&mut bench, clients)?,
        Mode::Pairs { pairs } => modes::closed::pairs(&mut bench, pairs)?,
        Mode::Fanout { members, outstanding } => modes::closed::fanout(&mut bench, members, outstanding)?,
        Mode::Open { pairs, rate } => modes::open::run(&mut bench, pairs, rate)?,
        Mode::Storm { clients } => modes::storm::run(&mut bench, clients)?,
        Mode::Slow { members, rate } => modes::slow::run(&mut bench, members, rate)?,
        Mode::Flood { pairs, rate } => modes::flood::run(&mut bench, pairs, rate)?,
        Mode::Soak { pairs, rate, churn } => modes::soak::run(&mut bench, pairs, rate, churn)?,
        Mode::History { requests } => modes::history::run(&bench, arguments.address, requests)?,
    };
    println!("{report}");
    Ok(())
}

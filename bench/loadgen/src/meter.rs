//! What a mode works with, and the span that it measures.

use std::{net::SocketAddr, time::Duration};

use anyhow::ensure;
use serde_json::{Value, json};

use crate::{cast::Cast, latency::Latency, process::Process, swarm::Swarm, wire};

/// How long everybody may take to come in.
pub(crate) const ENTRANCE: Duration = Duration::from_mins(2);

/// The clients, the server, and how long to measure.
pub(crate) struct Bench {
    pub(crate) swarm: Swarm,
    pub(crate) server: Process,
    own: Process,
    pub(crate) cast: Cast,
    pub(crate) warm_up: Duration,
    pub(crate) span: Duration,
    characters: usize,
}

/// Counters at the beginning of the span.
#[derive(Clone, Copy)]
struct Snapshot {
    at: u64,
    server: u64,
    own: u64,
    reads: u64,
}

/// What is counted between two snapshots.
pub(crate) struct Meter {
    from: Snapshot,
    pub(crate) messages: u64,
    pub(crate) deliveries: u64,
    pub(crate) delivery: Latency,
    pub(crate) ack: Latency,
}

impl Bench {
    pub(crate) fn new(
        address: SocketAddr,
        pid: u32,
        cast: Cast,
        warm_up: Duration,
        span: Duration,
        characters: usize,
    ) -> anyhow::Result<Self> {
        Ok(Self {
            swarm: Swarm::new(address)?,
            server: Process::new(pid),
            own: Process::new(std::process::id()),
            cast,
            warm_up,
            span,
            characters,
        })
    }

    /// Adds so many clients, and brings them in.
    pub(crate) fn gather(&mut self, clients: usize) -> anyhow::Result<()> {
        ensure!(
            clients <= self.cast.most(),
            "there are only {} people",
            self.cast.most()
        );
        for client in 0..clients {
            self.swarm.add(self.cast.entrance(client));
        }
        self.swarm.gather(0..clients, ENTRANCE)
    }

    /// Sends a message that says when it was sent, or was to be sent.
    pub(crate) fn write(&mut self, client: usize, id: u64, slot: u32, at: u64) {
        let text = wire::stamp(slot, at, self.characters);
        self.swarm.say(client, &self.cast.message(client, id, &text));
    }

    fn snapshot(&mut self) -> anyhow::Result<Snapshot> {
        Ok(Snapshot {
            server: self.server.cpu_nanos()?,
            own: self.own.cpu_nanos()?,
            at: self.swarm.now(),
            reads: self.swarm.reads,
        })
    }

    /// Begins to measure.
    pub(crate) fn meter(&mut self) -> anyhow::Result<Meter> {
        Ok(Meter {
            from: self.snapshot()?,
            messages: 0,
            deliveries: 0,
            delivery: Latency::new(),
            ack: Latency::new(),
        })
    }

    /// Ends to measure.
    #[expect(clippy::cast_precision_loss, reason = "counts of a few seconds are far below 2^53")]
    pub(crate) fn report(&mut self, meter: &Meter) -> anyhow::Result<Value> {
        let (from, to) = (meter.from, self.snapshot()?);
        let nanos = (to.at - from.at) as f64;
        let (server, own) = ((to.server - from.server) as f64, (to.own - from.own) as f64);
        let deliveries = meter.deliveries.max(1) as f64;
        let messages = meter.messages.max(1) as f64;
        Ok(json!({
            "seconds": nanos / 1e9,
            "messages": meter.messages,
            "deliveries": meter.deliveries,
            "messages_per_second": meter.messages as f64 / nanos * 1e9,
            "deliveries_per_second": meter.deliveries as f64 / nanos * 1e9,
            "cpu_us_per_delivery": server / 1_000.0 / deliveries,
            "cpu_us_per_message": server / 1_000.0 / messages,
            "server_cpu_share": server / nanos,
            "generator_cpu_us_per_delivery": own / 1_000.0 / deliveries,
            "deliveries_per_read": meter.deliveries as f64 / (to.reads - from.reads).max(1) as f64,
            "delivery_us": meter.delivery.percentiles(),
            "ack_us": meter.ack.percentiles(),
            "memory": self.server.memory()?,
        }))
    }
}

//! Connections that say nothing once they are in: what it costs to come in, and what to stay.

use std::time::Duration;

use serde_json::{Value, json};

use crate::meter::Bench;

/// Clients that come in first, so that what a server sets up once is not counted for the others.
const FIRST: usize = 100;
/// Time for a server to put away what it needed only for a moment.
const SETTLE: Duration = Duration::from_secs(3);

#[expect(
    clippy::cast_precision_loss,
    reason = "bytes and nanoseconds of a run are far below 2^53"
)]
pub(crate) fn run(bench: &mut Bench, clients: usize) -> anyhow::Result<Value> {
    let start = bench.server.memory()?;
    bench.gather(FIRST)?;
    settle(bench)?;
    let before = bench.server.memory()?;
    let meter = bench.meter()?;
    let (cpu, began) = (bench.server.cpu_nanos()?, bench.swarm.now());
    for client in FIRST..FIRST + clients {
        bench.swarm.add(bench.cast.entrance(client));
    }
    bench.swarm.gather(FIRST..FIRST + clients, crate::meter::ENTRANCE)?;
    let (cpu_after, ended) = (bench.server.cpu_nanos()?, bench.swarm.now());
    let own = bench.report(&meter)?["generator_cpu_us_per_delivery"].clone();
    settle(bench)?;
    let after = bench.server.memory()?;
    let each = clients as f64;
    Ok(json!({
        "clients": clients,
        "setups_per_second": each / (ended - began) as f64 * 1e9,
        "cpu_us_per_setup": (cpu_after - cpu) as f64 / 1_000.0 / each,
        "generator_cpu_us_per_setup": own.as_f64().unwrap_or(0.0) / each,
        "bytes_per_connection": after.resident.saturating_sub(before.resident) as f64 / each,
        "resident_at_start": start.resident,
        "memory": after,
    }))
}

/// Lets some time pass in which heartbeats are answered.
fn settle(bench: &mut Bench) -> anyhow::Result<()> {
    let end = bench.swarm.now() + u64::try_from(SETTLE.as_nanos())?;
    let mut heard = Vec::new();
    while bench.swarm.now() < end {
        bench.swarm.turn(Duration::from_millis(50), &mut heard)?;
        heard.clear();
    }
    Ok(())
}

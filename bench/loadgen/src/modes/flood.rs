//! One socket sends as much as it can, beside pairs at a fixed rate: they must not notice, and memory must stay bounded.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    meter::{Bench, Meter},
    modes::open::Schedule,
    swarm::What,
};

/// Bytes that the flooding client has waiting at its own side at most.
const AHEAD: usize = 256 * 1024;

pub(crate) fn run(bench: &mut Bench, pairs: usize, rate: f64) -> anyhow::Result<Value> {
    // The last pair floods, and is not measured.
    let measured = pairs - 1;
    let (flooder, victim) = (measured * 2, measured * 2 + 1);
    bench.gather(pairs * 2)?;
    let mut schedule = Schedule::new(bench, rate, measured);
    let mut flood = Flood {
        flooder,
        victim,
        on: false,
        id: 0,
        handled: 0,
        closed: false,
    };
    let mut warm = bench.meter()?;
    flood.keep(bench, &mut schedule, &mut warm, bench.warm_up)?;
    let mut before = bench.meter()?;
    flood.keep(bench, &mut schedule, &mut before, bench.span)?;
    let before = bench.report(&before)?;
    let memory_before = bench.server.memory()?;
    flood.on = true;
    let mut during = bench.meter()?;
    flood.keep(bench, &mut schedule, &mut during, bench.span)?;
    let during = bench.report(&during)?;
    Ok(json!({
        "p99_before_us": before["ack_us"]["p99"],
        "p99_while_flooding_us": during["ack_us"]["p99"],
        "flood_sent": flood.id,
        "flood_handled": flood.handled,
        "flooder_was_closed": flood.closed,
        "memory_before": memory_before,
        "memory": bench.server.memory()?,
        "before": before,
        "while_flooding": during,
    }))
}

struct Flood {
    flooder: usize,
    victim: usize,
    on: bool,
    id: u64,
    handled: u64,
    closed: bool,
}

impl Flood {
    fn keep(
        &mut self,
        bench: &mut Bench,
        schedule: &mut Schedule,
        meter: &mut Meter,
        time: Duration,
    ) -> anyhow::Result<()> {
        let end = bench.swarm.now() + u64::try_from(time.as_nanos())?;
        let mut heard = Vec::new();
        while bench.swarm.now() < end {
            let idle = schedule.keep(bench);
            if self.on && !self.closed {
                // A few at a time, so that the pairs' own schedule is kept meanwhile.
                for _ in 0..20 {
                    if bench.swarm.unsent(self.flooder) >= AHEAD {
                        break;
                    }
                    self.id += 1;
                    let now = bench.swarm.now();
                    bench.write(self.flooder, self.id, 1, now);
                }
            }
            bench.swarm.turn(idle.min(Duration::from_millis(1)), &mut heard)?;
            heard.retain(|one| {
                if one.client != self.flooder && one.client != self.victim {
                    return true;
                }
                match one.what {
                    What::Acknowledged { .. } => self.handled += 1,
                    What::Closed => self.closed = true,
                    _ => {}
                }
                false
            });
            schedule.count(&mut heard, meter, |_| false)?;
        }
        Ok(())
    }
}

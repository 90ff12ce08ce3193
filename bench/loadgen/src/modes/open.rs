//! An open loop: messages at a fixed rate, whatever the answers do.
//!
//! Latencies are counted from when a message was to be sent, so that a server that stalls does not get away with having
//! been asked less while it did.

use std::time::Duration;

use anyhow::{bail, ensure};
use serde_json::{Value, json};

use crate::{
    meter::{Bench, Meter},
    swarm::{Heard, What},
};

/// The schedule of the messages.
pub(crate) struct Schedule {
    start: u64,
    interval: f64,
    writers: usize,
    /// Messages sent; the id of one is its number from 1.
    pub(crate) sent: u64,
}

impl Schedule {
    /// So many messages a second, by the first of each of so many pairs in turn, from now on.
    pub(crate) fn new(bench: &Bench, rate: f64, pairs: usize) -> Self {
        Self {
            start: bench.swarm.now(),
            interval: 1e9 / rate,
            writers: pairs,
            sent: 0,
        }
    }

    /// When the message with this id was to be sent.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "both are positive and far below 2^53"
    )]
    pub(crate) fn due(&self, id: u64) -> u64 {
        self.start + ((id - 1) as f64 * self.interval) as u64
    }

    /// Sends what is due, and says how long nothing will be.
    pub(crate) fn keep(&mut self, bench: &mut Bench) -> Duration {
        loop {
            let (now, id) = (bench.swarm.now(), self.sent + 1);
            let due = self.due(id);
            if due > now {
                return Duration::from_nanos(due - now);
            }
            self.sent = id;
            let pair = usize::try_from(id).unwrap_or(0) % self.writers;
            // A writer that is away just then is passed over.
            if bench.swarm.is_ready(pair * 2) {
                bench.write(pair * 2, id, 0, due);
            }
        }
    }

    /// Counts what was heard. A connection that closes is an error unless `closing` says otherwise.
    pub(crate) fn count(
        &self,
        heard: &mut Vec<Heard>,
        meter: &mut Meter,
        mut closing: impl FnMut(usize) -> bool,
    ) -> anyhow::Result<()> {
        for one in heard.drain(..) {
            match one.what {
                What::Delivered { sent, .. } => {
                    meter.deliveries += 1;
                    meter.delivery.record(one.at.saturating_sub(sent));
                }
                What::Acknowledged { id } => {
                    ensure!((1..=self.sent).contains(&id), "acknowledgement {id} came for nothing");
                    meter.messages += 1;
                    meter.ack.record(one.at.saturating_sub(self.due(id)));
                }
                What::Closed if !closing(one.client) => bail!("the server closed client {}", one.client),
                _ => {}
            }
        }
        Ok(())
    }
}

/// Runs the schedule for some time.
pub(crate) fn keep_for(
    bench: &mut Bench,
    schedule: &mut Schedule,
    meter: &mut Meter,
    time: Duration,
) -> anyhow::Result<()> {
    let end = bench.swarm.now() + u64::try_from(time.as_nanos())?;
    let mut heard = Vec::new();
    while bench.swarm.now() < end {
        let idle = schedule.keep(bench);
        bench.swarm.turn(idle.min(Duration::from_millis(10)), &mut heard)?;
        schedule.count(&mut heard, meter, |_| false)?;
    }
    Ok(())
}

/// Pairs at a fixed rate.
pub(crate) fn run(bench: &mut Bench, pairs: usize, rate: f64) -> anyhow::Result<Value> {
    bench.gather(pairs * 2)?;
    let mut schedule = Schedule::new(bench, rate, pairs);
    let mut meter = bench.meter()?;
    keep_for(bench, &mut schedule, &mut meter, bench.warm_up)?;
    let mut meter = bench.meter()?;
    keep_for(bench, &mut schedule, &mut meter, bench.span)?;
    let mut report = bench.report(&meter)?;
    report["rate"] = json!(rate);
    Ok(report)
}

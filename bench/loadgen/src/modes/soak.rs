//! Mixed load for long: pairs at a fixed rate while connections come, `sync`, and go. Memory must reach a plateau and stay there.

use std::time::Duration;

use anyhow::ensure;
use serde_json::{Value, json};

use crate::{
    cast::SYNC,
    meter::Bench,
    modes::open::Schedule,
    swarm::{Heard, What},
};

/// Samples of the server's memory in the whole run.
const SAMPLES: u128 = 40;

pub(crate) fn run(bench: &mut Bench, pairs: usize, rate: f64, churn: f64) -> anyhow::Result<Value> {
    ensure!(churn > 0.0, "without connections that come and go there is `open`");
    bench.gather(pairs * 2)?;
    bench.swarm.curious = true;
    let mut known = Known {
        last: vec![0; pairs * 2],
        synced: 0,
    };
    let mut schedule = Schedule::new(bench, rate, pairs);
    let mut meter = bench.meter()?;
    let began = bench.swarm.now();
    let end = began + u64::try_from(bench.span.as_nanos())?;
    let every = u64::try_from(Duration::from_secs_f64(1.0 / churn).as_nanos())?;
    let sample = u64::try_from(bench.span.as_nanos() / SAMPLES)?;
    let (mut next_leave, mut next_sample) = (began + every, began + sample);
    let (mut turn, mut replaced) = (0_usize, 0_u64);
    let mut resident = Vec::new();
    let mut heard = Vec::new();
    while bench.swarm.now() < end {
        let idle = schedule.keep(bench);
        let now = bench.swarm.now();
        if now >= next_leave {
            // One in the middle of a connection is left alone; a large step spreads them.
            turn = (turn + 7919) % (pairs * 2);
            if bench.swarm.is_ready(turn) {
                bench.swarm.leave(turn);
                bench.swarm.come(turn, None)?;
                replaced += 1;
            }
            next_leave += every;
        }
        if now >= next_sample {
            resident.push(bench.server.memory()?.resident);
            next_sample += sample;
        }
        bench.swarm.turn(idle.min(Duration::from_millis(5)), &mut heard)?;
        known.take(bench, &mut heard);
        schedule.count(&mut heard, &mut meter, |_| false)?;
    }
    ensure!(resident.len() >= 10, "too short to tell a plateau");
    // Those that came back last may still wait for their answer.
    ensure!(
        known.synced * 10 >= replaced * 9,
        "{} of {replaced} that came back were told what they missed",
        known.synced
    );
    // The plateau is the middle of the run; what grows shows in its last tenth.
    let middle = median(&resident[resident.len() / 4..resident.len() * 3 / 4]);
    let last = median(&resident[resident.len() * 9 / 10..]);
    let mut report = bench.report(&meter)?;
    report["connections_replaced"] = json!(replaced);
    report["synced"] = json!(known.synced);
    report["resident_samples"] = json!(resident);
    report["resident_plateau"] = json!(middle);
    report["resident_at_end"] = json!(last);
    Ok(report)
}

/// What the clients know.
struct Known {
    /// The last number of each one's conversation.
    last: Vec<u64>,
    /// Answers to `sync`.
    synced: u64,
}

impl Known {
    /// Takes what only this mode asks for out of what was heard, and lets those who are back ask for what they missed.
    fn take(&mut self, bench: &mut Bench, heard: &mut Vec<Heard>) {
        heard.retain_mut(|one| {
            match one.what {
                What::Ready => {
                    let sync = bench.cast.sync(one.client, self.last[one.client]);
                    bench.swarm.say(one.client, &sync);
                }
                What::Delivered { sequence, .. } => {
                    self.last[one.client] = self.last[one.client].max(sequence);
                }
                What::Answered { id: SYNC, .. } => {
                    self.synced += 1;
                    return false;
                }
                What::Answered { id, .. } => one.what = What::Acknowledged { id },
                What::Acknowledged { .. } | What::Closed => {}
            }
            true
        });
    }
}

fn median(values: &[u64]) -> u64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied().unwrap_or(0)
}

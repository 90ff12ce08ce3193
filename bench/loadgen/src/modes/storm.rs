//! Everybody is cut off, misses something, comes back at once and asks for what was missed.
//!
//! All clients are members of one conversation. The first one stays, and writes: while the others are away, and while they
//! come back. A client has everything if the numbers that it got, from `sync` and live, are the last one and all before it
//! back to where it was cut off.

use std::{collections::BTreeSet, time::Duration};

use anyhow::{bail, ensure};
use serde_json::{Value, json};

use crate::{
    cast::SYNC,
    latency::Latency,
    meter::{Bench, ENTRANCE},
    swarm::{Heard, What},
    wire,
};

/// Messages while all are away.
const MISSED: u64 = 20;
/// Time between the messages while they come back.
const EVERY: u64 = 500_000_000;
struct Tracker {
    got: Vec<BTreeSet<u64>>,
    synced: Vec<bool>,
    waiting: usize,
    last: u64,
    acknowledged: u64,
}

pub(crate) fn run(bench: &mut Bench, clients: usize) -> anyhow::Result<Value> {
    bench.swarm.curious = true;
    bench.gather(clients)?;
    let mut tracker = Tracker {
        got: vec![BTreeSet::new(); clients],
        synced: vec![true; clients],
        waiting: 0,
        last: 0,
        acknowledged: 0,
    };
    let mut id = 1;
    bench.write(0, id, 0, 0);
    listen(bench, &mut tracker, Duration::from_secs(3), "")?;
    ensure!(tracker.acknowledged == 1, "the first message was not acknowledged");
    let known = tracker.last;
    let before = bench.server.memory()?;

    for client in 1..clients {
        bench.swarm.leave(client);
        tracker.synced[client] = false;
    }
    listen(bench, &mut tracker, Duration::from_secs(1), "")?;
    for _ in 0..MISSED {
        id += 1;
        bench.write(0, id, 0, 0);
    }
    listen(bench, &mut tracker, Duration::from_secs(2), "")?;
    ensure!(
        tracker.acknowledged == id,
        "the messages that all miss were not acknowledged"
    );

    let cpu = bench.server.cpu_nanos()?;
    let began = bench.swarm.now();
    tracker.waiting = clients - 1;
    for client in 1..clients {
        bench.swarm.come(client, None)?;
    }
    let sync = bench.cast.sync(0, known);
    let mut latency = Latency::new();
    let mut due = began + EVERY;
    let mut heard = Vec::new();
    while tracker.waiting > 0 {
        let now = bench.swarm.now();
        ensure!(
            u128::from(now - began) < ENTRANCE.as_nanos(),
            "{} are not back",
            tracker.waiting
        );
        if now >= due {
            id += 1;
            due += EVERY;
            bench.write(0, id, 0, 0);
        }
        bench.swarm.turn(Duration::from_millis(10), &mut heard)?;
        let waiting = tracker.waiting;
        tracker.take(bench, &mut heard, &sync)?;
        for _ in tracker.waiting..waiting {
            latency.record(bench.swarm.now() - began);
        }
    }
    let back = bench.swarm.now() - began;
    let cpu = bench.server.cpu_nanos()? - cpu;
    let peak = bench.server.memory()?.peak;
    listen(bench, &mut tracker, Duration::from_secs(5), &sync)?;
    ensure!(tracker.acknowledged == id, "a message was not acknowledged");
    let after = bench.server.memory()?;
    let missing: u64 = tracker.got[1..]
        .iter()
        .map(|got| {
            (known + 1..=tracker.last)
                .filter(|sequence| !got.contains(sequence))
                .count() as u64
        })
        .sum();
    #[expect(clippy::cast_precision_loss, reason = "nanoseconds of a run are far below 2^53")]
    let cpu_us = cpu as f64 / 1_000.0 / (clients - 1) as f64;
    Ok(json!({
        "clients": clients - 1,
        "back_seconds": Duration::from_nanos(back).as_secs_f64(),
        "back_us": latency.percentiles(),
        "cpu_us_per_client": cpu_us,
        "messages_missed_while_away": tracker.last - known,
        "messages_still_missing": missing,
        "resident_before": before.resident,
        "resident_after": after.resident,
        "peak": peak,
        "memory": after,
    }))
}

fn listen(bench: &mut Bench, tracker: &mut Tracker, time: Duration, sync: &str) -> anyhow::Result<()> {
    let end = bench.swarm.now() + u64::try_from(time.as_nanos())?;
    let mut heard = Vec::new();
    while bench.swarm.now() < end {
        bench.swarm.turn(Duration::from_millis(20), &mut heard)?;
        tracker.take(bench, &mut heard, sync)?;
    }
    Ok(())
}

impl Tracker {
    fn take(&mut self, bench: &mut Bench, heard: &mut Vec<Heard>, sync: &str) -> anyhow::Result<()> {
        for one in heard.drain(..) {
            match one.what {
                What::Ready => bench.swarm.say(one.client, sync),
                What::Delivered { sequence, .. } => {
                    self.last = self.last.max(sequence);
                    self.got[one.client].insert(sequence);
                }
                What::Answered { id: SYNC, body } => {
                    self.got[one.client].extend(wire::fields(&body, "\"sequence\":"));
                    if !std::mem::replace(&mut self.synced[one.client], true) {
                        self.waiting -= 1;
                    }
                }
                What::Answered { .. } => self.acknowledged += 1,
                What::Acknowledged { .. } => {}
                What::Closed => bail!("the server closed client {}", one.client),
            }
        }
        Ok(())
    }
}

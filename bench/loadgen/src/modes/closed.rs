//! Closed loops: the next message goes out when the one before it is done.

use std::time::Duration;

use anyhow::{bail, ensure};
use serde_json::Value;

use crate::{
    meter::{Bench, Meter},
    swarm::What,
};

/// A loop in which nothing comes back for this long has failed.
const PATIENCE_NANOS: u64 = 20_000_000_000;

/// One message after the other, from one client.
struct Slot {
    client: usize,
    id: u64,
    sent: u64,
    acknowledged: bool,
    missing: usize,
}

/// One of each pair writes, and writes again when it was acknowledged.
pub(crate) fn pairs(bench: &mut Bench, pairs: usize) -> anyhow::Result<Value> {
    bench.gather(pairs * 2)?;
    run(bench, (0..pairs).map(|pair| pair * 2).collect(), 0)
}

/// So many members write, and each writes again when it was acknowledged and everybody has its message.
pub(crate) fn fanout(bench: &mut Bench, members: usize, outstanding: usize) -> anyhow::Result<Value> {
    ensure!(
        (1..=members).contains(&outstanding),
        "somebody has to write, and only members can"
    );
    bench.gather(members)?;
    let step = members / outstanding;
    run(bench, (0..outstanding).map(|writer| writer * step).collect(), members)
}

/// `recipients` is how many must have a message before the next; 0 if the acknowledgement is enough.
fn run(bench: &mut Bench, writers: Vec<usize>, recipients: usize) -> anyhow::Result<Value> {
    let mut slots: Vec<Slot> = Vec::new();
    let mut slot_of = std::collections::HashMap::new();
    for client in writers {
        slot_of.insert(client, slots.len());
        slots.push(Slot {
            client,
            id: 0,
            sent: 0,
            acknowledged: false,
            missing: 0,
        });
    }
    for slot in 0..slots.len() {
        next(bench, &mut slots, slot, recipients);
    }
    let begin = bench.swarm.now() + nanos(bench.warm_up);
    let end = begin + nanos(bench.span);
    let mut meter: Option<Meter> = None;
    let mut heard = Vec::new();
    let mut last = begin;
    loop {
        bench.swarm.turn(Duration::from_millis(10), &mut heard)?;
        let now = bench.swarm.now();
        if !heard.is_empty() {
            last = now;
        }
        ensure!(now < last + PATIENCE_NANOS, "nothing came back for 20 s");
        for one in heard.drain(..) {
            let slot = match one.what {
                What::Delivered { slot, sent, .. } => {
                    if let Some(meter) = &mut meter {
                        meter.deliveries += 1;
                        meter.delivery.record(one.at.saturating_sub(sent));
                    }
                    let slot = slot as usize;
                    slots[slot].missing = slots[slot].missing.saturating_sub(1);
                    slot
                }
                What::Acknowledged { id } => {
                    let Some(&slot) = slot_of.get(&one.client) else {
                        bail!("client {} got an acknowledgement and has sent nothing", one.client)
                    };
                    ensure!(id == slots[slot].id, "acknowledgement {id} came for {}", slots[slot].id);
                    slots[slot].acknowledged = true;
                    if let Some(meter) = &mut meter {
                        meter.messages += 1;
                        meter.ack.record(one.at.saturating_sub(slots[slot].sent));
                    }
                    slot
                }
                What::Closed => bail!("the server closed client {}", one.client),
                What::Ready | What::Answered { .. } => continue,
            };
            if slots[slot].acknowledged && (recipients == 0 || slots[slot].missing == 0) {
                next(bench, &mut slots, slot, recipients);
                // With a single writer this is a moment at which nothing is on its way.
                if now >= begin && meter.is_none() {
                    meter = Some(bench.meter()?);
                } else if now >= end
                    && let Some(meter) = &meter
                {
                    return bench.report(meter);
                }
            }
        }
    }
}

fn next(bench: &mut Bench, slots: &mut [Slot], slot: usize, recipients: usize) {
    let now = bench.swarm.now();
    let entry = &mut slots[slot];
    entry.id += 1;
    entry.sent = now;
    entry.acknowledged = false;
    entry.missing = recipients;
    let (client, id) = (entry.client, entry.id);
    bench.write(client, id, u32::try_from(slot).unwrap_or(u32::MAX), now);
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

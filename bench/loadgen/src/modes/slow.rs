//! One member of a room stops reading. The others must not notice, the server must let go of it, and once it is back it
//! must miss nothing.

use std::time::Duration;

use anyhow::{bail, ensure};
use serde_json::{Value, json};

use crate::{
    meter::{Bench, Meter},
    swarm::What,
    wire,
};

/// Bytes that the slow one's kernel takes for it, so that the server's queue fills soon.
const SMALL_BUFFER: usize = 64 * 1024;
/// How long the server may take to let go of it.
const LONGEST: Duration = Duration::from_mins(1);

struct Room {
    members: usize,
    slow: usize,
    interval: u64,
    due: u64,
    id: u64,
    last_sequence: u64,
    slow_sequence: u64,
    slow_is_gone: bool,
}

/// Runs until `time` has passed or `until` says so.
fn keep(bench: &mut Bench, room: &mut Room, meter: &mut Meter, time: Duration, until_gone: bool) -> anyhow::Result<()> {
    let end = bench.swarm.now() + u64::try_from(time.as_nanos())?;
    let mut heard = Vec::new();
    while bench.swarm.now() < end && !(until_gone && room.slow_is_gone) {
        let now = bench.swarm.now();
        if now >= room.due {
            room.id += 1;
            bench.write(0, room.id, 0, room.due);
            room.due += room.interval;
        }
        let idle = Duration::from_nanos(room.due.saturating_sub(now));
        bench.swarm.turn(idle.min(Duration::from_millis(5)), &mut heard)?;
        for one in heard.drain(..) {
            match one.what {
                What::Delivered { sequence, .. } if one.client == room.slow => room.slow_sequence = sequence,
                What::Delivered { sent, sequence, .. } => {
                    meter.deliveries += 1;
                    meter.delivery.record(one.at.saturating_sub(sent));
                    room.last_sequence = room.last_sequence.max(sequence);
                }
                What::Answered { .. } => meter.messages += 1,
                What::Closed if one.client == room.slow => room.slow_is_gone = true,
                What::Closed => bail!("the server closed client {}, which reads", one.client),
                What::Ready | What::Acknowledged { .. } => {}
            }
        }
    }
    Ok(())
}

pub(crate) fn run(bench: &mut Bench, members: usize, rate: f64) -> anyhow::Result<Value> {
    bench.swarm.curious = true;
    bench.gather(members - 1)?;
    let slow = bench.swarm.add(bench.cast.entrance(members - 1));
    bench.swarm.come(slow, Some(SMALL_BUFFER))?;
    let interval = u64::try_from(Duration::from_secs_f64(1.0 / rate).as_nanos())?;
    let mut room = Room {
        members,
        slow,
        interval,
        due: bench.swarm.now(),
        id: 0,
        last_sequence: 0,
        slow_sequence: 0,
        slow_is_gone: false,
    };
    let mut meter = bench.meter()?;
    keep(bench, &mut room, &mut meter, bench.warm_up, false)?;
    ensure!(bench.swarm.is_ready(slow), "the slow one did not come in");

    let mut before = bench.meter()?;
    keep(bench, &mut room, &mut before, bench.span, false)?;
    let before = bench.report(&before)?;

    bench.swarm.stop_reading(slow);
    let mut during = bench.meter()?;
    let stopped = bench.swarm.now();
    keep(bench, &mut room, &mut during, bench.span, false)?;
    // Until the server has let go of it; then it reads what its kernel has, up to the end.
    while bench.swarm.is_held(slow)? {
        let waited = bench.swarm.now() - stopped;
        ensure!(
            u128::from(waited) < LONGEST.as_nanos(),
            "the server still holds on to the slow one"
        );
        keep(bench, &mut room, &mut during, Duration::from_millis(200), true)?;
    }
    let held = bench.swarm.now() - stopped;
    let during = bench.report(&during)?;
    let mut heard = Vec::new();
    bench.swarm.read_again(slow, &mut heard)?;
    for one in heard {
        match one.what {
            What::Delivered { sequence, .. } => room.slow_sequence = sequence,
            What::Closed => room.slow_is_gone = true,
            _ => {}
        }
    }
    let mut rest = bench.meter()?;
    keep(bench, &mut room, &mut rest, Duration::from_secs(10), true)?;
    ensure!(room.slow_is_gone, "the slow one's connection did not end");
    let after = bench.server.memory()?;
    let missed = catch_up(bench, &mut room)?;
    Ok(json!({
        "members": room.members,
        "p99_before_us": before["delivery_us"]["p99"],
        "p99_while_stopped_us": during["delivery_us"]["p99"],
        "before": before,
        "while_stopped": during,
        "held_seconds": Duration::from_nanos(held).as_secs_f64(),
        "missed_after_sync": missed,
        "memory": after,
    }))
}

/// Brings the slow one back and lets it ask for what it missed; how many messages it still does not have.
fn catch_up(bench: &mut Bench, room: &mut Room) -> anyhow::Result<Option<u64>> {
    let conversation = bench.cast.conversation(room.slow).to_owned();
    if conversation.is_empty() {
        return Ok(None);
    }
    bench.swarm.leave(room.slow);
    bench.swarm.gather(room.slow..room.slow + 1, crate::meter::ENTRANCE)?;
    let mut have = room.slow_sequence;
    let deadline = bench.swarm.now() + 10_000_000_000;
    let mut heard = Vec::new();
    let mut asked = None;
    while have < room.last_sequence {
        ensure!(bench.swarm.now() < deadline, "no answer to sync");
        if asked != Some(have) {
            asked = Some(have);
            let sync = format!(
                "42{}[\"sync\",{{\"versions\":{{\"{conversation}\":{have}}}}}]",
                have + 1_000_000_000
            );
            bench.swarm.say(room.slow, &sync);
        }
        bench.swarm.turn(Duration::from_millis(50), &mut heard)?;
        for one in heard.drain(..) {
            let What::Answered { body, id } = one.what else {
                continue;
            };
            if one.client != room.slow || id < 1_000_000_000 {
                continue;
            }
            if memchr::memmem::find(&body, b"\"reset\":true").is_some() {
                // Too far behind for changes: the server said so, and the client begins anew with the last page.
                have = room.last_sequence;
            }
            for sequence in wire::fields(&body, "\"sequence\":").collect::<std::collections::BTreeSet<_>>() {
                if sequence == have + 1 {
                    have = sequence;
                }
            }
            ensure!(
                asked != Some(have) || have >= room.last_sequence,
                "sync left a gap after {have}"
            );
        }
    }
    Ok(Some(room.last_sequence.saturating_sub(have)))
}

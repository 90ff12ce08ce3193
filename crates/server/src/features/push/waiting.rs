//! What waits to be told. No clock and no I/O: whoever calls says what time it is.
//!
//! A conversation waits for a second, so that what was written together is told together, and so that who is reading it
//! has said so. A device that could not be told waits for longer each time. Both are bounded; what does not fit is not told,
//! and nothing is lost by that: it is unread all the same.

use std::{
    collections::{HashMap, VecDeque, hash_map::Entry},
    time::Duration,
};

use linnet_contract::{ConversationId, DeviceId, UserId};

/// How long a conversation gathers.
const GATHER_MS: i64 = 1_000;
/// Conversations that wait, and devices that wait for another try.
const MOST: usize = 10_000;
/// Messages on their way to the devices of one person at once: whoever has devices whose push services never answer holds
/// up themselves, not everybody.
const EACH: usize = 4;
/// How long a device waits for its second try; each further one comes after four times as long.
const BACKOFF_MS: i64 = 2_000;
/// Tries.
const TRIES: u32 = 6;
/// What a push service may ask us to wait.
const LONGEST_MS: i64 = 60 * 60 * 1_000;

/// Something to tell now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Everybody in a conversation, of what is behind one message and up to another.
    Everybody {
        /// Where.
        conversation: ConversationId,
        /// Behind this one.
        after: i64,
        /// Up to this one.
        until: i64,
    },
    /// One device, once more.
    Again(Try),
}

/// A try to tell a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Try {
    /// Where.
    pub conversation: ConversationId,
    /// Which device.
    pub device: DeviceId,
    /// Of what is behind this message.
    pub after: i64,
    /// How many tries there were before.
    pub before: u32,
}

/// Everything that waits.
#[derive(Default)]
pub struct Waiting {
    spans: HashMap<ConversationId, (i64, i64)>,
    order: VecDeque<(i64, ConversationId)>,
    again: HashMap<(ConversationId, DeviceId), (i64, Try)>,
    /// How many messages are on their way to the devices of each person, where there are any.
    under_way: HashMap<UserId, usize>,
}

impl Waiting {
    /// A message was written. `true`: the conversation did not wait before.
    pub fn wrote(&mut self, conversation: ConversationId, sequence: i64, now: i64) -> bool {
        let full = self.spans.len() >= MOST;
        match self.spans.entry(conversation) {
            Entry::Occupied(mut span) => {
                let (after, until) = span.get_mut();
                *after = (*after).min(sequence - 1);
                *until = (*until).max(sequence);
                false
            }
            Entry::Vacant(_) if full => false,
            Entry::Vacant(span) => {
                span.insert((sequence - 1, sequence));
                self.order.push_back((now.saturating_add(GATHER_MS), conversation));
                true
            }
        }
    }

    /// A device could not be told: it is tried again, unless that was tried often enough.
    pub fn failed(&mut self, tried: Try, retry_after: Option<Duration>, now: i64) {
        let backoff = BACKOFF_MS.saturating_mul(4_i64.saturating_pow(tried.before));
        let asked = retry_after.map_or(0, |wait| i64::try_from(wait.as_millis()).unwrap_or(LONGEST_MS));
        let next = Try {
            before: tried.before + 1,
            ..tried
        };
        if next.before < TRIES {
            self.later(next, now.saturating_add(backoff.max(asked).min(LONGEST_MS)));
        }
    }

    /// There was no room to try: it was no try.
    pub fn crowded(&mut self, tried: Try, now: i64) {
        self.later(tried, now.saturating_add(GATHER_MS));
    }

    fn later(&mut self, next: Try, due: i64) {
        let key = (next.conversation, next.device);
        if self.again.len() < MOST || self.again.contains_key(&key) {
            self.again.insert(key, (due, next));
        }
    }

    /// A message is about to go to a device of this person. `false`: there are as many as there may be.
    pub fn sets_out(&mut self, user: UserId) -> bool {
        let under_way = self.under_way.entry(user).or_default();
        let room = *under_way < EACH;
        *under_way += usize::from(room);
        room
    }

    /// One that set out is there, or is not going to be.
    pub fn arrived(&mut self, user: UserId) {
        if let Entry::Occupied(mut under_way) = self.under_way.entry(user) {
            *under_way.get_mut() -= 1;
            if *under_way.get() == 0 {
                under_way.remove();
            }
        }
    }

    /// Whether this device waits already: its next try tells of what is newest then.
    #[must_use]
    pub fn waits(&self, conversation: ConversationId, device: DeviceId) -> bool {
        self.again.contains_key(&(conversation, device))
    }

    /// Something whose time has come.
    pub fn due(&mut self, now: i64) -> Option<Due> {
        if let Some((_, conversation)) = self.order.pop_front_if(|(at, _)| *at <= now) {
            let (after, until) = self.spans.remove(&conversation)?;
            return Some(Due::Everybody {
                conversation,
                after,
                until,
            });
        }
        let key = self.again.iter().find(|(_, (at, _))| *at <= now).map(|(key, _)| *key)?;
        self.again.remove(&key).map(|(_, next)| Due::Again(next))
    }

    /// How much waits.
    #[must_use]
    pub fn len(&self) -> usize {
        self.order.len() + self.again.len()
    }

    /// Nothing does.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const ROOM: ConversationId = ConversationId(Uuid::from_u128(1));
    const TRY: Try = Try {
        conversation: ROOM,
        device: DeviceId(Uuid::from_u128(2)),
        after: 3,
        before: 0,
    };

    #[test]
    fn what_was_written_within_a_second_is_told_together() {
        let mut waiting = Waiting::default();
        assert!(waiting.wrote(ROOM, 5, 0));
        assert!(!waiting.wrote(ROOM, 7, 500));
        assert!(!waiting.wrote(ROOM, 6, 900));
        assert_eq!(waiting.due(999), None);
        let all = Due::Everybody {
            conversation: ROOM,
            after: 4,
            until: 7,
        };
        assert_eq!((waiting.due(1_000), waiting.due(9_000)), (Some(all), None));
        assert!(waiting.is_empty());
    }

    #[test]
    fn a_device_waits_longer_each_time_and_not_for_ever() {
        let mut waiting = Waiting::default();
        let (mut now, mut next, mut waits) = (0, TRY, Vec::new());
        loop {
            waiting.failed(next, None, now);
            let Some(due) = (now..).step_by(1_000).take(10_000).find(|at| {
                waiting.due(*at).is_some_and(|due| {
                    let Due::Again(again) = due else { return false };
                    next = again;
                    true
                })
            }) else {
                break;
            };
            waits.push((due - now) / 1_000);
            now = due;
        }
        assert_eq!(waits, [2, 8, 32, 128, 512]);
    }

    #[test]
    fn a_push_service_says_how_long_but_not_too_long() {
        let mut waiting = Waiting::default();
        waiting.failed(TRY, Some(Duration::from_secs(90)), 0);
        assert!(waiting.waits(ROOM, TRY.device));
        assert_eq!(waiting.due(89_999), None);
        assert!(waiting.due(90_000).is_some());
        waiting.failed(TRY, Some(Duration::MAX), 0);
        assert_eq!(waiting.due(LONGEST_MS - 1), None);
        assert!(waiting.due(LONGEST_MS).is_some());
        waiting.failed(TRY, Some(Duration::ZERO), 0);
        assert_eq!(waiting.due(1_999), None, "no sooner than we would");
    }

    #[test]
    fn one_person_does_not_take_every_place() {
        let (alice, bob) = (UserId(Uuid::from_u128(1)), UserId(Uuid::from_u128(2)));
        let mut waiting = Waiting::default();
        assert!((0..EACH).all(|_| waiting.sets_out(alice)));
        assert!(!waiting.sets_out(alice));
        assert!(waiting.sets_out(bob));
        waiting.arrived(alice);
        assert!(waiting.sets_out(alice));
        (0..EACH).for_each(|_| waiting.arrived(alice));
        waiting.arrived(bob);
        waiting.arrived(bob);
        assert!(waiting.under_way.is_empty());
    }

    #[test]
    fn so_much_and_no_more() {
        let mut waiting = Waiting::default();
        for n in 0..20_000 {
            let conversation = ConversationId(Uuid::from_u128(n));
            waiting.wrote(conversation, 1, 0);
            waiting.crowded(Try { conversation, ..TRY }, 0);
        }
        assert_eq!(waiting.len(), 2 * MOST);
    }
}

//! Who said within the last seconds that they are writing: so that the same is not told several times a second, and so that
//! it ends with the socket that said it.

use std::{
    collections::HashMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use linnet_contract::{ConversationId, UserId};

use crate::in_flight::InFlight;

/// How long it holds.
const HOLDS_MS: i64 = 5_000;
/// The same is not told again within this time.
const AGAIN_MS: i64 = 1_000;
/// Remembered at once, about 1 MB. Beyond this it is told each time, and ends by itself.
const REMEMBERED: usize = 10_000;

/// What one socket said last.
#[derive(Default)]
pub struct Own(Mutex<Option<(ConversationId, u64)>>);

impl Own {
    pub(super) fn said(&self, conversation: ConversationId, ticket: u64) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((conversation, ticket));
    }

    pub(super) fn take(&self) -> Option<(ConversationId, u64)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

#[derive(Clone, Copy)]
struct Said {
    at_ms: i64,
    ticket: u64,
}

#[derive(Default)]
struct Table {
    said: HashMap<(UserId, ConversationId), Said>,
    tickets: u64,
}

/// Everybody who is writing.
#[derive(Default)]
pub struct Typists {
    table: Mutex<Table>,
    /// How many the table has: where nobody says that they write, a message costs one load and no lock.
    count: AtomicUsize,
    /// What is being told.
    pub(super) in_flight: InFlight,
}

impl Typists {
    fn with<T>(&self, change: impl FnOnce(&mut Table) -> T) -> T {
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        let result = change(&mut table);
        self.count.store(table.said.len(), Ordering::Release);
        result
    }

    /// If the others were told this a moment ago, it is not told again; the ticket is that of whoever says it now.
    pub(super) fn again(&self, user: UserId, conversation: ConversationId, now: i64) -> Option<u64> {
        self.with(|table| {
            let said = table.said.get_mut(&(user, conversation))?;
            if !(0..AGAIN_MS).contains(&(now - said.at_ms)) {
                return None;
            }
            table.tickets += 1;
            said.ticket = table.tickets;
            Some(said.ticket)
        })
    }

    /// The others are being told. The ticket is whose it is: the last socket that said so.
    pub(super) fn begin(&self, user: UserId, conversation: ConversationId, now: i64) -> u64 {
        self.with(|table| {
            table.tickets += 1;
            let said = Said {
                at_ms: now,
                ticket: table.tickets,
            };
            if table.said.len() >= REMEMBERED {
                table.said.retain(|_, said| now - said.at_ms < HOLDS_MS);
            }
            if table.said.len() < REMEMBERED || table.said.contains_key(&(user, conversation)) {
                table.said.insert((user, conversation), said);
            }
            said.ticket
        })
    }

    /// It is over; whether anybody still believed it. With a ticket: only if nobody said it again since.
    pub(super) fn end(&self, user: UserId, conversation: ConversationId, ticket: Option<u64>, now: i64) -> bool {
        if self.count.load(Ordering::Acquire) == 0 {
            return false;
        }
        self.with(|table| {
            let key = (user, conversation);
            let said = table.said.get(&key).copied();
            let Some(said) = said.filter(|said| ticket.is_none_or(|ticket| ticket == said.ticket)) else {
                return false;
            };
            table.said.remove(&key);
            now - said.at_ms < HOLDS_MS
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(n: u128) -> UserId {
        UserId(uuid::Uuid::from_u128(n))
    }

    fn conversation(n: u128) -> ConversationId {
        ConversationId(uuid::Uuid::from_u128(n))
    }

    #[test]
    fn the_same_is_told_once_a_second_and_believed_for_five() {
        let (typists, alice, garden) = (Typists::default(), user(1), conversation(1));
        let was_just_told = |user, conversation, now| typists.again(user, conversation, now).is_some();
        assert!(!was_just_told(alice, garden, 1_000));
        typists.begin(alice, garden, 1_000);
        assert!(was_just_told(alice, garden, 1_999));
        assert!(!was_just_told(alice, garden, 2_000));
        assert!(!was_just_told(alice, conversation(2), 1_001));
        assert!(!was_just_told(user(2), garden, 1_001));
        assert!(
            !was_just_told(alice, garden, 0),
            "a clock that was set back holds nothing up"
        );
        assert!(typists.end(alice, garden, None, 5_999));
        assert!(!typists.end(alice, garden, None, 5_999));
        typists.begin(alice, garden, 10_000);
        assert!(!typists.end(alice, garden, None, 15_000), "nobody believes it any more");
    }

    #[test]
    fn a_socket_ends_only_what_no_other_one_has_said_since() {
        let (typists, alice, garden) = (Typists::default(), user(1), conversation(1));
        let laptop = typists.begin(alice, garden, 1_000);
        let phone = typists.begin(alice, garden, 3_000);
        assert!(!typists.end(alice, garden, Some(laptop), 3_500));
        assert!(typists.end(alice, garden, Some(phone), 3_500));
        // Also where nobody is told, because they were a moment ago.
        let laptop = typists.begin(alice, garden, 5_000);
        let phone = typists.again(alice, garden, 5_100);
        assert!(!typists.end(alice, garden, Some(laptop), 5_200));
        assert!(typists.end(alice, garden, phone, 5_300));
    }

    #[test]
    fn a_flood_does_not_grow_the_table() {
        let typists = Typists::default();
        for n in 0..20_000 {
            typists.begin(user(n), conversation(1), i64::try_from(n).unwrap() / 100);
        }
        assert_eq!(typists.table.lock().unwrap().said.len(), REMEMBERED);
        typists.begin(user(1), conversation(2), 10_000);
        assert_eq!(typists.table.lock().unwrap().said.len(), 1, "what is over makes room");
    }
}

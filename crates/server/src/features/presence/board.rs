//! How many sockets each person has, and what is due to be told. No clock and no I/O: whoever calls says what time it is.
//!
//! A change waits a second before it is told, so that somebody who reloads a page or flips between windows is told once or
//! not at all; who has no socket any more counts as there for the grace. Both waits are the same for everybody, so what is
//! due stands at the front of a queue: there is no timer for each person. A person stands in each queue at most once
//! for as long as they are on the board, and on the board only while they have sockets or grace.
//!
//! The counts are those of this node. Where there are several, the others' are added to `Person::sockets` and
//! `Person::active`, and nothing else changes.

use std::collections::{HashMap, VecDeque};

use linnet_contract::{UserId, presence::Status};

/// How long a change waits for the next one.
const GATHER_MS: i64 = 1_000;

/// Something to tell, or to remember.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Who.
    pub user: UserId,
    /// What they are now.
    pub status: Status,
    /// Others were told something else before.
    pub is_news: bool,
    /// Of somebody offline, when the last socket ended: milliseconds since 1970.
    pub left_ms: Option<i64>,
}

struct Person {
    sockets: u32,
    /// Those that have not said that nobody looks at them.
    active: u32,
    told: Status,
    left_ms: i64,
    waits: bool,
    leaves: bool,
}

impl Person {
    /// As it is now. Without a socket, in the grace, what others were told goes on.
    const fn status(&self) -> Status {
        match (self.sockets, self.active) {
            (0, _) => self.told,
            (_, 0) => Status::Away,
            _ => Status::Online,
        }
    }
}

/// Everybody who is there.
pub struct Board {
    grace_ms: i64,
    people: HashMap<UserId, Person>,
    changes: VecDeque<(i64, UserId)>,
    departures: VecDeque<(i64, UserId)>,
}

impl Board {
    /// Nobody, and how long somebody without a socket counts as there.
    #[must_use]
    pub fn new(grace_ms: i64) -> Self {
        Self {
            grace_ms,
            people: HashMap::new(),
            changes: VecDeque::new(),
            departures: VecDeque::new(),
        }
    }

    /// A socket came. It is looked at until it says otherwise.
    pub fn arrive(&mut self, user: UserId, now: i64) {
        let person = self.people.entry(user).or_insert(Person {
            sockets: 0,
            active: 0,
            told: Status::Offline,
            left_ms: now,
            waits: false,
            leaves: false,
        });
        person.sockets += 1;
        person.active += 1;
        self.notice(user, now);
    }

    /// A socket went that was looked at, or not.
    pub fn leave(&mut self, user: UserId, active: bool, now: i64) {
        let Some(person) = self.people.get_mut(&user) else {
            return;
        };
        person.sockets = person.sockets.saturating_sub(1);
        person.active = person.active.saturating_sub(u32::from(active));
        if person.sockets > 0 {
            self.notice(user, now);
            return;
        }
        person.left_ms = now;
        if !person.leaves {
            person.leaves = true;
            self.departures.push_back((now.saturating_add(self.grace_ms), user));
        }
    }

    /// Somebody looks at a socket again, or no longer. Only called when it changes.
    pub fn look(&mut self, user: UserId, active: bool, now: i64) {
        let Some(person) = self.people.get_mut(&user) else {
            return;
        };
        person.active = if active {
            person.active.saturating_add(1).min(person.sockets)
        } else {
            person.active.saturating_sub(1)
        };
        self.notice(user, now);
    }

    fn notice(&mut self, user: UserId, now: i64) {
        let Some(person) = self.people.get_mut(&user) else {
            return;
        };
        if person.status() != person.told && !person.waits {
            person.waits = true;
            self.changes.push_back((now.saturating_add(GATHER_MS), user));
        }
    }

    /// What somebody is now.
    #[must_use]
    pub fn status(&self, user: UserId) -> Status {
        self.people.get(&user).map_or(Status::Offline, Person::status)
    }

    /// Whether somebody looks at one of their sockets right now. Unlike the status, this has no grace.
    #[must_use]
    pub fn is_looking(&self, user: UserId) -> bool {
        self.people.get(&user).is_some_and(|person| person.active > 0)
    }

    /// Nothing will be due before somebody comes, goes or looks away.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.changes.is_empty() && self.departures.is_empty()
    }

    /// What is due, at most so much; the rest stays due.
    pub fn due(&mut self, now: i64, most: usize) -> Vec<Due> {
        let mut due = Vec::new();
        while due.len() < most
            && let Some(user) = pop(&mut self.departures, now)
        {
            let Some(person) = self.people.get_mut(&user) else {
                continue;
            };
            person.leaves = false;
            let end = person.left_ms.saturating_add(self.grace_ms);
            if person.sockets > 0 {
                continue;
            }
            if end > now {
                // They came and went again meanwhile.
                person.leaves = true;
                self.departures.push_back((end, user));
                continue;
            }
            due.push(Due {
                user,
                status: Status::Offline,
                is_news: person.told != Status::Offline,
                left_ms: Some(person.left_ms),
            });
            self.people.remove(&user);
        }
        while due.len() < most
            && let Some(user) = pop(&mut self.changes, now)
        {
            let Some(person) = self.people.get_mut(&user) else {
                continue;
            };
            person.waits = false;
            let status = person.status();
            if status != person.told {
                person.told = status;
                due.push(Due {
                    user,
                    status,
                    is_news: true,
                    left_ms: None,
                });
            }
        }
        due
    }

    /// Everybody, with when they were last there: now, or when their last socket ended.
    #[must_use]
    pub fn everybody(&self, now: i64) -> Vec<(UserId, i64)> {
        let seen = |person: &Person| if person.sockets > 0 { now } else { person.left_ms };
        self.people.iter().map(|(user, person)| (*user, seen(person))).collect()
    }
}

/// What stands at the front, if its time has come. A clock that was set back holds up what was queued before by at most as
/// much as it was set back.
fn pop(queue: &mut VecDeque<(i64, UserId)>, now: i64) -> Option<UserId> {
    queue.pop_front_if(|(at, _)| *at <= now).map(|(_, user)| user)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALICE: UserId = UserId(uuid::Uuid::from_u128(1));
    const GRACE: i64 = 10_000;

    fn told(due: Vec<Due>) -> Vec<(Status, bool, Option<i64>)> {
        due.into_iter()
            .map(|due| (due.status, due.is_news, due.left_ms))
            .collect()
    }

    #[test]
    fn somebody_comes_and_goes() {
        let mut board = Board::new(GRACE);
        assert!(board.is_quiet());
        board.arrive(ALICE, 0);
        assert_eq!(board.status(ALICE), Status::Online);
        assert_eq!(told(board.due(999, 10)), []);
        assert_eq!(told(board.due(1_000, 10)), [(Status::Online, true, None)]);
        assert!(board.is_quiet());
        board.leave(ALICE, true, 5_000);
        assert_eq!(board.status(ALICE), Status::Online, "in the grace");
        assert_eq!(told(board.due(14_999, 10)), []);
        assert_eq!(told(board.due(15_000, 10)), [(Status::Offline, true, Some(5_000))]);
        assert_eq!(board.status(ALICE), Status::Offline);
        assert!(board.is_quiet() && board.people.is_empty());
    }

    #[test]
    fn who_is_back_within_the_grace_was_never_away() {
        let mut board = Board::new(GRACE);
        board.arrive(ALICE, 0);
        board.due(1_000, 10);
        for round in 1..=20 {
            board.leave(ALICE, true, round * 1_000);
            board.arrive(ALICE, round * 1_000 + 500);
            assert_eq!(told(board.due(round * 1_000 + 900, 10)), []);
            assert!(
                board.departures.len() <= 1 && board.changes.len() <= 1,
                "queues do not grow"
            );
        }
        board.leave(ALICE, true, 21_000);
        assert_eq!(told(board.due(30_999, 10)), []);
        assert_eq!(told(board.due(31_000, 10)), [(Status::Offline, true, Some(21_000))]);
    }

    #[test]
    fn a_flash_is_not_told_and_yet_remembered() {
        let mut board = Board::new(GRACE);
        board.arrive(ALICE, 0);
        board.leave(ALICE, true, 100);
        assert_eq!(board.status(ALICE), Status::Offline, "nobody was told of her");
        assert_eq!(told(board.due(1_000, 10)), []);
        assert_eq!(told(board.due(10_100, 10)), [(Status::Offline, false, Some(100))]);
    }

    #[test]
    fn away_is_when_nobody_looks_at_any_socket() {
        let mut board = Board::new(GRACE);
        board.arrive(ALICE, 0);
        board.arrive(ALICE, 0);
        board.due(1_000, 10);
        board.look(ALICE, false, 2_000);
        assert_eq!(board.status(ALICE), Status::Online, "the other one is looked at");
        board.look(ALICE, false, 2_000);
        assert_eq!(board.status(ALICE), Status::Away);
        assert_eq!(told(board.due(3_000, 10)), [(Status::Away, true, None)]);
        // A flip within a second is nothing.
        board.look(ALICE, true, 4_000);
        board.look(ALICE, false, 4_500);
        assert_eq!(told(board.due(5_000, 10)), []);
        // One that is looked at goes: the rest decides.
        board.arrive(ALICE, 6_000);
        assert_eq!(told(board.due(7_000, 10)), [(Status::Online, true, None)]);
        board.leave(ALICE, true, 8_000);
        assert_eq!(told(board.due(9_000, 10)), [(Status::Away, true, None)]);
        board.leave(ALICE, false, 10_000);
        board.leave(ALICE, false, 10_000);
        assert_eq!(board.status(ALICE), Status::Away);
        assert_eq!(told(board.due(20_000, 10)), [(Status::Offline, true, Some(10_000))]);
    }

    #[test]
    fn a_crowd_is_told_in_portions_and_costs_one_entry_each() {
        let mut board = Board::new(GRACE);
        let crowd = |n: u128| UserId(uuid::Uuid::from_u128(n));
        for n in 0..5_000 {
            board.arrive(crowd(n), 0);
        }
        let mut sizes = Vec::new();
        loop {
            match board.due(1_000, 128).len() {
                0 => break,
                size => sizes.push(size),
            }
        }
        assert_eq!((sizes.len(), sizes.iter().sum()), (40, 5_000));
        // The network was gone for a moment: nothing to tell.
        for n in 0..5_000 {
            board.leave(crowd(n), true, 2_000);
        }
        for n in 0..5_000 {
            board.arrive(crowd(n), 6_000);
        }
        assert_eq!(told(board.due(12_000, 10_000)), []);
        assert!(board.is_quiet());
        assert_eq!(board.everybody(20_000).len(), 5_000);
    }

    #[test]
    fn what_does_not_add_up_does_no_harm() {
        let mut board = Board::new(GRACE);
        board.leave(ALICE, true, 0);
        board.look(ALICE, false, 0);
        assert!(board.is_quiet());
        board.arrive(ALICE, 0);
        board.look(ALICE, true, 0);
        board.look(ALICE, false, 0);
        assert_eq!(board.status(ALICE), Status::Away);
        assert_eq!(board.everybody(77), [(ALICE, 77)]);
        board.leave(ALICE, true, 50);
        assert_eq!(board.everybody(77), [(ALICE, 50)]);
    }
}

//! How many uploads there are at once, of one person and in all.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use linnet_contract::UserId;

use crate::error::RequestError;

/// When somebody who has too many uploads may try another one.
const RETRY_MS: u64 = 1_000;

/// Counts uploads.
pub(super) struct Places {
    taken: Arc<Mutex<Taken>>,
    in_all: usize,
    each: usize,
}

#[derive(Default)]
struct Taken {
    in_all: usize,
    of: HashMap<UserId, usize>,
}

/// One upload. The place is free again when this is dropped.
pub(super) struct Place {
    taken: Arc<Mutex<Taken>>,
    user: UserId,
}

impl Places {
    pub(super) fn new(in_all: usize, each: usize) -> Self {
        Self {
            taken: Arc::default(),
            in_all,
            each,
        }
    }

    /// A place for this person.
    ///
    /// # Errors
    /// `rate_limited` when they have as many as they may, `unavailable` when all are taken.
    pub(super) fn take(&self, user: UserId) -> Result<Place, RequestError> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.in_all >= self.in_all {
            return Err(RequestError::unavailable());
        }
        let own = taken.of.entry(user).or_default();
        if *own >= self.each {
            return Err(RequestError::rate_limited(RETRY_MS));
        }
        *own += 1;
        taken.in_all += 1;
        Ok(Place {
            taken: self.taken.clone(),
            user,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.in_all -= 1;
        if let Some(own) = taken.of.get_mut(&self.user) {
            *own -= 1;
            if *own == 0 {
                taken.of.remove(&self.user);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use linnet_contract::ErrorCode;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn nobody_has_more_than_their_places_and_all_have_no_more_than_there_are() {
        let [alice, bob] = [1, 2].map(|number| UserId(Uuid::from_u128(number)));
        let places = Places::new(3, 2);
        let refused = |user| places.take(user).map(drop).unwrap_err().code;
        let first = places.take(alice).unwrap();
        let second = places.take(alice).unwrap();
        assert_eq!(refused(alice), ErrorCode::RateLimited);
        let third = places.take(bob).unwrap();
        assert_eq!(refused(bob), ErrorCode::Unavailable);
        drop(first);
        let fourth = places.take(bob).unwrap();
        drop((second, third, fourth));
        assert!(places.taken.lock().unwrap().of.is_empty(), "nobody is remembered");
    }
}

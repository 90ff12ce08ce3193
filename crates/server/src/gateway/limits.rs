//! How often somebody may do something.
//!
//! A limit counts in windows: the first use opens one, and when it has as many uses as the limit says, the rest wait
//! until it ends. That is what `resetTime` means to a client: from then on all of it is there again.
//!
//! The number of keys is bounded, since some keys (addresses, usernames of failed sign-ins) are chosen by whoever asks.
//! When the table is full, windows that ended go first, then those that end soonest: somebody who floods the table
//! with keys shortens other windows, but cannot make the table grow.

use std::{
    collections::HashMap,
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
};

use linnet_contract::UserId;

use crate::{clock::Clock, config::Config, error::RequestError};

/// The limits that the program has.
pub struct Limits {
    /// Messages of one user.
    pub messages: Limit<UserId>,
    /// Messages that one user deletes, and reactions: four times as many as messages, because a click is quicker than a
    /// sentence.
    pub message_changes: Limit<UserId>,
    /// Failed sign-ins for one username, existing or not.
    ///
    /// By address, or anybody could keep the owner of a name from signing in.
    pub login_failures_by_account: Limit<(String, IpAddr)>,
    /// Failed sign-ins for one username from all addresses together, ten times as many: for who has many addresses.
    pub login_failures_by_account_anywhere: Limit<String>,
    /// Failed sign-ins from one address.
    pub login_failures_by_address: Limit<IpAddr>,
    /// Sign-ins of one account: whoever knows a password must not turn it into hashes and devices without end.
    pub logins_by_account: Limit<UserId>,
    /// Refresh tokens from one address that were none.
    pub refresh_failures_by_address: Limit<IpAddr>,
    /// Refreshes of one account, on all its devices. Each costs a transaction.
    pub refreshes_by_account: Limit<UserId>,
    /// New accounts from one address.
    pub registrations_by_address: Limit<IpAddr>,
    /// Changes of one user's name and settings, each told to everyone who knows them.
    pub profile_changes: Limit<UserId>,
    /// Pictures that one user uploads or takes away.
    pub avatar_changes: Limit<UserId>,
    /// Files that one user uploads.
    pub uploads: Limit<UserId>,
    /// Current passwords that one user typed wrong to change it.
    pub password_checks: Limit<UserId>,
    /// How often one user says that they write, or no longer.
    pub typing: Limit<UserId>,
    /// How often one user asks who is there.
    pub presence_requests: Limit<UserId>,
    /// How often one user searches.
    pub searches: Limit<UserId>,
    /// Changes of one user's own settings of conversations, marking unread among them.
    pub settings_changes: Limit<UserId>,
    /// Codes that one user has sent to addresses by mail. The addresses may be those of strangers, who never asked for it.
    pub mail_codes: Limit<UserId>,
    /// Codes that are sent to one address, whoever asks.
    pub mail_codes_to: Limit<String>,
    /// Codes that are sent at all: for who has many accounts.
    pub mail_codes_anywhere: Limit<()>,
    /// Codes that one user types.
    pub mail_code_checks: Limit<UserId>,
    /// Changes that one user makes between themselves and others: requests, answers, blocks.
    pub people_changes: Limit<UserId>,
    /// People whom one user asks to be connected.
    pub connection_requests: Limit<UserId>,
    /// How often one user asks the same person, who declined or whom the user left alone again.
    pub connection_requests_to: Limit<(UserId, UserId)>,
}

const MINUTE_MS: i64 = 60_000;
const PROFILE_CHANGES_PER_10_MINUTES: u32 = 30;
const AVATAR_CHANGES_PER_HOUR: u32 = 20;
const PASSWORD_CHECKS_PER_15_MINUTES: u32 = 10;
const UPLOADS_PER_MINUTE: u32 = 120;
const TYPING_PER_MINUTE: u32 = 240;
const PRESENCE_REQUESTS_PER_MINUTE: u32 = 120;
const SEARCHES_PER_MINUTE: u32 = 120;
const SETTINGS_CHANGES_PER_MINUTE: u32 = 120;
const MAIL_CODES_PER_DAY: u32 = 5;
const MAIL_CODES_TO_ONE_PER_DAY: u32 = 5;
const MAIL_CODES_ANYWHERE_PER_HOUR: u32 = 200;
const MAIL_CODE_CHECKS_PER_HOUR: u32 = 10;
const PEOPLE_CHANGES_PER_MINUTE: u32 = 120;
const CONNECTION_REQUESTS_PER_HOUR: u32 = 60;
const CONNECTION_REQUESTS_TO_ONE_PER_DAY: u32 = 5;

impl Limits {
    /// The limits as the settings say.
    #[must_use]
    pub fn new(config: &Config, clock: &Arc<dyn Clock>) -> Self {
        let accounts = &config.accounts;
        Self {
            messages: Limit::new(config.messages.per_minute, MINUTE_MS, clock),
            message_changes: Limit::new(config.messages.per_minute.saturating_mul(4), MINUTE_MS, clock),
            login_failures_by_account: Limit::new(accounts.login_failures_per_account, 15 * MINUTE_MS, clock),
            login_failures_by_account_anywhere: Limit::new(
                accounts.login_failures_per_account.saturating_mul(10),
                15 * MINUTE_MS,
                clock,
            ),
            login_failures_by_address: Limit::new(accounts.login_failures_per_address, 15 * MINUTE_MS, clock),
            logins_by_account: Limit::new(accounts.logins_per_account, 15 * MINUTE_MS, clock),
            refreshes_by_account: Limit::new(accounts.refreshes_per_account, 15 * MINUTE_MS, clock),
            refresh_failures_by_address: Limit::new(accounts.login_failures_per_address, 15 * MINUTE_MS, clock),
            registrations_by_address: Limit::new(accounts.registrations_per_address, 60 * MINUTE_MS, clock),
            profile_changes: Limit::new(PROFILE_CHANGES_PER_10_MINUTES, 10 * MINUTE_MS, clock),
            avatar_changes: Limit::new(AVATAR_CHANGES_PER_HOUR, 60 * MINUTE_MS, clock),
            uploads: Limit::new(UPLOADS_PER_MINUTE, MINUTE_MS, clock),
            password_checks: Limit::new(PASSWORD_CHECKS_PER_15_MINUTES, 15 * MINUTE_MS, clock),
            typing: Limit::new(TYPING_PER_MINUTE, MINUTE_MS, clock),
            presence_requests: Limit::new(PRESENCE_REQUESTS_PER_MINUTE, MINUTE_MS, clock),
            searches: Limit::new(SEARCHES_PER_MINUTE, MINUTE_MS, clock),
            settings_changes: Limit::new(SETTINGS_CHANGES_PER_MINUTE, MINUTE_MS, clock),
            mail_codes: Limit::new(MAIL_CODES_PER_DAY, 24 * 60 * MINUTE_MS, clock),
            mail_codes_to: Limit::new(MAIL_CODES_TO_ONE_PER_DAY, 24 * 60 * MINUTE_MS, clock),
            mail_codes_anywhere: Limit::new(MAIL_CODES_ANYWHERE_PER_HOUR, 60 * MINUTE_MS, clock),
            mail_code_checks: Limit::new(MAIL_CODE_CHECKS_PER_HOUR, 60 * MINUTE_MS, clock),
            people_changes: Limit::new(PEOPLE_CHANGES_PER_MINUTE, MINUTE_MS, clock),
            connection_requests: Limit::new(CONNECTION_REQUESTS_PER_HOUR, 60 * MINUTE_MS, clock),
            connection_requests_to: Limit::new(CONNECTION_REQUESTS_TO_ONE_PER_DAY, 24 * 60 * MINUTE_MS, clock),
        }
    }
}

/// What an address is counted as: all of an IPv6 /64 is one, since whoever has one address there has them all.
#[must_use]
pub fn address_key(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64))),
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// Keys that one limit remembers at once: about 10 MB at most.
const KEYS: usize = 100_000;

/// At most so many uses by one key in one window.
pub struct Limit<K> {
    uses: u32,
    window_ms: i64,
    keys: usize,
    clock: Arc<dyn Clock>,
    windows: Mutex<HashMap<K, Window>>,
}

struct Window {
    ends_ms: i64,
    used: u32,
}

impl Window {
    /// A clock that was set back must not lock anyone out for longer than a window.
    const fn is_open(&self, now: i64, window_ms: i64) -> bool {
        self.ends_ms > now && self.ends_ms <= now.saturating_add(window_ms)
    }

    fn refusal(&self, now: i64) -> RequestError {
        RequestError::rate_limited(u64::try_from(self.ends_ms - now).unwrap_or(0))
    }
}

impl<K: Hash + Eq + Clone> Limit<K> {
    /// A limit of so many uses in a window of so many milliseconds.
    #[must_use]
    pub fn new(uses: u32, window_ms: i64, clock: &Arc<dyn Clock>) -> Self {
        Self {
            uses,
            window_ms,
            keys: KEYS,
            clock: clock.clone(),
            windows: Mutex::default(),
        }
    }

    /// Uses it once, or says when the window ends.
    ///
    /// # Errors
    /// `rate_limited` with the milliseconds until the key's window ends.
    pub fn check(&self, key: K) -> Result<(), RequestError> {
        let now = self.clock.now_ms();
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() >= self.keys && !windows.contains_key(&key) {
            make_room(&mut windows, now, self.keys);
        }
        let fresh = || Window {
            ends_ms: now.saturating_add(self.window_ms),
            used: 0,
        };
        let window = windows.entry(key).or_insert_with(fresh);
        if !window.is_open(now, self.window_ms) {
            *window = fresh();
        }
        if window.used >= self.uses {
            return Err(window.refusal(now));
        }
        window.used += 1;
        Ok(())
    }

    /// Says when the window ends if it is used up, and uses nothing.
    ///
    /// # Errors
    /// As [`check`](Self::check) would answer now.
    pub fn peek(&self, key: &K) -> Result<(), RequestError> {
        let now = self.clock.now_ms();
        let windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        match windows.get(key) {
            Some(window) if window.used >= self.uses && window.is_open(now, self.window_ms) => Err(window.refusal(now)),
            _ => Ok(()),
        }
    }

    /// Gives one use back: what was checked before it was known whether it counts, and then did not.
    pub fn give_back(&self, key: &K) {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(window) = windows.get_mut(key) {
            window.used = window.used.saturating_sub(1);
        }
    }

    /// Forgets a key's uses.
    pub fn forget(&self, key: &K) {
        self.windows.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}

/// Drops the windows that ended, and if that is not an eighth of them, those that end soonest. An eighth at a time, so
/// that the cost of looking through all of them is shared by many insertions.
fn make_room<K: Hash + Eq + Clone>(windows: &mut HashMap<K, Window>, now: i64, most: usize) {
    let goal = most - most.div_ceil(8);
    windows.retain(|_, window| window.ends_ms > now);
    if windows.len() > goal {
        let excess = windows.len() - goal;
        let mut ends: Vec<_> = windows
            .iter()
            .map(|(key, window)| (window.ends_ms, key.clone()))
            .collect();
        ends.select_nth_unstable_by_key(excess - 1, |(ends_ms, _)| *ends_ms);
        for (_, key) in &ends[..excess] {
            windows.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    struct Hands(AtomicI64);
    impl Clock for Hands {
        fn now_ms(&self) -> i64 {
            self.0.load(Ordering::Relaxed)
        }
    }

    fn limit(uses: u32, keys: usize) -> (Arc<Hands>, Limit<u32>) {
        let hands = Arc::new(Hands(AtomicI64::new(1_000_000)));
        let clock: Arc<dyn Clock> = hands.clone();
        (
            hands,
            Limit {
                keys,
                ..Limit::new(uses, 60_000, &clock)
            },
        )
    }

    #[test]
    fn a_window_takes_so_many_uses_and_opens_again_when_it_ends() {
        let (hands, limit) = limit(3, 10);
        for _ in 0..3 {
            assert_eq!(limit.check(1), Ok(()));
            hands.0.fetch_add(1_000, Ordering::Relaxed);
        }
        assert_eq!(limit.check(1).unwrap_err().retry_after_ms, Some(57_000));
        assert_eq!(limit.check(2), Ok(()), "another key has its own window");
        hands.0.fetch_add(57_000, Ordering::Relaxed);
        assert_eq!(limit.check(1), Ok(()));
    }

    #[test]
    fn to_peek_uses_nothing() {
        let (hands, limit) = limit(1, 10);
        for _ in 0..3 {
            assert_eq!(limit.peek(&1), Ok(()));
        }
        assert_eq!(limit.check(1), Ok(()));
        assert_eq!(limit.peek(&1).unwrap_err().retry_after_ms, Some(60_000));
        hands.0.fetch_add(60_000, Ordering::Relaxed);
        assert_eq!(limit.peek(&1), Ok(()));
    }

    #[test]
    fn a_use_given_back_can_be_used_again() {
        let (_, limit) = limit(1, 10);
        assert_eq!(limit.check(1), Ok(()));
        limit.give_back(&1);
        assert_eq!(limit.check(1), Ok(()));
        assert!(limit.check(1).is_err());
    }

    #[test]
    fn a_clock_set_back_locks_nobody_out() {
        let (hands, limit) = limit(1, 10);
        assert_eq!(limit.check(1), Ok(()));
        hands.0.store(0, Ordering::Relaxed);
        assert_eq!(limit.check(1), Ok(()));
    }

    #[test]
    fn a_flood_of_keys_does_not_grow_the_table() {
        let (hands, limit) = limit(1, 64);
        for key in 0..10_000 {
            hands.0.fetch_add(1, Ordering::Relaxed);
            assert_eq!(limit.check(key), Ok(()));
            assert!(limit.windows.lock().unwrap().len() <= 64);
        }
        assert!(
            limit.check(9_999).is_err(),
            "the latest windows are the ones that are kept"
        );
    }

    #[test]
    fn an_ipv6_network_counts_as_one_address() {
        let key = |text: &str| address_key(text.parse().unwrap());
        assert_eq!(key("2001:db8::1"), key("2001:db8::ffff:2"));
        assert_ne!(key("2001:db8::1"), key("2001:db8:0:1::1"));
        assert_eq!(key("::ffff:10.0.0.1"), key("10.0.0.1"));
        assert_ne!(key("10.0.0.1"), key("10.0.0.2"));
    }
}

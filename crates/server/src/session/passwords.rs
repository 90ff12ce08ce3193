//! Passwords: argon2id, on a bounded pool.
//!
//! A hash takes 19 MiB and some tens of milliseconds on purpose, which makes signing in the cheapest way to overload a
//! server. So there are as many hashes at once as there are cores, at most eight, a bounded number may wait, and the
//! rest hear `unavailable` at once; the chat goes on meanwhile. An account that does not exist costs the same hash as
//! one that does, so that time does not tell which usernames are taken.
//!
//! The memory of a hash is used again for the next: freed blocks of that size stay with the allocator of whichever
//! thread had them, and after some sign-ins every thread would sit on its own.

use std::sync::{Arc, Mutex, PoisonError};

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};
use tokio::sync::Semaphore;

use crate::{
    error::RequestError,
    random::{self, Random},
};

/// Hashes at once at most, however many cores there are: each takes memory.
const MOST_AT_ONCE: usize = 8;
/// Hashes that may wait, for each that may run.
const WAITING_EACH: usize = 16;
/// Bytes of a hash.
const HASH_BYTES: usize = 32;

/// How expensive a hash is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// KiB of memory.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
}

impl Cost {
    /// What OWASP recommends for argon2id with one lane.
    pub const OWASP: Self = Self {
        memory_kib: 19 * 1024,
        passes: 2,
    };
}

/// Whether a password was right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It was, and its hash is as expensive as new ones are.
    Right,
    /// It was, and should be hashed again: the cost has changed since.
    RightButOutdated,
    /// It was not, or there is no such account.
    Wrong,
}

/// Hashes and checks passwords.
#[derive(Clone)]
pub struct Passwords {
    params: Params,
    random: Arc<dyn Random>,
    /// What no password hashes to, for accounts that do not exist.
    nobody: Arc<str>,
    /// Memory that no hash uses now.
    memory: Arc<Mutex<Vec<Vec<Block>>>>,
    /// Running and waiting together.
    admitted: Arc<Semaphore>,
    running: Arc<Semaphore>,
}

impl Passwords {
    /// With this cost, on so many cores.
    ///
    /// # Panics
    /// When the cost is none that argon2 knows.
    #[must_use]
    pub fn new(cost: Cost, cores: usize, random: Arc<dyn Random>) -> Self {
        let params = Params::new(cost.memory_kib, cost.passes, 1, Some(HASH_BYTES)).expect("a cost within its bounds");
        let nobody = phc(&params, &salt(&*random), &random::secret(&*random));
        let at_once = cores.clamp(1, MOST_AT_ONCE);
        Self {
            params,
            random,
            nobody: nobody.into(),
            memory: Arc::default(),
            admitted: Arc::new(Semaphore::new(at_once * (1 + WAITING_EACH))),
            running: Arc::new(Semaphore::new(at_once)),
        }
    }

    /// The hash to keep, in the PHC format.
    ///
    /// # Errors
    /// `unavailable` when too many wait already.
    pub async fn hash(&self, password: String) -> Result<String, RequestError> {
        let this = self.clone();
        self.run(move || {
            let salt = salt(&*this.random);
            let hash = this.argon(this.params.clone(), password.as_bytes(), &salt)?;
            Ok(phc(&this.params, &salt, &hash))
        })
        .await?
        .map_err(|error: argon2::Error| RequestError::internal(&error))
    }

    /// Checks a password against the hash that was kept, or against nobody's, at the same expense.
    ///
    /// # Errors
    /// `unavailable` when too many wait already.
    pub async fn verify(&self, password: String, kept: Option<String>) -> Result<Verdict, RequestError> {
        let this = self.clone();
        self.run(
            move || match this.matches(password.as_bytes(), kept.as_deref().unwrap_or(&this.nobody)) {
                Some(cost) if kept.is_some() && cost == costs(&this.params) => Verdict::Right,
                Some(_) if kept.is_some() => Verdict::RightButOutdated,
                _ => Verdict::Wrong,
            },
        )
        .await
    }

    /// The cost of the kept hash, if it is this password's.
    fn matches(&self, password: &[u8], kept: &str) -> Option<(u32, u32, u32)> {
        let read = || {
            let hash = PasswordHash::new(kept).ok()?;
            Some((Params::try_from(&hash).ok()?, hash.salt?, hash.hash?))
        };
        let Some((params, salt, expected)) = read() else {
            tracing::error!("a stored password hash cannot be read");
            return None;
        };
        let found = self.argon(params.clone(), password, &salt).ok()?;
        // Two outputs are compared in constant time.
        (Output::new(&found).ok()? == expected).then(|| costs(&params))
    }

    fn argon(&self, params: Params, password: &[u8], salt: &[u8]) -> Result<[u8; HASH_BYTES], argon2::Error> {
        let mut blocks = self
            .memory
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop()
            .unwrap_or_default();
        blocks.resize(params.block_count(), Block::new());
        let mut hash = [0; HASH_BYTES];
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let hashed = argon.hash_password_into_with_memory(password, salt, &mut hash, &mut blocks);
        self.memory.lock().unwrap_or_else(PoisonError::into_inner).push(blocks);
        hashed.map(|()| hash)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, RequestError> {
        let _admitted = self.admitted.try_acquire().map_err(|_| RequestError::unavailable())?;
        let running = Arc::clone(&self.running)
            .acquire_owned()
            .await
            .map_err(|error| RequestError::internal(&error))?;
        // The permit moves into the closure: a request that is given up does not free the core that is still at work.
        let work = tokio::task::spawn_blocking(move || {
            let _running = running;
            work()
        });
        work.await.map_err(|error| RequestError::internal(&error))
    }
}

/// What two hashes must have in common to be equally expensive.
fn costs(params: &Params) -> (u32, u32, u32) {
    (params.m_cost(), params.t_cost(), params.p_cost())
}

fn salt(random: &dyn Random) -> [u8; 16] {
    let mut salt = [0; 16];
    random.fill(&mut salt);
    salt
}

/// The PHC string of a hash.
fn phc(params: &Params, salt: &[u8], hash: &[u8]) -> String {
    let params = ParamsString::try_from(params).expect("checked parameters can be written");
    PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params,
        salt: Some(Salt::new(salt).expect("16 bytes are a salt")),
        hash: Some(Output::new(hash).expect("32 bytes are a hash")),
    }
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;

    const CHEAP: Cost = Cost {
        memory_kib: 64,
        passes: 1,
    };

    fn passwords(cost: Cost) -> Passwords {
        Passwords::new(cost, 2, Arc::new(SystemRandom))
    }

    #[tokio::test]
    async fn only_the_right_password_is_right_and_an_old_cost_is_outdated() {
        let cheap = passwords(CHEAP);
        let hash = cheap.hash("correct horse".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{hash}");
        let verify = |passwords: Passwords, password: &str| {
            let (password, kept) = (password.to_owned(), Some(hash.clone()));
            async move { passwords.verify(password, kept).await.unwrap() }
        };
        assert_eq!(verify(cheap.clone(), "correct horse").await, Verdict::Right);
        assert_eq!(verify(cheap.clone(), "correct horse ").await, Verdict::Wrong);
        let dearer = passwords(Cost {
            memory_kib: 128,
            passes: 1,
        });
        assert_eq!(verify(dearer, "correct horse").await, Verdict::RightButOutdated);
    }

    /// Made by the reference implementation: `echo -n password | argon2 somesalt -id -t 2 -m 16 -p 1 -l 32 -e`.
    const REFERENCE: &str = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

    #[tokio::test]
    async fn a_hash_is_what_the_reference_implementation_makes_of_it() {
        let passwords = passwords(CHEAP);
        let kept = || Some(REFERENCE.to_owned());
        assert_eq!(
            passwords.verify("password".to_owned(), kept()).await,
            Ok(Verdict::RightButOutdated)
        );
        assert_eq!(
            passwords.verify("passwore".to_owned(), kept()).await,
            Ok(Verdict::Wrong)
        );
    }

    #[tokio::test]
    async fn memory_is_used_again() {
        let passwords = passwords(CHEAP);
        for _ in 0..5 {
            passwords.hash("correct horse".to_owned()).await.unwrap();
        }
        assert_eq!(passwords.memory.lock().unwrap().len(), 1);
    }

    #[tokio::test]
    async fn an_account_that_does_not_exist_runs_a_hash_of_the_same_cost_and_is_never_right() {
        let passwords = passwords(CHEAP);
        assert!(passwords.nobody.starts_with("$argon2id$v=19$m=64,t=1,p=1$"));
        assert_eq!(passwords.verify("anything".to_owned(), None).await, Ok(Verdict::Wrong));
    }

    #[tokio::test]
    async fn beyond_the_queue_the_answer_is_unavailable_at_once() {
        let passwords = Passwords::new(CHEAP, 1, Arc::new(SystemRandom));
        let all = passwords.admitted.clone().acquire_many_owned(17).await.unwrap();
        assert_eq!(passwords.hash("x".to_owned()).await, Err(RequestError::unavailable()));
        drop(all);
        assert!(passwords.hash("x".to_owned()).await.is_ok());
    }
}

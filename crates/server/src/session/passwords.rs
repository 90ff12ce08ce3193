//! Passwords: argon2id, on a bounded pool.
//!
//! A hash takes 19 MiB and some tens of milliseconds on purpose, which makes signing in the cheapest way to overload a
//! server. So there are as many hashes at once as there are cores, a bounded number may wait, and the rest hear
//! `unavailable` at once; the chat goes on meanwhile. An account that does not exist costs the same hash as one that
//! does, so that time does not tell which usernames are taken.

use std::sync::Arc;

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use tokio::sync::Semaphore;

use crate::{
    error::RequestError,
    random::{self, Random},
};

/// Hashes that may wait for a core, for each core.
const WAITING_PER_CORE: usize = 16;

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
    argon: Argon2<'static>,
    random: Arc<dyn Random>,
    /// The hash of a password that nobody knows, for accounts that do not exist.
    nobody: Arc<str>,
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
        let params = Params::new(cost.memory_kib, cost.passes, 1, None).expect("a cost within argon2's bounds");
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let nobody = hash_now(&argon, &*random, &random::secret(&*random)).into();
        let cores = cores.max(1);
        Self {
            argon,
            random,
            nobody,
            admitted: Arc::new(Semaphore::new(cores * (1 + WAITING_PER_CORE))),
            running: Arc::new(Semaphore::new(cores)),
        }
    }

    /// The hash to keep, in the PHC format.
    ///
    /// # Errors
    /// `unavailable` when too many wait already.
    pub async fn hash(&self, password: String) -> Result<String, RequestError> {
        let this = self.clone();
        self.run(move || hash_now(&this.argon, &*this.random, password.as_bytes()))
            .await
    }

    /// Checks a password against the hash that was kept, or against nobody's, at the same expense.
    ///
    /// # Errors
    /// `unavailable` when too many wait already.
    pub async fn verify(&self, password: String, kept: Option<String>) -> Result<Verdict, RequestError> {
        let this = self.clone();
        self.run(move || {
            let exists = kept.is_some();
            let kept = kept.as_deref().unwrap_or(&this.nobody);
            let Ok(hash) = PasswordHash::new(kept) else {
                tracing::error!("a stored password hash cannot be read");
                return Verdict::Wrong;
            };
            match this.argon.verify_password(password.as_bytes(), &hash) {
                Ok(()) if !exists => Verdict::Wrong,
                Ok(()) if cost(&hash) == Some(costs(this.argon.params())) => Verdict::Right,
                Ok(()) => Verdict::RightButOutdated,
                Err(_) => Verdict::Wrong,
            }
        })
        .await
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

/// The cost that a hash was made with.
fn cost(hash: &PasswordHash) -> Option<(u32, u32, u32)> {
    Params::try_from(hash).ok().map(|params| costs(&params))
}

fn costs(params: &Params) -> (u32, u32, u32) {
    (params.m_cost(), params.t_cost(), params.p_cost())
}

fn hash_now(argon: &Argon2<'_>, random: &dyn Random, password: &[u8]) -> String {
    let mut salt = [0; 16];
    random.fill(&mut salt);
    let hash = argon
        .hash_password_with_salt(password, &salt)
        .expect("a salt of 16 bytes and a bounded password");
    hash.to_string()
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

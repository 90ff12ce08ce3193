//! Randomness, asked of the app, so that tests can decide it.

use rand::RngExt as _;
use uuid::Uuid;

/// Gives random bytes that nobody can guess.
pub trait Random: Send + Sync + 'static {
    /// Fills the whole buffer.
    fn fill(&self, buffer: &mut [u8]);
}

/// The thread's generator, seeded and reseeded by the operating system; fit for secrets.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, buffer: &mut [u8]) {
        rand::rng().fill(buffer);
    }
}

/// 32 bytes: the size of every secret that this program makes.
pub fn secret(random: &dyn Random) -> [u8; 32] {
    let mut bytes = [0; 32];
    random.fill(&mut bytes);
    bytes
}

/// A `UUIDv7`: new rows land at the end of their index. Order on the wire never comes from it.
pub fn id(random: &dyn Random, now_ms: i64) -> Uuid {
    let mut bytes = [0; 10];
    random.fill(&mut bytes);
    uuid::Builder::from_unix_timestamp_millis(u64::try_from(now_ms).unwrap_or(0), &bytes).into_uuid()
}

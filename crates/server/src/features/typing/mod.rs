//! Who is writing. Told to the others of a direct conversation or of one of at most 100 members, not across a block, and
//! never kept: it holds for five seconds, a writer who goes on says so again, and it may be lost.
//!
//! Who ends it: the writer's client by saying so; every other client after five seconds, or when the message comes; the
//! server when the writer's socket goes.

mod policy;
mod say;
mod stop;
mod typists;

pub use say::typing;
pub use stop::{block_committed, stop, wrote};
pub use typists::{Own, Typists};

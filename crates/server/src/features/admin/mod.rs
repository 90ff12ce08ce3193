//! What the server's admins can do.

mod announce;

pub use announce::announce;

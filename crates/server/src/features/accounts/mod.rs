//! Accounts: who there is, and on which devices they are signed in.
//!
//! Signing up and signing in make a device ([`sign_in`]); [`refresh()`] keeps it signed in, [`logout()`] and
//! [`devices::revoke`] end it, on live sockets at once.

pub mod avatar;
pub mod devices;
mod login;
mod logout;
pub mod password;
mod picture;
mod policy;
pub mod profile;
mod refresh;
mod register;
mod sign_in;

pub use login::login;
pub use logout::logout;
pub use picture::{Bounds, Pictures, decoder, too_many_pixels};
pub use profile::public;
pub use refresh::refresh;
pub use register::register;
pub use sign_in::Client;

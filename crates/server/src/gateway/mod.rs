//! The way in: HTTP requests and socket events become calls of features, and their answers go back.

pub mod arrivals;
pub mod http;
pub mod limits;
pub mod listen;
pub mod socket;

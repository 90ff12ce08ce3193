//! The program `linnet`: configuration, gateway, session, features and fan-out.
//!
//! The way of a message reads off the modules: [`gateway`] -> [`session`] -> [`features`] -> store -> [`fanout`]. The
//! binary only parses arguments; everything else is here, so that tests can run the whole program in their own process
//! with a clock and a randomness of their own ([`app::Parts`]).

pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod error;
pub mod fanout;
pub mod features;
pub mod gateway;
mod group_commit;
pub mod in_flight;
pub mod jobs;
pub mod logging;
pub mod only_one;
pub mod open_files;
pub mod outbound;
pub mod random;
pub mod reindex;
pub mod run;
pub mod serve;
pub mod session;

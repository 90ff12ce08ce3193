//! The program `linnet`: parse arguments, load settings, run; the library does the rest.

use std::{io::Write as _, process::ExitCode};

use clap::Parser as _;
use linnet_server::{
    cli::{Arguments, Command},
    config,
    reindex::reindex,
    run::{RunError, run},
};

/// Gives memory back to the system after a burst, which the system's own does not. How it is set stands in
/// `.cargo/config.toml`, and why in `docs/decisions/0011-memory-after-a-storm.md`.
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Config => match write!(std::io::stdout(), "{}", config::sample()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
        Command::Serve { demo, config } => ended(run(config, demo)),
        Command::Reindex { config } => ended(reindex(config)),
    }
}

fn ended(result: Result<(), RunError>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error}");
            match error {
                RunError::Config(_) => ExitCode::from(2),
                _ => ExitCode::FAILURE,
            }
        }
    }
}

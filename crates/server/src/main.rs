//! The program `linnet`: parse arguments, load settings, run; the library does the rest.

use std::{io::Write as _, process::ExitCode};

use clap::Parser as _;
use linnet_server::{
    cli::{Arguments, Command},
    config,
    run::{RunError, run},
};

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Config => match write!(std::io::stdout(), "{}", config::sample()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
        Command::Serve { demo, config } => match run(config, demo) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                let _ = writeln!(std::io::stderr(), "{error}");
                match error {
                    RunError::Config(_) => ExitCode::from(2),
                    _ => ExitCode::FAILURE,
                }
            }
        },
    }
}

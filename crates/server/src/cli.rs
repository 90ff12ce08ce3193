//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// Chat that you host yourself.
#[derive(Debug, Parser)]
#[command(name = "linnet", version, about, propagate_version = true)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the chat, until SIGTERM or Ctrl-C
    Serve {
        /// Fill a temporary database with people and conversations to click through; nothing is kept
        #[arg(long)]
        demo: bool,
        /// The settings file; otherwise linnet.toml in the data folder or here, if there is one
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
    },
    /// Build the index of the search again, also while the server serves
    Reindex {
        /// The settings file; otherwise linnet.toml in the data folder or here, if there is one
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
    },
    /// Print a settings file with every setting, its default and what it does
    Config,
}

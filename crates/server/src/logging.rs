//! Logs: to stderr, filtered by `RUST_LOG`, as text or JSON. A panic is a log line too.

use std::panic::PanicHookInfo;

use tracing_subscriber::EnvFilter;

use crate::config::LogFormat;

/// Starts logging. Once a program; a second call changes nothing.
pub fn start(format: LogFormat) {
    let asked = std::env::var(EnvFilter::DEFAULT_ENV)
        .ok()
        .filter(|asked| !asked.is_empty());
    let (filter, wrong) = match asked.map(|asked| EnvFilter::builder().parse(asked)) {
        Some(Ok(filter)) => (filter, None),
        Some(Err(error)) => (EnvFilter::new("info"), Some(error)),
        None => (EnvFilter::new("info"), None),
    };
    let lines = tracing_subscriber::fmt()
        // A line that cannot be written, because the disk of the log is full, is lost. Saying so would need the same
        // place to write to, and panics when that fails too: a full log must not end the chat.
        .log_internal_errors(false)
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // A log may be read in a terminal: names that people chose are quoted by tracing, colours are left to terminals.
    let started = match format {
        LogFormat::Text => lines
            .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
            .try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    if started.is_ok() {
        std::panic::set_hook(Box::new(log_panic));
    }
    if let Some(error) = wrong {
        tracing::warn!(%error, "RUST_LOG is not a filter, so info is logged");
    }
}

fn log_panic(panic: &PanicHookInfo<'_>) {
    let message = panic.payload_as_str().unwrap_or("(no message)");
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let backtrace = std::backtrace::Backtrace::capture();
    tracing::error!(message, place, %backtrace, "a panic");
}

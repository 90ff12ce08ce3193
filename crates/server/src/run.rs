//! `linnet serve`: start, say where, wait to be stopped, stop.

use std::{
    io::{self, Write as _},
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::{
    config::{self, Config, ConfigError, Sources},
    demo::{self, Demo},
    logging, open_files,
    serve::{Outside, Program, StartError},
};

/// Why the program ended without having been asked to.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A setting is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// It did not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The demonstration could not be made.
    #[error("The demonstration could not be made: {0}.")]
    Demo(#[from] demo::DemoError),
    /// The index of the search was not built to the end.
    #[error("The search index could not be built: {0}. What is found now stays found; run it again.")]
    Index(linnet_store::StoreError),
    /// Anything of the system's.
    #[error("The system failed: {0}.")]
    System(#[from] io::Error),
}

/// Serves until a signal says to stop.
///
/// # Errors
/// See [`RunError`].
pub fn run(file: Option<PathBuf>, demo: bool) -> Result<(), RunError> {
    let mut config = config::load(&Sources {
        file,
        env: &|name| std::env::var(name).ok(),
    })?;
    logging::start(config.log.format);
    if std::env::var_os("REDIS_URL").is_some() {
        tracing::warn!("REDIS_URL is set, and this version does not use it yet");
    }
    open_files::raise_limit(config.server.max_connections);
    for sentence in config::mistyped(std::env::vars_os().filter_map(|(name, _)| name.into_string().ok())) {
        tracing::warn!("{sentence}");
    }
    // Kept to the end: the folder goes when it is dropped.
    let demo = demo.then(|| Demo::new(&mut config)).transpose()?;
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(serve(config, demo.as_ref()))
}

async fn serve(config: Config, demo: Option<&Demo>) -> Result<(), RunError> {
    let mut signals = Signals {
        terminate: signal(SignalKind::terminate())?,
        interrupt: signal(SignalKind::interrupt())?,
    };
    let mut running = Program::prepare(config, Outside::default()).await?.listen().await?;
    if let Some(demo) = demo {
        demo.fill(&running.app).await?;
    }
    say(&format!("Linnet is listening on {}", url(running.address)))?;
    if let Some(demo) = demo {
        say(&demo.introduction())?;
    }
    tokio::select! {
        () = signals.next() => {}
        failed = running.failed() => {
            failed?;
            return Ok(());
        }
    }
    tracing::info!("stopping; a second signal stops at once");
    tokio::select! {
        () = running.stop() => {}
        () = signals.next() => tracing::warn!("stopped at once"),
    }
    Ok(())
}

struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Where a browser on this machine finds it.
fn url(address: SocketAddr) -> String {
    let host = match address.ip() {
        IpAddr::V4(v4) if v4.is_unspecified() => "127.0.0.1".to_owned(),
        IpAddr::V6(v6) if v6.is_unspecified() => "[::1]".to_owned(),
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => format!("[{v6}]"),
    };
    format!("http://{host}:{}", address.port())
}

/// To stdout, which has nothing else. Somebody who closed it does not stop the server.
fn say(text: &str) -> io::Result<()> {
    match writeln!(io::stdout(), "{text}") {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        said => said,
    }
}

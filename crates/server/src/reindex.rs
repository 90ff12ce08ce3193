//! `linnet reindex`: builds the index of the search again, in small transactions, while the server serves. What is in the
//! index stays until it is replaced, so that everything is found meanwhile. Whatever ends this program, the next start of the
//! server goes on from there; another `linnet reindex` begins again.

use std::{
    io::{self, IsTerminal as _, Write as _},
    path::PathBuf,
};

use linnet_store::{OpenOptions, Store};

use crate::{
    config::{self, Sources},
    run::RunError,
    serve::StartError,
};

/// Messages of one transaction: a server beside this waits for no longer than for a batch of its own.
const PORTION: i64 = 250;
/// Characters of the bar.
const WIDTH: usize = 40;

/// Builds it, and says how far it is: a bar on a terminal, and else a line for every tenth.
///
/// # Errors
/// See [`RunError`].
pub fn reindex(file: Option<PathBuf>) -> Result<(), RunError> {
    let config = config::load(&Sources {
        file,
        env: &|name| std::env::var(name).ok(),
    })?;
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(build(&config.storage.database_url()))
}

async fn build(url: &str) -> Result<(), RunError> {
    let store = Store::open(url, OpenOptions::default())
        .await
        .map_err(StartError::Database)?;
    let built = steps(&store).await;
    store.close().await;
    built.map_err(RunError::Index)
}

async fn steps(store: &Store) -> Result<(), linnet_store::StoreError> {
    let all = usize::try_from(store.search_index_size().await?).unwrap_or(0);
    store.search_index_begin().await?;
    let mut progress = Progress::new(all);
    while let Some(count) = store.search_index_step(PORTION).await? {
        progress.add(count);
        // A server beside this wants its turn: SQLite has one writer and no queue.
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    progress.end();
    Ok(())
}

struct Progress {
    all: usize,
    done: usize,
    tenths: usize,
    terminal: bool,
}

impl Progress {
    fn new(all: usize) -> Self {
        Self {
            all,
            done: 0,
            tenths: 0,
            terminal: io::stderr().is_terminal(),
        }
    }

    fn add(&mut self, count: usize) {
        self.done += count;
        let tenths = (self.done * 10).checked_div(self.all).unwrap_or(10).min(10);
        if self.terminal {
            let full = (self.done * WIDTH).checked_div(self.all).unwrap_or(WIDTH).min(WIDTH);
            let (full, empty) = ("#".repeat(full), "-".repeat(WIDTH - full));
            let _ = write!(io::stderr(), "\r[{full}{empty}] {} of {} messages", self.done, self.all);
        } else if tenths > self.tenths {
            let _ = writeln!(io::stderr(), "{} of {} messages", self.done, self.all);
        }
        self.tenths = tenths;
    }

    fn end(&self) {
        let before = if self.terminal { "\n" } else { "" };
        let _ = writeln!(
            io::stderr(),
            "{before}The search index is complete: {} messages.",
            self.done
        );
    }
}

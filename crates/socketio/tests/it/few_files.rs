//! A process that has no file descriptors left. The limit counts for a whole process, so the test runs itself once more in one of its own.

use std::{
    env,
    fs::File,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::net::TcpStream;
use tracing::{Event, Level, Metadata, Subscriber, span};

use crate::{
    client::{get, read_answer, send_request, soon},
    server::{Chat, config},
};

const INSIDE: &str = "SOCKETIO_TEST_FEW_FILES";

#[test]
fn without_files_it_warns_once_and_serves_on_when_there_are_some() {
    if env::var_os(INSIDE).is_some() {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
            .block_on(run_out_of_files());
        return;
    }
    let inside = Command::new("sh")
        .args(["-c", r#"ulimit -n 64 && exec "$0" --exact --nocapture "$1""#])
        .arg(env::current_exe().unwrap())
        .arg("few_files::without_files_it_warns_once_and_serves_on_when_there_are_some")
        .env(INSIDE, "yes")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&inside.stdout) + String::from_utf8_lossy(&inside.stderr);
    assert!(inside.status.success() && said.contains("1 passed"), "{said}");
}

async fn run_out_of_files() {
    let warnings = Arc::new(AtomicUsize::new(0));
    tracing::subscriber::set_global_default(Warnings(Arc::clone(&warnings))).unwrap();
    let server = Chat::start(config()).await;
    assert_eq!(get(server.address, "/elsewhere").await.status, 404);

    let mut files = Vec::new();
    while let Ok(file) = File::open("/dev/null") {
        files.push(file);
    }
    // The last one is for the client's end, and the server gets none.
    files.pop();
    let mut alice = TcpStream::connect(server.address).await.unwrap();
    let warned = async {
        while warnings.load(Ordering::Relaxed) == 0 {
            tokio::task::yield_now().await;
        }
    };
    soon(warned).await;
    // Time for ten more tries, of which nothing is to be said.
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(warnings.load(Ordering::Relaxed), 1);

    drop(files);
    send_request(&mut alice, "GET", "/elsewhere", "", b"").await;
    assert_eq!(soon(read_answer(&mut alice)).await.status, 404);
}

/// Counts the warnings of the accept loop.
struct Warnings(Arc<AtomicUsize>);

impl Subscriber for Warnings {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() == Level::WARN && metadata.target().starts_with("socketio::serve")
    }

    fn event(&self, _: &Event<'_>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

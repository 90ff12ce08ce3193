//! Batches of messages written to the product's own database, with nothing around it: what the disk and `SQLite` allow.

use std::{
    path::PathBuf,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context as _, ensure};
use clap::Parser;
use linnet_contract::{MessageId, MessageKind};
use linnet_store::{DirectPolicy, Draft, OpenOptions, Store};
use serde_json::json;

/// Writes batches of messages, each batch in one transaction, one after the other.
#[derive(Debug, Parser)]
struct Arguments {
    /// The database, with people in pairs
    #[arg(long)]
    database: PathBuf,
    /// Messages of a batch, each in a conversation of its own
    #[arg(long, default_value_t = 500)]
    batch: usize,
    /// Seconds of measuring
    #[arg(long, default_value_t = 4.0)]
    seconds: f64,
    /// The file of people, which says who writes where
    #[arg(long)]
    people: PathBuf,
}

/// One person of that file.
#[derive(serde::Deserialize)]
struct Person {
    user: uuid::Uuid,
    conversation: uuid::Uuid,
}

#[derive(serde::Deserialize)]
struct File {
    people: Vec<Person>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let url = format!("sqlite://{}", arguments.database.display());
    let store = Store::open(&url, OpenOptions::default()).await?;
    let people: File = serde_json::from_slice(&std::fs::read(&arguments.people)?)?;
    let writers: Vec<_> = people.people.iter().step_by(2).take(arguments.batch).collect();
    ensure!(
        writers.len() == arguments.batch,
        "there are only {} pairs",
        writers.len()
    );

    let bytes_before = bytes_written()?;
    let mut written = 0_u64;
    let mut batches = 0_u32;
    let length = Duration::from_secs_f64(arguments.seconds);
    let began = Instant::now();
    while began.elapsed() < length {
        #[expect(
            clippy::disallowed_methods,
            reason = "the store takes the time from its caller, which is this program"
        )]
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
        let drafts: Vec<_> = writers
            .iter()
            .enumerate()
            .map(|(at, writer)| Draft {
                id: MessageId(uuid::Uuid::now_v7()),
                conversation: linnet_contract::ConversationId(writer.conversation),
                sender: linnet_contract::UserId(writer.user),
                temp_id: Some(format!("{batches}-{at}")),
                body: format!("{at:06}:{batches:016}:{}", "x".repeat(40)),
                reply_to: None,
                files: Vec::new(),
                names: Vec::new(),
                kind: MessageKind::Text,
                now_ms: i64::try_from(now.as_millis()).unwrap_or(i64::MAX),
            })
            .collect();
        for result in store.messages_append(drafts, DirectPolicy::Anyone).await? {
            result.ok().context("a message was refused")?;
            written += 1;
        }
        batches += 1;
    }
    #[expect(clippy::cast_precision_loss, reason = "a count of some seconds")]
    let rate = written as f64 / began.elapsed().as_secs_f64();
    let batch_ms = began.elapsed().as_secs_f64() * 1_000.0 / f64::from(batches);
    let bytes = (bytes_written()? - bytes_before) / written.max(1);
    println!(
        "{}",
        json!({ "messages": written, "messages_per_second": rate, "batch_ms": batch_ms, "bytes_per_message": bytes })
    );
    store.close().await;
    Ok(())
}

/// Bytes that this process has handed to the kernel's files: the log, and the pages that are copied back from it.
fn bytes_written() -> anyhow::Result<u64> {
    let text = std::fs::read_to_string("/proc/self/io")?;
    let field = text.lines().find_map(|line| line.strip_prefix("wchar: "));
    Ok(field.context("/proc/self/io is not as expected")?.parse()?)
}

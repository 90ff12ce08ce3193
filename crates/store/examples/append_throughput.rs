//! Measures how fast messages are written and a page is read: `cargo run --release -p linnet-store --example
//! append_throughput -- <database URL> [messages to fill in first]`. The database should be a new one.

#![expect(clippy::print_stdout, reason = "what it measures is its output")]

use std::time::{Duration, Instant};

use linnet_contract::{ConversationId, MessageId, MessageKind, UserId};
use linnet_store::{DirectPolicy, Draft, NewUser, OpenOptions, Page, Store};
use uuid::Uuid;

const CONVERSATIONS: usize = 200;
const RUN: Duration = Duration::from_secs(3);

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().ok_or("which database?")?;
    let fill: usize = arguments.next().map_or(Ok(0), |count| count.parse())?;
    let opened = Instant::now();
    let store = Store::open(&url, OpenOptions::default()).await?;
    println!("open: {:?}", opened.elapsed());
    let pairs = people(&store).await?;

    for batch in 0..fill.div_ceil(5_000) {
        let drafts = drafts(&pairs, 5_000, batch * 5_000 * usize::from(batch % 2 == 0));
        store.messages_append(drafts, DirectPolicy::Anyone).await?;
    }
    for size in [1, 16, 64, 256] {
        let (begin, mut written, mut longest, mut turn) = (Instant::now(), 0_u32, Duration::ZERO, 0);
        while begin.elapsed() < RUN {
            let drafts = drafts(&pairs, size, turn);
            turn += size;
            let one = Instant::now();
            let answers = store.messages_append(drafts, DirectPolicy::Anyone).await?;
            longest = longest.max(one.elapsed());
            written += u32::try_from(answers.iter().filter(|answer| answer.is_ok()).count())?;
        }
        let rate = f64::from(written) / begin.elapsed().as_secs_f64();
        println!("batches of {size:>3}: {rate:>8.0} messages/s, longest {longest:?}");
    }
    let (user, conversation) = pairs[0];
    for page in [
        Page::Latest,
        Page::Before(100.try_into()?),
        Page::Around(1_000.try_into()?),
    ] {
        let begin = Instant::now();
        for _ in 0..200 {
            store.messages_page(user, conversation, page, 50).await?;
        }
        println!("{page:?}: {:?} each", begin.elapsed() / 200);
    }
    store.close().await;
    let opened = Instant::now();
    Store::open(&url, OpenOptions::default()).await?.close().await;
    println!("open and close again: {:?}", opened.elapsed());
    Ok(())
}

/// One of two people, with their direct conversation.
async fn people(store: &Store) -> Result<Vec<(UserId, ConversationId)>, Box<dyn std::error::Error>> {
    let mut pairs = Vec::new();
    for number in 0..CONVERSATIONS {
        let mut pair = Vec::new();
        for side in ["a", "b"] {
            let new = NewUser {
                id: UserId(Uuid::now_v7()),
                username: format!("person{number}{side}"),
                display_name: format!("Person {number}{side}"),
                password_hash: None,
                first_only: false,
                now: 0,
            };
            pair.push(store.users_create(new).await?.id);
        }
        let direct = store
            .conversations_direct(pair[0], pair[1], ConversationId(Uuid::now_v7()), 0)
            .await?;
        pairs.push((pair[0], direct.ok_or("both exist")?.id));
    }
    Ok(pairs)
}

fn drafts(pairs: &[(UserId, ConversationId)], count: usize, from: usize) -> Vec<Draft> {
    let draft = |number: usize| {
        let (sender, conversation) = pairs[(from + number) % pairs.len()];
        Draft {
            id: MessageId(Uuid::now_v7()),
            conversation,
            sender,
            temp_id: Some(Uuid::now_v7().to_string()),
            body: "A message of about the length that people write to each other, give or take a few words.".to_owned(),
            reply_to: None,
            files: Vec::new(),
            names: Vec::new(),
            kind: MessageKind::Text,
            now_ms: 0,
        }
    };
    (0..count).map(draft).collect()
}

//! Writes many messages to a conversation, as two of its members in turns: `fill_conversation <database URL>
//! <conversation> <user> <other user> <how many>`. For tests of long conversations: over the wire it would take minutes.

#![expect(clippy::print_stdout, reason = "how long it took is its output")]

use std::time::Instant;

use linnet_contract::{ConversationId, MessageId, MessageKind, UserId};
use linnet_store::{DirectPolicy, Draft, OpenOptions, Store};
use uuid::Uuid;

const BATCH: usize = 2_000;
const LINES: [&str; 7] = [
    "Good morning!",
    "The train was late again, so I read half a book. It is about maps, and better than it sounds.",
    "Ha.",
    "Are we still on for Thursday evening? I booked a table for seven, and asked for the one at the window.\n\nIf it rains we could also stay in and cook.",
    "Yes",
    "**Remember** the jars, and the `blue` ones",
    "Tomatoes everywhere. Do you want some? I can bring them along, or you come and choose the ones that you like best.",
];

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, conversation, user, other, count] = arguments.as_slice() else {
        return Err("which database, conversation, two users, and how many?".into());
    };
    let conversation = ConversationId(Uuid::parse_str(conversation)?);
    let writers = [UserId(Uuid::parse_str(user)?), UserId(Uuid::parse_str(other)?)];
    let count: usize = count.parse()?;
    let store = Store::open(url, OpenOptions::default()).await?;
    let begin = Instant::now();
    for from in (0..count).step_by(BATCH) {
        let drafts: Vec<Draft> = (from..count.min(from + BATCH))
            .map(|number| Draft {
                id: MessageId(Uuid::now_v7()),
                conversation,
                // Each says a few in a row.
                sender: writers[number / 3 % 2],
                temp_id: None,
                body: format!("#{}# {}", number + 1, LINES[number % LINES.len()]),
                reply_to: None,
                kind: MessageKind::Text,
                files: Vec::new(),
                names: Vec::new(),
                now_ms: 1_770_000_000_000 + i64::try_from(number).unwrap_or(0) * 60_000,
            })
            .collect();
        for answer in store.messages_append(drafts, DirectPolicy::Anyone).await? {
            answer?;
        }
    }
    store.close().await;
    println!("{count} messages in {:?}", begin.elapsed());
    Ok(())
}

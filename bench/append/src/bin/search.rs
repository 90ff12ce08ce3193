//! Searching a million messages: how long two words take, common and rare ones, for people who may read much and little.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use clap::Parser;
use linnet_contract::{ConversationId, MessageId, MessageKind, UserId};
use linnet_store::{DirectPolicy, Draft, NewUser, OpenOptions, Searched, Sought, Store};
use serde_json::json;
use uuid::Uuid;

/// Fills a database with messages of words, some common and most rare, and searches it.
#[derive(Debug, Parser)]
struct Arguments {
    /// The database; filled when it is new
    #[arg(long)]
    database: PathBuf,
    /// Messages
    #[arg(long, default_value_t = 1_000_000)]
    messages: usize,
    /// Searches of each kind
    #[arg(long, default_value_t = 500)]
    searches: usize,
}

const PEOPLE: u64 = 200;
const BATCH: usize = 500;
const WORDS: u64 = 50_000;

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn next(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % below
    }

    /// The first words of a language are most of what is written: rank by the power of a uniform number.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a rank"
    )]
    fn rank(&mut self) -> u64 {
        let uniform = self.next(1 << 40) as f64 / (1_u64 << 40) as f64;
        ((WORDS as f64).powf(uniform) - 1.0) as u64
    }

    fn message(&mut self) -> String {
        let words: Vec<String> = (0..4 + self.next(9)).map(|_| word(self.rank())).collect();
        words.join(" ")
    }
}

/// A word of syllables: short for common ones, and sharing parts with others as real ones do.
fn word(rank: u64) -> String {
    const SYLLABLES: [&str; 24] = [
        "ta", "re", "in", "so", "mel", "con", "dra", "ki", "un", "the", "por", "la", "ven", "shi", "ga", "ster", "bo",
        "ne", "wil", "ar", "est", "lo", "fi", "che",
    ];
    let (mut rank, mut word) = (rank + 1, String::new());
    while rank > 0 {
        word.push_str(SYLLABLES[usize::try_from(rank % 24).unwrap_or(0)]);
        rank /= 24;
    }
    word
}

fn person(number: u64) -> UserId {
    UserId(Uuid::from_u128(
        u128::from(number + 1) << 64 | u128::from(number) * 0x9E37_79B9,
    ))
}

async fn fill(store: &Store, messages: usize, dice: &mut Dice) -> anyhow::Result<f64> {
    let mut places = Vec::new();
    for number in 0..PEOPLE {
        let new = NewUser {
            id: person(number),
            username: format!("p{number}"),
            display_name: format!("Person {number}"),
            password_hash: None,
            first_only: false,
            now: 1,
        };
        store.users_create(new).await?;
    }
    // The first people know many others, the last ones few; the last one wrote with nobody but the first.
    for number in 1..PEOPLE {
        for other in (0..number).step_by(1 + usize::try_from(number / 8)?) {
            let id = ConversationId(Uuid::from_u128(
                u128::from(dice.next(u64::MAX)) << 64 | u128::from(dice.next(u64::MAX)),
            ));
            let made = store.conversations_direct(person(number), person(other), id, 1).await?;
            places.push((person(number), made.context("both are there")?.id));
        }
    }
    let mut spent = Duration::ZERO;
    for batch in 0..messages / BATCH {
        let drafts = (0..BATCH).map(|at| {
            let (sender, conversation) = places[usize::try_from(dice.next(places.len() as u64)).unwrap_or(0)];
            Draft {
                id: MessageId(Uuid::now_v7()),
                conversation,
                sender,
                temp_id: Some(format!("{batch}-{at}")),
                body: dice.message(),
                reply_to: None,
                files: Vec::new(),
                names: Vec::new(),
                kind: MessageKind::Text,
                now_ms: i64::try_from(batch).unwrap_or(0),
            }
        });
        let drafts: Vec<_> = drafts.collect();
        let began = Instant::now();
        let answers = store.messages_append(drafts, DirectPolicy::Anyone).await?;
        spent += began.elapsed();
        ensure!(answers.iter().all(Result::is_ok), "a message was refused");
    }
    #[expect(clippy::cast_precision_loss, reason = "a count")]
    Ok(spent.as_secs_f64() * 1e6 / messages as f64)
}

/// The name of a kind of search, who searches, and what for.
type Kind = (&'static str, u64, fn(&mut Dice) -> String);

const KINDS: &[Kind] = &[
    ("two words as they are written", 0, |dice| {
        format!("{} {}", word(dice.rank()), word(dice.rank()))
    }),
    ("the same, few conversations", PEOPLE - 1, |dice| {
        format!("{} {}", word(dice.rank()), word(dice.rank()))
    }),
    ("two common words", 0, |dice| {
        format!("{} {}", word(dice.next(20)), word(dice.next(20)))
    }),
    ("the same, few conversations", PEOPLE - 1, |dice| {
        format!("{} {}", word(dice.next(20)), word(dice.next(20)))
    }),
    ("two rare words", 0, |dice| {
        format!(
            "{} {}",
            word(40_000 + dice.next(9_000)),
            word(40_000 + dice.next(9_000))
        )
    }),
    ("a word nobody wrote", 0, |dice| {
        format!("qu{} {}", word(dice.rank()), word(dice.next(20)))
    }),
    ("two letters", 0, |dice| word(dice.next(20))[..2].to_owned()),
];

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let is_new = !arguments.database.exists();
    let store = Store::open(
        &format!("sqlite://{}", arguments.database.display()),
        OpenOptions::default(),
    )
    .await?;
    let mut dice = Dice(0x5EED);
    if is_new {
        let each = fill(&store, arguments.messages, &mut dice).await?;
        println!("{}", json!({ "append_us_per_message": each }));
    }
    for (name, who, query) in KINDS {
        let mut times = Vec::new();
        let mut hits = 0;
        for _ in 0..arguments.searches {
            let searched = Searched {
                sought: Sought::words(&query(&mut dice)),
                ..Searched::default()
            };
            let began = Instant::now();
            hits += store.search_messages(person(*who), &searched, 20).await?.hits.len();
            times.push(began.elapsed().as_secs_f64() * 1_000.0);
        }
        times.sort_by(f64::total_cmp);
        let at = |part: usize| times[(times.len() - 1) * part / 100];
        println!(
            "{}",
            json!({ "search": name, "p50_ms": at(50), "p99_ms": at(99), "max_ms": at(100), "hits": hits })
        );
    }
    store.close().await;
    Ok(())
}

//! `linnet serve --demo`: people and conversations to click through, gone when the program ends.

use std::{io, path::Path};

use linnet_contract::{ConversationId, MessageId, MessageKind, UserId};
use linnet_store::{Appended, Asked, ConnectionBounds, DirectPolicy, Draft, Mark, NewUser, StoreError};
use tempfile::TempDir;

use crate::{app::App, config::Config, error::RequestError};

/// Everybody's password. It is printed, and the server is this machine's own unless a setting says otherwise.
const PASSWORD: &str = "linnet-demo";

/// Who is there: username, display name.
const PEOPLE: [(&str, &str); 6] = [
    ("alice", "Alice Meyer"),
    ("bob", "Bob Okafor"),
    ("carol", "Carol Jensen"),
    ("dave", "Dave Rossi"),
    ("erin", "Erin Tanaka"),
    ("farid", "Farid Haddad"),
];

/// What they say to each other, over and over, in turns.
const LINES: [&str; 24] = [
    "Good morning! Did you sleep well?",
    "Like a stone. Coffee first, then I can think.",
    "The train was late again, so I read half a book.",
    "Which one? I need something for the weekend.",
    "A history of maps. Better than it sounds.",
    "Ha, I would read that.",
    "Are we still on for Thursday evening?",
    "Yes! I booked a table for seven.",
    "Perfect. I may be ten minutes late.",
    "No problem, I will order the bread.",
    "By the way, the photos from the lake came out nicely.",
    "Send me the one with the dog, please 🐕",
    "I will, as soon as I am home.",
    "How is the garden doing?",
    "Tomatoes everywhere. Do you want some?",
    "Always. I will bring jars.",
    "Remind me: what was the name of that café near the museum?",
    "The one with the blue door? \"Kolibri\".",
    "That's it, thank you!",
    "I fixed the bike. It only took three evenings and most of my patience.",
    "You could have asked me, I have the right tools…",
    "I know. I wanted to learn it.\nNow I know that I do not want to learn it.",
    "😂 fair enough",
    "See you later then!",
];

/// Which pairs talk (by their place in [`PEOPLE`]), and how many messages they have. The first has more than one page.
const CONVERSATIONS: [(usize, usize, usize); 7] = [
    (0, 1, 180),
    (0, 2, 64),
    (0, 3, 41),
    (0, 4, 12),
    (1, 2, 55),
    (1, 4, 30),
    (3, 5, 18),
];

/// Who asked whom to be connected and waits for an answer.
const REQUESTS: [(usize, usize); 3] = [(5, 0), (4, 3), (2, 5)];

/// Far more than the tables above need.
const BOUNDS: ConnectionBounds = ConnectionBounds {
    requested: 100,
    received: 100,
    accepted: 100,
};

/// Messages at the end of each conversation that only their sender has read.
const UNREAD: usize = 3;

/// Why there is no demonstration.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// There is no folder to put it in.
    #[error("a temporary folder cannot be made: {0}")]
    Folder(#[from] io::Error),
    /// The database refused.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// A password could not be hashed.
    #[error("{0}")]
    Request(#[from] RequestError),
    /// The database refused what the tables above say.
    #[error("its own tables are wrong")]
    Table,
}

/// A folder that goes when this is dropped.
pub struct Demo {
    folder: TempDir,
}

impl Demo {
    /// Makes the folder and points the settings at it: nothing of the real data is touched.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn new(config: &mut Config) -> Result<Self, DemoError> {
        let folder = tempfile::Builder::new().prefix("linnet-demo-").tempdir()?;
        folder.path().clone_into(&mut config.storage.data_dir);
        config.storage.database_url = None;
        Ok(Self { folder })
    }

    /// Where it is kept while it runs.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What to say to whoever started it.
    #[must_use]
    pub fn introduction(&self) -> String {
        let names: Vec<_> = PEOPLE.iter().map(|(username, _)| *username).collect();
        format!(
            "This is a demonstration: nothing is kept. Sign in as {}, with the password {PASSWORD}.",
            names.join(", ")
        )
    }

    /// Fills the database.
    ///
    /// # Errors
    /// See [`DemoError`].
    pub async fn fill(&self, app: &App) -> Result<(), DemoError> {
        let mut people = Vec::with_capacity(PEOPLE.len());
        for (username, display_name) in PEOPLE {
            let user = NewUser {
                id: UserId(app.id()),
                username: username.to_owned(),
                display_name: display_name.to_owned(),
                password_hash: Some(app.passwords.hash(PASSWORD.to_owned()).await?),
                first_only: false,
                now: app.now_ms(),
            };
            people.push(app.store.users_create(user).await?.id);
        }
        for (nth, (one, other, messages)) in CONVERSATIONS.into_iter().enumerate() {
            request(app, people[one], people[other]).await?;
            let now = app.now_ms();
            done(
                &app.store
                    .connections_accept(people[other], people[one], now, BOUNDS)
                    .await?,
            )?;
            converse(app, [people[one], people[other]], nth, messages).await?;
        }
        for (one, other) in REQUESTS {
            request(app, people[one], people[other]).await?;
        }
        Ok(())
    }
}

async fn request(app: &App, one: UserId, other: UserId) -> Result<(), DemoError> {
    done(&app.store.connections_request(one, other, app.now_ms(), BOUNDS).await?)
}

fn done(asked: &Asked) -> Result<(), DemoError> {
    match asked {
        Asked::Done(_) => Ok(()),
        Asked::NotFound | Asked::Blocked | Asked::TooMany => Err(DemoError::Table),
    }
}

/// Minutes between two messages: a few close together, then a longer pause, so that days and times look like life.
fn pause_minutes(nth: usize) -> i64 {
    let few = [1, 8, 2, 15];
    if nth.is_multiple_of(11) {
        9 * 60
    } else {
        few[nth % few.len()]
    }
}

async fn converse(app: &App, pair: [UserId; 2], nth: usize, messages: usize) -> Result<(), DemoError> {
    let now = app.now_ms();
    let direct = app
        .store
        .conversations_direct(pair[0], pair[1], ConversationId(app.id()), now)
        .await?;
    let conversation = direct.ok_or(DemoError::Table)?.id;
    // The last message is some minutes old, each earlier one a pause before it.
    let mut age_ms = 4 * 60_000 + i64::try_from(nth).unwrap_or(0) * 47 * 60_000;
    let mut drafts: Vec<Draft> = (0..messages)
        .rev()
        .map(|message| {
            let draft = Draft {
                id: MessageId(app.id()),
                conversation,
                // Mostly in turns; now and then somebody writes twice.
                sender: pair[(message + message / 5) % 2],
                temp_id: None,
                body: LINES[(message + nth * 5) % LINES.len()].to_owned(),
                reply_to: None,
                files: Vec::new(),
                names: Vec::new(),
                kind: MessageKind::Text,
                now_ms: now - age_ms,
            };
            age_ms += pause_minutes(message) * 60_000;
            draft
        })
        .collect();
    drafts.reverse();
    let last = drafts.split_off(messages.saturating_sub(UNREAD));
    let read = append(app, drafts).await?;
    if let Some(read) = read.last().map(|appended| appended.message.sequence) {
        for user in pair {
            app.store
                .members_mark(Mark {
                    user,
                    conversation,
                    delivered: None,
                    read: Some(read),
                })
                .await?;
        }
    }
    append(app, last).await?;
    Ok(())
}

async fn append(app: &App, drafts: Vec<Draft>) -> Result<Vec<Appended>, DemoError> {
    let appended = app.store.messages_append(drafts, DirectPolicy::Connections).await?;
    appended
        .into_iter()
        .map(|one| one.map_err(|_| DemoError::Table))
        .collect()
}

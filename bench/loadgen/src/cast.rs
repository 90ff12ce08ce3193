//! Who the clients are, and how they say things to the server under test.
//!
//! Two ways of speaking: that of the reference, where a client names its own user and joins rooms itself, and that of
//! `linnet`, where the session says who it is and membership which rooms it hears.

use std::{fs, path::Path};

use anyhow::{Context as _, ensure};
use serde::Deserialize;

/// The id of every `sync`, far from those of messages.
pub(crate) const SYNC: u64 = 1_000_000_000;

/// Which events the server understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Dialect {
    /// `joinChat` and `sendMsg` as the reference's client sends them; `joinRoom` and `sendRoom` for larger rooms.
    Reference,
    /// Those of `linnet`.
    Linnet,
}

/// Where the clients talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scene {
    /// Client 0 with 1, 2 with 3, and so on.
    Pairs,
    /// All in one room.
    Room,
}

/// One person of the file that the seeding wrote.
#[derive(Debug, Deserialize)]
struct Person {
    user: String,
    token: String,
    /// The direct conversation with the neighbour.
    conversation: Option<String>,
}

/// Everybody who could take part.
#[derive(Debug, Deserialize)]
struct File {
    people: Vec<Person>,
    /// The conversation that all are in.
    room: Option<String>,
}

/// The clients of a run.
pub(crate) struct Cast {
    dialect: Dialect,
    pub(crate) scene: Scene,
    file: Option<File>,
}

/// What one client says to come in.
#[derive(Debug, Clone, Default)]
pub(crate) struct Entrance {
    /// The CONNECT packet.
    pub(crate) connect: String,
    /// What it then joins, if it has to.
    pub(crate) join: Option<String>,
}

impl Cast {
    pub(crate) fn new(dialect: Dialect, scene: Scene, people: Option<&Path>) -> anyhow::Result<Self> {
        let file = match people {
            Some(path) => {
                let text = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
                Some(serde_json::from_slice(&text)?)
            }
            None => None,
        };
        ensure!(
            dialect == Dialect::Reference || file.is_some(),
            "linnet lets in only whom it knows: --people is missing"
        );
        Ok(Self { dialect, scene, file })
    }

    /// How many people there are at most.
    pub(crate) fn most(&self) -> usize {
        self.file.as_ref().map_or(usize::MAX, |file| file.people.len())
    }

    pub(crate) fn token(&self, client: usize) -> Option<&str> {
        Some(&self.file.as_ref()?.people.get(client)?.token)
    }

    fn user(&self, client: usize) -> String {
        match &self.file {
            Some(file) => file.people[client].user.clone(),
            None => format!("user-{client:08}"),
        }
    }

    /// The conversation in which this client writes; empty where the server does not know such a thing.
    pub(crate) fn conversation(&self, client: usize) -> &str {
        let Some(file) = &self.file else { return "" };
        let conversation = match self.scene {
            Scene::Pairs => file.people[client].conversation.as_deref(),
            Scene::Room => file.room.as_deref(),
        };
        conversation.unwrap_or_default()
    }

    pub(crate) fn entrance(&self, client: usize) -> Entrance {
        let connect = match self.token(client) {
            Some(token) => format!("40{{\"token\":\"{token}\"}}"),
            None => "40".to_owned(),
        };
        let join = match (self.dialect, self.scene) {
            (Dialect::Linnet, _) => None,
            (Dialect::Reference, Scene::Room) => Some("42[\"joinRoom\",{\"room\":\"everybody\"}]".to_owned()),
            (Dialect::Reference, Scene::Pairs) => Some(format!(
                "42[\"joinChat\",{{\"fromUserId\":\"{}\",\"toUserId\":\"{}\"}}]",
                self.user(client),
                self.user(client ^ 1)
            )),
        };
        Entrance { connect, join }
    }

    /// The packet with which this client, of `linnet`, asks for what came after the version that it knows.
    pub(crate) fn sync(&self, client: usize, version: u64) -> String {
        let conversation = self.conversation(client);
        format!("42{SYNC}[\"sync\",{{\"versions\":{{\"{conversation}\":{version}}}}}]")
    }

    /// The packet of a message from this client. `id` is that of the acknowledgement, and of the message with this sender.
    pub(crate) fn message(&self, client: usize, id: u64, text: &str) -> String {
        match (self.dialect, self.scene) {
            (Dialect::Linnet, _) => format!(
                "42{id}[\"sendMsg\",{{\"conversationId\":\"{}\",\"tempId\":\"{id}\",\"msg\":\"{text}\"}}]",
                self.conversation(client)
            ),
            (Dialect::Reference, Scene::Room) => {
                format!("42{id}[\"sendRoom\",{{\"room\":\"everybody\",\"msg\":\"{text}\"}}]")
            }
            (Dialect::Reference, Scene::Pairs) => format!(
                "42{id}[\"sendMsg\",{{\"fromUserName\":\"Person {client}\",\"fromUserId\":\"{}\",\"toUserId\":\"{}\",\"msg\":\"{text}\"}}]",
                self.user(client),
                self.user(client ^ 1)
            ),
        }
    }
}

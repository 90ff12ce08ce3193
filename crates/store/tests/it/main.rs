//! One suite for both databases: what the store promises, it promises on each of them.
//!
//! `PostgreSQL` is found through `LINNET_TEST_POSTGRES`; each test makes a database of its own there.

#![expect(clippy::unwrap_used, reason = "in a test, a panic is the report")]

mod channels;
mod connections;
mod conversations;
mod devices;
mod digests;
mod files;
mod groups;
mod harness;
mod marks;
mod messages_append;
mod messages_change;
mod messages_read;
mod migrations;
mod model;
mod pictures;
mod presence;
mod previews;
mod privacy;
mod races;
mod search;
mod settings;
mod statements;
mod sync;
mod sync_groups;
mod users;

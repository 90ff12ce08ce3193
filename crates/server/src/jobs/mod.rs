//! What the program does by itself, now and then.

mod conversations_purge;
mod devices_forget;
mod files_sweep;
mod search_index;

use crate::{
    app::App,
    features::{digest, presence, previews, push},
};

/// Starts the jobs. Each ends when the program is about to stop.
pub fn start(app: &App) {
    tokio::spawn(conversations_purge::run(app.clone()));
    tokio::spawn(devices_forget::run(app.clone()));
    tokio::spawn(digest::run(app.clone()));
    tokio::spawn(files_sweep::run(app.clone()));
    tokio::spawn(search_index::run(app.clone()));
    tokio::spawn(presence::run(app.clone()));
    tokio::spawn(previews::run(app.clone()));
    tokio::spawn(push::run(app.clone()));
}

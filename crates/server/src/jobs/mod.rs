//! What the program does by itself, now and then.

mod devices_forget;

use crate::app::App;

/// Starts the jobs. Each ends when the program is about to stop.
pub fn start(app: &App) {
    tokio::spawn(devices_forget::run(app.clone()));
}

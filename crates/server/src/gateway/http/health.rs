//! For load balancers, and for clients before anyone signed in.

use axum::extract::State;
use http::StatusCode;
use linnet_contract::http::ServerInfo;

use crate::{app::App, error::RequestError};

/// `GET /healthz`: the program runs.
pub(super) async fn healthz() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: it can serve: its database answers, and it is not about to stop.
pub(super) async fn readyz(State(app): State<App>) -> (StatusCode, &'static str) {
    if app.draining.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "shutting down\n");
    }
    match app.store.ping().await {
        Ok(()) => (StatusCode::OK, "ok\n"),
        Err(error) => {
            tracing::warn!(%error, "the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
    }
}

/// `GET /server`.
pub(super) async fn server(State(app): State<App>) -> Result<axum::Json<ServerInfo>, RequestError> {
    Ok(axum::Json(ServerInfo {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        registration: app.config.accounts.registration,
        direct_messages: app.config.messages.direct_messages,
        message_max_chars: app.config.messages.max_chars,
        file_max_bytes: app.config.files.max_bytes,
        empty: !app.store.users_any().await?,
    }))
}

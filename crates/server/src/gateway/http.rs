//! Routes to features: `/api/v1`, health, and the web client.
//!
//! What every request goes through stands in [`router`], outermost first: who the peer is ([`peer`]), the frame that
//! logs, bounds and catches panics ([`frame`]), headers and CORS ([`headers`]), and for the API the check that no other
//! site makes a browser send it ([`csrf`]). A handler takes a [`Ctx`](crate::app::Ctx), which is the check of the
//! session, calls one verb of a feature, and turns its answer into JSON.

mod accounts;
mod admin;
pub mod assets;
pub mod chat;
mod csrf;
mod digest;
mod extract;
mod files;
mod frame;
mod groups;
mod headers;
mod health;
mod peer;
mod people;
mod problem;
mod push;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::{from_fn, from_fn_with_state},
    routing::{any, delete, get, patch, post, put},
};
use linnet_contract::{ErrorCode, limits::AVATAR_BYTES};
use tower_http::compression::CompressionLayer;

use self::assets::Assets;
use crate::{app::App, error::RequestError};

pub use extract::{File, Json, Path, Query};
pub use peer::Peer;

/// Bytes of a request's body at most.
const BODY_BYTES: usize = 64 * 1024;

/// Everything that is served but the socket, which has its own limits and its own CORS: [`with_sockets`] adds it.
pub fn router(app: &App, assets: Assets) -> Router {
    // Answers here hold tokens beside what a caller chose, and the length of a compressed answer tells something about
    // both (BREACH). So they are not compressed.
    let auth = Router::new()
        .route("/auth/register", post(accounts::register))
        .route("/auth/login", post(accounts::login))
        .route("/auth/refresh", post(accounts::refresh))
        .route("/auth/logout", post(accounts::logout));
    let rest = Router::new()
        .route(
            "/auth/sessions",
            get(accounts::sessions).delete(accounts::sessions_revoke),
        )
        .route("/auth/sessions/{id}", delete(accounts::session_revoke))
        .route("/users", get(accounts::users))
        .route("/users/me", get(accounts::me).patch(accounts::me_update))
        .route("/users/me/password", patch(accounts::password))
        .route(
            "/users/me/avatar",
            put(accounts::avatar_set)
                .delete(accounts::avatar_remove)
                .layer(DefaultBodyLimit::max(AVATAR_BYTES)),
        )
        .route("/users/{id}", get(accounts::user))
        .route("/avatars/{id}", get(accounts::avatar))
        .route("/server", get(health::server))
        .merge(chat::routes())
        .merge(groups::routes())
        .merge(admin::routes())
        .merge(people::routes())
        .merge(push::routes())
        .merge(digest::routes())
        .layer(CompressionLayer::new());
    let v1 = auth
        .merge(rest)
        .merge(files::routes(app))
        .method_not_allowed_fallback(method_not_allowed);
    let api = Router::new()
        .nest("/api/v1", v1)
        .route("/api/{*rest}", any(not_found))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(from_fn_with_state(app.clone(), csrf::check))
        .layer(from_fn_with_state(app.clone(), headers::api));
    Router::new()
        .merge(api)
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .fallback_service(assets.router())
        .layer(from_fn(headers::page))
        .layer(from_fn(frame::frame))
        .with_state(app.clone())
}

/// Adds the socket's service, and the peer to every request: the socket's limits by address need it as well.
pub fn with_sockets(router: Router, app: &App, sockets: &socketio::SocketIo) -> Router {
    router
        .route_service("/socket.io/", sockets.service())
        .layer(from_fn_with_state(app.clone(), peer::find))
}

async fn not_found() -> RequestError {
    RequestError::new(ErrorCode::NotFound)
}

async fn method_not_allowed() -> RequestError {
    RequestError::new(ErrorCode::MethodNotAllowed)
}

//! `/admin`: for who manages the server. Each verb asks whether whoever asks does.

use axum::{Router, routing::post};
use linnet_contract::{events::Announcement, http::Announce};

use super::Json;
use crate::{
    app::{App, Ctx},
    error::RequestError,
    features::admin,
};

/// The routes of the server's admins.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/admin/announcements", post(announce))
}

async fn announce(ctx: Ctx, Json(request): Json<Announce>) -> Result<axum::Json<Announcement>, RequestError> {
    admin::announce(&ctx, request).await.map(axum::Json)
}

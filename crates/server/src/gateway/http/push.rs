//! `/push`: telling devices whose page is closed.

use axum::{
    Router,
    routing::{get, post},
};
use http::StatusCode;
use linnet_contract::push::{PushKey, SubscribePush};

use super::Json;
use crate::{
    app::{App, Ctx},
    error::RequestError,
    features::push,
};

/// The routes of push.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/push/key", get(key))
        .route("/push/subscriptions", post(subscribe).delete(unsubscribe))
}

async fn key(ctx: Ctx) -> axum::Json<PushKey> {
    axum::Json(push::key(&ctx))
}

/// `POST /push/subscriptions`: 204, whether this device had one before or not.
async fn subscribe(ctx: Ctx, Json(request): Json<SubscribePush>) -> Result<StatusCode, RequestError> {
    push::subscribe(&ctx, request).await.map(|()| StatusCode::NO_CONTENT)
}

/// `DELETE /push/subscriptions`: 204, whether this device had one or not.
async fn unsubscribe(ctx: Ctx) -> Result<StatusCode, RequestError> {
    push::unsubscribe(&ctx).await.map(|()| StatusCode::NO_CONTENT)
}

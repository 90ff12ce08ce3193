//! `/users/me/digest` and `/digest/unsubscribe`: the digest by mail.

use axum::{
    Router,
    extract::State,
    response::{Html, IntoResponse as _, Response},
    routing::{get, post, put},
};
use http::{
    HeaderMap, StatusCode,
    header::{ACCEPT_LANGUAGE, REFERRER_POLICY},
};
use linnet_contract::digest::{ConfirmDigestAddress, DigestSettings, SetDigestAddress, UpdateDigest};

use super::{Json, Path};
use crate::{
    app::{App, Ctx},
    error::RequestError,
    features::digest,
};

type Answer = Result<axum::Json<DigestSettings>, RequestError>;

/// The routes of digests.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/users/me/digest", get(settings).patch(update).delete(forget))
        .route("/users/me/digest/address", put(set_address))
        .route("/users/me/digest/confirm", post(confirm))
        .route("/digest/unsubscribe/{token}", get(ask_unsubscribe).post(unsubscribe))
}

async fn settings(ctx: Ctx) -> Answer {
    digest::get(&ctx).await.map(axum::Json)
}

async fn set_address(ctx: Ctx, Json(request): Json<SetDigestAddress>) -> Answer {
    digest::set_address(&ctx, request).await.map(axum::Json)
}

async fn confirm(ctx: Ctx, Json(request): Json<ConfirmDigestAddress>) -> Answer {
    digest::confirm(&ctx, request).await.map(axum::Json)
}

async fn update(ctx: Ctx, Json(request): Json<UpdateDigest>) -> Answer {
    digest::update(&ctx, request).await.map(axum::Json)
}

/// `DELETE /users/me/digest`: 204, whether there was an address or not.
async fn forget(ctx: Ctx) -> Result<StatusCode, RequestError> {
    digest::forget(&ctx).await.map(|()| StatusCode::NO_CONTENT)
}

async fn ask_unsubscribe(
    State(app): State<App>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Result<Response, RequestError> {
    digest::ask_unsubscribe(&app, &token, accepted(&headers))
        .await
        .map(shown)
}

/// Whatever the body says: the address is what counts, and readers of mail send what RFC 8058 says.
async fn unsubscribe(
    State(app): State<App>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Result<Response, RequestError> {
    digest::unsubscribe(&app, &token, accepted(&headers)).await.map(shown)
}

fn accepted(headers: &HeaderMap) -> &str {
    headers
        .get(ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// The address of the page unsubscribes, so it goes to nobody else.
fn shown(page: digest::Page) -> Response {
    (page.status, [(REFERRER_POLICY, "no-referrer")], Html(page.html)).into_response()
}

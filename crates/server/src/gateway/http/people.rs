//! `/connections` and `/blocks`: how people stand to each other.

use axum::{
    Router,
    routing::{get, post, put},
};
use http::StatusCode;
use linnet_contract::{
    ConnectionState, UserId,
    people::{Blocks, Connection, Connections, RequestConnection},
};
use serde::Deserialize;

use super::{Json, Path, Query};
use crate::{
    app::{App, Ctx},
    error::RequestError,
    features::{blocks, connections},
};

/// The routes of people.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/connections", get(list).post(request))
        .route("/connections/{id}", axum::routing::delete(end))
        .route("/connections/{id}/accept", post(accept))
        .route("/blocks", get(blocked))
        .route("/blocks/{id}", put(block).delete(unblock))
}

#[derive(Deserialize)]
struct ListQuery {
    state: Option<ConnectionState>,
    cursor: Option<String>,
    limit: Option<usize>,
}

async fn list(ctx: Ctx, Query(query): Query<ListQuery>) -> Result<axum::Json<Connections>, RequestError> {
    connections::list(&ctx, query.state, query.cursor.as_deref(), query.limit)
        .await
        .map(axum::Json)
}

/// `POST /connections`: 200, whether it was asked before or not.
async fn request(ctx: Ctx, Json(request): Json<RequestConnection>) -> Result<axum::Json<Connection>, RequestError> {
    connections::request(&ctx, request).await.map(axum::Json)
}

async fn accept(ctx: Ctx, Path(id): Path<UserId>) -> Result<axum::Json<Connection>, RequestError> {
    connections::accept(&ctx, id).await.map(axum::Json)
}

async fn end(ctx: Ctx, Path(id): Path<UserId>) -> Result<StatusCode, RequestError> {
    connections::end(&ctx, id).await.map(|()| StatusCode::NO_CONTENT)
}

async fn blocked(ctx: Ctx, Query(query): Query<ListQuery>) -> Result<axum::Json<Blocks>, RequestError> {
    blocks::list(&ctx, query.cursor.as_deref(), query.limit)
        .await
        .map(axum::Json)
}

async fn block(ctx: Ctx, Path(id): Path<UserId>) -> Result<StatusCode, RequestError> {
    blocks::add(&ctx, id).await.map(|()| StatusCode::NO_CONTENT)
}

async fn unblock(ctx: Ctx, Path(id): Path<UserId>) -> Result<StatusCode, RequestError> {
    blocks::remove(&ctx, id).await.map(|()| StatusCode::NO_CONTENT)
}

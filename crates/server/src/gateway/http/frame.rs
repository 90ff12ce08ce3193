//! The frame of every request: a log line, a time limit, and a panic that stays where it was.

use std::{panic::AssertUnwindSafe, time::Duration};

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use futures_util::FutureExt as _;
use linnet_contract::ErrorCode;
use tracing::Instrument as _;

use crate::error::RequestError;

/// How long a request may take, its body included: a client that sends one byte a second is not waited for.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// The middleware. The log has method, path and status: never a query, a header or a body, which may hold secrets.
pub(super) async fn frame(request: Request, next: Next) -> Response {
    let span = tracing::info_span!("request", method = %request.method(), path = request.uri().path());
    async move {
        let started = tokio::time::Instant::now();
        let caught = AssertUnwindSafe(next.run(request)).catch_unwind();
        let response = match tokio::time::timeout(TIME_LIMIT, caught).await {
            Ok(Ok(response)) => response,
            // The panic hook has logged it.
            Ok(Err(_panic)) => RequestError::new(ErrorCode::Internal).into_response(),
            Err(_elapsed) => {
                tracing::warn!("a request took too long and was given up");
                RequestError::unavailable().into_response()
            }
        };
        tracing::debug!(status = response.status().as_u16(), elapsed = ?started.elapsed(), "answered");
        response
    }
    .instrument(span)
    .await
}

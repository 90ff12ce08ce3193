//! The frame of every request: a log line, a time limit, and a panic that stays where it was.

use std::{panic::AssertUnwindSafe, time::Duration};

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use futures_util::FutureExt as _;
use http::Method;
use linnet_contract::ErrorCode;
use tracing::Instrument as _;

use crate::error::RequestError;

/// How long a request may take, its body included: a client that sends one byte a second is not waited for.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// How long an upload may take: 25 MiB over a slow line. It is given up sooner when nothing comes.
const UPLOAD_TIME_LIMIT: Duration = Duration::from_mins(15);

/// The middleware. The log has method, path and status: never a query, a header or a body, which may hold secrets.
pub(super) async fn frame(request: Request, next: Next) -> Response {
    let limit = if request.method() == Method::POST && request.uri().path() == "/api/v1/files" {
        UPLOAD_TIME_LIMIT
    } else {
        TIME_LIMIT
    };
    within(limit, request, next).await
}

async fn within(limit: Duration, request: Request, next: Next) -> Response {
    let span = tracing::info_span!("request", method = %request.method(), path = request.uri().path());
    async move {
        let started = tokio::time::Instant::now();
        let caught = AssertUnwindSafe(next.run(request)).catch_unwind();
        let response = match tokio::time::timeout(limit, caught).await {
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

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body, middleware::from_fn, routing::get};
    use http::StatusCode;
    use tower::ServiceExt as _;

    use super::*;

    async fn status(router: Router) -> StatusCode {
        let router = router.layer(from_fn(frame));
        let request = Request::builder().uri("/").body(Body::empty()).unwrap();
        router.oneshot(request).await.unwrap().status()
    }

    async fn broken() {
        panic!("a test panics on purpose");
    }

    #[tokio::test]
    async fn a_panic_is_an_answer_and_not_the_end_of_the_connection() {
        assert_eq!(
            status(Router::new().route("/", get(broken))).await,
            StatusCode::INTERNAL_SERVER_ERROR
        );
    }

    #[tokio::test]
    async fn a_request_that_takes_too_long_is_given_up() {
        let hasty = from_fn(|request, next| within(Duration::from_millis(1), request, next));
        let router = Router::new().route("/", get(std::future::pending::<()>)).layer(hasty);
        assert_eq!(status(router).await, StatusCode::SERVICE_UNAVAILABLE);
    }
}

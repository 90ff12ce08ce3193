//! Why a request was refused, whichever way it came in. The gateway turns it into an ack, an error event or a problem.

use std::borrow::Cow;

use linnet_contract::ErrorCode;
use linnet_store::{Conflict, StoreError};

/// A refusal: a code of the error table, a sentence for people, and perhaps when to try again.
///
/// The sentence goes to whoever asked, so it never holds what only the operator may know; that goes to the log where
/// the error is made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{sentence}")]
pub struct RequestError {
    /// One of the error table.
    pub code: ErrorCode,
    /// What to tell people.
    pub sentence: Cow<'static, str>,
    /// When to try again, in milliseconds from now.
    pub retry_after_ms: Option<u64>,
}

impl RequestError {
    /// The code with its own sentence.
    #[must_use]
    pub const fn new(code: ErrorCode) -> Self {
        Self {
            code,
            sentence: Cow::Borrowed(code.sentence()),
            retry_after_ms: None,
        }
    }

    /// The request is not what the contract says; the sentence says where.
    #[must_use]
    pub fn malformed(sentence: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code: ErrorCode::Malformed,
            sentence: sentence.into(),
            retry_after_ms: None,
        }
    }

    /// Too many requests.
    #[must_use]
    pub const fn rate_limited(retry_after_ms: u64) -> Self {
        let code = ErrorCode::RateLimited;
        Self {
            code,
            sentence: Cow::Borrowed(code.sentence()),
            retry_after_ms: Some(retry_after_ms),
        }
    }

    /// The server cannot do it now, but soon: something bounded is full, or the database is away.
    #[must_use]
    pub const fn unavailable() -> Self {
        let code = ErrorCode::Unavailable;
        Self {
            code,
            sentence: Cow::Borrowed(code.sentence()),
            retry_after_ms: Some(1_000),
        }
    }

    /// The server failed. The cause goes to the log and nowhere else.
    #[must_use]
    pub fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(error = %cause, "a request failed");
        Self::new(ErrorCode::Internal)
    }
}

impl From<ErrorCode> for RequestError {
    fn from(code: ErrorCode) -> Self {
        Self::new(code)
    }
}

impl From<StoreError> for RequestError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(Conflict::UsernameTaken) => Self::new(ErrorCode::UsernameTaken),
            StoreError::Conflict(Conflict::NotFirst) => Self::new(ErrorCode::RegistrationClosed),
            StoreError::Unavailable(cause) => {
                tracing::warn!(%cause, "the database is not available");
                Self::unavailable()
            }
            StoreError::Failed(cause) => Self::internal(&cause),
        }
    }
}

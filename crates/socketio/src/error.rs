//! What can go wrong when sending.

use crate::Args;

/// A packet was not sent.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The payload has no JSON.
    #[error("the payload cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The protocol keeps this event name for itself.
    #[error("the event name {0:?} is reserved")]
    ReservedName(String),
    /// The socket is gone.
    #[error("the socket is disconnected")]
    Disconnected,
}

/// An acknowledgement did not come.
#[derive(Debug, thiserror::Error)]
pub enum AckError {
    /// Not in time.
    #[error("the client did not acknowledge in time")]
    Timeout,
    /// The socket is gone.
    #[error("the socket is disconnected")]
    Disconnected,
    /// The socket owes [`Config::max_pending_acks`](crate::Config::max_pending_acks) acknowledgements already.
    #[error("too many acknowledgements are pending")]
    TooManyPending,
    /// The event could not be sent.
    #[error(transparent)]
    Send(#[from] SendError),
}

/// Not every socket of a broadcast acknowledged in time.
#[derive(Debug, thiserror::Error)]
#[error("{} of {expected} acknowledgements came in time", responses.len())]
pub struct BroadcastAckError {
    /// Those that came, in the order in which they came.
    pub responses: Vec<Args>,
    /// How many sockets were asked.
    pub expected: usize,
}

/// Another node did not answer. With the local adapter this does not happen.
#[derive(Debug, thiserror::Error)]
#[error("the other nodes did not answer: {0}")]
pub struct AdapterError(pub String);

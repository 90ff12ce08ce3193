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
    /// How many other nodes did not even say how many sockets they asked.
    pub silent_nodes: usize,
}

/// Other nodes could not be told or asked. Without an [`Adapter`](crate::Adapter) there are none, and this does not happen.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AdapterError {
    /// There is no way to them at present. Told at once, not after a timeout.
    #[error("the other nodes cannot be reached: {0}")]
    Unreachable(String),
    /// Some of them did not answer in time.
    #[error("{answered} of {expected} other nodes answered in time")]
    Timeout {
        /// How many answered.
        answered: usize,
        /// How many were asked.
        expected: usize,
    },
    /// Too many questions are unanswered already.
    #[error("too many requests to other nodes are under way")]
    TooMany,
}

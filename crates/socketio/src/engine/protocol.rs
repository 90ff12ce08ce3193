//! The layer above a session, as the session's task sees it.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use super::{Connection, End};
use crate::DisconnectReason;

pub(crate) type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// A message, still in the buffer that it was read into.
#[derive(Clone, Copy)]
pub(crate) enum Incoming<'a> {
    Text(&'a str),
    Binary(&'a [u8]),
}

/// Makes the upper layer of a new session.
pub(crate) trait ProtocolFactory: Send + Sync {
    fn open(&self, connection: &Arc<Connection>) -> Box<dyn Protocol>;
}

/// The upper layer of one session. Lives in the session's task, which calls it from one place at a time.
pub(crate) trait Protocol: Send {
    /// A message came. It is handled at once if that takes no time, else kept for `poll`. An error ends the session.
    fn message(&mut self, connection: &Arc<Connection>, message: Incoming<'_>) -> Result<(), End>;

    /// Goes on with what is being handled. Ready when nothing is.
    fn poll(&mut self, connection: &Arc<Connection>, context: &mut Context<'_>) -> Poll<()>;

    /// Whether there is room for another message; while there is none, nothing is read.
    fn has_room(&self) -> bool;

    /// Whether the client did what it must do within the connect timeout.
    fn has_joined(&self) -> bool;

    /// Everybody is to be told (with packets of the upper layer) that the server ends this.
    fn dismiss(&mut self, connection: &Arc<Connection>);

    /// The session is over. `poll` is called until it is ready, and then this is dropped.
    fn end(&mut self, connection: &Arc<Connection>, reason: DisconnectReason);
}

//! Who is told what when two people stand to each other in another way.

use linnet_contract::{
    ConnectionState, ErrorCode, User, UserId,
    people::{ConnectionUpdated, Notification},
};
use linnet_store::Change;

use crate::{app::Ctx, error::RequestError, features::accounts};

/// Runs a change to its end: whoever asked may hang up in the middle, and what was committed must still be told.
///
/// # Errors
/// Those of the change.
pub async fn finish<T: Send + 'static>(
    change: impl Future<Output = Result<T, RequestError>> + Send + 'static,
) -> Result<T, RequestError> {
    match tokio::spawn(change).await {
        Ok(result) => result,
        Err(error) => Err(RequestError::internal(&error)),
    }
}

/// The one who changes something, and the other one, as everyone sees them.
pub struct Pair {
    /// The one who asks.
    pub user: User,
    /// The other one.
    pub other: User,
}

impl Pair {
    /// Looks the two up: before the change, so that nothing can fail between it and its fan-out.
    ///
    /// # Errors
    /// `not_found` if there is no such person; `malformed` if it is the same one.
    pub async fn find(ctx: &Ctx, other: UserId) -> Result<Self, RequestError> {
        let me = ctx.session.user;
        if other == me {
            return Err(RequestError::malformed("This is not possible with yourself."));
        }
        let mut found = ctx.store.users_by_ids(&[me, other]).await?;
        let other = found
            .iter()
            .position(|user| user.id == other)
            .map(|at| found.swap_remove(at));
        match (found.pop(), other) {
            (Some(user), Some(other)) => Ok(Self {
                user: accounts::public(user),
                other: accounts::public(other),
            }),
            _ => Err(ErrorCode::NotFound.into()),
        }
    }

    /// Tells each of the two what is new to them.
    pub fn tell(&self, ctx: &Ctx, change: Change) {
        let (user, other) = (&self.user, &self.other);
        if change.is_seen() {
            ctx.fanout.to_user(
                user.id,
                &ConnectionUpdated {
                    user: other.clone(),
                    state: change.now,
                },
            );
        }
        if !change.is_seen_by_other() {
            return;
        }
        ctx.fanout.to_user(
            other.id,
            &ConnectionUpdated {
                user: user.clone(),
                state: change.other_now,
            },
        );
        let user = user.clone();
        match change.other_now {
            ConnectionState::Received => ctx
                .fanout
                .to_user(other.id, &Notification::ConnectionRequested { user }),
            ConnectionState::Accepted => ctx.fanout.to_user(other.id, &Notification::ConnectionAccepted { user }),
            _ => {}
        }
    }
}

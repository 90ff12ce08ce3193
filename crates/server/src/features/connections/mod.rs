//! Connections: one asks, the other accepts, and from then on the two may write to each other.
//!
//! Both hear of every change on all their devices (`connectionUpdated`), each as they see it; whoever is asked or accepted
//! gets a `notification` as well. Somebody who was blocked hears and sees what they would if nobody answered.

mod accept;
mod end;
mod list;
mod request;
mod tell;
mod turns;

pub use accept::accept;
pub use end::end;
pub use list::list;
pub use request::request;
pub use tell::{Pair, finish};
pub use turns::Turns;

use linnet_contract::limits;
use linnet_store::ConnectionBounds;

#[expect(clippy::cast_possible_wrap, reason = "small constants")]
const BOUNDS: ConnectionBounds = ConnectionBounds {
    requested: limits::CONNECTION_REQUESTS as i64,
    received: limits::CONNECTION_REQUESTS_RECEIVED as i64,
    accepted: limits::CONNECTIONS as i64,
};

//! The one table of error codes. Acks, error events and HTTP problem details all use it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

macro_rules! error_table {
    ($($(#[$doc:meta])* $variant:ident = $code:literal, $status:literal, $sentence:literal;)*) => {
        /// Why a request was refused.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
        pub enum ErrorCode {
            $($(#[$doc])* #[serde(rename = $code)] $variant,)*
        }

        impl ErrorCode {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The code as it stands on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The HTTP status that goes with it.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)* }
            }

            /// The sentence for people, where the place that fails has no better one.
            #[must_use]
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence,)* }
            }
        }
    };
}

error_table! {
    /// The request is not what the contract says: a wrong type, a missing field, out of bounds, an unknown event.
    Malformed = "malformed", 400, "The request is not valid.";
    /// No session, or one that ended.
    Unauthenticated = "unauthenticated", 401, "Authentication failed";
    /// The username or the password is wrong; which of the two is not said.
    InvalidCredentials = "invalid_credentials", 401, "The username or the password is wrong.";
    /// The session is real, but may not do this.
    Forbidden = "forbidden", 403, "You may not do this.";
    /// Direct messages are for connected people, and these two are not. Also what somebody hears whom the other one
    /// blocked: they are not told.
    NotConnected = "not_connected", 403, "You can only message connected users";
    /// Whoever asks blocked the other person.
    Blocked = "blocked", 403, "Cannot send message to this user";
    /// Nobody may sign up here, or only with an invite.
    RegistrationClosed = "registration_closed", 403, "This server does not take new accounts.";
    /// There is no such thing, or not for you: the two are not told apart.
    NotFound = "not_found", 404, "There is no such thing here.";
    /// The path does not take this method.
    MethodNotAllowed = "method_not_allowed", 405, "This path does not take that method.";
    /// Somebody else has the username.
    UsernameTaken = "username_taken", 409, "This username is taken.";
    /// There are as many of these as there may be.
    LimitReached = "limit_reached", 409, "There are too many of these already.";
    /// Nobody else owns the conversation, and it has other members: hand over ownership first.
    LastOwner = "last_owner", 409, "You are its last owner. Make somebody else an owner first.";
    /// The body is larger than the server takes.
    TooLarge = "too_large", 413, "The request is too large.";
    /// Too many requests; `retryAfterMs` says when to try again.
    RateLimited = "rate_limited", 429, "Too many requests. Please slow down.";
    /// The server failed. The log knows more.
    Internal = "internal", 500, "Something went wrong on the server.";
    /// The server cannot do it now: it is shutting down, or its database is away.
    Unavailable = "unavailable", 503, "The server cannot do this right now. Please try again.";
}

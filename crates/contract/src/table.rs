//! The macro behind the event table: one row gives the trait that the server uses and the line that clients get.

/// Expands the rows of the event table.
macro_rules! wire_contract {
    (client { $($client:ty as $client_name:literal => $reply:ty),* $(,)? }
     server { $($server:ty as $server_name:literal),* $(,)? }) => {
        $(impl ClientEvent for $client { const NAME: &'static str = $client_name; type Reply = $reply; })*
        $(impl ServerEvent for $server { const NAME: &'static str = $server_name; })*

        /// The names of all client events, in the order of the table.
        pub const CLIENT_EVENTS: &[&str] = &[$($client_name),*];
        /// The names of all server events, in the order of the table.
        pub const SERVER_EVENTS: &[&str] = &[$($server_name),*];

        /// Writes the TypeScript of the whole table.
        pub(crate) fn declare(out: &mut crate::typescript::Declarations) {
            $(out.client_event::<$client>();)*
            $(out.server_event::<$server>();)*
        }
    };
}
pub(crate) use wire_contract;

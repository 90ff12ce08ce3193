//! One text per query. `$1` stands for the first parameter on both databases; what the two spell differently stands in
//! the two halves of [`Sql`], beside its reason.

/// One statement, as each database takes it. Almost always the two texts are the same.
#[derive(Debug, Clone, Copy)]
pub struct Sql {
    /// What `SQLite` runs.
    pub sqlite: &'static str,
    /// What `PostgreSQL` runs.
    pub postgres: &'static str,
}

/// Declares the statements of a resource, and lists them, so that a test can prepare each of them on both databases.
///
/// - `NAME = "text";` is the same text on both.
/// - `NAME = { sqlite "head", postgres "head" } "body";` differs in its head: the rows that the program passes in, which
///   `SQLite` unpacks from JSON and `PostgreSQL` from arrays (see [`crate::bulk`]).
/// - `... then postgres "tail";` adds a row lock, which `SQLite` with its one writer neither has nor needs.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $({ sqlite $sqlite:literal, postgres $postgres:literal })? $($body:literal)*
        $(then postgres $tail:literal)?;)*) => {
        $($(#[$doc])* pub(crate) const $name: $crate::sql::Sql = $crate::sql::Sql {
            sqlite: concat!($($sqlite, " ",)? $($body,)*),
            postgres: concat!($($postgres, " ",)? $($body,)* $(" ", $tail)?),
        };)*

        /// Every statement of this resource, by name.
        pub(crate) const ALL: &[(&str, $crate::sql::Sql)] = &[$((stringify!($name), $name)),*];
    };
}
pub(crate) use statements;

/// Every statement of the store, as (resource, name, texts).
pub fn all_statements() -> impl Iterator<Item = (&'static str, &'static str, Sql)> {
    [
        ("avatars", crate::avatars::sql::ALL),
        ("blocks", crate::blocks::sql::ALL),
        ("connections", crate::connections::sql::ALL),
        ("conversations", crate::conversations::sql::ALL),
        ("devices", crate::devices::sql::ALL),
        ("digests", crate::digests::sql::ALL),
        ("files", crate::files::sql::ALL),
        ("groups", crate::groups::sql::ALL),
        ("members", crate::members::sql::ALL),
        ("messages", crate::messages::sql::ALL),
        ("messages, plain batches", crate::messages::appender::ALL),
        ("presence", crate::presence::sql::ALL),
        ("previews", crate::previews::sql::ALL),
        ("push", crate::push::sql::ALL),
        ("search", crate::search::sql::ALL),
        ("sync", crate::sync::sql::ALL),
        ("users", crate::users::sql::ALL),
    ]
    .into_iter()
    .flat_map(|(resource, all)| all.iter().map(move |(name, sql)| (resource, *name, *sql)))
}

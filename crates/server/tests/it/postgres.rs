//! A `PostgreSQL` database for each test that wants one.

use std::{
    env,
    process::Command,
    sync::atomic::{AtomicU64, Ordering},
};

/// A new, empty database on the server that `LINNET_TEST_POSTGRES` names. Only the store speaks SQL, so this asks `psql`.
pub(crate) fn database() -> String {
    static COUNTER: AtomicU64 = AtomicU64::new(1);
    let server = env::var("LINNET_TEST_POSTGRES").expect(
        "LINNET_TEST_POSTGRES is not set: run `make test`, or `dev/with-postgres cargo test -p linnet`, which starts a \
         PostgreSQL for the tests",
    );
    let name = format!(
        "linnet_server_{}_{}",
        std::process::id(),
        COUNTER.fetch_add(1, Ordering::Relaxed)
    );
    let made = Command::new("psql")
        .args([
            "--no-psqlrc",
            "--quiet",
            "--command",
            &format!("CREATE DATABASE {name}"),
            &server,
        ])
        .status()
        .expect("psql runs");
    assert!(made.success(), "a database can be made");
    let (base, _) = server.rsplit_once('/').expect("the URL names a database");
    format!("{base}/{name}")
}

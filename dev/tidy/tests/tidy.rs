//! The repository keeps its invariants, and every rule can fail.

use std::path::Path;

use linnet_tidy::{File, RULES, Tree};

fn tree(files: &[(&str, &str)]) -> Tree {
    let mut tree = Tree::default();
    for (path, text) in files {
        tree.files.push(File {
            path: (*path).to_owned(),
            text: (*text).to_owned(),
        });
        tree.paths.push((*path).to_owned());
    }
    tree
}

fn broken(rule: &str, files: &[(&str, &str)]) -> Vec<String> {
    let (_, check) = RULES
        .iter()
        .find(|(name, _)| *name == rule)
        .unwrap_or_else(|| panic!("no rule {rule}"));
    check(&tree(files))
}

/// The rule refuses `wrong` and takes `right`.
fn holds(rule: &str, wrong: &[(&str, &str)], right: &[(&str, &str)]) {
    assert!(
        !broken(rule, wrong).is_empty(),
        "{rule}: the planted violation was not seen in {wrong:?}"
    );
    assert_eq!(broken(rule, right), Vec::<String>::new(), "{rule}");
}

#[test]
fn the_repository_keeps_its_invariants() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let tree = Tree::read(&root).expect("the repository can be read");
    assert!(tree.files.len() > 20, "the tree has too few files to be the repository");
    let mut broken = Vec::new();
    for (rule, check) in RULES {
        broken.extend(check(&tree).into_iter().map(|sentence| format!("{rule}: {sentence}")));
    }
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

#[test]
fn only_store_may_name_sqlx() {
    let rule = "only store names sqlx";
    holds(
        rule,
        &[("crates/server/src/app.rs", "use sqlx::PgPool;")],
        &[("crates/store/src/lib.rs", "use sqlx::PgPool;")],
    );
    holds(
        rule,
        &[("crates/server/Cargo.toml", "sqlx.workspace = true")],
        &[("Cargo.toml", "sqlx = \"0.9\"")],
    );
    holds(
        rule,
        &[("crates/server/tests/it/a.rs", "sqlx::query(..)")],
        &[("crates/server/src/app.rs", "// as sqlx does")],
    );
    holds(
        rule,
        &[("crates/server/Cargo.toml", "rusqlite.workspace = true")],
        &[("crates/server/src/app.rs", "// as sqlx does")],
    );
}

#[test]
fn only_gateway_and_fanout_may_name_socketio() {
    let rule = "only gateway and fanout name socketio";
    holds(
        rule,
        &[("crates/server/src/features/messages/send.rs", "use socketio::Socket;")],
        &[
            ("crates/server/src/gateway/socket.rs", "use socketio::Socket;"),
            ("crates/server/src/fanout/mod.rs", "socketio::Room"),
        ],
    );
    holds(
        rule,
        &[("crates/store/src/lib.rs", "use socketio::Room;")],
        &[("crates/socketio/src/lib.rs", "use socketio::Room;")],
    );
}

#[test]
fn the_engine_may_not_know_the_chat() {
    let rule = "the engine knows no chat";
    holds(
        rule,
        &[("crates/socketio/src/lib.rs", "use linnet_contract::Message;")],
        &[("crates/socketio/src/lib.rs", "// Linnet")],
    );
    holds(
        rule,
        &[("crates/socketio/Cargo.toml", "linnet-store.workspace = true")],
        &[("crates/socketio/Cargo.toml", "bytes = \"1\"")],
    );
}

#[test]
fn contract_may_not_do_io() {
    let rule = "contract does no I/O";
    holds(
        rule,
        &[("crates/contract/src/lib.rs", "let it = std::fs::read(path);")],
        &[(
            "crates/contract/src/bin/write-contract.rs",
            "std::fs::write(path, text)",
        )],
    );
}

#[test]
fn features_may_not_reach_into_each_other() {
    let rule = "features do not import each other's internals";
    let path = "crates/server/src/features/messages/send.rs";
    holds(
        rule,
        &[(path, "use crate::features::receipts::policy::Mark;")],
        &[(
            path,
            "use crate::features::{messages::policy::check};\nuse crate::features::receipts::mark;\ncrate::features::receipts::Mark::new();",
        )],
    );
}

#[test]
fn features_may_not_have_a_clock_of_their_own() {
    let rule = "no verb reads the clock or makes its own randomness";
    let path = "crates/server/src/features/messages/send.rs";
    holds(
        rule,
        &[(path, "let now = SystemTime::now();")],
        &[(path, "let now = ctx.app.clock.now_ms();")],
    );
    holds(
        rule,
        &[("crates/store/src/lib.rs", "let id = Uuid::now_v7();")],
        &[("crates/server/src/app.rs", "Uuid::now_v7()")],
    );
}

#[test]
fn modules_need_a_name() {
    let rule = "modules are named after something";
    for wrong in [
        "crates/server/src/utils.rs",
        "web/src/common/index.ts",
        "e2e/harness/helpers.js",
        "web/src/socket-manager.ts",
    ] {
        holds(rule, &[(wrong, "")], &[("crates/server/src/clock.rs", "")]);
    }
}

#[test]
fn files_may_not_grow_without_end() {
    let rule = "files are of a readable length";
    let long = "line\n".repeat(401);
    let short = "line\n".repeat(400);
    holds(
        rule,
        &[("crates/server/src/app.rs", &long)],
        &[("crates/server/src/app.rs", &short), ("web/src/contract.ts", &long)],
    );
}

#[test]
fn links_have_to_resolve() {
    let rule = "links resolve";
    holds(
        rule,
        &[("README.md", "see [that](docs/nowhere.md)")],
        &[("README.md", "[here](docs/a.md)"), ("docs/a.md", "[up](../README.md)")],
    );
    holds(
        rule,
        &[("README.md", "# One\n[two](#two)")],
        &[("README.md", "# The one\n[one](#the-one) [out](https://example.org)")],
    );
    holds(
        rule,
        &[("README.md", "![a picture](docs/a.png)")],
        &[("README.md", "nothing")],
    );
}

#[test]
fn named_make_targets_have_to_exist() {
    let rule = "every make target that is named exists";
    let makefile = ("Makefile", "run: build\n\tcargo run\n");
    holds(
        rule,
        &[makefile, ("README.md", "say `make fly`")],
        &[
            makefile,
            ("README.md", "say `make run` to make a chat\n\n    make run\n"),
        ],
    );
    holds(
        rule,
        &[makefile, ("README.md", "```\nmake fly\n```")],
        &[makefile, ("README.md", "make it so")],
    );
}

#[test]
fn the_table_of_features_names_files_that_exist() {
    let rule = "docs/features.md names files that exist";
    holds(
        rule,
        &[("docs/features.md", "| rooms | `crates/socketio/src/rooms.rs` |")],
        &[
            ("docs/features.md", "| rooms | `crates/socketio/src/rooms.rs` |"),
            ("crates/socketio/src/rooms.rs", ""),
        ],
    );
}

//! Rules about code: who may name what, and how a file may look.

use crate::{File, Tree};

/// A Rust file's code, line by line with its number, comments taken out: a comment may name anything.
fn code(file: &File) -> impl Iterator<Item = (usize, &str)> {
    file.text
        .lines()
        .enumerate()
        .map(|(index, line)| (index + 1, without_comment(line)))
}

/// The part of a line before `//`, unless that stands in a string.
fn without_comment(line: &str) -> &str {
    let bytes = line.as_bytes();
    let mut in_string = false;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'"' if at == 0 || bytes[at - 1] != b'\\' => in_string = !in_string,
            b'/' if !in_string && bytes.get(at + 1) == Some(&b'/') => return &line[..at],
            _ => {}
        }
    }
    line
}

/// Whether `line` has `word` standing alone, not as part of a longer name.
fn has_word(line: &str, word: &str) -> bool {
    let part_of_name = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    line.match_indices(word).any(|(at, _)| {
        !line[..at].chars().next_back().is_some_and(part_of_name)
            && !line[at + word.len()..].chars().next().is_some_and(part_of_name)
    })
}

fn rust_under<'a>(tree: &'a Tree, folder: &'a str) -> impl Iterator<Item = &'a File> {
    tree.files.iter().filter(move |file| {
        file.path.starts_with(folder)
            && std::path::Path::new(&file.path)
                .extension()
                .is_some_and(|it| it == "rs")
    })
}

/// Lines of `files` that have one of `words`, as sentences.
fn naming<'a>(files: impl Iterator<Item = &'a File>, words: &[&str], why: &str) -> Vec<String> {
    let mut found = Vec::new();
    for file in files {
        for (number, line) in code(file) {
            for word in words {
                if has_word(line, word) {
                    found.push(format!("{}:{number} names {word}: {why}", file.path));
                }
            }
        }
    }
    found
}

pub(crate) fn only_store_names_sqlx(tree: &Tree) -> Vec<String> {
    const WHY: &str = "only crates/store talks to databases";
    let mut found = naming(
        rust_under(tree, "crates/").filter(|file| !file.path.starts_with("crates/store/")),
        &["sqlx", "rusqlite"],
        WHY,
    );
    for file in &tree.files {
        let manifest = file.path.ends_with("/Cargo.toml") && !file.path.starts_with("crates/store/");
        let names = |library: &&&str| file.text.lines().any(|line| has_word(line, library));
        if manifest && let Some(library) = ["sqlx", "rusqlite"].iter().find(names) {
            found.push(format!("{} depends on {library}: {WHY}", file.path));
        }
    }
    found
}

/// `app.rs` and `lib.rs` build the server and hand it to the gateway; the rest of the program does not know that there
/// is a socket.
pub(crate) fn only_gateway_and_fanout_name_socketio(tree: &Tree) -> Vec<String> {
    let src = "crates/server/src/";
    let may = |path: &str| {
        let inside = &path[src.len()..];
        inside.starts_with("gateway/")
            || inside.starts_with("gateway.rs")
            || inside.starts_with("fanout/")
            || inside.starts_with("fanout.rs")
            || inside == "app.rs"
            || inside == "lib.rs"
    };
    let mut found = naming(
        rust_under(tree, src).filter(|file| !may(&file.path)),
        &["socketio"],
        "only gateway/ and fanout/ speak to the engine",
    );
    for folder in ["crates/contract/", "crates/store/"] {
        found.extend(naming(
            rust_under(tree, folder),
            &["socketio"],
            "only the server speaks to the engine",
        ));
    }
    found
}

pub(crate) fn the_engine_knows_no_chat(tree: &Tree) -> Vec<String> {
    let mut found = naming(
        rust_under(tree, "crates/socketio/"),
        &["linnet", "linnet_contract", "linnet_store"],
        "the engine is a library for anything",
    );
    for file in tree
        .files
        .iter()
        .filter(|file| file.path == "crates/socketio/Cargo.toml")
    {
        for (index, line) in file.text.lines().enumerate() {
            if line.trim_start().starts_with("linnet-") {
                found.push(format!(
                    "{}:{} depends on the chat: the engine is a library for anything",
                    file.path,
                    index + 1
                ));
            }
        }
    }
    found
}

/// The program that writes the TypeScript is the one exception: writing is what it is for.
pub(crate) fn contract_does_no_io(tree: &Tree) -> Vec<String> {
    naming(
        rust_under(tree, "crates/contract/src/").filter(|file| !file.path.starts_with("crates/contract/src/bin/")),
        &[
            "std::fs",
            "std::net",
            "std::io",
            "std::env",
            "std::process",
            "std::thread",
            "tokio",
            "fs::",
            "println!",
            "eprintln!",
        ],
        "contract only says what the wire looks like",
    )
}

/// What stands in a feature's `mod.rs` is for others, what stands in its other files is its own.
pub(crate) fn features_keep_to_themselves(tree: &Tree) -> Vec<String> {
    const FEATURES: &str = "crates/server/src/features/";
    let mut found = Vec::new();
    for file in rust_under(tree, FEATURES) {
        let own = file.path[FEATURES.len()..].split(['/', '.']).next().unwrap_or_default();
        for (number, line) in code(file) {
            for (at, _) in line.match_indices("features::") {
                let mut segments = line[at..].split("::").skip(1);
                let other = segments.next().unwrap_or_default();
                let inner = segments.next().unwrap_or_default();
                let goes_on = segments.next().is_some();
                let is_module = goes_on && inner.chars().all(|c| c.is_ascii_lowercase() || c == '_');
                let is_name = !other.is_empty() && other.chars().all(|c| c.is_ascii_lowercase() || c == '_');
                if is_name && other != own && is_module {
                    found.push(format!(
                        "{}:{number} reaches into features::{other}::{inner}: use what features/{other}/mod.rs offers",
                        file.path
                    ));
                }
            }
        }
    }
    found
}

pub(crate) fn clock_and_randomness_come_from_ctx(tree: &Tree) -> Vec<String> {
    let words = [
        "SystemTime::now",
        "Instant::now",
        "Utc::now",
        "Timestamp::now",
        "Zoned::now",
        "OffsetDateTime::now_utc",
        "Uuid::now_v7",
        "Uuid::new_v4",
        "rand::rng",
        "rand::random",
        "thread_rng",
        "OsRng",
        "getrandom",
    ];
    let why = "the clock and the randomness come from Ctx, so that tests decide them";
    let mut found = naming(rust_under(tree, "crates/server/src/features/"), &words, why);
    found.extend(naming(
        rust_under(tree, "crates/store/src/"),
        &words,
        "the caller says what time it is and gives the ids",
    ));
    found
}

pub(crate) fn modules_have_names(tree: &Tree) -> Vec<String> {
    const NAMELESS: &[&str] = &[
        "utils", "util", "common", "core", "types", "helpers", "helper", "manager", "managers", "misc", "shared",
    ];
    let mut found = Vec::new();
    for path in &tree.paths {
        // The reference's own client keeps the layout that its text describes.
        let ours = ["crates/", "web/", "e2e/", "dev/", "bench/"]
            .iter()
            .any(|folder| path.starts_with(folder));
        let nameless = |name: &str| {
            let stem = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
            let ending = ["_utils", "_helpers", "_manager", "-utils", "-helpers", "-manager"];
            NAMELESS.contains(&stem.as_str()) || ending.iter().any(|it| stem.ends_with(it))
        };
        if ours && path.split('/').any(nameless) {
            found.push(format!("{path} is named after nothing: name it after what it does"));
        }
    }
    found
}

/// A file that one cannot read in one sitting hides things. The exceptions stand here, each with its reason.
const LONG: &[(&str, &str)] = &[];
const LINES: usize = 400;

pub(crate) fn files_are_short(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    for file in &tree.files {
        let code = ["rs", "ts", "tsx", "js", "mjs", "jsx"].iter().any(|it| {
            std::path::Path::new(&file.path)
                .extension()
                .is_some_and(|extension| extension == *it)
        });
        // Generated from crates/contract, and as long as the contract is.
        if !code || file.path == "web/src/contract.ts" {
            continue;
        }
        let lines = file.text.lines().count();
        let excused = LONG.iter().any(|(path, _)| *path == file.path);
        if lines > LINES && !excused {
            found.push(format!(
                "{} has {lines} lines: split it by what its parts do (at most {LINES})",
                file.path
            ));
        }
        if lines <= LINES && excused {
            found.push(format!(
                "{} is short now: take it off the list of long files",
                file.path
            ));
        }
    }
    for (path, _) in LONG {
        if !tree.paths.is_empty() && !tree.has(path) && tree.has("Cargo.toml") {
            found.push(format!("{path} is on the list of long files but is not there"));
        }
    }
    found
}

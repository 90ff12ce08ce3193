//! The invariants of ARCHITECTURE.md that can be seen by reading the sources, as rules over a tree of files.
//!
//! A rule takes the whole tree and says what breaks it, one sentence each, with the file and the line. Trees are plain
//! values, so the tests plant violations in small ones and see every rule fail, then hold the real one to all of them.

mod docs;
mod source;

use std::{fs, io, path::Path};

/// A file of the repository.
#[derive(Debug, Clone)]
pub struct File {
    /// Its path from the root of the repository, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// The files that the rules look at.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// The text files, in the order of their paths.
    pub files: Vec<File>,
    /// Every path there is, folders too (with a `/` at the end), for links to point at.
    pub paths: Vec<String>,
}

/// A rule: its name, and what finds the sentences that say where it is broken.
pub type Rule = (&'static str, fn(&Tree) -> Vec<String>);

/// All rules.
pub const RULES: &[Rule] = &[
    ("only store names sqlx", source::only_store_names_sqlx),
    (
        "only gateway and fanout name socketio",
        source::only_gateway_and_fanout_name_socketio,
    ),
    ("the engine knows no chat", source::the_engine_knows_no_chat),
    ("contract does no I/O", source::contract_does_no_io),
    (
        "features do not import each other's internals",
        source::features_keep_to_themselves,
    ),
    (
        "no verb reads the clock or makes its own randomness",
        source::clock_and_randomness_come_from_ctx,
    ),
    ("modules are named after something", source::modules_have_names),
    ("files are of a readable length", source::files_are_short),
    ("links resolve", docs::links_resolve),
    ("every make target that is named exists", docs::make_targets_exist),
    ("docs/features.md names files that exist", docs::features_name_files),
];

/// Folders that hold what was built or installed, not what was written.
const SKIPPED: &[&str] = &[
    ".git",
    ".tools",
    "target",
    "node_modules",
    "dist",
    "data",
    "out",
    "corpus",
    "artifacts",
];

/// What the rules read.
const TEXT: &[&str] = &[
    "rs", "toml", "md", "ts", "tsx", "js", "mjs", "jsx", "css", "sql", "yml", "yaml",
];

impl Tree {
    /// Reads the tree under `root`.
    pub fn read(root: &Path) -> io::Result<Self> {
        let mut tree = Self::default();
        tree.read_folder(root, "")?;
        tree.files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(tree)
    }

    fn read_folder(&mut self, folder: &Path, prefix: &str) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = format!("{prefix}{name}");
            let kind = entry.file_type()?;
            if kind.is_dir() {
                if !SKIPPED.contains(&name.as_str()) {
                    self.read_folder(&entry.path(), &format!("{path}/"))?;
                    self.paths.push(format!("{path}/"));
                }
                continue;
            }
            let text = Path::new(&name)
                .extension()
                .is_some_and(|it| TEXT.contains(&it.to_string_lossy().as_ref()));
            if kind.is_file() && (text || name == "Makefile") {
                // A file that another process removes while we read is not part of the tree.
                match fs::read_to_string(entry.path()) {
                    Ok(text) => self.files.push(File {
                        path: path.clone(),
                        text,
                    }),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                    Err(error) => return Err(error),
                }
            }
            self.paths.push(path);
        }
        Ok(())
    }

    /// Whether there is a file or folder of this path.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        self.paths.iter().any(|it| it.trim_end_matches('/') == path)
    }
}

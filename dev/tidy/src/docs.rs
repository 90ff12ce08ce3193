//! Rules about documents: what they name has to be there.

use crate::{File, Tree};

fn documents(tree: &Tree) -> impl Iterator<Item = &File> {
    tree.files.iter().filter(|file| {
        let markdown = std::path::Path::new(&file.path)
            .extension()
            .is_some_and(|it| it == "md");
        markdown && (!file.path.contains('/') || file.path.starts_with("docs/") || file.path.starts_with("examples/"))
    })
}

/// `path` taken from the folder that `document` is in, `.` and `..` resolved. `None` when it leaves the repository.
fn resolve(document: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = document.split('/').collect();
    parts.pop();
    if let Some(rooted) = path.strip_prefix('/') {
        return resolve("", rooted);
    }
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The anchor that a heading gets.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().to_lowercase().replace(' ', "-");
    kept.chars()
        .filter(|c| c.is_alphanumeric() || *c == '-' || *c == '_')
        .collect()
}

fn has_anchor(file: &File, wanted: &str) -> bool {
    file.text
        .lines()
        .filter(|line| line.starts_with('#'))
        .any(|line| anchor(line.trim_start_matches('#')) == wanted)
}

/// Where the links and pictures of a line point: `](target)`, and `src="target"` of inline HTML.
fn targets(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for (open, close) in [("](", ')'), ("src=\"", '"'), ("href=\"", '"')] {
        for (at, _) in line.match_indices(open) {
            let rest = &line[at + open.len()..];
            if let Some(end) = rest.find(close) {
                found.push(rest[..end].split(' ').next().unwrap_or_default());
            }
        }
    }
    found
}

pub(crate) fn links_resolve(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    for file in documents(tree) {
        for (index, line) in file.text.lines().enumerate() {
            for target in targets(line) {
                if target.contains("://") || target.starts_with("mailto:") {
                    continue;
                }
                let (path, wanted) = target.split_once('#').unwrap_or((target, ""));
                let to = if path.is_empty() {
                    Some(file.path.clone())
                } else {
                    resolve(&file.path, path)
                };
                let there = to.as_deref().is_some_and(|to| tree.has(to));
                let anchored = wanted.is_empty()
                    || tree
                        .files
                        .iter()
                        .any(|it| Some(&it.path) == to.as_ref() && has_anchor(it, wanted));
                if !there || !anchored {
                    found.push(format!(
                        "{}:{} links to {target}, which is not there",
                        file.path,
                        index + 1
                    ));
                }
            }
        }
    }
    found
}

pub(crate) fn make_targets_exist(tree: &Tree) -> Vec<String> {
    let Some(makefile) = tree.files.iter().find(|file| file.path == "Makefile") else {
        return vec!["there is no Makefile".to_owned()];
    };
    let exists = |name: &str| {
        makefile
            .text
            .lines()
            .any(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(':')))
    };
    let mut found = Vec::new();
    for file in documents(tree) {
        for (index, line) in file.text.lines().enumerate() {
            for (at, _) in line.match_indices("make ") {
                // `make run` as code, or a line of a code block that begins with it. "make a difference" is prose.
                let as_code = line[..at].ends_with('`') || line[..at].trim().is_empty() || line[..at].trim() == "$";
                let name: String = line[at + 5..]
                    .chars()
                    .take_while(|c| c.is_ascii_lowercase() || *c == '-')
                    .collect();
                let starts_block =
                    !line[..at].ends_with('`') && line.trim_start().split(' ').count() > 2 && !line.contains('#');
                if as_code && !starts_block && !name.is_empty() && !exists(&name) {
                    found.push(format!(
                        "{}:{} names make {name}, which the Makefile does not have",
                        file.path,
                        index + 1
                    ));
                }
            }
        }
    }
    found
}

/// What stands between backticks and looks like a path from the root of the repository: it has a `/` and begins with
/// one of the top folders.
pub(crate) fn features_name_files(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    for file in tree.files.iter().filter(|file| file.path == "docs/features.md") {
        for (index, line) in file.text.lines().enumerate() {
            for (position, piece) in line.split('`').enumerate() {
                let top = ["crates/", "web/", "e2e/", "docs/", "examples/", "dev/", "bench/"];
                let code = position % 2 == 1;
                if !code || !top.iter().any(|folder| piece.starts_with(folder)) || piece.contains(['*', ' ', '<', '{'])
                {
                    continue;
                }
                let path = piece
                    .split("::")
                    .next()
                    .unwrap_or_default()
                    .split('#')
                    .next()
                    .unwrap_or_default();
                if !tree.has(path) {
                    found.push(format!("{}:{} names {path}, which is not there", file.path, index + 1));
                }
            }
        }
    }
    found
}

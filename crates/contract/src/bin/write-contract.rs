//! Writes `contract.ts` and `permissions.ts` into a folder: `web/src`. Run by `make contract`.

use std::{fs, path::PathBuf};

use linnet_contract::{permissions, typescript};

fn main() -> std::io::Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "web/src".to_owned()));
    fs::write(folder.join("contract.ts"), typescript::typescript())?;
    fs::write(folder.join("permissions.ts"), permissions::typescript())
}

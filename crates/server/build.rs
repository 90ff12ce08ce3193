//! The web client is part of the binary: when its build changes, so does the program.

fn main() {
    // A folder that is missing would make Cargo rebuild every time, so it is made; empty, it means "no client yet".
    let dist = "../../web/dist";
    if std::fs::create_dir_all(dist).is_ok() {
        println!("cargo::rerun-if-changed={dist}");
    }
    println!("cargo::rerun-if-changed=build.rs");
}

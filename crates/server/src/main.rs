//! The program `linnet`.
fn main() {}

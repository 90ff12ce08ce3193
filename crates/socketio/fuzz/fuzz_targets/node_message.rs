//! What nodes publish for each other: MessagePack against an independent implementation, and every message there and back.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use peak_alloc::PeakAlloc;
use rmpv::Value;
use serde_json::{Map, Number, Value as Json};
use socketio::{
    Target,
    codec::{
        cluster::{self, Emitted, MAX_ROOMS, Request, Response},
        msgpack::{MAX_ATTACHMENTS, MAX_DEPTH, MsgpackError, Unpacked, from_json, to_json},
        socket::encode_event,
    },
};

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

fuzz_target!(|input: &[u8]| {
    let message = Bytes::copy_from_slice(input);
    unpacked(&message);
    if let Ok(text) = str::from_utf8(input) {
        packed(text);
    }
    broadcast(&message);
    request(&message);
    if let Ok(answer) = cluster::response(&message).map(Response::answer) {
        let _ = answer;
    }
});

/// What is read is what somebody else reads, in memory that the message's size bounds.
fn unpacked(message: &Bytes) {
    let before = ALLOCATED.current_usage();
    ALLOCATED.reset_peak_usage();
    let read = to_json(message);
    let used = ALLOCATED.peak_usage().saturating_sub(before);
    // The longest that a byte becomes is a control character, `\u0000`; attachments are few.
    let most = message.len() * 24 + 128 * MAX_ATTACHMENTS + 64 * MAX_DEPTH + 1024;
    assert!(used <= most, "{used} bytes for a message of {}", message.len());

    let mut rest = &message[..];
    let theirs = rmpv::decode::read_value_with_max_depth(&mut rest, 1000);
    let theirs = theirs.ok().filter(|_| rest.is_empty());
    let Unpacked { json, attachments } = match read {
        Ok(unpacked) => unpacked,
        // Those are bounds of our own, and a key that is none.
        Err(MsgpackError::TooDeep | MsgpackError::Attachments | MsgpackError::Malformed) => return,
        Err(error) => {
            assert!(theirs.is_none(), "{error}, but somebody else reads {theirs:?}");
            return;
        }
    };
    assert!(attachments.len() <= MAX_ATTACHMENTS);
    let ours: Json = match serde_json::from_str(&json) {
        Ok(ours) => ours,
        // A number that is none to `serde_json`, or more depth than it reads.
        Err(error) => {
            assert!(!error.is_eof() || json.is_empty(), "{error}: {json}");
            return;
        }
    };
    let theirs = theirs.expect("read here and by nobody else");
    let mut bytes = Vec::new();
    if let Some(theirs) = as_json(&theirs, &mut bytes) {
        assert_eq!(ours, theirs);
        assert_eq!(attachments, bytes);
    }
}

/// The same value as JSON; nothing where the two may differ.
fn as_json(value: &Value, attachments: &mut Vec<Vec<u8>>) -> Option<Json> {
    Some(match value {
        Value::Nil => Json::Null,
        Value::Boolean(value) => Json::Bool(*value),
        Value::Integer(number) => match (number.as_u64(), number.as_i64()) {
            (Some(number), _) => number.into(),
            (None, number) => number?.into(),
        },
        Value::F32(number) => whole(f64::from(*number))?,
        Value::F64(number) => whole(*number)?,
        Value::String(text) => Json::String(String::from_utf8_lossy(text.as_bytes()).into_owned()),
        Value::Binary(data) => {
            attachments.push(data.clone());
            serde_json::json!({ "_placeholder": true, "num": attachments.len() - 1 })
        }
        Value::Array(values) => {
            let values: Option<Vec<Json>> = values.iter().map(|value| as_json(value, attachments)).collect();
            Json::Array(values?)
        }
        Value::Map(pairs) => {
            let mut map = Map::new();
            for (key, value) in pairs {
                let key = match key {
                    Value::String(text) => String::from_utf8_lossy(text.as_bytes()).into_owned(),
                    Value::Integer(number) => number.to_string(),
                    _ => return None,
                };
                map.insert(key, as_json(value, attachments)?);
            }
            Json::Object(map)
        }
        Value::Ext(..) => return None,
    })
}

/// A float; nothing where it may be another by its last digit when it is read again from its text.
fn whole(number: f64) -> Option<Json> {
    let exact = number.fract() == 0.0 && number.abs() < 1e15;
    Number::from_f64(number).filter(|_| exact).map(Json::Number)
}

/// Whatever is JSON is the same when it comes back.
fn packed(text: &str) {
    let mut out = Vec::new();
    let written = from_json(&mut out, text, &[]);
    let Ok(value) = serde_json::from_str::<Json>(text) else {
        return;
    };
    if written == Err(MsgpackError::TooDeep) {
        return;
    }
    written.expect("JSON that is not too deep");
    let back = to_json(&Bytes::from(out)).expect("what was written is read");
    // No floats, of which the last digit may differ, and no number that has become one: a large one, or -0, which is sent as 0 as
    // `JSON.stringify` does.
    let shown = value.to_string();
    if shown.len() < 10_000 && !text.contains(['.', 'e', 'E']) && !shown.contains(['.', 'e']) {
        assert_eq!(serde_json::from_str::<Json>(&back.json).expect("JSON"), value);
    }
}

fn bounded(target: &Target) {
    assert!(target.local, "what came from another node stays here");
    assert!(target.rooms.len() <= MAX_ROOMS && target.except.len() <= MAX_ROOMS);
}

/// What was understood can be sent to clients, and on to other nodes, which understand the same.
fn broadcast(message: &Bytes) {
    let Ok(Emitted {
        uid,
        namespace,
        target,
        name,
        args,
    }) = cluster::broadcast(message)
    else {
        return;
    };
    bounded(&target);
    let event = encode_event("/", None, &name, &args).expect("what was checked can be sent");
    let Ok(again) = cluster::encode_broadcast(&uid, "/", &target, &event) else {
        // A placeholder that was no attachment's, next to one that was.
        return;
    };
    let again = cluster::broadcast(&Bytes::from(again)).expect("what was written is read");
    assert_eq!((&again.uid, &again.name), (&uid, &name));
    assert_eq!(
        (&again.target.rooms, &again.target.except),
        (&target.rooms, &target.except)
    );
    assert_eq!(again.args.len(), args.len());
    let _ = namespace;
}

fn request(message: &Bytes) {
    let Ok(asked) = cluster::request(message) else { return };
    match asked.request {
        Request::Change { target, .. } | Request::Fetch { target, .. } | Request::SocketIds { target, .. } => {
            bounded(&target);
        }
        Request::Ask { target, name, args, .. } => {
            bounded(&target);
            encode_event("/", Some(1), &name, &args).expect("what was checked can be sent");
        }
        Request::Rooms { .. } | Request::ServerSideEmit { .. } => {}
    }
}

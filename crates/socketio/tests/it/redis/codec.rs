//! The format between nodes: bytes of the official packer, and random JSON there and back.

use bytes::Bytes;
use proptest::prelude::*;
use serde_json::{Value, json};
use socketio::{
    Args, Change, Target,
    codec::{
        cluster::{self, ClusterError, Request},
        msgpack::{MAX_ATTACHMENTS, MAX_DEPTH, MsgpackError, from_json, to_json},
        socket::encode_event,
    },
};

fn unhex(hex: &str) -> Bytes {
    let digits = hex.as_bytes().chunks(2).map(|pair| str::from_utf8(pair).unwrap());
    digits.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

/// What `@socket.io/redis-emitter` publishes for `to("tea").to(7).volatile.emit("news", ...)`.
const EMITTED: &str = "93a7656d697474657283a47479706502a46461746194a46e65777382a1619701ffcd012ccb3ff8000000000000c3c0a2c3a9a162c40201\
                       02d7ff0aba95006b03908bc0a36e7370a12f83a5726f6f6d7392a374656107a5666c61677381a8766f6c6174696c65c3a665786365707490";

#[test]
fn what_an_emitter_publishes_is_read() {
    let emitted = cluster::broadcast(&unhex(&EMITTED.replace(' ', ""))).unwrap();
    assert_eq!(
        (&*emitted.uid, &*emitted.namespace, &*emitted.name),
        ("emitter", "/", "news")
    );
    let rooms: Vec<&str> = emitted.target.rooms.iter().map(|room| &**room).collect();
    assert_eq!(rooms, ["tea", "7"]);
    assert!(emitted.target.except.is_empty() && emitted.target.volatile && emitted.target.local);
    assert_eq!(
        emitted.args.raw(0),
        Some(r#"{"a":[1,-1,300,1.5,true,null,"é"],"b":{"_placeholder":true,"num":0}}"#)
    );
    assert_eq!(emitted.args.raw(1), Some(r#""2026-11-23T01:02:03.045Z""#));
    assert_eq!(emitted.args.raw(2), Some("null"));
    assert_eq!(emitted.args.attachments(), [Bytes::from_static(&[1, 2])]);
}

#[test]
fn dates_are_written_as_javascript_writes_them() {
    let dates = unhex("93c70cff3b8b87c0ffffffffffffffffd6ff38bb0c00c70cff000000000000003afff44180");
    assert_eq!(
        to_json(&dates).unwrap().json,
        r#"["1969-12-31T23:59:59.999Z","2000-02-29T00:00:00.000Z","+010000-01-01T00:00:00.000Z"]"#
    );
    // The type of its own that the packer once had for dates, and one for `undefined`: left out of an object.
    let old = unhex("82a161d40000a162d700000000000000000a");
    assert_eq!(to_json(&old).unwrap().json, r#"{"b":"1970-01-01T00:00:00.010Z"}"#);
    let beyond = unhex("c70cff000000007fffffffffffffff");
    assert_eq!(to_json(&beyond).unwrap().json, "null");
}

#[test]
fn a_broadcast_is_read_as_it_was_written() {
    let target = Target {
        rooms: ["tea".into(), "cake".into()].into_iter().collect(),
        except: ["garden".into()].into_iter().collect(),
        volatile: true,
        ..Target::default()
    };
    let args = Args::new()
        .with(&json!({ "text": "half \u{1f600} \" \\ \u{7}", "number": 1.25, "list": [1, [], {}, null] }))
        .unwrap()
        .with_binary(Bytes::from_static(b"\x00\xff"));
    for namespace in ["/", "/custom", "/1[2,3"] {
        let event = encode_event(namespace, None, "said", &args).unwrap();
        let message = cluster::encode_broadcast("someone", namespace, &target, &event).unwrap();
        let emitted = cluster::broadcast(&message.into()).unwrap();
        assert_eq!(
            (&*emitted.uid, &*emitted.namespace, &*emitted.name),
            ("someone", namespace, "said")
        );
        assert_eq!(
            (&emitted.target.rooms, &emitted.target.except),
            (&target.rooms, &target.except)
        );
        assert!(emitted.target.volatile);
        assert_eq!(emitted.args.get::<Value>(0).unwrap(), args.get::<Value>(0).unwrap());
        assert_eq!(emitted.args.raw(1), args.raw(1));
        assert_eq!(emitted.args.attachments(), args.attachments());
    }
}

#[test]
fn half_of_a_surrogate_pair_does_not_keep_the_rest_from_arriving() {
    let mut out = Vec::new();
    from_json(&mut out, r#"["\ud800!","\ud83d\ude00"]"#, &[]).unwrap();
    let back: Value = serde_json::from_str(&to_json(&out.into()).unwrap().json).unwrap();
    assert!(back[0].as_str().unwrap().ends_with('!'));
    assert_eq!(back[1], "\u{1f600}");
}

#[test]
fn a_change_is_read_as_it_was_written() {
    for change in [
        Change::Join(vec!["tea".into(), "cake".into()]),
        Change::Leave(vec!["tea".into()]),
        Change::Disconnect { close: true },
    ] {
        let message = cluster::encode_change("someone", &Target::default(), &change);
        let asked = cluster::request(&message.into()).unwrap();
        assert_eq!(asked.uid.as_deref(), Some("someone"));
        match asked.request {
            Request::Change { change: read, .. } => assert_eq!(read, change),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn depth_and_attachments_are_bounded() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(from_json(&mut Vec::new(), &nested(MAX_DEPTH), &[]), Ok(()));
    assert_eq!(
        from_json(&mut Vec::new(), &nested(MAX_DEPTH + 1), &[]),
        Err(MsgpackError::TooDeep)
    );
    let deep = |depth: usize| Bytes::from([vec![0x91; depth], vec![0xc0]].concat());
    assert!(to_json(&deep(MAX_DEPTH)).is_ok());
    assert_eq!(to_json(&deep(100_000)), Err(MsgpackError::TooDeep));
    // A million elements are promised by five bytes.
    assert_eq!(to_json(&unhex("dd000f4240")), Err(MsgpackError::Truncated));
    let attachments = |count: u16| {
        let head = [&[0xdc], &count.to_be_bytes()[..]].concat();
        Bytes::from([head, [0xc4, 0].repeat(count.into())].concat())
    };
    let most = u16::try_from(MAX_ATTACHMENTS).unwrap();
    assert!(to_json(&attachments(most)).is_ok());
    assert_eq!(to_json(&attachments(most + 1)), Err(MsgpackError::Attachments));
}

#[test]
fn what_clients_could_not_read_is_refused() {
    let message = |json: &str, attachments: &[Bytes]| {
        let mut out = Vec::new();
        from_json(&mut out, json, attachments).unwrap();
        Bytes::from(out)
    };
    let opts = r#"{"rooms":[],"except":[],"flags":{}}"#;
    for packet in [
        // A reserved name, no name, no array, no data, another type, a placeholder without its attachment.
        r#"{"type":2,"data":["disconnect"],"nsp":"/"}"#,
        r#"{"type":2,"data":[],"nsp":"/"}"#,
        r#"{"type":2,"data":{},"nsp":"/"}"#,
        r#"{"type":2,"nsp":"/"}"#,
        r#"{"type":0,"data":["said"],"nsp":"/"}"#,
        r#"{"type":2,"data":["said",{"_placeholder":true,"num":1},{"b":{"_placeholder":true,"num":0}}],"nsp":"/"}"#,
    ] {
        // The attachment is somewhere else in the last one, so that its number is right and the packet's is not.
        let json = format!(r#"["x",{packet},{opts}]"#);
        let packed = if packet.contains("_placeholder") {
            let mut bytes = message(&json, &[]).to_vec();
            // The empty `flags` become bytes.
            assert_eq!(bytes.pop(), Some(0x80));
            bytes.extend([0xc4, 0]);
            bytes.into()
        } else {
            message(&json, &[])
        };
        assert!(cluster::broadcast(&packed).is_err(), "{packet}");
    }
    let rooms = vec!["tea"; cluster::MAX_ROOMS + 1];
    let json = json!(["x", { "type": 2, "data": ["said"], "nsp": "/" }, { "rooms": rooms, "except": [], "flags": {} }]);
    let refused = cluster::broadcast(&message(&json.to_string(), &[]));
    assert!(matches!(refused, Err(ClusterError::TooManyRooms)));
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        // `serde_json`, which compares here, may read the last digit of the others differently.
        any::<f64>()
            .prop_filter("reads as it is written", |number| {
                serde_json::from_str::<f64>(&Value::from(*number).to_string())
                    .is_ok_and(|read| read.total_cmp(number).is_eq())
            })
            .prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 200, 20, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..20).prop_map(Value::from),
            prop::collection::vec((".{0,8}", inner), 0..20)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn json_goes_there_and_back(value in any_json()) {
        for json in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
            let mut out = Vec::new();
            from_json(&mut out, &json, &[]).unwrap();
            let back = to_json(&out.into()).unwrap();
            prop_assert_eq!(serde_json::from_str::<Value>(&back.json).unwrap(), value.clone());
        }
    }

    #[test]
    fn random_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let bytes = Bytes::from(bytes);
        if let Ok(unpacked) = to_json(&bytes) {
            prop_assert!(serde_json::from_str::<serde::de::IgnoredAny>(&unpacked.json).is_ok());
        }
        let _ = cluster::broadcast(&bytes);
        let _ = cluster::request(&bytes);
        let _ = cluster::response(&bytes).map(cluster::Response::answer);
    }
}

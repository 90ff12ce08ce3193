//! The contract: what is written down is what is generated, and bad input cannot become a payload.

use linnet_contract::{ErrorCode, events, permissions, typescript};
use serde_json::json;

#[test]
fn the_web_client_has_the_contract_of_this_crate() {
    for (file, generated) in [
        ("contract.ts", typescript::typescript()),
        ("permissions.ts", permissions::typescript()),
    ] {
        let path = format!("{}/../../web/src/{file}", env!("CARGO_MANIFEST_DIR"));
        let written = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            written == generated,
            "web/src/{file} is not what crates/contract says: run `{}` and commit the result",
            typescript::COMMAND
        );
    }
}

#[test]
fn the_documented_permissions_are_those_of_this_crate() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/permissions.md");
    let documented = std::fs::read_to_string(path).expect("docs/permissions.md is there");
    let table = permissions::table();
    assert!(
        documented.contains(&table),
        "docs/permissions.md does not have the table as it is now:\n\n{table}"
    );
}

#[test]
fn error_codes_are_unique_and_map_to_error_statuses() {
    let mut codes: Vec<_> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), ErrorCode::ALL.len());
    for code in ErrorCode::ALL {
        assert!((400..600).contains(&code.status()), "{code:?}");
        assert_eq!(serde_json::to_value(code).unwrap(), json!(code.as_str()));
    }
}

const SOMEONE: &str = "0190a8b4-0000-7000-8000-000000000001";

#[test]
fn a_message_goes_to_a_person_or_to_a_conversation_but_not_to_both() {
    let parse = |value: serde_json::Value| {
        serde_json::from_value::<events::SendMsg>(value)
            .map_err(|error| error.to_string())?
            .target()
            .map_err(str::to_owned)
    };
    assert!(parse(json!({ "toUserId": SOMEONE, "msg": "hi" })).is_ok());
    assert!(parse(json!({ "conversationId": SOMEONE, "msg": "hi" })).is_ok());
    assert!(parse(json!({ "msg": "hi" })).is_err());
    assert!(parse(json!({ "toUserId": SOMEONE, "conversationId": SOMEONE, "msg": "hi" })).is_err());
}

#[test]
fn unknown_fields_are_ignored_and_wrong_ones_refused() {
    let parses = |value: serde_json::Value| serde_json::from_value::<events::SendMsg>(value).is_ok();
    assert!(parses(json!({ "toUserId": SOMEONE, "msg": "hi", "mood": "fine" })));
    for wrong in [
        json!(null),
        json!([]),
        json!("hi"),
        json!({ "toUserId": SOMEONE }),
        json!({ "toUserId": SOMEONE, "msg": 5 }),
        json!({ "toUserId": "alice", "msg": "hi" }),
        json!({ "toUserId": { "$ne": null }, "msg": "hi" }),
        json!({ "toUserId": SOMEONE, "msg": "hi", "tempId": "" }),
        json!({ "toUserId": SOMEONE, "msg": "hi", "tempId": "x".repeat(65) }),
        json!({ "toUserId": SOMEONE, "msg": "hi", "tempId": "a\u{0}b" }),
    ] {
        assert!(!parses(wrong.clone()), "{wrong}");
    }
}

#[test]
fn counters_have_bounds() {
    let parses = |sequence: &str| {
        serde_json::from_str::<events::MarkRead>(&format!(r#"{{"conversationId":"{SOMEONE}","sequence":{sequence}}}"#))
            .is_ok()
    };
    assert!(parses("0"));
    assert!(parses("9007199254740991"));
    for wrong in [
        "-1",
        "9007199254740992",
        "1e400",
        "1.5",
        "\"1\"",
        "null",
        "99999999999999999999",
    ] {
        assert!(!parses(wrong), "{wrong}");
    }
}

//! Who may do what, where: one table. `docs/permissions.md` shows it, a test holds the two together, and another goes
//! through every cell of it over the wire.
//!
//! Most of it is asked under the lock of the conversation that changes, so that nobody acts with a role that was taken
//! away before. Reading and writing are too frequent for that: the statements that read and write check them, and the
//! test over the wire shows that they check the same.

use linnet_contract::{ConversationKind, Role};
use linnet_store::Standing;

/// What somebody wants to do in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// See it, its members and its messages.
    Read,
    /// Write, where everybody may.
    Write,
    /// Write, where only admins may.
    WriteAsAdmin,
    /// Change the title, the topic, or who may write.
    Edit,
    /// Add people.
    Add,
    /// Remove a member.
    RemoveMember,
    /// Remove an admin.
    RemoveAdmin,
    /// Remove an owner.
    RemoveOwner,
    /// Change somebody's role.
    SetRole,
    /// Make, see and revoke invite links.
    Invite,
    /// Come in by oneself.
    Join,
    /// Come in by an invite link.
    Accept,
    /// Leave.
    Leave,
    /// Delete it.
    Delete,
}

/// One row: for each kind of conversation the roles that may, `o`wner, `a`dmin, `m`ember, and `x` for who is none of them.
struct Row {
    action: Action,
    name: &'static str,
    direct: &'static str,
    group: &'static str,
    channel: &'static str,
}

const fn row(
    action: Action,
    name: &'static str,
    direct: &'static str,
    group: &'static str,
    channel: &'static str,
) -> Row {
    Row {
        action,
        name,
        direct,
        group,
        channel,
    }
}

/// The table. Both people of a direct conversation are its members.
const MATRIX: &[Row] = &[
    row(Action::Read, "read", "m", "oam", "oam"),
    row(Action::Write, "write", "m", "oam", "oam"),
    row(Action::WriteAsAdmin, "write where admins write", "", "oa", "oa"),
    row(Action::Edit, "edit", "", "oa", "oa"),
    row(Action::Add, "add people", "", "oam", "oa"),
    row(Action::RemoveMember, "remove a member", "", "oa", "oa"),
    row(Action::RemoveAdmin, "remove an admin", "", "o", "o"),
    row(Action::RemoveOwner, "remove an owner", "", "o", "o"),
    row(Action::SetRole, "change a role", "", "o", "o"),
    row(Action::Invite, "manage invite links", "", "oa", "oa"),
    row(Action::Join, "join", "", "", "oamx"),
    row(Action::Accept, "accept an invite link", "", "oamx", "oamx"),
    row(Action::Leave, "leave", "", "oam", "oam"),
    row(Action::Delete, "delete", "", "o", "o"),
];

/// Whether somebody who stands like this to a conversation may do it.
#[must_use]
pub fn permits(action: Action, standing: Standing) -> bool {
    let role = match standing.role {
        Some(Role::Owner) => 'o',
        Some(Role::Admin) => 'a',
        Some(Role::Member) => 'm',
        None => 'x',
    };
    MATRIX.iter().filter(|row| row.action == action).any(|row| {
        let may = match standing.kind {
            ConversationKind::Direct => row.direct,
            ConversationKind::Group => row.group,
            ConversationKind::Channel => row.channel,
        };
        may.contains(role)
    })
}

/// The table as `docs/permissions.md` has it.
#[must_use]
pub fn table() -> String {
    let words = |roles: &str| {
        let word = |role| match role {
            'o' => "owner",
            'a' => "admin",
            'm' => "member",
            _ => "anyone",
        };
        let words: Vec<&str> = roles.chars().map(word).collect();
        words.join(", ")
    };
    let mut text = "| | direct | group | channel |\n| --- | --- | --- | --- |\n".to_owned();
    for row in MATRIX {
        let cells = [
            row.name.to_owned(),
            words(row.direct),
            words(row.group),
            words(row.channel),
        ];
        text.push_str("| ");
        text.push_str(&cells.join(" | "));
        text.push_str(" |\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_table_is_this_one() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/permissions.md");
        let documented = std::fs::read_to_string(path).expect("docs/permissions.md is there");
        let table = table();
        assert!(
            documented.contains(&table),
            "docs/permissions.md does not have the table as it is now:\n\n{table}"
        );
    }

    #[test]
    fn nobody_may_more_than_whoever_stands_above_them() {
        for row in MATRIX {
            for (kind, roles) in [
                (ConversationKind::Direct, row.direct),
                (ConversationKind::Group, row.group),
                (ConversationKind::Channel, row.channel),
            ] {
                let may = |role| {
                    permits(
                        row.action,
                        Standing {
                            kind,
                            role: Some(role),
                            target: None,
                        },
                    )
                };
                if kind != ConversationKind::Direct {
                    assert!(may(Role::Owner) || roles.is_empty(), "{kind:?}: {}", row.name);
                    assert!(may(Role::Admin) || !may(Role::Member), "{kind:?}: {}", row.name);
                }
            }
        }
    }
}

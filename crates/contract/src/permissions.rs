//! Who may do what, where: one table. `docs/permissions.md` shows it, `web/src/permissions.ts` is generated from it, tests hold
//! the three together, and another goes through every cell of it over the wire.
//!
//! Most of it is asked under the lock of the conversation that changes, so that nobody acts with a role that was taken
//! away before. Reading and writing are too frequent for that: the statements that read and write check them, and the
//! test over the wire shows that they check the same.

use std::fmt::Write as _;

use crate::{
    model::{ConversationKind, Role},
    typescript::COMMAND,
};

/// What somebody wants to do in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// See it, its members and its messages.
    Read,
    /// Write, where everybody may.
    Write,
    /// Write, where only admins may.
    WriteAsAdmin,
    /// Change a message of one's own, where one may write.
    EditMessage,
    /// Delete a message of one's own.
    DeleteMessage,
    /// Delete a message of somebody else.
    DeleteOthersMessage,
    /// Put an emoji to a message.
    React,
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
    row(Action::EditMessage, "edit one's own message", "m", "oam", "oam"),
    row(Action::DeleteMessage, "delete one's own message", "m", "oam", "oam"),
    row(Action::DeleteOthersMessage, "delete another's message", "", "oa", "oa"),
    row(Action::React, "react to a message", "m", "oam", "oam"),
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

/// Whether somebody may do it in a conversation of this kind; `None` is who is no member there.
#[must_use]
pub fn permits(action: Action, kind: ConversationKind, role: Option<Role>) -> bool {
    let role = match role {
        Some(Role::Owner) => 'o',
        Some(Role::Admin) => 'a',
        Some(Role::Member) => 'm',
        None => 'x',
    };
    MATRIX.iter().filter(|row| row.action == action).any(|row| {
        let may = match kind {
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
    let mut text = "| | direct | group | channel |\n| --- | --- | --- | --- |\n".to_owned();
    for row in MATRIX {
        let cells = [
            row.name.to_owned(),
            words(row.direct).join(", "),
            words(row.group).join(", "),
            words(row.channel).join(", "),
        ];
        text.push_str("| ");
        text.push_str(&cells.join(" | "));
        text.push_str(" |\n");
    }
    text
}

/// The table as the web client has it: what is offered there is what the server takes.
#[must_use]
pub fn typescript() -> String {
    let mut file = format!(
        "// Generated from crates/contract by `{COMMAND}`. Do not edit.\n\n\
         import type {{ ConversationKind, Role }} from \"./contract\";\n\n\
         /** For each action and each kind of conversation: whose right it is. `anyone` is who is no member there. */\n\
         export const PERMISSIONS = {{\n"
    );
    for row in MATRIX {
        let list = |roles| {
            let words: Vec<String> = words(roles).iter().map(|word| format!("\"{word}\"")).collect();
            words.join(", ")
        };
        let _ = writeln!(
            file,
            "  {}: {{ direct: [{}], group: [{}], channel: [{}] }},",
            lower_first(&format!("{:?}", row.action)),
            list(row.direct),
            list(row.group),
            list(row.channel),
        );
    }
    file.push_str(
        "} as const;\n\n\
         export type Action = keyof typeof PERMISSIONS;\n\n\
         /** Whether somebody may do it in a conversation of this kind. Without a role: somebody who is no member there. */\n\
         export function permits(action: Action, kind: ConversationKind, role: Role | undefined): boolean {\n  \
         return (PERMISSIONS[action][kind] as readonly string[]).includes(role ?? \"anyone\");\n\
         }\n",
    );
    file
}

/// `WriteAsAdmin` is `writeAsAdmin` there.
fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    letters
        .next()
        .map(|first| first.to_ascii_lowercase().to_string() + letters.as_str())
        .unwrap_or_default()
}

fn words(roles: &str) -> Vec<&'static str> {
    let word = |role| match role {
        'o' => "owner",
        'a' => "admin",
        'm' => "member",
        _ => "anyone",
    };
    roles.chars().map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_may_more_than_whoever_stands_above_them() {
        for row in MATRIX {
            for (kind, roles) in [
                (ConversationKind::Direct, row.direct),
                (ConversationKind::Group, row.group),
                (ConversationKind::Channel, row.channel),
            ] {
                let may = |role| permits(row.action, kind, Some(role));
                if kind != ConversationKind::Direct {
                    assert!(may(Role::Owner) || roles.is_empty(), "{kind:?}: {}", row.name);
                    assert!(may(Role::Admin) || !may(Role::Member), "{kind:?}: {}", row.name);
                }
            }
        }
    }
}

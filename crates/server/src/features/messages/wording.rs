//! What a system message says in English, for clients that know nothing of its `system`. Others put it into the words of
//! their language.

use linnet_contract::{Named, Posting, Role, SystemChange};

/// People whom a sentence names; it counts the rest.
const NAMED: usize = 3;

/// The sentence. `name` is the sender's.
pub(super) fn english(name: &str, change: Option<&SystemChange>) -> String {
    let Some(change) = change else {
        return format!("{name} changed this conversation.");
    };
    match change {
        SystemChange::Created { title, users } if users.is_empty() => format!("{name} created “{title}”."),
        SystemChange::Created { title, users } => format!("{name} created “{title}” with {}.", people(users)),
        SystemChange::TitleChanged { title } => format!("{name} changed the title to “{title}”."),
        SystemChange::TopicChanged { topic: Some(topic) } => format!("{name} changed the topic to “{topic}”."),
        SystemChange::TopicChanged { topic: None } => format!("{name} removed the topic."),
        SystemChange::AvatarChanged { avatar_url: Some(_) } => format!("{name} changed the picture."),
        SystemChange::AvatarChanged { avatar_url: None } => format!("{name} removed the picture."),
        SystemChange::PostingChanged { posting } => match posting {
            Posting::All => format!("{name} let everybody write here."),
            Posting::Admins => format!("{name} let only owners and admins write here."),
        },
        SystemChange::MembersAdded { users } => format!("{name} added {}.", people(users)),
        SystemChange::MemberJoined { invited: false } => format!("{name} joined."),
        SystemChange::MemberJoined { invited: true } => format!("{name} joined by an invite link."),
        SystemChange::MemberRemoved { user } => format!("{name} removed {}.", user.name),
        SystemChange::MemberLeft {} => format!("{name} left."),
        SystemChange::RoleChanged { user, role } => {
            let what = match role {
                Role::Owner => "an owner",
                Role::Admin => "an admin",
                Role::Member => "a member",
            };
            format!("{name} made {} {what}.", user.name)
        }
    }
}

/// "Bob", "Bob and Carol", "Bob, Carol, Dave and 5 others".
fn people(users: &[Named]) -> String {
    let mut names: Vec<String> = users.iter().take(NAMED).map(|user| user.name.clone()).collect();
    match users.len().saturating_sub(NAMED) {
        0 => {}
        1 => names.push("1 other".to_owned()),
        others => names.push(format!("{others} others")),
    }
    match names.split_last() {
        None => "nobody".to_owned(),
        Some((only, [])) => only.clone(),
        Some((last, first)) => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use linnet_contract::UserId;
    use uuid::Uuid;

    use super::*;

    fn added(names: &[&str]) -> String {
        let users = names.iter().map(|name| Named {
            id: UserId(Uuid::nil()),
            name: (*name).to_owned(),
        });
        english("Alice", Some(&SystemChange::MembersAdded { users: users.collect() }))
    }

    #[test]
    fn a_few_are_named_and_the_rest_are_counted() {
        assert_eq!(added(&["Bob"]), "Alice added Bob.");
        assert_eq!(added(&["Bob", "Carol"]), "Alice added Bob and Carol.");
        assert_eq!(added(&["B", "C", "D", "E"]), "Alice added B, C, D and 1 other.");
        assert_eq!(added(&["B", "C", "D", "E", "F"]), "Alice added B, C, D and 2 others.");
    }

    #[test]
    fn what_this_program_does_not_know_is_said_all_the_same() {
        assert_eq!(english("Alice", None), "Alice changed this conversation.");
    }
}

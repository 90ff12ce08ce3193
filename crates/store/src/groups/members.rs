//! Who comes in, who goes, and what they may do.

use std::collections::{HashMap, HashSet};

use linnet_contract::{Named, Role, SystemChange, UserId};

use super::{
    ChangeRefused,
    change::{Person, Step, Turn},
    sql,
};
use crate::{
    bulk::Column,
    db::{execute, fetch},
    decode::{Id, role_word},
    messages::DirectPolicy,
};

/// The version of a member's settings begins at the version of the conversation times this, and each change adds one: so it
/// is higher than whatever a device still knows from before its user was taken out and added again. It would be a device
/// that `sync` answers for ever, had anybody changed their settings more often than this during one membership.
const SETTINGS_APART: i64 = 1_000_000;

/// Somebody who may be added.
#[expect(clippy::struct_excessive_bools, reason = "each is a column")]
#[derive(Debug, sqlx::FromRow)]
struct Candidate {
    #[sqlx(try_from = "Id")]
    id: UserId,
    username: String,
    name: String,
    member: bool,
    blocking: bool,
    blocked: bool,
    connected: bool,
}

impl Turn<'_> {
    /// Adds people: all or nobody. `created` is the title of a conversation that begins with them.
    pub(super) async fn add(
        &mut self,
        users: &[UserId],
        policy: DirectPolicy,
        most: i64,
        created: Option<String>,
    ) -> Step<()> {
        let columns = || vec![Column::Ids(users.iter().map(|user| user.0).collect())];
        let found: Vec<Candidate> = fetch!(all, self.tx, sql::CANDIDATES, self.locked.id.0, self.actor.0; columns())?;
        let mut found: HashMap<UserId, Candidate> =
            found.into_iter().map(|candidate| (candidate.id, candidate)).collect();
        let (mut new, mut seen) = (Vec::new(), HashSet::new());
        for user in users.iter().filter(|user| seen.insert(**user)) {
            let Some(candidate) = found.remove(user) else {
                return Ok(Err(ChangeRefused::NoSuchPerson));
            };
            if candidate.member {
                continue;
            }
            if candidate.blocking {
                return Ok(Err(ChangeRefused::Blocked(candidate.username)));
            }
            // Whom the other one blocked is not told: it looks as if the two were not connected.
            if candidate.blocked || (policy == DirectPolicy::Connections && !candidate.connected) {
                return Ok(Err(ChangeRefused::NotConnected(candidate.username)));
            }
            new.push(candidate);
        }
        let added: Vec<(UserId, Role)> = new.iter().map(|candidate| (candidate.id, Role::Member)).collect();
        if let Err(refused) = self.insert(&added, most).await? {
            return Ok(Err(refused));
        }
        let users: Vec<Named> = new
            .into_iter()
            .map(|candidate| Named {
                id: candidate.id,
                name: candidate.name,
            })
            .collect();
        match created {
            Some(title) => self.says.push(SystemChange::Created { title, users }),
            None if users.is_empty() => {}
            None => self.says.push(SystemChange::MembersAdded { users }),
        }
        Ok(Ok(()))
    }

    /// Puts people in behind those who are there.
    pub(super) async fn insert(&mut self, new: &[(UserId, Role)], most: i64) -> Step<()> {
        let count = i64::try_from(new.len()).unwrap_or(i64::MAX);
        if count == 0 {
            return Ok(Ok(()));
        }
        if self.locked.member_count.saturating_add(count) > most {
            return Ok(Err(ChangeRefused::Full));
        }
        let id = self.locked.id.0;
        let (last,): (i64,) = fetch!(one, self.tx, sql::LAST_POSITION, id)?;
        let columns = || {
            vec![
                Column::Ids(new.iter().map(|(user, _)| user.0).collect()),
                Column::Texts(new.iter().map(|(_, role)| role_word(*role).to_owned()).collect()),
                Column::Numbers((last + 1..).take(new.len()).collect()),
            ]
        };
        let (last, settings) = (
            self.locked.last_sequence,
            self.locked.version.saturating_mul(SETTINGS_APART),
        );
        execute!(self.tx, sql::MEMBERS_INSERT, id, last, self.now, settings; columns())?;
        self.locked.member_count += count;
        self.changed.added.extend(new.iter().map(|(user, _)| *user));
        Ok(Ok(()))
    }

    pub(super) async fn remove(&mut self, target: Option<(UserId, Person)>) -> Step<()> {
        let Some((user, name, role)) = member(target) else {
            return Ok(Err(ChangeRefused::NoSuchPerson));
        };
        let leaves = user == self.actor;
        if leaves && self.locked.member_count <= 1 {
            self.deleted = true;
            return Ok(Ok(()));
        }
        if role == Role::Owner && self.owners().await? <= 1 {
            return Ok(Err(ChangeRefused::LastOwner));
        }
        execute!(self.tx, sql::MEMBER_DELETE, self.locked.id.0, user.0)?;
        self.locked.member_count -= 1;
        self.changed.removed.push(user);
        self.says.push(if leaves {
            SystemChange::MemberLeft {}
        } else {
            SystemChange::MemberRemoved {
                user: Named { id: user, name },
            }
        });
        Ok(Ok(()))
    }

    pub(super) async fn set_role(&mut self, target: Option<(UserId, Person)>, role: Role) -> Step<()> {
        let Some((user, name, before)) = member(target) else {
            return Ok(Err(ChangeRefused::NoSuchPerson));
        };
        if before == role {
            return Ok(Ok(()));
        }
        if before == Role::Owner && self.owners().await? <= 1 {
            return Ok(Err(ChangeRefused::LastOwner));
        }
        execute!(self.tx, sql::ROLE_SET, self.locked.id.0, user.0, role_word(role))?;
        self.changed.role_of = Some(user);
        self.says.push(SystemChange::RoleChanged {
            user: Named { id: user, name },
            role,
        });
        Ok(Ok(()))
    }

    pub(super) async fn join(&mut self, role: Option<Role>, invite: Option<&str>, most: i64) -> Step<()> {
        // Whoever is in already uses up nothing.
        if role.is_some() {
            return Ok(Ok(()));
        }
        if let Some(code) = invite
            && execute!(self.tx, sql::INVITE_USE, code, self.locked.id.0, self.now)? == 0
        {
            return Ok(Err(ChangeRefused::BadInvite));
        }
        if let Err(refused) = self.insert(&[(self.actor, Role::Member)], most).await? {
            return Ok(Err(refused));
        }
        self.says.push(SystemChange::MemberJoined {
            invited: invite.is_some(),
        });
        Ok(Ok(()))
    }

    async fn owners(&mut self) -> Result<i64, sqlx::Error> {
        let (count,): (i64,) = fetch!(one, self.tx, sql::OWNERS, self.locked.id.0)?;
        Ok(count)
    }
}

fn member(target: Option<(UserId, Person)>) -> Option<(UserId, String, Role)> {
    let (user, person) = target?;
    Some((user, person.name, person.role?))
}

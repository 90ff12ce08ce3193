//! The channels of a namespace.

use crate::{NamespaceHandle, Target, WeakNamespace};

pub(super) struct Channels {
    /// Which of the server's namespaces.
    pub(super) index: usize,
    pub(super) name: String,
    pub(super) namespace: WeakNamespace,
    /// Broadcasts; those into a single room have its name behind it.
    pub(super) broadcast: String,
    /// Matches every channel of broadcasts.
    pub(super) pattern: String,
    pub(super) request: String,
    pub(super) response: String,
    /// Responses for this node alone.
    pub(super) own_response: String,
}

impl Channels {
    pub(super) fn new(prefix: &str, uid: &str, index: usize, namespace: &NamespaceHandle) -> Self {
        let name = namespace.name();
        let broadcast = format!("{prefix}#{name}#");
        Self {
            index,
            name: name.to_owned(),
            namespace: namespace.downgrade(),
            pattern: format!("{}*", escape(&broadcast)),
            broadcast,
            request: format!("{prefix}-request#{name}#"),
            response: format!("{prefix}-response#{name}#"),
            own_response: format!("{prefix}-response#{name}#{uid}#"),
        }
    }

    /// Where a broadcast to this target goes.
    pub(super) fn of(&self, target: &Target) -> String {
        match target.rooms.as_slice() {
            [room] => format!("{}{room}#", self.broadcast),
            _ => self.broadcast.clone(),
        }
    }

    /// Where responses to a node go. Who asks names itself, so it is held to what a name can be.
    pub(super) fn response_to(&self, uid: Option<&str>) -> String {
        match uid {
            Some(uid) if uid.len() <= 64 => format!("{}{uid}#", self.response),
            _ => self.response.clone(),
        }
    }
}

/// A name in which nothing is a wildcard.
fn escape(name: &str) -> String {
    let mut escaped = String::with_capacity(name.len());
    for character in name.chars() {
        if matches!(character, '*' | '?' | '[' | ']' | '\\' | '^') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

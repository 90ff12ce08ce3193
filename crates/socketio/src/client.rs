//! One client: its sockets in the namespaces that it joined.

use std::sync::Arc;

use crate::{Namespace, engine::ProtocolFactory, rooms::NamespaceCore};

/// A namespace with the application's types erased.
pub(crate) struct NamespaceEntry {
    pub(crate) core: Arc<NamespaceCore>,
}

pub(crate) fn erase<N: Namespace>(core: Arc<NamespaceCore>, namespace: N) -> NamespaceEntry {
    let _ = namespace;
    NamespaceEntry { core }
}

pub(crate) struct ClientFactory {
    pub(crate) namespaces: Arc<[NamespaceEntry]>,
}

impl ProtocolFactory for ClientFactory {}

//! Connections that many share.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::RwLock;
use trueup_sdk::calls::Limits;

use super::{Settings, connect::Connection, retry};

/// Connections to clusters, and how much those bear, for all who reach them with
/// the same settings, from many stacks at once. What was asked of a cluster is
/// not shared: who comes later shall see what is there then.
#[derive(Default)]
pub struct Connections {
    known: Mutex<Vec<(Settings, Link)>>,
}

/// How one cluster is reached.
#[derive(Clone)]
pub(crate) struct Link {
    pub(crate) connection: Arc<RwLock<Option<Arc<Connection>>>>,
    pub(crate) limits: Arc<Limits>,
}

impl Link {
    pub(crate) fn new(connection: Option<Connection>) -> Self {
        Link {
            connection: Arc::new(RwLock::new(connection.map(Arc::new))),
            limits: Arc::new(retry::limits()),
        }
    }
}

impl Connections {
    pub(crate) fn link(&self, settings: &Settings) -> Link {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, link)) = known.iter().find(|(known, _)| known == settings) {
            return link.clone();
        }
        let link = Link::new(None);
        known.push((settings.clone(), link.clone()));
        link
    }
}

//! How a listener that was being created is found again: a load balancer
//! listens on a port once.

use aws_sdk_elasticloadbalancingv2::types::{Listener as Told, ProtocolEnum};
use serde::{Deserialize, Serialize};
use trueup_sdk::native::Fields;

use crate::{CallError, client::Account, elb::calls};

/// The load balancer, the port and what is spoken there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Identity(String, Option<i64>, Option<String>);

impl Identity {
    pub(super) fn of(planned: &Fields) -> Self {
        Identity(
            planned
                .text("load_balancer_arn")
                .unwrap_or_default()
                .to_owned(),
            planned.integer("port"),
            planned.text("protocol").map(str::to_uppercase),
        )
    }

    pub(super) fn write(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }

    pub(super) fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The listener there is.
    ///
    /// # Errors
    /// What the service answered; a load balancer that is gone has none.
    pub(super) async fn find(&self, account: &Account) -> Result<Option<Told>, CallError> {
        let Identity(balancer, port, protocol) = self;
        let listeners = match calls::listeners_of(account, balancer).await {
            Err(error) if error.is(calls::MISSING) => return Ok(None),
            listeners => listeners?,
        };
        let fits = |told: &Told| {
            let spoken = told.protocol().map(ProtocolEnum::as_str);
            told.port().map(i64::from) == *port
                && (protocol.is_none() || spoken == protocol.as_deref())
        };
        Ok(listeners.into_iter().find(fits))
    }
}

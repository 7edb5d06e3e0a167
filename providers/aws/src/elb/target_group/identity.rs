//! How a target group that was being created is found again: by its name, if
//! it is the one that was to be. The service itself takes a second request
//! with the same settings for the first.

use aws_sdk_elasticloadbalancingv2::types::TargetGroup as Told;
use trueup_sdk::native::Fields;

use crate::{client::Account, elb::names, unique};

/// What cannot change about a target group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) name: String,
    port: Option<i64>,
    protocol: Option<String>,
    vpc: Option<String>,
    kind: String,
}

impl Identity {
    /// The name that is planned, or one that is unique.
    pub(super) fn choose(account: &Account, planned: &Fields) -> Option<Self> {
        let given = planned.text("name").filter(|name| !name.is_empty());
        let name = match given {
            Some(name) => name.to_owned(),
            None => {
                let prefix = planned
                    .text("name_prefix")
                    .filter(|prefix| !prefix.is_empty());
                let name = format!(
                    "{}{}",
                    prefix.unwrap_or("tf-"),
                    unique::suffix(&account.world)?
                );
                name.chars().take(names::LONGEST).collect()
            }
        };
        Some(Identity {
            name,
            port: planned.integer("port"),
            protocol: planned.text("protocol").map(str::to_owned),
            vpc: planned.text("vpc_id").map(str::to_owned),
            kind: planned.text("target_type").unwrap_or("instance").to_owned(),
        })
    }

    pub(super) fn write(&self) -> Option<String> {
        let Identity {
            name,
            port,
            protocol,
            vpc,
            kind,
        } = self;
        Some(serde_json::json!([name, port, protocol, vpc, kind]).to_string())
    }

    pub(super) fn read(text: &str) -> Option<Self> {
        let (name, port, protocol, vpc, kind) = serde_json::from_str(text).ok()?;
        Some(Identity {
            name,
            port,
            protocol,
            vpc,
            kind,
        })
    }

    /// Whether a group may be the one that was being created.
    pub(super) fn fits(&self, told: &Told) -> bool {
        let lambda = self.kind == "lambda";
        let same = |ours: Option<&str>, theirs: Option<&str>| lambda || ours == theirs;
        told.target_group_name() == Some(self.name.as_str())
            && told
                .target_type()
                .is_some_and(|kind| kind.as_str() == self.kind)
            && (lambda || told.port().map(i64::from) == self.port)
            && same(
                self.protocol.as_deref(),
                told.protocol().map(|p| p.as_str()),
            )
            && same(self.vpc.as_deref(), told.vpc_id())
    }
}

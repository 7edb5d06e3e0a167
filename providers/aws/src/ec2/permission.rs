//! What a security group lets through, taken apart: one protocol, one range
//! of ports, one source.

use std::collections::BTreeSet;

use crate::client::{Element, Parameters};

/// Where traffic comes from or goes to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    Ipv4(String),
    Ipv6(String),
    PrefixList(String),
    /// The ID of a group, or of a group of another account after the account.
    Group(String),
    /// The group itself.
    Own,
}

/// One permission.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Permission {
    pub(super) protocol: String,
    pub(super) from: i64,
    pub(super) to: i64,
    pub(super) source: Source,
    pub(super) description: String,
}

/// The one way in which a protocol is written, which has names and numbers.
pub(super) fn protocol(text: &str) -> String {
    let lower = text.to_lowercase();
    let name = match lower.as_str() {
        "all" | "-1" => "-1",
        "6" => "tcp",
        "17" => "udp",
        "1" => "icmp",
        "58" => "icmpv6",
        other => other,
    };
    name.to_owned()
}

impl Permission {
    /// The same but for its description.
    pub(super) fn undescribed(&self) -> Permission {
        Permission {
            description: String::new(),
            ..self.clone()
        }
    }

    /// Those of a group that are told together.
    fn told(told: &Element, own: &str, account: &str) -> Vec<Self> {
        let of = |item: &Element, source: Source| Permission {
            protocol: protocol(told.text_of("ipProtocol").unwrap_or_default()),
            from: told.number_of("fromPort").unwrap_or_default(),
            to: told.number_of("toPort").unwrap_or_default(),
            source,
            description: item.text_of("description").unwrap_or_default().to_owned(),
        };
        let text = |item: &Element, name| item.text_of(name).unwrap_or_default().to_owned();
        let ipv4 = told
            .items("ipRanges")
            .map(|i| of(i, Source::Ipv4(text(i, "cidrIp"))));
        let ipv6 = told
            .items("ipv6Ranges")
            .map(|i| of(i, Source::Ipv6(text(i, "cidrIpv6"))));
        let lists = told.items("prefixListIds");
        let lists = lists.map(|i| of(i, Source::PrefixList(text(i, "prefixListId"))));
        let groups = told.items("groups").map(|i| of(i, group(i, own, account)));
        ipv4.chain(ipv6).chain(lists).chain(groups).collect()
    }

    /// As a request carries it; `own` is the group it belongs to.
    pub(super) fn write(&self, own: &str) -> Parameters {
        let ports = self.protocol != "-1";
        let described = (!self.description.is_empty()).then(|| self.description.clone());
        let of = |value: &str, id: &str| {
            let inner = Parameters::default().set(value, id);
            inner.set_some("Description", described.clone())
        };
        let (list, inner) = match &self.source {
            Source::Ipv4(cidr) => ("IpRanges", of("CidrIp", cidr)),
            Source::Ipv6(cidr) => ("Ipv6Ranges", of("CidrIpv6", cidr)),
            Source::PrefixList(id) => ("PrefixListIds", of("PrefixListId", id)),
            Source::Group(id) => match id.split_once('/') {
                Some((account, id)) => ("Groups", of("GroupId", id).set("UserId", account)),
                None => ("Groups", of("GroupId", id)),
            },
            Source::Own => ("Groups", of("GroupId", own)),
        };
        Parameters::default()
            .set("IpProtocol", &self.protocol)
            .set_some("FromPort", ports.then(|| self.from.to_string()))
            .set_some("ToPort", ports.then(|| self.to.to_string()))
            .each(list, [inner])
    }
}

fn group(told: &Element, own: &str, account: &str) -> Source {
    let id = told.text_of("groupId").unwrap_or_default();
    if id == own {
        return Source::Own;
    }
    match told.text_of("userId").filter(|owner| *owner != account) {
        Some(owner) => Source::Group(format!("{owner}/{id}")),
        None => Source::Group(id.to_owned()),
    }
}

/// All permissions a group tells of one direction: `ipPermissions` or
/// `ipPermissionsEgress`.
pub(super) fn told(group: &Element, side: &str) -> BTreeSet<Permission> {
    let own = group.text_of("groupId").unwrap_or_default();
    let account = group.text_of("ownerId").unwrap_or_default();
    group
        .items(side)
        .flat_map(|told| Permission::told(told, own, account))
        .collect()
}

/// The name of a direction among what a group tells.
pub(super) fn side(egress: bool) -> &'static str {
    if egress {
        "ipPermissionsEgress"
    } else {
        "ipPermissions"
    }
}

/// Permissions as a request carries them.
pub(super) fn write<'a>(
    all: impl IntoIterator<Item = &'a Permission>,
    own: &str,
) -> Vec<Parameters> {
    all.into_iter()
        .map(|permission| permission.write(own))
        .collect()
}

//! A security group that is made, and rules and tags that change.

use std::collections::BTreeSet;

use trueup_sdk::native::{Create, Failure, Fields, Made, problem};

use super::{SecurityGroup, look, rules};
use crate::{
    CallError,
    client::{Account, Element, Parameters, Service},
    ec2::{
        filters,
        permission::{self, Permission},
    },
    patience,
    tags::{self, TagChange},
    unique,
};

/// A group's name, which is unique in its VPC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    name: String,
    vpc: Option<String>,
    description: String,
}

impl Identity {
    pub(super) fn choose(account: &Account, planned: &Fields) -> Option<Self> {
        let given = planned.text("name").filter(|name| !name.is_empty());
        let name = match given {
            Some(name) => name.to_owned(),
            None => {
                let prefix = planned
                    .text("name_prefix")
                    .filter(|prefix| !prefix.is_empty());
                format!(
                    "{}{}",
                    prefix.unwrap_or("terraform-"),
                    unique::suffix(&account.world)?
                )
            }
        };
        Some(Identity {
            name,
            vpc: planned.text("vpc_id").map(str::to_owned),
            description: planned.text("description").unwrap_or_default().to_owned(),
        })
    }

    pub(super) fn write(&self) -> Option<String> {
        Some(serde_json::json!([self.name, self.vpc, self.description]).to_string())
    }

    pub(super) fn read(text: &str) -> Option<Self> {
        let (name, vpc, description) = serde_json::from_str(text).ok()?;
        Some(Identity {
            name,
            vpc,
            description,
        })
    }

    /// The group of that name.
    pub(super) async fn find(&self, account: &Account) -> Result<Option<Element>, CallError> {
        let mut wanted = vec![filters::filter("group-name", [self.name.clone()])];
        wanted.extend(
            self.vpc
                .iter()
                .map(|vpc| filters::filter("vpc-id", [vpc.clone()])),
        );
        let answer = account
            .ec2("DescribeSecurityGroups", &filters::write(wanted))
            .await?;
        let mut found = answer.items("securityGroupInfo");
        let ours = |told: &&Element| told.text_of("groupDescription") == Some(&self.description);
        Ok(found.find(ours).cloned())
    }
}

impl SecurityGroup {
    pub(super) async fn make(&self, account: &Account, create: Create<'_>) -> Made {
        let planned = create.planned;
        let identity = create.identity.and_then(Identity::read);
        let Some(identity) = identity.or_else(|| Identity::choose(account, &planned)) else {
            return Err(problem(
                "creating Security Group",
                "There is no name, and no randomness to make one from.",
            )
            .into());
        };
        let doing = format!("creating Security Group ({})", identity.name);
        let failed = |error: CallError| Failure::from(error.problem(&doing));
        let id = send(account, &identity, &planned).await.map_err(failed)?;
        let settled = settle(account, &id, &planned).await;
        let found = look(account, std::slice::from_ref(&id)).await;
        let told = found.as_ref().ok().and_then(|found| found.get(&id));
        let group = match told {
            Some(told) => self.show(account, told, &planned),
            None => {
                let mut group = self.show(account, &Element::default(), &planned);
                group.set_text("id", id.as_str());
                group
            }
        };
        match settled.and(found.map(drop)) {
            Ok(()) => Ok(group.into()),
            Err(error) => Err(failed(error).leaving(group)),
        }
    }
}

async fn send(
    account: &Account,
    identity: &Identity,
    planned: &Fields,
) -> Result<String, CallError> {
    let tags = tags::read(planned.get("tags_all"));
    let parameters = filters::write_tags("security-group", &tags)
        .set("GroupName", &identity.name)
        .set("GroupDescription", &identity.description)
        .set_some("VpcId", identity.vpc.clone());
    let id = |told: &Element| told.text_of("groupId").unwrap_or_default().to_owned();
    let (id, tags) = (&id, &tags);
    let find = || async move {
        let found = identity.find(account).await?;
        let ours = found.filter(|told| filters::read_tags(told) == *tags);
        Ok(ours.as_ref().map(id))
    };
    let call = account.to(Service::Ec2, "CreateSecurityGroup");
    call.ec2_once(&parameters, id, find).await
}

/// Takes away the rule every group begins with, which lets everything out, and
/// gives it those that are planned.
async fn settle(account: &Account, id: &str, planned: &Fields) -> Result<(), CallError> {
    let look = || async {
        let found = look(account, &[id.to_owned()]).await?;
        Ok(found.get(id).cloned())
    };
    let told = patience::until(account, patience::PROPAGATION, look).await?;
    let (ingress, egress) = match &told {
        Some(told) => (
            permission::told(told, permission::side(false)),
            permission::told(told, permission::side(true)),
        ),
        None => (BTreeSet::new(), BTreeSet::new()),
    };
    let wanted = |name: &str| rules::permissions(planned.get(name));
    change_rules(account, id, false, &ingress, &wanted("ingress")).await?;
    change_rules(account, id, true, &egress, &wanted("egress")).await
}

/// Makes the rules of one direction what they are to be. New ones are let
/// through before old ones are not any more, so that no connection breaks that
/// both allow.
pub(in crate::ec2) async fn change_rules(
    account: &Account,
    id: &str,
    egress: bool,
    before: &BTreeSet<Permission>,
    after: &BTreeSet<Permission>,
) -> Result<(), CallError> {
    let plain = |all: &BTreeSet<Permission>| -> BTreeSet<Permission> {
        all.iter().map(Permission::undescribed).collect()
    };
    let (had, will) = (plain(before), plain(after));
    let new: Vec<_> = after.difference(before).collect();
    let (redescribed, added): (Vec<_>, Vec<_>) = new
        .into_iter()
        .partition(|permission| had.contains(&permission.undescribed()));
    // What is taken away is found by what it lets through: descriptions may be
    // others by now.
    let removed: Vec<_> = had.difference(&will).collect();
    let calls = match egress {
        true => [
            "AuthorizeSecurityGroupEgress",
            "UpdateSecurityGroupRuleDescriptionsEgress",
            "RevokeSecurityGroupEgress",
        ],
        false => [
            "AuthorizeSecurityGroupIngress",
            "UpdateSecurityGroupRuleDescriptionsIngress",
            "RevokeSecurityGroupIngress",
        ],
    };
    for (action, permissions) in calls.into_iter().zip([added, redescribed, removed]) {
        send_rules(account, id, action, permission::write(permissions, id)).await?;
    }
    Ok(())
}

/// A group that was just made is not known everywhere.
pub(in crate::ec2) fn fresh(error: &CallError) -> bool {
    error.is(&["InvalidGroup.NotFound"])
}

/// Sends permissions in one call. Where the service refuses the call because
/// of one that is there already, or gone already, they go one by one: that one
/// needs nothing, the others do.
async fn send_rules(
    account: &Account,
    id: &str,
    action: &'static str,
    permissions: Vec<Parameters>,
) -> Result<(), CallError> {
    let done = |error: &CallError| {
        error.is(&["InvalidPermission.Duplicate", "InvalidPermission.NotFound"])
    };
    let of = |some: Vec<Parameters>| {
        Parameters::default()
            .set("GroupId", id)
            .each("IpPermissions", some)
    };
    if permissions.is_empty() {
        return Ok(());
    }
    let call = account.to(Service::Ec2, action);
    let call = match action.starts_with("Authorize") {
        true => call.waits(patience::APPEARING, fresh),
        false => call,
    };
    match call.ec2(&of(permissions.clone())).await {
        Err(error) if done(&error) => {}
        answer => return answer.map(drop),
    }
    for one in permissions {
        match call.ec2(&of(vec![one])).await {
            Err(error) if done(&error) => {}
            answer => drop(answer?),
        }
    }
    Ok(())
}

/// Makes a change of tags of anything of EC2.
pub(in crate::ec2) async fn change_tags(
    account: &Account,
    id: &str,
    change: &TagChange,
) -> Result<(), CallError> {
    let of = Parameters::default().list("ResourceId", [id]);
    if !change.remove.is_empty() {
        let keys = change
            .remove
            .iter()
            .map(|key| Parameters::default().set("Key", key));
        account
            .ec2("DeleteTags", &of.clone().each("Tag", keys))
            .await?;
    }
    if !change.set.is_empty() {
        let tags = change.set.iter();
        let tags =
            tags.map(|(key, value)| Parameters::default().set("Key", key).set("Value", value));
        account.ec2("CreateTags", &of.each("Tag", tags)).await?;
    }
    Ok(())
}

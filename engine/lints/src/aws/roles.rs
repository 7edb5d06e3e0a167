//! Roles with their policies.

use trueup_value::Path;

use super::policy::Policy;
use crate::view::{Resource, View};

/// The annotation that says which role a service account takes.
pub(crate) const ROLE_ANNOTATION: &str = "eks.amazonaws.com/role-arn";

/// A policy that a role has.
pub(crate) struct Granted<'a> {
    /// The resource that has the text.
    pub(crate) resource: &'a Resource<'a>,
    /// Its attribute.
    pub(crate) path: Path,
    pub(crate) policy: Policy,
}

/// The policies of a role.
pub(crate) struct Grants<'a> {
    pub(crate) known: Vec<Granted<'a>>,
    /// It has others that the plan doesn't tell.
    pub(crate) open: bool,
}

impl Grants<'_> {
    /// Whether it may be that not all it grants is known.
    pub(crate) fn may_grant_more(&self) -> bool {
        let open = |granted: &Granted<'_>| {
            let mut statements = granted.policy.statements.iter();
            granted.policy.open || statements.any(|statement| statement.is_open())
        };
        self.open || self.known.iter().any(open)
    }
}

/// What a role is called in ARNs: all after `role/` but its path.
pub(crate) fn name_in_arn(arn: &str) -> Option<&str> {
    let (_, place) = arn.split_once(":role/")?;
    place.rsplit('/').next()
}

/// The role with this ARN. One that is not made yet is told by its name.
pub(crate) fn role_by_arn<'a>(view: &View<'a>, arn: &str) -> Option<&'a Resource<'a>> {
    let mut roles = view.managed("aws_iam_role");
    roles.find(|role| match role.at("arn").text() {
        Some(known) => known == arn,
        None => role
            .at("name")
            .text()
            .is_some_and(|name| name_in_arn(arn) == Some(name)),
    })
}

/// The policies of a role: its own and those attached to it.
pub(crate) fn grants<'a>(view: &View<'a>, role: &'a Resource<'a>) -> Grants<'a> {
    let mut known = Vec::new();
    let mut open = !role.at("managed_policy_arns").is_absent()
        && !role.at("managed_policy_arns").is_unknown()
        && role.at("managed_policy_arns").items().next().is_some();
    for (index, inline) in role.at("inline_policy").items().enumerate() {
        let Some(policy) = inline.at("policy").text().and_then(Policy::parse) else {
            open |= inline.at("policy").is_unknown();
            continue;
        };
        known.push(Granted {
            resource: role,
            path: Path::new()
                .attr("inline_policy")
                .index(trueup_value::Value::number(index)),
            policy,
        });
    }
    for own in view
        .managed("aws_iam_role_policy")
        .filter(|own| is_of(view, own, role))
    {
        known.push(Granted {
            resource: own,
            path: Path::new().attr("policy"),
            policy: Policy::of(view, own, "policy"),
        });
    }
    let attached = view.managed("aws_iam_role_policy_attachment");
    for attachment in attached.filter(|attachment| is_of(view, attachment, role)) {
        match view.named(attachment, "policy_arn", ("aws_iam_policy", "arn")) {
            Some(resource) => known.push(Granted {
                resource,
                path: Path::new().attr("policy"),
                policy: Policy::of(view, resource, "policy"),
            }),
            None => open = true,
        }
    }
    Grants { known, open }
}

/// Whether something that names its role is of this one.
fn is_of(view: &View<'_>, resource: &Resource<'_>, role: &Resource<'_>) -> bool {
    let named = view.named(resource, "role", ("aws_iam_role", "name"));
    named.is_some_and(|named| named.address == role.address)
}

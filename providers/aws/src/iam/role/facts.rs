//! What AWS knows of a role.

use aws_sdk_iam::types::{Role, RoleDetail, RoleLastUsed};
use aws_smithy_types::DateTime;
use trueup_sdk::native::Fields;
use trueup_value::{Type, Value};

use super::inline::{self, Inline};
use crate::{
    CallError, blocks,
    client::Account,
    iam::{documents, names, service},
    tags::Tags,
};

/// A role with its policies.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    pub(in crate::iam) name: String,
    pub(in crate::iam) arn: String,
    pub(in crate::iam) id: String,
    pub(in crate::iam) path: String,
    pub(in crate::iam) created: DateTime,
    pub(in crate::iam) trust: String,
    pub(in crate::iam) description: String,
    pub(in crate::iam) longest_session: i32,
    pub(in crate::iam) boundary: String,
    pub(in crate::iam) last_used: Option<RoleLastUsed>,
    pub(in crate::iam) tags: Tags,
    pub(in crate::iam) inline: Inline,
    pub(in crate::iam) attached: Vec<String>,
}

impl Facts {
    /// Without its policies.
    pub(super) fn of(role: Role) -> Self {
        let boundary = role
            .permissions_boundary
            .and_then(|it| it.permissions_boundary_arn);
        Facts {
            name: role.role_name,
            arn: role.arn,
            id: role.role_id,
            path: role.path,
            created: role.create_date,
            trust: documents::decoded(&role.assume_role_policy_document.unwrap_or_default()),
            description: role.description.unwrap_or_default(),
            longest_session: role.max_session_duration.unwrap_or(3600),
            boundary: boundary.unwrap_or_default(),
            last_used: role.role_last_used,
            tags: service::told(&role.tags.unwrap_or_default()),
            inline: Inline::new(),
            attached: Vec::new(),
        }
    }

    /// From the details of the account, which lack the description and the
    /// longest session; `listed` has them.
    pub(in crate::iam) fn of_detail(detail: RoleDetail, listed: Option<&Role>) -> Self {
        let boundary = detail
            .permissions_boundary
            .and_then(|it| it.permissions_boundary_arn);
        let inline = detail
            .role_policy_list
            .unwrap_or_default()
            .into_iter()
            .map(|policy| {
                let document = documents::decoded(&policy.policy_document.unwrap_or_default());
                (policy.policy_name.unwrap_or_default(), document)
            });
        let attached = detail
            .attached_managed_policies
            .unwrap_or_default()
            .into_iter();
        Facts {
            name: detail.role_name.unwrap_or_default(),
            arn: detail.arn.unwrap_or_default(),
            id: detail.role_id.unwrap_or_default(),
            path: detail.path.unwrap_or_default(),
            created: detail.create_date.unwrap_or_else(|| DateTime::from_secs(0)),
            trust: documents::decoded(&detail.assume_role_policy_document.unwrap_or_default()),
            description: listed
                .and_then(|role| role.description.clone())
                .unwrap_or_default(),
            longest_session: listed
                .and_then(|role| role.max_session_duration)
                .unwrap_or(3600),
            boundary: boundary.unwrap_or_default(),
            last_used: detail.role_last_used,
            tags: service::told(&detail.tags.unwrap_or_default()),
            inline: inline.collect(),
            attached: attached.filter_map(|policy| policy.policy_arn).collect(),
        }
    }

    /// Asks for one role, with its policies.
    pub(in crate::iam) async fn fetch(
        account: &Account,
        name: &str,
    ) -> Result<Option<Self>, CallError> {
        let Some(mut facts) = Facts::alone(account, name).await? else {
            return Ok(None);
        };
        let (inline, attached) = futures_util::future::try_join(
            inline_policies(account, name),
            attached_policies(account, name),
        )
        .await?;
        (facts.inline, facts.attached) = (inline, attached);
        Ok(Some(facts))
    }

    /// Asks for one role, without its policies.
    pub(super) async fn alone(account: &Account, name: &str) -> Result<Option<Self>, CallError> {
        let iam = account.iam();
        let role = service::find(account, "GetRole", || iam.get_role().role_name(name).send());
        let role = role.await?.and_then(|answer| answer.role);
        Ok(role.map(Facts::of))
    }

    /// The object this is; `before` is as it was.
    pub(in crate::iam) fn show(&self, account: &Account, before: &Fields) -> Fields {
        let mut object = before.clone();
        for (name, text) in [
            ("id", &self.name),
            ("arn", &self.arn),
            ("unique_id", &self.id),
            ("path", &self.path),
            ("description", &self.description),
            ("permissions_boundary", &self.boundary),
        ] {
            object.set_text(name, text.as_str());
        }
        names::show(&mut object, &self.name);
        object.set_text("create_date", service::moment(&self.created));
        object.set_integer("max_session_duration", self.longest_session.into());
        let before_trust = before.text("assume_role_policy");
        let trust = documents::shown(&self.trust, before_trust, documents::sorted);
        object.set_text("assume_role_policy", trust);
        object.set("managed_policy_arns", blocks::text_set(&self.attached));
        object.set(
            "inline_policy",
            self.show_inline(before.get("inline_policy")),
        );
        if object.get("force_detach_policies").is_null() {
            object.set("force_detach_policies", Value::bool(false));
        }
        service::show_tags(account, self.tags.clone(), before, &mut object);
        object
    }

    fn show_inline(&self, before: &Value) -> Value {
        let policies = self.inline.iter();
        let known = inline::read(before);
        let policies = policies.map(|(name, policy)| {
            let before = known.get(name).map(String::as_str);
            (
                name.clone(),
                documents::shown(policy, before, documents::inline),
            )
        });
        let policies: Inline = policies.collect();
        // One empty block says that there are to be none.
        let none = policies.is_empty() && before.length() == Some(1) && known.is_empty();
        if none {
            before.clone()
        } else {
            inline::value(&policies)
        }
    }

    /// `role_last_used` of the data source.
    pub(super) fn show_last_used(&self) -> Value {
        let used = self.last_used.as_ref();
        let date = used
            .and_then(|used| used.last_used_date.as_ref())
            .map(service::moment);
        let region = used.and_then(|used| used.region.clone());
        let ty = Type::object([("last_used_date", Type::String), ("region", Type::String)]);
        let one = Value::object([
            ("last_used_date", Value::string(date.unwrap_or_default())),
            ("region", Value::string(region.unwrap_or_default())),
        ]);
        Value::list(
            ty,
            if used.is_some() {
                vec![one]
            } else {
                Vec::new()
            },
        )
    }
}

/// The inline policies of a role.
async fn inline_policies(account: &Account, name: &str) -> Result<Inline, CallError> {
    let mut policies = Inline::new();
    for policy in inline_names(account, name).await? {
        if let Some(document) = super::super::role_policy::document(account, name, &policy).await? {
            policies.insert(policy, document);
        }
    }
    Ok(policies)
}

pub(super) async fn inline_names(account: &Account, name: &str) -> Result<Vec<String>, CallError> {
    let iam = account.iam();
    let mut names = Vec::new();
    let mut marker = None;
    loop {
        let call = || {
            iam.list_role_policies()
                .role_name(name)
                .set_marker(marker.clone())
                .send()
        };
        let Some(page) = service::find(account, "ListRolePolicies", call).await? else {
            return Ok(names);
        };
        names.extend(page.policy_names);
        marker = page.marker;
        if marker.is_none() {
            return Ok(names);
        }
    }
}

/// The ARNs of the managed policies attached to a role. What was read is kept
/// until something is changed: a role and its attachments are read in one run.
pub(in crate::iam) async fn attached_policies(
    account: &Account,
    name: &str,
) -> Result<Vec<String>, CallError> {
    let (changes, kept) = (account.changes(), &account.kept.attached);
    if let Some(arns) = kept.get(changes, name) {
        return Ok(arns);
    }
    let arns = list_attached_policies(account, name).await?;
    kept.put(changes, name, arns.clone());
    Ok(arns)
}

async fn list_attached_policies(account: &Account, name: &str) -> Result<Vec<String>, CallError> {
    let iam = account.iam();
    let mut arns = Vec::new();
    let mut marker = None;
    loop {
        let call = || {
            iam.list_attached_role_policies()
                .role_name(name)
                .set_marker(marker.clone())
                .send()
        };
        let Some(page) = service::find(account, "ListAttachedRolePolicies", call).await? else {
            return Ok(arns);
        };
        let attached = page.attached_policies.unwrap_or_default().into_iter();
        arns.extend(attached.filter_map(|policy| policy.policy_arn));
        marker = page.marker;
        if marker.is_none() {
            return Ok(arns);
        }
    }
}

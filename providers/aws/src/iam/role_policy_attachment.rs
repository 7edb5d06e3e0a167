//! `aws_iam_role_policy_attachment`: a managed policy attached to a role.

use std::collections::BTreeMap;

use trueup_sdk::{
    Answer, Drift, Explanation, Interrupted, Object, PlanRequest, PlanResponse, ReadResponse,
    Recovery,
    native::{Create, Delete, Deleted, Field, Fields, Made, ResourceType, Shape, problem},
    ready,
};
use trueup_value::Type;

use super::{
    names,
    service::{self, concurrent},
    snapshot,
};
use crate::{
    CallError,
    client::{Account, Service},
    fields,
    patience::{APPEARING, PROPAGATION},
    plan, unique,
};

pub(super) struct RolePolicyAttachment;

fn called(role: &str, arn: &str) -> String {
    format!("IAM Policy ({arn}) to IAM Role ({role})")
}

fn place(object: &Fields) -> (String, String) {
    let text = |name: &str| object.text(name).unwrap_or_default().to_owned();
    (text("role"), text("policy_arn"))
}

/// Attaches a policy; it is no error if it is attached already.
pub(super) async fn attach(account: &Account, role: &str, arn: &str) -> Result<(), CallError> {
    let iam = account.iam();
    let call = account.to(Service::Iam, "AttachRolePolicy");
    let send = || {
        iam.attach_role_policy()
            .role_name(role)
            .policy_arn(arn)
            .send()
    };
    call.waits(APPEARING, service::fresh)
        .waits(PROPAGATION, service::concurrent)
        .send(send)
        .await?;
    Ok(())
}

/// Detaches a policy, if it is attached.
pub(super) async fn detach(account: &Account, role: &str, arn: &str) -> Result<(), CallError> {
    let iam = account.iam();
    let call = account.to(Service::Iam, "DetachRolePolicy");
    let send = || {
        iam.detach_role_policy()
            .role_name(role)
            .policy_arn(arn)
            .send()
    };
    service::optional(call.waits(PROPAGATION, concurrent).send(send).await)?;
    Ok(())
}

impl ResourceType<Account> for RolePolicyAttachment {
    fn shape(&self) -> Shape {
        let attributes = [
            Field::required("role", Type::String)
                .checked(names::check_role)
                .replaces()
                .about("The name of the role."),
            Field::required("policy_arn", Type::String)
                .replaces()
                .checked(names::check_policy_arn)
                .about("The ARN of the policy."),
            fields::id(),
        ];
        Shape::new("A managed policy attached to a role.", attributes).legacy()
    }

    fn plan<'a>(
        &'a self,
        account: &'a Account,
        shape: &'a Shape,
        request: PlanRequest<'a>,
    ) -> Answer<'a, PlanResponse> {
        ready(plan::plan(account, shape, &request))
    }

    fn read<'a>(&'a self, account: &'a Account, object: Object) -> Answer<'a, ReadResponse> {
        fields::read_one(self.read_all(account, vec![object]))
    }

    fn read_all<'a>(
        &'a self,
        account: &'a Account,
        objects: Vec<Object>,
    ) -> Answer<'a, Vec<ReadResponse>> {
        Box::pin(async move {
            let all = fields::of_all(&objects);
            let roles: Vec<String> = all.iter().map(|object| place(object).0).collect();
            let attached: BTreeMap<_, _> = snapshot::attached(account, &roles).await;
            let responses = all.into_iter().map(|object| {
                let (role, arn) = place(&object);
                let there = match attached.get(&role) {
                    Some(Ok(arns)) => Ok(arns.contains(&arn).then_some(object)),
                    Some(Err(error)) => Err(error.clone()),
                    None => Ok(None),
                };
                fields::read(there, || called(&role, &arn))
            });
            responses.collect()
        })
    }

    fn reads_at_once(&self) -> usize {
        snapshot::MOST
    }

    /// Attaching twice makes no difference; this is for the ID.
    fn identify(&self, account: &Account, planned: &Fields) -> Option<String> {
        let (role, arn) = place(planned);
        let suffix = unique::suffix(&account.world)?;
        Some(serde_json::json!([suffix, role, arn]).to_string())
    }

    fn create<'a>(&'a self, account: &'a Account, create: Create<'a>) -> Answer<'a, Made> {
        Box::pin(async move {
            let recorded = create.identity.and_then(read_identity);
            let mut object = create.planned;
            let (role, arn) = place(&object);
            let attached = attach(account, &role, &arn).await;
            attached
                .map_err(|error| error.problem(&format!("attaching {}", called(&role, &arn))))?;
            let suffix = recorded.map(|(suffix, ..)| suffix);
            let suffix = suffix.or_else(|| unique::suffix(&account.world));
            object.set_text("id", format!("{role}-{}", suffix.unwrap_or_default()));
            Ok(object.into())
        })
    }

    fn delete<'a>(&'a self, account: &'a Account, delete: Delete<'a>) -> Answer<'a, Deleted> {
        Box::pin(async move {
            let (role, arn) = place(&Fields::of(&delete.prior.value));
            let answer = detach(account, &role, &arn).await;
            answer.map_err(|error| error.problem(&format!("detaching {}", called(&role, &arn))))?;
            Ok(Vec::new())
        })
    }

    fn import<'a>(
        &'a self,
        _: &'a Account,
        empty: Fields,
        id: &'a str,
    ) -> Option<Answer<'a, Made>> {
        let mut object = empty;
        let Some((role, arn)) = id
            .split_once('/')
            .filter(|(_, arn)| arn.starts_with("arn:"))
        else {
            let summary =
                format!("unexpected format of ID ({id}), expected <role-name>/<policy_arn>");
            return Some(ready(Err(problem(&summary, "").into())));
        };
        object.set_text("id", format!("{role}-{arn}"));
        object.set_text("role", role);
        object.set_text("policy_arn", arn);
        Some(ready(Ok(object.into())))
    }

    fn explain<'a>(
        &'a self,
        account: &'a Account,
        drift: Drift<'a>,
    ) -> Answer<'a, Vec<Explanation>> {
        super::explain(account, drift, "role")
    }

    fn recover<'a>(
        &'a self,
        account: &'a Account,
        action: Interrupted<'a>,
    ) -> Answer<'a, Recovery> {
        Box::pin(async move {
            if let Some(prior) = action.prior {
                return fields::recovered(self.read(account, prior.clone()).await);
            }
            let Some((suffix, role, arn)) = action.identity.and_then(read_identity) else {
                return Recovery::Unknown;
            };
            let mut object = self.shape().empty();
            object.set_text("id", format!("{role}-{suffix}"));
            object.set_text("role", role);
            object.set_text("policy_arn", arn);
            fields::recovered(self.read(account, object.into()).await)
        })
    }
}

/// What makes the ID unique, the role, and the ARN of the policy.
fn read_identity(text: &str) -> Option<(String, String, String)> {
    serde_json::from_str(text).ok()
}

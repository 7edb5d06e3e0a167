//! `aws_iam_role_policy`: an inline policy of a role.

use std::collections::BTreeMap;

use trueup_sdk::{
    Answer, Drift, Explanation, Interrupted, Object, PlanRequest, PlanResponse, Problem,
    ReadResponse, Recovery,
    native::{Create, Delete, Deleted, Field, Fields, Made, ResourceType, Shape, Update},
    ready,
};
use trueup_value::Type;

use super::{
    documents,
    names::{self, Identity},
    service::{self, concurrent},
    snapshot,
};
use crate::{
    CallError,
    client::{Account, Service},
    fields,
    patience::{APPEARING, PROPAGATION},
    plan,
    policy::{PolicyKind, judge},
};

pub(super) struct RolePolicy;

fn called(role: &str, name: &str) -> String {
    format!("IAM Role Policy ({role}:{name})")
}

/// Role and name of an object's policy.
fn place(object: &Fields) -> (String, String) {
    let (role, name) = object
        .text("id")
        .and_then(|id| id.split_once(':'))
        .unwrap_or_default();
    let text = |attribute: &str, other: &str| object.text(attribute).unwrap_or(other).to_owned();
    (text("role", role), text("name", name))
}

/// Writes an inline policy, whether there is one of the name or not.
pub(super) async fn put(
    account: &Account,
    role: &str,
    name: &str,
    document: &str,
) -> Result<(), CallError> {
    let iam = account.iam();
    let call = account.to(Service::Iam, "PutRolePolicy");
    let send = || {
        iam.put_role_policy()
            .role_name(role)
            .policy_name(name)
            .policy_document(document)
            .send()
    };
    call.waits(APPEARING, service::fresh)
        .waits(PROPAGATION, service::concurrent)
        .send(send)
        .await?;
    Ok(())
}

/// Removes an inline policy, if there is one.
pub(super) async fn remove(account: &Account, role: &str, name: &str) -> Result<(), CallError> {
    let iam = account.iam();
    let call = account.to(Service::Iam, "DeleteRolePolicy");
    let send = || {
        iam.delete_role_policy()
            .role_name(role)
            .policy_name(name)
            .send()
    };
    service::optional(call.waits(PROPAGATION, concurrent).send(send).await)?;
    Ok(())
}

/// Reads an inline policy. What was read is kept until something is changed: a role has its
/// policies, which may be objects by themselves.
pub(super) async fn document(
    account: &Account,
    role: &str,
    name: &str,
) -> Result<Option<String>, CallError> {
    let (changes, kept) = (account.changes(), &account.kept.inline);
    let place = format!("{role}:{name}");
    if let Some(document) = kept.get(changes, &place) {
        return Ok(document);
    }
    let document = get(account, role, name).await?;
    kept.put(changes, &place, document.clone());
    Ok(document)
}

async fn get(account: &Account, role: &str, name: &str) -> Result<Option<String>, CallError> {
    let iam = account.iam();
    let call = || {
        iam.get_role_policy()
            .role_name(role)
            .policy_name(name)
            .send()
    };
    let found = service::find(account, "GetRolePolicy", call).await?;
    Ok(found.map(|answer| documents::decoded(&answer.policy_document)))
}

fn show(role: &str, name: &str, document: &str, before: &Fields) -> Fields {
    let mut object = before.clone();
    object.set_text("id", format!("{role}:{name}"));
    object.set_text("role", role);
    names::show(&mut object, name);
    let shown = documents::shown(document, before.text("policy"), documents::inline);
    object.set_text("policy", shown);
    object
}

impl ResourceType<Account> for RolePolicy {
    fn shape(&self) -> Shape {
        let mut attributes = vec![
            documents::field("policy").about("The policy, in JSON."),
            Field::required("role", Type::String)
                .checked(names::check_role)
                .replaces()
                .about("The name of the role."),
            fields::id(),
        ];
        attributes.extend(names::fields(128));
        Shape::new("A policy that is part of a role.", attributes).legacy()
    }

    fn validate(&self, config: &Fields) -> Vec<Problem> {
        let text = config.text("policy");
        text.map(|text| judge(text, PolicyKind::Inline, "policy"))
            .unwrap_or_default()
    }

    fn plan<'a>(
        &'a self,
        account: &'a Account,
        shape: &'a Shape,
        request: PlanRequest<'a>,
    ) -> Answer<'a, PlanResponse> {
        ready(plan::plan_policy(
            account,
            shape,
            &request,
            "policy",
            |prior, planned| {
                documents::settle(planned, prior, "policy", documents::inline);
            },
        ))
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
            let objects = fields::of_all(&objects);
            let places: Vec<(String, String)> = objects.iter().map(place).collect();
            let found = snapshot::inline_policies(account, &places).await;
            let mut found: BTreeMap<_, _> = places.iter().cloned().zip(found).collect();
            let responses = objects.iter().zip(&places).map(|(before, place)| {
                let (role, name) = place;
                let text = found.remove(place).unwrap_or(Ok(None));
                let object = text.map(|text| text.map(|text| show(role, name, &text, before)));
                fields::read(object, || called(role, name))
            });
            responses.collect()
        })
    }

    fn reads_at_once(&self) -> usize {
        snapshot::MOST
    }

    /// The role, and the name that is planned or a new one.
    fn identify(&self, account: &Account, planned: &Fields) -> Option<String> {
        let name = Identity::choose(account, planned)?.write();
        Some(format!("{}:{name}", planned.text("role")?))
    }

    fn create<'a>(&'a self, account: &'a Account, create: Create<'a>) -> Answer<'a, Made> {
        Box::pin(async move {
            let planned = create.planned;
            let recorded = create.identity.and_then(identity);
            let recorded = recorded.map(|(_, identity)| identity);
            let name = names::of_new(account, &planned, recorded)?.name;
            let role = planned.text("role").unwrap_or_default().to_owned();
            let text = planned.text("policy").unwrap_or_default().to_owned();
            let put = put(account, &role, &name, &text).await;
            put.map_err(|error| error.problem(&format!("putting {}", called(&role, &name))))?;
            Ok(show(&role, &name, &text, &planned).into())
        })
    }

    fn update<'a>(&'a self, account: &'a Account, update: Update<'a>) -> Answer<'a, Made> {
        Box::pin(async move {
            let (role, name) = place(&update.planned);
            let text = update.planned.text("policy").unwrap_or_default().to_owned();
            let put = put(account, &role, &name, &text).await;
            put.map_err(|error| error.problem(&format!("putting {}", called(&role, &name))))?;
            Ok(show(&role, &name, &text, &update.planned).into())
        })
    }

    fn delete<'a>(&'a self, account: &'a Account, delete: Delete<'a>) -> Answer<'a, Deleted> {
        Box::pin(async move {
            let (role, name) = place(&Fields::of(&delete.prior.value));
            fields::deleted(
                remove(account, &role, &name).await,
                service::MISSING,
                || called(&role, &name),
            )
        })
    }

    fn import<'a>(
        &'a self,
        _: &'a Account,
        empty: Fields,
        id: &'a str,
    ) -> Option<Answer<'a, Made>> {
        let mut object = empty;
        let Some((role, name)) = id.split_once(':') else {
            let summary = "role policy id must be of the form <role name>:<role policy name>";
            return Some(ready(Err(trueup_sdk::native::problem(summary, "").into())));
        };
        object.set_text("id", id);
        object.set_text("role", role);
        object.set_text("name", name);
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
            let Some((role, identity)) = action.identity.and_then(identity) else {
                return Recovery::Unknown;
            };
            match document(account, role, &identity.name).await {
                Ok(Some(text)) => {
                    let empty = self.shape().empty();
                    Recovery::Found(show(role, &identity.name, &text, &empty).into())
                }
                Ok(None) => Recovery::Absent,
                Err(_) => Recovery::Unknown,
            }
        })
    }
}

/// Role and name that were recorded.
fn identity(text: &str) -> Option<(&str, Identity)> {
    let (role, name) = text.split_once(':')?;
    Some((role, Identity::read(name)?))
}

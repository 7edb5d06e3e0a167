//! Making, changing and destroying roles.

use std::collections::BTreeSet;

use aws_sdk_iam::operation::create_role::CreateRoleOutput;
use trueup_sdk::{
    Problem,
    native::{Create, Delete, Deleted, Failure, Fields, Made, Update},
};
use trueup_value::Value;

use super::{
    Facts, called,
    facts::{attached_policies, inline_names},
    inline::{self, Inline},
    name_of,
};
use crate::{
    CallError, ErrorKind, blocks,
    client::{Account, Service},
    iam::{
        names::{self, Identity},
        role_policy, role_policy_attachment,
        service::{self, call, concurrent},
    },
    patience::PROPAGATION,
};

/// A principal that was just made, or is about to be, is not known everywhere;
/// or the entity is being changed by somebody else.
fn unknown_principal(error: &CallError) -> bool {
    let malformed = error.is(&[
        "MalformedPolicyDocument",
        "MalformedPolicyDocumentException",
    ]);
    malformed && error.message.contains("Invalid principal in policy") || concurrent(error)
}

pub(super) async fn create(account: &Account, create: Create<'_>) -> Made {
    let planned = create.planned;
    let recorded = create.identity.and_then(Identity::read);
    let identity = names::of_new(account, &planned, recorded)?;
    let name = identity.name.as_str();
    let doing = format!("creating {}", called(name));
    let made = make(account, &identity, &planned).await;
    let mut facts = made.map_err(|error| error.problem(&doing))?;
    let done = set_policies(account, name, &planned, &Fields::default(), &mut facts).await;
    let object = facts.show(account, &planned);
    done.map_err(|problem| Failure::from(problem).leaving(object.clone()))?;
    Ok(object.into())
}

async fn make(
    account: &Account,
    identity: &Identity,
    planned: &Fields,
) -> Result<Facts, CallError> {
    let (iam, name) = (account.iam(), identity.name.as_str());
    let tags = service::written(planned);
    let given = |name: &str| {
        planned
            .text(name)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let send = || {
        iam.create_role()
            .role_name(name)
            .assume_role_policy_document(given("assume_role_policy").unwrap_or_default())
            .set_path(given("path"))
            .set_description(given("description"))
            .set_permissions_boundary(given("permissions_boundary"))
            .set_max_session_duration(session(planned))
            .set_tags(tags.clone())
            .send()
    };
    let read = |made: CreateRoleOutput| made.role.map(Facts::of);
    let wanted = &crate::tags::read(planned.get("tags_all"));
    let find = || async move {
        let found = Facts::alone(account, name).await?;
        let ours = |facts: &Facts| facts.tags == *wanted && identity.made(&facts.created);
        Ok(found.filter(ours).map(Some))
    };
    let call = account.to(Service::Iam, "CreateRole");
    let call = call.waits(PROPAGATION, unknown_principal);
    let made = call.once(send, read, find).await?;
    let mut facts = made.ok_or_else(|| not_there(name))?;
    // Not all that was given is in the answer.
    facts.tags.clone_from(wanted);
    facts.description = given("description").unwrap_or_default();
    facts.longest_session = session(planned).unwrap_or(facts.longest_session);
    facts.boundary = given("permissions_boundary").unwrap_or_default();
    Ok(facts)
}

fn not_there(name: &str) -> CallError {
    let message = format!("The role with name {name} cannot be found.");
    CallError {
        code: "NoSuchEntity".to_owned(),
        ..CallError::new(Service::Iam, "GetRole", ErrorKind::Answered, message)
    }
}

fn session(planned: &Fields) -> Option<i32> {
    planned
        .integer("max_session_duration")
        .and_then(|seconds| seconds.try_into().ok())
}

/// Brings the policies to what the object says of them, where it does.
async fn set_policies(
    account: &Account,
    name: &str,
    planned: &Fields,
    prior: &Fields,
    facts: &mut Facts,
) -> Result<(), Problem> {
    let doing = || format!("updating policies of {}", called(name));
    if planned.get("inline_policy").is_wholly_known()
        && planned.get("inline_policy") != prior.get("inline_policy")
    {
        let wanted = inline::read(planned.get("inline_policy"));
        let there = inline::read(prior.get("inline_policy"));
        set_inline(account, name, &wanted, &there)
            .await
            .map_err(|e| e.problem(&doing()))?;
        facts.inline = wanted;
    }
    if planned.get("managed_policy_arns").is_wholly_known() {
        let wanted = texts(planned.get("managed_policy_arns"));
        let there = texts(prior.get("managed_policy_arns"));
        set_attached(account, name, &wanted, &there)
            .await
            .map_err(|e| e.problem(&doing()))?;
        facts.attached = wanted.into_iter().collect();
    }
    Ok(())
}

fn texts(value: &Value) -> BTreeSet<String> {
    value
        .values()
        .filter_map(|value| value.as_str().map(str::to_owned))
        .collect()
}

async fn set_inline(
    account: &Account,
    name: &str,
    wanted: &Inline,
    there: &Inline,
) -> Result<(), CallError> {
    for (policy, document) in wanted {
        if there.get(policy) != Some(document) {
            role_policy::put(account, name, policy, document).await?;
        }
    }
    for policy in there.keys().filter(|policy| !wanted.contains_key(*policy)) {
        role_policy::remove(account, name, policy).await?;
    }
    Ok(())
}

async fn set_attached(
    account: &Account,
    name: &str,
    wanted: &BTreeSet<String>,
    there: &BTreeSet<String>,
) -> Result<(), CallError> {
    for arn in wanted.difference(there) {
        role_policy_attachment::attach(account, name, arn).await?;
    }
    for arn in there.difference(wanted) {
        role_policy_attachment::detach(account, name, arn).await?;
    }
    Ok(())
}

pub(super) async fn update(account: &Account, update: Update<'_>) -> Made {
    let prior = Fields::of(&update.prior.value);
    let name = name_of(&prior);
    let doing = format!("updating {}", called(&name));
    match changed(account, &name, &prior, &update.planned).await {
        Ok(object) => Ok(object.into()),
        Err(Error::Call(error)) => Err(left(account, &name, &prior, error.problem(&doing)).await),
        Err(Error::Problem(problem)) => Err(left(account, &name, &prior, problem).await),
    }
}

enum Error {
    Call(CallError),
    Problem(Problem),
}

async fn changed(
    account: &Account,
    name: &str,
    prior: &Fields,
    planned: &Fields,
) -> Result<Fields, Error> {
    change(account, name, prior, planned)
        .await
        .map_err(Error::Call)?;
    let found = Facts::fetch(account, name).await.map_err(Error::Call)?;
    let mut facts = found.ok_or_else(|| Error::Call(not_there(name)))?;
    let set = set_policies(account, name, planned, prior, &mut facts).await;
    set.map_err(Error::Problem)?;
    Ok(facts.show(account, planned))
}

/// What there is after a change that was not made in full.
async fn left(account: &Account, name: &str, prior: &Fields, problem: Problem) -> Failure {
    match Facts::fetch(account, name).await {
        Ok(Some(facts)) => Failure::from(problem).leaving(facts.show(account, prior)),
        _ => problem.into(),
    }
}

async fn change(
    account: &Account,
    name: &str,
    prior: &Fields,
    planned: &Fields,
) -> Result<(), CallError> {
    let iam = account.iam();
    let differs = |attribute: &str| prior.get(attribute) != planned.get(attribute);
    let text = |attribute: &str| planned.text(attribute).unwrap_or_default();
    if differs("assume_role_policy") {
        let send = || {
            iam.update_assume_role_policy()
                .role_name(name)
                .policy_document(text("assume_role_policy"))
                .send()
        };
        let call = account.to(Service::Iam, "UpdateAssumeRolePolicy");
        let call = call.waits(PROPAGATION, unknown_principal);
        call.send(send).await?;
    }
    if differs("description") || differs("max_session_duration") {
        call(account, "UpdateRole", || {
            iam.update_role()
                .role_name(name)
                .description(text("description"))
                .set_max_session_duration(session(planned))
                .send()
        })
        .await?;
    }
    if differs("permissions_boundary") {
        change_boundary(account, name, text("permissions_boundary")).await?;
    }
    let tags = service::tag_change(prior, planned);
    if let Some(set) = service::written_tags(&tags.set) {
        call(account, "TagRole", || {
            iam.tag_role()
                .role_name(name)
                .set_tags(Some(set.clone()))
                .send()
        })
        .await?;
    }
    if !tags.remove.is_empty() {
        call(account, "UntagRole", || {
            iam.untag_role()
                .role_name(name)
                .set_tag_keys(Some(tags.remove.clone()))
                .send()
        })
        .await?;
    }
    Ok(())
}

async fn change_boundary(account: &Account, name: &str, arn: &str) -> Result<(), CallError> {
    let iam = account.iam();
    if arn.is_empty() {
        let call = || {
            iam.delete_role_permissions_boundary()
                .role_name(name)
                .send()
        };
        service::find(account, "DeleteRolePermissionsBoundary", call).await?;
        return Ok(());
    }
    let call = || {
        iam.put_role_permissions_boundary()
            .role_name(name)
            .permissions_boundary(arn)
            .send()
    };
    service::call(account, "PutRolePermissionsBoundary", call).await?;
    Ok(())
}

pub(super) async fn delete(account: &Account, delete: Delete<'_>) -> Deleted {
    let prior = Fields::of(&delete.prior.value);
    let name = name_of(&prior);
    let doing = format!("deleting {}", called(&name));
    let gone = remove(account, &name, &prior).await;
    gone.map_err(|error| error.problem(&doing))?;
    Ok(Vec::new())
}

/// Mostly nothing is attached any more: what is, is looked for only if the
/// service says so.
async fn remove(account: &Account, name: &str, prior: &Fields) -> Result<(), CallError> {
    let iam = account.iam();
    let send = || iam.delete_role().role_name(name).send();
    let call = account.to(Service::Iam, "DeleteRole");
    match call.waits(PROPAGATION, concurrent).send(send).await {
        Err(error) if error.is(CONFLICT) => {}
        answer => return service::optional(answer).map(drop),
    }
    detach_all(account, name, prior).await?;
    service::optional(call.waits(DETACHING, still_attached).send(send).await)?;
    Ok(())
}

/// Detaches what keeps a role from being deleted: instance profiles, and what
/// the object itself brought, or everything where it says so.
async fn detach_all(account: &Account, name: &str, prior: &Fields) -> Result<(), CallError> {
    leave_profiles(account, name).await?;
    let (attached, inline) = match prior.flag("force_detach_policies") == Some(true) {
        true => (
            attached_policies(account, name).await?,
            inline_names(account, name).await?,
        ),
        false => (
            blocks::texts(prior, "managed_policy_arns"),
            inline::read(prior.get("inline_policy"))
                .into_keys()
                .collect(),
        ),
    };
    for policy in inline {
        role_policy::remove(account, name, &policy).await?;
    }
    for arn in attached {
        role_policy_attachment::detach(account, name, &arn).await?;
    }
    Ok(())
}

const CONFLICT: &[&str] = &["DeleteConflict", "DeleteConflictException"];

/// What was just detached may not be gone everywhere.
fn still_attached(error: &CallError) -> bool {
    error.is(CONFLICT) || concurrent(error)
}

/// How long it may take until what was detached is gone everywhere.
const DETACHING: std::time::Duration = std::time::Duration::from_secs(30);

/// Takes the role out of all instance profiles.
async fn leave_profiles(account: &Account, name: &str) -> Result<(), CallError> {
    let iam = account.iam();
    let call = || iam.list_instance_profiles_for_role().role_name(name).send();
    let Some(found) = service::find(account, "ListInstanceProfilesForRole", call).await? else {
        return Ok(());
    };
    for profile in found.instance_profiles {
        let profile = &profile.instance_profile_name;
        service::find(account, "RemoveRoleFromInstanceProfile", || {
            iam.remove_role_from_instance_profile()
                .role_name(name)
                .instance_profile_name(profile)
                .send()
        })
        .await?;
    }
    Ok(())
}

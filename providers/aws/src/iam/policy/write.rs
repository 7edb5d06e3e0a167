//! Making, changing and destroying managed policies.

use aws_sdk_iam::{operation::create_policy::CreatePolicyOutput, types::PolicyVersion};
use trueup_sdk::native::{Create, Delete, Deleted, Failure, Fields, Made, Update};

use super::{Facts, arn_of, called, identity};
use crate::{
    CallError,
    client::{Account, Service},
    iam::{
        names::{self, Identity},
        service::{self, call, concurrent},
    },
    patience::{APPEARING, PROPAGATION},
};

/// How many versions a policy may have.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html>
const MOST_VERSIONS: usize = 5;

pub(super) async fn create(account: &Account, create: Create<'_>) -> Made {
    let planned = create.planned;
    let recorded = create.identity.and_then(identity);
    let recorded = recorded.map(|(_, identity)| identity);
    let identity = names::of_new(account, &planned, recorded)?;
    let doing = format!("creating {}", called(&identity.name));
    let made = make(account, &identity, &planned).await;
    let Some(mut facts) = made.map_err(|error| error.problem(&doing))? else {
        return Err(trueup_sdk::native::problem(&doing, "IAM answered without a policy.").into());
    };
    facts.tags = crate::tags::read(planned.get("tags_all"));
    facts.description = planned.text("description").unwrap_or_default().to_owned();
    Ok(facts.show(account, &planned).into())
}

async fn make(
    account: &Account,
    identity: &Identity,
    planned: &Fields,
) -> Result<Option<Facts>, CallError> {
    let iam = account.iam();
    let tags = service::written(planned);
    let given = |name: &str| {
        planned
            .text(name)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let document = given("policy").unwrap_or_default();
    let send = || {
        iam.create_policy()
            .policy_name(&identity.name)
            .policy_document(&document)
            .set_path(given("path"))
            .set_description(given("description"))
            .set_tags(tags.clone())
            .send()
    };
    let read = |made: CreatePolicyOutput| {
        let policy = made.policy?;
        Some(Facts::of(policy, document.clone()))
    };
    let path = planned.text("path").unwrap_or("/");
    let wanted = &crate::tags::read(planned.get("tags_all"));
    let find = || async move {
        let found = find(account, path, identity).await?;
        Ok(found.filter(|facts| facts.tags == *wanted).map(Some))
    };
    let call = account.to(Service::Iam, "CreatePolicy");
    let call = call.waits(PROPAGATION, concurrent);
    call.once(send, read, find).await
}

/// The policy that was made under a name, if it was.
pub(super) async fn find(
    account: &Account,
    path: &str,
    identity: &Identity,
) -> Result<Option<Facts>, CallError> {
    let caller = account.identity().await?;
    let partition = account.partition().name;
    let (owner, name) = (&caller.account, &identity.name);
    let arn = format!("arn:{partition}:iam::{owner}:policy{path}{name}");
    let found = Facts::fetch(account, &arn).await?;
    let young = |facts: &Facts| facts.created.as_ref().is_none_or(|at| identity.made(at));
    Ok(found.filter(young))
}

pub(super) async fn update(account: &Account, update: Update<'_>) -> Made {
    let prior = Fields::of(&update.prior.value);
    let arn = arn_of(&prior);
    let doing = format!("updating {}", called(&arn));
    let changed = change(account, &arn, &prior, &update.planned).await;
    let found = Facts::fetch(account, &arn).await;
    match (changed, found) {
        (Ok(()), Ok(Some(facts))) => Ok(facts.show(account, &update.planned).into()),
        (Err(error), Ok(Some(facts))) => {
            Err(Failure::from(error.problem(&doing)).leaving(facts.show(account, &prior)))
        }
        (Err(error), _) | (Ok(()), Err(error)) => Err(error.problem(&doing).into()),
        (Ok(()), Ok(None)) => {
            let detail = "It was destroyed while it was being changed.";
            Err(trueup_sdk::native::problem(&doing, detail).into())
        }
    }
}

async fn change(
    account: &Account,
    arn: &str,
    prior: &Fields,
    planned: &Fields,
) -> Result<(), CallError> {
    let iam = account.iam();
    if prior.get("policy") != planned.get("policy") {
        let document = planned.text("policy").unwrap_or_default();
        add_version(account, arn, document).await?;
    }
    let tags = service::tag_change(prior, planned);
    if let Some(set) = service::written_tags(&tags.set) {
        let send = || {
            iam.tag_policy()
                .policy_arn(arn)
                .set_tags(Some(set.clone()))
                .send()
        };
        call(account, "TagPolicy", send).await?;
    }
    if !tags.remove.is_empty() {
        let send = || {
            iam.untag_policy()
                .policy_arn(arn)
                .set_tag_keys(Some(tags.remove.clone()))
                .send()
        };
        call(account, "UntagPolicy", send).await?;
    }
    Ok(())
}

/// Makes a version the one that counts; the oldest makes room for it.
async fn add_version(account: &Account, arn: &str, document: &str) -> Result<(), CallError> {
    let versions = versions(account, arn).await?;
    if versions.len() >= MOST_VERSIONS {
        let others = versions
            .iter()
            .filter(|version| !version.is_default_version);
        let oldest = others.min_by_key(|version| version.create_date.map(|date| date.secs()));
        if let Some(id) = oldest.and_then(|version| version.version_id.as_deref()) {
            delete_version(account, arn, id).await?;
        }
    }
    let iam = account.iam();
    let send = || {
        iam.create_policy_version()
            .policy_arn(arn)
            .policy_document(document)
            .set_as_default(true)
            .send()
    };
    let find = || async move {
        let made = current_is(account, arn, document).await?;
        Ok(made.then_some(()))
    };
    let call = account.to(Service::Iam, "CreatePolicyVersion");
    let call = call.waits(PROPAGATION, concurrent);
    call.once(send, drop, find).await
}

/// Whether the version that counts has this document already.
async fn current_is(account: &Account, arn: &str, document: &str) -> Result<bool, CallError> {
    let facts = Facts::fetch(account, arn).await?;
    Ok(facts.is_some_and(|facts| facts.document == document))
}

async fn versions(account: &Account, arn: &str) -> Result<Vec<PolicyVersion>, CallError> {
    let iam = account.iam();
    let send = || iam.list_policy_versions().policy_arn(arn).send();
    let found = service::find(account, "ListPolicyVersions", send).await?;
    Ok(found.and_then(|answer| answer.versions).unwrap_or_default())
}

async fn delete_version(account: &Account, arn: &str, id: &str) -> Result<(), CallError> {
    let iam = account.iam();
    let send = || {
        iam.delete_policy_version()
            .policy_arn(arn)
            .version_id(id)
            .send()
    };
    service::find(account, "DeletePolicyVersion", send).await?;
    Ok(())
}

pub(super) async fn delete(account: &Account, delete: Delete<'_>) -> Deleted {
    let arn = arn_of(&Fields::of(&delete.prior.value));
    let gone = remove(account, &arn).await;
    gone.map_err(|error| error.problem(&format!("deleting {}", called(&arn))))?;
    Ok(Vec::new())
}

async fn remove(account: &Account, arn: &str) -> Result<(), CallError> {
    for version in versions(account, arn).await? {
        if let Some(id) = version
            .version_id
            .as_deref()
            .filter(|_| !version.is_default_version)
        {
            delete_version(account, arn, id).await?;
        }
    }
    let iam = account.iam();
    let send = || iam.delete_policy().policy_arn(arn).send();
    let call = account.to(Service::Iam, "DeletePolicy");
    let call = call
        .waits(PROPAGATION, concurrent)
        .waits(APPEARING, service::used);
    service::optional(call.send(send).await)?;
    Ok(())
}

//! Making, changing and destroying instance profiles.

use aws_sdk_iam::operation::create_instance_profile::CreateInstanceProfileOutput;
use trueup_sdk::native::{Create, Delete, Deleted, Failure, Fields, Made, Update};

use super::{Facts, called, name_of};
use crate::{
    CallError,
    client::{Account, Service},
    iam::{
        names::{self, Identity},
        service::{self, call},
    },
    patience::{APPEARING, PROPAGATION},
};

fn role_of(object: &Fields) -> Option<String> {
    object
        .text("role")
        .filter(|role| !role.is_empty())
        .map(str::to_owned)
}

pub(super) async fn create(account: &Account, create: Create<'_>) -> Made {
    let planned = create.planned;
    let recorded = create.identity.and_then(Identity::read);
    let identity = names::of_new(account, &planned, recorded)?;
    let name = identity.name.as_str();
    let doing = format!("creating {}", called(name));
    let made = make(account, &identity, &planned).await;
    let Some(mut facts) = made.map_err(|error| error.problem(&doing))? else {
        return Err(trueup_sdk::native::problem(&doing, "IAM answered without a profile.").into());
    };
    facts.tags = crate::tags::read(planned.get("tags_all"));
    if let Some(role) = role_of(&planned) {
        if let Err(error) = add(account, name, &role).await {
            let left = facts.show(account, &planned);
            return Err(Failure::from(error.problem(&doing)).leaving(left));
        }
        facts.role = Some(role);
    }
    Ok(facts.show(account, &planned).into())
}

async fn make(
    account: &Account,
    identity: &Identity,
    planned: &Fields,
) -> Result<Option<Facts>, CallError> {
    let name = identity.name.as_str();
    let iam = account.iam();
    let tags = service::written(planned);
    let path = planned.text("path").map(str::to_owned);
    let send = || {
        iam.create_instance_profile()
            .instance_profile_name(name)
            .set_path(path.clone())
            .set_tags(tags.clone())
            .send()
    };
    let read = |made: CreateInstanceProfileOutput| made.instance_profile.map(Facts::of);
    let wanted = &crate::tags::read(planned.get("tags_all"));
    let find = || async move {
        let found = Facts::fetch(account, name).await?;
        let ours = |facts: &Facts| facts.tags == *wanted && identity.made(&facts.created);
        Ok(found.filter(ours).map(Some))
    };
    let call = account.to(Service::Iam, "CreateInstanceProfile");
    let call = call.waits(PROPAGATION, service::concurrent);
    call.once(send, read, find).await
}

/// Puts a role into a profile. The role may have been made shortly before.
async fn add(account: &Account, name: &str, role: &str) -> Result<(), CallError> {
    let iam = account.iam();
    let send = || {
        iam.add_role_to_instance_profile()
            .instance_profile_name(name)
            .role_name(role)
            .send()
    };
    let add = account.to(Service::Iam, "AddRoleToInstanceProfile");
    match add
        .waits(APPEARING, service::fresh)
        .waits(PROPAGATION, service::concurrent)
        .send(send)
        .await
    {
        Ok(_) => Ok(()),
        // A profile holds one role; it may be this one, if an answer was lost.
        Err(error) if error.is(&["LimitExceeded", "LimitExceededException"]) => {
            let there = Facts::fetch(account, name)
                .await?
                .and_then(|facts| facts.role);
            if there.as_deref() == Some(role) {
                Ok(())
            } else {
                Err(error)
            }
        }
        Err(error) => Err(error),
    }
}

async fn remove_role(account: &Account, name: &str, role: &str) -> Result<(), CallError> {
    let iam = account.iam();
    let send = || {
        iam.remove_role_from_instance_profile()
            .instance_profile_name(name)
            .role_name(role)
            .send()
    };
    service::find(account, "RemoveRoleFromInstanceProfile", send).await?;
    Ok(())
}

pub(super) async fn update(account: &Account, update: Update<'_>) -> Made {
    let prior = Fields::of(&update.prior.value);
    let name = name_of(&prior);
    let doing = format!("updating {}", called(&name));
    let changed = change(account, &name, &prior, &update.planned).await;
    match (changed, Facts::fetch(account, &name).await) {
        (Ok(()), Ok(Some(facts))) => Ok(facts.show(account, &update.planned).into()),
        (Err(error), Ok(Some(facts))) => {
            let left = facts.show(account, &prior);
            Err(Failure::from(error.problem(&doing)).leaving(left))
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
    name: &str,
    prior: &Fields,
    planned: &Fields,
) -> Result<(), CallError> {
    let iam = account.iam();
    let (before, after) = (role_of(prior), role_of(planned));
    if before != after {
        if let Some(role) = before {
            remove_role(account, name, &role).await?;
        }
        if let Some(role) = after {
            add(account, name, &role).await?;
        }
    }
    let tags = service::tag_change(prior, planned);
    if let Some(set) = service::written_tags(&tags.set) {
        call(account, "TagInstanceProfile", || {
            iam.tag_instance_profile()
                .instance_profile_name(name)
                .set_tags(Some(set.clone()))
                .send()
        })
        .await?;
    }
    if !tags.remove.is_empty() {
        call(account, "UntagInstanceProfile", || {
            iam.untag_instance_profile()
                .instance_profile_name(name)
                .set_tag_keys(Some(tags.remove.clone()))
                .send()
        })
        .await?;
    }
    Ok(())
}

pub(super) async fn delete(account: &Account, delete: Delete<'_>) -> Deleted {
    let prior = Fields::of(&delete.prior.value);
    let name = name_of(&prior);
    let doing = format!("deleting {}", called(&name));
    if let Some(role) = role_of(&prior) {
        let gone = remove_role(account, &name, &role).await;
        gone.map_err(|error| error.problem(&doing))?;
    }
    let iam = account.iam();
    let send = || {
        iam.delete_instance_profile()
            .instance_profile_name(&name)
            .send()
    };
    let call = account.to(Service::Iam, "DeleteInstanceProfile");
    let call = call
        .waits(PROPAGATION, service::concurrent)
        .waits(APPEARING, service::used);
    crate::fields::deleted(call.send(send).await, service::MISSING, || called(&name))
}

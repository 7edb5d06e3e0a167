//! Making and changing identity providers.

use aws_sdk_iam::operation::create_open_id_connect_provider::CreateOpenIdConnectProviderOutput as Created;
use trueup_sdk::native::{Create, Failure, Fields, Made};

use super::{
    called,
    facts::{Facts, host},
};
use crate::{
    CallError, blocks,
    client::{Account, Service},
    iam::{
        names::Identity,
        service::{self, call},
    },
    patience::PROPAGATION,
    tags,
};

pub(super) async fn create(account: &Account, create: Create<'_>) -> Made {
    let planned = create.planned;
    let doing = format!(
        "creating {}",
        called(planned.text("url").unwrap_or_default())
    );
    let recorded = create.identity.and_then(Identity::read);
    let arn = make(account, recorded.as_ref(), &planned).await;
    let arn = arn.map_err(|error| error.problem(&doing))?;
    let given = planned.get("thumbprint_list").is_known();
    let facts = Facts {
        arn,
        url: planned.text("url").unwrap_or_default().to_owned(),
        clients: blocks::texts(&planned, "client_id_list"),
        thumbprints: blocks::texts(&planned, "thumbprint_list"),
        created: None,
        tags: tags::read(planned.get("tags_all")),
    };
    if given {
        return Ok(facts.show(account, &planned).into());
    }
    // AWS chose the thumbprints.
    match Facts::fetch(account, &facts.arn).await {
        Ok(found) => Ok(found.unwrap_or(facts).show(account, &planned).into()),
        Err(error) => {
            let left = facts.show(account, &planned);
            Err(Failure::from(error.problem(&doing)).leaving(left))
        }
    }
}

/// Makes a provider: its ARN.
async fn make(
    account: &Account,
    recorded: Option<&Identity>,
    planned: &Fields,
) -> Result<String, CallError> {
    let iam = account.iam();
    let url = planned.text("url").unwrap_or_default();
    let thumbprints = blocks::texts(planned, "thumbprint_list");
    let clients = blocks::texts(planned, "client_id_list");
    let tags = service::written(planned);
    let send = || {
        iam.create_open_id_connect_provider()
            .url(url)
            .set_client_id_list(Some(clients.clone()))
            .set_thumbprint_list(Some(thumbprints.clone()).filter(|all| !all.is_empty()))
            .set_tags(tags.clone())
            .send()
    };
    let read = |made: Created| made.open_id_connect_provider_arn.unwrap_or_default();
    let chosen = Identity::of(account, host(url));
    let identity = recorded.or(chosen.as_ref());
    let wanted = &tags::read(planned.get("tags_all"));
    let find = || async move {
        let Some(identity) = identity else {
            return Ok(None);
        };
        let found = find(account, identity).await?;
        let found = found.filter(|facts| facts.tags == *wanted);
        Ok(found.map(|facts| facts.arn))
    };
    let call = account.to(Service::Iam, "CreateOpenIDConnectProvider");
    let call = call.waits(PROPAGATION, service::concurrent);
    call.once(send, read, find).await
}

/// The provider that was made for an address, if it was.
pub(super) async fn find(
    account: &Account,
    identity: &Identity,
) -> Result<Option<Facts>, CallError> {
    let caller = account.identity().await?;
    let partition = account.partition().name;
    let (owner, host) = (&caller.account, &identity.name);
    let arn = format!("arn:{partition}:iam::{owner}:oidc-provider/{host}");
    let found = Facts::fetch(account, &arn).await?;
    let young = |facts: &Facts| facts.created.as_ref().is_none_or(|at| identity.made(at));
    Ok(found.filter(young))
}

pub(super) async fn change(
    account: &Account,
    arn: &str,
    prior: &Fields,
    planned: &Fields,
) -> Result<(), CallError> {
    let iam = account.iam();
    let (before, after) = (
        blocks::texts(prior, "client_id_list"),
        blocks::texts(planned, "client_id_list"),
    );
    for id in after.iter().filter(|id| !before.contains(id)) {
        call(account, "AddClientIDToOpenIDConnectProvider", || {
            iam.add_client_id_to_open_id_connect_provider()
                .open_id_connect_provider_arn(arn)
                .client_id(id)
                .send()
        })
        .await?;
    }
    for id in before.iter().filter(|id| !after.contains(id)) {
        call(account, "RemoveClientIDFromOpenIDConnectProvider", || {
            iam.remove_client_id_from_open_id_connect_provider()
                .open_id_connect_provider_arn(arn)
                .client_id(id)
                .send()
        })
        .await?;
    }
    let thumbprints = blocks::texts(planned, "thumbprint_list");
    // AWS takes no empty list.
    if prior.get("thumbprint_list") != planned.get("thumbprint_list") && !thumbprints.is_empty() {
        call(account, "UpdateOpenIDConnectProviderThumbprint", || {
            iam.update_open_id_connect_provider_thumbprint()
                .open_id_connect_provider_arn(arn)
                .set_thumbprint_list(Some(thumbprints.clone()))
                .send()
        })
        .await?;
    }
    change_tags(account, arn, prior, planned).await
}

async fn change_tags(
    account: &Account,
    arn: &str,
    prior: &Fields,
    planned: &Fields,
) -> Result<(), CallError> {
    let iam = account.iam();
    let tags = service::tag_change(prior, planned);
    if let Some(set) = service::written_tags(&tags.set) {
        call(account, "TagOpenIDConnectProvider", || {
            iam.tag_open_id_connect_provider()
                .open_id_connect_provider_arn(arn)
                .set_tags(Some(set.clone()))
                .send()
        })
        .await?;
    }
    if !tags.remove.is_empty() {
        call(account, "UntagOpenIDConnectProvider", || {
            iam.untag_open_id_connect_provider()
                .open_id_connect_provider_arn(arn)
                .set_tag_keys(Some(tags.remove.clone()))
                .send()
        })
        .await?;
    }
    Ok(())
}

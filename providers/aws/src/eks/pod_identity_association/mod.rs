//! `aws_eks_pod_identity_association`: a role for the pods of a service
//! account.

mod identity;

use std::{collections::HashMap, sync::LazyLock};

use aws_sdk_eks::{
    operation::create_pod_identity_association::CreatePodIdentityAssociationOutput,
    types::PodIdentityAssociation as Told,
};
use trueup_sdk::{
    Answer, Drift, Explanation, Interrupted, Object, PlanRequest, PlanResponse, ReadResponse,
    Recovery,
    native::{
        Create, Delete, Deleted, Failure, Field, Fields, Made, ResourceType, Shape, Update, problem,
    },
    ready,
};
use trueup_value::{Type, Value};

use identity::Identity;

use crate::{
    CallError, arn, blocks,
    client::{Account, Service},
    fields,
    patience::PROPAGATION,
    plan,
    tags::{self, TagChange, Tags},
};

const MISSING: &[&str] = &["ResourceNotFoundException", "NotFoundException"];

pub(super) struct PodIdentityAssociation {
    shape: LazyLock<Shape>,
}

/// Where an association is.
struct At {
    cluster: String,
    id: String,
}

fn shape() -> Shape {
    let text = |name: &str, about: &str| Field::required(name, Type::String).about(about);
    let computed = |name: &str, about: &str| Field::computed(name, Type::String).about(about);
    let fields = [
        Field::computed("id", Type::String).about("The ID of the association."),
        fields::region(),
        text("cluster_name", "The cluster.").replaces(),
        text("namespace", "The namespace of the service account.").replaces(),
        text("service_account", "The service account.").replaces(),
        text("role_arn", "The ARN of the role.").checked(arn::check),
        Field::optional("target_role_arn", Type::String)
            .about("The ARN of a role to assume from there, such as one in another account.")
            .checked(arn::check),
        Field::optional("disable_session_tags", Type::Bool)
            .about("Whether sessions have no tags that tell of cluster, namespace and pod.")
            .or_computed(),
        computed("association_arn", "The ARN."),
        computed("association_id", "The ID."),
        computed("external_id", "What the target role may ask for."),
        Field::optional("tags", Type::map(Type::String)).about("The tags of the resource itself."),
        Field::computed("tags_all", Type::map(Type::String))
            .about("All tags, with those the provider gives to every resource."),
    ];
    Shape::new("A role for the pods of a service account.", fields).legacy()
}

impl At {
    fn of(object: &Fields) -> Self {
        let text = |name: &str| object.text(name).unwrap_or_default().to_owned();
        let id = object.text("association_id").or(object.text("id"));
        At {
            cluster: text("cluster_name"),
            id: id.unwrap_or_default().to_owned(),
        }
    }

    fn called(&self) -> String {
        format!(
            "EKS Pod Identity Association ({}, {})",
            self.cluster, self.id
        )
    }
}

fn into_map(tags: &Tags) -> HashMap<String, String> {
    tags.clone().into_iter().collect()
}

fn written(tags: &Tags) -> Option<HashMap<String, String>> {
    (!tags.is_empty()).then(|| into_map(tags))
}

async fn describe(account: &Account, at: &At) -> Result<Option<Told>, CallError> {
    let eks = account.eks();
    let call = || {
        let request = eks.describe_pod_identity_association();
        request
            .cluster_name(&at.cluster)
            .association_id(&at.id)
            .send()
    };
    match account
        .call(Service::Eks, "DescribePodIdentityAssociation", call)
        .await
    {
        Ok(answer) => Ok(answer.association),
        Err(error) if error.is(MISSING) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A role that was just made is not known everywhere.
fn unknown_role(error: &CallError) -> bool {
    error.is(&["InvalidParameterException"])
        && error
            .message
            .contains("Role provided in the request does not exist")
}

impl PodIdentityAssociation {
    pub(super) fn new() -> Self {
        PodIdentityAssociation {
            shape: LazyLock::new(shape),
        }
    }

    fn show(&self, account: &Account, told: Told, before: &Fields) -> Fields {
        let mut object = before.clone();
        let id = told.association_id().unwrap_or_default();
        object.set_text("id", id);
        object.set_text("association_id", id);
        object.set("association_arn", blocks::text(told.association_arn()));
        object.set("cluster_name", blocks::text(told.cluster_name()));
        object.set("namespace", blocks::text(told.namespace()));
        object.set("service_account", blocks::text(told.service_account()));
        object.set("role_arn", blocks::text(told.role_arn()));
        object.set("target_role_arn", blocks::text(told.target_role_arn()));
        object.set("external_id", blocks::text(told.external_id()));
        let untagged = told.disable_session_tags().unwrap_or_default();
        object.set("disable_session_tags", Value::bool(untagged));
        let found = told.tags.unwrap_or_default().into_iter().collect();
        let settings = &account.settings;
        tags::show(
            &settings.default_tags,
            &settings.ignored_tags,
            found,
            before,
            &mut object,
        );
        fields::show_region(account, &mut object);
        object
    }

    async fn make(&self, account: &Account, create: Create<'_>) -> Made {
        let planned = create.planned;
        let text = |name: &str| planned.text(name).map(str::to_owned);
        let place = format!(
            "{}, {}/{}",
            text("cluster_name").unwrap_or_default(),
            text("namespace").unwrap_or_default(),
            text("service_account").unwrap_or_default()
        );
        let doing = format!("creating EKS Pod Identity Association ({place})");
        let identity = create.identity.and_then(Identity::read);
        let identity = identity.or_else(|| Identity::choose(account, &planned));
        let made = send(account, identity.as_ref(), &planned).await;
        let told = made.map_err(|error| Failure::from(error.problem(&doing)))?;
        match told {
            Some(told) => Ok(self.show(account, told, &planned).into()),
            None => Err(problem(&doing, "The service told nothing of it.").into()),
        }
    }

    async fn change(&self, account: &Account, update: Update<'_>) -> Made {
        let prior = Fields::of(&update.prior.value);
        let at = At::of(&prior);
        let doing = format!("updating {}", at.called());
        let changed = self
            .send_changes(account, &at, &prior, &update.planned)
            .await;
        match changed.map_err(|error| Failure::from(error.problem(&doing)))? {
            Some(told) => Ok(self.show(account, told, &update.planned).into()),
            None => Err(problem(&doing, "There is no such association any more.").into()),
        }
    }

    async fn send_changes(
        &self,
        account: &Account,
        at: &At,
        prior: &Fields,
        planned: &Fields,
    ) -> Result<Option<Told>, CallError> {
        let eks = account.eks();
        let changed = ["role_arn", "target_role_arn", "disable_session_tags"];
        if changed
            .iter()
            .any(|name| prior.get(name) != planned.get(name))
        {
            let text = |name: &str| planned.text(name).map(str::to_owned);
            let send = || {
                eks.update_pod_identity_association()
                    .cluster_name(&at.cluster)
                    .association_id(&at.id)
                    .set_role_arn(text("role_arn"))
                    .set_target_role_arn(text("target_role_arn"))
                    .set_disable_session_tags(planned.flag("disable_session_tags"))
                    .send()
            };
            let call = account.to(Service::Eks, "UpdatePodIdentityAssociation");
            call.waits(PROPAGATION, unknown_role).send(send).await?;
        }
        let (before, after) = (
            tags::read(prior.get("tags_all")),
            tags::read(planned.get("tags_all")),
        );
        let arn = prior.text("association_arn").unwrap_or_default();
        change_tags(account, arn, &TagChange::between(&before, &after)).await?;
        describe(account, at).await
    }
}

/// Makes an association; `None` where the service told nothing of it.
async fn send(
    account: &Account,
    identity: Option<&Identity>,
    planned: &Fields,
) -> Result<Option<Told>, CallError> {
    let eks = account.eks();
    let text = |name: &str| planned.text(name).map(str::to_owned);
    let tags = &tags::read(planned.get("tags_all"));
    let send = || {
        eks.create_pod_identity_association()
            .set_client_request_token(identity.map(|identity| identity.token.clone()))
            .set_cluster_name(text("cluster_name"))
            .set_namespace(text("namespace"))
            .set_service_account(text("service_account"))
            .set_role_arn(text("role_arn"))
            .set_target_role_arn(text("target_role_arn"))
            .set_disable_session_tags(planned.flag("disable_session_tags"))
            .set_tags(written(tags))
            .send()
    };
    let read = |made: CreatePodIdentityAssociationOutput| made.association;
    let find = || async move {
        let Some(identity) = identity else {
            return Ok(None);
        };
        let found = identity.find(account).await?;
        let found = found.filter(|told| told.tags.clone().unwrap_or_default() == into_map(tags));
        Ok(found.map(Some))
    };
    let call = account.to(Service::Eks, "CreatePodIdentityAssociation");
    let call = call.waits(PROPAGATION, unknown_role);
    call.once(send, read, find).await
}

async fn change_tags(account: &Account, arn: &str, change: &TagChange) -> Result<(), CallError> {
    let eks = account.eks();
    if !change.remove.is_empty() {
        let call = || {
            let request = eks.untag_resource().resource_arn(arn);
            request.set_tag_keys(Some(change.remove.clone())).send()
        };
        account.call(Service::Eks, "UntagResource", call).await?;
    }
    if let Some(tags) = written(&change.set) {
        let call = || {
            eks.tag_resource()
                .resource_arn(arn)
                .set_tags(Some(tags.clone()))
                .send()
        };
        account.call(Service::Eks, "TagResource", call).await?;
    }
    Ok(())
}

impl ResourceType<Account> for PodIdentityAssociation {
    fn shape(&self) -> Shape {
        self.shape.clone()
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
        Box::pin(async move {
            let before = Fields::of(&object.value);
            let at = At::of(&before);
            let told = describe(account, &at).await;
            let shown = told.map(|told| told.map(|told| self.show(account, told, &before)));
            fields::read(shown, || at.called())
        })
    }

    fn identify(&self, account: &Account, planned: &Fields) -> Option<String> {
        Identity::choose(account, planned)?.write()
    }

    fn create<'a>(&'a self, account: &'a Account, create: Create<'a>) -> Answer<'a, Made> {
        Box::pin(self.make(account, create))
    }

    fn update<'a>(&'a self, account: &'a Account, update: Update<'a>) -> Answer<'a, Made> {
        Box::pin(self.change(account, update))
    }

    fn delete<'a>(&'a self, account: &'a Account, delete: Delete<'a>) -> Answer<'a, Deleted> {
        Box::pin(async move {
            let at = At::of(&Fields::of(&delete.prior.value));
            let eks = account.eks();
            let call = || {
                let request = eks.delete_pod_identity_association();
                request
                    .cluster_name(&at.cluster)
                    .association_id(&at.id)
                    .send()
            };
            let answer = account
                .call(Service::Eks, "DeletePodIdentityAssociation", call)
                .await;
            fields::deleted(answer, MISSING, || at.called())
        })
    }

    fn import<'a>(
        &'a self,
        _: &'a Account,
        mut empty: Fields,
        id: &'a str,
    ) -> Option<Answer<'a, Made>> {
        let Some((cluster, association)) = id.split_once(',') else {
            let detail = format!("{id:?} is not CLUSTER,ASSOCIATION-ID.");
            return Some(ready(Err(
                problem("Unexpected Import Identifier", detail).into()
            )));
        };
        empty.set_text("cluster_name", cluster);
        Some(fields::import_by_id(empty, association))
    }

    fn explain<'a>(
        &'a self,
        account: &'a Account,
        drift: Drift<'a>,
    ) -> Answer<'a, Vec<Explanation>> {
        fields::explain(account, Service::Eks, drift, "cluster_name")
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
            let Some(identity) = action.identity.and_then(Identity::read) else {
                return Recovery::Unknown;
            };
            match identity.find(account).await {
                Ok(Some(told)) => {
                    Recovery::Found(self.show(account, told, &self.shape.empty()).into())
                }
                Ok(None) => Recovery::Absent,
                Err(_) => Recovery::Unknown,
            }
        })
    }
}

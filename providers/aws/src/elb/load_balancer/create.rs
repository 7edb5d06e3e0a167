//! A load balancer that is made.

use std::time::Duration;

use aws_sdk_elasticloadbalancingv2::{
    operation::create_load_balancer::CreateLoadBalancerOutput,
    types::{
        IpAddressType, IpamPools, LoadBalancer as Told, LoadBalancerAttribute,
        LoadBalancerSchemeEnum, LoadBalancerStateEnum, LoadBalancerTypeEnum, SubnetMapping,
    },
};
use trueup_sdk::{
    Recovery,
    native::{Create, Failure, Fields, Made, ResourceType, problem},
};

use super::{Known, LoadBalancer, attributes_of, change, settings};
use crate::{
    CallError, blocks,
    client::{Account, Service},
    elb::{attributes::Attributes, calls, names},
    fields, patience, tags,
    tags::Tags,
    unique,
};

/// A load balancer is there for use within this time.
const PATIENCE: Duration = Duration::from_secs(600);

/// The name of a load balancer to be made, and what cannot change about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    name: String,
    kind: String,
    internal: bool,
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
                let name = format!(
                    "{}{}",
                    prefix.unwrap_or("tf-lb-"),
                    unique::suffix(&account.world)?
                );
                name.chars().take(names::LONGEST).collect()
            }
        };
        Some(Identity {
            name,
            kind: planned
                .text("load_balancer_type")
                .unwrap_or("application")
                .to_owned(),
            internal: planned.flag("internal").unwrap_or_default(),
        })
    }

    pub(super) fn write(&self) -> Option<String> {
        Some(serde_json::json!([self.name, self.kind, self.internal]).to_string())
    }

    pub(super) fn read(text: &str) -> Option<Self> {
        let (name, kind, internal) = serde_json::from_str(text).ok()?;
        Some(Identity {
            name,
            kind,
            internal,
        })
    }

    fn fits(&self, told: &Told) -> bool {
        let internal = told.scheme() == Some(&LoadBalancerSchemeEnum::Internal);
        told.r#type().is_some_and(|kind| kind.as_str() == self.kind) && internal == self.internal
    }
}

impl LoadBalancer {
    pub(super) async fn make(&self, account: &Account, create: Create<'_>) -> Made {
        let planned = create.planned;
        let identity = create.identity.and_then(Identity::read);
        let Some(identity) = identity.or_else(|| Identity::choose(account, &planned)) else {
            return Err(problem(
                "creating ELBv2 Load Balancer",
                "There is no name, and no randomness to make one from.",
            )
            .into());
        };
        let name = identity.name.as_str();
        let doing = format!("creating ELBv2 Load Balancer ({name})");
        let failed = |error: CallError| Failure::from(error.problem(&doing));
        // The service takes a second request with the same settings for the first.
        if calls::load_balancer_named(account, name)
            .await
            .map_err(failed)?
            .is_some()
        {
            let summary = format!("ELBv2 Load Balancer ({name}) already exists");
            return Err(problem(&summary, "There is one by this name that this state does not know. Import it by its ARN, or choose another name.").into());
        }
        let tags = tags::read(planned.get("tags_all"));
        let told = send(account, &identity, &planned, &tags)
            .await
            .map_err(failed)?;
        let Some(told) = told else {
            return Err(problem(&doing, "The service told nothing of it.").into());
        };
        let mut known = Known {
            told,
            attributes: Attributes::new(),
            tags,
        };
        match settle(account, &mut known, &planned).await {
            Ok(()) => Ok(self.show(account, known, &planned).into()),
            Err(error) => {
                let left = self.show(account, known, &planned);
                Err(failed(error).leaving(left))
            }
        }
    }

    /// The load balancer of an interrupted creation.
    pub(super) async fn find(&self, account: &Account, identity: &Identity) -> Recovery {
        match calls::load_balancer_named(account, &identity.name).await {
            Ok(Some(told)) if identity.fits(&told) => {
                let mut empty = self.shape.empty();
                empty.set_text("id", told.load_balancer_arn().unwrap_or_default());
                fields::recovered(self.read(account, empty.into()).await)
            }
            Ok(_) => Recovery::Absent,
            Err(_) => Recovery::Unknown,
        }
    }
}

/// The subnets as a request carries them.
pub(super) fn mappings(planned: &Fields) -> Option<Vec<SubnetMapping>> {
    let mappings = blocks::blocks(planned, "subnet_mapping")
        .into_iter()
        .map(|block| {
            let text = |name: &str| {
                block
                    .text(name)
                    .filter(|text| !text.is_empty())
                    .map(str::to_owned)
            };
            SubnetMapping::builder()
                .set_subnet_id(text("subnet_id"))
                .set_allocation_id(text("allocation_id"))
                .set_private_ipv4_address(text("private_ipv4_address"))
                .set_ipv6_address(text("ipv6_address"))
                .build()
        });
    let mappings: Vec<_> = mappings.collect();
    (!mappings.is_empty()).then_some(mappings)
}

pub(super) fn some(texts: Vec<String>) -> Option<Vec<String>> {
    (!texts.is_empty()).then_some(texts)
}

pub(super) fn pools(planned: &Fields) -> Option<IpamPools> {
    let block = blocks::block(planned, "ipam_pools")?;
    let pool = block.text("ipv4_ipam_pool_id").map(str::to_owned);
    Some(IpamPools::builder().set_ipv4_ipam_pool_id(pool).build())
}

async fn send(
    account: &Account,
    identity: &Identity,
    planned: &Fields,
    tags: &Tags,
) -> Result<Option<Told>, CallError> {
    let elb = account.elb();
    let text = |name: &str| {
        planned
            .text(name)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let scheme = identity
        .internal
        .then_some(LoadBalancerSchemeEnum::Internal);
    let subnets = some(blocks::texts(planned, "subnets"));
    let send = || {
        elb.create_load_balancer()
            .name(&identity.name)
            .r#type(LoadBalancerTypeEnum::from(identity.kind.as_str()))
            .set_scheme(scheme.clone())
            .set_subnet_mappings(mappings(planned).filter(|_| subnets.is_none()))
            .set_subnets(subnets.clone())
            .set_security_groups(some(blocks::texts(planned, "security_groups")))
            .set_ip_address_type(text("ip_address_type").as_deref().map(IpAddressType::from))
            .set_customer_owned_ipv4_pool(text("customer_owned_ipv4_pool"))
            .set_ipam_pools(pools(planned))
            .set_tags(calls::write_tags(tags))
            .send()
    };
    let read = |answer: CreateLoadBalancerOutput| {
        answer.load_balancers.unwrap_or_default().into_iter().next()
    };
    // Nobody had the name before.
    let find = || async move {
        let found = calls::load_balancer_named(account, &identity.name).await?;
        Ok(found.filter(|told| identity.fits(told)).map(Some))
    };
    let call = account.to(Service::Elb, "CreateLoadBalancer");
    call.once(send, read, find).await
}

/// Waits until it is there for use, and gives it what it is to have besides.
async fn settle(account: &Account, known: &mut Known, planned: &Fields) -> Result<(), CallError> {
    let arn = known
        .told
        .load_balancer_arn()
        .unwrap_or_default()
        .to_owned();
    known.attributes = set_attributes(account, &arn, planned).await?;
    change::set_capacity(account, &arn, None, planned).await?;
    let look = || async {
        let mut found = calls::load_balancers(account, vec![arn.clone()]).await;
        let told = found.remove(&arn).transpose()?.flatten();
        let done = |told: &Told| {
            let state = told.state().and_then(|state| state.code());
            state != Some(&LoadBalancerStateEnum::Provisioning)
        };
        Ok(told.filter(done))
    };
    if let Some(told) = patience::until(account, PATIENCE, look).await? {
        known.told = told;
    }
    Ok(())
}

/// Gives a load balancer the attributes that are planned; those it has then.
pub(super) async fn set_attributes(
    account: &Account,
    arn: &str,
    planned: &Fields,
) -> Result<Attributes, CallError> {
    let kind = planned.text("load_balancer_type").unwrap_or("application");
    let mut current = attributes_of(account, arn).await?;
    let changes = settings::changes(kind, &settings::planned(planned, kind), &current);
    if changes.is_empty() {
        return Ok(current);
    }
    let written = changes.iter();
    let written = written.map(|(k, v)| LoadBalancerAttribute::builder().key(k).value(v).build());
    let written: Vec<_> = written.collect();
    let elb = account.elb();
    let call = || {
        let request = elb.modify_load_balancer_attributes().load_balancer_arn(arn);
        request.set_attributes(Some(written.clone())).send()
    };
    account
        .call(Service::Elb, "ModifyLoadBalancerAttributes", call)
        .await?;
    current.extend(changes);
    Ok(current)
}

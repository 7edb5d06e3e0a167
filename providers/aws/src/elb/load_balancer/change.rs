//! A load balancer that is changed.

use aws_sdk_elasticloadbalancingv2::types::{
    EnforceSecurityGroupInboundRulesOnPrivateLinkTrafficEnum as Enforce, IpAddressType,
    MinimumLoadBalancerCapacity,
};
use trueup_sdk::native::{Failure, Fields, Made, Update, problem};

use super::{Known, LoadBalancer, called, create};
use crate::{
    CallError, blocks,
    client::{Account, Service},
    elb::calls,
    tags::{self, TagChange},
};

impl LoadBalancer {
    pub(super) async fn change(&self, account: &Account, update: Update<'_>) -> Made {
        let prior = Fields::of(&update.prior.value);
        let doing = format!("updating {}", called(&prior));
        let changed = change(account, &prior, &update.planned).await;
        match changed.map_err(|error| Failure::from(error.problem(&doing)))? {
            Some(known) => Ok(self.show(account, known, &update.planned).into()),
            None => Err(problem(&doing, "There is no such load balancer any more.").into()),
        }
    }
}

async fn change(
    account: &Account,
    prior: &Fields,
    planned: &Fields,
) -> Result<Option<Known>, CallError> {
    let arn = prior.text("id").unwrap_or_default();
    let (before, after) = (
        tags::read(prior.get("tags_all")),
        tags::read(planned.get("tags_all")),
    );
    calls::change_tags(account, arn, &TagChange::between(&before, &after)).await?;
    let changed = |name: &str| prior.get(name) != planned.get(name) && planned.get(name).is_known();
    if changed("security_groups")
        || changed("enforce_security_group_inbound_rules_on_private_link_traffic")
    {
        set_security_groups(account, arn, planned).await?;
    }
    if changed("subnets") || changed("subnet_mapping") {
        set_subnets(account, arn, changed("subnets"), planned).await?;
    }
    if changed("ip_address_type") {
        set_addresses(account, arn, planned).await?;
    }
    set_capacity(account, arn, Some(prior), planned).await?;
    let attributes = create::set_attributes(account, arn, planned).await?;
    let mut found = calls::load_balancers(account, vec![arn.to_owned()]).await;
    let told = found.remove(arn).transpose()?.flatten();
    Ok(told.map(|told| Known {
        told,
        attributes,
        tags: after,
    }))
}

async fn set_security_groups(
    account: &Account,
    arn: &str,
    planned: &Fields,
) -> Result<(), CallError> {
    let elb = account.elb();
    let enforced = planned.text("enforce_security_group_inbound_rules_on_private_link_traffic");
    let enforced = enforced.filter(|text| !text.is_empty());
    let call = || {
        elb.set_security_groups()
            .load_balancer_arn(arn)
            .set_security_groups(Some(blocks::texts(planned, "security_groups")))
            .set_enforce_security_group_inbound_rules_on_private_link_traffic(
                enforced.map(Enforce::from),
            )
            .send()
    };
    account
        .call(Service::Elb, "SetSecurityGroups", call)
        .await
        .map(drop)
}

async fn set_subnets(
    account: &Account,
    arn: &str,
    plain: bool,
    planned: &Fields,
) -> Result<(), CallError> {
    let elb = account.elb();
    let subnets = Some(blocks::texts(planned, "subnets")).filter(|_| plain);
    let mappings = create::mappings(planned).filter(|_| !plain);
    let call = || {
        let request = elb.set_subnets().load_balancer_arn(arn);
        request
            .set_subnets(subnets.clone())
            .set_subnet_mappings(mappings.clone())
            .send()
    };
    account
        .call(Service::Elb, "SetSubnets", call)
        .await
        .map(drop)
}

async fn set_addresses(account: &Account, arn: &str, planned: &Fields) -> Result<(), CallError> {
    let elb = account.elb();
    let kind = planned.text("ip_address_type").unwrap_or("ipv4");
    let call = || {
        let request = elb.set_ip_address_type().load_balancer_arn(arn);
        request.ip_address_type(IpAddressType::from(kind)).send()
    };
    account
        .call(Service::Elb, "SetIpAddressType", call)
        .await
        .map(drop)
}

fn capacity(balancer: &Fields) -> Option<i32> {
    let block = blocks::block(balancer, "minimum_load_balancer_capacity")?;
    block
        .integer("capacity_units")
        .and_then(|units| i32::try_from(units).ok())
}

/// Reserves what is planned, or gives back what was.
pub(super) async fn set_capacity(
    account: &Account,
    arn: &str,
    prior: Option<&Fields>,
    planned: &Fields,
) -> Result<(), CallError> {
    let (before, after) = (prior.and_then(capacity), capacity(planned));
    if before == after {
        return Ok(());
    }
    let elb = account.elb();
    let wanted = after.map(|units| {
        MinimumLoadBalancerCapacity::builder()
            .capacity_units(units)
            .build()
    });
    let call = || {
        elb.modify_capacity_reservation()
            .load_balancer_arn(arn)
            .set_minimum_load_balancer_capacity(wanted.clone())
            .set_reset_capacity_reservation(after.is_none().then_some(true))
            .send()
    };
    account
        .call(Service::Elb, "ModifyCapacityReservation", call)
        .await
        .map(drop)
}

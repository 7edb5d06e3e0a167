//! A target group that is changed.

use aws_sdk_elasticloadbalancingv2::types::TargetGroup as Told;
use trueup_sdk::native::{Failure, Fields, Made, Update};

use super::{Known, TargetGroup, called, create, health_check::HealthCheck};
use crate::{
    CallError,
    client::{Account, Service},
    elb::calls,
    tags::{self, TagChange},
};

impl TargetGroup {
    pub(super) async fn change(&self, account: &Account, update: Update<'_>) -> Made {
        let prior = Fields::of(&update.prior.value);
        let doing = format!("updating {}", called(&prior));
        let changed = change(account, &prior, &update.planned).await;
        let known = changed.map_err(|error| Failure::from(error.problem(&doing)))?;
        Ok(self.show(account, known, &update.planned).into())
    }
}

async fn change(account: &Account, prior: &Fields, planned: &Fields) -> Result<Known, CallError> {
    let arn = prior.text("id").unwrap_or_default();
    let (before, after) = (
        tags::read(prior.get("tags_all")),
        tags::read(planned.get("tags_all")),
    );
    calls::change_tags(account, arn, &TagChange::between(&before, &after)).await?;
    let told = match HealthCheck::of(planned) {
        Some(check) if HealthCheck::of(prior).as_ref() != Some(&check) => {
            modify(account, arn, check).await?
        }
        _ => told(account, arn).await?,
    };
    let attributes = create::settle(account, &told, planned).await?;
    Ok(Known {
        told,
        attributes,
        tags: after,
    })
}

async fn modify(account: &Account, arn: &str, check: HealthCheck) -> Result<Told, CallError> {
    let elb = account.elb();
    let call = || {
        let check = check.clone();
        elb.modify_target_group()
            .target_group_arn(arn)
            .set_health_check_enabled(check.enabled)
            .set_health_check_interval_seconds(check.interval)
            .set_health_check_timeout_seconds(check.timeout)
            .set_healthy_threshold_count(check.healthy_threshold)
            .set_unhealthy_threshold_count(check.unhealthy_threshold)
            .set_health_check_path(check.path)
            .set_health_check_port(check.port)
            .set_health_check_protocol(check.protocol)
            .set_matcher(check.matcher)
            .send()
    };
    let answer = account
        .call(Service::Elb, "ModifyTargetGroup", call)
        .await?;
    Ok(first(answer.target_groups))
}

async fn told(account: &Account, arn: &str) -> Result<Told, CallError> {
    let mut found = calls::target_groups(account, vec![arn.to_owned()]).await;
    Ok(found
        .remove(arn)
        .transpose()?
        .flatten()
        .unwrap_or_else(|| Told::builder().build()))
}

fn first(groups: Option<Vec<Told>>) -> Told {
    groups
        .unwrap_or_default()
        .into_iter()
        .next()
        .unwrap_or_else(|| Told::builder().build())
}

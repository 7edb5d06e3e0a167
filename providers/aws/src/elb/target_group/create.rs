//! A target group that is made.

use aws_sdk_elasticloadbalancingv2::{
    operation::create_target_group::CreateTargetGroupOutput,
    types::{
        ProtocolEnum, TargetGroup as Told, TargetGroupAttribute, TargetGroupIpAddressTypeEnum,
        TargetTypeEnum,
    },
};
use trueup_sdk::{
    Recovery,
    native::{Create, Failure, Fields, Made, ResourceType, problem},
};

use super::{Known, TargetGroup, attributes, health_check::HealthCheck, identity::Identity};
use crate::{
    CallError,
    client::{Account, Service},
    elb::{attributes::Attributes, calls},
    fields,
    patience::APPEARING,
    tags,
};

impl TargetGroup {
    pub(super) async fn make(&self, account: &Account, create: Create<'_>) -> Made {
        let planned = create.planned;
        let identity = create.identity.and_then(Identity::read);
        let Some(identity) = identity.or_else(|| Identity::choose(account, &planned)) else {
            return Err(no_name().into());
        };
        let name = &identity.name;
        let doing = format!("creating ELBv2 Target Group ({name})");
        let failed = |error: CallError| Failure::from(error.problem(&doing));
        if calls::target_group_named(account, name)
            .await
            .map_err(failed)?
            .is_some()
        {
            return Err(taken(name).into());
        }
        let told = send(account, &identity, &planned).await;
        let told = told.map_err(failed)?;
        let mut known = Known {
            told,
            attributes: Attributes::new(),
            tags: tags::read(planned.get("tags_all")),
        };
        match settle(account, &known.told, &planned).await {
            Ok(attributes) => {
                known.attributes = attributes;
                Ok(self.show(account, known, &planned).into())
            }
            Err(error) => {
                let left = self.show(account, known, &planned);
                Err(Failure::from(error.problem(&doing)).leaving(left))
            }
        }
    }

    /// The group of an interrupted creation.
    pub(super) async fn find(&self, account: &Account, identity: &Identity) -> Recovery {
        match calls::target_group_named(account, &identity.name).await {
            Ok(Some(told)) if identity.fits(&told) => {
                let arn = told.target_group_arn().unwrap_or_default();
                let mut empty = self.shape.empty();
                empty.set_text("id", arn);
                fields::recovered(self.read(account, empty.into()).await)
            }
            Ok(_) => Recovery::Absent,
            Err(_) => Recovery::Unknown,
        }
    }
}

fn no_name() -> trueup_sdk::Problem {
    problem(
        "creating ELBv2 Target Group",
        "There is no name, and no randomness to make one from.",
    )
}

fn taken(name: &str) -> trueup_sdk::Problem {
    let summary = format!("ELBv2 Target Group ({name}) already exists");
    problem(
        &summary,
        "There is one by this name that this state does not know. Import it by its ARN, or choose another name.",
    )
}

async fn send(account: &Account, identity: &Identity, planned: &Fields) -> Result<Told, CallError> {
    let elb = account.elb();
    let text = |name: &str| {
        planned
            .text(name)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let number = |name: &str| planned.integer(name).and_then(|n| i32::try_from(n).ok());
    let kind = text("target_type").unwrap_or_else(|| "instance".to_owned());
    let targets = kind != "lambda";
    let protocol = text("protocol").filter(|_| targets);
    let over_http = matches!(protocol.as_deref(), Some("HTTP" | "HTTPS"));
    let version = text("protocol_version")
        .filter(|_| over_http)
        .map(|v| v.to_uppercase());
    let addresses = text("ip_address_type").filter(|_| targets);
    let check = HealthCheck::of(planned).unwrap_or_default();
    let tags = calls::write_tags(&tags::read(planned.get("tags_all")));
    let send = || {
        let check = check.clone();
        elb.create_target_group()
            .name(&identity.name)
            .target_type(TargetTypeEnum::from(kind.as_str()))
            .set_port(number("port").filter(|_| targets))
            .set_protocol(protocol.as_deref().map(ProtocolEnum::from))
            .set_protocol_version(version.clone())
            .set_vpc_id(text("vpc_id").filter(|_| targets))
            .set_ip_address_type(addresses.as_deref().map(TargetGroupIpAddressTypeEnum::from))
            .set_target_control_port(number("target_control_port"))
            .set_health_check_enabled(check.enabled)
            .set_health_check_interval_seconds(check.interval)
            .set_health_check_timeout_seconds(check.timeout)
            .set_healthy_threshold_count(check.healthy_threshold)
            .set_unhealthy_threshold_count(check.unhealthy_threshold)
            .set_health_check_path(check.path)
            .set_health_check_port(check.port)
            .set_health_check_protocol(check.protocol)
            .set_matcher(check.matcher)
            .set_tags(tags.clone())
            .send()
    };
    let read = |answer: CreateTargetGroupOutput| {
        let made = answer.target_groups.unwrap_or_default().into_iter().next();
        made.unwrap_or_else(|| Told::builder().build())
    };
    // Nobody had the name before.
    let find = || async move {
        let found = calls::target_group_named(account, &identity.name).await?;
        Ok(found.filter(|told| identity.fits(told)))
    };
    let call = account.to(Service::Elb, "CreateTargetGroup");
    call.once(send, read, find).await
}

/// Gives a group the attributes that are planned; those it has then.
pub(super) async fn settle(
    account: &Account,
    told: &Told,
    planned: &Fields,
) -> Result<Attributes, CallError> {
    let arn = told.target_group_arn().unwrap_or_default();
    let mut current = calls::target_group_attributes(account, arn).await?;
    let changes = attributes::changes(&attributes::planned(planned), &current);
    if changes.is_empty() {
        return Ok(current);
    }
    let written = changes.iter();
    let written = written.map(|(k, v)| TargetGroupAttribute::builder().key(k).value(v).build());
    let written: Vec<_> = written.collect();
    let elb = account.elb();
    let call = || {
        let request = elb.modify_target_group_attributes().target_group_arn(arn);
        request.set_attributes(Some(written.clone())).send()
    };
    let modify = account.to(Service::Elb, "ModifyTargetGroupAttributes");
    modify.waits(APPEARING, calls::fresh).send(call).await?;
    current.extend(changes);
    Ok(current)
}

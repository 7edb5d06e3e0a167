//! `aws_lb_target_group_attachment`, also `aws_alb_target_group_attachment`: a
//! target that is registered.

use std::{sync::LazyLock, time::Duration};

use aws_sdk_elasticloadbalancingv2::types::{
    TargetDescription, TargetHealthReasonEnum, TargetHealthStateEnum,
};
use trueup_sdk::{
    Answer, Drift, Explanation, Interrupted, Object, PlanRequest, PlanResponse, ReadResponse,
    Recovery,
    native::{Create, Delete, Deleted, Failure, Field, Fields, Made, ResourceType, Shape, problem},
    ready,
};
use trueup_value::Type;

use super::calls;
use crate::{
    CallError, arn,
    client::{Account, Service},
    fields,
    patience::APPEARING,
    plan, unique,
};

/// An instance that was just made, or a function without permission, is no
/// target yet.
const INVALID: &[&str] = &["InvalidTarget"];
const PATIENCE: Duration = Duration::from_secs(600);

pub(super) struct TargetGroupAttachment {
    shape: LazyLock<Shape>,
}

fn shape() -> Shape {
    let fields = [
        fields::id(),
        fields::region(),
        Field::optional("availability_zone", Type::String)
            .about("The zone of the target; `all` for an address outside of the VPC.")
            .replaces(),
        Field::optional("port", Type::Number)
            .about("The port, if it is not that of the target group.")
            .between(1, 65_535)
            .replaces(),
        Field::required("target_group_arn", Type::String)
            .about("The ARN of the target group.")
            .checked(arn::check)
            .replaces(),
        Field::required("target_id", Type::String)
            .about("The ID of an instance, an address, or the ARN of a function or load balancer.")
            .replaces(),
    ];
    Shape::new("A target that is registered with a target group.", fields).legacy()
}

fn group(object: &Fields) -> &str {
    object.text("target_group_arn").unwrap_or_default()
}

fn called(object: &Fields) -> String {
    format!(
        "target ({}) of ELBv2 Target Group ({})",
        object.text("target_id").unwrap_or_default(),
        group(object)
    )
}

fn target(object: &Fields) -> TargetDescription {
    let zone = object
        .text("availability_zone")
        .filter(|zone| !zone.is_empty());
    let port = object.integer("port").filter(|port| *port > 0);
    TargetDescription::builder()
        .set_id(object.text("target_id").map(str::to_owned))
        .set_availability_zone(zone.map(str::to_owned))
        .set_port(port.and_then(|port| i32::try_from(port).ok()))
        .build()
}

/// Whether the target is registered; one that is leaving is not.
async fn registered(account: &Account, object: &Fields) -> Result<bool, CallError> {
    let elb = account.elb();
    let call = || {
        let request = elb.describe_target_health().target_group_arn(group(object));
        request.targets(target(object)).send()
    };
    let answer = match account
        .call(Service::Elb, "DescribeTargetHealth", call)
        .await
    {
        Err(error) if error.is(calls::MISSING) || error.is(INVALID) => return Ok(false),
        answer => answer?,
    };
    let health = answer.target_health_descriptions().first();
    let Some(health) = health.and_then(|described| described.target_health()) else {
        return Ok(false);
    };
    let gone = matches!(
        health.reason(),
        Some(
            TargetHealthReasonEnum::NotRegistered
                | TargetHealthReasonEnum::DeregistrationInProgress
        )
    );
    Ok(!gone && health.state() != Some(&TargetHealthStateEnum::Draining))
}

impl TargetGroupAttachment {
    pub(super) fn new() -> Self {
        TargetGroupAttachment {
            shape: LazyLock::new(shape),
        }
    }

    async fn make(&self, account: &Account, create: Create<'_>) -> Made {
        let mut object = create.planned;
        let doing = format!("registering {}", called(&object));
        let elb = account.elb();
        let send = || {
            let request = elb.register_targets().target_group_arn(group(&object));
            request.targets(target(&object)).send()
        };
        let invalid = |error: &CallError| error.is(INVALID);
        let call = account.to(Service::Elb, "RegisterTargets");
        let made = call
            .waits(PATIENCE, invalid)
            .waits(APPEARING, calls::fresh)
            .send(send)
            .await;
        made.map_err(|error| Failure::from(error.problem(&doing)))?;
        let suffix = create
            .identity
            .map(str::to_owned)
            .or_else(|| unique::suffix(&account.world));
        object.set_text(
            "id",
            format!("{}-{}", group(&object), suffix.unwrap_or_default()),
        );
        fields::show_region(account, &mut object);
        Ok(object.into())
    }
}

impl ResourceType<Account> for TargetGroupAttachment {
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
            let mut object = Fields::of(&object.value);
            let there = registered(account, &object).await;
            fields::show_region(account, &mut object);
            let called = called(&object);
            fields::read(there.map(|there| there.then_some(object)), || called)
        })
    }

    /// Registering a target twice makes no difference; this is for its ID.
    fn identify(&self, account: &Account, planned: &Fields) -> Option<String> {
        let text = |name: &str| planned.text(name).unwrap_or_default().to_owned();
        let target = (
            text("target_group_arn"),
            text("target_id"),
            text("availability_zone"),
        );
        let suffix = unique::suffix(&account.world)?;
        Some(serde_json::json!([suffix, target, planned.integer("port")]).to_string())
    }

    fn create<'a>(&'a self, account: &'a Account, create: Create<'a>) -> Answer<'a, Made> {
        Box::pin(async move {
            let suffix = create
                .identity
                .and_then(read_identity)
                .map(|(suffix, ..)| suffix);
            let create = Create {
                identity: suffix.as_deref(),
                ..create
            };
            self.make(account, create).await
        })
    }

    fn delete<'a>(&'a self, account: &'a Account, delete: Delete<'a>) -> Answer<'a, Deleted> {
        Box::pin(async move {
            let object = Fields::of(&delete.prior.value);
            let elb = account.elb();
            let call = || {
                let request = elb.deregister_targets().target_group_arn(group(&object));
                request.targets(target(&object)).send()
            };
            let answer = account.call(Service::Elb, "DeregisterTargets", call).await;
            let missing = [calls::MISSING, INVALID].concat();
            fields::deleted(answer, &missing, || called(&object))
        })
    }

    fn import<'a>(
        &'a self,
        _: &'a Account,
        mut empty: Fields,
        id: &'a str,
    ) -> Option<Answer<'a, Made>> {
        let mut parts = id.splitn(3, ',');
        let (Some(group), Some(target)) = (parts.next(), parts.next()) else {
            let detail = format!(
                "{id:?} is not TARGET-GROUP-ARN,TARGET-ID or TARGET-GROUP-ARN,TARGET-ID,PORT."
            );
            return Some(ready(Err(
                problem("Unexpected Import Identifier", detail).into()
            )));
        };
        empty.set_text("target_group_arn", group);
        empty.set_text("target_id", target);
        if let Some(port) = parts.next().and_then(|port| port.parse().ok()) {
            empty.set_integer("port", port);
        }
        empty.set_text("id", id);
        Some(ready(Ok(empty.into())))
    }

    fn explain<'a>(
        &'a self,
        account: &'a Account,
        drift: Drift<'a>,
    ) -> Answer<'a, Vec<Explanation>> {
        fields::explain(account, Service::Elb, drift, "target_group_arn")
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
            let Some((suffix, (group, target, zone), port)) =
                action.identity.and_then(read_identity)
            else {
                return Recovery::Unknown;
            };
            let mut object = self.shape.empty();
            object.set_text("id", format!("{group}-{suffix}"));
            object.set_text("target_group_arn", group);
            object.set_text("target_id", target);
            if !zone.is_empty() {
                object.set_text("availability_zone", zone);
            }
            if let Some(port) = port {
                object.set_integer("port", port);
            }
            fields::recovered(self.read(account, object.into()).await)
        })
    }
}

type Written = (String, (String, String, String), Option<i64>);

fn read_identity(text: &str) -> Option<Written> {
    serde_json::from_str(text).ok()
}

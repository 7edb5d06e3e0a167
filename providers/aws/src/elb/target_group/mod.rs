//! `aws_lb_target_group`, also `aws_alb_target_group`.

mod attributes;
mod combinations;
mod create;
mod data;
mod health_check;
mod identity;
mod shape;
mod stickiness;
mod update;

pub(super) use data::TargetGroupData;

use std::{collections::BTreeMap, sync::LazyLock};

use aws_sdk_elasticloadbalancingv2::types::{
    ProtocolEnum, TargetGroup as Told, TargetGroupIpAddressTypeEnum, TargetTypeEnum,
};
use futures_util::{StreamExt, stream};
use trueup_sdk::{
    Answer, Drift, Explanation, Interrupted, Mirror, Object, PlanRequest, PlanResponse, Problem,
    ReadResponse, Recovery,
    native::{Create, Delete, Deleted, Fields, Made, ResourceType, Shape, Update},
    ready,
};

use super::attributes::Attributes;
use super::calls;
use crate::{
    CallError, arn, blocks,
    client::{Account, Service},
    fields,
    patience::PROPAGATION,
    plan, tags, unique,
};

/// How many groups are asked for their attributes side by side.
const SIDE_BY_SIDE: usize = 8;

pub(super) struct TargetGroup {
    shape: LazyLock<Shape>,
}

/// A target group as the service knows it.
struct Known {
    told: Told,
    attributes: Attributes,
    tags: tags::Tags,
}

impl TargetGroup {
    pub(super) fn new() -> Self {
        TargetGroup {
            shape: LazyLock::new(shape::shape),
        }
    }

    /// The object; `before` is the same as planned or as it was.
    fn show(&self, account: &Account, known: Known, before: &Fields) -> Fields {
        let mut group = before.clone();
        show(&self.shape, &known, &mut group);
        let settings = &account.settings;
        tags::show(
            &settings.default_tags,
            &settings.ignored_tags,
            known.tags,
            before,
            &mut group,
        );
        fields::show_region(account, &mut group);
        group
    }
}

/// Sets what both the resource and the data source show.
fn show(shape: &Shape, known: &Known, group: &mut Fields) {
    let told = &known.told;
    let arn = told.target_group_arn().unwrap_or_default();
    let name = told.target_group_name().unwrap_or_default();
    let lambda = told.target_type() == Some(&TargetTypeEnum::Lambda);
    let protocol = told.protocol().filter(|_| !lambda);
    let over_http = matches!(protocol, Some(ProtocolEnum::Http | ProtocolEnum::Https));
    group.set_text("id", arn);
    group.set_text("arn", arn);
    group.set_text("arn_suffix", arn::resource(arn));
    group.set_text("name", name);
    group.set_text("name_prefix", unique::prefix(name));
    group.set("port", blocks::number(told.port().filter(|_| !lambda)));
    group.set("protocol", blocks::text(protocol.map(ProtocolEnum::as_str)));
    group.set(
        "protocol_version",
        blocks::text(told.protocol_version().filter(|_| over_http)),
    );
    group.set(
        "target_type",
        blocks::text(told.target_type().map(TargetTypeEnum::as_str)),
    );
    group.set("vpc_id", blocks::text(told.vpc_id().filter(|_| !lambda)));
    let addresses = told
        .ip_address_type()
        .map(TargetGroupIpAddressTypeEnum::as_str);
    group.set("ip_address_type", blocks::text(addresses));
    group.set(
        "target_control_port",
        blocks::number(told.target_control_port()),
    );
    show_balancers(told, group);
    group.set("health_check", health_check::read(told));
    attributes::read(&known.attributes, shape, group);
}

/// Who sends requests to it.
fn show_balancers(told: &Told, group: &mut Fields) {
    let balancers = blocks::text_set(told.load_balancer_arns());
    group.set("load_balancer_arns", balancers);
}

/// How messages call a target group.
fn called(group: &Fields) -> String {
    let name = group.text("arn").or(group.text("name")).unwrap_or_default();
    format!("ELBv2 Target Group ({name})")
}

/// Everything about target groups; what is gone is not among them.
async fn look(
    account: &Account,
    arns: Vec<String>,
) -> BTreeMap<String, Result<Option<Known>, CallError>> {
    let found = calls::target_groups(account, arns).await;
    let there = found.iter().filter(|(_, told)| matches!(told, Ok(Some(_))));
    let there: Vec<String> = there.map(|(arn, _)| arn.clone()).collect();
    let mut tags = calls::tags(account, there.clone()).await;
    let attributes = there.into_iter().map(|arn| async move {
        let told = calls::target_group_attributes(account, &arn).await;
        (arn, told)
    });
    let attributes = stream::iter(attributes).buffer_unordered(SIDE_BY_SIDE);
    let mut attributes: BTreeMap<_, _> = attributes.collect().await;
    let known = found.into_iter().map(|(arn, told)| {
        let tags = tags.remove(&arn);
        let attributes = attributes.remove(&arn);
        let known = put_together(told, attributes, tags);
        (arn, known)
    });
    known.collect()
}

/// A group that went away in between is gone.
fn put_together(
    told: Result<Option<Told>, CallError>,
    attributes: Option<Result<Attributes, CallError>>,
    tags: Option<Result<Option<tags::Tags>, CallError>>,
) -> Result<Option<Known>, CallError> {
    let (Some(told), Some(attributes), Some(tags)) = (told?, attributes, tags) else {
        return Ok(None);
    };
    let attributes = match attributes {
        Err(error) if error.is(calls::MISSING) => return Ok(None),
        other => other?,
    };
    Ok(tags?.map(|tags| Known {
        told,
        attributes,
        tags,
    }))
}

impl ResourceType<Account> for TargetGroup {
    fn shape(&self) -> Shape {
        self.shape.clone()
    }

    fn validate(&self, config: &Fields) -> Vec<Problem> {
        combinations::check(config)
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
        fields::read_one(self.read_all(account, vec![object]))
    }

    fn read_all<'a>(
        &'a self,
        account: &'a Account,
        objects: Vec<Object>,
    ) -> Answer<'a, Vec<ReadResponse>> {
        Box::pin(async move {
            let objects = fields::of_all(&objects);
            let mut known = look(account, fields::ids(&objects)).await;
            let responses = objects.iter().map(|object| {
                let found = known.remove(object.text("id").unwrap_or_default());
                let found = found.unwrap_or(Ok(None));
                let shown = found.map(|known| known.map(|k| self.show(account, k, object)));
                fields::read(shown, || called(object))
            });
            responses.collect()
        })
    }

    fn reads_at_once(&self) -> usize {
        calls::MOST
    }

    fn mirrors(&self) -> &'static [Mirror] {
        &[Mirror {
            attribute: "load_balancer_arns",
            of: &[
                "aws_lb_listener",
                "aws_lb_listener_rule",
                "aws_alb_listener",
                "aws_alb_listener_rule",
            ],
        }]
    }

    fn read_mirrors<'a>(
        &'a self,
        account: &'a Account,
        objects: Vec<Object>,
    ) -> Answer<'a, Vec<ReadResponse>> {
        Box::pin(async move {
            let objects = fields::of_all(&objects);
            let mut told = calls::target_groups(account, fields::ids(&objects)).await;
            let responses = objects.iter().map(|object| {
                let found = told.remove(object.text("id").unwrap_or_default());
                let shown = found.unwrap_or(Ok(None)).map(|told| {
                    let mut group = object.clone();
                    show_balancers(&told?, &mut group);
                    Some(group)
                });
                fields::read(shown, || called(object))
            });
            responses.collect()
        })
    }

    fn identify(&self, account: &Account, planned: &Fields) -> Option<String> {
        identity::Identity::choose(account, planned)?.write()
    }

    fn create<'a>(&'a self, account: &'a Account, create: Create<'a>) -> Answer<'a, Made> {
        Box::pin(self.make(account, create))
    }

    fn update<'a>(&'a self, account: &'a Account, update: Update<'a>) -> Answer<'a, Made> {
        Box::pin(self.change(account, update))
    }

    fn delete<'a>(&'a self, account: &'a Account, delete: Delete<'a>) -> Answer<'a, Deleted> {
        Box::pin(async move {
            let object = Fields::of(&delete.prior.value);
            let arn = object.text("id").unwrap_or_default();
            let elb = account.elb();
            let send = || elb.delete_target_group().target_group_arn(arn).send();
            // Listeners and rules that were just deleted still count for a while.
            let in_use = |error: &CallError| error.is(&["ResourceInUse"]);
            let call = account.to(Service::Elb, "DeleteTargetGroup");
            let answer = call.waits(PROPAGATION, in_use).send(send).await;
            fields::deleted(answer, calls::MISSING, || called(&object))
        })
    }

    fn import<'a>(
        &'a self,
        _: &'a Account,
        empty: Fields,
        id: &'a str,
    ) -> Option<Answer<'a, Made>> {
        Some(fields::import_by_id(empty, id))
    }

    fn explain<'a>(
        &'a self,
        account: &'a Account,
        drift: Drift<'a>,
    ) -> Answer<'a, Vec<Explanation>> {
        fields::explain(account, Service::Elb, drift, "name")
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
            let Some(identity) = action.identity.and_then(identity::Identity::read) else {
                return Recovery::Unknown;
            };
            self.find(account, &identity).await
        })
    }
}

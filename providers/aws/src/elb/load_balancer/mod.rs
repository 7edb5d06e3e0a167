//! `aws_lb`, also `aws_alb`: a load balancer.

mod change;
mod create;
mod data;
mod settings;
mod shape;

pub(super) use data::LoadBalancerData;

use std::{collections::BTreeMap, sync::LazyLock};

use aws_sdk_elasticloadbalancingv2::types::{
    IpAddressType, LoadBalancer as Told, LoadBalancerSchemeEnum, LoadBalancerTypeEnum,
};
use futures_util::{StreamExt, stream};
use trueup_sdk::{
    Answer, Drift, Explanation, Interrupted, Object, PlanRequest, PlanResponse, Problem,
    ReadResponse, Recovery,
    native::{Create, Delete, Deleted, Fields, Made, ResourceType, Shape, Update},
    ready,
};
use trueup_value::Value;

use super::{attributes::Attributes, calls};
use crate::{
    CallError, arn, blocks,
    client::{Account, Service},
    fields, plan,
    tags::{self, Tags},
    unique,
};

const SIDE_BY_SIDE: usize = 8;

pub(super) struct LoadBalancer {
    shape: LazyLock<Shape>,
}

struct Known {
    told: Told,
    attributes: Attributes,
    tags: Tags,
}

fn called(balancer: &Fields) -> String {
    format!(
        "ELBv2 Load Balancer ({})",
        balancer.text("id").unwrap_or_default()
    )
}

/// Sets what both the resource and the data source show.
fn show(shape: &Shape, known: &Known, balancer: &mut Fields) {
    let told = &known.told;
    let arn = told.load_balancer_arn().unwrap_or_default();
    let kind = told
        .r#type()
        .map_or("application", LoadBalancerTypeEnum::as_str)
        .to_owned();
    balancer.set_text("id", arn);
    balancer.set_text("arn", arn);
    balancer.set_text(
        "arn_suffix",
        arn::resource(arn).trim_start_matches("loadbalancer/"),
    );
    balancer.set("name", blocks::text(told.load_balancer_name()));
    balancer.set("dns_name", blocks::text(told.dns_name()));
    balancer.set("zone_id", blocks::text(told.canonical_hosted_zone_id()));
    balancer.set("vpc_id", blocks::text(told.vpc_id()));
    let internal = told.scheme() == Some(&LoadBalancerSchemeEnum::Internal);
    balancer.set("internal", Value::bool(internal));
    let addresses = told.ip_address_type().map(IpAddressType::as_str);
    balancer.set("ip_address_type", blocks::text(addresses));
    balancer.set("security_groups", blocks::text_set(told.security_groups()));
    let pool = told.customer_owned_ipv4_pool().unwrap_or_default();
    balancer.set_text("customer_owned_ipv4_pool", pool);
    let enforced = told.enforce_security_group_inbound_rules_on_private_link_traffic();
    balancer.set_text(
        "enforce_security_group_inbound_rules_on_private_link_traffic",
        enforced.unwrap_or_default(),
    );
    let subnets = told
        .availability_zones()
        .iter()
        .filter_map(|zone| zone.subnet_id());
    balancer.set("subnets", blocks::text_set(subnets));
    balancer.set("subnet_mapping", show_mappings(told, shape));
    let empty = shape.empty_at("ipam_pools");
    let pools = told.ipam_pools().map(|pools| {
        let mut block = empty.clone();
        block.set("ipv4_ipam_pool_id", blocks::text(pools.ipv4_ipam_pool_id()));
        block
    });
    balancer.set("ipam_pools", blocks::list(&empty, pools));
    settings::read(&known.attributes, &kind, shape, balancer);
    balancer.set_text("load_balancer_type", kind);
}

fn show_mappings(told: &Told, shape: &Shape) -> Value {
    let empty = shape.empty_at("subnet_mapping");
    let mappings = told.availability_zones().iter().map(|zone| {
        let mut block = empty.clone();
        block.set("subnet_id", blocks::text(zone.subnet_id()));
        block.set_text("outpost_id", zone.outpost_id().unwrap_or_default());
        let address = zone.load_balancer_addresses().first();
        let of = |text: Option<&str>| text.unwrap_or_default().to_owned();
        block.set_text("allocation_id", of(address.and_then(|a| a.allocation_id())));
        block.set_text("ipv6_address", of(address.and_then(|a| a.ipv6_address())));
        block.set_text(
            "private_ipv4_address",
            of(address.and_then(|a| a.private_ipv4_address())),
        );
        block
    });
    blocks::set(&empty, mappings)
}

async fn attributes_of(account: &Account, arn: &str) -> Result<Attributes, CallError> {
    let elb = account.elb();
    let call = || {
        elb.describe_load_balancer_attributes()
            .load_balancer_arn(arn)
            .send()
    };
    let answer = account
        .call(Service::Elb, "DescribeLoadBalancerAttributes", call)
        .await?;
    let told = answer.attributes.unwrap_or_default().into_iter();
    Ok(told
        .filter_map(|told| Some((told.key?, told.value.unwrap_or_default())))
        .collect())
}

async fn look(
    account: &Account,
    arns: Vec<String>,
) -> BTreeMap<String, Result<Option<Known>, CallError>> {
    let found = calls::load_balancers(account, arns).await;
    let there = found.iter().filter(|(_, told)| matches!(told, Ok(Some(_))));
    let there: Vec<String> = there.map(|(arn, _)| arn.clone()).collect();
    let mut tags = calls::tags(account, there.clone()).await;
    let told = there.into_iter().map(|arn| async move {
        let told = attributes_of(account, &arn).await;
        (arn, told)
    });
    let told: Vec<_> = stream::iter(told)
        .buffer_unordered(SIDE_BY_SIDE)
        .collect()
        .await;
    let mut attributes: BTreeMap<String, _> = told.into_iter().collect();
    let known = found.into_iter().map(|(arn, told)| {
        let known = match (told, attributes.remove(&arn), tags.remove(&arn)) {
            (Err(error), ..) | (_, _, Some(Err(error))) => Err(error),
            (_, Some(Err(error)), _) if error.is(calls::MISSING) => Ok(None),
            (_, Some(Err(error)), _) => Err(error),
            (Ok(Some(told)), Some(Ok(attributes)), Some(Ok(Some(tags)))) => Ok(Some(Known {
                told,
                attributes,
                tags,
            })),
            _ => Ok(None),
        };
        (arn, known)
    });
    known.collect()
}

impl LoadBalancer {
    pub(super) fn new() -> Self {
        LoadBalancer {
            shape: LazyLock::new(shape::shape),
        }
    }

    fn show(&self, account: &Account, known: Known, before: &Fields) -> Fields {
        let mut balancer = before.clone();
        show(&self.shape, &known, &mut balancer);
        let name = known.told.load_balancer_name().unwrap_or_default();
        if before.text("name_prefix").is_none() {
            balancer.set_text("name_prefix", unique::prefix(name));
        }
        let settings = &account.settings;
        tags::show(
            &settings.default_tags,
            &settings.ignored_tags,
            known.tags,
            before,
            &mut balancer,
        );
        fields::show_region(account, &mut balancer);
        balancer
    }
}

impl ResourceType<Account> for LoadBalancer {
    fn shape(&self) -> Shape {
        self.shape.clone()
    }

    fn validate(&self, config: &Fields) -> Vec<Problem> {
        shape::check(config)
    }

    fn plan<'a>(
        &'a self,
        account: &'a Account,
        shape: &'a Shape,
        request: PlanRequest<'a>,
    ) -> Answer<'a, PlanResponse> {
        let mut response = plan::plan(account, shape, &request);
        if let (Some(planned), Some(config)) = (&response.planned, request.config) {
            let mut planned = Fields::of(planned);
            settings::settle(&Fields::of(config), &mut planned);
            response.planned = Some(planned.into_value());
        }
        ready(response)
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

    fn identify(&self, account: &Account, planned: &Fields) -> Option<String> {
        create::Identity::choose(account, planned)?.write()
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
            let call = || elb.delete_load_balancer().load_balancer_arn(arn).send();
            let answer = account.call(Service::Elb, "DeleteLoadBalancer", call).await;
            let protected = |error: &CallError| {
                error.is(&["OperationNotPermitted"])
                    && error.message.contains("deletion protection")
            };
            match answer {
                Err(error) if protected(&error) => {
                    let mut problem = error.problem(&format!("deleting {}", called(&object)));
                    problem.detail = "It is protected. Set \"enable_deletion_protection\" to false and apply that first.".to_owned();
                    Err(problem.into())
                }
                answer => fields::deleted(answer, calls::MISSING, || called(&object)),
            }
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
            match action.identity.and_then(create::Identity::read) {
                Some(identity) => self.find(account, &identity).await,
                None => Recovery::Unknown,
            }
        })
    }
}

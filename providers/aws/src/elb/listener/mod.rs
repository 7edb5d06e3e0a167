//! `aws_lb_listener`, also `aws_alb_listener`: a port a load balancer listens
//! on.

mod change;
mod data;
mod identity;
mod shape;

pub(super) use data::ListenerData;

use std::{collections::BTreeMap, sync::LazyLock};

use aws_sdk_elasticloadbalancingv2::types::{
    AdvertiseTrustStoreCaNamesEnum as AdvertiseEnum, Listener as Told,
    MutualAuthenticationAttributes, ProtocolEnum,
};
use futures_util::{StreamExt, stream};
use trueup_sdk::{
    Answer, Drift, Explanation, Interrupted, Object, PlanRequest, PlanResponse, Problem,
    ReadResponse, Recovery,
    native::{Create, Delete, Deleted, Fields, Made, ResourceType, Shape, Update},
    ready,
};
use trueup_value::Value;

use super::{
    action,
    attributes::{self, Attributes},
    calls,
};
use identity::Identity;

use crate::{
    CallError, blocks,
    client::{Account, Service},
    fields, plan,
    tags::{self, Tags},
};

const SIDE_BY_SIDE: usize = 8;
const MUTUAL: &str = "mutual_authentication";

pub(super) struct Listener {
    shape: LazyLock<Shape>,
}

struct Known {
    told: Told,
    attributes: Attributes,
    tags: Tags,
}

fn called(listener: &Fields) -> String {
    format!(
        "ELBv2 Listener ({})",
        listener.text("id").unwrap_or_default()
    )
}

/// Sets what both the resource and the data source show.
fn show(shape: &Shape, known: &Known, before: &Fields, listener: &mut Fields) {
    let told = &known.told;
    let arn = told.listener_arn().unwrap_or_default();
    listener.set_text("id", arn);
    listener.set_text("arn", arn);
    listener.set("load_balancer_arn", blocks::text(told.load_balancer_arn()));
    listener.set("port", blocks::number(told.port()));
    listener.set(
        "protocol",
        blocks::text(told.protocol().map(ProtocolEnum::as_str)),
    );
    listener.set("ssl_policy", blocks::text(told.ssl_policy().or(Some(""))));
    let alpn = told.alpn_policy().first().map(String::as_str);
    listener.set("alpn_policy", blocks::text(alpn));
    let certificate = match told.certificates() {
        [only] => only.certificate_arn(),
        _ => None,
    };
    listener.set("certificate_arn", blocks::text(certificate));
    let actions = action::read(told.default_actions(), shape, shape::ACTION, before);
    listener.set(shape::ACTION, actions);
    listener.set(MUTUAL, show_mutual(told.mutual_authentication(), shape));
}

fn show_mutual(told: Option<&MutualAuthenticationAttributes>, shape: &Shape) -> Value {
    let empty = shape.empty_at(MUTUAL);
    let shown = told.map(|told| {
        let mut block = empty.clone();
        block.set("mode", blocks::text(told.mode()));
        block.set_text(
            "trust_store_arn",
            told.trust_store_arn().unwrap_or_default(),
        );
        let expired = told.ignore_client_certificate_expiry().unwrap_or_default();
        block.set("ignore_client_certificate_expiry", Value::bool(expired));
        let advertise = told
            .advertise_trust_store_ca_names()
            .map(AdvertiseEnum::as_str);
        block.set_text(
            "advertise_trust_store_ca_names",
            advertise.unwrap_or_default(),
        );
        block
    });
    blocks::list(&empty, shown)
}

async fn attributes_of(account: &Account, arn: &str) -> Result<Attributes, CallError> {
    let elb = account.elb();
    let call = || elb.describe_listener_attributes().listener_arn(arn).send();
    let answer = account
        .call(Service::Elb, "DescribeListenerAttributes", call)
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
    let found = calls::listeners(account, arns).await;
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

impl Listener {
    pub(super) fn new() -> Self {
        Listener {
            shape: LazyLock::new(shape::shape),
        }
    }

    fn show(&self, account: &Account, known: Known, before: &Fields) -> Fields {
        let mut listener = before.clone();
        show(&self.shape, &known, before, &mut listener);
        for setting in shape::SETTINGS {
            attributes::show(setting, &known.attributes, None, &mut listener);
        }
        let settings = &account.settings;
        tags::show(
            &settings.default_tags,
            &settings.ignored_tags,
            known.tags,
            before,
            &mut listener,
        );
        fields::show_region(account, &mut listener);
        listener
    }
}

impl ResourceType<Account> for Listener {
    fn shape(&self) -> Shape {
        self.shape.clone()
    }

    fn validate(&self, config: &Fields) -> Vec<Problem> {
        let mut problems = action::check(config, shape::ACTION);
        problems.extend(shape::check(config));
        problems
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

    fn identify(&self, _: &Account, planned: &Fields) -> Option<String> {
        Identity::of(planned).write()
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
            let call = || elb.delete_listener().listener_arn(arn).send();
            let answer = account.call(Service::Elb, "DeleteListener", call).await;
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
        fields::explain(account, Service::Elb, drift, "arn")
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
            let found = match identity.find(account).await {
                Ok(Some(found)) => found,
                Ok(None) => return Recovery::Absent,
                Err(_) => return Recovery::Unknown,
            };
            let mut empty = self.shape.empty();
            empty.set_text("id", found.listener_arn().unwrap_or_default());
            fields::recovered(self.read(account, empty.into()).await)
        })
    }
}

//! Calls to Elastic Load Balancing.

use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancingv2::types::{
    Listener, LoadBalancer, Rule, Tag, TagDescription, TargetGroup, TargetGroupAttribute,
};

use crate::{
    CallError,
    batch::{self, Found},
    client::{Account, Service},
    tags::{TagChange, Tags},
};

/// Most names or ARNs in one call.
pub(super) const MOST: usize = 20;

/// There is no such target group, rule, listener or load balancer.
pub(super) const MISSING: &[&str] = &[
    "TargetGroupNotFound",
    "RuleNotFound",
    "ListenerNotFound",
    "LoadBalancerNotFound",
];

/// What was just made is not known everywhere.
pub(super) fn fresh(error: &CallError) -> bool {
    error.is(MISSING)
}

pub(super) async fn target_groups(account: &Account, arns: Vec<String>) -> Found<TargetGroup> {
    batch::describe(arns, MOST, MISSING, |arns| async move {
        let elb = account.elb();
        let call = || {
            let request = elb.describe_target_groups();
            request.set_target_group_arns(Some(arns.clone())).send()
        };
        let answer = account
            .call(Service::Elb, "DescribeTargetGroups", call)
            .await?;
        let groups = answer.target_groups.unwrap_or_default().into_iter();
        Ok(groups
            .filter_map(|g| Some((g.target_group_arn()?.to_owned(), g)))
            .collect())
    })
    .await
}

/// The target group of a name, if there is one.
pub(super) async fn target_group_named(
    account: &Account,
    name: &str,
) -> Result<Option<TargetGroup>, CallError> {
    let elb = account.elb();
    let call = || elb.describe_target_groups().names(name).send();
    match account
        .call(Service::Elb, "DescribeTargetGroups", call)
        .await
    {
        Ok(answer) => Ok(answer.target_groups.unwrap_or_default().into_iter().next()),
        Err(error) if error.is(MISSING) => Ok(None),
        Err(error) => Err(error),
    }
}

/// All target groups of the account and region.
pub(super) async fn all_target_groups(account: &Account) -> Result<Vec<TargetGroup>, CallError> {
    let elb = account.elb();
    let mut groups = Vec::new();
    let mut marker = None;
    loop {
        let call = || {
            elb.describe_target_groups()
                .set_marker(marker.clone())
                .send()
        };
        let answer = account
            .call(Service::Elb, "DescribeTargetGroups", call)
            .await?;
        groups.extend(answer.target_groups.unwrap_or_default());
        marker = answer.next_marker.filter(|marker| !marker.is_empty());
        if marker.is_none() {
            return Ok(groups);
        }
    }
}

pub(super) fn attributes(told: Option<Vec<TargetGroupAttribute>>) -> BTreeMap<String, String> {
    let told = told.unwrap_or_default().into_iter();
    told.filter_map(|attribute| Some((attribute.key?, attribute.value.unwrap_or_default())))
        .collect()
}

pub(super) async fn target_group_attributes(
    account: &Account,
    arn: &str,
) -> Result<BTreeMap<String, String>, CallError> {
    let elb = account.elb();
    let call = || {
        elb.describe_target_group_attributes()
            .target_group_arn(arn)
            .send()
    };
    let answer = account
        .call(Service::Elb, "DescribeTargetGroupAttributes", call)
        .await?;
    Ok(attributes(answer.attributes))
}

pub(super) async fn rules(account: &Account, arns: Vec<String>) -> Found<Rule> {
    batch::describe(arns, MOST, MISSING, |arns| async move {
        let elb = account.elb();
        let call = || {
            elb.describe_rules()
                .set_rule_arns(Some(arns.clone()))
                .send()
        };
        let answer = account.call(Service::Elb, "DescribeRules", call).await?;
        let rules = answer.rules.unwrap_or_default().into_iter();
        Ok(rules
            .filter_map(|rule| Some((rule.rule_arn()?.to_owned(), rule)))
            .collect())
    })
    .await
}

/// All rules of a listener.
pub(super) async fn rules_of(account: &Account, listener: &str) -> Result<Vec<Rule>, CallError> {
    let elb = account.elb();
    let mut rules = Vec::new();
    let mut marker = None;
    loop {
        let call = || {
            let request = elb.describe_rules().listener_arn(listener);
            request.set_marker(marker.clone()).send()
        };
        let answer = account.call(Service::Elb, "DescribeRules", call).await?;
        rules.extend(answer.rules.unwrap_or_default());
        marker = answer.next_marker.filter(|marker| !marker.is_empty());
        if marker.is_none() {
            return Ok(rules);
        }
    }
}

pub(super) async fn listeners(account: &Account, arns: Vec<String>) -> Found<Listener> {
    batch::describe(arns, MOST, MISSING, |arns| async move {
        let elb = account.elb();
        let call = || {
            elb.describe_listeners()
                .set_listener_arns(Some(arns.clone()))
                .send()
        };
        let answer = account
            .call(Service::Elb, "DescribeListeners", call)
            .await?;
        let listeners = answer.listeners.unwrap_or_default().into_iter();
        Ok(listeners
            .filter_map(|l| Some((l.listener_arn()?.to_owned(), l)))
            .collect())
    })
    .await
}

/// All listeners of a load balancer.
pub(super) async fn listeners_of(
    account: &Account,
    balancer: &str,
) -> Result<Vec<Listener>, CallError> {
    let elb = account.elb();
    let mut listeners = Vec::new();
    let mut marker = None;
    loop {
        let call = || {
            let request = elb.describe_listeners().load_balancer_arn(balancer);
            request.set_marker(marker.clone()).send()
        };
        let answer = account
            .call(Service::Elb, "DescribeListeners", call)
            .await?;
        listeners.extend(answer.listeners.unwrap_or_default());
        marker = answer.next_marker.filter(|marker| !marker.is_empty());
        if marker.is_none() {
            return Ok(listeners);
        }
    }
}

pub(super) async fn load_balancers(account: &Account, arns: Vec<String>) -> Found<LoadBalancer> {
    batch::describe(arns, MOST, MISSING, |arns| async move {
        let elb = account.elb();
        let call = || {
            let request = elb.describe_load_balancers();
            request.set_load_balancer_arns(Some(arns.clone())).send()
        };
        let answer = account
            .call(Service::Elb, "DescribeLoadBalancers", call)
            .await?;
        let balancers = answer.load_balancers.unwrap_or_default().into_iter();
        Ok(balancers
            .filter_map(|b| Some((b.load_balancer_arn()?.to_owned(), b)))
            .collect())
    })
    .await
}

/// All load balancers of the account and region.
pub(super) async fn all_load_balancers(account: &Account) -> Result<Vec<LoadBalancer>, CallError> {
    let elb = account.elb();
    let mut balancers = Vec::new();
    let mut marker = None;
    loop {
        let call = || {
            elb.describe_load_balancers()
                .set_marker(marker.clone())
                .send()
        };
        let answer = account
            .call(Service::Elb, "DescribeLoadBalancers", call)
            .await?;
        balancers.extend(answer.load_balancers.unwrap_or_default());
        marker = answer.next_marker.filter(|marker| !marker.is_empty());
        if marker.is_none() {
            return Ok(balancers);
        }
    }
}

/// The load balancer of a name, if there is one.
pub(super) async fn load_balancer_named(
    account: &Account,
    name: &str,
) -> Result<Option<LoadBalancer>, CallError> {
    let elb = account.elb();
    let call = || elb.describe_load_balancers().names(name).send();
    match account
        .call(Service::Elb, "DescribeLoadBalancers", call)
        .await
    {
        Ok(answer) => Ok(answer.load_balancers.unwrap_or_default().into_iter().next()),
        Err(error) if error.is(MISSING) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The tags of many objects.
pub(super) async fn tags(account: &Account, arns: Vec<String>) -> Found<Tags> {
    batch::describe(arns, MOST, MISSING, |arns| async move {
        let elb = account.elb();
        let call = || {
            elb.describe_tags()
                .set_resource_arns(Some(arns.clone()))
                .send()
        };
        let answer = account.call(Service::Elb, "DescribeTags", call).await?;
        let told = answer.tag_descriptions.unwrap_or_default().into_iter();
        Ok(told
            .filter_map(|t| Some((t.resource_arn.clone()?, read_tags(t))))
            .collect())
    })
    .await
}

fn read_tags(told: TagDescription) -> Tags {
    let tags = told.tags.unwrap_or_default().into_iter();
    tags.filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default())))
        .collect()
}

/// Tags as a request carries them; `None` where there are none.
pub(super) fn write_tags(tags: &Tags) -> Option<Vec<Tag>> {
    let tags = tags.iter();
    let tags: Vec<Tag> = tags
        .map(|(key, value)| Tag::builder().key(key).value(value).build())
        .collect();
    (!tags.is_empty()).then_some(tags)
}

/// Makes a change of tags.
pub(super) async fn change_tags(
    account: &Account,
    arn: &str,
    change: &TagChange,
) -> Result<(), CallError> {
    let elb = account.elb();
    if !change.remove.is_empty() {
        let call = || {
            let request = elb.remove_tags().resource_arns(arn);
            request.set_tag_keys(Some(change.remove.clone())).send()
        };
        account.call(Service::Elb, "RemoveTags", call).await?;
    }
    if let Some(tags) = write_tags(&change.set) {
        let call = || {
            elb.add_tags()
                .resource_arns(arn)
                .set_tags(Some(tags.clone()))
                .send()
        };
        account.call(Service::Elb, "AddTags", call).await?;
    }
    Ok(())
}

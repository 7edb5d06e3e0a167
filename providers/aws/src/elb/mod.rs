//! Elastic Load Balancing: application, network and gateway load balancers.

mod action;
mod attributes;
mod calls;
mod find;
mod listener;
mod listener_rule;
mod load_balancer;
mod names;
mod target_group;
mod target_group_attachment;

use trueup_sdk::native::NativeProvider;

use crate::{client::Account, here::Here};

pub(crate) fn register(provider: NativeProvider<Account>) -> NativeProvider<Account> {
    ["aws_lb", "aws_alb"]
        .into_iter()
        .fold(provider, |provider, name| {
            let of = |part: &str| format!("{name}{part}");
            provider
                .resource(name, load_balancer::LoadBalancer::new())
                .resource(&of("_listener"), listener::Listener::new())
                .resource(&of("_listener_rule"), listener_rule::ListenerRule::new())
                .resource(&of("_target_group"), target_group::TargetGroup::new())
                .resource(
                    &of("_target_group_attachment"),
                    target_group_attachment::TargetGroupAttachment::new(),
                )
                .data_source(name, Here(load_balancer::LoadBalancerData::new()))
                .data_source(&of("_listener"), Here(listener::ListenerData::new()))
                .data_source(
                    &of("_target_group"),
                    Here(target_group::TargetGroupData::new()),
                )
        })
}

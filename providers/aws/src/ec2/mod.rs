//! EC2: networks and what guards them.

mod availability_zones;
mod filters;
mod permission;
mod security_group;
mod security_group_rule;
mod subnets;
mod vpc;
mod vpc_rule;

use trueup_sdk::native::NativeProvider;

use crate::{client::Account, here::Here};

pub(crate) fn register(provider: NativeProvider<Account>) -> NativeProvider<Account> {
    provider
        .resource("aws_security_group", security_group::SecurityGroup::new())
        .resource(
            "aws_security_group_rule",
            security_group_rule::SecurityGroupRule::new(),
        )
        .resource(
            "aws_vpc_security_group_egress_rule",
            vpc_rule::VpcRule::egress(),
        )
        .resource(
            "aws_vpc_security_group_ingress_rule",
            vpc_rule::VpcRule::ingress(),
        )
        .data_source(
            "aws_availability_zones",
            Here(availability_zones::AvailabilityZones),
        )
        .data_source("aws_subnets", Here(subnets::Subnets))
        .data_source("aws_vpc", Here(vpc::Vpc))
}

//! What `aws_lb` looks like.

use trueup_sdk::{
    Problem,
    native::{Change, Field, Fields, Nested, Shape, attribute_problem},
};
use trueup_value::{Type, Value};

use super::settings;
use crate::{elb::names, fields, tags};

pub(super) fn shape() -> Shape {
    let text = |name: &str, about: &str| Field::optional(name, Type::String).about(about);
    let told = |name: &str, about: &str| Field::computed(name, Type::String).about(about);
    let texts =
        |name: &str, about: &str| Field::optional(name, Type::set(Type::String)).about(about);
    let own = [
        fields::id(),
        fields::region(),
        told("arn", "The ARN."),
        told("arn_suffix", "The part of the ARN that metrics are filed under."),
        told("dns_name", "The host name."),
        told("vpc_id", "The VPC it is in."),
        told("zone_id", "The zone of Route 53 for aliases of it."),
        text("customer_owned_ipv4_pool", "The pool of addresses, on an outpost.").replaces(),
        text("enforce_security_group_inbound_rules_on_private_link_traffic", "Whether security groups count for PrivateLink: on or off. Network load balancers only.")
            .or_computed()
            .one_of(&["on", "off"]),
        Field::optional("internal", Type::Bool)
            .about("Whether it has private addresses only.")
            .or_computed()
            .replaces(),
        text("ip_address_type", "Its addresses: ipv4, dualstack or dualstack-without-public-ipv4.")
            .or_computed()
            .one_of(&["ipv4", "dualstack", "dualstack-without-public-ipv4"]),
        text("load_balancer_type", "application, network or gateway.")
            .filled(Value::string("application"))
            .one_of(&["application", "network", "gateway"])
            .replaces(),
        text("name", "The name, unique in the region: at most 32 letters, digits and hyphens. One that begins with `tf-lb-` is generated where none is given.")
            .or_computed()
            .replaces()
            .conflicts_with(&["name_prefix"])
            .checked(names::check_load_balancer),
        text("name_prefix", "What a generated name begins with: at most 6 characters.")
            .or_computed()
            .replaces()
            .conflicts_with(&["name"])
            .checked(names::check_prefix),
        texts("security_groups", "The security groups.").or_computed(),
        texts("subnets", "The subnets, one to a zone.").or_computed(),
    ];
    let mapping = Nested::set(
        "subnet_mapping",
        [
            text("allocation_id", "The Elastic IP address.").replaces(),
            text("ipv6_address", "The IPv6 address.").replaces(),
            told("outpost_id", "The outpost."),
            text("private_ipv4_address", "The private address.").replaces(),
            Field::required("subnet_id", Type::String).about("The subnet."),
        ],
    );
    let shape = Shape::new(
        "A load balancer.",
        own.into_iter()
            .chain(settings::fields())
            .chain(tags::fields()),
    )
    .legacy()
    .block(
        mapping
            .or_computed()
            .replaces_if(loses_subnet)
            .about("A subnet with addresses in it."),
    )
    .block(
        Nested::list(
            "ipam_pools",
            [Field::required("ipv4_ipam_pool_id", Type::String).about("The pool.")],
        )
        .at_most(1)
        .about("Where public addresses come from."),
    )
    .block(
        Nested::list(
            "minimum_load_balancer_capacity",
            [Field::required("capacity_units", Type::Number).about("So much of it.")],
        )
        .at_most(1)
        .about("What it can take at any time."),
    )
    .block(Nested::timeouts(&["create", "delete", "update"]));
    settings::blocks().into_iter().fold(shape, Shape::block)
}

/// Subnets can be added, but not taken away while addresses are bound to them.
fn loses_subnet(change: &Change<'_>) -> bool {
    let subnets = |value: &Value| -> Vec<String> {
        let blocks = value.values().map(Fields::of);
        blocks
            .filter_map(|block| block.text("subnet_id").map(str::to_owned))
            .collect()
    };
    let bound = |value: &Value| {
        let mut blocks = value.values().map(Fields::of);
        blocks.any(|block| {
            let given = |name: &str| block.text(name).is_some_and(|text| !text.is_empty());
            given("allocation_id") || given("private_ipv4_address")
        })
    };
    let after = subnets(change.planned);
    change.config.length().is_some_and(|count| count > 0)
        && bound(change.prior)
        && subnets(change.prior)
            .iter()
            .any(|subnet| !after.contains(subnet))
}

/// What is wrong with a configuration as a whole.
pub(super) fn check(config: &Fields) -> Vec<Problem> {
    let given = |name: &str| {
        let value = config.get(name);
        !value.is_null() && value.length() != Some(0)
    };
    let known = |name: &str| config.get(name).is_known();
    let mut problems = Vec::new();
    let mut wrong = |detail: &str| {
        problems.push(attribute_problem(
            "subnets",
            "Invalid combination of arguments",
            detail,
        ));
    };
    match (given("subnets"), given("subnet_mapping")) {
        (true, true) if known("subnets") && known("subnet_mapping") => {
            wrong(
                "\"subnets\": only one of `subnet_mapping,subnets` can be specified, but `subnet_mapping,subnets` were specified.",
            );
        }
        (false, false) => wrong("\"subnets\": one of `subnet_mapping,subnets` must be specified"),
        _ => {}
    }
    let application = matches!(
        config.text("load_balancer_type"),
        None | Some("application")
    );
    let kind_known = known("load_balancer_type");
    let subnets = config.get("subnets");
    if application && kind_known && subnets.is_wholly_known() && subnets.length() == Some(1) {
        let detail =
            "An application load balancer takes subnets in at least two availability zones.";
        problems.push(attribute_problem("subnets", "Too few subnets", detail));
    }
    problems
}

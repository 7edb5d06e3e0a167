//! What `aws_lb_target_group` looks like.

use trueup_sdk::native::{Change, Field, Nested, Shape};
use trueup_value::{Type, Value};

use super::{attributes, health_check};
use crate::{elb::names, fields, tags};

/// How traffic reaches targets.
pub(super) const PROTOCOLS: &[&str] = &["HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP", "GENEVE"];

pub(super) fn shape() -> Shape {
    let fields = naming()
        .into_iter()
        .chain(targets())
        .chain(attributes::fields());
    let shape = Shape::new(
        "A target group: where a load balancer sends requests to, and how it finds out whether they can be answered there.",
        fields.chain(tags::fields()),
    );
    let shape = shape.legacy().block(health_check::block());
    attributes::blocks().into_iter().fold(shape, Shape::block)
}

fn naming() -> Vec<Field> {
    vec![
        fields::id(),
        fields::region(),
        Field::computed("arn", Type::String).about("The ARN."),
        Field::computed("arn_suffix", Type::String)
            .about("The part of the ARN that metrics are filed under."),
        Field::computed("load_balancer_arns", Type::set(Type::String))
            .about("The ARNs of the load balancers that send requests here."),
        Field::optional("name", Type::String)
            .about("The name, unique in the region: at most 32 letters, digits and hyphens. One that begins with `tf-` is generated where none is given.")
            .or_computed()
            .replaces()
            .conflicts_with(&["name_prefix"])
            .checked(names::check_name),
        Field::optional("name_prefix", Type::String)
            .about("What a generated name begins with: at most 6 characters.")
            .or_computed()
            .replaces()
            .conflicts_with(&["name"])
            .checked(names::check_prefix),
    ]
}

fn targets() -> Vec<Field> {
    let text = |name: &str, about: &str| Field::optional(name, Type::String).about(about);
    vec![
        Field::optional("port", Type::Number)
            .about("The port on which targets receive traffic, unless one is registered with another. Not for functions.")
            .between(1, 65_535)
            .replaces(),
        text("protocol", "The protocol of the targets: HTTP and HTTPS for application load balancers, GENEVE for gateway load balancers, the others for network load balancers. Not for functions.")
            .one_of(PROTOCOLS)
            .replaces(),
        text("protocol_version", "The version of HTTP that targets are spoken to in: HTTP1, HTTP2 or GRPC.")
            .or_computed()
            .same_if(same_version)
            .checked(check_version)
            .replaces_if(version_changes),
        text("target_type", "What is registered: instances, IP addresses, one Lambda function, or one application load balancer.")
            .filled(Value::string("instance"))
            .one_of(&["instance", "ip", "lambda", "alb"])
            .replaces(),
        text("vpc_id", "The VPC of the targets. Not for functions.").replaces(),
        text("ip_address_type", "The addresses of the targets: ipv4 or ipv6.")
            .or_computed()
            .one_of(&["ipv4", "ipv6"])
            .replaces(),
        Field::optional("target_control_port", Type::Number)
            .about("The port on which targets tell how much they can take.")
            .between(1, 65_535)
            .replaces(),
    ]
}

const VERSIONS: &[&str] = &["GRPC", "HTTP1", "HTTP2"];

/// Versions may be written in any case.
fn check_version(value: &Value, called: &str) -> Option<trueup_sdk::Problem> {
    let version = value.as_str()?;
    let known = VERSIONS
        .iter()
        .any(|known| known.eq_ignore_ascii_case(version));
    let summary =
        || format!("expected {called} to be one of [\"GRPC\" \"HTTP1\" \"HTTP2\"], got {version}");
    (!known).then(|| trueup_sdk::native::problem(&summary(), ""))
}

fn same_version(config: &Value, prior: &Value) -> bool {
    match (config.as_str(), prior.as_str()) {
        (Some(config), Some(prior)) => config.eq_ignore_ascii_case(prior),
        _ => false,
    }
}

/// Target groups of network load balancers have no version, whatever is
/// configured.
fn version_changes(change: &Change<'_>) -> bool {
    !change.prior.is_null()
}

/// Nested blocks of settings that are one of a kind.
pub(super) fn one(name: &str, about: &str, fields: impl IntoIterator<Item = Field>) -> Nested {
    Nested::list(name, fields)
        .at_most(1)
        .or_computed()
        .about(about)
}

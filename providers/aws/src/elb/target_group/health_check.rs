//! How targets are found to be well.

use aws_sdk_elasticloadbalancingv2::types::{Matcher, ProtocolEnum, TargetGroup};
use trueup_sdk::{
    Problem,
    native::{Field, Fields, Nested, problem},
};
use trueup_value::{Type, Value};

use super::shape::one;
use crate::blocks;

const NAME: &str = "health_check";

/// Health checks as a service request carries them. What is `None` is left to
/// the service.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct HealthCheck {
    pub(super) enabled: Option<bool>,
    pub(super) healthy_threshold: Option<i32>,
    pub(super) unhealthy_threshold: Option<i32>,
    pub(super) interval: Option<i32>,
    pub(super) timeout: Option<i32>,
    pub(super) path: Option<String>,
    pub(super) port: Option<String>,
    pub(super) protocol: Option<ProtocolEnum>,
    pub(super) matcher: Option<Matcher>,
}

fn fields() -> Vec<Field> {
    let number = |name: &str, about: &str| Field::optional(name, Type::Number).about(about);
    let text = |name: &str, about: &str| Field::optional(name, Type::String).about(about);
    vec![
        Field::optional("enabled", Type::Bool)
            .about("Whether targets are checked. Only those of functions need not be.")
            .filled(Value::bool(true)),
        number("healthy_threshold", "After so many good checks in a row a target is well.")
            .filled(Value::number(3))
            .between(2, 10),
        number("unhealthy_threshold", "After so many bad checks in a row a target is unwell.")
            .filled(Value::number(3))
            .between(2, 10),
        number("interval", "Seconds between two checks of a target.")
            .filled(Value::number(30))
            .between(5, 300),
        number("timeout", "Seconds after which no answer is a bad one.")
            .or_computed()
            .between(2, 120),
        text("path", "What is asked for, for HTTP and HTTPS.")
            .or_computed()
            .checked(check_path),
        text("port", "The port that is checked; `traffic-port` is the one that receives traffic.")
            .filled(Value::string("traffic-port"))
            .checked(check_port),
        text("protocol", "How targets are checked: HTTP, HTTPS or TCP.")
            .filled(Value::string("HTTP"))
            .one_of(&["HTTP", "HTTPS", "TCP"]),
        text("matcher", "The codes of good answers, such as `200`, `200,202` or `200-299`; of gRPC such as `0-99`.")
            .or_computed(),
    ]
}

pub(super) fn block() -> Nested {
    one(NAME, "How targets are checked.", fields())
}

fn check_path(value: &Value, called: &str) -> Option<Problem> {
    let path = value.as_str()?;
    if path.is_empty() || path.chars().count() > 1024 {
        let summary =
            format!("expected length of {called} to be in the range (1 - 1024), got {path}");
        return Some(problem(&summary, ""));
    }
    let summary = format!("expected {called} to have prefix /, got {path}");
    (!path.starts_with('/')).then(|| problem(&summary, ""))
}

fn check_port(value: &Value, called: &str) -> Option<Problem> {
    let port = value.as_str()?;
    let valid = port == "traffic-port" || port.parse::<u16>().is_ok_and(|port| port > 0);
    let summary = format!("\"{called}\" must be a valid port number (1-65535) or \"traffic-port\"");
    (!valid).then(|| problem(&summary, ""))
}

impl HealthCheck {
    /// Those of a target group as planned; `None` where nothing is said.
    pub(super) fn of(group: &Fields) -> Option<Self> {
        let check = blocks::block(group, NAME)?;
        let number = |name: &str| check.integer(name).and_then(|n| i32::try_from(n).ok());
        let text = |name: &str| {
            let text = check.text(name).filter(|text| !text.is_empty());
            text.map(str::to_owned)
        };
        let lambda = group.text("target_type") == Some("lambda");
        let over_http = check.text("protocol") != Some("TCP");
        let grpc = group
            .text("protocol_version")
            .is_some_and(|version| version.eq_ignore_ascii_case("GRPC"));
        let matcher = text("matcher")
            .filter(|_| over_http)
            .map(|codes| match grpc {
                true => Matcher::builder().grpc_code(codes).build(),
                false => Matcher::builder().http_code(codes).build(),
            });
        Some(HealthCheck {
            enabled: check.flag("enabled"),
            healthy_threshold: number("healthy_threshold"),
            unhealthy_threshold: number("unhealthy_threshold"),
            interval: number("interval"),
            timeout: number("timeout").filter(|seconds| *seconds > 0),
            path: text("path").filter(|_| over_http),
            port: text("port").filter(|_| !lambda),
            protocol: text("protocol")
                .filter(|_| !lambda)
                .map(|protocol| ProtocolEnum::from(protocol.as_str())),
            matcher,
        })
    }
}

/// The block as the service tells it.
pub(super) fn read(group: &TargetGroup) -> Value {
    let mut check = block_fields();
    let matcher = group.matcher();
    let codes = matcher.and_then(|matcher| matcher.http_code().or(matcher.grpc_code()));
    check.set("enabled", blocks::flag(group.health_check_enabled()));
    check.set(
        "healthy_threshold",
        blocks::number(group.healthy_threshold_count()),
    );
    check.set(
        "unhealthy_threshold",
        blocks::number(group.unhealthy_threshold_count()),
    );
    check.set(
        "interval",
        blocks::number(group.health_check_interval_seconds()),
    );
    check.set(
        "timeout",
        blocks::number(group.health_check_timeout_seconds()),
    );
    check.set_text("path", group.health_check_path().unwrap_or_default());
    check.set_text("port", group.health_check_port().unwrap_or_default());
    let protocol = group.health_check_protocol().map(ProtocolEnum::as_str);
    check.set_text("protocol", protocol.unwrap_or_default());
    check.set_text("matcher", codes.unwrap_or_default());
    blocks::list(&block_fields(), [check])
}

/// A block with nothing in it.
pub(super) fn block_fields() -> Fields {
    trueup_sdk::native::Shape::new("", fields()).empty()
}

//! Settings that the service keeps as attributes of a target group: texts by
//! key.
//!
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html>

use trueup_sdk::{
    Problem,
    native::{Field, Fields, Nested, Shape, problem},
};
use trueup_value::{Type, Value};

use super::{shape::one, stickiness};
use crate::{
    blocks,
    elb::attributes::{self, Attributes, Setting, collect, setting},
};

const PLAIN: &[Setting] = &[
    setting(
        "deregistration_delay",
        "deregistration_delay.timeout_seconds",
        "300",
    ),
    setting(
        "connection_termination",
        "deregistration_delay.connection_termination.enabled",
        "false",
    ),
    setting(
        "lambda_multi_value_headers_enabled",
        "lambda.multi_value_headers.enabled",
        "false",
    ),
    setting(
        "load_balancing_algorithm_type",
        "load_balancing.algorithm.type",
        "",
    ),
    setting(
        "load_balancing_anomaly_mitigation",
        "load_balancing.algorithm.anomaly_mitigation",
        "",
    ),
    setting(
        "load_balancing_cross_zone_enabled",
        "load_balancing.cross_zone.enabled",
        "",
    ),
    setting("preserve_client_ip", "preserve_client_ip.enabled", ""),
    setting("proxy_protocol_v2", "proxy_protocol_v2.enabled", "false"),
    setting("slow_start", "slow_start.duration_seconds", "0"),
];

const FAILOVER: &[Setting] = &[
    setting("on_deregistration", "target_failover.on_deregistration", ""),
    setting("on_unhealthy", "target_failover.on_unhealthy", ""),
];

const HEALTH_STATE: &[Setting] = &[
    setting(
        "enable_unhealthy_connection_termination",
        "target_health_state.unhealthy.connection_termination.enabled",
        "",
    ),
    setting(
        "unhealthy_draining_interval",
        "target_health_state.unhealthy.draining_interval_seconds",
        "",
    ),
];

const DNS_FAILOVER: &[Setting] = &[
    setting(
        "minimum_healthy_targets_count",
        "target_group_health.dns_failover.minimum_healthy_targets.count",
        "1",
    ),
    setting(
        "minimum_healthy_targets_percentage",
        "target_group_health.dns_failover.minimum_healthy_targets.percentage",
        "off",
    ),
];

const UNHEALTHY_ROUTING: &[Setting] = &[
    setting(
        "minimum_healthy_targets_count",
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count",
        "1",
    ),
    setting(
        "minimum_healthy_targets_percentage",
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage",
        "off",
    ),
];

pub(super) fn fields() -> Vec<Field> {
    let text = |name: &str, about: &str| Field::optional(name, Type::String).about(about);
    let flag = |name: &str, about: &str| Field::optional(name, Type::Bool).about(about);
    vec![
        text("deregistration_delay", "Seconds for which a target that leaves may finish what it is doing.")
            .filled(Value::string("300"))
            .checked(check_delay),
        flag("connection_termination", "Whether connections end with the deregistration delay. Network load balancers only.")
            .or_computed(),
        flag("lambda_multi_value_headers_enabled", "Whether functions get headers and parameters as lists.")
            .filled(Value::bool(false)),
        text("load_balancing_algorithm_type", "How a target is chosen: round_robin, least_outstanding_requests or weighted_random. Application load balancers only.")
            .or_computed()
            .one_of(&["round_robin", "least_outstanding_requests", "weighted_random"]),
        text("load_balancing_anomaly_mitigation", "Whether targets that behave oddly get fewer requests: on or off, with weighted_random only.")
            .or_computed()
            .one_of(&["on", "off"]),
        text("load_balancing_cross_zone_enabled", "Whether requests cross availability zones: true, false or use_load_balancer_configuration.")
            .or_computed()
            .one_of(&["true", "false", "use_load_balancer_configuration"]),
        text("preserve_client_ip", "Whether targets see the client's address. Network load balancers only.")
            .or_computed()
            .checked(check_truth),
        flag("proxy_protocol_v2", "Whether connections begin with the proxy protocol. Network load balancers only.")
            .filled(Value::bool(false)),
        Field::optional("slow_start", Type::Number)
            .about("Seconds in which a new target comes to its full share; 0 or from 30 to 900. Application load balancers only.")
            .filled(Value::number(0))
            .checked(check_slow_start),
    ]
}

pub(super) fn blocks() -> Vec<Nested> {
    let count = || Value::string("1");
    let off = || Value::string("off");
    let dns = [
        Field::optional("minimum_healthy_targets_count", Type::String)
            .about("At least so many targets, or off.")
            .filled(count())
            .checked(check_count),
        Field::optional("minimum_healthy_targets_percentage", Type::String)
            .about("At least this share of the targets, or off.")
            .filled(off())
            .checked(check_percentage),
    ];
    let routing = [
        Field::optional("minimum_healthy_targets_count", Type::Number)
            .about("At least so many targets.")
            .filled(Value::number(1))
            .at_least(0),
        Field::optional("minimum_healthy_targets_percentage", Type::String)
            .about("At least this share of the targets, or off.")
            .filled(off())
            .checked(check_percentage),
    ];
    let failover = |name: &str, about: &str| {
        let field = Field::required(name, Type::String).about(about);
        field.one_of(&["rebalance", "no_rebalance"])
    };
    vec![
        stickiness::block(),
        Nested::list(
            "target_failover",
            [
                failover(
                    "on_deregistration",
                    "What becomes of flows to a target that leaves.",
                ),
                failover(
                    "on_unhealthy",
                    "What becomes of flows to a target that is unwell; the same.",
                ),
            ],
        )
        .or_computed()
        .about("What becomes of flows without a target. Gateway load balancers only."),
        one("target_group_health", "How many targets must be well.", [])
            .block(one("dns_failover", "For a zone to stay in DNS.", dns))
            .block(one(
                "unhealthy_state_routing",
                "For requests to go to those alone that are well.",
                routing,
            )),
        Nested::list(
            "target_health_state",
            [
                Field::required("enable_unhealthy_connection_termination", Type::Bool)
                    .about("Whether connections to a target end when it becomes unwell."),
                Field::optional("unhealthy_draining_interval", Type::Number)
                    .about("Seconds for which they may go on otherwise.")
                    .between(0, 360_000),
            ],
        )
        .or_computed()
        .about("Connections to targets that are unwell. Network load balancers only."),
    ]
}

/// The attributes that are planned, as far as they say anything.
pub(super) fn planned(group: &Fields) -> Attributes {
    let mut planned = Attributes::new();
    collect(PLAIN, group, &mut planned);
    if let Some(block) = blocks::block(group, "target_failover") {
        collect(FAILOVER, &block, &mut planned);
    }
    if let Some(block) = blocks::block(group, "target_health_state") {
        collect(HEALTH_STATE, &block, &mut planned);
    }
    if let Some(health) = blocks::block(group, "target_group_health") {
        for (name, settings) in [
            ("dns_failover", DNS_FAILOVER),
            ("unhealthy_state_routing", UNHEALTHY_ROUTING),
        ] {
            if let Some(block) = blocks::block(&health, name) {
                collect(settings, &block, &mut planned);
            }
        }
    }
    stickiness::collect(group, &mut planned);
    planned
}

const TABLES: &[&[Setting]] = &[
    PLAIN,
    FAILOVER,
    HEALTH_STATE,
    DNS_FAILOVER,
    UNHEALTHY_ROUTING,
];

/// What must be changed for a target group that has the attributes `current`.
pub(super) fn changes(planned: &Attributes, current: &Attributes) -> Attributes {
    attributes::changes(TABLES, planned, current)
}

/// Sets what the service tells.
pub(super) fn read(told: &Attributes, shape: &Shape, group: &mut Fields) {
    let over = |path: &str, settings: &[Setting]| {
        let empty = shape.empty_at(path);
        let mut block = empty.clone();
        for setting in settings {
            attributes::show(setting, told, None, &mut block);
        }
        blocks::list(&empty, [block])
    };
    for setting in PLAIN {
        let default = Some(setting.default).filter(|_| ALWAYS.contains(&setting.argument));
        attributes::show(setting, told, default, group);
    }
    let health = shape.empty_at("target_group_health");
    let mut both = health.clone();
    both.set(
        "dns_failover",
        over("target_group_health.dns_failover", DNS_FAILOVER),
    );
    both.set(
        "unhealthy_state_routing",
        over(
            "target_group_health.unhealthy_state_routing",
            UNHEALTHY_ROUTING,
        ),
    );
    group.set("target_group_health", blocks::list(&health, [both]));
    group.set("target_failover", over("target_failover", FAILOVER));
    group.set(
        "target_health_state",
        over("target_health_state", HEALTH_STATE),
    );
    stickiness::read(told, shape, group);
}

/// Arguments that are shown for target groups without such an attribute, too,
/// as Terraform does.
const ALWAYS: &[&str] = &[
    "deregistration_delay",
    "lambda_multi_value_headers_enabled",
    "proxy_protocol_v2",
    "slow_start",
];

fn check_delay(value: &Value, called: &str) -> Option<Problem> {
    let text = value.as_str()?;
    let summary = match text.parse::<i64>() {
        Ok(0..=3600) => return None,
        Ok(_) => format!("expected {called} to be at between (0) and (3600), got {text}"),
        Err(_) => format!("{called}: cannot parse '{text}' as int"),
    };
    Some(problem(&summary, ""))
}

fn check_truth(value: &Value, called: &str) -> Option<Problem> {
    let text = value.as_str()?;
    let valid = matches!(text, "true" | "false");
    let summary = format!("{called}: cannot parse '{text}' as boolean");
    (!valid).then(|| problem(&summary, "Write \"true\" or \"false\"."))
}

fn check_slow_start(value: &Value, called: &str) -> Option<Problem> {
    let seconds = value.as_number()?.to_i64()?;
    let valid = seconds == 0 || (30..=900).contains(&seconds);
    let summary = format!("expected {called} to be in the range (30 - 900), got {seconds}");
    (!valid).then(|| {
        problem(
            &summary,
            "Or 0, for targets that get their full share at once.",
        )
    })
}

fn check_count(value: &Value, called: &str) -> Option<Problem> {
    let text = value.as_str()?;
    let valid = text == "off" || text.parse::<u32>().is_ok_and(|count| count > 0);
    let summary = format!("\"{called}\" must be an integer or 'off'");
    (!valid).then(|| problem(&summary, ""))
}

fn check_percentage(value: &Value, called: &str) -> Option<Problem> {
    let text = value.as_str()?;
    let valid = text == "off"
        || text
            .parse::<u32>()
            .is_ok_and(|share| (1..=100).contains(&share));
    let summary = format!("\"{called}\" must be an integer between 0 and 100 or 'off'");
    (!valid).then(|| problem(&summary, ""))
}

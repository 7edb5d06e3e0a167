//! Settings that the service keeps as attributes of a load balancer.
//!
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html>

use trueup_sdk::native::{Field, Fields, Nested, Shape};
use trueup_value::{Type, Value};

use crate::{
    blocks,
    elb::attributes::{self, Attributes, Setting, collect, setting},
};

/// Of all kinds of load balancers.
const ALL: &[Setting] = &[setting(
    "enable_deletion_protection",
    "deletion_protection.enabled",
    "false",
)];

/// Of application load balancers.
const APPLICATION: &[Setting] = &[
    setting("client_keep_alive", "client_keep_alive.seconds", "3600"),
    setting(
        "desync_mitigation_mode",
        "routing.http.desync_mitigation_mode",
        "defensive",
    ),
    setting(
        "drop_invalid_header_fields",
        "routing.http.drop_invalid_header_fields.enabled",
        "false",
    ),
    setting("enable_http2", "routing.http2.enabled", "true"),
    setting(
        "enable_tls_version_and_cipher_suite_headers",
        "routing.http.x_amzn_tls_version_and_cipher_suite.enabled",
        "false",
    ),
    setting("enable_waf_fail_open", "waf.fail_open.enabled", "false"),
    setting(
        "enable_xff_client_port",
        "routing.http.xff_client_port.enabled",
        "false",
    ),
    setting("idle_timeout", "idle_timeout.timeout_seconds", "60"),
    setting(
        "preserve_host_header",
        "routing.http.preserve_host_header.enabled",
        "false",
    ),
    setting(
        "xff_header_processing_mode",
        "routing.http.xff_header_processing.mode",
        "append",
    ),
];

/// Of application and network load balancers.
const ZONAL: &[Setting] = &[setting(
    "enable_zonal_shift",
    "zonal_shift.config.enabled",
    "false",
)];

/// Of network and gateway load balancers; those of applications always cross
/// zones.
const CROSSING: &[Setting] = &[setting(
    "enable_cross_zone_load_balancing",
    "load_balancing.cross_zone.enabled",
    "false",
)];

/// How clients find a network load balancer.
const ROUTING: &str = "dns_record_client_routing_policy";

/// Of network load balancers.
const NETWORK: &[Setting] = &[
    setting(
        ROUTING,
        "dns_record.client_routing_policy",
        "any_availability_zone",
    ),
    setting(
        "secondary_ips_auto_assigned_per_subnet",
        "secondary_ips.auto_assigned.per_subnet",
        "0",
    ),
];

/// Logs: the block, and what the keys of its attributes begin with.
const LOGS: &[(&str, &str)] = &[
    ("access_logs", "access_logs.s3"),
    ("connection_logs", "connection_logs.s3"),
    ("health_check_logs", "health_check_logs.s3"),
];

fn tables(kind: &str) -> Vec<&'static [Setting]> {
    match kind {
        "network" => vec![ALL, ZONAL, CROSSING, NETWORK],
        "gateway" => vec![ALL, CROSSING],
        _ => vec![ALL, APPLICATION, ZONAL],
    }
}

pub(super) fn fields() -> Vec<Field> {
    let flag = |name: &str, default: bool, about: &str| {
        Field::optional(name, Type::Bool)
            .about(about)
            .filled(Value::bool(default))
    };
    let number = |name: &str, default: i64, about: &str| {
        Field::optional(name, Type::Number)
            .about(about)
            .filled(Value::number(default))
    };
    let text = |name: &str, default: &str, about: &str| {
        Field::optional(name, Type::String)
            .about(about)
            .filled(Value::string(default))
    };
    vec![
        flag("enable_deletion_protection", false, "Whether it cannot be deleted."),
        number("client_keep_alive", 3600, "Seconds a client may keep a connection. Application load balancers only.")
            .between(60, 604_800),
        text("desync_mitigation_mode", "defensive", "What becomes of requests that may be understood in two ways. Application load balancers only.")
            .one_of(&["monitor", "defensive", "strictest"]),
        Field::optional(ROUTING, Type::String)
            .about("Whether clients stay in their zone. Network load balancers only.")
            .one_of(&["availability_zone_affinity", "partial_availability_zone_affinity", "any_availability_zone"]),
        flag("drop_invalid_header_fields", false, "Whether headers with invalid names are dropped. Application load balancers only."),
        flag("enable_cross_zone_load_balancing", false, "Whether requests cross zones. Network and gateway load balancers only."),
        flag("enable_http2", true, "Whether HTTP/2 is spoken. Application load balancers only."),
        flag("enable_tls_version_and_cipher_suite_headers", false, "Whether targets are told how TLS was agreed on. Application load balancers only."),
        flag("enable_waf_fail_open", false, "Whether requests pass when the firewall does not answer. Application load balancers only."),
        flag("enable_xff_client_port", false, "Whether targets are told the client's port. Application load balancers only."),
        flag("enable_zonal_shift", false, "Whether traffic may be shifted out of a zone."),
        number("idle_timeout", 60, "Seconds after which a connection that says nothing ends. Application load balancers only.")
            .between(1, 4000),
        flag("preserve_host_header", false, "Whether targets get the host header as it came. Application load balancers only."),
        Field::optional("secondary_ips_auto_assigned_per_subnet", Type::Number)
            .about("So many more addresses in each subnet. Network load balancers only.")
            .or_computed()
            .between(0, 7),
        text("xff_header_processing_mode", "append", "What becomes of the header X-Forwarded-For. Application load balancers only.")
            .one_of(&["append", "preserve", "remove"]),
    ]
}

pub(super) fn blocks() -> Vec<Nested> {
    let logs = |name: &str, about: &str| {
        Nested::list(
            name,
            [
                Field::required("bucket", Type::String).about("The bucket they go to."),
                Field::optional("enabled", Type::Bool)
                    .about("Whether there are any.")
                    .filled(Value::bool(false)),
                Field::optional("prefix", Type::String).about("What their keys begin with."),
            ],
        )
        .at_most(1)
        .about(about)
    };
    vec![
        logs("access_logs", "Logs of requests."),
        logs(
            "connection_logs",
            "Logs of connections. Application load balancers only.",
        ),
        logs(
            "health_check_logs",
            "Logs of health checks. Application load balancers only.",
        ),
    ]
}

/// The attributes that are planned, as far as they say anything.
pub(super) fn planned(balancer: &Fields, kind: &str) -> Attributes {
    let mut planned = Attributes::new();
    for table in tables(kind) {
        collect(table, balancer, &mut planned);
    }
    for (name, key) in LOGS {
        if *name != "access_logs" && kind != "application" {
            continue;
        }
        let block = blocks::block(balancer, name).unwrap_or_default();
        let enabled = block.flag("enabled").unwrap_or_default();
        planned.insert(format!("{key}.enabled"), enabled.to_string());
        if enabled {
            for part in ["bucket", "prefix"] {
                let text = block.text(part).unwrap_or_default();
                planned.insert(format!("{key}.{part}"), text.to_owned());
            }
        }
    }
    planned
}

/// What must be changed for a load balancer that has the attributes `current`.
pub(super) fn changes(kind: &str, planned: &Attributes, current: &Attributes) -> Attributes {
    let mut changes = attributes::changes(&tables(kind), planned, current);
    // What is not there is not enabled, and has no prefix.
    changes.retain(|key, value| {
        let log = LOGS.iter().any(|(_, start)| key.starts_with(start));
        !(log && !current.contains_key(key) && (value == "false" || value.is_empty()))
    });
    changes
}

/// Plans the argument that has a default for network load balancers only.
pub(super) fn settle(config: &Fields, planned: &mut Fields) {
    if !config.get(ROUTING).is_null() || planned.text("load_balancer_type") != Some("network") {
        return;
    }
    planned.set_text(ROUTING, "any_availability_zone");
}

/// Sets what the service tells.
pub(super) fn read(told: &Attributes, kind: &str, shape: &Shape, balancer: &mut Fields) {
    for table in tables(kind) {
        for setting in table {
            let default = Some(setting.default)
                .filter(|_| setting.key != "secondary_ips.auto_assigned.per_subnet");
            attributes::show(setting, told, default, balancer);
        }
    }
    for table in [ALL, APPLICATION, ZONAL, CROSSING, NETWORK] {
        for setting in table {
            fill(setting, kind, balancer);
        }
    }
    for (name, key) in LOGS {
        let empty = shape.empty_at(name);
        let text = |part: &str| told.get(&format!("{key}.{part}")).map(String::as_str);
        let mut block = empty.clone();
        block.set("enabled", Value::bool(text("enabled") == Some("true")));
        block.set_text("bucket", text("bucket").unwrap_or_default());
        block.set_text("prefix", text("prefix").unwrap_or_default());
        let shown = match *name {
            "health_check_logs" if text("enabled").is_none() => None,
            "connection_logs" if kind != "application" => None,
            _ => Some(block),
        };
        balancer.set(name, blocks::list(&empty, shown));
    }
}

/// Gives what belongs to other kinds of load balancers a value that is known.
fn fill(setting: &Setting, kind: &str, balancer: &mut Fields) {
    let value = balancer.get(setting.argument);
    let own = tables(kind)
        .into_iter()
        .flatten()
        .any(|own| own.key == setting.key);
    if own || (value.is_known() && !value.is_null()) {
        return;
    }
    let shown = match setting.argument {
        ROUTING | "secondary_ips_auto_assigned_per_subnet" => Value::null(value.ty()),
        _ => {
            attributes::show(setting, &Attributes::new(), Some(setting.default), balancer);
            return;
        }
    };
    balancer.set(setting.argument, shown);
}

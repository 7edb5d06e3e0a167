//! The rules that stand in a security group itself: `ingress` and `egress`.

use std::collections::{BTreeMap, BTreeSet};

use trueup_sdk::{
    Problem,
    native::{Fields, attribute_problem},
};
use trueup_value::{Type, Value};

use crate::{
    blocks, cidr,
    ec2::permission::{Permission, Source, protocol},
};

/// The objects in `ingress` and `egress`.
pub(super) fn object() -> Type {
    let texts = || Type::list(Type::String);
    Type::object([
        ("cidr_blocks", texts()),
        ("description", Type::String),
        ("from_port", Type::Number),
        ("ipv6_cidr_blocks", texts()),
        ("prefix_list_ids", texts()),
        ("protocol", Type::String),
        ("security_groups", Type::set(Type::String)),
        ("self", Type::Bool),
        ("to_port", Type::Number),
    ])
}

/// The permissions of rules.
pub(super) fn permissions(rules: &Value) -> BTreeSet<Permission> {
    rules
        .values()
        .flat_map(|rule| of_rule(&Fields::of(rule)))
        .collect()
}

fn of_rule(rule: &Fields) -> Vec<Permission> {
    let of = |source: Source| Permission {
        protocol: protocol(rule.text("protocol").unwrap_or_default()),
        from: rule.integer("from_port").unwrap_or_default(),
        to: rule.integer("to_port").unwrap_or_default(),
        source,
        description: rule.text("description").unwrap_or_default().to_owned(),
    };
    let texts = |name: &str| blocks::texts(rule, name).into_iter();
    let network = |text: String| cidr::network(&text).unwrap_or(text);
    let ipv4 = texts("cidr_blocks").map(|cidr| of(Source::Ipv4(network(cidr))));
    let ipv6 = texts("ipv6_cidr_blocks").map(|cidr| of(Source::Ipv6(network(cidr))));
    let lists = texts("prefix_list_ids").map(|id| of(Source::PrefixList(id)));
    let groups = texts("security_groups").map(|id| of(Source::Group(id)));
    let own = (rule.flag("self") == Some(true)).then(|| of(Source::Own));
    ipv4.chain(ipv6)
        .chain(lists)
        .chain(groups)
        .chain(own)
        .collect()
}

/// Whether configured rules mean those there are.
pub(super) fn same(config: &Value, prior: &Value) -> bool {
    config.is_wholly_known() && permissions(config) == permissions(prior)
}

/// Permissions as rules: what differs in its source only stands together.
pub(super) fn show(permissions: &BTreeSet<Permission>) -> Value {
    let mut rules: BTreeMap<(&str, i64, i64, &str), Vec<&Source>> = BTreeMap::new();
    for permission in permissions {
        let Permission {
            protocol,
            from,
            to,
            source,
            description,
        } = permission;
        rules
            .entry((protocol, *from, *to, description))
            .or_default()
            .push(source);
    }
    let shown = rules
        .into_iter()
        .map(|((protocol, from, to, description), sources)| {
            let texts = |pick: fn(&Source) -> Option<&String>| -> Vec<&String> {
                sources.iter().filter_map(|source| pick(source)).collect()
            };
            let ipv4 = texts(|s| {
                if let Source::Ipv4(text) = s {
                    Some(text)
                } else {
                    None
                }
            });
            let ipv6 = texts(|s| {
                if let Source::Ipv6(text) = s {
                    Some(text)
                } else {
                    None
                }
            });
            let lists = texts(|s| {
                if let Source::PrefixList(text) = s {
                    Some(text)
                } else {
                    None
                }
            });
            let groups = texts(|s| {
                if let Source::Group(text) = s {
                    Some(text)
                } else {
                    None
                }
            });
            Value::object([
                ("cidr_blocks", blocks::text_list(ipv4)),
                ("description", Value::string(description)),
                ("from_port", Value::number(from)),
                ("ipv6_cidr_blocks", blocks::text_list(ipv6)),
                ("prefix_list_ids", blocks::text_list(lists)),
                ("protocol", Value::string(protocol)),
                ("security_groups", blocks::text_set(groups)),
                ("self", Value::bool(sources.contains(&&Source::Own))),
                ("to_port", Value::number(to)),
            ])
        });
    Value::set(object(), shown.collect())
}

/// What is wrong with the rules `name` of a configuration.
pub(super) fn check(config: &Fields, name: &str) -> Vec<Problem> {
    let rules = blocks::blocks(config, name).into_iter();
    let problems = rules.flat_map(|rule| {
        let mut problems = Vec::new();
        let cidrs = ["cidr_blocks", "ipv6_cidr_blocks"];
        let texts = cidrs.iter().flat_map(|list| blocks::texts(&rule, list));
        let wrong = texts.filter_map(|text| cidr::wrong(&text));
        problems.extend(wrong.map(|wrong| attribute_problem(name, &wrong, "")));
        let all = rule.text("protocol").is_some_and(|text| protocol(text) == "-1");
        let (from, to) = (rule.integer("from_port"), rule.integer("to_port"));
        if let (true, Some(from), Some(to)) = (all, from, to)
            && (from, to) != (0, 0)
        {
            let detail = format!("from_port ({from}) and to_port ({to}) must both be 0 to use the 'ALL' \"-1\" protocol!");
            problems.push(attribute_problem(name, "Invalid Attribute Combination", detail));
        }
        let sources = ["cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids", "security_groups", "self"];
        let open = sources.iter().any(|source| !rule.get(source).is_known());
        let given = |source: &&str| {
            let value = rule.get(source);
            !value.is_null() && value.length() != Some(0) && value.as_bool() != Some(false)
        };
        if !open && !sources.iter().any(given) {
            let detail = format!("A rule in \"{name}\" lets nothing through: it takes at least one of {}.", sources.join(", "));
            problems.push(attribute_problem(name, "Invalid Attribute Combination", detail));
        }
        problems
    });
    problems.collect()
}

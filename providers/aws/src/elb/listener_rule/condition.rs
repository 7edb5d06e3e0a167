//! Which requests a rule is for.
//!
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RuleCondition.html>

use std::collections::BTreeSet;

use aws_sdk_elasticloadbalancingv2::types::{
    HostHeaderConditionConfig, HttpHeaderConditionConfig, HttpRequestMethodConditionConfig,
    PathPatternConditionConfig, QueryStringConditionConfig, QueryStringKeyValuePair, RuleCondition,
    SourceIpConditionConfig,
};
use trueup_sdk::{
    Problem,
    native::{Field, Fields, Nested, Shape, attribute_problem, problem},
};
use trueup_value::{Type, Value};

use crate::{blocks, cidr};

const NAME: &str = "condition";

/// The blocks of a condition, of which it has one, and the field each is
/// about, as the service calls it.
const KINDS: &[(&str, &str)] = &[
    ("host_header", "host-header"),
    ("http_header", "http-header"),
    ("http_request_method", "http-request-method"),
    ("path_pattern", "path-pattern"),
    ("query_string", "query-string"),
    ("source_ip", "source-ip"),
];

/// A condition by what it means.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Condition {
    /// The name of its block.
    kind: &'static str,
    header: Option<String>,
    values: BTreeSet<String>,
    patterns: BTreeSet<String>,
    pairs: BTreeSet<(String, String)>,
}

pub(super) fn block() -> Nested {
    let values = |about: &str| Field::required("values", Type::set(Type::String)).about(about);
    let some = |about: &str| Field::optional("values", Type::set(Type::String)).about(about);
    let patterns = || {
        Field::optional("regex_values", Type::set(Type::String))
            .about("Regular expressions for it.")
    };
    let one = |name: &str, about: &str, fields: Vec<Field>| {
        Nested::list(name, fields).at_most(1).about(about)
    };
    let wildcards = "Patterns for it: `*` stands for any characters, `?` for any one.";
    Nested::set(NAME, [])
        .at_least(1)
        .about("What a request must be like; all conditions must hold.")
        .same_if(same)
        .block(one(
            "host_header",
            "The host.",
            vec![some(wildcards).checked(check_patterns), patterns()],
        ))
        .block(one(
            "http_header",
            "A header.",
            vec![
                Field::required("http_header_name", Type::String)
                    .about("Its name.")
                    .checked(check_header),
                some(wildcards).checked(check_patterns),
                patterns(),
            ],
        ))
        .block(one(
            "http_request_method",
            "The method.",
            vec![values("Those that will do, in capitals.").checked(check_methods)],
        ))
        .block(one(
            "path_pattern",
            "The path.",
            vec![some(wildcards).checked(check_patterns), patterns()],
        ))
        .block(
            Nested::set(
                "query_string",
                [
                    Field::optional("key", Type::String)
                        .about("The parameter; any where none is given."),
                    Field::required("value", Type::String)
                        .about("A pattern for its value.")
                        .length(1, 128),
                ],
            )
            .about("A parameter; one of them will do."),
        )
        .block(one(
            "source_ip",
            "The client's address.",
            vec![values("Networks in CIDR notation.").checked(check_networks)],
        ))
}

impl Condition {
    fn of(block: &Fields) -> Option<Self> {
        let (kind, _) = KINDS
            .iter()
            .find(|(kind, _)| blocks::block(block, kind).is_some())?;
        let inner = blocks::block(block, kind)?;
        let mut condition = Condition {
            kind,
            ..Condition::default()
        };
        if *kind == "query_string" {
            let pairs = blocks::blocks(block, kind).into_iter();
            let text = |pair: &Fields, name| pair.text(name).unwrap_or_default().to_owned();
            condition.pairs = pairs
                .map(|p| (text(&p, "key"), text(&p, "value")))
                .collect();
            return Some(condition);
        }
        condition.header = inner.text("http_header_name").map(str::to_owned);
        condition.values = blocks::texts(&inner, "values").into_iter().collect();
        condition.patterns = blocks::texts(&inner, "regex_values").into_iter().collect();
        Some(condition)
    }

    pub(super) fn told(told: &RuleCondition) -> Option<Self> {
        let (kind, field) = KINDS
            .iter()
            .find(|(_, field)| Some(*field) == told.field())?;
        let mut condition = Condition {
            kind,
            ..Condition::default()
        };
        let (values, patterns): (&[String], &[String]) = match *field {
            "host-header" => told
                .host_header_config()
                .map_or((told.values(), told.regex_values()), |c| {
                    (c.values(), c.regex_values())
                }),
            "path-pattern" => told
                .path_pattern_config()
                .map_or((told.values(), told.regex_values()), |c| {
                    (c.values(), c.regex_values())
                }),
            "http-header" => {
                let config = told.http_header_config()?;
                condition.header = config.http_header_name().map(str::to_owned);
                (config.values(), config.regex_values())
            }
            "http-request-method" => (told.http_request_method_config()?.values(), &[]),
            "source-ip" => (told.source_ip_config()?.values(), &[]),
            _ => {
                let pairs = told.query_string_config()?.values().iter();
                let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
                condition.pairs = pairs.map(|p| (text(p.key()), text(p.value()))).collect();
                (&[], &[])
            }
        };
        condition.values = values.iter().cloned().collect();
        condition.patterns = patterns.iter().cloned().collect();
        Some(condition)
    }

    fn write(&self) -> RuleCondition {
        let field = KINDS.iter().find(|(kind, _)| *kind == self.kind);
        let told = RuleCondition::builder().set_field(field.map(|(_, field)| (*field).to_owned()));
        let some = |texts: &BTreeSet<String>| {
            let texts: Vec<String> = texts.iter().cloned().collect();
            (!texts.is_empty()).then_some(texts)
        };
        let (values, patterns) = (some(&self.values), some(&self.patterns));
        match self.kind {
            "host_header" => told.host_header_config(
                HostHeaderConditionConfig::builder()
                    .set_values(values)
                    .set_regex_values(patterns)
                    .build(),
            ),
            "path_pattern" => told.path_pattern_config(
                PathPatternConditionConfig::builder()
                    .set_values(values)
                    .set_regex_values(patterns)
                    .build(),
            ),
            "http_header" => told.http_header_config(
                HttpHeaderConditionConfig::builder()
                    .set_http_header_name(self.header.clone())
                    .set_values(values)
                    .set_regex_values(patterns)
                    .build(),
            ),
            "http_request_method" => told.http_request_method_config(
                HttpRequestMethodConditionConfig::builder()
                    .set_values(values)
                    .build(),
            ),
            "source_ip" => told.source_ip_config(
                SourceIpConditionConfig::builder()
                    .set_values(values)
                    .build(),
            ),
            _ => told.query_string_config(self.write_pairs()),
        }
        .build()
    }

    fn write_pairs(&self) -> QueryStringConditionConfig {
        let pairs = self.pairs.iter().map(|(key, value)| {
            QueryStringKeyValuePair::builder()
                .set_key((!key.is_empty()).then(|| key.clone()))
                .value(value)
                .build()
        });
        QueryStringConditionConfig::builder()
            .set_values(Some(pairs.collect()))
            .build()
    }

    fn show(&self, shape: &Shape) -> Fields {
        let mut block = shape.empty_at(NAME);
        let empty = shape.empty_at(&format!("{NAME}.{}", self.kind));
        let inner = |fields: Option<Fields>| blocks::list(&empty, fields);
        let mut fields = empty.clone();
        if self.kind == "query_string" {
            let pairs = self.pairs.iter().map(|(key, value)| {
                let mut pair = empty.clone();
                pair.set_text("key", key.as_str());
                pair.set_text("value", value.as_str());
                pair
            });
            block.set(self.kind, blocks::set(&empty, pairs));
            return block;
        }
        if self.kind == "http_header" {
            fields.set("http_header_name", blocks::text(self.header.as_deref()));
        }
        fields.set("values", blocks::text_set(&self.values));
        if matches!(self.kind, "host_header" | "path_pattern" | "http_header") {
            fields.set("regex_values", blocks::text_set(&self.patterns));
        }
        block.set(self.kind, inner(Some(fields)));
        block
    }

    /// How many values it has.
    fn size(&self) -> usize {
        self.values.len() + self.patterns.len() + self.pairs.len()
    }
}

/// The conditions of a rule as planned.
pub(super) fn planned(rule: &Fields) -> BTreeSet<Condition> {
    let blocks = blocks::blocks(rule, NAME);
    blocks.iter().filter_map(Condition::of).collect()
}

/// Conditions as the service takes them.
pub(super) fn write(conditions: &BTreeSet<Condition>) -> Vec<RuleCondition> {
    conditions.iter().map(Condition::write).collect()
}

/// The blocks as the service tells them.
pub(super) fn read(told: &[RuleCondition], shape: &Shape) -> Value {
    let conditions = told.iter().filter_map(Condition::told);
    let conditions: BTreeSet<Condition> = conditions.collect();
    let shown = conditions.iter().map(|condition| condition.show(shape));
    blocks::set(&shape.empty_at(NAME), shown)
}

fn same(config: &Value, prior: &Value) -> bool {
    let meant = |value: &Value| {
        let blocks = value.values().map(Fields::of);
        blocks
            .map(|block| Condition::of(&block))
            .collect::<BTreeSet<_>>()
    };
    config.is_wholly_known() && meant(config) == meant(prior)
}

/// What is wrong with the conditions of a configuration.
pub(super) fn check(config: &Fields) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut size = 0;
    let mut seen = BTreeSet::new();
    for block in blocks::blocks(config, NAME) {
        let given = |kind: &str| block.get(kind).length() != Some(0) && !block.get(kind).is_null();
        let kinds = KINDS.iter().filter(|(kind, _)| given(kind)).count();
        if kinds != 1 {
            let detail = format!(
                "A condition is about one thing: {kinds} of host_header, http_header, http_request_method, path_pattern, query_string and source_ip are specified. Write a block \"condition\" for each."
            );
            problems.push(attribute_problem(
                NAME,
                "Invalid Attribute Combination",
                detail,
            ));
            continue;
        }
        let Some(condition) = Condition::of(&block) else {
            continue;
        };
        size += condition.size();
        let alone = matches!(
            condition.kind,
            "host_header" | "path_pattern" | "http_request_method" | "source_ip"
        );
        if alone && !seen.insert(condition.kind) {
            let detail = format!(
                "A rule has one condition with \"{}\"; it may have several values.",
                condition.kind
            );
            problems.push(attribute_problem(
                NAME,
                "Invalid Attribute Combination",
                detail,
            ));
        }
    }
    if size > 5 {
        let detail = format!(
            "A rule may have 5 values in its conditions, unless the account's quota \"Condition values per rule\" was raised; this one has {size}."
        );
        let mut problem = attribute_problem(NAME, "Too many condition values", detail);
        problem.severity = trueup_sdk::ProblemSeverity::Warning;
        problems.push(problem);
    }
    problems
}

fn each(value: &Value, wrong: impl Fn(&str) -> Option<String>) -> Option<Problem> {
    if value.length() == Some(0) {
        return Some(problem(
            "Not enough list items",
            "A condition takes at least one value.",
        ));
    }
    let mut texts = value.values().filter_map(Value::as_str);
    texts.find_map(wrong).map(|summary| problem(&summary, ""))
}

fn check_patterns(value: &Value, called: &str) -> Option<Problem> {
    each(value, |text| {
        let long = !(1..=128).contains(&text.chars().count());
        long.then(|| {
            format!("expected length of {called} to be in the range (1 - 128), got {text}")
        })
    })
}

fn check_methods(value: &Value, called: &str) -> Option<Problem> {
    each(value, |text| {
        let allowed = |c: char| c.is_ascii_uppercase() || c == '-' || c == '_';
        let valid = (1..=40).contains(&text.len()) && text.chars().all(allowed);
        (!valid).then(|| {
            format!("expected {called} to be of capitals, hyphens and underscores, at most 40, got {text}")
        })
    })
}

fn check_networks(value: &Value, _: &str) -> Option<Problem> {
    each(value, |text| {
        let valid = cidr::parse(text).is_some();
        (!valid)
            .then(|| format!("\"{text}\" is not a valid CIDR block: invalid CIDR address: {text}"))
    })
}

fn check_header(value: &Value, called: &str) -> Option<Problem> {
    let name = value.as_str()?;
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_!#$%&'*+,.^`|~-".contains(c);
    let valid = (1..=40).contains(&name.len()) && name.chars().all(allowed);
    let summary = format!(
        "expected value of {called} to match regular expression \"^[0-9A-Za-z_!#$%&'*+,.^`|~-]{{1,40}}$\", got {name}"
    );
    (!valid).then(|| problem(&summary, ""))
}

//! What a provider may answer when asked to plan.

use std::collections::BTreeMap;

use trueup_sdk::{Attribute, AttributeType, Block, NestedObject, NestingMode};
use trueup_value::{Path, PathStep, Str, Value};

use super::{attribute, entries};

/// What in a planned object contradicts the configuration: an attribute may
/// differ from it only where it is computed and not configured, or where the
/// prior value means the same. Values are unmarked.
pub fn check_planned(
    block: &Block,
    prior: Option<&Value>,
    config: &Value,
    planned: &Value,
) -> Vec<(Path, String)> {
    let mut check = Check::default();
    check.block(block, prior, config, planned);
    check.found
}

/// Checks one element: its prior value, configuration and plan.
type CheckOne<'a> = dyn Fn(&mut Check, Option<&Value>, &Value, &Value) + 'a;

#[derive(Default)]
struct Check {
    path: Path,
    found: Vec<(Path, String)>,
}

impl Check {
    fn fail(&mut self, message: impl Into<String>) {
        self.found.push((self.path.clone(), message.into()));
    }

    fn within(&mut self, step: PathStep, run: impl FnOnce(&mut Self)) {
        self.path.push(step);
        run(self);
        self.path.pop();
    }

    fn block(&mut self, block: &Block, prior: Option<&Value>, config: &Value, planned: &Value) {
        if planned.is_null() && !config.is_null() {
            return self.fail("planned for absence but config wants existence");
        }
        if config.is_null() && !planned.is_null() {
            return self.fail("planned for existence but config wants absence");
        }
        if planned.is_null() || !planned.is_known() || !config.is_known() {
            return;
        }
        self.attributes(&block.attributes, prior, config, planned);
        for (name, nested) in &block.blocks {
            let config = attribute(Some(config), name);
            let planned = attribute(Some(planned), name);
            let prior = prior.and_then(|prior| prior.get(name));
            self.within(PathStep::Attr(name.clone()), |check| {
                check.many(
                    nested.nesting,
                    prior,
                    &config,
                    &planned,
                    "block",
                    &|c, p, a, b| {
                        c.block(&nested.block, p, a, b);
                    },
                );
            });
        }
    }

    fn attributes(
        &mut self,
        attributes: &BTreeMap<Str, Attribute>,
        prior: Option<&Value>,
        config: &Value,
        planned: &Value,
    ) {
        for (name, schema) in attributes {
            let prior = prior.and_then(|prior| prior.get(name));
            let config = attribute(Some(config), name);
            let planned = attribute(Some(planned), name);
            self.within(PathStep::Attr(name.clone()), |check| {
                check.attribute(schema, prior, &config, &planned);
            });
        }
    }

    fn attribute(
        &mut self,
        schema: &Attribute,
        prior: Option<&Value>,
        config: &Value,
        planned: &Value,
    ) {
        if schema.write_only {
            if !planned.is_null() {
                self.fail("planned value for a write-only attribute");
            }
            return;
        }
        if same(planned, config) {
            return;
        }
        let unchanged = prior.is_some_and(|prior| !prior.is_null() && same(planned, prior));
        if unchanged && !config.is_null() {
            return;
        }
        if let AttributeType::Nested(nested) = &schema.ty
            && !(schema.computed && config.is_null())
        {
            return self.nested(nested, prior, config, planned);
        }
        if schema.computed && config.is_null() {
            return;
        }
        if config.is_null() {
            let what = match planned.is_known() {
                true => "planned value",
                false => "planned unknown value",
            };
            return self.fail(match schema.sensitive {
                true => format!("sensitive {what} for a non-computed attribute"),
                false => format!("{what} {} for a non-computed attribute", shown(planned)),
            });
        }
        self.fail(match schema.sensitive {
            true => "sensitive planned value does not match config value".to_owned(),
            false => format!(
                "planned value {} does not match config value {}",
                shown(planned),
                shown(config)
            ),
        });
    }

    fn nested(
        &mut self,
        nested: &NestedObject,
        prior: Option<&Value>,
        config: &Value,
        planned: &Value,
    ) {
        self.many(
            nested.nesting,
            prior,
            config,
            planned,
            "attribute",
            &|c, p, a, b| {
                if a.is_null() != b.is_null() {
                    c.fail(match a.is_null() {
                        true => "planned for existence but config wants absence",
                        false => "planned for absence but config wants existence",
                    });
                } else if !b.is_null() && b.is_known() && a.is_known() {
                    c.attributes(&nested.attributes, p, a, b);
                }
            },
        );
    }

    fn many(
        &mut self,
        nesting: NestingMode,
        prior: Option<&Value>,
        config: &Value,
        planned: &Value,
        what: &str,
        one: &CheckOne<'_>,
    ) {
        if matches!(nesting, NestingMode::Single | NestingMode::Group) {
            return one(self, prior, config, planned);
        }
        if !config.is_known() || !planned.is_known() {
            return;
        }
        if config.is_null() || planned.is_null() {
            if config.is_null() != planned.is_null() {
                one(self, prior, config, planned);
            }
            return;
        }
        let (want, got) = (config.length(), planned.length());
        if want != got && nesting != NestingMode::Set {
            let (want, got) = (want.unwrap_or(0), got.unwrap_or(0));
            return self.fail(format!(
                "{what} count in plan ({got}) disagrees with count in config ({want})"
            ));
        }
        match nesting {
            NestingMode::Map => {
                for (key, value) in entries(planned) {
                    let Some(given) = config.get(&key) else {
                        self.fail(format!("{what} key \"{key}\" in plan is not in config"));
                        continue;
                    };
                    let prior = prior.and_then(|prior| prior.get(&key));
                    let step = PathStep::Index(Value::string(key));
                    self.within(step, |check| one(check, prior, given, &value));
                }
            }
            NestingMode::List => {
                let before: Vec<&Value> = prior.map(|p| p.values().collect()).unwrap_or_default();
                let pairs = config.values().zip(planned.values()).enumerate();
                for (index, (given, value)) in pairs {
                    let prior = before.get(index).copied();
                    let step = PathStep::Index(Value::number(index));
                    self.within(step, |check| one(check, prior, given, value));
                }
            }
            // Elements have no identity; each planned one must stem from one
            // in the configuration.
            NestingMode::Set | NestingMode::Single | NestingMode::Group => {
                for value in planned.values() {
                    let fits = config.values().any(|given| {
                        let mut trial = Check::default();
                        one(&mut trial, None, given, value);
                        trial.found.is_empty()
                    });
                    let before = prior.is_some_and(|prior| prior.values().any(|p| p == value));
                    if !fits && !before {
                        self.fail(format!(
                            "planned set element {} does not correlate with any element in config",
                            shown(value)
                        ));
                    }
                }
            }
        }
    }
}

/// Equal but for what is known of unknown values.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Null(_), Value::Null(_)) => true,
        (Value::Unknown(a), Value::Unknown(b)) => a.ty() == b.ty(),
        _ => a == b,
    }
}

/// A value as messages about broken providers show it.
pub(super) fn shown(value: &Value) -> String {
    if !value.is_known() {
        return "(unknown)".to_owned();
    }
    trueup_value::json::to_json_simple(value).unwrap_or_else(|_| "(partly unknown)".to_owned())
}

//! What a provider may answer when asked to plan.

use std::collections::BTreeMap;

use trueup_sdk::{Attribute, AttributeType, Block, NestedBlock, NestedObject, NestingMode};
use trueup_value::{Path, PathStep, Str, Value};

use super::{attribute, entries, notation::shown};

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

    /// Whether there is something on both sides to look into.
    fn both(&mut self, config: &Value, planned: &Value) -> bool {
        if planned.is_null() && !config.is_null() {
            self.fail("planned for absence but config wants existence");
        } else if config.is_null() && !planned.is_null() {
            self.fail("planned for existence but config wants absence");
        } else if !config.is_null() && !planned.is_known() {
            self.fail("planned unknown for configured value");
        } else {
            return !planned.is_null();
        }
        false
    }

    fn block(&mut self, block: &Block, prior: Option<&Value>, config: &Value, planned: &Value) {
        if !self.both(config, planned) {
            return;
        }
        self.attributes(&block.attributes, prior, config, planned);
        for (name, nested) in &block.blocks {
            let config = attribute(Some(config), name);
            let planned = attribute(Some(planned), name);
            let prior = prior.and_then(|prior| prior.get(name));
            if planned != config {
                self.within(PathStep::Attr(name.clone()), |check| {
                    check.blocks(nested, prior, &config, &planned);
                });
            }
        }
    }

    fn blocks(
        &mut self,
        nested: &NestedBlock,
        prior: Option<&Value>,
        config: &Value,
        planned: &Value,
    ) {
        if !config.is_known() {
            let planned = shown(planned);
            return self.fail(format!("planned value {planned} for unknown dynamic block"));
        }
        if !planned.is_known() {
            return self.fail("attribute representing nested block must not be unknown itself; set nested attribute values to unknown instead");
        }
        let one = |check: &mut Check, prior: Option<&Value>, config: &Value, planned: &Value| {
            check.block(&nested.block, prior, config, planned);
        };
        let kind = match nested.nesting {
            NestingMode::Single | NestingMode::Group => return one(self, prior, config, planned),
            NestingMode::List => "list",
            NestingMode::Map => "map",
            NestingMode::Set => "set",
        };
        if planned.is_null() {
            return self.fail(format!("attribute representing a {kind} of nested blocks must be empty to indicate no blocks, not null"));
        }
        let (got, want) = (planned.length(), config.length());
        if got != want && nested.nesting == NestingMode::List {
            let (got, want) = (got.unwrap_or(0), want.unwrap_or(0));
            return self.fail(format!(
                "block count in plan ({got}) disagrees with count in config ({want})"
            ));
        }
        let known = |check: &mut Check, prior: Option<&Value>, config: &Value, planned: &Value| {
            match planned.is_known() {
                true => one(check, prior, config, planned),
                false => check.fail("element representing nested block must not be unknown itself; set nested attribute values to unknown instead"),
            }
        };
        match nested.nesting {
            NestingMode::Map => self.by_key(prior, config, planned, "block key", &known),
            NestingMode::List => self.by_index(prior, config, planned, &known),
            // Elements have no identity; the provider is trusted.
            _ => {}
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
        let prior = prior.filter(|prior| !prior.is_null());
        if same(planned, config) {
            return;
        }
        if prior.is_some_and(|prior| same(planned, prior)) && !config.is_null() {
            return;
        }
        if schema.write_only {
            if !planned.is_null() {
                self.fail("planned value for write-only attribute is not null");
            }
            return;
        }
        if schema.computed && (!schema.optional || config.is_null()) {
            return;
        }
        if config.is_null() && !planned.is_null() {
            return self.fail(match schema.sensitive {
                true => "sensitive planned value for a non-computed attribute".to_owned(),
                false => format!(
                    "planned value {} for a non-computed attribute",
                    shown(planned)
                ),
            });
        }
        if let AttributeType::Nested(nested) = &schema.ty {
            return self.nested(nested, prior, config, planned);
        }
        let message = match (schema.sensitive, prior) {
            (true, None) => "sensitive planned value does not match config value".to_owned(),
            (true, Some(_)) => {
                "sensitive planned value does not match config value nor prior value".to_owned()
            }
            (false, prior) => {
                let (planned, config) = (shown(planned), shown(config));
                let prior = prior.map(|prior| format!(" nor prior value {}", shown(prior)));
                let prior = prior.unwrap_or_default();
                format!("planned value {planned} does not match config value {config}{prior}")
            }
        };
        self.fail(message);
    }

    fn nested(
        &mut self,
        nested: &NestedObject,
        prior: Option<&Value>,
        config: &Value,
        planned: &Value,
    ) {
        if !self.both(config, planned) {
            return;
        }
        let one = |check: &mut Check, prior: Option<&Value>, config: &Value, planned: &Value| {
            check.attributes(&nested.attributes, prior, config, planned);
        };
        if matches!(nested.nesting, NestingMode::Single | NestingMode::Group) {
            return one(self, prior, config, planned);
        }
        if !config.is_known() || planned.length() != config.length() {
            let count = |value: &Value| match value.length().filter(|_| value.is_known()) {
                Some(count) => format!("cty.NumberIntVal({count})"),
                None => "cty.UnknownVal(cty.Number)".to_owned(),
            };
            let (planned, config) = (count(planned), count(config));
            return self.fail(format!(
                "count in plan ({planned}) disagrees with count in config ({config})"
            ));
        }
        match nested.nesting {
            NestingMode::Map => self.by_key(prior, config, planned, "map key", &one),
            NestingMode::List => self.by_index(prior, config, planned, &one),
            _ => {}
        }
    }

    fn by_index(
        &mut self,
        prior: Option<&Value>,
        config: &Value,
        planned: &Value,
        one: &CheckOne<'_>,
    ) {
        let before: Vec<&Value> = prior.map(|p| p.values().collect()).unwrap_or_default();
        let pairs = config.values().zip(planned.values()).enumerate();
        for (index, (given, value)) in pairs {
            let prior = before.get(index).copied();
            let step = PathStep::Index(Value::number(index));
            self.within(step, |check| one(check, prior, given, value));
        }
    }

    fn by_key(
        &mut self,
        prior: Option<&Value>,
        config: &Value,
        planned: &Value,
        what: &str,
        one: &CheckOne<'_>,
    ) {
        for (key, value) in entries(planned) {
            let Some(given) = config.get(&key) else {
                self.fail(format!(
                    "{what} {:?} from plan is not present in config",
                    key.as_str()
                ));
                continue;
            };
            let prior = prior.and_then(|prior| prior.get(&key));
            let step = match planned {
                Value::Object(_) => PathStep::Attr(key),
                _ => PathStep::Index(Value::string(key)),
            };
            self.within(step, |check| one(check, prior, given, &value));
        }
        for (key, _) in entries(config) {
            if planned.get(&key).is_none() {
                self.fail(format!(
                    "{what} {:?} from config is not present in plan",
                    key.as_str()
                ));
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

//! What applying may lead to.

use trueup_sdk::{Block, NestedBlock, NestingMode};
use trueup_value::{Marks, Path, PathStep, Type, Value};

use super::{attribute, entries, notation::shown};

/// What in an object contradicts the plan it came from: what was known must
/// be as planned, what was unknown may have become anything of its type.
/// What is sensitive by its schema or marked so on either side is not shown.
pub fn check_applied(block: &Block, planned: &Value, actual: &Value) -> Vec<(Path, String)> {
    let mut check = Check::default();
    check.block(block, planned, actual);
    check.found
}

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

    fn block(&mut self, block: &Block, planned: &Value, actual: &Value) {
        let (planned, actual) = (planned.unmarked().0, actual.unmarked().0);
        let at = match self.path.steps().is_empty() {
            true => "Root object ",
            false => "",
        };
        match (planned.is_null(), actual.is_null()) {
            (true, true) => return,
            (true, false) => return self.fail(format!("{at}was absent, but now present")),
            (false, true) => return self.fail(format!("{at}was present, but now absent")),
            (false, false) => {}
        }
        for (name, schema) in &block.attributes {
            let (planned, hidden) = attribute(Some(planned), name).unmark_deep();
            let (actual, also) = attribute(Some(actual), name).unmark_deep();
            let sensitive = schema.sensitive || (hidden | also).contains(Marks::SENSITIVE);
            self.within(PathStep::Attr(name.clone()), |check| {
                let before = check.found.len();
                check.value(&planned, &actual);
                if sensitive && check.found.len() > before {
                    check.found.truncate(before);
                    check.fail("inconsistent values for sensitive attribute");
                }
            });
        }
        for (name, nested) in &block.blocks {
            let planned = attribute(Some(planned), name);
            let actual = attribute(Some(actual), name);
            self.within(PathStep::Attr(name.clone()), |check| {
                check.blocks(nested, planned.unmarked().0, actual.unmarked().0);
            });
        }
    }

    fn blocks(&mut self, nested: &NestedBlock, planned: &Value, actual: &Value) {
        if matches!(nested.nesting, NestingMode::Single | NestingMode::Group) {
            if planned.is_known() || !actual.is_null() {
                self.block(&nested.block, planned, actual);
            }
            return;
        }
        let open = |value: &Value| !value.is_known() || value.is_null();
        if open(planned) || open(actual) {
            return;
        }
        let (want, got) = (planned.length().unwrap_or(0), actual.length().unwrap_or(0));
        if nested.nesting == NestingMode::Set {
            self.set(planned, actual, &|check, planned, actual| {
                check.block(&nested.block, planned, actual);
            });
            if want < got {
                self.fail(format!("block set length changed from {want} to {got}"));
            }
            return;
        }
        if let (Value::Object(_), Value::Object(_)) = (planned, actual) {
            return self.blocks_by_name(nested, planned, actual);
        }
        if want != got {
            return self.fail(format!("block count changed from {want} to {got}"));
        }
        match nested.nesting {
            NestingMode::Map => {
                for (key, planned) in entries(planned) {
                    if let Some(actual) = actual.get(&key) {
                        let step = PathStep::Index(Value::string(key));
                        self.within(step, |check| check.block(&nested.block, &planned, actual));
                    }
                }
            }
            _ => {
                let pairs = planned.values().zip(actual.values()).enumerate();
                for (index, (planned, actual)) in pairs {
                    let step = PathStep::Index(Value::number(index));
                    self.within(step, |check| check.block(&nested.block, planned, actual));
                }
            }
        }
    }

    fn blocks_by_name(&mut self, nested: &NestedBlock, planned: &Value, actual: &Value) {
        for (key, planned) in entries(planned) {
            match actual.get(&key) {
                None => self.fail(format!("block key {:?} has vanished", key.as_str())),
                Some(actual) => self.within(PathStep::Attr(key), |check| {
                    check.block(&nested.block, &planned, actual);
                }),
            }
        }
        for (key, _) in entries(actual) {
            if planned.get(&key).is_none() {
                self.fail(format!("new block key {:?} has appeared", key.as_str()));
            }
        }
    }

    fn value(&mut self, planned: &Value, actual: &Value) {
        if !planned.is_known() {
            return self.unknown(planned, actual);
        }
        match (planned.is_null(), actual.is_null()) {
            (true, true) => return,
            (true, false) => return self.fail(format!("was null, but now {}", shown(actual))),
            (false, true) => return self.fail(format!("was {}, but now null", shown(planned))),
            (false, false) => {}
        }
        if !actual.is_known() {
            return self.fail("was known, but now unknown");
        }
        match planned {
            Value::List(_) | Value::Tuple(_) => self.sequence(planned, actual),
            Value::Map(_) | Value::Object(_) => self.named(planned, actual),
            Value::Set(_) => {
                self.set(planned, actual, &|check, planned, actual| {
                    check.value(planned, actual);
                });
                let (want, got) = (planned.length().unwrap_or(0), actual.length().unwrap_or(0));
                if want < got {
                    self.fail(format!("length changed from {want} to {got}"));
                }
            }
            _ if planned != actual => {
                self.fail(format!("was {}, but now {}", shown(planned), shown(actual)))
            }
            _ => {}
        }
    }

    fn unknown(&mut self, planned: &Value, actual: &Value) {
        let text = actual.as_str();
        let prefixed = text.is_none_or(|text| text.starts_with(planned.string_prefix()));
        let absent = actual.is_null() && planned.is_not_null();
        if planned.ty() != Type::Dynamic && (absent || !prefixed) {
            self.fail(format!(
                "final value {} does not conform to planning placeholder {}",
                shown(actual),
                shown(planned)
            ));
        }
    }

    fn sequence(&mut self, planned: &Value, actual: &Value) {
        let now: Vec<&Value> = actual.values().collect();
        let mut count = 0;
        for (index, planned) in planned.values().enumerate() {
            count = index + 1;
            match now.get(index) {
                None => self.fail(format!("element {index} has vanished")),
                Some(actual) => {
                    let step = PathStep::Index(Value::number(index));
                    self.within(step, |check| check.value(planned, actual));
                }
            }
        }
        for index in count..now.len() {
            self.fail(format!("new element {index} has appeared"));
        }
    }

    fn named(&mut self, planned: &Value, actual: &Value) {
        let object = matches!(planned, Value::Object(_));
        for (key, value) in entries(planned) {
            let Some(actual) = actual.get(&key) else {
                self.fail(format!("element {:?} has vanished", key.as_str()));
                continue;
            };
            let step = match object {
                true => PathStep::Attr(key),
                false => PathStep::Index(Value::string(key)),
            };
            self.within(step, |check| check.value(&value, actual));
        }
        for (key, _) in entries(actual) {
            if planned.get(&key).is_none() {
                self.fail(format!("new element {:?} has appeared", key.as_str()));
            }
        }
    }

    /// Elements have no identity: each must find a partner on the other side. Most find
    /// their equal there, without being held against all others.
    fn set(
        &mut self,
        planned: &Value,
        actual: &Value,
        compare: &dyn Fn(&mut Check, &Value, &Value),
    ) {
        let fits = |planned: &Value, actual: &Value| {
            let mut trial = Check::default();
            trial.path.push(PathStep::Index(Value::number(0)));
            compare(&mut trial, planned, actual);
            trial.found.is_empty()
        };
        let among =
            |set: &Value, value: &Value| matches!(set, Value::Set(set) if set.contains(value));
        let lost = |value: &&Value| {
            !among(actual, value) && !actual.values().any(|actual| fits(value, actual))
        };
        let before = self.found.len();
        for value in planned.values().filter(lost) {
            let value = shown(value);
            self.fail(format!(
                "planned set element {value} does not correlate with any element in actual"
            ));
        }
        if self.found.len() > before {
            return;
        }
        let new = |value: &&Value| {
            !among(planned, value) && !planned.values().any(|planned| fits(planned, value))
        };
        for value in actual.values().filter(new) {
            let value = shown(value);
            self.fail(format!(
                "actual set element {value} does not correlate with any element in plan"
            ));
        }
    }
}

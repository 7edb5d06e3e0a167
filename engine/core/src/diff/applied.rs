//! What applying may lead to.

use trueup_sdk::{Attribute, Block};
use trueup_value::{Path, PathStep, Str, Value};

use super::{entries, planned::shown};

/// What in an object contradicts the plan it came from: what was known must
/// be as planned, what was unknown may have become anything of its type.
/// Values are unmarked.
pub fn check_applied(block: &Block, planned: &Value, actual: &Value) -> Vec<(Path, String)> {
    let mut check = Check::default();
    check.value(planned, actual, Sensitivity::Block(block));
    check.found
}

#[derive(Clone, Copy)]
enum Sensitivity<'a> {
    Block(&'a Block),
    Sensitive,
    Shown,
}

impl<'a> Sensitivity<'a> {
    fn attribute(self, name: &str) -> Sensitivity<'a> {
        let Sensitivity::Block(block) = self else {
            return self;
        };
        if let Some(nested) = block.blocks.get(name) {
            return Sensitivity::Block(&nested.block);
        }
        match block.attributes.get(name) {
            Some(Attribute {
                sensitive: true, ..
            }) => Sensitivity::Sensitive,
            _ => Sensitivity::Shown,
        }
    }
}

#[derive(Default)]
struct Check {
    path: Path,
    found: Vec<(Path, String)>,
}

impl Check {
    fn fail(&mut self, message: impl Into<String>, sensitivity: Sensitivity<'_>) {
        let message = match sensitivity {
            Sensitivity::Sensitive => "inconsistent values for sensitive attribute".to_owned(),
            _ => message.into(),
        };
        self.found.push((self.path.clone(), message));
    }

    fn value(&mut self, planned: &Value, actual: &Value, sensitivity: Sensitivity<'_>) {
        if !planned.is_known() {
            return self.unknown(planned, actual, sensitivity);
        }
        if planned.is_null() && actual.is_null() {
            return;
        }
        if planned.is_null() {
            let message = match sensitivity {
                Sensitivity::Block(_) => "was absent, but now present".to_owned(),
                _ => format!("was null, but now {}", shown(actual)),
            };
            return self.fail(message, sensitivity);
        }
        if actual.is_null() {
            let message = match sensitivity {
                Sensitivity::Block(_) => "was present, but now absent".to_owned(),
                _ => format!("was {}, but now null", shown(planned)),
            };
            return self.fail(message, sensitivity);
        }
        match planned {
            Value::List(_) | Value::Tuple(_) => self.sequence(planned, actual, sensitivity),
            Value::Object(_) | Value::Map(_) => self.named(planned, actual, sensitivity),
            Value::Set(_) => self.set(planned, actual, sensitivity),
            _ if planned != actual => self.fail(
                format!("was {}, but now {}", shown(planned), shown(actual)),
                sensitivity,
            ),
            _ => {}
        }
    }

    fn unknown(&mut self, planned: &Value, actual: &Value, sensitivity: Sensitivity<'_>) {
        if actual.is_null() && planned.is_not_null() {
            return self.fail("was planned not to be null, but now null", sensitivity);
        }
        let prefix = planned.string_prefix();
        if let Some(text) = actual.as_str()
            && !text.starts_with(prefix)
        {
            self.fail(
                format!(
                    "was planned to start with \"{prefix}\", but now {}",
                    shown(actual)
                ),
                sensitivity,
            );
        }
    }

    fn within(
        &mut self,
        step: PathStep,
        planned: &Value,
        actual: &Value,
        sensitivity: Sensitivity<'_>,
    ) {
        self.path.push(step);
        self.value(planned, actual, sensitivity);
        self.path.pop();
    }

    fn sequence(&mut self, planned: &Value, actual: &Value, sensitivity: Sensitivity<'_>) {
        let (want, got) = (planned.length(), actual.length());
        if want != got {
            let (want, got) = (want.unwrap_or(0), got.unwrap_or(0));
            let what = match sensitivity {
                Sensitivity::Block(_) => "block",
                _ => "element",
            };
            return self.fail(
                format!("{what} count changed from {want} to {got}"),
                sensitivity,
            );
        }
        for (index, (planned, actual)) in planned.values().zip(actual.values()).enumerate() {
            let step = PathStep::Index(Value::number(index));
            self.within(step, planned, actual, sensitivity);
        }
    }

    fn named(&mut self, planned: &Value, actual: &Value, sensitivity: Sensitivity<'_>) {
        let object = matches!(planned, Value::Object(_));
        let step = |key: &Str| match object {
            true => PathStep::Attr(key.clone()),
            false => PathStep::Index(Value::string(key.clone())),
        };
        for (key, value) in entries(planned) {
            let inner = match object {
                true => sensitivity.attribute(&key),
                false => sensitivity,
            };
            match actual.get(&key) {
                Some(actual) => self.within(step(&key), &value, actual, inner),
                None => {
                    self.path.push(step(&key));
                    self.fail("element has vanished", inner);
                    self.path.pop();
                }
            }
        }
        for (key, _) in entries(actual) {
            if planned.get(&key).is_none() {
                self.path.push(step(&key));
                self.fail("new element has appeared", sensitivity);
                self.path.pop();
            }
        }
    }

    /// Elements have no identity: each must find a partner on the other side.
    fn set(&mut self, planned: &Value, actual: &Value, sensitivity: Sensitivity<'_>) {
        let fits = |planned: &Value, actual: &Value| {
            let mut trial = Check::default();
            trial.value(planned, actual, sensitivity);
            trial.found.is_empty()
        };
        let vanished = planned
            .values()
            .find(|planned| !actual.values().any(|actual| fits(planned, actual)));
        if let Some(value) = vanished {
            self.fail(
                format!(
                    "planned set element {} does not correlate with any element in actual",
                    shown(value)
                ),
                sensitivity,
            );
        }
        if planned.is_wholly_known() && planned.length() < actual.length() {
            let (want, got) = (planned.length().unwrap_or(0), actual.length().unwrap_or(0));
            self.fail(format!("length changed from {want} to {got}"), sensitivity);
        }
    }
}

//! Examples as configurations.

use std::collections::BTreeMap;

use trueup_sdk::{Block, Object};
use trueup_value::{Value, json::from_json_simple};

/// What the texts of examples may refer to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Surroundings {
    pub(crate) texts: BTreeMap<String, String>,
    pub(crate) objects: BTreeMap<String, Value>,
}

impl Surroundings {
    pub(crate) fn add(&mut self, name: &str, object: &Object) {
        self.objects.insert(name.to_owned(), object.value.clone());
    }

    /// An example as a configuration of `block`.
    pub(crate) fn config(&self, block: &Block, example: &str) -> Result<Value, String> {
        let given = from_json_simple(example).map_err(|error| {
            let message = error.message;
            format!("the example {example} is not JSON: {message}")
        })?;
        let given = self.fill(&given)?;
        block.coerce(&given).map_err(|error| {
            let (path, message) = (error.path, error.message);
            format!("the example {example} does not fit the schema: {path}: {message}")
        })
    }

    fn fill(&self, value: &Value) -> Result<Value, String> {
        match value {
            Value::String(text) => self.fill_text(text),
            Value::Object(object) => {
                let attributes = object.attributes().iter();
                let filled = attributes.map(|(name, value)| Ok((name.clone(), self.fill(value)?)));
                Ok(Value::object(filled.collect::<Result<Vec<_>, String>>()?))
            }
            Value::Tuple(tuple) => {
                let elements = tuple.elements().iter().map(|element| self.fill(element));
                Ok(Value::tuple(elements.collect::<Result<_, _>>()?))
            }
            other => Ok(other.clone()),
        }
    }

    fn fill_text(&self, text: &str) -> Result<Value, String> {
        let whole = text
            .strip_prefix("${")
            .and_then(|text| text.strip_suffix('}'));
        if let Some(name) = whole.filter(|name| !name.contains("${")) {
            return self.look_up(name);
        }
        let mut parts = text.split("${");
        let mut filled = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let Some((name, rest)) = part.split_once('}') else {
                return Err(format!("\"{text}\" has ${{ without }}"));
            };
            let value = self.look_up(name)?;
            let inserted = value.as_str().ok_or_else(|| format!("{name} is no text"))?;
            filled.push_str(inserted);
            filled.push_str(rest);
        }
        Ok(Value::string(filled))
    }

    fn look_up(&self, name: &str) -> Result<Value, String> {
        if let Some(text) = self.texts.get(name) {
            return Ok(Value::string(text.as_str()));
        }
        let (object, path) = name.split_once('.').unwrap_or((name, "id"));
        let object = self.objects.get(object);
        let found = object.and_then(|object| within(object, path));
        found
            .cloned()
            .ok_or_else(|| format!("nothing is called {name}"))
    }
}

/// What is at a path, `block.attribute`; of several blocks in the first.
fn within<'a>(object: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(object, |value, name| match value {
        Value::List(list) => list.elements().first()?.get(name),
        object => object.get(name),
    })
}

//! The values of a release, from all attributes that set some.

use serde_json::{Map, Value as Json};
use trueup_helm::{ChartError, Given, Setting, ValuePath, load_values, merge, set};
use trueup_sdk::{Problem, native::Fields};
use trueup_value::{Path, PathStep, Unknown, Value};

/// What stands for a value that is not known yet. It is followed through the
/// templates, never shown and never sent.
pub(crate) const STAND_IN: &str = "not-known-yet";

/// Values with what is special about some of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Values {
    /// The values, each with the attribute it came from. Something stands in
    /// for those that are not known.
    pub(crate) given: Given,
    /// Which are not known yet.
    pub(crate) unknown: Vec<ValuePath>,
    /// Which are secret.
    pub(crate) secret: Vec<ValuePath>,
    /// Whether anything at all may be among them that is not known yet.
    pub(crate) open: bool,
    /// Whether some come from attributes that are never stored.
    pub(crate) write_only: bool,
}

/// Where attributes that set values have secrets: as a configuration is marked.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Marked<'a>(pub(crate) &'a [Path]);

impl Marked<'_> {
    /// Whether the element of an attribute, or anything in it, is marked.
    fn has(self, attribute: &str, index: usize) -> bool {
        let at = PathStep::Index(Value::number(index));
        self.0.iter().any(|path| match path.steps() {
            [PathStep::Attr(name)] => name.as_str() == attribute,
            [PathStep::Attr(name), step, ..] => name.as_str() == attribute && *step == at,
            _ => false,
        })
    }
}

/// How one attribute lays a value over others.
struct Entry<'a> {
    attribute: &'static str,
    index: usize,
    name: &'a str,
    secret: bool,
    known: bool,
}

impl Values {
    /// Those that `config` sets, in the order in which they are laid over each
    /// other: `values`, `set`, `set_list`, `set_sensitive`, `set_wo`.
    ///
    /// # Errors
    /// Which element of which attribute makes no sense, and why.
    pub(crate) fn of(config: &Fields, marked: Marked<'_>) -> Result<Values, Problem> {
        let mut values = Values::default();
        values.files(config, marked)?;
        for attribute in ["set", "set_list", "set_sensitive", "set_wo"] {
            values.attribute(config, attribute, marked)?;
        }
        Ok(values)
    }

    fn files(&mut self, config: &Fields, marked: Marked<'_>) -> Result<(), Problem> {
        let files = config.get("values");
        self.open |= !files.is_known();
        if !files.is_known() {
            return Ok(());
        }
        for (index, file) in files.values().enumerate() {
            let name = format!("values[{index}]");
            if let Value::Unknown(unknown) = file {
                self.outline(&name, unknown, marked.has("values", index));
                continue;
            }
            let text = file.as_str().unwrap_or_default();
            let refused = |error: ChartError| {
                let secret = marked.has("values", index);
                let detail = match secret {
                    true => format!(
                        "{name} is not YAML that makes a map; it is sensitive, so no more can be said."
                    ),
                    false => format!("{name}: {error}."),
                };
                Problem::error("Invalid values", detail, element("values", index))
            };
            self.given.file(&name, text.as_bytes()).map_err(refused)?;
            if marked.has("values", index) {
                let mut alone = Given::default();
                alone.file(&name, text.as_bytes()).map_err(refused)?;
                self.secret.extend(alone.leaves().map(|(path, _)| path));
            }
        }
        Ok(())
    }

    /// Lays a document over what there is of which only an outline is known:
    /// something stands in for the rest.
    fn outline(&mut self, name: &str, unknown: &Unknown, secret: bool) {
        let Some(outline) = unknown.outline() else {
            self.open = true;
            return;
        };
        let text = outline.filled(|place| format!("{STAND_IN}-{place}"));
        let mut alone = Given::default();
        let read = alone.file(name, text.as_bytes());
        // What is not known may decide what the document is made of.
        if read.is_err() || in_keys(&Json::Object(alone.values.clone())) {
            self.open = true;
            return;
        }
        let values = Json::Object(alone.values.clone());
        for (path, _) in alone.leaves() {
            if secret {
                self.secret.push(path.clone());
            }
            if path.find(&values).is_some_and(stands_in) {
                self.unknown.push(path);
            }
        }
        self.open |= self.given.file(name, text.as_bytes()).is_err();
    }

    fn attribute(
        &mut self,
        config: &Fields,
        attribute: &'static str,
        marked: Marked<'_>,
    ) -> Result<(), Problem> {
        let entries = config.get(attribute);
        if !entries.is_known() {
            self.open = true;
            return Ok(());
        }
        for (index, entry) in entries.values().enumerate() {
            let fields = Fields::of(entry);
            let Some(name) = fields.text("name") else {
                self.open = true;
                continue;
            };
            let value = fields.get("value");
            let entry = Entry {
                attribute,
                index,
                name,
                secret: matches!(attribute, "set_sensitive" | "set_wo")
                    || marked.has(attribute, index),
                known: value.is_wholly_known() && fields.get("type").is_known(),
            };
            self.write_only |= attribute == "set_wo";
            self.lay(&entry, value, fields.text("type").unwrap_or_default())?;
        }
        Ok(())
    }

    fn lay(&mut self, entry: &Entry<'_>, value: &Value, kind: &str) -> Result<(), Problem> {
        let Entry { name, .. } = *entry;
        let place = format!("{} \"{name}\"", entry.attribute);
        let lay = |into: &mut Map<String, Json>| match (entry.known, kind) {
            (false, _) => set(into, &format!("{name}={STAND_IN}"), Setting::Text),
            (true, "literal") => literal(into, name, value.as_str().unwrap_or_default()),
            (true, "string") => {
                let text = value.as_str().unwrap_or_default();
                set(into, &format!("{name}={text}"), Setting::Text)
            }
            (true, _) => set(into, &format!("{name}={}", written(value)), Setting::Typed),
        };
        let refused = |error: ChartError| {
            let why = match entry.secret {
                true => "it cannot be read the way `helm --set` reads values".to_owned(),
                false => error.to_string(),
            };
            let detail = format!(
                "{place}: {why}.\n\nCommas, dots and brackets in names and values must be escaped with a backslash (\"\\\\,\" in the configuration)."
            );
            Problem::error(
                "Invalid value",
                detail,
                element(entry.attribute, entry.index),
            )
        };
        self.given.flag(&place, lay).map_err(refused)?;
        if !entry.secret && entry.known {
            return Ok(());
        }
        let mut alone = Given::default();
        alone.flag(&place, lay).map_err(refused)?;
        let paths: Vec<ValuePath> = alone.leaves().map(|(path, _)| path).collect();
        if entry.secret {
            self.secret.extend(paths.iter().cloned());
        }
        if !entry.known {
            self.unknown.extend(paths);
        }
        Ok(())
    }

    /// Texts among the values that must not be shown, the longest first.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let values = Json::Object(self.given.values.clone());
        let found = self.secret.iter().filter_map(|path| path.find(&values));
        let texts = found.filter_map(|value| value.as_str().map(str::to_owned));
        secrets(texts.collect(), Vec::new())
    }
}

/// Texts that must not be shown, and more of them, the longest first. Short
/// ones are left out: they are part of every sentence.
pub(crate) fn secrets(mut texts: Vec<String>, more: Vec<String>) -> Vec<String> {
    texts.extend(more);
    texts.retain(|text| text.chars().count() > 3);
    texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
    texts.dedup();
    texts
}

/// Whether something stands in for a part of a leaf: a text, or a list of
/// texts.
fn stands_in(leaf: &Json) -> bool {
    match leaf {
        Json::String(text) => text.contains(STAND_IN),
        Json::Array(items) => items.iter().any(stands_in),
        _ => false,
    }
}

/// Whether something stands in for a part of a key.
fn in_keys(values: &Json) -> bool {
    match values {
        Json::Object(map) => map
            .iter()
            .any(|(key, value)| key.contains(STAND_IN) || in_keys(value)),
        Json::Array(items) => items.iter().any(in_keys),
        _ => false,
    }
}

/// A value as `helm --set` takes it.
fn written(value: &Value) -> String {
    match value {
        Value::List(_) | Value::Tuple(_) | Value::Set(_) => {
            let texts: Vec<&str> = value.values().filter_map(Value::as_str).collect();
            format!("{{{}}}", texts.join(","))
        }
        other => other.as_str().unwrap_or_default().to_owned(),
    }
}

/// A value of type `literal`: YAML under a key that is taken as it is.
fn literal(into: &mut Map<String, Json>, name: &str, text: &str) -> Result<(), ChartError> {
    let read = load_values(format!("{name}: {text}").as_bytes())?;
    let value = read.get(name).cloned().unwrap_or(Json::Null);
    into.insert(name.to_owned(), value);
    Ok(())
}

/// The path of an element, for messages.
fn element(attribute: &str, index: usize) -> Path {
    Path::new().attr(attribute).index(Value::number(index))
}

/// Values over those of an earlier revision.
pub(crate) fn over(earlier: &Map<String, Json>, values: &Map<String, Json>) -> Map<String, Json> {
    let mut merged = earlier.clone();
    merge(&mut merged, values.clone());
    merged
}

//! The objects of a text, as far as rules look at them.

use serde_json::Value;
use trueup_helm_template::yaml::from_yaml;

use crate::metadata::{kind_of, text_of};

/// Kind and name of an object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Outline {
    pub(super) api_version: String,
    pub(super) kind: String,
    pub(super) name: String,
}

/// The documents of a text one by one; none for an empty one. After an error nothing follows.
pub(super) struct Documents<'t> {
    rest: Option<&'t str>,
}

impl<'t> Documents<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Documents { rest: Some(text) }
    }

    /// The lines up to the next separator. One at the very start is part of the first document.
    fn next_text(&mut self) -> Result<Option<&'t str>, String> {
        let Some(rest) = self.rest else {
            return Ok(None);
        };
        let mut end = 0;
        for line in rest.split_inclusive('\n') {
            if let Some(after) = line.strip_prefix("---") {
                let after = after.trim();
                if !after.is_empty() && !after.starts_with('#') {
                    return Err(format!("invalid Yaml document separator: {after}"));
                }
                if end > 0 {
                    self.rest = rest.get(end + line.len()..);
                    return Ok(rest.get(..end));
                }
            }
            end += line.len();
        }
        self.rest = None;
        Ok((!rest.is_empty()).then_some(rest))
    }
}

impl Iterator for Documents<'_> {
    type Item = Result<Option<Outline>, String>;

    fn next(&mut self) -> Option<Self::Item> {
        let outline = self
            .next_text()
            .transpose()?
            .and_then(|text| outline(text.as_bytes()));
        if outline.is_err() {
            self.rest = None;
        }
        Some(outline)
    }
}

fn outline(text: &[u8]) -> Result<Option<Outline>, String> {
    let value =
        from_yaml(text).map_err(|error| format!("error converting YAML to JSON: {error}"))?;
    if value.is_null() {
        return Ok(None);
    }
    let mismatch = |value: &Value, target: String| {
        let kind = kind_of(value);
        format!(
            "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {kind} into Go {target}"
        )
    };
    let of_type = |target: &str| format!("value of type rules.{target}");
    let Value::Object(map) = &value else {
        return Err(mismatch(&value, of_type("k8sYamlStruct")));
    };
    let text = |map: &serde_json::Map<String, Value>, key: &str, field: &str| {
        let Some(value) = get(map, key) else {
            return Ok(String::new());
        };
        text_of(value).ok_or_else(|| {
            let target = format!("struct field {field} of type string");
            mismatch(value, target)
        })
    };
    let metadata = match get(map, "metadata") {
        None => None,
        Some(Value::Object(metadata)) => Some(metadata),
        Some(other) => {
            let target = "struct field k8sYamlStruct.Metadata of type rules.k8sYamlMetadata";
            return Err(mismatch(other, target.to_owned()));
        }
    };
    let none = serde_json::Map::new();
    let metadata = metadata.unwrap_or(&none);
    text(metadata, "namespace", "k8sYamlMetadata.Metadata.Namespace")?;
    Ok(Some(Outline {
        api_version: text(map, "apiVersion", "k8sYamlStruct.apiVersion")?,
        kind: text(map, "kind", "k8sYamlStruct.Kind")?,
        name: text(metadata, "name", "k8sYamlMetadata.Metadata.Name")?,
    }))
}

/// A field by its name in any case; null is none.
pub(super) fn get<'a>(map: &'a serde_json::Map<String, Value>, name: &str) -> Option<&'a Value> {
    let mut found = map.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
    let found = found.next_back().map(|(_, value)| value);
    found.filter(|value| !value.is_null())
}

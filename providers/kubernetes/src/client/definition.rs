//! Custom resource definitions, and objects held against them without a server.

use regex::Regex;
use serde_json::Value as Json;

use super::Complaint;

/// A custom resource definition.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// Its own name: `targetgroupbindings.elbv2.k8s.aws`.
    pub name: String,
    /// The API group it defines a kind in.
    pub group: String,
    /// The kind.
    pub kind: String,
    /// Whether objects of the kind are in namespaces.
    pub namespaced: bool,
    versions: Vec<Version>,
}

#[derive(Clone, Debug, PartialEq)]
struct Version {
    name: String,
    served: bool,
    schema: Option<Json>,
}

impl Definition {
    /// Reads a manifest of kind `CustomResourceDefinition`.
    pub fn of(manifest: &Json) -> Option<Definition> {
        let text = |pointer: &str| manifest.pointer(pointer)?.as_str().map(str::to_owned);
        let versions = manifest.pointer("/spec/versions")?.as_array()?.iter();
        let versions = versions.filter_map(|version| {
            Some(Version {
                name: version.get("name")?.as_str()?.to_owned(),
                served: version
                    .get("served")
                    .and_then(Json::as_bool)
                    .unwrap_or(false),
                schema: version.pointer("/schema/openAPIV3Schema").cloned(),
            })
        });
        Some(Definition {
            name: text("/metadata/name")?,
            group: text("/spec/group")?,
            kind: text("/spec/names/kind")?,
            namespaced: text("/spec/scope").as_deref() == Some("Namespaced"),
            versions: versions.collect(),
        })
    }

    /// What is wrong with an object of the kind: its version, fields that the
    /// schema does not have, and values it does not allow. Rules in CEL are
    /// left to the server.
    pub fn complaints(&self, object: &Json) -> Vec<Complaint> {
        let api_version = object.get("apiVersion").and_then(Json::as_str);
        let version = api_version.and_then(|v| v.rsplit_once('/')).map(|(_, v)| v);
        let mut versions = self.versions.iter().filter(|version| version.served);
        let Some(found) = versions.find(|served| Some(served.name.as_str()) == version) else {
            let served: Vec<&str> = self
                .versions
                .iter()
                .filter(|version| version.served)
                .map(|version| version.name.as_str())
                .collect();
            return vec![Complaint {
                field: "apiVersion".to_owned(),
                message: format!(
                    "the definition {} serves the versions {} only",
                    self.name,
                    served.join(", ")
                ),
            }];
        };
        let mut check = Check::default();
        if let (Some(schema), Some(fields)) = (&found.schema, object.as_object()) {
            let known = schema.get("properties").and_then(Json::as_object);
            for (name, value) in fields {
                if matches!(name.as_str(), "apiVersion" | "kind" | "metadata") {
                    continue;
                }
                check.field(known.and_then(|k| k.get(name)), schema, name, value);
            }
            check.required(schema, object);
        }
        check.complaints
    }
}

#[derive(Default)]
struct Check {
    path: Vec<String>,
    complaints: Vec<Complaint>,
}

impl Check {
    fn complain(&mut self, message: impl Into<String>) {
        self.complaints.push(Complaint {
            field: self.path.concat().trim_start_matches('.').to_owned(),
            message: message.into(),
        });
    }

    fn within(&mut self, step: String, run: impl FnOnce(&mut Self)) {
        self.path.push(step);
        run(self);
        self.path.pop();
    }

    fn field(&mut self, known: Option<&Json>, parent: &Json, name: &str, value: &Json) {
        self.within(format!(".{name}"), |check| {
            match known.or_else(|| parent.get("additionalProperties").filter(|a| a.is_object())) {
                Some(schema) => check.value(schema, value),
                None if is_open(parent) => {}
                None => check.complain("its kind has no such field"),
            }
        });
    }

    fn required(&mut self, schema: &Json, value: &Json) {
        let names = schema.get("required").and_then(Json::as_array);
        for name in names.into_iter().flatten().filter_map(Json::as_str) {
            let defaulted = schema
                .pointer(&format!("/properties/{name}/default"))
                .is_some();
            if value.get(name).is_none() && !defaulted {
                self.within(format!(".{name}"), |check| check.complain("it is required"));
            }
        }
    }

    fn value(&mut self, schema: &Json, value: &Json) {
        let flag = |name: &str| schema.get(name).and_then(Json::as_bool) == Some(true);
        if value.is_null() {
            // A null stands for the field left out.
            return;
        }
        if flag("x-kubernetes-int-or-string") {
            if !(value.is_i64() || value.is_u64() || value.is_string()) {
                self.complain("it must be a whole number or a text");
            }
            return;
        }
        let ty = schema
            .get("type")
            .and_then(Json::as_str)
            .unwrap_or_default();
        if !has_type(ty, value) {
            return self.complain(format!("it must be of type {ty}"));
        }
        if let Some(allowed) = schema.get("enum").and_then(Json::as_array)
            && !allowed.contains(value)
        {
            let allowed: Vec<String> = allowed.iter().map(Json::to_string).collect();
            self.complain(format!("it must be one of {}", allowed.join(", ")));
        }
        match value {
            Json::String(text) => self.text(schema, text),
            Json::Number(number) => self.number(schema, number.as_f64()),
            Json::Array(elements) => self.elements(schema, elements),
            Json::Object(fields) => {
                let known = schema.get("properties").and_then(Json::as_object);
                for (name, value) in fields {
                    self.field(known.and_then(|k| k.get(name)), schema, name, value);
                }
                self.required(schema, value);
            }
            _ => {}
        }
    }

    fn text(&mut self, schema: &Json, text: &str) {
        let length = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
        let limit = |name: &str| schema.get(name).and_then(Json::as_u64);
        if limit("minLength").is_some_and(|least| length < least)
            || limit("maxLength").is_some_and(|most| length > most)
        {
            self.complain("it is too short or too long");
        }
        let pattern = schema.get("pattern").and_then(Json::as_str);
        // A pattern that is not understood here is left to the server.
        if let Some((pattern, regex)) = pattern.and_then(|p| Some((p, Regex::new(p).ok()?)))
            && !regex.is_match(text)
        {
            self.complain(format!("it must match {pattern}"));
        }
    }

    fn number(&mut self, schema: &Json, number: Option<f64>) {
        let Some(number) = number else { return };
        let limit = |name: &str| schema.get(name).and_then(Json::as_f64);
        if limit("minimum").is_some_and(|least| number < least)
            || limit("maximum").is_some_and(|most| number > most)
        {
            self.complain("it is too small or too large");
        }
    }

    fn elements(&mut self, schema: &Json, elements: &[Json]) {
        let count = u64::try_from(elements.len()).unwrap_or(u64::MAX);
        let limit = |name: &str| schema.get(name).and_then(Json::as_u64);
        if limit("minItems").is_some_and(|least| count < least)
            || limit("maxItems").is_some_and(|most| count > most)
        {
            self.complain("it has too few or too many elements");
        }
        if let Some(item) = schema.get("items") {
            for (index, element) in elements.iter().enumerate() {
                self.within(format!("[{index}]"), |check| check.value(item, element));
            }
        }
    }
}

/// Whether a schema takes fields it does not name.
fn is_open(schema: &Json) -> bool {
    let flag = |name: &str| schema.get(name).and_then(Json::as_bool) == Some(true);
    flag("x-kubernetes-preserve-unknown-fields")
        || flag("additionalProperties")
        || flag("x-kubernetes-embedded-resource")
}

fn has_type(ty: &str, value: &Json) -> bool {
    match ty {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => {
            value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|n| n.fract() == 0.0)
        }
        "number" => value.is_number(),
        _ => true,
    }
}

//! `Chart.yaml`.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use trueup_helm_template::semver::Version;
use trueup_helm_template::yaml::{format_g, from_yaml};

use crate::error::ChartError;

/// What `Chart.yaml` says. Absent texts are empty, as in Helm.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Metadata {
    /// Name of the chart, or the alias under which a dependency uses it.
    pub name: String,
    /// Home page.
    pub home: String,
    /// Where the sources are.
    pub sources: Vec<String>,
    /// Version of the chart.
    pub version: String,
    /// One sentence about it.
    pub description: String,
    /// Words to find it by.
    pub keywords: Vec<String>,
    /// Who looks after it.
    pub maintainers: Vec<Maintainer>,
    /// URL of a picture.
    pub icon: String,
    /// `v1` or `v2`.
    pub api_version: String,
    /// Value path that enables it.
    pub condition: String,
    /// Tags that enable it.
    pub tags: String,
    /// Version of what it installs.
    pub app_version: String,
    /// Whether its authors gave it up.
    pub deprecated: bool,
    /// Notes for other tools.
    pub annotations: Option<BTreeMap<String, String>>,
    /// Constraint on the version of Kubernetes.
    pub kube_version: String,
    /// What it depends on; `None` when nothing is said about it.
    pub dependencies: Option<Vec<Dependency>>,
    /// `application` (also when empty) or `library`.
    pub kind: String,
}

/// A person or group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Maintainer {
    /// Name.
    pub name: String,
    /// Address.
    pub email: String,
    /// Home page.
    pub url: String,
}

/// An entry of `dependencies`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Dependency {
    /// Name of the chart.
    pub name: String,
    /// Constraint on its version.
    pub version: String,
    /// Where it comes from.
    pub repository: String,
    /// Value paths that enable it; the first that is a boolean decides.
    pub condition: String,
    /// Tags that enable it.
    pub tags: Vec<String>,
    /// Whether conditions and tags leave it in.
    pub enabled: bool,
    /// What to take over from its values.
    pub import_values: Vec<Value>,
    /// Name to use it under.
    pub alias: String,
}

impl Metadata {
    /// Reads `Chart.yaml` or `requirements.yaml` over what is known already.
    pub(crate) fn read(&mut self, text: &[u8]) -> Result<(), ChartError> {
        let value = from_yaml(text)
            .map_err(|error| ChartError::new(format!("error converting YAML to JSON: {error}")))?;
        self.read_value(&value)
    }

    /// The same of a text that was read already.
    pub(crate) fn read_value(&mut self, value: &Value) -> Result<(), ChartError> {
        let map = match value {
            Value::Null => return Ok(()),
            Value::Object(map) => map,
            other => return Err(mismatch(kind_of(other), "value of type v2.Metadata")),
        };
        let fields = Fields {
            map,
            owner: "Metadata",
        };
        fields.text("name", &mut self.name)?;
        fields.text("home", &mut self.home)?;
        fields.texts("sources", &mut self.sources)?;
        fields.text("version", &mut self.version)?;
        fields.text("description", &mut self.description)?;
        fields.texts("keywords", &mut self.keywords)?;
        if let Some(items) = fields.list("maintainers")? {
            self.maintainers = items.iter().map(maintainer).collect::<Result<_, _>>()?;
        }
        fields.text("icon", &mut self.icon)?;
        fields.text("apiVersion", &mut self.api_version)?;
        fields.text("condition", &mut self.condition)?;
        fields.text("tags", &mut self.tags)?;
        fields.text("appVersion", &mut self.app_version)?;
        fields.flag("deprecated", &mut self.deprecated)?;
        fields.text_map("annotations", &mut self.annotations)?;
        fields.text("kubeVersion", &mut self.kube_version)?;
        if let Some(items) = fields.list("dependencies")? {
            self.dependencies = Some(items.iter().map(dependency).collect::<Result<_, _>>()?);
        }
        fields.text("type", &mut self.kind)
    }

    /// Checks what Helm requires and cleans what it cleans.
    pub(crate) fn validate(&mut self) -> Result<(), ChartError> {
        for text in [
            &mut self.name,
            &mut self.description,
            &mut self.home,
            &mut self.icon,
            &mut self.condition,
            &mut self.tags,
            &mut self.app_version,
            &mut self.kube_version,
        ] {
            sanitize(text);
        }
        self.sources
            .iter_mut()
            .chain(&mut self.keywords)
            .for_each(sanitize);
        for (value, name) in [
            (&self.api_version, "apiVersion"),
            (&self.name, "name"),
            (&self.version, "version"),
        ] {
            if value.is_empty() && name != "version" {
                return refuse(format!("chart.metadata.{name} is required"));
            }
        }
        if matches!(self.name.as_str(), "." | "..") {
            return refuse(format!(
                "chart.metadata.name {:?} is not allowed",
                self.name
            ));
        }
        if self.name.contains('/') {
            return refuse(format!("chart.metadata.name {:?} is invalid", self.name));
        }
        if self.version.is_empty() {
            return refuse("chart.metadata.version is required");
        }
        if Version::parse(&self.version).is_err() {
            return refuse(format!(
                "chart.metadata.version {:?} is invalid",
                self.version
            ));
        }
        if !matches!(self.kind.as_str(), "" | "application" | "library") {
            return refuse("chart.metadata.type must be application or library");
        }
        self.validate_dependencies()
    }

    fn validate_dependencies(&mut self) -> Result<(), ChartError> {
        let mut names = std::collections::HashSet::new();
        for dependency in self.dependencies.iter_mut().flatten() {
            for text in [
                &mut dependency.name,
                &mut dependency.version,
                &mut dependency.repository,
                &mut dependency.condition,
            ] {
                sanitize(text);
            }
            dependency.tags.iter_mut().for_each(sanitize);
            let word = |character: char| {
                character.is_ascii_alphanumeric() || matches!(character, '_' | '-')
            };
            if !dependency.alias.chars().all(word) {
                let name = &dependency.name;
                return refuse(format!(
                    "dependency {name:?} has disallowed characters in the alias"
                ));
            }
            let key = if dependency.alias.is_empty() {
                &dependency.name
            } else {
                &dependency.alias
            };
            if !names.insert(key.clone()) {
                return refuse(format!(
                    "more than one dependency with name or alias {key:?}"
                ));
            }
        }
        Ok(())
    }

    /// Whether it only offers templates to others.
    #[must_use]
    pub fn is_library(&self) -> bool {
        self.kind.eq_ignore_ascii_case("library")
    }
}

fn refuse<T>(message: impl std::fmt::Display) -> Result<T, ChartError> {
    Err(ChartError::new(format!("validation: {message}")))
}

/// White space becomes a space; what can't be printed goes.
fn sanitize(text: &mut String) {
    if text
        .chars()
        .all(|character| (' '..='~').contains(&character))
    {
        return;
    }
    *text = text
        .chars()
        .map(|character| {
            if character.is_whitespace() {
                ' '
            } else {
                character
            }
        })
        .filter(|character| !character.is_control())
        .collect();
}

pub(crate) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn mismatch(kind: &str, target: &str) -> ChartError {
    ChartError::new(format!(
        "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {kind} into Go {target}"
    ))
}

/// A scalar where text is wanted: numbers and booleans are written out.
pub(crate) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(number) => number.as_f64().map(|value| {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "Helm rounds to 32 bits here as well"
            )]
            let narrow = value as f32;
            if value.fract() == 0.0 && value.abs() < 1e15 {
                format!("{value}")
            } else {
                narrow
                    .to_string()
                    .parse()
                    .map_or_else(|_| value.to_string(), format_g)
            }
        }),
        _ => None,
    }
}

struct Fields<'a> {
    map: &'a Map<String, Value>,
    owner: &'a str,
}

impl<'a> Fields<'a> {
    /// The field by its name, else by its name in another case.
    fn get(&self, name: &str) -> Option<&'a Value> {
        let exact = self.map.get(name);
        exact
            .or_else(|| {
                self.map
                    .iter()
                    .find(|(key, _)| key.eq_ignore_ascii_case(name))
                    .map(|(_, value)| value)
            })
            .filter(|value| !value.is_null())
    }

    fn mismatch(&self, value: &Value, name: &str, kind: &str) -> ChartError {
        mismatch(
            kind_of(value),
            &format!("struct field {}.{name} of type {kind}", self.owner),
        )
    }

    fn text(&self, name: &str, into: &mut String) -> Result<(), ChartError> {
        if let Some(value) = self.get(name) {
            *into = text_of(value).ok_or_else(|| self.mismatch(value, name, "string"))?;
        }
        Ok(())
    }

    fn flag(&self, name: &str, into: &mut bool) -> Result<(), ChartError> {
        if let Some(value) = self.get(name) {
            *into = value
                .as_bool()
                .ok_or_else(|| self.mismatch(value, name, "bool"))?;
        }
        Ok(())
    }

    fn list(&self, name: &str) -> Result<Option<&'a Vec<Value>>, ChartError> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Array(items)) => Ok(Some(items)),
            Some(other) => Err(self.mismatch(other, name, "[]interface {}")),
        }
    }

    fn texts(&self, name: &str, into: &mut Vec<String>) -> Result<(), ChartError> {
        if let Some(items) = self.list(name)? {
            let text = |item: &Value| match item {
                Value::Null => Ok(String::new()),
                item => text_of(item).ok_or_else(|| self.mismatch(item, name, "string")),
            };
            *into = items.iter().map(text).collect::<Result<_, _>>()?;
        }
        Ok(())
    }

    fn text_map(
        &self,
        name: &str,
        into: &mut Option<BTreeMap<String, String>>,
    ) -> Result<(), ChartError> {
        match self.get(name) {
            None => {}
            Some(Value::Object(map)) => {
                let entry = |(key, value): (&String, &Value)| {
                    let text = if value.is_null() {
                        Some(String::new())
                    } else {
                        text_of(value)
                    };
                    let text = text.ok_or_else(|| self.mismatch(value, name, "string"))?;
                    Ok((key.clone(), text))
                };
                *into = Some(map.iter().map(entry).collect::<Result<_, ChartError>>()?);
            }
            Some(other) => return Err(self.mismatch(other, name, "map[string]string")),
        }
        Ok(())
    }
}

fn object(value: &Value) -> Result<&Map<String, Value>, ChartError> {
    match value {
        Value::Object(map) => Ok(map),
        Value::Null => refuse("dependencies must not contain empty or null nodes"),
        other => Err(mismatch(kind_of(other), "value of a struct")),
    }
}

fn maintainer(value: &Value) -> Result<Maintainer, ChartError> {
    if value.is_null() {
        return refuse("maintainers must not contain empty or null nodes");
    }
    let fields = Fields {
        map: object(value)?,
        owner: "Maintainer",
    };
    let mut maintainer = Maintainer::default();
    fields.text("name", &mut maintainer.name)?;
    fields.text("email", &mut maintainer.email)?;
    fields.text("url", &mut maintainer.url)?;
    Ok(maintainer)
}

fn dependency(value: &Value) -> Result<Dependency, ChartError> {
    let fields = Fields {
        map: object(value)?,
        owner: "Dependency",
    };
    let mut dependency = Dependency::default();
    fields.text("name", &mut dependency.name)?;
    fields.text("version", &mut dependency.version)?;
    fields.text("repository", &mut dependency.repository)?;
    fields.text("condition", &mut dependency.condition)?;
    fields.texts("tags", &mut dependency.tags)?;
    fields.flag("enabled", &mut dependency.enabled)?;
    dependency.import_values = fields.list("import-values")?.cloned().unwrap_or_default();
    fields.text("alias", &mut dependency.alias)?;
    Ok(dependency)
}

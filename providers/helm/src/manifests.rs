//! Manifests: splitting of rendered files, hooks, and the order of kinds.

use serde_json::Value;
use trueup_helm_template::yaml::from_yaml;

use crate::error::ChartError;
use crate::parallel;

/// An object of a rendered file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The template it came from, with the path of its chart.
    pub source: String,
    /// Its `kind`.
    pub kind: String,
    /// Its `apiVersion`.
    pub api_version: String,
    /// Its YAML text.
    pub content: String,
}

/// An object that Helm runs at a point of a release's life instead of keeping it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// Its `metadata.name`.
    pub name: String,
    /// The object.
    pub manifest: Manifest,
    /// When it runs.
    pub events: Vec<HookEvent>,
    /// Place among the hooks of an event.
    pub weight: i64,
    /// `helm.sh/hook-delete-policy`.
    pub delete_policies: Vec<String>,
    /// `helm.sh/hook-output-log-policy`.
    pub output_log_policies: Vec<String>,
}

/// When a hook runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "Helm's names say it")]
pub enum HookEvent {
    PreInstall,
    PostInstall,
    PreDelete,
    PostDelete,
    PreUpgrade,
    PostUpgrade,
    PreRollback,
    PostRollback,
    Test,
}

impl HookEvent {
    /// Helm's word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PreInstall => "pre-install",
            Self::PostInstall => "post-install",
            Self::PreDelete => "pre-delete",
            Self::PostDelete => "post-delete",
            Self::PreUpgrade => "pre-upgrade",
            Self::PostUpgrade => "post-upgrade",
            Self::PreRollback => "pre-rollback",
            Self::PostRollback => "post-rollback",
            Self::Test => "test",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "pre-install" => Self::PreInstall,
            "post-install" => Self::PostInstall,
            "pre-delete" => Self::PreDelete,
            "post-delete" => Self::PostDelete,
            "pre-upgrade" => Self::PreUpgrade,
            "post-upgrade" => Self::PostUpgrade,
            "pre-rollback" => Self::PreRollback,
            "post-rollback" => Self::PostRollback,
            "test" | "test-success" => Self::Test,
            _ => return None,
        })
    }
}

/// The order in which Helm installs kinds; others come after, by name.
const INSTALL_ORDER: [&str; 38] = [
    "PriorityClass",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
];

fn rank(kind: &str) -> (usize, &str) {
    match INSTALL_ORDER.iter().position(|known| *known == kind) {
        Some(index) => (index, ""),
        None => (INSTALL_ORDER.len(), kind),
    }
}

/// Splits a rendered file into its documents, as Helm does: at `---` at the start of a line, even
/// when text follows on it.
#[must_use]
pub fn split(text: &str) -> Vec<&str> {
    let text = text.trim_start();
    let mut documents = Vec::new();
    let mut start = 0;
    let mut line = 0;
    while let Some(rest) = text.get(line..) {
        if rest.starts_with("---") {
            documents.push(text.get(start..line).unwrap_or_default());
            let after = rest.get(3..).unwrap_or_default();
            let blanks = after.len() - after.trim_start_matches([' ', '\t']).len();
            start = line + 3 + blanks;
        }
        match rest.find('\n') {
            Some(end) => line += end + 1,
            None => break,
        }
    }
    documents.push(text.get(start..).unwrap_or_default());
    documents
        .into_iter()
        .filter(|part| !part.trim().is_empty())
        .map(str::trim_start)
        .collect()
}

/// Sorts rendered files (by path) into hooks and manifests, each in the order of installation.
///
/// # Errors
/// A document that is no YAML, or no object.
pub fn sort<'a>(
    files: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<(Vec<Hook>, Vec<Manifest>), ChartError> {
    let mut hooks = Vec::new();
    let mut manifests = Vec::new();
    let is_partial = |path: &str| {
        let name = path.rsplit('/').next();
        name.is_some_and(|name| name.starts_with('_'))
    };
    let files = files.into_iter().filter(|(path, _)| !is_partial(path));
    let documents = files.flat_map(|(path, content)| {
        let documents = split(content).into_iter();
        documents.map(move |document| (path, document))
    });
    let heads = parallel::map(documents.collect(), |(path, document)| {
        (path, document, Head::read(document))
    });
    for (path, document, head) in heads {
        let head =
            head.map_err(|error| ChartError::new(format!("YAML parse error on {path}: {error}")))?;
        head.place(path, document, &mut hooks, &mut manifests);
    }
    hooks.sort_by(|left, right| rank(&left.manifest.kind).cmp(&rank(&right.manifest.kind)));
    manifests.sort_by(|left, right| rank(&left.kind).cmp(&rank(&right.kind)));
    Ok((hooks, manifests))
}

/// What of an object decides its place.
#[derive(Default)]
struct Head {
    api_version: String,
    kind: String,
    name: String,
    annotations: Vec<(String, String)>,
}

impl Head {
    fn read(document: &str) -> Result<Self, String> {
        let value = from_yaml(document.as_bytes())
            .map_err(|error| format!("error converting YAML to JSON: {error}"))?;
        let map = match &value {
            Value::Null => return Ok(Self::default()),
            Value::Object(map) => map,
            other => return Err(mismatch(other, "value of type util.SimpleHead")),
        };
        let text = |value: Option<&Value>, field: &str| match value {
            None | Some(Value::Null) => Ok(String::new()),
            Some(value @ (Value::Array(_) | Value::Object(_))) => Err(mismatch(
                value,
                &format!("struct field {}.{field} of type string", owner(field)),
            )),
            Some(value) => Ok(scalar_text(value)),
        };
        let mut head = Self {
            api_version: text(map.get("apiVersion"), "apiVersion")?,
            kind: text(map.get("kind"), "kind")?,
            ..Self::default()
        };
        let metadata = match map.get("metadata") {
            None | Some(Value::Null) => return Ok(head),
            Some(Value::Object(metadata)) => metadata,
            Some(other) => {
                let target = "struct field SimpleHead.metadata of type struct { Name string \"json:\\\"name\\\"\"; Annotations map[string]string \"json:\\\"annotations\\\"\" }";
                return Err(mismatch(other, target));
            }
        };
        head.name = text(metadata.get("name"), "metadata.name")?;
        match metadata.get("annotations") {
            None | Some(Value::Null) => {}
            Some(Value::Object(annotations)) => {
                for (key, value) in annotations {
                    let value = text(Some(value), "metadata.annotations")?;
                    head.annotations.push((key.clone(), value));
                }
            }
            Some(other) => {
                let target = "struct field .metadata.annotations of type map[string]string";
                return Err(mismatch(other, target));
            }
        }
        Ok(head)
    }

    fn annotation(&self, name: &str) -> Option<&str> {
        self.annotations
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    fn words(&self, annotation: &str) -> Vec<String> {
        let words = self
            .annotation(annotation)
            .into_iter()
            .flat_map(|value| value.split(','));
        words.map(|word| word.trim().to_lowercase()).collect()
    }

    fn place(
        self,
        path: &str,
        document: &str,
        hooks: &mut Vec<Hook>,
        manifests: &mut Vec<Manifest>,
    ) {
        let manifest = Manifest {
            source: path.to_owned(),
            kind: self.kind.clone(),
            api_version: self.api_version.clone(),
            content: document.to_owned(),
        };
        if self.annotation("helm.sh/hook").is_none() {
            manifests.push(manifest);
            return;
        }
        let events: Option<Vec<HookEvent>> = self
            .words("helm.sh/hook")
            .iter()
            .map(|word| HookEvent::parse(word))
            .collect();
        // Helm drops hooks for events that it doesn't know.
        let Some(events) = events else { return };
        hooks.push(Hook {
            name: self.name.clone(),
            manifest,
            events,
            weight: self
                .annotation("helm.sh/hook-weight")
                .and_then(|weight| weight.parse().ok())
                .unwrap_or(0),
            delete_policies: self.words("helm.sh/hook-delete-policy"),
            output_log_policies: self.words("helm.sh/hook-output-log-policy"),
        });
    }
}

/// The type that has the field, as Go names it: that of `metadata` has no name.
fn owner(field: &str) -> &'static str {
    if field.contains('.') {
        ""
    } else {
        "SimpleHead"
    }
}

fn scalar_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number
            .as_f64()
            .map_or_else(|| number.to_string(), |value| value.to_string()),
        other => other.to_string(),
    }
}

fn mismatch(value: &Value, target: &str) -> String {
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    format!(
        "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {kind} into Go {target}"
    )
}

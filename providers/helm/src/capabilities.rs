//! What a cluster offers, as templates ask for it.

use std::any::Any;

use trueup_helm_template::function::{Method, Signature};
use trueup_helm_template::value::{NamedType, Object};
use trueup_helm_template::{Error, List, Type, Value};

use crate::error::ChartError;

/// A version of Kubernetes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KubeVersion {
    /// As given, with a `v`.
    pub version: String,
    /// The numbers alone: what constraints are checked against.
    pub normalized: String,
    /// First number.
    pub major: String,
    /// Second number.
    pub minor: String,
}

impl KubeVersion {
    /// Reads `1.33`, `v1.33.4` or `v1.33.4-gke.1245000`.
    ///
    /// # Errors
    /// Texts that don't begin with two numbers.
    pub fn parse(text: &str) -> Result<Self, ChartError> {
        let refused = || ChartError::new(format!("could not parse {text:?} as version"));
        let bare = text.trim().trim_start_matches('v');
        let end = bare
            .find(|next: char| !next.is_ascii_digit() && next != '.')
            .unwrap_or(bare.len());
        let mut numbers = Vec::new();
        for part in bare
            .get(..end)
            .unwrap_or_default()
            .trim_end_matches('.')
            .split('.')
        {
            let number: u64 = part.parse().map_err(|_| refused())?;
            if part.len() > 1 && part.starts_with('0') {
                return Err(refused());
            }
            numbers.push(number.to_string());
        }
        let [major, minor, ..] = numbers.as_slice() else {
            return Err(refused());
        };
        let (major, minor) = (major.clone(), minor.clone());
        let version = if text.starts_with('v') {
            text.to_owned()
        } else {
            format!("v{text}")
        };
        Ok(Self {
            version,
            normalized: format!("v{}", numbers.join(".")),
            major,
            minor,
        })
    }
}

/// `.Capabilities`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    /// The cluster's version.
    pub kube_version: KubeVersion,
    /// Group versions, and `group/version/Kind` where the cluster was asked.
    pub api_versions: Vec<String>,
    /// The version of Helm that is matched.
    pub helm_version: String,
}

/// The group versions that Helm 4.3 knows without a cluster.
const API_VERSIONS: &[&str] = &[
    "v1",
    "admissionregistration.k8s.io/v1",
    "admissionregistration.k8s.io/v1alpha1",
    "admissionregistration.k8s.io/v1beta1",
    "internal.apiserver.k8s.io/v1alpha1",
    "apps/v1",
    "apps/v1beta1",
    "apps/v1beta2",
    "authentication.k8s.io/v1",
    "authentication.k8s.io/v1alpha1",
    "authentication.k8s.io/v1beta1",
    "authorization.k8s.io/v1",
    "authorization.k8s.io/v1beta1",
    "autoscaling/v1",
    "autoscaling/v2",
    "batch/v1",
    "batch/v1beta1",
    "certificates.k8s.io/v1",
    "certificates.k8s.io/v1beta1",
    "certificates.k8s.io/v1alpha1",
    "coordination.k8s.io/v1alpha2",
    "coordination.k8s.io/v1beta1",
    "coordination.k8s.io/v1",
    "discovery.k8s.io/v1",
    "discovery.k8s.io/v1beta1",
    "events.k8s.io/v1",
    "events.k8s.io/v1beta1",
    "extensions/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1",
    "flowcontrol.apiserver.k8s.io/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1beta2",
    "flowcontrol.apiserver.k8s.io/v1beta3",
    "lifecycle.k8s.io/v1alpha1",
    "networking.k8s.io/v1",
    "networking.k8s.io/v1beta1",
    "node.k8s.io/v1",
    "node.k8s.io/v1alpha1",
    "node.k8s.io/v1beta1",
    "policy/v1",
    "policy/v1beta1",
    "rbac.authorization.k8s.io/v1",
    "rbac.authorization.k8s.io/v1beta1",
    "rbac.authorization.k8s.io/v1alpha1",
    "resource.k8s.io/v1",
    "resource.k8s.io/v1beta2",
    "resource.k8s.io/v1beta1",
    "resource.k8s.io/v1alpha3",
    "scheduling.k8s.io/v1alpha3",
    "scheduling.k8s.io/v1beta1",
    "scheduling.k8s.io/v1",
    "storage.k8s.io/v1beta1",
    "storage.k8s.io/v1",
    "storage.k8s.io/v1alpha1",
    "storagemigration.k8s.io/v1",
    "storagemigration.k8s.io/v1beta1",
    "apiextensions.k8s.io/v1beta1",
    "apiextensions.k8s.io/v1",
];

impl Capabilities {
    /// What Helm 4.3 assumes without a cluster, at a version of Kubernetes.
    #[must_use]
    pub fn offline(kube_version: KubeVersion) -> Self {
        Self {
            kube_version,
            api_versions: API_VERSIONS
                .iter()
                .map(|version| (*version).to_owned())
                .collect(),
            helm_version: "v4.3".to_owned(),
        }
    }
}

impl Default for Capabilities {
    fn default() -> Self {
        let part = |text: &str| text.to_owned();
        Self::offline(KubeVersion {
            version: part("v1.37.0"),
            normalized: part("v1.37.0"),
            major: part("1"),
            minor: part("37"),
        })
    }
}

static VERSION_SET: NamedType = NamedType {
    name: "common.VersionSet",
    underlying: Type::STRINGS,
    methods: &[Method {
        name: "Has",
        signature: Signature::fixed(&[Type::String]),
        body: |_, args| {
            let wanted = args.get(1).and_then(Value::as_string);
            let set = args.first().and_then(Value::as_list);
            Ok(set
                .is_some_and(|set| {
                    set.items()
                        .iter()
                        .any(|version| version.as_string() == wanted)
                })
                .into())
        },
    }],
};

impl Object for Capabilities {
    fn ty(&self) -> Type {
        Type::Opaque("*common.Capabilities")
    }

    fn field(&self, name: &str) -> Option<Value> {
        Some(match name {
            "KubeVersion" => Value::object(self.kube_version.clone()),
            "APIVersions" => {
                let items = self
                    .api_versions
                    .iter()
                    .map(|version| version.as_str().into())
                    .collect();
                List::typed(Type::Named(&VERSION_SET), items).into()
            }
            "HelmVersion" => Value::object(BuildInfo(self.helm_version.clone())),
            _ => return None,
        })
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        named(self, &["KubeVersion", "APIVersions", "HelmVersion"])
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn named(object: &impl Object, names: &[&'static str]) -> Vec<(&'static str, Value)> {
    names
        .iter()
        .filter_map(|name| Some((*name, object.field(name)?)))
        .collect()
}

fn kube_version(args: &[Value]) -> Result<&KubeVersion, Error> {
    args.first()
        .and_then(Value::as_object)
        .ok_or_else(|| Error::new("nil version"))
}

static KUBE_VERSION_METHODS: [Method; 2] = [
    Method {
        name: "String",
        signature: Signature::fixed(&[]),
        body: |_, args| Ok(kube_version(args)?.normalized.as_str().into()),
    },
    Method {
        name: "GitVersion",
        signature: Signature::fixed(&[]),
        body: |_, args| Ok(kube_version(args)?.version.as_str().into()),
    },
];

impl Object for KubeVersion {
    fn ty(&self) -> Type {
        Type::Opaque("common.KubeVersion")
    }

    fn field(&self, name: &str) -> Option<Value> {
        Some(match name {
            "Version" => self.version.as_str().into(),
            "Major" => self.major.as_str().into(),
            "Minor" => self.minor.as_str().into(),
            _ => return None,
        })
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        named(self, &["Version", "Major", "Minor"])
    }

    fn method(&self, name: &str) -> Option<&'static Method> {
        KUBE_VERSION_METHODS
            .iter()
            .find(|method| method.name == name)
    }

    fn text(&self) -> Option<String> {
        Some(self.normalized.clone())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// `version.BuildInfo`.
#[derive(Debug)]
struct BuildInfo(String);

impl Object for BuildInfo {
    fn ty(&self) -> Type {
        Type::Opaque("version.BuildInfo")
    }

    fn field(&self, name: &str) -> Option<Value> {
        Some(match name {
            "Version" => self.0.as_str().into(),
            "GitCommit" | "GitTreeState" => "".into(),
            "GoVersion" => "go1.26.8".into(),
            "KubeClientVersion" => "v1.37".into(),
            _ => return None,
        })
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        named(
            self,
            &[
                "Version",
                "GitCommit",
                "GitTreeState",
                "GoVersion",
                "KubeClientVersion",
            ],
        )
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

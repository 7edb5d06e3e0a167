//! What runs pods.

use crate::view::{Look, Object, View};

/// An object that runs pods.
pub(crate) struct Workload<'o, 'a> {
    pub(crate) object: &'o Object<'a>,
    /// Metadata and spec of its pods.
    pub(crate) template: Look<'o>,
}

/// A container of a pod.
#[derive(Clone, Copy)]
pub(crate) struct Container<'o> {
    pub(crate) spec: Look<'o>,
    /// It ends before the others begin.
    pub(crate) is_init: bool,
}

/// All that runs pods.
pub(crate) fn workloads<'o, 'a>(view: &'o View<'a>) -> impl Iterator<Item = Workload<'o, 'a>> {
    view.objects().iter().filter_map(|object| {
        let template = match object.kind.as_str() {
            "Pod" => object.whole(),
            "CronJob" => object.at("spec.jobTemplate.spec.template"),
            "Deployment"
            | "StatefulSet"
            | "DaemonSet"
            | "ReplicaSet"
            | "ReplicationController"
            | "Job" => object.at("spec.template"),
            _ => return None,
        };
        Some(Workload { object, template })
    })
}

impl<'o> Workload<'o, '_> {
    /// The pods' spec.
    pub(crate) fn spec(&self) -> Look<'o> {
        self.template.at("spec")
    }

    /// All containers.
    pub(crate) fn containers(&self) -> Vec<Container<'o>> {
        let of = |name: &str, is_init: bool| {
            let specs = self.spec().at(name).items();
            specs.map(move |spec| Container { spec, is_init })
        };
        of("initContainers", true)
            .chain(of("containers", false))
            .collect()
    }

    /// The service account its pods run as.
    pub(crate) fn account(&self) -> Option<&'o str> {
        let spec = self.spec();
        let name = spec.at("serviceAccountName");
        match name.is_absent() && spec.at("serviceAccount").is_absent() {
            true => Some("default"),
            false => name.text().or_else(|| spec.at("serviceAccount").text()),
        }
    }

    /// Whether a volume of its pods holds the Secret or ConfigMap of this name.
    pub(crate) fn mounts(&self, kind: &str, name: &str) -> bool {
        let holds = |volume: Look<'_>| {
            let named = match kind {
                "Secret" => volume.find("secret.secretName"),
                _ => volume.find("configMap.name"),
            };
            named.text() == Some(name)
        };
        let spec = self.spec();
        let mut projected = spec
            .at("volumes")
            .items()
            .flat_map(|volume| volume.find("projected.sources").items());
        let in_sources = projected.any(|source| {
            let of = if kind == "Secret" {
                "secret"
            } else {
                "configMap"
            };
            source.at(of).at("name").text() == Some(name)
        });
        in_sources || spec.at("volumes").items().any(holds)
    }

    /// Whether its pods have all these labels; none if that is not known.
    pub(crate) fn has_labels(&self, selector: Look<'_>) -> Option<bool> {
        if selector.has_unknown() {
            return None;
        }
        let labels = self.template.find("metadata.labels");
        let mut known = true;
        for (name, wanted) in selector.fields() {
            let label = labels.at(name);
            match label.is_unknown() {
                true => known = false,
                false if label.scalar() != wanted.scalar() => return Some(false),
                false => {}
            }
        }
        known.then_some(true)
    }
}

impl<'o> Container<'o> {
    pub(crate) fn name(self) -> &'o str {
        self.spec.at("name").text().unwrap_or_default()
    }

    pub(crate) fn image(self) -> Option<&'o str> {
        self.spec.at("image").text()
    }

    /// The number of a port that is given by name or number.
    pub(crate) fn port(self, wanted: Look<'_>) -> Option<u64> {
        if let Some(number) = wanted.number() {
            return Some(number);
        }
        let name = wanted.text()?;
        let mut ports = self.spec.at("ports").items();
        let port = ports.find(|port| port.at("name").text() == Some(name))?;
        port.at("containerPort").number()
    }
}

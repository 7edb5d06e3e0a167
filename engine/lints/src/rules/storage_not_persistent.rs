//! `storage-not-persistent`

use trueup_syntax::Severity;

use crate::{
    cluster::{
        image::Image,
        workload::{Container, Workload, workloads},
    },
    found::Found,
    rule::Rule,
    view::{Look, View},
};

pub(super) static RULE: Rule = Rule {
    id: "storage-not-persistent",
    severity: Severity::Warning,
    summary: "Data is kept in a volume that ends with the pod",
    protects: "An `emptyDir` is deleted with its pod: after the next upgrade, eviction or new node, Loki has lost what it had not flushed, Grafana its dashboards and users, a database everything.",
    decides: "An `emptyDir` that a StatefulSet mounts anywhere but where programs keep what may be lost (`/tmp`, `/run`, caches, configuration), or that a Deployment or StatefulSet mounts where a known image keeps its data (Grafana, Loki, Prometheus, databases). Volumes in memory are let pass.",
    fix: "Switch on the chart's persistence (mostly `persistence.enabled`), or give the StatefulSet a volume claim template.",
    when_destroying: false,
    check,
};

/// Where known images keep their data.
const DATA: [(&str, &str); 9] = [
    ("grafana/grafana", "/var/lib/grafana"),
    ("grafana/loki", "/data"),
    ("grafana/loki", "/var/loki"),
    ("prometheus/prometheus", "/prometheus"),
    ("library/postgres", "/var/lib/postgresql/data"),
    ("postgres", "/var/lib/postgresql/data"),
    ("mysql", "/var/lib/mysql"),
    ("mariadb", "/var/lib/mysql"),
    ("mongo", "/data/db"),
];

/// Places of which all may be lost.
const PASSING: [&str; 8] = [
    "/tmp",
    "/var/tmp",
    "/run",
    "/var/run",
    "/etc",
    "/dev",
    "/var/cache",
    "/var/log",
];

fn check(view: &View<'_>) -> Vec<Found> {
    workloads(view).flat_map(|workload| of(&workload)).collect()
}

fn of(workload: &Workload<'_, '_>) -> Vec<Found> {
    let stateful = match workload.object.kind.as_str() {
        "StatefulSet" => true,
        "Deployment" => false,
        _ => return Vec::new(),
    };
    let volumes = workload
        .spec()
        .at("volumes")
        .items()
        .filter(|volume| is_passing(*volume));
    let found = volumes.filter_map(|volume| {
        let name = volume.at("name").text()?;
        let containers = workload
            .containers()
            .into_iter()
            .filter(|container| !container.is_init);
        let (container, place) = containers
            .filter_map(|container| Some((container, place(container, name, stateful)?)))
            .next()?;
        let detail = format!(
            "Container \"{}\" keeps its data at {place} in the emptyDir \"{name}\".",
            container.name()
        );
        Some(Found::of(workload.object, detail).hint("switch on persistence"))
    });
    found.collect()
}

/// An emptyDir on a disk.
fn is_passing(volume: Look<'_>) -> bool {
    let empty = volume.at("emptyDir");
    !empty.is_absent() && !empty.is_unknown() && empty.at("medium").text() != Some("Memory")
}

/// Where a container keeps data in a volume, if it does.
fn place<'o>(container: Container<'o>, volume: &str, stateful: bool) -> Option<&'o str> {
    let image = Image::parse(container.image()?);
    let mut mounts = container.spec.at("volumeMounts").items();
    mounts.find_map(|mount| {
        let path = mount.at("mountPath").text()?;
        let writable = mount.at("readOnly").flag() != Some(true);
        if mount.at("name").text() != Some(volume) || !writable {
            return None;
        }
        let known = DATA
            .iter()
            .any(|(name, data)| image.is(name) && is_below(data, path));
        let passing = PASSING.iter().any(|passing| is_below(path, passing))
            || path.contains("cache")
            || path.contains("tmp");
        (known || (stateful && !passing)).then_some(path)
    })
}

fn is_below(path: &str, above: &str) -> bool {
    let rest = path.strip_prefix(above.trim_end_matches('/'));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

//! Services, and what stands behind them.

use super::workload::{Container, Workload, workloads};
use crate::view::{Look, Object, View};

/// The port of a service with this name or number.
pub(crate) fn port<'o>(service: &'o Object<'_>, wanted: Look<'_>) -> Option<Look<'o>> {
    let mut ports = service.at("spec.ports").items();
    match wanted.number() {
        Some(number) => ports.find(|port| port.at("port").number() == Some(number)),
        None => {
            let name = wanted.text()?;
            ports.find(|port| port.at("name").text() == Some(name))
        }
    }
}

/// The container that answers on a port of a service, and its number there;
/// none if no workload of the plan does.
pub(crate) fn behind<'o, 'a>(
    view: &'o View<'a>,
    service: &'o Object<'a>,
    port: Look<'o>,
) -> Option<(Workload<'o, 'a>, Container<'o>, u64)> {
    let selector = service.at("spec.selector");
    selector.fields().next()?;
    let target = match port.at("targetPort").is_absent() {
        true => port.at("port"),
        false => port.at("targetPort"),
    };
    let mut selected = workloads(view).filter(|workload| {
        workload.object.namespace == service.namespace
            && workload.has_labels(selector) == Some(true)
    });
    selected.find_map(|workload| {
        let containers = workload.containers();
        let mut serving = containers
            .into_iter()
            .filter(|container| !container.is_init);
        let (container, number) = serving.find_map(|container| {
            let number = container.port(target)?;
            let mut ports = container.spec.at("ports").items();
            let has = ports.any(|port| port.at("containerPort").number() == Some(number));
            has.then_some((container, number))
        })?;
        Some((workload, container, number))
    })
}

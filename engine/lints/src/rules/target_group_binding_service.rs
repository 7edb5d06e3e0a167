//! `target-group-binding-service`

use trueup_syntax::{Severity, suggest::nearest_name};

use crate::{
    cluster::service,
    elb::target_group_of,
    found::Found,
    rule::Rule,
    text::listed,
    view::{Object, View},
};

pub(super) static RULE: Rule = Rule {
    id: "target-group-binding-service",
    severity: Severity::Error,
    summary: "TargetGroupBinding does not lead to a service",
    protects: "The binding is accepted whatever it names. With a service, a port or a namespace that is not there, or with a service whose type doesn't go with the kind of targets, no target is ever registered, and the load balancer answers 503.",
    decides: "`spec.serviceRef` of each TargetGroupBinding against the services of manifests, typed resources and rendered charts: name, namespace, port; `spec.targetType` and the target group's `target_type` against each other and against the service's type (`instance` needs NodePort or LoadBalancer). A service that the plan doesn't have may be in the cluster: that is an error only if the plan makes the namespace itself, and a warning if the plan has one with nearly that name, or has it in another namespace.",
    fix: "Name a service of the same namespace and one of its ports, as number or name. Charts call their services after the release: `loki-grafana`.",
    when_destroying: false,
    check,
};

fn check(view: &View<'_>) -> Vec<Found> {
    let bindings = view.of_kind("TargetGroupBinding");
    bindings.flat_map(|binding| of(view, binding)).collect()
}

fn of(view: &View<'_>, binding: &Object<'_>) -> Vec<Found> {
    let mut found: Vec<Found> = target_types(view, binding).into_iter().collect();
    let (Some(namespace), Some(name)) = (
        &binding.namespace,
        binding.at("spec.serviceRef.name").text(),
    ) else {
        return found;
    };
    match view
        .of_kind("Service")
        .find(|service| service.is(namespace, name))
    {
        Some(service) => {
            found.extend(port(binding, service));
            found.extend(kind(view, binding, service));
        }
        None => found.extend(missing(view, binding, namespace, name)),
    }
    found
}

fn missing(view: &View<'_>, binding: &Object<'_>, namespace: &str, name: &str) -> Option<Found> {
    let services: Vec<&Object<'_>> = view.of_kind("Service").collect();
    let elsewhere = services
        .iter()
        .find(|service| service.name.as_deref() == Some(name));
    if let Some(Some(other)) = elsewhere.map(|service| &service.namespace) {
        let detail = format!(
            "It is in namespace \"{namespace}\", and the service \"{name}\" in namespace \"{other}\". A binding sees services of its own namespace only."
        );
        let found =
            told(binding, detail).hint(format!("put the binding into namespace \"{other}\""));
        return Some(found.warning());
    }
    let there = services
        .iter()
        .filter(|service| service.namespace.as_deref() == Some(namespace));
    let names: Vec<&str> = there
        .filter_map(|service| service.name.as_deref())
        .collect();
    let similar = nearest_name(name, names.iter().copied()).map(|name| name.to_string());
    let longer = names.iter().find(|other| {
        other
            .strip_suffix(name)
            .is_some_and(|rest| rest.ends_with('-'))
    });
    let meant = similar.or(longer.map(|name| (*name).to_owned()));
    let all_known = makes(view, namespace)
        && !names.is_empty()
        && view.resources().iter().all(|resource| !is_opaque(resource));
    if meant.is_none() && !all_known {
        return None;
    }
    let detail = format!(
        "There will be no service \"{name}\" in namespace \"{namespace}\"; the plan makes {} there.",
        listed(&names)
    );
    let found = told(binding, detail);
    let found = if all_known { found } else { found.warning() };
    Some(match meant {
        Some(meant) => found.hint(format!("did you mean `{meant}`?")),
        None => found,
    })
}

/// Whether the plan makes a namespace, so that nothing else can be in it.
fn makes(view: &View<'_>, namespace: &str) -> bool {
    let mut namespaces = view.of_kind("Namespace");
    namespaces.any(|object| {
        let made = object.owner.action == trueup_core::plan::Action::Create;
        made && object.name.as_deref() == Some(namespace)
    })
}

/// A release whose objects are not known yet.
fn is_opaque(resource: &crate::view::Resource<'_>) -> bool {
    resource.kind() == "helm_release" && resource.facts("object").next().is_none()
}

fn port(binding: &Object<'_>, target: &Object<'_>) -> Option<Found> {
    let wanted = binding.at("spec.serviceRef.port");
    let name = wanted.scalar()?;
    if target.at("spec.ports").has_unknown() || service::port(target, wanted).is_some() {
        return None;
    }
    let ports: Vec<String> = target
        .at("spec.ports")
        .items()
        .filter_map(|port| {
            let number = port.at("port").number()?;
            Some(match port.at("name").text() {
                Some(name) => format!("{number} ({name})"),
                None => number.to_string(),
            })
        })
        .collect();
    let detail = format!(
        "It names port {name} of {}, which has {}.",
        target.label(),
        listed(&ports)
    );
    Some(
        told(binding, detail)
            .summary("TargetGroupBinding names a port that the service does not have")
            .note(
                target.owner.address.to_string(),
                format!("makes {}", target.label()),
            ),
    )
}

fn kind(view: &View<'_>, binding: &Object<'_>, target: &Object<'_>) -> Option<Found> {
    let own = binding.at("spec.targetType");
    let group = target_group_of(view, binding);
    let of_group = group.and_then(|group| group.at("target_type").text());
    let targets = match own.is_unknown() {
        true => return None,
        false => own.text().or(of_group)?,
    };
    let kind = target.at("spec.type");
    if targets != "instance"
        || kind.is_unknown()
        || matches!(kind.text(), Some("NodePort" | "LoadBalancer"))
    {
        return None;
    }
    let detail = format!(
        "Targets of type \"instance\" are reached through a port of the nodes, which {} does not open: its type is {}.",
        target.label(),
        kind.text().unwrap_or("ClusterIP")
    );
    let found = told(binding, detail).summary("Service cannot be reached through instances");
    Some(found.hint(
        "use target type \"ip\" for target group and binding, or make the service a NodePort",
    ))
}

fn target_types(view: &View<'_>, binding: &Object<'_>) -> Option<Found> {
    let own = binding.at("spec.targetType").text()?;
    let group = target_group_of(view, binding)?;
    let theirs = group.at("target_type").text()?;
    if own == theirs {
        return None;
    }
    let detail = format!(
        "It says \"{own}\", and {} has targets of type \"{theirs}\".",
        group.address
    );
    let found = told(binding, detail)
        .summary("TargetGroupBinding and target group have different target types");
    Some(found.note(
        format!("{}.target_type", group.address),
        format!("is \"{theirs}\""),
    ))
}

fn told(binding: &Object<'_>, detail: String) -> Found {
    Found::of(binding, detail)
}

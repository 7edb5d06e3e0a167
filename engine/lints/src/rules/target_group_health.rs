//! `target-group-health`

use trueup_syntax::Severity;
use trueup_value::Path;

use crate::{
    cluster::service::{behind, port},
    elb::target_group_of,
    found::Found,
    rule::Rule,
    view::{Look, Object, Resource, View},
};

pub(super) static RULE: Rule = Rule {
    id: "target-group-health",
    severity: Severity::Warning,
    summary: "Health check asks for something else than the readiness probe",
    protects: "Kubernetes takes the pod for ready, and the load balancer for unhealthy: it answers 502 or 503 although everything runs. Grafana, for one, redirects `/` to its login page, which a check that expects 200 takes for a failure; its `/api/health` answers 200.",
    decides: "Path, port and protocol of the target group's `health_check` (a path that is not set is `/`) against the HTTP readiness probe of the container behind the service that a TargetGroupBinding names; and whether a success code is among 200 to 399, which is what the probe takes for healthy. Silent without such a probe, for target types but `ip`, and while anything of it is not known.",
    fix: "Give the health check the path and port of the readiness probe, and `matcher = \"200\"` or what the path answers.",
    when_destroying: false,
    check,
};

fn check(view: &View<'_>) -> Vec<Found> {
    let bindings = view.of_kind("TargetGroupBinding");
    bindings.flat_map(|binding| of(view, binding)).collect()
}

/// What the probe of a container asks for.
struct Probe<'o> {
    path: &'o str,
    port: u64,
    https: bool,
}

fn of(view: &View<'_>, binding: &Object<'_>) -> Vec<Found> {
    let judged = || {
        let group = target_group_of(view, binding)?;
        let namespace = binding.namespace.as_deref()?;
        let name = binding.at("spec.serviceRef.name").text()?;
        let service = view
            .of_kind("Service")
            .find(|service| service.is(namespace, name))?;
        let port = port(service, binding.at("spec.serviceRef.port"))?;
        let (workload, container, number) = behind(view, service, port)?;
        let probe = container.spec.find("readinessProbe.httpGet");
        let probe = Probe {
            path: probe.at("path").text().unwrap_or("/"),
            port: container.port(probe.at("port"))?,
            https: probe.at("scheme").text() == Some("HTTPS"),
        };
        let whose = format!(
            "container \"{}\" of {}",
            container.name(),
            workload.object.label()
        );
        Some(differences(group, &probe, &whose, number))
    };
    judged().unwrap_or_default()
}

fn differences(group: &Resource<'_>, probe: &Probe<'_>, whose: &str, traffic: u64) -> Vec<Found> {
    let check = group.at("health_check").first();
    if group.at("health_check").is_unknown() || group.at("target_type").text() != Some("ip") {
        return Vec::new();
    }
    let enabled = check.at("enabled").flag() != Some(false);
    let all = [
        path(group, check, probe, whose),
        ports(group, check, probe, whose, traffic),
        protocol(group, check, probe, whose),
        codes(group, check),
    ];
    all.into_iter().flatten().filter(|_| enabled).collect()
}

fn path(group: &Resource<'_>, check: Look<'_>, probe: &Probe<'_>, whose: &str) -> Option<Found> {
    let asked = check.at("path");
    if asked.is_unknown() {
        return None;
    }
    let asked = asked.text().unwrap_or("/");
    if asked.split('?').next() == probe.path.split('?').next() {
        return None;
    }
    let detail = format!(
        "{} asks for \"{asked}\"; the readiness probe of {whose} asks for \"{}\".",
        group.address, probe.path
    );
    Some(at(group, "path", detail).hint(format!("set the path to \"{}\"", probe.path)))
}

fn ports(
    group: &Resource<'_>,
    check: Look<'_>,
    probe: &Probe<'_>,
    whose: &str,
    traffic: u64,
) -> Option<Found> {
    let asked = check.at("port");
    let number = match (asked.is_unknown(), asked.text()) {
        (true, _) => return None,
        (_, None | Some("traffic-port")) => traffic,
        _ => asked.number()?,
    };
    if number == probe.port {
        return None;
    }
    let detail = format!(
        "{} asks on port {number}; the readiness probe of {whose} on port {}.",
        group.address, probe.port
    );
    Some(at(group, "port", detail).hint(format!("set the port to \"{}\"", probe.port)))
}

fn protocol(
    group: &Resource<'_>,
    check: Look<'_>,
    probe: &Probe<'_>,
    whose: &str,
) -> Option<Found> {
    let asked = check.at("protocol");
    let https = match asked.text() {
        Some("HTTPS") => true,
        Some("HTTP") => false,
        None if asked.is_absent() => false,
        // TCP asks for nothing.
        _ => return None,
    };
    if https == probe.https {
        return None;
    }
    let word = |https: bool| if https { "HTTPS" } else { "HTTP" };
    let detail = format!(
        "{} asks by {}; the readiness probe of {whose} by {}.",
        group.address,
        word(https),
        word(probe.https)
    );
    Some(
        at(group, "protocol", detail)
            .hint(format!("set the protocol to \"{}\"", word(probe.https))),
    )
}

/// Codes that no healthy answer has.
fn codes(group: &Resource<'_>, check: Look<'_>) -> Option<Found> {
    let matcher = check.at("matcher").text()?;
    let mut codes = matcher.split(',').filter_map(|range| {
        let (from, to) = range.split_once('-').unwrap_or((range, range));
        Some((
            from.trim().parse::<u32>().ok()?,
            to.trim().parse::<u32>().ok()?,
        ))
    });
    let healthy = codes.any(|(from, to)| from < 400 && to >= 200);
    if healthy || group.at("protocol_version").text() == Some("GRPC") {
        return None;
    }
    let detail = format!(
        "{} takes \"{matcher}\" for healthy; a ready pod answers with 200 to 399.",
        group.address
    );
    Some(at(group, "matcher", detail).hint("set the matcher to \"200\""))
}

fn at(group: &Resource<'_>, name: &str, detail: String) -> Found {
    let block = Path::new().attr("health_check");
    let path = match group.at("health_check").first().at(name).is_absent() {
        true => block,
        false => block.index(trueup_value::Value::number(0)).attr(name),
    };
    Found::at(group, path, detail)
}

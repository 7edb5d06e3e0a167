//! `destroy-order`

use trueup_syntax::Severity;

use crate::{
    found::Found,
    rule::Rule,
    view::{Look, Object, Resource, View},
};

pub(super) static RULE: Rule = Rule {
    id: "destroy-order",
    severity: Severity::Warning,
    summary: "Object may outlive the controller that has to let it go",
    protects: "Controllers put finalisers on their objects. If the controller is uninstalled first, nobody removes them: the object stays `Terminating` for ever, its namespace with it, `destroy` hangs, and what the controller made in AWS stays and costs. While a stack is made, the same order lets webhooks that are not up yet refuse objects.",
    decides: "Objects of kinds whose controller is known to hold them (TargetGroupBinding and AWS Load Balancer Controller, cert-manager, Karpenter, Argo CD, Crossplane) and whose chart is a release of the same plan: the object's resource must depend on the release, by a reference or `depends_on`, which it is then destroyed before.",
    fix: "Add the release to `depends_on` of the object's resource.",
    when_destroying: true,
    check,
};

/// Charts, and the groups and kinds their controllers hold. All of a group if
/// no kind is named.
const HOLDERS: [(&str, &str, &[&str]); 8] = [
    ("aws-load-balancer-controller", "elbv2.k8s.aws", &[]),
    ("cert-manager", "acme.cert-manager.io", &[]),
    ("karpenter", "karpenter.sh", &[]),
    ("karpenter", "karpenter.k8s.aws", &[]),
    ("argo-cd", "argoproj.io", &["Application", "AppProject"]),
    ("crossplane", "apiextensions.crossplane.io", &[]),
    ("crossplane", "pkg.crossplane.io", &[]),
    ("external-secrets", "external-secrets.io", &["PushSecret"]),
];

fn check(view: &View<'_>) -> Vec<Found> {
    view.objects()
        .iter()
        .filter_map(|object| of(view, object))
        .collect()
}

fn of(view: &View<'_>, object: &Object<'_>) -> Option<Found> {
    let group = object.group()?;
    let holders = HOLDERS.iter().filter(|(_, of, kinds)| {
        *of == group && (kinds.is_empty() || kinds.contains(&object.kind.as_str()))
    });
    let mut releases = holders.filter_map(|(chart, ..)| {
        view.managed("helm_release")
            .find(|release| is_of(release, chart))
    });
    let release = releases.next()?;
    if release.address == object.owner.address || view.depends(object.owner, release) {
        return None;
    }
    let detail = format!(
        "{} holds it, and {} does not depend on that: they are destroyed in any order.",
        release.address, object.owner.address
    );
    Some(
        Found::of(object, detail)
            .hint(format!("add `depends_on = [{}]`", release.address.resource)),
    )
}

/// Whether a release is of this chart, whatever repository it is from.
fn is_of(release: &Resource<'_>, chart: &str) -> bool {
    let mut facts = release.facts("chart");
    let by_fact = facts.any(|fact| Look::of(&fact.value).at("name").text() == Some(chart));
    let named = release.at("chart").text().unwrap_or_default();
    by_fact || named.rsplit('/').next() == Some(chart)
}

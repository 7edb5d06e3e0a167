//! `crd-not-installed`

use trueup_core::plan::Action;
use trueup_syntax::Severity;

use crate::{
    found::Found,
    rule::Rule,
    view::{Object, Origin, View},
};

pub(super) static RULE: Rule = Rule {
    id: "crd-not-installed",
    severity: Severity::Error,
    summary: "Object of a kind that the cluster does not know",
    protects: "An object of a custom kind whose definition is not there, or not there yet, is refused in the middle of applying: `no matches for kind`. What came before it is made, what comes after is not.",
    decides: "Objects of groups that are not Kubernetes' own against the definitions in the plan (manifests and charts). A definition in the plan that the object's resource does not depend on is a warning: they are made in any order. No definition is an error if the plan makes the cluster, which then has none. A cluster that is there is asked by planning itself, which fails where neither it nor the plan has a definition.",
    fix: "Install what brings the definition before (mostly a chart), and let the object's resource depend on it.",
    when_destroying: false,
    check,
};

fn check(view: &View<'_>) -> Vec<Found> {
    let definitions: Vec<Definition<'_>> = view
        .of_kind("CustomResourceDefinition")
        .filter_map(definition)
        .collect();
    let custom = view
        .objects()
        .iter()
        .filter(|object| object.group().is_some_and(is_custom));
    custom
        .filter_map(|object| of(view, object, &definitions))
        .collect()
}

/// A definition, and what it defines.
struct Definition<'o> {
    object: &'o Object<'o>,
    group: &'o str,
    kind: &'o str,
}

fn definition<'o>(object: &'o Object<'o>) -> Option<Definition<'o>> {
    Some(Definition {
        object,
        group: object.at("spec.group").text()?,
        kind: object.at("spec.names.kind").text()?,
    })
}

/// Groups of Kubernetes itself have no dot, or end like this.
fn is_custom(group: &str) -> bool {
    group.contains('.') && !group.ends_with(".k8s.io")
}

fn of(view: &View<'_>, object: &Object<'_>, definitions: &[Definition<'_>]) -> Option<Found> {
    let (group, kind) = (object.group()?, object.kind.as_str());
    if object.owner.action == Action::NoOp {
        return None;
    }
    let own = definitions
        .iter()
        .find(|definition| definition.group == group && definition.kind == kind);
    let Some(own) = own else {
        return missing(view, object, group, kind);
    };
    let (definer, owner) = (own.object.owner, object.owner);
    let is_there = definer.action == Action::NoOp;
    let same = definer.address == owner.address;
    if is_there || same || view.depends(owner, definer) {
        return None;
    }
    let detail = format!(
        "{} brings the definition of {kind}, and {} does not depend on that: they are made in any order.",
        definer.address, owner.address
    );
    let found = Found::of(object, detail).warning();
    Some(
        found
            .summary("Object may be made before the definition of its kind")
            .hint(format!("add `depends_on = [{}]`", definer.address.resource)),
    )
}

fn missing(view: &View<'_>, object: &Object<'_>, group: &str, kind: &str) -> Option<Found> {
    let is_new = view
        .managed("aws_eks_cluster")
        .any(|cluster| cluster.action == Action::Create);
    let opaque = view
        .managed("helm_release")
        .any(|release| release.facts.is_empty());
    // Charts bring definitions of what they make; those in templates are told
    // by the chart's authors.
    if !is_new || opaque || object.origin == Origin::Release {
        return None;
    }
    let detail = format!(
        "There is no definition of {kind} ({group}): the cluster is made by this plan, and nothing in it brings one."
    );
    Some(Found::of(object, detail))
}

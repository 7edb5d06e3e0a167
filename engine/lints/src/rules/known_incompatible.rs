//! `known-incompatible`

use trueup_syntax::Severity;

use crate::{
    aws::roles::ROLE_ANNOTATION,
    cluster::{
        image::Image,
        workload::{Container, Workload, workloads},
    },
    found::Found,
    rule::Rule,
    software::{
        loki::configurations,
        table::{Incompatible, Program, TABLE, With},
        version::Version,
    },
    view::View,
};

pub(super) static RULE: Rule = Rule {
    id: "known-incompatible",
    severity: Severity::Error,
    summary: "Versions that are known not to work together",
    protects: "Combinations that others have found broken after hours: a schema that the version does not read, credentials it cannot fetch, a panel that shows errors. Charts bring some of them as their defaults.",
    decides: "The images of all containers, by their tags, against a table (engine/lints/src/software/table.rs; each row names its source): Loki before 2.9 with schema v13; Loki before 3.0 with an EKS Pod Identity association; Grafana 10.3 or later with Loki before 2.8 in the same namespace. What breaks only a part is a warning. Silent about tags that are no versions.",
    fix: "Each finding says what works instead.",
    when_destroying: false,
    check,
};

/// A container that runs a program in a version of a row.
struct Match<'o, 'a> {
    workload: Workload<'o, 'a>,
    container: Container<'o>,
    version: Version,
}

fn check(view: &View<'_>) -> Vec<Found> {
    TABLE.iter().flat_map(|row| of(view, row)).collect()
}

fn of(view: &View<'_>, row: &Incompatible) -> Vec<Found> {
    let found = matches(view, row.program).filter_map(|found| {
        let with = with(view, &found, row.with)?;
        let detail = format!(
            "{} {} (container \"{}\") with {with}. {}",
            row.program.name,
            found.version,
            found.container.name(),
            row.effect
        );
        let found = Found::of(found.workload.object, detail);
        let found = found.hint(row.instead).note("source", row.source);
        Some(if row.is_fatal { found } else { found.warning() })
    });
    found.collect()
}

fn matches<'o, 'a>(view: &'o View<'a>, program: Program) -> impl Iterator<Item = Match<'o, 'a>> {
    workloads(view).filter_map(move |workload| {
        let containers = workload.containers();
        let (container, version) = containers.into_iter().find_map(|container| {
            let image = Image::parse(container.image()?);
            let version = image.version().filter(|_| image.is(program.image))?;
            program
                .versions
                .contains(version)
                .then_some((container, version))
        })?;
        Some(Match {
            workload,
            container,
            version,
        })
    })
}

/// What it does not work with, if that is there.
fn with(view: &View<'_>, found: &Match<'_, '_>, with: With) -> Option<String> {
    match with {
        With::Program(program) => {
            let namespace = &found.workload.object.namespace;
            let mut others = matches(view, program);
            let other = others.find(|other| other.workload.object.namespace == *namespace)?;
            Some(format!("{} {}", program.name, other.version))
        }
        With::LokiSchema(schema) => {
            let configurations = configurations(view);
            let mut own = configurations.iter().filter(|configuration| {
                let object = configuration.object;
                let name = object.name.as_deref().unwrap_or_default();
                object.namespace == found.workload.object.namespace
                    && found.workload.mounts(&object.kind, name)
            });
            let has = own.any(|own| {
                own.periods()
                    .any(|period| period.at("schema").text() == Some(schema))
            });
            has.then(|| format!("schema {schema}"))
        }
        With::PodIdentity => pod_identity(view, found),
    }
}

fn pod_identity(view: &View<'_>, found: &Match<'_, '_>) -> Option<String> {
    let (namespace, name) = (
        found.workload.object.namespace.as_deref()?,
        found.workload.account()?,
    );
    let mut associations = view.managed("aws_eks_pod_identity_association");
    let association = associations.find(|association| {
        association.at("namespace").text() == Some(namespace)
            && association.at("service_account").text() == Some(name)
    })?;
    let account = view
        .of_kind("ServiceAccount")
        .find(|account| account.is(namespace, name));
    // Who has a role by annotation, too, takes that.
    let other = account.is_some_and(|account| !account.annotation(ROLE_ANNOTATION).is_absent());
    (!other).then(|| format!("EKS Pod Identity ({})", association.address))
}

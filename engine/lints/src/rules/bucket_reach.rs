//! `bucket-reach`

use trueup_syntax::Severity;
use trueup_value::Path;

use crate::{
    aws::{
        irsa::role_of,
        policy::Statement,
        roles::{Grants, grants},
    },
    cluster::workload::workloads,
    found::Found,
    rule::Rule,
    software::loki::{Configuration, configurations},
    text::listed,
    view::{Object, Resource, View},
};

pub(super) static RULE: Rule = Rule {
    id: "bucket-reach",
    severity: Severity::Error,
    summary: "Workload may not use the bucket it is configured with",
    protects: "With a policy for another bucket, for the bucket without its objects (or its objects without the bucket), or without one of the actions, the program starts, and fails hours later: when the first chunk is flushed, when the compactor lists, when retention deletes.",
    decides: "The buckets that the configuration of a workload names (Loki's `storage_config.aws` and `common.storage.s3`, in the Secret or ConfigMap its pods mount), against the policies of the role its service account takes: `s3:ListBucket` on the bucket, `s3:PutObject`, `s3:GetObject` and `s3:DeleteObject` on its objects. Silent if the role is not in the plan, has policies that the plan doesn't tell, or policies with conditions or unknown parts.",
    fix: "Let the policy name the bucket for `s3:ListBucket`, and the bucket with `/*` for the objects; best by references: `aws_s3_bucket.….arn`.",
    when_destroying: false,
    check,
};

const ON_BUCKET: [&str; 1] = ["s3:ListBucket"];
const ON_OBJECTS: [&str; 3] = ["s3:PutObject", "s3:GetObject", "s3:DeleteObject"];

fn check(view: &View<'_>) -> Vec<Found> {
    let configurations = configurations(view);
    configurations
        .iter()
        .flat_map(|configuration| of(view, configuration))
        .collect()
}

fn of(view: &View<'_>, configuration: &Configuration<'_, '_>) -> Vec<Found> {
    let Some((account, role)) = user(view, configuration.object) else {
        return Vec::new();
    };
    let grants = grants(view, role);
    if grants.may_grant_more() || grants.known.is_empty() {
        return Vec::new();
    }
    let buckets = configuration.buckets().into_iter();
    let found = buckets.filter_map(|bucket| {
        let missing = missing(&grants, &bucket);
        (!missing.is_empty())
            .then(|| told(configuration, account, role, &grants, &bucket, &missing))
    });
    found.collect()
}

/// The service account of the pods that mount a configuration, and its role.
fn user<'o, 'a>(
    view: &'o View<'a>,
    holder: &Object<'_>,
) -> Option<(&'o Object<'a>, &'a Resource<'a>)> {
    let name = holder.name.as_deref()?;
    let mut readers = workloads(view).filter(|workload| {
        workload.object.namespace == holder.namespace && workload.mounts(&holder.kind, name)
    });
    readers.find_map(|workload| {
        let (namespace, name) = (workload.object.namespace.as_deref()?, workload.account()?);
        let account = view
            .of_kind("ServiceAccount")
            .find(|account| account.is(namespace, name))?;
        Some((account, role_of(view, account)?))
    })
}

/// The actions that no policy allows.
fn missing(grants: &Grants<'_>, bucket: &str) -> Vec<&'static str> {
    let arn = format!("arn:aws:s3:::{bucket}");
    let objects = format!("{arn}/*");
    let allows = |action: &str, resource: &str| {
        let statements = || {
            grants
                .known
                .iter()
                .flat_map(|granted| &granted.policy.statements)
        };
        let covers = |statement: &&Statement| covers(statement, action, resource);
        let denied = statements()
            .filter(covers)
            .any(|statement| statement.denies && statement.conditions.is_empty());
        !denied && statements().any(|statement| !statement.denies && covers(&statement))
    };
    let on_bucket = ON_BUCKET.into_iter().filter(|action| !allows(action, &arn));
    let on_objects = ON_OBJECTS
        .into_iter()
        .filter(|action| !allows(action, &objects));
    on_bucket.chain(on_objects).collect()
}

/// Other partitions have other ARNs of the same buckets.
fn covers(statement: &Statement, action: &str, resource: &str) -> bool {
    ["arn:aws:", "arn:aws-cn:", "arn:aws-us-gov:"]
        .iter()
        .any(|partition| statement.covers(action, &resource.replacen("arn:aws:", partition, 1)))
}

fn told(
    configuration: &Configuration<'_, '_>,
    account: &Object<'_>,
    role: &Resource<'_>,
    grants: &Grants<'_>,
    bucket: &str,
    missing: &[&str],
) -> Found {
    let detail = format!(
        "{} keeps logs in bucket \"{bucket}\" ({}). Its pods run as {}, which takes {}, whose policies don't allow {} there.",
        configuration.object.owner.address,
        configuration.key,
        account.label(),
        role.address,
        listed(missing)
    );
    let mut resources: Vec<String> = Vec::new();
    for granted in &grants.known {
        let statements = granted.policy.statements.iter();
        resources.extend(statements.flat_map(|statement| statement.resources.known.clone()));
    }
    resources.dedup();
    let found = match grants.known.first() {
        Some(granted) => Found::at(granted.resource, granted.path.clone(), detail),
        None => Found::at(role, Path::new(), detail),
    };
    found.note(role.address.to_string(), format!("reaches {}", listed(&resources))).hint(format!(
        "allow s3:ListBucket on \"arn:aws:s3:::{bucket}\" and the others on \"arn:aws:s3:::{bucket}/*\""
    ))
}

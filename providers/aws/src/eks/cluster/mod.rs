//! Data source `aws_eks_cluster`: a cluster that exists.

mod parts;

use aws_sdk_eks::types::{Cluster as Told, LogType};
use trueup_sdk::{
    Answer, Problem,
    native::{DataSource, Field, Fields, Shape, problem},
};
use trueup_value::Type;

use crate::{
    blocks,
    client::{Account, Service},
    fields, tags,
};

use parts::PARTS;

pub(super) struct Cluster;

impl Cluster {
    pub(super) fn new() -> Self {
        Cluster
    }
}

fn show(told: &Told, config: &mut Fields) {
    for part in PARTS {
        config.set(part.name, part.show(told));
    }
    config.set("arn", blocks::text(told.arn()));
    config.set("cluster_id", blocks::text(told.id().or(Some(""))));
    let created = told.created_at().map(|at| at.to_string());
    config.set("created_at", blocks::text(created.as_deref()));
    config.set(
        "deletion_protection",
        blocks::flag(told.deletion_protection()),
    );
    let setups = told
        .logging()
        .map(|logging| logging.cluster_logging())
        .unwrap_or_default();
    let enabled = setups.iter().filter(|setup| setup.enabled() == Some(true));
    let kinds = enabled.flat_map(|setup| setup.types().iter().map(LogType::as_str));
    config.set("enabled_cluster_log_types", blocks::text_set(kinds));
    config.set("endpoint", blocks::text(told.endpoint()));
    config.set("platform_version", blocks::text(told.platform_version()));
    config.set("role_arn", blocks::text(told.role_arn()));
    config.set(
        "status",
        blocks::text(told.status().map(|status| status.as_str())),
    );
    config.set("version", blocks::text(told.version()));
}

impl DataSource<Account> for Cluster {
    fn shape(&self) -> Shape {
        let text = |name: &str, about: &str| Field::computed(name, Type::String).about(about);
        let own = [
            fields::id(),
            fields::region(),
            Field::required("name", Type::String)
                .about("The name of the cluster.")
                .length(1, 100),
            Field::optional("tags", Type::map(Type::String))
                .about("The tags.")
                .or_computed(),
            Field::computed("deletion_protection", Type::Bool)
                .about("Whether it cannot be deleted."),
            Field::computed("enabled_cluster_log_types", Type::set(Type::String))
                .about("The kinds of logs that are kept."),
            text("arn", "The ARN."),
            text("cluster_id", "The ID, on an outpost."),
            text("created_at", "When it was made."),
            text("endpoint", "The URL of its API server."),
            text("platform_version", "The version of what EKS adds."),
            text("role_arn", "The role the control plane works as."),
            text("status", "How it is."),
            text("version", "The version of Kubernetes."),
        ];
        let parts = PARTS.iter();
        let parts = parts.map(|part| Field::computed(part.name, part.ty()).about(part.about));
        Shape::new("A cluster that exists.", own.into_iter().chain(parts))
    }

    fn read<'a>(
        &'a self,
        account: &'a Account,
        mut config: Fields,
    ) -> Answer<'a, Result<Fields, Vec<Problem>>> {
        Box::pin(async move {
            let name = config.text("name").unwrap_or_default().to_owned();
            let doing = format!("reading EKS Cluster ({name})");
            let eks = account.eks();
            let call = || eks.describe_cluster().name(&name).send();
            let answer = account.call(Service::Eks, "DescribeCluster", call).await;
            let answer = answer.map_err(|error| {
                let mut problem = error.problem(&doing);
                if error.is(&["ResourceNotFoundException"]) {
                    problem.detail = format!(
                        "There is no cluster by this name in {}. Check the name, the region, and which account the credentials belong to.",
                        account.region()
                    );
                }
                vec![problem]
            })?;
            let Some(told) = answer.cluster else {
                return Err(vec![problem(&doing, "The service told nothing of it.")]);
            };
            show(&told, &mut config);
            let told = told.tags.unwrap_or_default().into_iter().collect();
            let told = account.settings.ignored_tags.strip(told);
            config.set("tags", tags::value(&told));
            config.set_text("id", name);
            fields::show_region(account, &mut config);
            Ok(config)
        })
    }
}

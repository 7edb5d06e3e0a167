//! Data source `aws_eks_cluster`: a cluster that exists.

use aws_sdk_eks::types::{Cluster as Told, LogType};
use trueup_sdk::{
    Answer, Problem,
    native::{DataSource, Field, Fields, Shape, problem},
};
use trueup_value::{Type, Value};

use crate::{
    blocks,
    client::{Account, Service},
    fields, tags,
};

pub(super) struct Cluster;

fn object(attributes: &[(&'static str, Type)]) -> Type {
    Type::list(Type::object(attributes.iter().cloned()))
}

fn texts() -> Type {
    Type::set(Type::String)
}

/// The parts of a cluster that are lists of one object.
fn parts() -> Vec<(&'static str, Type, &'static str)> {
    let (text, flag) = (Type::String, Type::Bool);
    let one_flag = || object(&[("enabled", Type::Bool)]);
    let cidrs = || object(&[("cidrs", texts())]);
    vec![
        (
            "access_config",
            object(&[
                ("authentication_mode", text.clone()),
                ("bootstrap_cluster_creator_admin_permissions", flag.clone()),
            ]),
            "How callers are let in.",
        ),
        (
            "certificate_authority",
            object(&[("data", text.clone())]),
            "The certificate authority, in Base64.",
        ),
        (
            "compute_config",
            object(&[
                ("enabled", flag.clone()),
                ("node_pools", texts()),
                ("node_role_arn", text.clone()),
            ]),
            "Nodes that EKS runs by itself.",
        ),
        (
            "control_plane_scaling_config",
            object(&[("tier", text.clone())]),
            "How large the control plane is.",
        ),
        (
            "identity",
            object(&[("oidc", object(&[("issuer", text.clone())]))]),
            "The issuer of service account tokens.",
        ),
        (
            "kubernetes_network_config",
            object(&[
                ("elastic_load_balancing", one_flag()),
                ("ip_family", text.clone()),
                ("service_ipv4_cidr", text.clone()),
                ("service_ipv6_cidr", text.clone()),
            ]),
            "The cluster's own network.",
        ),
        (
            "outpost_config",
            object(&[
                ("control_plane_instance_type", text.clone()),
                (
                    "control_plane_placement",
                    object(&[("group_name", text.clone())]),
                ),
                ("outpost_arns", texts()),
            ]),
            "The outpost it is on.",
        ),
        (
            "remote_network_config",
            object(&[
                ("remote_node_networks", cidrs()),
                ("remote_pod_networks", cidrs()),
            ]),
            "Networks of nodes elsewhere.",
        ),
        (
            "storage_config",
            object(&[("block_storage", one_flag())]),
            "Volumes that EKS makes by itself.",
        ),
        (
            "upgrade_policy",
            object(&[("support_type", text.clone())]),
            "For how long a version is supported.",
        ),
        (
            "vpc_config",
            object(&[
                ("cluster_security_group_id", text.clone()),
                ("endpoint_private_access", flag.clone()),
                ("endpoint_public_access", flag.clone()),
                ("public_access_cidrs", texts()),
                ("security_group_ids", texts()),
                ("subnet_ids", texts()),
                ("vpc_id", text),
            ]),
            "The network it is in.",
        ),
        (
            "zonal_shift_config",
            one_flag(),
            "Whether traffic may be shifted out of a zone.",
        ),
    ]
}

impl Cluster {
    pub(super) fn new() -> Self {
        Cluster
    }
}

/// An object of a part; what is not given is null.
fn part(ty: &Type, values: &[(&'static str, Value)]) -> Value {
    let Some(Type::Object(object)) = ty.element() else {
        return Value::null(ty.clone());
    };
    let attributes = object.attributes().iter().map(|(name, ty)| {
        let found = values.iter().find(|(given, _)| *given == name.as_str());
        (
            name.clone(),
            found.map_or_else(|| Value::null(ty.clone()), |(_, value)| value.clone()),
        )
    });
    Value::list(
        Type::Object(object.clone()),
        vec![Value::object(attributes.collect::<Vec<_>>())],
    )
}

fn inner(ty: &Type, name: &str) -> Type {
    match ty.element() {
        Some(Type::Object(object)) => object.get(name).cloned().unwrap_or(Type::Dynamic),
        _ => Type::Dynamic,
    }
}

fn show(told: &Told, config: &mut Fields) {
    for (name, ty, _) in parts() {
        let none = Value::list(ty.element().cloned().unwrap_or(Type::Dynamic), Vec::new());
        config.set(name, show_part(told, name, &ty).unwrap_or(none));
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

fn show_part(told: &Told, name: &str, ty: &Type) -> Option<Value> {
    let flag = blocks::flag;
    let text = blocks::text;
    let values: Vec<(&'static str, Value)> = match name {
        "access_config" => {
            let config = told.access_config()?;
            vec![
                (
                    "authentication_mode",
                    text(config.authentication_mode().map(|m| m.as_str())),
                ),
                (
                    "bootstrap_cluster_creator_admin_permissions",
                    flag(config.bootstrap_cluster_creator_admin_permissions()),
                ),
            ]
        }
        "certificate_authority" => vec![("data", text(told.certificate_authority()?.data()))],
        "compute_config" => {
            let config = told.compute_config()?;
            vec![
                ("enabled", flag(config.enabled())),
                ("node_pools", blocks::text_set(config.node_pools())),
                ("node_role_arn", text(config.node_role_arn())),
            ]
        }
        "control_plane_scaling_config" => {
            vec![(
                "tier",
                text(
                    told.control_plane_scaling_config()?
                        .tier()
                        .map(|t| t.as_str()),
                ),
            )]
        }
        "identity" => {
            let oidc = inner(ty, "oidc");
            vec![(
                "oidc",
                part(
                    &oidc,
                    &[("issuer", text(told.identity()?.oidc()?.issuer()))],
                ),
            )]
        }
        "kubernetes_network_config" => {
            let config = told.kubernetes_network_config()?;
            let balancing = inner(ty, "elastic_load_balancing");
            let enabled = config
                .elastic_load_balancing()
                .map(|told| flag(told.enabled()));
            let none = || {
                Value::list(
                    balancing.element().cloned().unwrap_or(Type::Dynamic),
                    Vec::new(),
                )
            };
            vec![
                (
                    "elastic_load_balancing",
                    enabled.map_or_else(none, |enabled| part(&balancing, &[("enabled", enabled)])),
                ),
                (
                    "ip_family",
                    text(config.ip_family().map(|family| family.as_str())),
                ),
                ("service_ipv4_cidr", text(config.service_ipv4_cidr())),
                ("service_ipv6_cidr", text(config.service_ipv6_cidr())),
            ]
        }
        "outpost_config" => {
            let config = told.outpost_config()?;
            let placement = inner(ty, "control_plane_placement");
            let group = config
                .control_plane_placement()
                .and_then(|told| told.group_name());
            vec![
                (
                    "control_plane_instance_type",
                    text(Some(config.control_plane_instance_type())),
                ),
                (
                    "control_plane_placement",
                    part(&placement, &[("group_name", text(group))]),
                ),
                ("outpost_arns", blocks::text_set(config.outpost_arns())),
            ]
        }
        "remote_network_config" => {
            let config = told.remote_network_config()?;
            let nodes = config
                .remote_node_networks()
                .iter()
                .flat_map(|network| network.cidrs());
            let pods = config
                .remote_pod_networks()
                .iter()
                .flat_map(|network| network.cidrs());
            let (of_nodes, of_pods) = (
                inner(ty, "remote_node_networks"),
                inner(ty, "remote_pod_networks"),
            );
            vec![
                (
                    "remote_node_networks",
                    part(&of_nodes, &[("cidrs", blocks::text_set(nodes))]),
                ),
                (
                    "remote_pod_networks",
                    part(&of_pods, &[("cidrs", blocks::text_set(pods))]),
                ),
            ]
        }
        "storage_config" => {
            let enabled = told
                .storage_config()?
                .block_storage()
                .and_then(|told| told.enabled());
            vec![(
                "block_storage",
                part(&inner(ty, "block_storage"), &[("enabled", flag(enabled))]),
            )]
        }
        "upgrade_policy" => {
            vec![(
                "support_type",
                text(told.upgrade_policy()?.support_type().map(|t| t.as_str())),
            )]
        }
        "vpc_config" => {
            let config = told.resources_vpc_config()?;
            vec![
                (
                    "cluster_security_group_id",
                    text(config.cluster_security_group_id()),
                ),
                (
                    "endpoint_private_access",
                    flag(Some(config.endpoint_private_access())),
                ),
                (
                    "endpoint_public_access",
                    flag(Some(config.endpoint_public_access())),
                ),
                (
                    "public_access_cidrs",
                    blocks::text_set(config.public_access_cidrs()),
                ),
                (
                    "security_group_ids",
                    blocks::text_set(config.security_group_ids()),
                ),
                ("subnet_ids", blocks::text_set(config.subnet_ids())),
                ("vpc_id", text(config.vpc_id())),
            ]
        }
        _ => vec![("enabled", flag(told.zonal_shift_config()?.enabled()))],
    };
    Some(part(ty, &values))
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
            Field::computed("enabled_cluster_log_types", texts())
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
        let parts = parts()
            .into_iter()
            .map(|(name, ty, about)| Field::computed(name, ty).about(about));
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

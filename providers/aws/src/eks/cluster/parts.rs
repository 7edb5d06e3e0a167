//! The parts of a cluster that are lists of one object.

use aws_sdk_eks::types::Cluster as Told;
use trueup_value::{Type, Value};

use crate::blocks::{flag, text, text_set};

/// A part: its type, and how it is shown.
pub(super) struct Part {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    /// The attributes of its object.
    attributes: fn() -> Attributes,
    /// Their values, where the cluster has this part.
    values: fn(&Told) -> Option<Values>,
}

type Attributes = Vec<(&'static str, Type)>;
type Values = Vec<(&'static str, Value)>;

pub(super) const PARTS: &[Part] = &[
    Part {
        name: "access_config",
        about: "How callers are let in.",
        attributes: || {
            let creator = "bootstrap_cluster_creator_admin_permissions";
            vec![("authentication_mode", Type::String), (creator, Type::Bool)]
        },
        values: access,
    },
    Part {
        name: "certificate_authority",
        about: "The certificate authority, in Base64.",
        attributes: || vec![("data", Type::String)],
        values: |told| Some(vec![("data", text(told.certificate_authority()?.data()))]),
    },
    Part {
        name: "compute_config",
        about: "Nodes that EKS runs by itself.",
        attributes: || {
            vec![
                ("enabled", Type::Bool),
                ("node_pools", texts()),
                ("node_role_arn", Type::String),
            ]
        },
        values: compute,
    },
    Part {
        name: "control_plane_scaling_config",
        about: "How large the control plane is.",
        attributes: || vec![("tier", Type::String)],
        values: |told| {
            let tier = told.control_plane_scaling_config()?.tier();
            Some(vec![("tier", text(tier.map(|tier| tier.as_str())))])
        },
    },
    Part {
        name: "identity",
        about: "The issuer of service account tokens.",
        attributes: || vec![("oidc", list(vec![("issuer", Type::String)]))],
        values: |told| {
            let issuer = text(told.identity()?.oidc()?.issuer());
            Some(vec![("oidc", one("issuer", issuer))])
        },
    },
    Part {
        name: "kubernetes_network_config",
        about: "The cluster's own network.",
        attributes: || {
            vec![
                ("elastic_load_balancing", enabled_list()),
                ("ip_family", Type::String),
                ("service_ipv4_cidr", Type::String),
                ("service_ipv6_cidr", Type::String),
            ]
        },
        values: network,
    },
    Part {
        name: "outpost_config",
        about: "The outpost it is on.",
        attributes: || {
            vec![
                ("control_plane_instance_type", Type::String),
                (
                    "control_plane_placement",
                    list(vec![("group_name", Type::String)]),
                ),
                ("outpost_arns", texts()),
            ]
        },
        values: outpost,
    },
    Part {
        name: "remote_network_config",
        about: "Networks of nodes elsewhere.",
        attributes: || {
            vec![
                ("remote_node_networks", list(vec![("cidrs", texts())])),
                ("remote_pod_networks", list(vec![("cidrs", texts())])),
            ]
        },
        values: remote_networks,
    },
    Part {
        name: "storage_config",
        about: "Volumes that EKS makes by itself.",
        attributes: || vec![("block_storage", enabled_list())],
        values: |told| {
            let storage = told.storage_config()?.block_storage();
            let enabled = storage.and_then(|told| told.enabled());
            Some(vec![("block_storage", one("enabled", flag(enabled)))])
        },
    },
    Part {
        name: "upgrade_policy",
        about: "For how long a version is supported.",
        attributes: || vec![("support_type", Type::String)],
        values: |told| {
            let support = told.upgrade_policy()?.support_type();
            let support = text(support.map(|support| support.as_str()));
            Some(vec![("support_type", support)])
        },
    },
    Part {
        name: "vpc_config",
        about: "The network it is in.",
        attributes: || {
            vec![
                ("cluster_security_group_id", Type::String),
                ("endpoint_private_access", Type::Bool),
                ("endpoint_public_access", Type::Bool),
                ("public_access_cidrs", texts()),
                ("security_group_ids", texts()),
                ("subnet_ids", texts()),
                ("vpc_id", Type::String),
            ]
        },
        values: vpc,
    },
    Part {
        name: "zonal_shift_config",
        about: "Whether traffic may be shifted out of a zone.",
        attributes: || vec![("enabled", Type::Bool)],
        values: |told| {
            let enabled = told.zonal_shift_config()?.enabled();
            Some(vec![("enabled", flag(enabled))])
        },
    },
];

impl Part {
    pub(super) fn ty(&self) -> Type {
        list((self.attributes)())
    }

    /// The list: empty where the cluster does not have this part.
    pub(super) fn show(&self, told: &Told) -> Value {
        let objects = (self.values)(told).map(Value::object);
        let element = Type::object((self.attributes)());
        Value::list(element, objects.into_iter().collect())
    }
}

fn texts() -> Type {
    Type::set(Type::String)
}

fn list(attributes: Attributes) -> Type {
    Type::list(Type::object(attributes))
}

fn enabled_list() -> Type {
    list(vec![("enabled", Type::Bool)])
}

/// A list of one object with one attribute.
fn one(name: &'static str, value: Value) -> Value {
    let ty = Type::object([(name, value.ty())]);
    Value::list(ty, vec![Value::object([(name, value)])])
}

fn access(told: &Told) -> Option<Values> {
    let config = told.access_config()?;
    let mode = config.authentication_mode().map(|mode| mode.as_str());
    let creator = config.bootstrap_cluster_creator_admin_permissions();
    Some(vec![
        ("authentication_mode", text(mode)),
        ("bootstrap_cluster_creator_admin_permissions", flag(creator)),
    ])
}

fn compute(told: &Told) -> Option<Values> {
    let config = told.compute_config()?;
    Some(vec![
        ("enabled", flag(config.enabled())),
        ("node_pools", text_set(config.node_pools())),
        ("node_role_arn", text(config.node_role_arn())),
    ])
}

fn network(told: &Told) -> Option<Values> {
    let config = told.kubernetes_network_config()?;
    let family = config.ip_family().map(|family| family.as_str());
    let none = || Value::list(Type::object([("enabled", Type::Bool)]), Vec::new());
    let balancing = config.elastic_load_balancing();
    let balancing = balancing.map(|told| one("enabled", flag(told.enabled())));
    Some(vec![
        ("elastic_load_balancing", balancing.unwrap_or_else(none)),
        ("ip_family", text(family)),
        ("service_ipv4_cidr", text(config.service_ipv4_cidr())),
        ("service_ipv6_cidr", text(config.service_ipv6_cidr())),
    ])
}

fn outpost(told: &Told) -> Option<Values> {
    let config = told.outpost_config()?;
    let placement = config.control_plane_placement();
    let group = text(placement.and_then(|told| told.group_name()));
    let kind = text(Some(config.control_plane_instance_type()));
    Some(vec![
        ("control_plane_instance_type", kind),
        ("control_plane_placement", one("group_name", group)),
        ("outpost_arns", text_set(config.outpost_arns())),
    ])
}

fn remote_networks(told: &Told) -> Option<Values> {
    let config = told.remote_network_config()?;
    let nodes = config.remote_node_networks().iter();
    let nodes = text_set(nodes.flat_map(|network| network.cidrs()));
    let pods = config.remote_pod_networks().iter();
    let pods = text_set(pods.flat_map(|network| network.cidrs()));
    Some(vec![
        ("remote_node_networks", one("cidrs", nodes)),
        ("remote_pod_networks", one("cidrs", pods)),
    ])
}

fn vpc(told: &Told) -> Option<Values> {
    let config = told.resources_vpc_config()?;
    let private = flag(Some(config.endpoint_private_access()));
    let public = flag(Some(config.endpoint_public_access()));
    let own = text(config.cluster_security_group_id());
    Some(vec![
        ("cluster_security_group_id", own),
        ("endpoint_private_access", private),
        ("endpoint_public_access", public),
        (
            "public_access_cidrs",
            text_set(config.public_access_cidrs()),
        ),
        ("security_group_ids", text_set(config.security_group_ids())),
        ("subnet_ids", text_set(config.subnet_ids())),
        ("vpc_id", text(config.vpc_id())),
    ])
}

//! The provider's configuration.

use trueup_sdk::{NestingMode, ResourceSchema};
use trueup_value::Type;

use super::attributes::{Named, nested, optional, required, schema, texts};

/// The schema of `provider "helm"`.
#[must_use]
pub fn provider() -> ResourceSchema {
    schema(
        0,
        "",
        [
            optional(
                "burst_limit",
                Type::Number,
                "How many requests may be sent to the cluster at once.",
            ),
            optional("debug", Type::Bool, "Say more of what is done."),
            nested(
                "experiments",
                NestingMode::Single,
                [optional(
                    "manifest",
                    Type::Bool,
                    "Keep the rendered objects in the state.",
                )],
                "Features that Terraform's provider tries out.",
            ),
            optional(
                "helm_driver",
                Type::String,
                "Where releases are kept: `secret`, or `configmap`.",
            ),
            kubernetes(),
            optional(
                "plugins_path",
                Type::String,
                "The folder of Helm's plugins.",
            ),
            optional(
                "qps",
                Type::Number,
                "How many requests may be sent to the cluster in a second.",
            ),
            registries(),
            optional(
                "registry_config_path",
                Type::String,
                "The file with the registries' credentials.",
            ),
            optional(
                "repository_cache",
                Type::String,
                "The folder of repositories' indexes.",
            ),
            optional(
                "repository_config_path",
                Type::String,
                "The file that names repositories.",
            ),
        ],
    )
}

fn registries() -> Named {
    nested(
        "registries",
        NestingMode::List,
        [
            required("url", Type::String, "The registry: `oci://HOST`."),
            required("username", Type::String, "The user."),
            required("password", Type::String, "The user's password."),
        ],
        "Registries to log in to.",
    )
}

fn kubernetes() -> Named {
    let text = |name, text| optional(name, Type::String, text);
    nested(
        "kubernetes",
        NestingMode::Single,
        [
            text("host", "The API server's address."),
            text("username", "The user of HTTP basic authentication."),
            text("password", "The password of HTTP basic authentication."),
            optional(
                "insecure",
                Type::Bool,
                "Don't check the API server's certificate.",
            ),
            text(
                "tls_server_name",
                "The name the API server's certificate has.",
            ),
            text("client_certificate", "The client's certificate, as PEM."),
            text("client_key", "The key of the client's certificate, as PEM."),
            text(
                "cluster_ca_certificate",
                "The certificates the API server's must be signed by, as PEM.",
            ),
            optional(
                "config_paths",
                texts(),
                "Files that say where clusters are; or `KUBE_CONFIG_PATHS`.",
            ),
            text(
                "config_path",
                "A file that says where clusters are; or `KUBE_CONFIG_PATH`.",
            ),
            text(
                "config_context",
                "The context of that file to use; or `KUBE_CTX`.",
            ),
            text(
                "config_context_auth_info",
                "The user of that file to use; or `KUBE_CTX_AUTH_INFO`.",
            ),
            text(
                "config_context_cluster",
                "The cluster of that file to use; or `KUBE_CTX_CLUSTER`.",
            ),
            text("token", "A token to log in with."),
            text("proxy_url", "A proxy between here and the API server."),
            exec(),
            eks(),
        ],
        "Where the cluster is and how to log in.",
    )
}

/// Ours alone: Terraform's provider needs a program to log in to EKS.
fn eks() -> Named {
    let text = |name, text| optional(name, Type::String, text);
    nested(
        "eks",
        NestingMode::Single,
        [
            required("cluster", Type::String, "The name of the EKS cluster."),
            text(
                "region",
                "Its region; by default that of the AWS configuration.",
            ),
            text("profile", "The profile of the AWS configuration."),
            text("role_arn", "A role to assume first."),
        ],
        "An EKS cluster to be found by its name; no other program is needed.",
    )
}

fn exec() -> Named {
    nested(
        "exec",
        NestingMode::Single,
        [
            required(
                "api_version",
                Type::String,
                "The version the program speaks.",
            ),
            required("command", Type::String, "The program."),
            optional("env", Type::map(Type::String), "Variables it is given."),
            optional("args", texts(), "Its arguments."),
        ],
        "A program that prints credentials.",
    )
}

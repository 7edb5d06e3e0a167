//! The backends and those of their arguments that hold plain values.

/// A backend and its arguments, by the type of their values.
pub(super) struct Backend {
    pub(super) name: &'static str,
    pub(super) required: &'static [&'static str],
    pub(super) strings: &'static [&'static str],
    pub(super) bools: &'static [&'static str],
    pub(super) numbers: &'static [&'static str],
    pub(super) lists: &'static [&'static str],
}

const NONE: Backend = Backend {
    name: "",
    required: &[],
    strings: &[],
    bools: &[],
    numbers: &[],
    lists: &[],
};

/// Backends there were before Terraform 1.3.
pub(super) const REMOVED: [&str; 5] = ["artifactory", "etcd", "etcdv3", "manta", "swift"];

pub(super) const BACKENDS: &[Backend] = &[
    Backend {
        name: "azurerm",
        required: &["storage_account_name", "container_name", "key"],
        strings: &[
            "access_key",
            "ado_pipeline_service_connection_id",
            "client_certificate",
            "client_certificate_password",
            "client_certificate_path",
            "client_id",
            "client_id_file_path",
            "client_secret",
            "client_secret_file_path",
            "endpoint",
            "environment",
            "metadata_host",
            "msi_endpoint",
            "oidc_request_token",
            "oidc_request_url",
            "oidc_token",
            "oidc_token_file_path",
            "resource_group_name",
            "sas_token",
            "subscription_id",
            "tenant_id",
        ],
        bools: &[
            "lookup_blob_endpoint",
            "snapshot",
            "use_aks_workload_identity",
            "use_azuread_auth",
            "use_cli",
            "use_msi",
            "use_oidc",
        ],
        ..NONE
    },
    Backend {
        name: "cloud",
        strings: &["hostname", "organization", "token"],
        ..NONE
    },
    Backend {
        name: "consul",
        required: &["path"],
        strings: &[
            "access_token",
            "address",
            "ca_file",
            "cert_file",
            "datacenter",
            "http_auth",
            "key_file",
            "scheme",
        ],
        bools: &["gzip", "lock"],
        ..NONE
    },
    Backend {
        name: "cos",
        required: &["region", "bucket"],
        strings: &[
            "acl",
            "cam_role_name",
            "domain",
            "endpoint",
            "key",
            "prefix",
            "profile",
            "secret_id",
            "secret_key",
            "security_token",
            "shared_credentials_dir",
        ],
        bools: &["accelerate", "encrypt"],
        ..NONE
    },
    Backend {
        name: "gcs",
        required: &["bucket"],
        strings: &[
            "access_token",
            "credentials",
            "encryption_key",
            "impersonate_service_account",
            "kms_encryption_key",
            "prefix",
            "storage_custom_endpoint",
        ],
        lists: &["impersonate_service_account_delegates"],
        ..NONE
    },
    Backend {
        name: "http",
        strings: &[
            "address",
            "client_ca_certificate_pem",
            "client_certificate_pem",
            "client_private_key_pem",
            "lock_address",
            "lock_method",
            "password",
            "unlock_address",
            "unlock_method",
            "update_method",
            "username",
        ],
        bools: &["skip_cert_verification"],
        numbers: &["retry_max", "retry_wait_max", "retry_wait_min"],
        ..NONE
    },
    Backend {
        name: "inmem",
        strings: &["lock_id"],
        ..NONE
    },
    Backend {
        name: "kubernetes",
        required: &["secret_suffix"],
        strings: &[
            "client_certificate",
            "client_key",
            "cluster_ca_certificate",
            "config_context",
            "config_context_auth_info",
            "config_context_cluster",
            "config_path",
            "host",
            "namespace",
            "password",
            "proxy_url",
            "token",
            "username",
        ],
        bools: &["in_cluster_config", "insecure", "load_config_file"],
        lists: &["config_paths"],
        ..NONE
    },
    Backend {
        name: "local",
        strings: &["path", "workspace_dir"],
        ..NONE
    },
    Backend {
        name: "oss",
        required: &["bucket"],
        strings: &[
            "access_key",
            "acl",
            "assume_role_policy",
            "assume_role_role_arn",
            "assume_role_session_name",
            "ecs_role_name",
            "endpoint",
            "key",
            "prefix",
            "profile",
            "region",
            "secret_key",
            "security_token",
            "shared_credentials_file",
            "sts_endpoint",
            "tablestore_endpoint",
            "tablestore_table",
        ],
        bools: &["encrypt"],
        numbers: &["assume_role_session_expiration"],
        ..NONE
    },
    Backend {
        name: "pg",
        strings: &["conn_str", "schema_name"],
        bools: &[
            "skip_index_creation",
            "skip_schema_creation",
            "skip_table_creation",
        ],
        ..NONE
    },
    Backend {
        name: "remote",
        required: &["organization"],
        strings: &["hostname", "token"],
        ..NONE
    },
    Backend {
        name: "s3",
        required: &["bucket", "key"],
        strings: &[
            "access_key",
            "acl",
            "custom_ca_bundle",
            "dynamodb_endpoint",
            "dynamodb_table",
            "ec2_metadata_service_endpoint",
            "ec2_metadata_service_endpoint_mode",
            "endpoint",
            "http_proxy",
            "https_proxy",
            "iam_endpoint",
            "kms_key_id",
            "no_proxy",
            "profile",
            "region",
            "retry_mode",
            "secret_key",
            "shared_credentials_file",
            "sse_customer_key",
            "sts_endpoint",
            "sts_region",
            "token",
            "workspace_key_prefix",
        ],
        bools: &[
            "encrypt",
            "force_path_style",
            "insecure",
            "skip_credentials_validation",
            "skip_metadata_api_check",
            "skip_region_validation",
            "skip_requesting_account_id",
            "skip_s3_checksum",
            "use_dualstack_endpoint",
            "use_fips_endpoint",
            "use_lockfile",
            "use_path_style",
        ],
        numbers: &["max_retries"],
        ..NONE
    },
];

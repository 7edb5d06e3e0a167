//! `cloud` blocks: what is wrong with one, and that there is no HCP Terraform.

use trueup_builtin::backend_schema;
use trueup_core::config::Cloud;
use trueup_syntax::{Diagnostic, Diagnostics};
use trueup_value::Value;

const STRATEGIES: &str = "The 'workspaces' block configures how Terraform CLI maps its workspaces for this single configuration to workspaces within an HCP Terraform or Terraform Enterprise organization: by \"name\", the only workspace there is, or by \"tags\", those that have them.";

/// Why a stack with this block cannot be used. Silence would begin anew with an
/// empty state in this folder.
pub(super) fn refused(cloud: &Cloud) -> Diagnostics {
    let (arguments, mut diagnostics) = match backend_schema("cloud") {
        Ok(schema) => cloud.arguments(&schema),
        Err(detail) => (
            Value::dynamic(),
            Diagnostics(vec![Diagnostic::error(
                "Unsupported block",
                detail,
                cloud.span,
            )]),
        ),
    };
    if !diagnostics.has_errors() {
        let (summary, detail) = problem(&arguments);
        diagnostics.push(Diagnostic::error(summary, detail, cloud.span));
    }
    diagnostics
}

/// What is wrong with the arguments, or else that nothing can be done with them.
fn problem(arguments: &Value) -> (&'static str, String) {
    const MAPPING: &str = "Invalid workspaces configuration";
    let workspaces = arguments.get("workspaces");
    let given = |name: &str| {
        let value = workspaces.as_ref().and_then(|block| block.get(name));
        value.is_some_and(|value| !value.is_null())
    };
    let organization = arguments.get("organization");
    match (given("name"), given("tags")) {
        (true, true) => (
            MAPPING,
            format!("Only one of workspace \"tags\" or \"name\" is allowed.\n\n{STRATEGIES}"),
        ),
        (false, false) if workspaces.is_some_and(|block| !block.is_null()) => (
            MAPPING,
            format!("Missing workspace mapping strategy. Either workspace \"tags\" or \"name\" is required.\n\n{STRATEGIES}"),
        ),
        _ if organization.is_none_or(|value| value.is_null()) => (
            "Invalid or missing required argument",
            "\"organization\" must be set in the cloud configuration or as an environment variable: TF_CLOUD_ORGANIZATION.".to_owned(),
        ),
        _ => (
            "Unsupported block",
            "HCP Terraform is not built into this version of trueup; states are kept in local files. To go on here, pull the state (\"terraform state pull > terraform.tfstate\"), remove the block, and run \"trueup init -reconfigure\".".to_owned(),
        ),
    }
}

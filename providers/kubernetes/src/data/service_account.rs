//! Data source `kubernetes_service_account`.

use trueup_sdk::Attribute;
use trueup_value::{Str, Type};

use super::Looked;
use crate::types::metadata::Metadata;

pub(super) fn kind() -> Looked {
    Looked {
        api_version: "v1",
        kind: "ServiceAccount",
        metadata: Metadata {
            namespaced: true,
            generated: false,
        },
        about: "An identity for the processes in pods.",
        outline: "
automountServiceAccountToken readonly
imagePullSecrets as image_pull_secret readonly
  name
secrets as secret readonly
  name
",
        extras,
        fill: |value, _, _| value.set_text("default_secret_name", ""),
    }
}

fn extras() -> Vec<(&'static str, Attribute)> {
    let attribute = Attribute {
        description: Str::new(
            "Always empty: clusters make no secrets for service accounts any more.",
        ),
        deprecated: true,
        ..Attribute::computed(Type::String)
    };
    vec![("default_secret_name", attribute)]
}

//! `kubernetes_service_account`.

use serde_json::{Map, Value as Json};
use trueup_sdk::{Attribute, native::Fields};
use trueup_value::{Str, Type};

use super::{Extra, Metadata, Typed, typed::Coding};

pub(super) fn kind() -> Typed {
    Typed {
        api_version: "v1",
        kind: "ServiceAccount",
        metadata: Metadata {
            namespaced: true,
            generated: true,
        },
        about: "An identity for the processes in pods.",
        version: 0,
        outline: OUTLINE,
        extras,
        timeouts: &["create"],
        coding: Some(CODING),
        ready: None,
    }
}

const OUTLINE: &str = "
automountServiceAccountToken =true
imagePullSecrets as image_pull_secret set
  name
secrets as secret set
  name
";

fn extras() -> Vec<Extra> {
    let attribute = Attribute {
        description: Str::new(
            "Always empty: clusters make no secrets for service accounts any more.",
        ),
        deprecated: true,
        ..Attribute::computed(Type::String)
    };
    vec![Extra {
        name: "default_secret_name",
        attribute,
        default: None,
    }]
}

const CODING: Coding = Coding {
    encode: |_: &mut Map<String, Json>, _| {},
    decode: |_| {},
    fill: |value: &mut Fields, _: &Json, _: &Fields| value.set_text("default_secret_name", ""),
};

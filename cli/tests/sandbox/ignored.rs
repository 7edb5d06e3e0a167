//! What `ignore_changes` names is neither planned nor sent.

use serde_json::json;
use trueup_sandbox::{Sandbox, shared};

use crate::stack::Stack;

/// The same object twice, as a resource type has it and as a manifest.
fn stack(colour: &str, label: &str) -> String {
    format!(
        r#"resource "kubernetes_config_map_v1" "typed" {{
  metadata {{
    name   = "ignored-typed"
    labels = {{ tier = "{label}" }}
  }}
  data = {{ colour = "{colour}" }}
  lifecycle {{
    ignore_changes = [data]
  }}
}}

resource "kubernetes_manifest" "free" {{
  manifest = {{
    apiVersion = "v1"
    kind       = "ConfigMap"
    metadata   = {{ name = "ignored-free", namespace = "default", labels = {{ tier = "{label}" }} }}
    data       = {{ colour = "{colour}" }}
  }}
  lifecycle {{
    ignore_changes = [manifest.data]
  }}
}}
"#
    )
}

/// The data and the labels of both.
fn live(sandbox: &Sandbox) -> [serde_json::Value; 2] {
    ["ignored-typed", "ignored-free"].map(|name| {
        let path = format!("/api/v1/namespaces/default/configmaps/{name}");
        let found = sandbox.cluster().unwrap().get(&path).unwrap().unwrap();
        json!([found["data"]["colour"], found["metadata"]["labels"]["tier"]])
    })
}

#[test]
fn what_is_ignored_stays_beside_what_is_changed() {
    let Some(sandbox) = shared() else { return };
    let applied = Stack::new(&sandbox, &stack("green", "old"));
    applied.apply();
    assert_eq!(
        live(&sandbox),
        [json!(["green", "old"]), json!(["green", "old"])]
    );

    applied.write("main.tf", &stack("blue", "old"));
    assert_eq!(applied.settled(), "No changes.");

    applied.write("main.tf", &stack("blue", "new"));
    let printed = applied.apply();
    assert!(printed.contains("2 changed"), "{printed}");
    assert_eq!(
        live(&sandbox),
        [json!(["green", "new"]), json!(["green", "new"])]
    );
    assert_eq!(applied.settled(), "No changes.");
    applied.destroy();
}

//! Releases that bring definitions, and custom resources that follow them in the same
//! apply: a release is done when its definitions are established.

use serde_json::json;
use trueup_sandbox::shared;

use crate::stack::Stack;

const DEFINITION: &str = r#"apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: PLURAL.released.example.com
spec:
  group: released.example.com
  names: { kind: KIND, plural: PLURAL }
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties:
                size: { type: integer }
"#;

const MAIN: &str = r#"
resource "helm_release" "kinds" {
  name             = "kinds"
  namespace        = "released"
  create_namespace = true
  chart            = "./kinds"
}

resource "kubernetes_manifest" "one" {
  for_each = { gear = "Gear", wheel = "Wheel" }
  manifest = {
    apiVersion = "released.example.com/v1"
    kind       = each.value
    metadata   = { name = each.key, namespace = helm_release.kinds.namespace }
    spec       = { size = 3 }
  }
  depends_on = [helm_release.kinds]
}
"#;

fn definition(kind: &str, plural: &str) -> String {
    DEFINITION.replace("KIND", kind).replace("PLURAL", plural)
}

#[test]
fn custom_resources_follow_the_release_that_brings_their_definitions() {
    let Some(sandbox) = shared() else { return };
    let stack = Stack::new(&sandbox, MAIN);
    stack.write(
        "kinds/Chart.yaml",
        "apiVersion: v2\nname: kinds\nversion: 1.0.0\n",
    );
    stack.write("kinds/crds/gears.yaml", &definition("Gear", "gears"));
    stack.write(
        "kinds/templates/wheels.yaml",
        &definition("Wheel", "wheels"),
    );

    let printed = stack.apply();
    let end = "Apply complete! Resources: 3 added, 0 changed, 0 destroyed.";
    assert!(printed.contains(end), "{printed}");
    let cluster = sandbox.cluster().unwrap();
    for place in ["gears/gear", "wheels/wheel"] {
        let path = format!("/apis/released.example.com/v1/namespaces/released/{place}");
        let found = cluster.get(&path).unwrap().unwrap();
        assert_eq!(found["spec"], json!({ "size": 3 }), "{place}");
    }
    let printed = stack.settled();
    assert!(printed.contains("No changes."), "{printed}");
    let printed = stack.destroy();
    assert!(printed.contains("3 destroyed"), "{printed}");
}

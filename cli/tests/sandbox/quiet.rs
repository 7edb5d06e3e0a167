//! What only looks changes nothing: the calls are counted at the API server.

use crate::stack::Stack;

fn stack_of(name: &str, colour: &str) -> String {
    format!(
        r#"resource "kubernetes_namespace" "home" {{
  metadata {{
    name = "{name}"
  }}
}}

resource "kubernetes_secret" "login" {{
  metadata {{
    name      = "login"
    namespace = kubernetes_namespace.home.metadata[0].name
  }}
  data = {{
    password = "{colour}-hunter2"
  }}
}}

resource "kubernetes_manifest" "settings" {{
  manifest = {{
    apiVersion = "v1"
    kind       = "ConfigMap"
    metadata   = {{ name = "settings", namespace = "{name}" }}
    data       = {{ colour = "{colour}" }}
  }}
  depends_on = [kubernetes_namespace.home]
}}

data "kubernetes_nodes" "all" {{}}

output "nodes" {{
  value = length(data.kubernetes_nodes.all.nodes)
}}
"#
    )
}

#[test]
fn plans_and_their_like_make_no_mutating_call() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let stack = Stack::new(&sandbox, &stack_of("quiet", "green"));
    let quiet = |arguments: &[&str]| {
        let (printed, calls) = stack.calls(|| stack.run(arguments));
        assert_eq!(calls.mutating(), [""; 0], "{arguments:?}");
        assert!(!printed.contains("Error:"), "{printed}");
        assert!(!printed.contains("hunter2"), "{printed}");
        calls.kubernetes.len()
    };
    // Nothing there yet, all of it there, and something to change.
    assert!(quiet(&["plan"]) > 0);
    stack.apply();
    for changed in ["green", "blue"] {
        stack.write("main.tf", &stack_of("quiet", changed));
        assert_eq!(quiet(&["validate"]), 0);
        assert!(quiet(&["plan"]) > 0);
        assert!(quiet(&["plan", "-refresh-only"]) > 0);
        assert!(quiet(&["plan", "-destroy"]) > 0);
        assert!(quiet(&["plan", "-replace=kubernetes_manifest.settings"]) > 0);
        assert!(quiet(&["refresh"]) > 0);
        assert_eq!(quiet(&["show"]), 0);
        assert_eq!(quiet(&["output"]), 0);
    }
    stack.destroy();
}

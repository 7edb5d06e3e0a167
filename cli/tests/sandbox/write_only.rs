//! Data of Secrets that no state, plan or message ever has.

use trueup_sandbox::{Sandbox, shared};

use crate::stack::Stack;

fn secret(name: &str, password: &str, revision: u32) -> String {
    format!(
        r#"resource "kubernetes_secret_v1" "login" {{
  metadata {{
    name = "{name}"
  }}
  data_wo = {{
    password = "{password}"
  }}
  data_wo_revision = {revision}
}}
"#
    )
}

fn password(sandbox: &Sandbox, name: &str) -> String {
    let path = format!("/api/v1/namespaces/default/secrets/{name}");
    let found = sandbox.cluster().unwrap().get(&path).unwrap().unwrap();
    found["data"]["password"].as_str().unwrap().to_owned()
}

/// `hunter1` and `hunter2` as Secrets have them.
const ENCODED: [&str; 2] = ["aHVudGVyMQ==", "aHVudGVyMg=="];

#[test]
fn write_only_data_is_sent_whenever_its_revision_changes() {
    let Some(sandbox) = shared() else { return };
    let name = "write-only";
    let stack = Stack::new(&sandbox, &secret(name, "hunter1", 1));
    let silent = |printed: String| {
        let state = std::fs::read_to_string(stack.path("terraform.tfstate"));
        for text in [&printed, &state.unwrap_or_default()] {
            assert!(!text.contains("hunter"), "{text}");
            assert!(
                !ENCODED.iter().any(|secret| text.contains(secret)),
                "{text}"
            );
        }
        printed
    };
    silent(stack.plan());
    silent(stack.apply());
    assert_eq!(password(&sandbox, name), ENCODED[0]);
    assert_eq!(silent(stack.settled()), "No changes.");

    stack.write("main.tf", &secret(name, "hunter2", 1));
    assert_eq!(silent(stack.settled()), "No changes.");

    stack.write("main.tf", &secret(name, "hunter2", 2));
    let printed = silent(stack.apply());
    assert!(printed.contains("1 changed"), "{printed}");
    assert_eq!(password(&sandbox, name), ENCODED[1]);
    assert_eq!(silent(stack.settled()), "No changes.");
    silent(stack.run(&["plan", "-out=plan"]));
    silent(stack.run(&["show", "-json"]));
    silent(stack.destroy());
}

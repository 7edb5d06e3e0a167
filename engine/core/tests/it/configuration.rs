//! What the JSON of a plan says of providers and variables.

use serde_json::{Value as Json, json};
use trueup_core::plan::{About, Options, document, plan};
use trueup_core::progress::Watch;

use crate::run::World;

fn document_of(text: &str) -> Json {
    let mut world = World::with_mock(&json!({}));
    assert!(!world.load(text).has_errors());
    world.with(|stack| {
        let options = Options::default();
        let plan = plan(stack, &world.state, &options, Watch::default());
        let (plan, found) = futures_executor::block_on(plan);
        assert!(!found.has_errors(), "{found:?}");
        let about = About {
            config: stack.config,
            schemas: stack.schemas,
            inputs: stack.inputs,
            terraform_version: "1.11.4",
            timestamp: "",
        };
        document(&plan, &about)
    })
}

#[test]
fn a_block_with_an_alias_implies_the_default_configuration() {
    let found = document_of("## main.tf\nprovider \"mock\" {\n  alias = \"x\"\n}\n");
    let full_name = "registry.terraform.io/hashicorp/mock";
    assert_eq!(
        found["configuration"]["provider_config"],
        json!({
            "mock": { "name": "mock", "full_name": full_name },
            "mock.x": { "name": "mock", "full_name": full_name, "alias": "x" },
        })
    );
}

#[test]
fn constraints_of_all_blocks_are_told_by_version() {
    let found = document_of(
        r#"## main.tf
terraform {
  required_providers {
    mock = {
      source  = "hashicorp/mock"
      version = "< 3, >= 1.0, ~> 1.0"
    }
  }
}
provider "mock" {
  version = "!= 1.1, > 1"
}
provider "mock" {
  alias   = "x"
  version = ">= 1, 1.2.3, ~> 1.2.3, <= 1.2.3"
}
"#,
    );
    let expected = "> 1.0.0, >= 1.0.0, ~> 1.0, != 1.1.0, 1.2.3, ~> 1.2.3, <= 1.2.3, < 3.0.0";
    for key in ["mock", "mock.x"] {
        let config = &found["configuration"]["provider_config"][key];
        assert_eq!(config["version_constraint"], expected, "{key}");
    }
}

#[test]
fn ephemeral_variables_have_their_defaults() {
    let found = document_of(
        "## main.tf\nvariable \"a\" {\n  ephemeral = true\n  default   = \"x\"\n}\nvariable \"b\" {\n  ephemeral = true\n  default   = null\n}\n",
    );
    assert_eq!(
        found["variables"],
        json!({ "a": { "value": "x" }, "b": { "value": null } })
    );
}

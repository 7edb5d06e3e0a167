//! `trueup graph` and `trueup providers`

use snapbox::str;

use crate::environment::{TestEnvironment, check};

fn stack() -> TestEnvironment {
    TestEnvironment::with(&[
        (
            "main.tf",
            r#"
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5, < 6"
    }
  }
}

resource "terraform_data" "a" {
  input = local.b
}

locals {
  b = module.m.id
}

module "m" {
  source = "./m"
}
"#,
        ),
        (
            "m/main.tf",
            "resource \"terraform_data\" \"z\" {}\n\noutput \"id\" {\n  value = terraform_data.z.id\n}\n",
        ),
    ])
}

#[test]
fn a_graph_is_dot_mermaid_or_a_picture() {
    let stack = stack();
    check(
        stack.run(&["graph"]),
        str![[r#"
digraph G {
  rankdir = "RL";
  node [shape = rect, fontname = "sans-serif"];
  "terraform_data.a" [label="terraform_data.a"];
  subgraph "cluster_module.m" {
    label = "module.m"
    fontname = "sans-serif"
    "module.m.terraform_data.z" [label="terraform_data.z"];
  }
  "terraform_data.a" -> "module.m.terraform_data.z";
}

"#]],
    );
    check(
        stack.run(&["graph", "-format=mermaid"]),
        str![[r#"
flowchart RL
  n0["terraform_data.a"]
  subgraph module.m
    n1["terraform_data.z"]
  end
  n0 --> n1

"#]],
    );
    let svg = stack.run(&["graph", "-format=svg"]);
    assert!(
        svg.contains("<svg") && svg.contains("module.m.terraform_data.z"),
        "{svg}"
    );
}

#[test]
fn providers_are_shown_module_by_module() {
    check(
        stack().run(&["providers"]),
        str![[r#"

Providers required by configuration:
.
├── provider[registry.terraform.io/hashicorp/aws] >= 5.0.0, < 6.0.0
├── provider[terraform.io/builtin/terraform]
└── module.m
    └── provider[terraform.io/builtin/terraform]


"#]],
    );
}

#[test]
fn providers_of_the_state_are_shown_too() {
    let environment =
        TestEnvironment::with(&[("main.tf", "resource \"terraform_data\" \"a\" {}\n")]);
    environment.run(&["apply", "-auto-approve"]);
    environment.write("main.tf", "locals {}\n");
    check(
        environment.run(&["providers"]),
        str![[r#"

Providers required by configuration:
.

Providers required by state:

    provider[terraform.io/builtin/terraform]


"#]],
    );
}

#[test]
fn schemas_and_signatures_are_json() {
    let stack = stack();
    let schemas = stack.run(&["providers", "schema", "-json"]);
    assert!(schemas.contains("\"terraform_data\""), "{schemas}");
    check(
        stack.run(&["metadata", "functions"]),
        str![[r#"
--- stderr ---

Error: The -json flag is required

Signatures are printed as JSON only: run "trueup metadata functions -json".
--- exit status: 1 ---

"#]],
    );
    let functions = stack.run(&["metadata", "functions", "-json"]);
    assert!(functions.contains("\"core::upper\""), "{functions}");
}

#[test]
fn the_graph_of_an_operation() {
    let environment = TestEnvironment::with(&[(
        "main.tf",
        "variable \"v\" { default = 1 }\nresource \"terraform_data\" \"a\" { input = var.v }\n",
    )]);
    let drawn = environment.run(&["graph", "-type=plan", "-draw-cycles"]);
    let edge = "\t\t\"[root] terraform_data.a (expand)\" -> \"[root] var.v\"\n";
    assert!(drawn.contains(edge), "{drawn}");
    let wrong = environment.run(&["graph", "-type=nope"]);
    assert!(wrong.contains("Error: Unsupported graph type"), "{wrong}");
    let mermaid = environment.run(&["graph", "-type=plan", "-format=mermaid"]);
    assert!(mermaid.contains("Error: Unsupported format"), "{mermaid}");
}

#[test]
fn the_graph_of_a_saved_plan_and_of_a_destruction() {
    let environment = TestEnvironment::with(&[(
        "main.tf",
        "variable \"v\" { default = 1 }\nresource \"terraform_data\" \"a\" { input = var.v }\nresource \"terraform_data\" \"b\" {\n  count = 2\n  input = terraform_data.a.id\n}\noutput \"o\" { value = terraform_data.b[0].id }\n",
    )]);
    environment.run(&["plan", "-out=first.plan"]);
    check(
        environment.run(&["graph", "-plan=first.plan"]),
        str![[r#"
digraph {
	compound = "true"
	newrank = "true"
	subgraph "root" {
		"[root] provider[\"terraform.io/builtin/terraform\"]" [label = "provider[\"terraform.io/builtin/terraform\"]", shape = "diamond"]
		"[root] terraform_data.a" [label = "terraform_data.a", shape = "box"]
		"[root] terraform_data.a (expand)" [label = "terraform_data.a", shape = "box"]
		"[root] terraform_data.b (expand)" [label = "terraform_data.b", shape = "box"]
		"[root] terraform_data.b[0]" [label = "terraform_data.b", shape = "box"]
		"[root] terraform_data.b[1]" [label = "terraform_data.b", shape = "box"]
		"[root] var.v" [label = "var.v", shape = "note"]
		"[root] output.o (expand)" -> "[root] terraform_data.b[0]"
		"[root] output.o (expand)" -> "[root] terraform_data.b[1]"
		"[root] provider[\"terraform.io/builtin/terraform\"] (close)" -> "[root] terraform_data.b[0]"
		"[root] provider[\"terraform.io/builtin/terraform\"] (close)" -> "[root] terraform_data.b[1]"
		"[root] root" -> "[root] output.o (expand)"
		"[root] root" -> "[root] provider[\"terraform.io/builtin/terraform\"] (close)"
		"[root] terraform_data.a (expand)" -> "[root] provider[\"terraform.io/builtin/terraform\"]"
		"[root] terraform_data.a (expand)" -> "[root] var.v"
		"[root] terraform_data.a" -> "[root] terraform_data.a (expand)"
		"[root] terraform_data.b (expand)" -> "[root] terraform_data.a"
		"[root] terraform_data.b[0]" -> "[root] terraform_data.b (expand)"
		"[root] terraform_data.b[1]" -> "[root] terraform_data.b (expand)"
	}
}

"#]],
    );
    environment.run(&["apply", "first.plan"]);
    check(
        environment.run(&["graph", "-type=plan-destroy"]),
        str![[r#"
digraph {
	compound = "true"
	newrank = "true"
	subgraph "root" {
		"[root] provider[\"terraform.io/builtin/terraform\"]" [label = "provider[\"terraform.io/builtin/terraform\"]", shape = "diamond"]
		"[root] terraform_data.a (destroy)" [label = "terraform_data.a", shape = "box"]
		"[root] terraform_data.b[0] (destroy)" [label = "terraform_data.b", shape = "box"]
		"[root] terraform_data.b[1] (destroy)" [label = "terraform_data.b", shape = "box"]
		"[root] provider[\"terraform.io/builtin/terraform\"] (close)" -> "[root] terraform_data.a (destroy)"
		"[root] root" -> "[root] output.o (expand)"
		"[root] root" -> "[root] provider[\"terraform.io/builtin/terraform\"] (close)"
		"[root] terraform_data.a (destroy)" -> "[root] terraform_data.b[0] (destroy)"
		"[root] terraform_data.a (destroy)" -> "[root] terraform_data.b[1] (destroy)"
		"[root] terraform_data.b[0] (destroy)" -> "[root] provider[\"terraform.io/builtin/terraform\"]"
		"[root] terraform_data.b[1] (destroy)" -> "[root] provider[\"terraform.io/builtin/terraform\"]"
	}
}

"#]],
    );
    environment.write(
        "main.tf",
        "resource \"terraform_data\" \"a\" { triggers_replace = 1 }\n",
    );
    environment.run(&["plan", "-out=second.plan"]);
    check(
        environment.run(&["graph", "-plan=second.plan"]),
        str![[r#"
digraph {
	compound = "true"
	newrank = "true"
	subgraph "root" {
		"[root] provider[\"terraform.io/builtin/terraform\"]" [label = "provider[\"terraform.io/builtin/terraform\"]", shape = "diamond"]
		"[root] terraform_data.a" [label = "terraform_data.a", shape = "box"]
		"[root] terraform_data.a (destroy)" [label = "terraform_data.a", shape = "box"]
		"[root] terraform_data.a (expand)" [label = "terraform_data.a", shape = "box"]
		"[root] terraform_data.b[0] (destroy)" [label = "terraform_data.b", shape = "box"]
		"[root] terraform_data.b[1] (destroy)" [label = "terraform_data.b", shape = "box"]
		"[root] provider[\"terraform.io/builtin/terraform\"] (close)" -> "[root] terraform_data.a"
		"[root] root" -> "[root] provider[\"terraform.io/builtin/terraform\"] (close)"
		"[root] terraform_data.a (destroy)" -> "[root] terraform_data.b[0] (destroy)"
		"[root] terraform_data.a (destroy)" -> "[root] terraform_data.b[1] (destroy)"
		"[root] terraform_data.a (expand)" -> "[root] terraform_data.b[0] (destroy)"
		"[root] terraform_data.a (expand)" -> "[root] terraform_data.b[1] (destroy)"
		"[root] terraform_data.a" -> "[root] terraform_data.a (destroy)"
		"[root] terraform_data.a" -> "[root] terraform_data.a (expand)"
		"[root] terraform_data.b[0] (destroy)" -> "[root] provider[\"terraform.io/builtin/terraform\"]"
		"[root] terraform_data.b[1] (destroy)" -> "[root] provider[\"terraform.io/builtin/terraform\"]"
	}
}

"#]],
    );
}

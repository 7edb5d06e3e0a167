//! Graphs, as `terraform graph` prints them.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use trueup_core::{
    draw::{Operation, OperationGraph, ResourceGraph},
    load::Loader,
};

use crate::world::{MemoryFiles, run};

const MAIN: &str = r#"variable "v" {}
resource "terraform_data" "a" { input = local.x }
resource "terraform_data" "b" {
  input = terraform_data.a.id
  count = 2
}
locals { x = data.terraform_remote_state.r.outputs }
data "terraform_remote_state" "r" { backend = var.v }
module "m" {
  source = "./m"
  i      = terraform_data.b[0].id
}
resource "terraform_data" "c" { input = module.m.o }
resource "terraform_data" "d" { depends_on = [module.m] }
resource "terraform_data" "e" {}
"#;

const MODULE: &str = r#"variable "i" {}
resource "terraform_data" "x" { input = var.i }
resource "terraform_data" "y" { input = terraform_data.x.id }
output "o" { value = terraform_data.x.id }
"#;

const EXPECTED: &str = r#"digraph G {
  rankdir = "RL";
  node [shape = rect, fontname = "sans-serif"];
  "data.terraform_remote_state.r" [label="data.terraform_remote_state.r"];
  "terraform_data.a" [label="terraform_data.a"];
  "terraform_data.b" [label="terraform_data.b"];
  "terraform_data.c" [label="terraform_data.c"];
  "terraform_data.d" [label="terraform_data.d"];
  "terraform_data.e" [label="terraform_data.e"];
  subgraph "cluster_module.m" {
    label = "module.m"
    fontname = "sans-serif"
    "module.m.terraform_data.x" [label="terraform_data.x"];
    "module.m.terraform_data.y" [label="terraform_data.y"];
  }
  "terraform_data.a" -> "data.terraform_remote_state.r";
  "terraform_data.b" -> "terraform_data.a";
  "terraform_data.c" -> "module.m.terraform_data.x";
  "terraform_data.d" -> "module.m.terraform_data.y";
  "module.m.terraform_data.x" -> "terraform_data.b";
  "module.m.terraform_data.y" -> "module.m.terraform_data.x";
}
"#;

#[test]
fn resources_and_their_order() {
    let mut files = MemoryFiles::default();
    files.0.insert("main.tf".into(), MAIN.to_owned());
    files.0.insert("m/main.tf".into(), MODULE.to_owned());
    let (config, diagnostics) = run(Arc::new(files), Path::new("."));
    assert_eq!(diagnostics.0, []);
    assert_eq!(ResourceGraph::new(&config).to_dot(), EXPECTED);
}

/// Named texts between lines of tildes.
fn blocks(text: &str) -> BTreeMap<PathBuf, String> {
    let mut blocks = BTreeMap::new();
    let mut open: Option<(PathBuf, String)> = None;
    for line in text.lines() {
        match (&mut open, line.strip_prefix("~~~")) {
            (None, Some(name)) => open = Some((name.trim().into(), String::new())),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some((_, text)), None) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    blocks
}

/// The expected texts come from `terraform graph -type=…`.
#[test]
fn operations_have_the_steps_of_terraform() {
    let blocks = blocks(include_str!("../draw/operations.txt"));
    let files = MemoryFiles(blocks.clone());
    let (config, diagnostics) = Loader::new(&files).load(Path::new("."), Path::new(".terraform"));
    assert!(!diagnostics.has_errors(), "{diagnostics:?}");
    for (name, operation) in [
        ("plan", Operation::Plan),
        ("plan-refresh-only", Operation::RefreshOnly),
        ("apply", Operation::Apply),
    ] {
        let dot = OperationGraph::new(&config, operation).to_dot();
        assert_eq!(dot, blocks[Path::new(name)], "{name}");
    }
}

//! What is said beyond Terraform's words.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use crate::world::{MemoryFiles, run};

#[test]
fn what_was_probably_meant() {
    let cases = [
        (
            "locals {\n  a = 1\n}\noutput \"o\" { value = var.a }",
            "did you mean `local.a`?",
        ),
        (
            "variable \"a\" {}\noutput \"o\" { value = local.a }",
            "did you mean `var.a`?",
        ),
        (
            "resource \"terraform_data\" \"r\" {\n  for_each = {}\n  input = count.index\n}",
            "did you mean `each.key`?",
        ),
        (
            "resource \"terraform_data\" \"r\" {\n  count = 1\n  input = each.key\n}",
            "did you mean `count.index`?",
        ),
        (
            "variable \"availability_zone\" {}\noutput \"o\" { value = var.avalabilty_zones }",
            "did you mean `var.availability_zone`?",
        ),
        (
            "locals {\n  availability_zone = 1\n  x = local.avalabilty_zones\n}",
            "did you mean `local.availability_zone`?",
        ),
        (
            "resource \"terraform_data\" \"r\" {}\noutput \"o\" { value = terraform_data.r.trggrs_replaces }",
            "did you mean `triggers_replace`?",
        ),
        (
            "resource \"terraform_data\" \"r\" {\n  trggrs_replaces = 1\n}",
            "did you mean `triggers_replace`?",
        ),
        (
            "resource \"terraform_dtta_s\" \"r\" {}",
            "did you mean `terraform_data`?",
        ),
        (
            "locals {\n  x = setintersct_ions([])\n}",
            "did you mean `setintersection`?",
        ),
        (
            "locals {\n  o = { listener_port = 1 }\n  x = local.o.listner_prt\n}",
            "did you mean `listener_port`?",
        ),
        (
            "variable \"region\" {}\noutput \"o\" { value = vars.region }",
            "did you mean `var.region`?",
        ),
        (
            "locals {\n  region = 1\n}\noutput \"o\" { value = locals.regoin }",
            "did you mean `local.region`?",
        ),
        (
            "variable \"region\" {}\noutput \"o\" { value = region }",
            "did you mean `var.region`?",
        ),
        (
            "output \"o\" { value = hello }",
            "text stands in quotes: \"hello\"",
        ),
        (
            "resource \"terraform_data\" \"r\" {}\noutput \"o\" { value = terraform_data }",
            "did you mean `terraform_data.r`?",
        ),
        (
            "locals {\n  m = tomap({ region = 1 })\n  x = local.m[\"regoin\"]\n}",
            "did you mean `[\"region\"]`?",
        ),
        (
            "locals {\n  l = [1, 2]\n  x = local.l[5]\n}",
            "the last element is `[1]`",
        ),
        (
            "locals {\n  x = \"a\" + \"b\"\n}",
            "texts are joined in a template: \"${first}${second}\"",
        ),
        (
            "resource \"terraform_data\" \"r\" {\n  for_each = [\"a\"]\n}",
            "`toset(…)` makes a set of a list of strings",
        ),
        (
            "variable \"v\" {\n  type = strng\n}",
            "did you mean `string`?",
        ),
        (
            "resource \"terraform_data\" \"r\" {\n  lifecycle = {}\n}",
            "`lifecycle` is a block: it has no equals sign",
        ),
        (
            "resource \"terraform_data\" \"r\" {\n  provisioner \"local-exce\" {\n    command = \"x\"\n  }\n}",
            "did you mean `local-exec`?",
        ),
        (
            "output \"o\" {\n  value = true and false\n}",
            "\"and\" is written `&&`",
        ),
        (
            "output \"o\" {\n  value = 1 = 1\n}",
            "values are compared with `==`",
        ),
        (
            "resource \"terraform_data\" \"r\" {\n  input = {\n    a = 1\n}\n\nresource \"terraform_data\" \"s\" {\n}\n",
            "to go by the indentation, the brace that line 2 opens is to be closed before line 4",
        ),
        (
            "resource \"terraform_data\" \"r\" {\n  input = 1\n\nresource \"terraform_data\" \"s\" {\n}\n",
            "to go by the indentation, the brace that line 1 opens is to be closed before line 4",
        ),
    ];
    for (text, expected) in cases {
        let files = BTreeMap::from([("main.tf".into(), text.to_owned())]);
        let (_, diagnostics) = run(Arc::new(MemoryFiles(files)), Path::new("."));
        let hints: Vec<&str> = diagnostics
            .0
            .iter()
            .flat_map(|d| d.hints.iter().map(String::as_str))
            .collect();
        assert_eq!(hints, [expected], "{text}");
    }
}

#[test]
fn a_cycle_is_shown_with_the_expressions_that_make_it() {
    let root = r#"locals {
  a = "${local.b}!"
  b = module.m.out
}
module "m" {
  source = "./m"
  in     = upper(local.a)
}
"#;
    let module = "variable \"in\" {}\noutput \"out\" { value = var.in }\n";
    let files = BTreeMap::from([
        ("main.tf".into(), root.to_owned()),
        ("m/main.tf".into(), module.to_owned()),
    ]);
    let (_, diagnostics) = run(Arc::new(MemoryFiles(files)), Path::new("."));
    let found = &diagnostics.0[0];
    assert_eq!(
        found.summary,
        "Cycle: local.a (expand), local.b (expand), module.m.output.out (expand), module.m.var.in (expand)"
    );
    assert_eq!(
        found.hints,
        [
            "local.a (expand) needs local.b (expand): local.b at main.tf:2,10-17",
            "local.b (expand) needs module.m.output.out (expand): module.m.out at main.tf:3,7-19",
            "module.m.output.out (expand) needs module.m.var.in (expand): var.in at m/main.tf:2,24-30",
            "module.m.var.in (expand) needs local.a (expand): local.a at main.tf:7,18-25",
        ]
    );
}

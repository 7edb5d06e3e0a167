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

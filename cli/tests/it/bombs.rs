//! Configurations meant to take for ever or all memory: each ends soon, in a
//! diagnostic or an answer, within a limit on its address space.

use std::{fmt::Write as _, os::unix::fs::symlink};

use crate::environment::TestEnvironment;

/// The address space a run may have, in KiB. An unoptimised build keeps more
/// than a gigabyte of it aside for stacks.
const ADDRESS_SPACE: u32 = 3 << 20;

/// The processor time a run may take, in seconds: several times what it takes
/// unoptimised.
const PROCESSOR_TIME: u32 = 20;

/// Runs a command within the limits and returns what it printed.
fn run(environment: &TestEnvironment, arguments: &[&str], input: &str) -> String {
    let limits = [ADDRESS_SPACE, PROCESSOR_TIME];
    let shown = environment.run_within(limits, arguments, input);
    for crash in ["panicked", "overflowed", "allocation", "signal"] {
        assert!(!shown.contains(crash), "{arguments:?}: {}", head(&shown));
    }
    shown
}

fn head(text: &str) -> String {
    text.chars().take(2000).collect()
}

/// That the file ends `validate` in an error that contains `words`.
#[track_caller]
fn refused(name: &str, text: &str, words: &str) {
    refused_folder(&TestEnvironment::with(&[(name, text)]), words);
}

#[track_caller]
fn refused_folder(environment: &TestEnvironment, words: &str) {
    let shown = run(environment, &["validate"], "");
    let told = shown.replace('\n', " ");
    assert!(told.contains(words), "expected {words:?}: {}", head(&shown));
    assert!(told.len() < 4 << 20, "{} bytes are shown", told.len());
}

/// That the file is valid.
#[track_caller]
fn accepted(name: &str, text: &str) {
    let environment = TestEnvironment::with(&[(name, text)]);
    let shown = run(&environment, &["validate"], "");
    assert!(shown.contains("is valid"), "{}", head(&shown));
}

/// `locals` of which each is made of the one before it, forty times.
fn doubling(first: &str, next: &str) -> String {
    let mut text = format!("locals {{\n  l0 = {first}\n");
    for level in 1..=40 {
        let before = format!("local.l{}", level - 1);
        writeln!(text, "  l{level} = {}", next.replace("$$", &before)).unwrap();
    }
    text + "}\noutput \"o\" { value = local.l40 }\n"
}

#[test]
fn too_little_memory_for_a_stack() {
    let environment = TestEnvironment::with(&[("main.tf", "output \"o\" { value = 1 }\n")]);
    let shown = environment.run_within([200 << 10, PROCESSOR_TIME], &["validate"], "");
    assert_eq!(shown, "Success! The configuration is valid.\n\n");
}

#[test]
fn deep_nesting() {
    let deep = |open: &str, inner: &str, close: &str| {
        format!("{}{inner}{}", open.repeat(10_000), close.repeat(10_000))
    };
    let shapes = [
        deep("[", "", "]"),
        deep("(", "1", ")"),
        deep("{ a = ", "1", " }"),
        deep("\"${", "1", "}\""),
        deep("[for x in [1]: ", "x", "]"),
        deep("f(", "", ")"),
        deep("l[", "0", "]"),
        deep("true ? ", "1", " : 2"),
        format!("\"{}\"", deep("%{ if true }", "x", "%{ endif }")),
        deep("- ", "1", ""),
    ];
    for shape in shapes {
        refused(
            "main.tf",
            &format!("locals {{\n  x = {shape}\n}}\n"),
            "too deep",
        );
    }
    refused("main.tf", &deep("a {\n", "", "}\n"), "too deep");
    refused("main.tf.json", &deep("{\"locals\":", "1", "}"), "too deep");
    refused("main.tf.json", &deep("[", "", "]"), "too deep");
    let text = format!("${{{}}}", deep("[", "1", "]"));
    let json = format!("{{\"locals\":{{\"x\":\"{text}\"}}}}");
    refused("main.tf.json", &json, "too deep");
}

#[test]
fn nesting_while_formatting() {
    for open in ["[", "(", "{", "a {\n", "\"${", "- ", "!"] {
        let environment = TestEnvironment::new();
        let text = format!("x = {}", open.repeat(10_000));
        let shown = run(&environment, &["fmt", "-"], &text);
        assert!(shown.contains("Error"), "{open}: {}", head(&shown));
    }
}

#[test]
fn large_collections() {
    let items = |item: &dyn Fn(usize) -> String| (0..100_000).map(item).collect::<String>();
    let list = items(&|index| format!("{index},"));
    let map = items(&|index| format!("\"k{index}\" = {index}\n"));
    let texts = [
        format!("locals {{ x = length([{list}]) }}\n"),
        format!("locals {{ x = length({{\n{map}}}) }}\n"),
        format!("locals {{ x = sum([for v in [{list}] : v if v % 2 == 0]) }}\n"),
        format!("locals {{ x = length(toset([{list}])) }}\n"),
        format!(
            "locals {{\n{}}}\n",
            items(&|index| format!("l{index} = {index}\n"))
        ),
    ];
    for text in texts {
        accepted("main.tf", &text);
    }
    let numbers = items(&|index| format!("{index},")) + "0";
    accepted(
        "main.tf.json",
        &format!("{{\"locals\":{{\"x\":[{numbers}]}}}}"),
    );
}

#[test]
fn long_texts() {
    let long = "x".repeat(1 << 20);
    accepted("main.tf", &format!("locals {{ x = \"{long}\" }}\n"));
    accepted("main.tf", &format!("locals {{\n  x = <<E\n{long}\nE\n}}\n"));
    accepted("main.tf", &format!("# {long}\nlocals {{ {long} = 1 }}\n"));
    refused(
        "main.tf",
        &format!("{long} {{}}\n"),
        "Unsupported block type",
    );
    refused(
        "main.tf",
        &format!("output \"o\" {{ value = {long} }}"),
        "Invalid reference",
    );
    let dollars = "$${".repeat(300_000);
    accepted("main.tf", &format!("locals {{ x = \"{dollars}\" }}\n"));
    let accents = "e\u{301}".repeat(300_000);
    accepted(
        "main.tf",
        &format!("locals {{ x = upper(\"{accents}\") }}\n"),
    );
    let digits = "9".repeat(1 << 20);
    refused(
        "main.tf",
        &format!("output \"o\" {{ value = {digits}.x }}"),
        "Error",
    );
}

#[test]
fn bytes_that_are_no_text() {
    for bytes in [
        &b"\xff\xfe\x00"[..],
        b"locals { x = \"\xc3\x28\" }\n",
        b"\xed\xa0\x80 {}",
        b"\x00",
    ] {
        for name in ["main.tf", "main.tf.json", "terraform.tfvars"] {
            let environment = TestEnvironment::new();
            std::fs::write(environment.work().join(name), bytes).unwrap();
            let command = if name == "terraform.tfvars" {
                "plan"
            } else {
                "validate"
            };
            let shown = run(&environment, &[command], "");
            assert!(
                shown.contains("Error"),
                "{name} {bytes:?}: {}",
                head(&shown)
            );
        }
    }
}

#[test]
fn doubling_values() {
    let cases = [
        ("[1, 2]", "concat($$, $$)"),
        ("tolist([\"a\"])", "concat($$, $$)"),
        ("[[1], 2]", "flatten([$$, $$])"),
        ("[1]", "[$$, $$]"),
        ("{ a = 1 }", "{ a = $$, b = $$ }"),
        ("[1, 2]", "[for p in setproduct($$, [1, 2]) : p[0]]"),
        ("[1]", "setproduct($$, [1, 2, 3])"),
        ("\"ab\"", "\"${$$}${$$}\""),
        ("\"ab\"", "join(\"\", [$$, $$])"),
        ("\"ab\"", "format(\"%s%s\", $$, $$)"),
        ("\"ab\"", "yamlencode([$$, $$])"),
        ("\"ab\"", "templatestring(local.t, { x = $$ })"),
    ];
    for (first, next) in cases {
        let text =
            doubling(first, next).replacen("locals {\n", "locals {\n  t = \"$${x}$${x}\"\n", 1);
        refused("main.tf", &text, "Error");
    }
}

#[test]
fn doubling_texts_from_outside() {
    let mut yaml = String::from("a0: &a0 [x, x]\n");
    for level in 1..40 {
        let before = level - 1;
        writeln!(yaml, "a{level}: &a{level} [*a{before}, *a{before}]").unwrap();
    }
    let text = format!("locals {{ x = yamldecode(<<E\n{yaml}E\n) }}\n");
    refused("main.tf", &text, "aliases stand for too many values");
    let types = "list(".repeat(10_000) + "any" + &")".repeat(10_000);
    refused(
        "main.tf",
        &format!("variable \"x\" {{ type = {types} }}\n"),
        "too deep",
    );
}

#[test]
fn endless_evaluation() {
    let numbers = "range(1024)";
    let cases = [
        format!("[for a in {numbers} : [for b in {numbers} : [for c in {numbers} : a]]]"),
        format!("length([for a in {numbers} : [for b in {numbers} : {numbers}]])"),
        "range(0, 1e308)".to_owned(),
        "range(0, 1, 1e-300)".to_owned(),
        "format(\"%1000000000d\", 1)".to_owned(),
        "indent(1000000000, \"a\\nb\")".to_owned(),
        "regex(\"(((a{100}){100}){100}){100}\", \"a\")".to_owned(),
        "regexall(\"(x+x+)+y\", join(\"\", [for a in range(1000) : \"xxxxxxxxxx\"])) + 1"
            .to_owned(),
        "cidrsubnets(\"fe80::/1\", [for a in range(1000) : 128]...)".to_owned(),
        format!("setproduct([for a in range(9) : {numbers}]...)"),
        "file(\"/dev/zero\")".to_owned(),
    ];
    for case in cases {
        refused(
            "main.tf",
            &format!("output \"o\" {{ value = {case} }}\n"),
            "Error",
        );
    }
}

#[test]
fn modules_that_call_themselves() {
    let call =
        |name: &str, source: &str| format!("module \"{name}\" {{ source = \"{source}\" }}\n");
    let twice = |source: &str| call("a", source) + &call("b", source);
    let own = TestEnvironment::with(&[("main.tf", &twice("./."))]);
    refused_folder(&own, "Module calls itself");
    let ring = TestEnvironment::with(&[
        ("main.tf", &twice("./one")),
        ("one/main.tf", &twice("../two")),
        ("two/main.tf", &twice("../one")),
    ]);
    refused_folder(&ring, "Module calls itself");
    let linked = TestEnvironment::with(&[("main.tf", &twice("./again"))]);
    symlink(".", linked.work().join("again")).unwrap();
    refused_folder(&linked, "Module calls itself");
    let tree = TestEnvironment::with(&[("main.tf", &twice("./m0")), ("m40/main.tf", "")]);
    for level in 0..40 {
        let next = format!("../m{}", level + 1);
        tree.write(&format!("m{level}/main.tf"), &twice(&next));
    }
    refused_folder(&tree, "Too many module calls");
}

#[test]
fn links_that_lead_nowhere() {
    let environment = TestEnvironment::with(&[
        (
            "main.tf",
            "output \"o\" { value = fileset(path.module, \"**\") }\n",
        ),
        ("sub/a.txt", ""),
    ]);
    let work = environment.work();
    symlink("..", work.join("sub/up")).unwrap();
    symlink("round.tfvars", work.join("round.tfvars")).unwrap();
    assert!(run(&environment, &["validate"], "").contains("is valid"));
    let formatted = run(&environment, &["fmt", "-recursive"], "");
    assert!(!formatted.contains("sub/up/sub"), "{formatted}");
    let shown = run(&environment, &["plan", "-var-file=round.tfvars"], "");
    assert!(shown.contains("Error"), "{shown}");
    symlink("loop.tf", work.join("loop.tf")).unwrap();
    refused_folder(&environment, "Error");
    symlink("gone", work.join("dangling.tf")).unwrap();
    refused_folder(&environment, "Error");
}

#[test]
fn devices_in_place_of_files() {
    let environment = TestEnvironment::new();
    symlink("/dev/zero", environment.work().join("main.tf")).unwrap();
    refused_folder(&environment, "Failed to read file");
    let empty = TestEnvironment::new();
    symlink("/dev/null", empty.work().join("main.tf")).unwrap();
    assert!(run(&empty, &["validate"], "").contains("is valid"));
}

#[test]
fn bombs_in_the_console() {
    let environment = TestEnvironment::new();
    let nested = "[for a in range(1000): [for b in range(1000): [for c in range(1000): c]]]";
    for line in [
        nested,
        &"[".repeat(10_000),
        &"(".repeat(100_000),
        &"x".repeat(1 << 20),
    ] {
        let shown = run(&environment, &["console"], &format!("{line}\n"));
        assert!(shown.contains("Error"), "{}", head(&shown));
    }
}

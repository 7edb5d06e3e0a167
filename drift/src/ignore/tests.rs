use std::time::{Duration, SystemTime};

use serde_json::json;
use trueup_syntax::{FileId, SourceFile};

use super::*;
use crate::report::{Culprit, Fate, Field, FieldPath, Object, Outcome, Part, Report};

fn rules(text: &str) -> (Rules, Vec<String>) {
    let file = SourceFile::new(FileId(0), FILE, text);
    let (rules, found) = Rules::read(&file);
    let told = found.0.iter().map(|diagnostic| {
        let line = diagnostic
            .subject
            .map_or(0, |span| file.position(span.start).line);
        format!("{line}: {}. {}", diagnostic.summary, diagnostic.detail)
    });
    (rules, told.collect())
}

fn field(path: &[&str]) -> Field {
    Field {
        path: FieldPath::of_names(path),
        before: json!(1),
        after: json!(2),
        sensitive: false,
    }
}

fn object(address: &str, fields: &[&[&str]]) -> Object {
    Object {
        address: address.to_owned(),
        kind: address.split('.').next().unwrap_or_default().to_owned(),
        fate: Fate::Changed,
        fields: fields.iter().map(|path| field(path)).collect(),
        parts: vec![],
        changed_by: vec![],
    }
}

fn by(object: Object, who: &str) -> Object {
    let culprit = Culprit {
        path: FieldPath::default(),
        who: who.to_owned(),
        when: None,
        how: None,
    };
    Object {
        changed_by: vec![culprit],
        ..object
    }
}

/// What is left, what is ignored and what is told, in short.
fn judged(text: &str, objects: Vec<Object>) -> (Vec<String>, Vec<String>, Vec<String>) {
    let (rules, told) = rules(text);
    assert_eq!(told, [""; 0]);
    let addresses: Vec<String> = objects.iter().map(|o| o.address.clone()).collect();
    let mut report = Report::new("a", Outcome::of(objects));
    // 2026-07-01, an hour before it ends.
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_782_946_800);
    rules.judge(&mut report, &addresses, now);
    let outline = |object: &Object| {
        let parts = object.parts.iter().map(|part| {
            let fields = part.fields.iter().map(|field| field.path.to_string());
            format!(
                "{} {}{{{}}}",
                part.kind,
                part.name,
                fields.collect::<Vec<_>>().join(",")
            )
        });
        let fields = object.fields.iter().map(|field| field.path.to_string());
        let all: Vec<String> = fields.chain(parts).collect();
        format!("{}: {}", object.address, all.join(","))
    };
    let left = report.objects().iter().map(outline).collect();
    let ignored = report.ignored.iter();
    let ignored = ignored.map(|i| format!("{} ({}) {}", outline(&i.object), i.reason, i.rule));
    let notices = report.notices.iter();
    let notices = notices.map(|p| format!("{}. {}", p.summary, p.detail));
    (left, ignored.collect(), notices.collect())
}

fn texts<const N: usize>(texts: [&str; N]) -> Vec<String> {
    texts.map(str::to_owned).into()
}

#[test]
fn addresses_are_as_those_of_targets_with_any_characters_for_a_star() {
    let objects = |addresses: &[&str]| addresses.iter().map(|a| object(a, &[&["x"]])).collect();
    let case = |address: &str, addresses: &[&str]| {
        let rule = format!("ignore {{\n  address = {address:?}\n  reason = \"r\"\n}}\n");
        judged(&rule, objects(addresses)).0
    };
    let all = [
        "a.b",
        "a.b[0]",
        "a.bc",
        "module.m.a.b",
        "module.m[\"x\"].a.b",
    ];
    let left = |address| case(address, &all).join(" ");
    assert_eq!(
        left("a.b"),
        "a.bc: x module.m.a.b: x module.m[\"x\"].a.b: x"
    );
    assert_eq!(left("module.m"), "a.b: x a.b[0]: x a.bc: x");
    assert_eq!(left("*.a.b"), "a.b: x a.b[0]: x a.bc: x");
    assert_eq!(left("*"), "");
}

#[test]
fn a_path_takes_what_it_leads_to_and_leaves_the_rest() {
    let rule = r#"ignore {
  address = "aws_iam_role.*"
  path    = "tags[\"Name\"]"
  reason  = "a tagging policy"
}
"#;
    let role = object("aws_iam_role.a", &[&["tags", "Name"], &["tags", "Team"]]);
    assert_eq!(
        judged(rule, vec![role]),
        (
            texts(["aws_iam_role.a: tags.Team"]),
            texts(["aws_iam_role.a: tags.Name (a tagging policy) drift.hcl:1"]),
            vec![],
        )
    );
}

#[test]
fn a_manager_is_who_has_changed_the_object() {
    let rule = r#"ignore {
  manager = "kube-controller-*"
  reason  = "controllers"
}
"#;
    let objects = vec![
        by(object("a.a", &[&["x"]]), "kube-controller-manager"),
        by(object("a.b", &[&["x"]]), "kubectl-edit"),
        object("a.c", &[&["x"]]),
    ];
    assert_eq!(
        judged(rule, objects),
        (
            texts(["a.b: x", "a.c: x"]),
            texts(["a.a: x (controllers) drift.hcl:1"]),
            vec![],
        )
    );
}

#[test]
fn parts_of_a_release_are_named_by_kind_and_name() {
    let rule = r#"ignore {
  part   = "Deployment shop/*"
  path   = "spec.replicas"
  reason = "an autoscaler sets it"
}
"#;
    let part = |kind: &str, fields: &[&[&str]]| Part {
        kind: kind.to_owned(),
        name: "shop/web".to_owned(),
        fate: Fate::Changed,
        fields: fields.iter().map(|path| field(path)).collect(),
        notes: vec![],
    };
    let mut release = object("helm_release.shop", &[]);
    release.parts = vec![
        part("Deployment", &[&["spec", "replicas"], &["spec", "paused"]]),
        part("StatefulSet", &[&["spec", "replicas"]]),
    ];
    assert_eq!(
        judged(rule, vec![release]),
        (
            texts([
                "helm_release.shop: Deployment shop/web{spec.paused},StatefulSet shop/web{spec.replicas}"
            ]),
            texts([
                "helm_release.shop: Deployment shop/web{spec.replicas} (an autoscaler sets it) drift.hcl:1"
            ]),
            vec![],
        )
    );
}

#[test]
fn a_rule_holds_through_its_last_day() {
    let rule = |until: &str| {
        format!("ignore {{\n  address = \"a.b\"\n  reason = \"r\"\n  until = {until:?}\n}}\n")
    };
    let one = || vec![object("a.b", &[&["x"]])];
    let (left, ignored, told) = judged(&rule("2026-07-01"), one());
    assert_eq!((left.len(), ignored.len(), told.len()), (0, 1, 0));
    assert_eq!(
        judged(&rule("2026-06-30"), one()),
        (
            texts(["a.b: x"]),
            vec![],
            texts([
                "Expired rule. drift.hcl:1: this rule held until 2026-06-30 (r). What it ignored is told again: renew the rule or remove it."
            ]),
        )
    );
}

#[test]
fn a_rule_for_no_object_is_told() {
    let rule = "ignore {\n  address = \"a.bb\"\n  reason = \"r\"\n}\n";
    assert_eq!(
        judged(rule, vec![object("a.b", &[&["x"]])]),
        (
            texts(["a.b: x"]),
            vec![],
            texts([
                "Rule that ignores nothing. drift.hcl:1: the stack has no object with the address \"a.bb\". Did you mean \"a.b\"?"
            ]),
        )
    );
}

#[test]
fn what_is_wrong_with_the_file_is_told_at_its_place() {
    let text = r#"ignore {
  adress = "a.b"
  reason = "r"
}
ignore {
  address = "a.b"
}
ignore {
  address = "a.b"
  reason  = "r"
  until   = "next week"
}
ignore {
  reason = "r"
}
ignore {
  path   = 3
  reason = ""
}
"#;
    let (rules, told) = rules(text);
    assert_eq!(
        told,
        [
            r#"2: Unsupported argument. An argument named "adress" is not expected here. Did you mean "address"?"#,
            r#"5: Missing required argument. The argument "reason" is required, but no definition was found."#,
            r#"11: Invalid rule. "until" is the last day the rule holds, such as "2027-01-31", and "next week" is no day."#,
            r#"13: Rule for everything. A rule says what it ignores: by "address", "part", "path" or "manager". What is to be ignored wherever it is has the address "*"."#,
            r#"17: Invalid rule. "path" is a text that is not empty."#,
            r#"18: Invalid rule. "reason" is a text that is not empty."#,
        ]
    );
    assert_eq!(rules, Rules::default());
}

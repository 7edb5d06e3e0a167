//! `trueup lint`, and findings below plans

use crate::environment::TestEnvironment;

/// Credentials that nobody checks: planning a policy asks nobody.
const KEYS: [(&str, &str); 3] = [
    ("AWS_ACCESS_KEY_ID", "key"),
    ("AWS_SECRET_ACCESS_KEY", "secret"),
    ("AWS_REGION", "eu-central-1"),
];

const WIDE: &str = r#"provider "aws" {
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
}

resource "aws_iam_policy" "logs" {
  name = "logs"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }]
  })
}
"#;

const MISTAKEN: &str = r#"provider "aws" {
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
}

resource "aws_iam_openid_connect_provider" "cluster" {
  url            = "https://oidc.eks.eu-central-1.amazonaws.com/id/ABC"
  client_id_list = ["sts.amazon.com"]
}
"#;

fn run(text: &str, arguments: &[&str]) -> String {
    let environment = TestEnvironment::with(&[("main.tf", text)]);
    environment.run_with(arguments, &KEYS, "")
}

/// Sees that all of these are in what was printed.
fn has(printed: &str, wanted: &[&str]) {
    for text in wanted {
        assert!(printed.contains(text), "no {text:?} in\n{printed}");
    }
}

/// The line that ends a transcript, if the command failed.
fn status(printed: &str) -> Option<&str> {
    printed
        .lines()
        .find(|line| line.starts_with("--- exit status"))
}

#[test]
fn warnings_stand_below_the_plan() {
    let printed = run(WIDE, &["plan"]);
    let (_, below) = printed.split_once("\nPlan: ").expect("a plan");
    has(
        below,
        &[
            "Warning: Policy allows more than anybody needs [policy-too-wide]",
            "with aws_iam_policy.logs",
            "\"s3:*\"",
            "hint: name the actions that are needed",
        ],
    );
    assert_eq!(status(&printed), None);
    let printed = run(WIDE, &["lint"]);
    has(
        &printed,
        &["[policy-too-wide]", "Lint: 0 errors, 1 warning."],
    );
    assert!(!printed.contains("Plan: "), "{printed}");
    assert_eq!(status(&printed), None);
    let printed = run(WIDE, &["lint", "-strict", "-compact-warnings"]);
    has(
        &printed,
        &["- Policy allows more than anybody needs [policy-too-wide]\n"],
    );
    assert_eq!(status(&printed), Some("--- exit status: 2 ---"));
    let printed = run(WIDE, &["lint", "-strict", "-rule=irsa-subject"]);
    has(&printed, &["Lint: 0 errors, 0 warnings."]);
    assert_eq!(status(&printed), None);
}

#[test]
fn errors_refuse_applying_unless_they_are_allowed() {
    let environment = TestEnvironment::with(&[("main.tf", MISTAKEN)]);
    let run = |arguments: &[&str]| environment.run_with(arguments, &KEYS, "");
    let refused = [
        "Error: Plan breaks rules",
        "[irsa-audience]",
        "-allow=irsa-audience",
    ];
    let printed = run(&["apply", "-auto-approve"]);
    has(&printed, &refused);
    assert_eq!(status(&printed), Some("--- exit status: 1 ---"));
    let printed = run(&["lint"]);
    has(&printed, &["Lint: 1 error, 0 warnings."]);
    assert_eq!(status(&printed), Some("--- exit status: 1 ---"));
    // A saved plan remembers what was found.
    assert_eq!(status(&run(&["plan", "-out=plan"])), None);
    has(&run(&["apply", "plan"]), &refused);
    has(&run(&["show", "plan"]), &["[irsa-audience]"]);
    let document = run(&["show", "-json", "plan"]);
    let document = document.lines().next().unwrap_or_default();
    let document: serde_json::Value = serde_json::from_str(document).unwrap();
    let finding = &document["trueup_findings"][0];
    assert_eq!(finding["rule"], "irsa-audience");
    assert_eq!(finding["severity"], "error");
    assert_eq!(finding["path"], serde_json::json!(["client_id_list"]));
    let printed = run(&["apply", "-allow=irsa-audiense", "plan"]);
    has(
        &printed,
        &["Error: Unknown rule", "Did you mean \"irsa-audience\"?"],
    );
    // What is allowed goes on: to the question, which has no answer here.
    let allowed = run(&["apply", "-allow=irsa-audience"]);
    has(&allowed, &["Do you want to perform these actions?"]);
}

#[test]
fn programs_get_findings_as_events() {
    let printed = run(MISTAKEN, &["lint", "-json"]);
    let mut events = printed
        .lines()
        .filter(|line| line.contains("\"type\":\"finding\""));
    let event: serde_json::Value = serde_json::from_str(events.next().unwrap_or_default()).unwrap();
    assert_eq!(event["@level"], "error");
    let finding = &event["finding"];
    assert_eq!(finding["rule"], "irsa-audience");
    assert_eq!(
        finding["address"],
        "aws_iam_openid_connect_provider.cluster"
    );
    assert_eq!(finding["range"]["start"]["line"], 9);
    assert_eq!(events.next(), None);
}

#[test]
fn ignored_findings_are_only_counted() {
    let text = WIDE.replace(
        "resource \"aws_iam_policy\"",
        "# trueup:ignore policy-too-wide until 2999-12-31 -- a trial\nresource \"aws_iam_policy\"",
    );
    let printed = run(&text, &["lint", "-strict"]);
    has(&printed, &["Lint: 0 errors, 0 warnings, 1 ignored."]);
    assert!(!printed.contains("[policy-too-wide]"), "{printed}");
    assert_eq!(status(&printed), None);
    let expired = run(&text.replace("2999-12-31", "2024-12-31"), &["lint"]);
    has(
        &expired,
        &["[policy-too-wide]", "Ignored until a day that is over"],
    );
}

#[test]
fn rules_are_listed_and_explained() {
    let list = run(WIDE, &["lint", "-list"]);
    let ids: Vec<&str> = trueup_lints::rules().iter().map(|rule| rule.id).collect();
    let listed = list
        .lines()
        .filter_map(|line| line.split_whitespace().next());
    let listed: Vec<&str> = listed.filter(|word| ids.contains(word)).collect();
    assert_eq!(listed, ids);
    let printed = run(WIDE, &["lint", "-explain", "policy-too-wide"]);
    has(
        &printed,
        &[
            "policy-too-wide\n",
            "**How it decides.**",
            "**How to fix it.**",
        ],
    );
    let printed = run(WIDE, &["lint", "-explain", "policy-to-wide"]);
    has(
        &printed,
        &["Error: Unknown rule", "Did you mean \"policy-too-wide\"?"],
    );
    assert_eq!(status(&printed), Some("--- exit status: 1 ---"));
    let printed = run(WIDE, &["lint", "-rule", "nothing"]);
    has(&printed, &["Error: Unknown rule"]);
}

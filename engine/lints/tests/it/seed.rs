//! Rules held against what the real chart renders to with the values of its
//! first users. The chart is no part of this project: where there is no folder
//! of charts beside it there is nothing to hold them against.

use std::path::{Path, PathBuf};

use crate::stage::Stage;

/// The folder of charts: `shared/charts` beside the project or above.
fn charts() -> Option<PathBuf> {
    let mut above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    above.find_map(|folder| {
        let charts = folder.join("shared/charts");
        charts
            .join("loki-stack-seed-expected.yaml")
            .exists()
            .then_some(charts)
    })
}

const STACK: &str = r#"
locals {
  issuer = "oidc.eks.ap-northeast-2.amazonaws.com/id/ABC"
}

resource "aws_iam_role" "loki" {
  name = "loki-s3"
  assume_role_policy = jsonencode({
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = "arn:aws:iam::123456789012:oidc-provider/${local.issuer}" }
      Condition = { StringEquals = {
        "${local.issuer}:aud" = "sts.amazonaws.com"
        "${local.issuer}:sub" = "system:serviceaccount:ns:loki-sa"
      } }
    }]
  })
}

resource "aws_iam_role_policy" "loki" {
  role = "loki-s3"
  policy = jsonencode({
    Statement = [{
      Effect   = "Allow"
      Action   = ["s3:ListBucket", "s3:PutObject", "s3:GetObject", "s3:DeleteObject"]
      Resource = ["arn:aws:s3:::my-loki-bucket", "arn:aws:s3:::my-loki-bucket/*"]
    }]
  })
}

resource "aws_lb_target_group" "grafana" {
  name        = "grafana"
  target_type = "ip"
  health_check {
    path    = "/api/health"
    matcher = "200"
  }
}

resource "helm_release" "loki" {
  name      = "rel"
  namespace = "ns"
  chart     = "loki-stack"
}

resource "kubernetes_manifest" "binding" {
  manifest = {
    apiVersion = "elbv2.k8s.aws/v1beta1"
    kind       = "TargetGroupBinding"
    metadata   = { name = "grafana-tgb", namespace = "ns" }
    spec = {
      serviceRef     = { name = "rel-grafana", port = 80 }
      targetGroupARN = aws_lb_target_group.grafana.arn
    }
  }
}
"#;

fn stage(stack: &str, objects: &str) -> Stage {
    let mut stage = Stage::default();
    stage.set("main.tf", stack.to_owned());
    stage.set("helm_release.loki", objects.to_owned());
    stage
}

/// Rule and what it is about, a line each.
fn told(stage: &Stage) -> Vec<String> {
    let found = stage.findings();
    let lines: Vec<&str> = found.lines().collect();
    let starts = (0..lines.len()).filter(|at| !lines[*at].starts_with(' '));
    let told = starts.map(|at| {
        let rule = lines[at].split(' ').nth(1).unwrap_or_default();
        let about = lines[at + 2].trim().split(": ").next().unwrap_or_default();
        format!("{rule} {about}")
    });
    told.collect()
}

#[test]
fn the_first_users_values_are_judged() {
    let Some(charts) = charts() else {
        return;
    };
    let rendered = charts.join("loki-stack-seed-expected.yaml");
    let rendered = std::fs::read_to_string(rendered).expect("what the chart renders to");
    let expected = [
        "retention-off Secret ns/rel-loki",
        "storage-not-persistent Deployment ns/rel-grafana",
        "storage-not-persistent StatefulSet ns/rel-loki",
    ];
    let mut found = told(&stage(STACK, &rendered));
    found.sort();
    assert_eq!(found, expected);

    // Persistent volumes, and retention where the chart reads it.
    let config = "c2NoZW1hX2NvbmZpZzoKICBjb25maWdzOiBbe3N0b3JlOiB0c2RiLCBzY2hlbWE6IHYxMn1dCmNvbXBhY3RvcjogeyByZXRlbnRpb25fZW5hYmxlZDogdHJ1ZSB9CmxpbWl0c19jb25maWc6IHsgcmV0ZW50aW9uX3BlcmlvZDogNzIwaCB9Cg==";
    let mut corrected = String::new();
    for line in rendered.lines() {
        match line.trim().strip_prefix("loki.yaml: ") {
            Some(_) => corrected.push_str(&format!("  loki.yaml: {config}")),
            None => corrected.push_str(line),
        }
        corrected.push('\n');
    }
    let corrected = corrected.replace(
        "- name: storage\n          emptyDir: {}",
        "- name: storage\n          persistentVolumeClaim: {claimName: storage}",
    );
    assert_eq!(told(&stage(STACK, &corrected)), Vec::<String>::new());

    // The chart's own version of Grafana.
    let newer = rendered.replace("grafana/grafana:10.2.5", "grafana/grafana:10.3.3");
    assert_ne!(newer, rendered);
    let found = stage(STACK, &newer).findings();
    assert!(found.contains("Grafana 10.3.3"), "{found}");
    assert!(
        found.contains("set Grafana's image tag to 10.2.5"),
        "{found}"
    );

    // A service account that the role does not know, a bucket it may not use.
    let other = STACK
        .replace("ns:loki-sa", "ns:loki")
        .replace("my-loki-bucket", "other");
    let found = told(&stage(&other, &rendered));
    assert!(
        found.iter().any(|line| line.starts_with("irsa-subject")),
        "{found:?}"
    );
    assert!(
        found.iter().any(|line| line.starts_with("bucket-reach")),
        "{found:?}"
    );

    // Health checks and bindings that lead nowhere.
    let other = STACK
        .replace("/api/health", "/")
        .replace("port = 80 }", "port = 3000 }");
    let found = told(&stage(&other, &rendered));
    assert!(
        found
            .iter()
            .any(|line| line.starts_with("target-group-binding-service")),
        "{found:?}"
    );
    let other = STACK.replace("/api/health", "/");
    let found = told(&stage(&other, &rendered));
    assert!(
        found
            .iter()
            .any(|line| line.starts_with("target-group-health")),
        "{found:?}"
    );
}

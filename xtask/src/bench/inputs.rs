//! Configurations of any size.

use std::{fmt::Write as _, fs, path::Path};

/// A file of about `megabytes` whose layout needs mending everywhere.
pub(crate) fn spoiled_file(dir: &Path, megabytes: usize) -> anyhow::Result<()> {
    let mut text = String::new();
    let mut n = 0;
    while text.len() < megabytes << 20 {
        write!(
            text,
            r#"resource "aws_iam_role"   "role{n}" {{
    name="loki-{n}"
  count   = var.enabled?1:0 # only where wanted
  tags = merge( local.tags,{{Name="role{n}",   "kubernetes.io/cluster" =  "owned"}} )
    assume_role_policy = jsonencode({{
      Version = "2012-10-17"
      Statement=[{{ Effect="Allow", Action =  "sts:AssumeRole", Principal = {{ Service= ["ec2.amazonaws.com",  "eks.amazonaws.com"] }} }}]
    }})
  description=<<-EOT
    Role {n} of ${{var.cluster}}.
  EOT
      lifecycle {{
  ignore_changes=[ tags ]
      }}
}}

"#
        )?;
        n += 1;
    }
    fs::write(dir.join("main.tf"), text)?;
    Ok(())
}

/// `count` resources in files of 500, each referring to another.
pub(crate) fn resources(dir: &Path, count: usize) -> anyhow::Result<()> {
    fs::write(
        dir.join("variables.tf"),
        "variable \"region\" {\n  type    = string\n  default = \"eu\"\n}\n",
    )?;
    for first in (0..count).step_by(500) {
        let mut text = String::new();
        for n in first..count.min(first + 500) {
            resource(&mut text, n)?;
        }
        fs::write(dir.join(format!("resources{first}.tf")), text)?;
    }
    Ok(())
}

fn resource(text: &mut String, n: usize) -> anyhow::Result<()> {
    let before = if n.is_multiple_of(10) {
        "\"none\"".to_owned()
    } else {
        format!("terraform_data.r{}.output.name", n - 1)
    };
    write!(
        text,
        r#"resource "terraform_data" "r{n}" {{
  input = {{
    name    = "${{var.region}}-r{n}"
    enabled = true
    size    = {n}
    ports   = [80, 443, 8000 + {n}]
    tags    = merge({{ Name = "r{n}" }}, {{ Team = upper("platform") }})
    before  = {before}
    policy = jsonencode({{
      Version   = "2012-10-17"
      Statement = [{{ Effect = "Allow", Action = ["s3:Get*", "s3:List*"], Resource = "*" }}]
    }})
  }}
}}

"#
    )?;
    Ok(())
}

/// `calls` calls of one module with `variables` inputs each.
pub(crate) fn module_calls(dir: &Path, calls: usize, variables: usize) -> anyhow::Result<()> {
    let mut module = String::new();
    for v in 0..variables {
        writeln!(
            module,
            "variable \"v{v}\" {{\n  type    = string\n  default = \"\"\n}}\n"
        )?;
    }
    write!(
        module,
        "resource \"terraform_data\" \"all\" {{\n  input = ["
    )?;
    for v in 0..variables {
        write!(module, "var.v{v}, ")?;
    }
    writeln!(
        module,
        "]\n}}\n\noutput \"id\" {{\n  value = terraform_data.all.id\n}}"
    )?;
    fs::create_dir_all(dir.join("module"))?;
    fs::write(dir.join("module/main.tf"), module)?;
    let mut root = String::new();
    for call in 0..calls {
        writeln!(root, "module \"m{call}\" {{\n  source = \"./module\"")?;
        for v in 0..variables {
            writeln!(root, "  v{v} = \"value {v} of {call}\"")?;
        }
        writeln!(root, "}}\n")?;
    }
    fs::write(dir.join("main.tf"), root)?;
    Ok(())
}

/// One resource with `count` instances that hold a little of everything.
pub(crate) fn counted(dir: &Path, count: usize) -> anyhow::Result<()> {
    let text = format!(
        r#"resource "terraform_data" "each" {{
  count = {count}
  input = {{
    name    = "instance-${{count.index}}"
    size    = count.index
    enabled = true
    tags    = ["a", "b", "c"]
  }}
}}
"#
    );
    fs::write(dir.join("main.tf"), text)?;
    Ok(())
}

/// `count` instances that refer to as many others, by index and by functions
/// that are given all of them.
pub(crate) fn referring(dir: &Path, count: usize) -> anyhow::Result<()> {
    let text = format!(
        r#"resource "terraform_data" "source" {{
  count = {count}
  input = "source-${{count.index}}"
}}

locals {{
  names = {{ for index, one in terraform_data.source : "source-${{index}}" => one.input }}
}}

resource "terraform_data" "target" {{
  count = {count}
  input = {{
    id    = terraform_data.source[count.index].id
    name  = lookup(local.names, "source-${{count.index}}", "none")
    other = element(terraform_data.source, count.index + 1).input
    of    = length(local.names)
  }}
}}
"#
    );
    fs::write(dir.join("main.tf"), text)?;
    Ok(())
}

/// `count` resources, each of which waits for the one before it.
pub(crate) fn chain(dir: &Path, count: usize) -> anyhow::Result<()> {
    let mut text = "resource \"terraform_data\" \"r0\" {\n  input = \"first\"\n}\n".to_owned();
    for n in 1..count {
        let before = n - 1;
        write!(
            text,
            "\nresource \"terraform_data\" \"r{n}\" {{\n  input = terraform_data.r{before}.id\n}}\n"
        )?;
    }
    fs::write(dir.join("main.tf"), text)?;
    Ok(())
}

/// A script that renders every chart of a folder with every one of its values
/// files, as `cases.json` there lists them.
pub(super) fn all_charts(charts: &Path, dir: &Path) -> anyhow::Result<()> {
    let list = std::fs::read_to_string(charts.join("cases.json"))?;
    let list: Vec<serde_json::Value> = serde_json::from_str(&list)?;
    let mut script = format!("cd '{}' || exit 1\n", charts.canonicalize()?.display());
    for case in list.iter().filter(|case| case["ok"] == true) {
        let text = |key: &str| case[key].as_str().unwrap_or_default().to_owned();
        let values = text("values");
        let flag = if values.is_empty() { "" } else { "-f" };
        let (chart, release) = (text("chart"), text("release"));
        script.push_str(&format!(
            "\"$@\" '{release}' '{chart}' -n ns {flag} {values} --kube-version 1.33.0 >/dev/null 2>&1\n"
        ));
    }
    std::fs::write(dir.join("all.sh"), script)?;
    Ok(())
}

/// `count` config maps in the cluster of a kubeconfig.
pub(crate) fn config_maps(dir: &Path, count: usize, kubeconfig: &Path) -> anyhow::Result<()> {
    let text = format!(
        r#"provider "kubernetes" {{
  config_path = "{}"
}}

resource "kubernetes_config_map" "settings" {{
  count = {count}
  metadata {{
    name = "settings-${{count.index}}"
  }}
  data = {{
    colour = "green"
    index  = count.index
  }}
}}
"#,
        kubeconfig.display()
    );
    fs::write(dir.join("main.tf"), text)?;
    Ok(())
}

/// A release of a chart, in a namespace of its own.
pub(crate) fn release(
    dir: &Path,
    chart: &Path,
    values: Option<&Path>,
    namespace: &str,
    kubeconfig: &Path,
) -> anyhow::Result<()> {
    let values =
        values.map(|file| format!("  values           = [file(\"{}\")]\n", file.display()));
    let text = format!(
        r#"provider "helm" {{
  kubernetes = {{
    config_path = "{}"
  }}
}}

resource "helm_release" "release" {{
  name             = "bench"
  namespace        = "{namespace}"
  create_namespace = true
  chart            = "{}"
{}}}
"#,
        kubeconfig.display(),
        chart.display(),
        values.unwrap_or_default(),
    );
    fs::write(dir.join("main.tf"), text)?;
    Ok(())
}

/// The AWS half of a stack. Its load balancer is that of [`load_balancer`].
pub(crate) fn account(dir: &Path) -> anyhow::Result<()> {
    let text = include_str!("../../../cli/tests/sandbox/aws.tf");
    fs::write(dir.join("main.tf"), text.replace("NAME", "bench-aws"))?;
    Ok(())
}

/// The load balancer that others have made.
pub(crate) fn load_balancer(dir: &Path) -> anyhow::Result<()> {
    let text = r#"data "aws_vpc" "network" {
  default = true
}

data "aws_subnets" "network" {
  filter {
    name   = "vpc-id"
    values = [data.aws_vpc.network.id]
  }
}

resource "aws_lb" "front" {
  name     = "bench-aws"
  internal = true
  subnets  = data.aws_subnets.network.ids
}

resource "aws_lb_listener" "front" {
  load_balancer_arn = aws_lb.front.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type = "fixed-response"

    fixed_response {
      content_type = "text/plain"
      status_code  = "404"
    }
  }
}
"#;
    fs::write(dir.join("main.tf"), text)?;
    Ok(())
}

/// What stands beside the load balancer of [`load_balancer`] for [`bound_release`].
pub(crate) const GROUP: &str = r#"
resource "aws_lb_target_group" "half" {
  name        = "bench-half"
  target_type = "ip"
  protocol    = "HTTP"
  port        = 3000
  vpc_id      = data.aws_vpc.network.id
}

output "group" {
  value = aws_lb_target_group.half.arn
}

output "listener" {
  value = aws_lb_listener.front.arn
}
"#;

/// The Kubernetes half of `stacks/loki`: a namespace, a release of a chart in it, and
/// the binding of its Grafana to a target group.
pub(crate) fn bound_release(
    dir: &Path,
    (chart, values): (&Path, &Path),
    kubeconfig: &Path,
    group: &str,
) -> anyhow::Result<()> {
    let text = r#"provider "kubernetes" {
  config_path = "KUBECONFIG"
}

provider "helm" {
  kubernetes = {
    config_path = "KUBECONFIG"
  }
}

resource "kubernetes_namespace_v1" "half" {
  metadata {
    name = "bench-half"
  }
}

resource "helm_release" "half" {
  name      = "half"
  namespace = kubernetes_namespace_v1.half.metadata[0].name
  chart     = "CHART"
  values    = [file("VALUES")]
}

resource "kubernetes_manifest" "half" {
  manifest = {
    apiVersion = "elbv2.k8s.aws/v1beta1"
    kind       = "TargetGroupBinding"
    metadata   = { name = "half", namespace = kubernetes_namespace_v1.half.metadata[0].name }
    spec = {
      serviceRef     = { name = "half-grafana", port = 80 }
      targetGroupARN = "GROUP"
      targetType     = "ip"
    }
  }
  depends_on = [helm_release.half]
}
"#;
    let text = text
        .replace("KUBECONFIG", &kubeconfig.display().to_string())
        .replace("CHART", &chart.display().to_string())
        .replace("VALUES", &values.display().to_string())
        .replace("GROUP", group);
    fs::write(dir.join("main.tf"), text)?;
    Ok(())
}

/// A chart that makes `count` config maps.
pub(crate) fn chart_of_config_maps(dir: &Path, count: usize) -> anyhow::Result<()> {
    let template = format!(
        r#"{{{{- range $index := until {count} }}}}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{{{ $.Release.Name }}}}-{{{{ $index }}}}
data:
  index: {{{{ $index | quote }}}}
{{{{- end }}}}
"#
    );
    fs::create_dir_all(dir.join("templates"))?;
    fs::write(
        dir.join("Chart.yaml"),
        "apiVersion: v2\nname: large\nversion: 1.0.0\n",
    )?;
    fs::write(dir.join("templates/maps.yaml"), template)?;
    Ok(())
}

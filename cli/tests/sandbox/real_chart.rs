//! The real loki-stack chart with the values of somebody who uses it: its life
//! among Helm's own commands, and a SIGKILL at each of its steps. The chart and
//! `helm` are no part of this project: whoever has them says where.

use std::{path::PathBuf, process::Command};

use trueup_sandbox::{Cluster, Sandbox, shared};

use crate::{
    helm::{at, history, killed_after},
    stack::Stack,
};

/// The folder of grafana/loki-stack; beside it, the values.
const CHART: &str = "TRUEUP_LOKI_CHART";
const VALUES: &str = "loki-stack-seed-values.yaml";
/// The program `helm`.
const HELM: &str = "TRUEUP_HELM";

const UPGRADED: &str = "  set = [{ name = \"grafana.replicas\", value = \"2\" }]\n";

/// Where something is, if anybody has said so.
#[expect(clippy::print_stderr, reason = "a test says that it is left out")]
fn told(variable: &str) -> Option<PathBuf> {
    let found = std::env::var_os(variable).map(PathBuf::from);
    if found.is_none() {
        eprintln!("left out: {variable} is not set");
    }
    found
}

/// A release of the chart in a namespace of its own.
struct Release {
    stack: Stack,
    cluster: Cluster,
    chart: PathBuf,
    namespace: &'static str,
}

impl Release {
    /// `None` where there is no chart.
    fn new(sandbox: &Sandbox, namespace: &'static str) -> Option<Self> {
        let chart = told(CHART)?;
        let values = std::fs::read_to_string(chart.with_file_name(VALUES)).unwrap();
        let stack = Stack::new(sandbox, "");
        stack.write("values.yaml", &values);
        let release = Release {
            stack,
            cluster: sandbox.cluster().unwrap(),
            chart,
            namespace,
        };
        release.set("");
        Some(release)
    }

    /// Gives it these attributes more. Its name is that of the namespace, as
    /// the chart's cluster roles are named by it.
    fn set(&self, more: &str) {
        let Release {
            namespace, chart, ..
        } = self;
        let main = format!(
            r#"resource "helm_release" "loki" {{
  name             = "{namespace}"
  namespace        = "{namespace}"
  create_namespace = true
  chart            = "{}"
  values           = [file("values.yaml")]
{more}}}
"#,
            chart.display()
        );
        self.stack.write("main.tf", &main);
    }

    fn applies(&self) {
        let printed = self.stack.apply();
        assert!(printed.contains("Apply complete!"), "{printed}");
    }

    fn history(&self) -> Vec<String> {
        history(&self.cluster, self.namespace)
    }

    /// Nothing is left to do, and one revision is the deployed one.
    fn is_settled(&self, when: &str) {
        assert_eq!(self.stack.settled(), "No changes.", "{when}");
        let history = self.history();
        let deployed = history.iter().filter(|one| one.ends_with(" deployed"));
        assert_eq!(deployed.count(), 1, "{when}: {history:?}");
        let pending = history.iter().any(|one| one.contains("pending"));
        assert!(!pending, "{when}: {history:?}");
    }

    fn pods_are_ready(&self) {
        let pods = self.cluster.list(&at(self.namespace, "pods")).unwrap();
        assert!(pods.len() > 2, "{}", pods.len());
        for pod in pods {
            let conditions = pod["status"]["conditions"].as_array().unwrap();
            let ready = conditions
                .iter()
                .any(|one| one["type"] == "Ready" && one["status"] == "True");
            assert!(ready, "{pod}");
        }
    }
}

#[test]
fn helms_own_commands_work_on_it() {
    let Some(sandbox) = shared() else { return };
    let Some(program) = told(HELM) else { return };
    let Some(release) = Release::new(&sandbox, "real-life") else {
        return;
    };
    let name = release.namespace;
    let helm = |arguments: &[&str]| {
        let mut command = Command::new(&program);
        let home = release.stack.path("helm");
        command.env_clear().env("HOME", home);
        command.env("KUBECONFIG", &sandbox.description().direct_kubeconfig);
        let done = command.args(arguments).args(["-n", name]).output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{arguments:?}: {said}");
        String::from_utf8(done.stdout).unwrap()
    };

    release.applies();
    release.pods_are_ready();
    let listed = helm(&["ls"]);
    assert!(listed.contains("deployed"), "{listed}");
    assert!(listed.contains("loki-stack-2.10.2"), "{listed}");
    assert!(helm(&["status", name]).contains("STATUS: deployed"));
    assert!(helm(&["get", "manifest", name]).contains("kind: StatefulSet"));
    assert!(helm(&["get", "values", name]).contains("retention_period"));

    release.set(UPGRADED);
    release.applies();
    release.pods_are_ready();
    assert_eq!(helm(&["history", name]).lines().count(), 3);
    helm(&["rollback", name, "1", "--wait"]);
    let drifted = release.stack.run(&["drift"]);
    assert!(
        drifted.contains("helm_release.loki has changed"),
        "{drifted}"
    );
    let planned = release.stack.plan();
    assert!(planned.contains("~ replicas"), "{planned}");
    release.applies();
    release.is_settled("after the rollback");
    assert_eq!(
        release.history(),
        ["1 superseded", "2 superseded", "3 superseded", "4 deployed"]
    );

    helm(&["uninstall", name, "--wait"]);
    assert!(release.stack.plan().contains("1 to add"));
    release.applies();
    release.is_settled("after the removal");
    assert!(release.stack.destroy().contains("1 destroyed"));
    assert!(!helm(&["ls"]).contains("loki-stack"));
}

#[test]
fn what_helm_installed_is_imported_without_a_revision() {
    let Some(sandbox) = shared() else { return };
    let Some(program) = told(HELM) else { return };
    let Some(release) = Release::new(&sandbox, "real-import") else {
        return;
    };
    let name = release.namespace;
    let mut helm = Command::new(program);
    helm.env_clear().env("HOME", release.stack.path("helm"));
    helm.env("KUBECONFIG", &sandbox.description().direct_kubeconfig);
    helm.args(["install", name]).arg(&release.chart);
    helm.args(["-n", name, "--create-namespace", "--wait", "-f"]);
    let done = helm
        .arg(release.stack.path("values.yaml"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{said}");

    let import = format!("import {{\n  to = helm_release.loki\n  id = \"{name}/{name}\"\n}}\n");
    release.stack.write("import.tf", &import);
    let (imported, calls) = release.stack.calls(|| release.stack.apply());
    assert!(imported.contains("1 imported"), "{imported}");
    assert_eq!(calls.mutating(), [""; 0]);
    release.is_settled("after the import");
    assert_eq!(release.history(), ["1 deployed"]);
    assert!(release.stack.destroy().contains("1 destroyed"));
}

#[test]
fn killed_at_each_step_of_its_installation_and_removal() {
    let Some(sandbox) = shared() else { return };
    let Some(release) = Release::new(&sandbox, "real-killed") else {
        return;
    };
    let mut steps = 0;
    loop {
        let killed = killed_after(&release.stack, "apply", steps);
        release.applies();
        release.is_settled(&format!("installation killed after {steps}"));
        let cut = killed_after(&release.stack, "destroy", steps);
        let gone = release.stack.destroy();
        let done = gone.contains("Destroy complete!") || gone.contains("No changes.");
        assert!(done, "removal killed after {steps}: {gone}");
        assert_eq!(release.history(), [""; 0], "removal killed after {steps}");
        if !killed && !cut {
            break;
        }
        steps += 1;
    }
    assert!(steps > 20, "{steps}");
}

#[test]
fn killed_at_each_step_of_its_upgrade() {
    let Some(sandbox) = shared() else { return };
    let Some(release) = Release::new(&sandbox, "real-cut") else {
        return;
    };
    release.applies();
    let mut steps = 0;
    loop {
        // There and back again.
        release.set(if steps % 2 == 0 { UPGRADED } else { "" });
        let killed = killed_after(&release.stack, "apply", steps);
        release.applies();
        release.is_settled(&format!("upgrade killed after {steps}"));
        if !killed {
            break;
        }
        steps += 1;
    }
    assert!(steps >= 3, "{steps}");
    assert!(release.stack.destroy().contains("1 destroyed"));
}

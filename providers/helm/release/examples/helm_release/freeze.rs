//! What Helm makes of the tests' chart, written down.

use std::{fs, path::Path};

use serde_json::{Map, Value};
use trueup_helm_release::operation::Releases;
use trueup_kubernetes::client::Cluster;

use crate::{NAME, Trouble, helm::Helm, look::look, say};

/// Installs the chart, upgrades and rolls it back, by server-side apply and
/// client-side, and writes down what is there after each step.
pub(crate) async fn freeze(cluster: &Cluster, helm: &Helm) -> Result<(), Trouble> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sandbox");
    let chart = folder.join("chart").display().to_string();
    let values = folder.join("chart/values-2.yaml").display().to_string();
    for (method, flag) in [
        ("ssa", "--server-side=true"),
        ("csa", "--server-side=false"),
    ] {
        let namespace = format!("freezing-{method}");
        let install = [
            "install",
            NAME,
            &chart,
            "--create-namespace",
            "--wait",
            flag,
        ];
        let upgrade = ["upgrade", NAME, &chart, "-f", &values, "--wait"];
        let rollback = ["rollback", NAME, "1", "--wait"];
        let steps: [(&str, &[&str]); 3] = [
            ("install", &install),
            ("upgrade", &upgrade),
            ("rollback", &rollback),
        ];
        let releases = Releases::new(cluster, &namespace);
        for (step, command) in steps {
            helm.run_in(&namespace, command)?;
            cluster.forget_kinds();
            let found = look(cluster, &releases, NAME, &namespace).await?;
            let found: Map<String, Value> = found.into_iter().collect();
            let path = folder.join(format!("expected/{method}-{step}.json"));
            fs::write(&path, serde_json::to_string_pretty(&found)? + "\n")?;
            say(&format!("wrote {}", path.display()))?;
        }
        helm.run_in(&namespace, &["uninstall", NAME, "--wait"])?;
    }
    Ok(())
}

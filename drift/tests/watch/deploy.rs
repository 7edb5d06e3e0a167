//! What is ready-made in `deploy`.

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use trueup_drift::config::{Surroundings, read};
use trueup_lang::context::{FileKind, Files};

use crate::world::at;

fn deploy(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    root.join("deploy").join(name)
}

/// A machine on which every folder has a stack in it.
struct Machine;

impl Files for Machine {
    fn read(&self, _: &Path) -> io::Result<Vec<u8>> {
        Err(io::Error::from(io::ErrorKind::NotFound))
    }

    fn kind(&self, _: &Path) -> io::Result<FileKind> {
        Ok(FileKind::Directory)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<OsString>> {
        Ok(match folder.to_str() {
            Some("/srv/stacks") => vec!["loki".into()],
            _ => vec!["main.tf".into()],
        })
    }
}

#[test]
fn configurations_are_right() {
    let variable = |name: &str| match name {
        "TRUEUP_WEBHOOK_URL" => Some("https://example.org/hook".to_owned()),
        "TRUEUP_WEBHOOK_SECRET" | "TRUEUP_WATCH_TOKEN" => Some("secret".to_owned()),
        _ => None,
    };
    for (name, listen) in [
        ("watch.hcl", "127.0.0.1:9127"),
        ("kubernetes/watch.hcl", "0.0.0.0:9127"),
    ] {
        let text = fs::read(deploy(name)).unwrap();
        let around = Surroundings {
            files: &Machine,
            variable: &variable,
            now: at("2026-11-29T08:30:00Z"),
        };
        let loaded = read(Path::new(name), text, around);
        assert_eq!(loaded.diagnostics.0, [], "{name}");
        let config = loaded.config.unwrap();
        assert_eq!(config.listen.to_string(), listen);
        assert_eq!(config.history, Path::new("/var/lib/trueup-watch"));
        assert_eq!(config.stacks[0].name, "prod/loki");
    }
}

#[test]
fn systemd_takes_the_unit() {
    if Command::new("systemd-analyze")
        .arg("--version")
        .output()
        .is_err()
    {
        eprintln!("left out: there is no systemd-analyze");
        return;
    }
    let unit = fs::read_to_string(deploy("systemd/trueup-watch.service")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trueup-watch.service");
    fs::write(&path, unit.replace("/usr/local/bin/trueup", "/bin/true")).unwrap();
    let output = Command::new("systemd-analyze")
        .arg("verify")
        .arg(&path)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let own: Vec<&str> = said
        .lines()
        .filter(|line| line.contains("trueup-watch"))
        .collect();
    assert_eq!(own, [""; 0]);
    assert!(output.status.success(), "{said}");
}

#[test]
fn what_a_pod_mounts_and_runs_as_is_what_is_promised() {
    for name in ["deployment", "cronjob"] {
        let text = fs::read_to_string(deploy(&format!("kubernetes/{name}.yaml"))).unwrap();
        for promise in [
            "runAsNonRoot: true",
            "readOnlyRootFilesystem: true",
            "allowPrivilegeEscalation: false",
            "drop: [ALL]",
            "type: RuntimeDefault",
            "serviceAccountName: trueup-watch",
            "-config=/etc/trueup/watch.hcl",
            "mountPath: /var/lib/trueup-watch",
            "mountPath: /srv/stacks",
        ] {
            assert!(text.contains(promise), "{name}: {promise}");
        }
    }
    let roles = fs::read_to_string(deploy("kubernetes/rbac.yaml")).unwrap();
    let verbs = roles
        .lines()
        .filter_map(|line| line.trim().strip_prefix("verbs: "));
    let mut verbs: Vec<&str> = verbs.collect();
    verbs.sort_unstable();
    verbs.dedup();
    assert_eq!(
        verbs,
        [
            "[create, patch]",
            "[get, list, create, patch]",
            "[get, list]"
        ]
    );
}

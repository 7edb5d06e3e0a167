//! Records and the Secrets that hold them.

use std::{collections::BTreeMap, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;
use trueup_helm::{
    Capabilities, Chart, Clock, Entropy, File, KubeVersion, Limits, Options, Release, SchemaCheck,
    Sources, load_files, render,
};
use trueup_helm_release::{
    ApplyMethod, Phase, Record, Status, Time,
    storage::{self, Stamp, StorageError, decode, encode, secret, secret_name, to_json},
};

struct Fixed;

impl Entropy for Fixed {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

impl Clock for Fixed {
    fn now(&self) -> (i64, u32) {
        (1_700_000_000, 0)
    }
}

fn chart(files: &[(&str, &str)]) -> Chart {
    let files = files.iter().map(|(name, text)| File {
        name: (*name).to_owned(),
        data: text.as_bytes().to_vec(),
    });
    load_files(files.collect()).unwrap()
}

fn options() -> Options {
    let values = json!({"big": 1_000_000.0, "sign": "<&>", "sub": {"enabled": true}});
    Options {
        release: Release {
            name: "rel".to_owned(),
            namespace: "ns".to_owned(),
            revision: 1,
            is_upgrade: false,
        },
        values: values.as_object().unwrap().clone(),
        capabilities: Capabilities::offline(KubeVersion::parse("v1.33.0").unwrap()),
        sources: Sources {
            entropy: Arc::new(Fixed),
            cluster: None,
            clock: Arc::new(Fixed),
        },
        helm_3: false,
        strict: false,
        schema: SchemaCheck::All,
        limits: Limits::default(),
    }
}

fn record() -> Record {
    let chart = chart(&[
        (
            "Chart.yaml",
            "apiVersion: v2\nname: app\nversion: 1.2.3\nappVersion: \"4\"\ndependencies:\n\
             - {name: base, version: '*', alias: sub, condition: sub.enabled, import-values: [data]}\n\
             - {name: base, version: '*', alias: gone, condition: gone.enabled}\n",
        ),
        (
            "Chart.lock",
            "dependencies:\n- name: base\n  repository: file://../base\n  version: 0.1.0\n\
             digest: sha256:00\ngenerated: \"2026-01-02T03:04:05Z\"\n",
        ),
        ("values.yaml", "a: 1\ngone: {enabled: false}\n"),
        ("values.schema.json", "{}"),
        ("README.md", "# app"),
        (
            "charts/base/Chart.yaml",
            "apiVersion: v2\nname: base\nversion: 0.1.0\n",
        ),
        (
            "charts/base/values.yaml",
            "exports: {data: {imported: 0.5}}\n",
        ),
        ("templates/NOTES.txt", "Hello {{ .Release.Name }}"),
        (
            "templates/all.yaml",
            "kind: ConfigMap\nmetadata: {name: a}\n---\nkind: Job\nmetadata:\n  name: hook\n  \
             annotations: {helm.sh/hook: pre-upgrade, helm.sh/hook-weight: \"2\"}\n",
        ),
    ]);
    let options = options();
    let rendered = render(&chart, &options).unwrap();
    let mut record = Record::new(&chart, &options, &rendered).unwrap();
    record.info.status = Status::Deployed;
    record.info.first_deployed = Time::new(1_700_000_000, 120_000_000);
    record
}

#[test]
fn records_are_written_as_go_writes_them() {
    // Helm's own types, encoded by Go.
    let expected = include_str!("record.json").trim_end();
    assert_eq!(to_json(&record()).unwrap(), expected);
}

#[test]
fn secrets_hold_records() {
    let record = record();
    let user = BTreeMap::from([("team".to_owned(), "a".to_owned())]);
    let mut written = secret(&record, &user, Stamp::Created(7)).unwrap();
    let read = storage::from_secret(&written).unwrap();
    assert_eq!(to_json(&read).unwrap(), to_json(&record).unwrap());
    written["data"] = json!({});
    assert_eq!(
        written,
        json!({
            "apiVersion": "v1",
            "kind": "Secret",
            "type": "helm.sh/release.v1",
            "metadata": {
                "name": "sh.helm.release.v1.rel.v1",
                "namespace": "ns",
                "labels": {"createdAt": "7", "name": "rel", "owner": "helm", "status": "deployed",
                    "team": "a", "version": "1"},
            },
            "data": {},
        })
    );
    let labels = storage::labels(&record, &user, Stamp::Modified(8));
    assert_eq!(labels.get("modifiedAt").map(String::as_str), Some("8"));
    assert_eq!(storage::user_labels(&labels), user);
    assert_eq!(storage::status_of(&labels), Status::Deployed);
    assert_eq!(storage::selector("rel"), "name=rel,owner=helm");
    assert_eq!(secret_name("a.b", 12), "sh.helm.release.v1.a.b.v12");
}

#[test]
fn records_of_helm_3_are_read() {
    let text = r#"{"name":"old","info":{"first_deployed":"2024-05-06T07:08:09.1+02:00",
        "last_deployed":"2024-05-06T07:08:09.1+02:00","deleted":"","description":"Install complete",
        "status":"superseded"},"chart":{"metadata":{"name":"c","version":"1","apiVersion":"v1"},
        "lock":null,"templates":[],"values":null,"schema":null,"files":null},"config":null,
        "hooks":[{"name":"h","last_run":{"started_at":"","completed_at":"","phase":""}},
        {"name":"i","last_run":{"started_at":"2024-05-06T07:08:09Z","phase":"Failed"}}],"version":1}"#;
    let record = decode(STANDARD.encode(text).as_bytes()).unwrap();
    assert_eq!(record.method(), ApplyMethod::ClientSide);
    assert!(record.info.deleted.is_none());
    assert_eq!(record.info.first_deployed.seconds(), Some(1_714_972_089));
    assert_eq!(record.info.status, Status::Superseded);
    assert!(record.config.is_empty());
    assert_eq!(record.hooks[0].last_run.phase, Phase::Never);
    assert!(record.hooks[0].last_run.started_at.is_none());
    assert_eq!(record.hooks[1].last_run.phase, Phase::Failed);
}

#[test]
fn what_is_no_release_is_refused() {
    assert!(matches!(decode(b"%"), Err(StorageError::Base64(_))));
    assert!(matches!(decode(b"e30"), Err(StorageError::Base64(_))));
    assert!(matches!(decode(b"W10="), Err(StorageError::Json(_))));
    let whole = encode(&record()).unwrap();
    let cut = whole.get(..whole.len() / 8 * 4).unwrap();
    assert!(matches!(decode(cut.as_bytes()), Err(StorageError::Gzip(_))));
    assert!(matches!(
        storage::from_secret(&json!({"data": {}})),
        Err(StorageError::Missing)
    ));
}

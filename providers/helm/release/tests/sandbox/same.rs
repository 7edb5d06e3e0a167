//! What we make is what Helm makes.

use serde_json::{Map, Value};
use trueup_helm_release::{
    ApplyMethod,
    operation::{Method, Options},
};

use crate::{
    look::{Look, differences, look},
    setting::{Setting, options, revision, second_values},
};

fn expected(text: &str) -> Look {
    let objects: Map<String, Value> = serde_json::from_str(text).unwrap();
    objects.into_iter().collect()
}

fn check(setting: &Setting, text: &str) {
    let releases = setting.releases();
    let found = look(&setting.cluster, &releases, "rel", &setting.namespace);
    let found = setting.run(found).unwrap();
    let lines = differences(&expected(text), &found);
    assert!(lines.is_empty(), "{}", lines.join("\n"));
}

/// Installs, upgrades, rolls back, and uninstalls.
fn story(setting: Option<Setting>, method: ApplyMethod, expected: [&str; 3]) {
    let Some(setting) = setting else {
        return;
    };
    let [installed, upgraded, rolled_back] = expected;
    let namespace = setting.namespace.as_str();
    let releases = setting.releases();
    let first = revision(namespace, 1, Map::new());
    let always = Options {
        method: Method::Always(method),
        ..options()
    };
    setting.run(releases.install(first, &always)).unwrap();
    check(&setting, installed);
    let second = revision(namespace, 2, second_values());
    setting.run(releases.upgrade(second, &options())).unwrap();
    check(&setting, upgraded);
    setting
        .run(releases.rollback("rel", Some(1), &options()))
        .unwrap();
    check(&setting, rolled_back);
    let gone = setting.run(releases.uninstall("rel", &options())).unwrap();
    let kept = format!(
        "ConfigMap \"rel-kept\" in namespace \"{namespace}\" stays: its resource policy is keep."
    );
    assert_eq!(gone.left, [kept]);
    let history = setting.run(releases.history("rel")).unwrap();
    assert!(history.entries().is_empty());
    if let Some(front) = &setting.front {
        let struck = front.kubernetes_faults.fired().unwrap();
        assert!(struck.iter().sum::<u32>() > 10, "{struck:?}");
    }
}

const SERVER_SIDE: [&str; 3] = [
    include_str!("expected/ssa-install.json"),
    include_str!("expected/ssa-upgrade.json"),
    include_str!("expected/ssa-rollback.json"),
];

const CLIENT_SIDE: [&str; 3] = [
    include_str!("expected/csa-install.json"),
    include_str!("expected/csa-upgrade.json"),
    include_str!("expected/csa-rollback.json"),
];

#[test]
fn by_server_side_apply() {
    story(Setting::new("same"), ApplyMethod::ServerSide, SERVER_SIDE);
}

#[test]
fn client_side_as_before_helm_4() {
    story(Setting::new("same"), ApplyMethod::ClientSide, CLIENT_SIDE);
}

#[test]
fn by_server_side_apply_in_a_storm() {
    let setting = Setting::in_a_storm("storm", 1);
    story(setting, ApplyMethod::ServerSide, SERVER_SIDE);
}

#[test]
fn client_side_in_a_storm() {
    let setting = Setting::in_a_storm("storm", 2);
    story(setting, ApplyMethod::ClientSide, CLIENT_SIDE);
}

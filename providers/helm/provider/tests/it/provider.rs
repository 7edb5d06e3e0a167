//! What can be said without a cluster: validation, states of old versions,
//! rendering.

use std::{
    collections::BTreeMap,
    future::Future,
    io,
    path::PathBuf,
    sync::Arc,
    time::{Duration, SystemTime},
};

use futures_util::FutureExt;
use serde_json::{Value as Json, json};
use trueup_helm_provider::{helm, schema};
use trueup_kubernetes::Surroundings;
use trueup_sdk::{
    Answer, Problem, Provider,
    native::{Fields, Shape},
    ready,
    world::{Clock, Random, World},
};
use trueup_value::{
    Value,
    json::{from_json, to_json_simple},
};

struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000)
    }

    fn sleep(&self, _: Duration) -> Answer<'static, ()> {
        ready(())
    }
}

impl Random for Fixed {
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()> {
        bytes.fill(7);
        Ok(())
    }
}

fn world() -> World {
    World {
        clock: Arc::new(Fixed),
        random: Arc::new(Fixed),
        working_dir: PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests"),
        variables: Arc::default(),
    }
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(future)
}

/// A configuration with these attributes, all others null.
fn config(schema: &trueup_sdk::ResourceSchema, attributes: &Json) -> Value {
    let mut fields = Shape::of(schema).empty();
    for (name, value) in attributes.as_object().unwrap() {
        let ty = schema.block.attributes[name.as_str()].implied_type();
        fields.set(name, from_json(value.to_string(), &ty).unwrap());
    }
    fields.into_value()
}

fn validate(attributes: &Json) -> Vec<Problem> {
    let provider = helm(&world(), &Surroundings::default());
    let mut all = json!({"name": "shop", "chart": "./chart"});
    let given = attributes.as_object().unwrap().clone();
    all.as_object_mut().unwrap().extend(given);
    provider.validate_resource("helm_release", &config(&schema::release(), &all))
}

#[test]
fn what_is_wrong_with_values_is_said_before_anything_is_read() {
    let table = [
        (json!({"values": ["a: [b"]}), "Invalid values"),
        (json!({"values": ["- a"]}), "Invalid values"),
        (
            json!({"set": [{"name": "a[-1]", "value": "c", "type": null}]}),
            "Invalid value",
        ),
        (json!({"name": "Shop"}), "Invalid release name"),
        (json!({"timeout": -1}), "Invalid Attribute Value"),
    ];
    for (attributes, summary) in table {
        let problems = validate(&attributes);
        let summaries: Vec<&str> = problems.iter().map(|one| one.summary.as_str()).collect();
        assert_eq!(summaries, [summary], "{attributes}");
    }
    assert_eq!(validate(&json!({"values": ["a: b"]})), []);
}

#[test]
fn secrets_are_in_no_message() {
    for attribute in ["set", "set_sensitive"] {
        let attributes = json!({
            attribute: [{"name": "a", "value": "x,hunter2", "type": null}],
        });
        let [problem] = <[Problem; 1]>::try_from(validate(&attributes)).unwrap();
        assert!(problem.detail.contains("cannot be read"), "{problem:?}");
        assert!(!problem.detail.contains("hunter2"), "{problem:?}");
    }
}

/// The attributes of releases in a state that Terraform wrote.
fn stored(state: &str) -> BTreeMap<String, Json> {
    let state: Json = serde_json::from_str(state).unwrap();
    let resources = state["resources"].as_array().unwrap().iter();
    let all = resources.map(|one| {
        let name = one["name"].as_str().unwrap().to_owned();
        (name, one["instances"][0]["attributes"].clone())
    });
    all.collect()
}

#[test]
fn states_of_version_2_are_those_of_version_3() {
    let provider = helm(&world(), &Surroundings::default());
    let taken = stored(include_str!("../taken/two/terraform.tfstate"));
    let upgraded = taken.into_iter().map(|(name, attributes)| {
        let stored = attributes.to_string();
        let upgraded = provider.upgrade("helm_release", 1, &stored);
        (name, Fields::of(&wait(upgraded).unwrap()))
    });
    let upgraded: BTreeMap<_, _> = upgraded.collect();
    let plain = &upgraded["plain"];
    let none = [
        "postrender",
        "set",
        "set_list",
        "set_sensitive",
        "set_wo_revision",
        "timeouts",
    ];
    for name in none {
        assert!(plain.get(name).is_null(), "{name}");
    }
    assert_eq!(plain.flag("take_ownership"), Some(false));
    assert_eq!(plain.flag("upgrade_install"), Some(false));
    assert_eq!(upgraded["upgraded"].flag("upgrade_install"), Some(true));
    let metadata = upgraded["upgraded"].object("metadata").unwrap();
    assert_eq!(metadata.integer("revision"), Some(3));
    let full = &upgraded["full"];
    assert_eq!(full.objects("set").len(), 5);
    assert_eq!(full.objects("set")[0].text("type"), Some(""));
    assert_eq!(full.objects("set_list").len(), 2);
    let secrets = full.objects("set_sensitive");
    assert_eq!(secrets[0].text("type"), Some("string"));
    assert!(secrets[1].get("type").is_null());
    assert_eq!(full.flag("atomic"), Some(true));
    let postrender = upgraded["filtered"].object("postrender").unwrap();
    assert_eq!(postrender.text("binary_path"), Some("/bin/cat"));
}

#[test]
fn states_of_version_3_stay_as_they_are() {
    let provider = helm(&world(), &Surroundings::default());
    for (name, attributes) in stored(include_str!("../taken/three/terraform.tfstate")) {
        let stored = attributes.to_string();
        let read = provider.upgrade("helm_release", 2, &stored);
        let written = to_json_simple(&wait(read).unwrap()).unwrap();
        let written: Json = serde_json::from_str(&written).unwrap();
        assert_eq!(written, attributes, "{name}");
    }
}

/// As version 2.4 stores it: fewer attributes, and empty texts in blocks for
/// what is not set.
#[test]
fn states_of_version_0_are_those_of_version_3() {
    let stored = json!({
        "id": "shop",
        "name": "shop",
        "namespace": "default",
        "chart": "./chart",
        "description": null,
        "keyring": "/root/.gnupg/pubring.gpg",
        "metadata": [{
            "app_version": "7.1",
            "chart": "shop",
            "name": "shop",
            "namespace": "default",
            "revision": 1,
            "values": "{}",
            "version": "1.2.0",
        }],
        "postrender": [{"binary_path": "./patch"}],
        "set": [{"name": "replicaCount", "type": "", "value": "2"}],
        "set_sensitive": [{"name": "token", "type": "", "value": "s3cr3t"}],
        "wait": false,
    });
    let provider = helm(&world(), &Surroundings::default());
    let stored = stored.to_string();
    let upgraded = provider.upgrade("helm_release", 0, &stored);
    let fields = Fields::of(&wait(upgraded).unwrap());
    let metadata = fields.object("metadata").unwrap();
    assert_eq!(metadata.text("version"), Some("1.2.0"));
    assert!(metadata.get("first_deployed").is_null());
    let postrender = fields.object("postrender").unwrap();
    assert_eq!(postrender.text("binary_path"), Some("./patch"));
    assert_eq!(fields.objects("set")[0].text("type"), Some(""));
    assert!(fields.objects("set_sensitive")[0].get("type").is_null());
    assert_eq!(fields.flag("pass_credentials"), Some(false));
    assert_eq!(fields.flag("wait"), Some(false));
}

/// As version 3 stores what it took over from version 2.
#[test]
fn a_post_renderer_without_a_program_is_none() {
    let schema = schema::release();
    let given = json!({"name": "shop", "postrender": {"binary_path": "", "args": []}});
    let stored = to_json_simple(&config(&schema, &given)).unwrap();
    let provider = helm(&world(), &Surroundings::default());
    let upgraded = provider.upgrade("helm_release", schema.version, &stored);
    let fields = Fields::of(&wait(upgraded).unwrap());
    assert!(fields.get("postrender").is_null());
}

#[test]
fn charts_are_rendered_without_a_cluster() {
    let provider = helm(&world(), &Surroundings::default());
    let empty = Shape::of(&schema::provider()).empty().into_value();
    let configured = wait(provider.configure(&empty)).unwrap();
    let asked = config(
        &schema::template(),
        &json!({
            "name": "shop",
            "chart": "./chart",
            "set": [{"name": "greeting", "value": "Moin", "type": null}],
            "show_only": ["templates/config.yaml"],
        }),
    );
    let answer = wait(configured.read_data("helm_template", &asked)).unwrap();
    let fields = Fields::of(&answer);
    let expected = "---\n# Source: shop/templates/config.yaml\napiVersion: v1\nkind: ConfigMap\n";
    let manifest = fields.text("manifest").unwrap();
    assert!(manifest.starts_with(expected), "{manifest}");
    assert!(manifest.contains("greeting: \"Moin\""), "{manifest}");
    let files = fields.texts("manifests");
    assert_eq!(files.len(), 1);
    assert_eq!(files[0].0.as_str(), Some("templates/config.yaml"));
    assert_eq!(fields.text("notes"), Some("Moin from shop 1.2.0.\n"));
    assert_eq!(fields.text("version"), Some("1.2.0"));
    assert_eq!(fields.texts("crds").len(), 1);
}

#[test]
fn a_chart_that_is_not_there_is_named() {
    let provider = helm(&world(), &Surroundings::default());
    let empty = Shape::of(&schema::provider()).empty().into_value();
    let configured = wait(provider.configure(&empty)).unwrap();
    let asked = config(
        &schema::template(),
        &json!({"name": "shop", "chart": "./nowhere"}),
    );
    let problems = wait(configured.read_data("helm_template", &asked)).unwrap_err();
    assert_eq!(problems[0].summary, "Chart not found");
    // What waits for nothing needs no runtime.
    let answer = provider.upgrade("helm_release", 9, "{}");
    assert!(answer.now_or_never().is_some());
}

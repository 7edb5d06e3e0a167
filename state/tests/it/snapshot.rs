//! State files of Terraform, read and written again.

use trueup_state::{Snapshot, snapshot::SnapshotError};

const ALL_KINDS: &[u8] = include_bytes!("../snapshots/all-kinds.tfstate");

#[test]
fn a_file_of_terraform_is_written_byte_for_byte() {
    let mut snapshot = Snapshot::read(ALL_KINDS).unwrap().unwrap();
    snapshot.normalize();
    let mut written = Vec::new();
    snapshot.write(&mut written).unwrap();
    assert_eq!(
        String::from_utf8(written).unwrap(),
        String::from_utf8(ALL_KINDS.to_vec()).unwrap()
    );
}

#[test]
fn every_truncation_is_an_error_that_says_so() {
    for length in 1..ALL_KINDS.len() - 2 {
        let error = Snapshot::read(&ALL_KINDS[..length]).unwrap_err();
        assert!(
            matches!(error, SnapshotError::Truncated { .. }),
            "{length}: {error}"
        );
    }
}

#[test]
fn what_is_no_state_of_ours_is_told_apart() {
    let read = |text: &str| Snapshot::read(text.as_bytes()).unwrap_err().to_string();
    assert_eq!(read("{}"), "it has no format version, so it is not a state");
    assert_eq!(
        read(r#"{"version": 5}"#),
        "it has format version 5; this program reads up to 4"
    );
    assert_eq!(
        read(r#"{"version": 3}"#),
        "it has format version 3, written by Terraform before 0.12; Terraform 1.x can upgrade it"
    );
    assert_eq!(
        read("resource {}"),
        "it is not a state: expected value at line 1 column 1"
    );
    assert!(Snapshot::read(b" \n").unwrap().is_none());
}

#[test]
fn what_is_null_is_not_there() {
    let read = |text: &str| {
        let mut snapshot = Snapshot::read(text.as_bytes()).unwrap().unwrap();
        snapshot.normalize();
        let mut written = Vec::new();
        snapshot.write(&mut written).unwrap();
        String::from_utf8(written).unwrap()
    };
    let nulls = r#"{
      "version": 4, "terraform_version": null, "serial": null, "lineage": null,
      "outputs": {"o": {"value": 1, "type": "number", "sensitive": null}},
      "resources": [
        {
          "module": null, "mode": "managed", "type": "t", "name": "a", "each": null,
          "provider": "provider[\"registry.terraform.io/hashicorp/t\"]",
          "instances": [{
            "index_key": null, "status": null, "deposed": null, "schema_version": null,
            "attributes": {}, "attributes_flat": null, "sensitive_attributes": null,
            "private": null, "dependencies": null, "create_before_destroy": null
          }]
        },
        {
          "mode": "managed", "type": "t", "name": "b",
          "provider": "provider[\"registry.terraform.io/hashicorp/t\"]", "instances": null
        }
      ],
      "check_results": [{
        "object_kind": "resource", "config_addr": "t.a", "status": null,
        "objects": [{"object_addr": "t.a", "status": null, "failure_messages": null}]
      }]
    }"#;
    let bare = r#"{
      "version": 4,
      "outputs": {"o": {"value": 1, "type": "number"}},
      "resources": [
        {
          "mode": "managed", "type": "t", "name": "a",
          "provider": "provider[\"registry.terraform.io/hashicorp/t\"]",
          "instances": [{"attributes": {}}]
        },
        {
          "mode": "managed", "type": "t", "name": "b",
          "provider": "provider[\"registry.terraform.io/hashicorp/t\"]", "instances": []
        }
      ],
      "check_results": [{
        "object_kind": "resource", "config_addr": "t.a", "status": "unknown",
        "objects": [{"object_addr": "t.a", "status": "unknown"}]
      }]
    }"#;
    assert_eq!(read(nulls), read(bare));
}

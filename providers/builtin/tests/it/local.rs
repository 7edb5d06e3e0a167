//! The provider `local`.

use std::{fs, path::PathBuf};

use futures_executor::block_on;
use serde_json::json;
use trueup_sdk::{ApplyRequest, Interrupted, PlanRequest, Recovery};
use trueup_value::{Str, Type, Value};

use crate::{NONE, stage::Stage};

fn file(arguments: &str) -> String {
    format!("resource \"local_file\" \"a\" {{\n{arguments}\n}}")
}

fn at(stage: &Stage, name: &str) -> PathBuf {
    stage.folder.path().join(name)
}

#[test]
fn local_file_is_created_kept_replaced_and_destroyed() {
    let mut stage = Stage::new();
    let one = file("filename = \"dir/sub/f\"\ncontent = \"one\\n\"");
    assert_eq!(stage.apply(&one), ["local_file.a: create"]);
    let text = fs::read_to_string(at(&stage, "dir/sub/f")).expect("the file");
    assert_eq!(text, "one\n");
    // The checksums are those md5sum, sha1sum, sha256sum and sha512sum print.
    assert_eq!(
        stage.attributes("local_file"),
        json!({
            "filename": "dir/sub/f",
            "content": "one\n",
            "content_base64": null,
            "sensitive_content": null,
            "source": null,
            "file_permission": "0777",
            "directory_permission": "0777",
            "id": "c7059bb19433cc3cabaa6236c83d56668a843dd2",
            "content_md5": "5bbf5a52328e7439ae6e719dfe712200",
            "content_sha1": "c7059bb19433cc3cabaa6236c83d56668a843dd2",
            "content_sha256": "2c8b08da5ce60398e1f19af0e5dccc744df274b826abe585eaba68c525434806",
            "content_base64sha256": "LIsI2lzmA5jh8Zrw5dzMdE3ydLgmq+WF6rpoxSVDSAY=",
            "content_sha512": SHA512,
            "content_base64sha512": BASE64_SHA512,
        })
    );
    assert_eq!(stage.plan(&one), NONE);

    let two = file("filename = \"dir/sub/f\"\ncontent = \"two\"");
    let expected = ["local_file.a: delete+create [\"content\"]"];
    assert_eq!(stage.apply(&two), expected);
    let text = fs::read_to_string(at(&stage, "dir/sub/f")).expect("the file");
    assert_eq!(text, "two");
    assert_eq!(stage.destroy(&two), ["local_file.a: delete"]);
    assert!(!at(&stage, "dir/sub/f").exists());
    assert_eq!(stage.destroy(&two), NONE);
}

const SHA512: &str = "07e41ccb166d21a5327d5a2ae1bb48192b8470e1357266c9d119c294cb1e95978569472c9de64fb6d93cbd4dd0aed0bf1e7c47fd1920de17b038a08a85eb4fa1";
const BASE64_SHA512: &str =
    "B+QcyxZtIaUyfVoq4btIGSuEcOE1cmbJ0RnClMselZeFaUcsneZPttk8vU3QrtC/HnxH/Rkg3hewOKCKhetPoQ==";

#[test]
fn drift_of_a_local_file_is_made_good() {
    let mut stage = Stage::new();
    let text = file("filename = \"f\"\ncontent = \"one\"");
    stage.apply(&text);
    fs::remove_file(at(&stage, "f")).expect("a file");
    assert_eq!(stage.apply(&text), ["local_file.a: create"]);
    fs::write(at(&stage, "f"), "other").expect("a file");
    assert_eq!(stage.apply(&text), ["local_file.a: create"]);
    assert_eq!(fs::read(at(&stage, "f")).expect("the file"), b"one");
    assert_eq!(stage.plan(&text), NONE);
}

#[test]
fn where_contents_come_from() {
    for (arguments, expected) in [
        ("content_base64 = \"AAH/\"", vec![0, 1, 255]),
        ("source = \"source\"", b"from a source".to_vec()),
        ("content = \"\"", vec![]),
    ] {
        let mut stage = Stage::new();
        fs::write(at(&stage, "source"), "from a source").expect("a file");
        let text = file(&format!("filename = \"f\"\n{arguments}"));
        assert_eq!(stage.apply(&text), ["local_file.a: create"]);
        assert_eq!(fs::read(at(&stage, "f")).expect("the file"), expected);
        assert_eq!(stage.plan(&text), NONE);
    }
}

#[test]
fn arguments_that_cannot_be() {
    let one_of = "specified when one (and only one) of [content,sensitive_content,content_base64,source] is required";
    for (arguments, expected) in [
        ("filename = \"f\"", format!("Invalid Attribute Combination: No attribute {one_of}")),
        (
            "filename = \"f\"\ncontent = \"\"\nsource = \"s\"",
            format!("Invalid Attribute Combination: 2 attributes {one_of}"),
        ),
        ("filename = \"\"\ncontent = \"\"", "Invalid path: \"\" is not the path of a file.".to_owned()),
        ("filename = \"d/\"\ncontent = \"\"", "Invalid path: \"d/\" is not the path of a file.".to_owned()),
        (
            "filename = \"f\"\ncontent = \"\"\nfile_permission = \"9\"",
            "Invalid File Permission String Value: bad mode permission: string length should be 3 or 4 digits: 9".to_owned(),
        ),
        (
            "filename = \"f\"\ncontent = \"\"\ndirectory_permission = \"0888\"",
            "Invalid File Permission String Value: bad mode permission: string must be expressed in octal numeric notation: 0888".to_owned(),
        ),
        (
            "filename = \"f\"\ncontent_base64 = \"?\"",
            "Create local file error: The contents are not standard Base64: Invalid symbol 63, offset 0..".to_owned(),
        ),
        (
            "filename = \"f\"\nsource = \"none\"",
            "Create local file error: The source \"none\" cannot be read: No such file or directory (os error 2).".to_owned(),
        ),
        (
            "filename = \"taken\"\ncontent = \"\"",
            "Create local file error: The file \"taken\" cannot be written: Is a directory (os error 21).".to_owned(),
        ),
    ] {
        let mut stage = Stage::new();
        fs::create_dir(at(&stage, "taken")).expect("a folder");
        assert_eq!(stage.apply(&file(arguments)), [expected]);
        let left: Vec<_> = fs::read_dir(stage.folder.path()).expect("a folder").collect();
        assert_eq!(left.len(), 1, "nothing is left behind");
    }
}

#[cfg(unix)]
#[test]
fn permissions_links_and_others_that_stand_there() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let mode = |path: PathBuf| fs::metadata(path).expect("a file").permissions().mode() & 0o777;

    let mut stage = Stage::new();
    stage.apply(&file("filename = \"d/f\"\ncontent = \"\"\nfile_permission = \"0640\"\ndirectory_permission = \"700\""));
    assert_eq!(
        (mode(at(&stage, "d/f")), mode(at(&stage, "d"))),
        (0o640, 0o700)
    );

    let mut stage = Stage::new();
    symlink("target", at(&stage, "link")).expect("a link");
    fs::write(at(&stage, "target"), "old").expect("a file");
    stage.apply(&file("filename = \"link\"\ncontent = \"new\""));
    assert!(at(&stage, "link").is_symlink());
    assert_eq!(fs::read(at(&stage, "target")).expect("a file"), b"new");

    let mut stage = Stage::new();
    let secret = "resource \"local_sensitive_file\" \"a\" {\nfilename = \"f\"\ncontent = \"x\"\n}";
    assert_eq!(stage.apply(secret), ["local_sensitive_file.a: create"]);
    assert_eq!(mode(at(&stage, "f")), 0o700);
    assert_eq!(stage.plan(secret), NONE);
}

#[test]
fn the_successor_of_a_file_outlives_it() {
    let mut stage = Stage::new();
    let text = |content: &str| {
        file(&format!(
            "filename = \"f\"\ncontent = \"{content}\"\nlifecycle {{\ncreate_before_destroy = true\n}}"
        ))
    };
    stage.apply(&text("one"));
    assert_eq!(
        stage.apply(&text("two")),
        ["local_file.a: create+delete [\"content\"]"]
    );
    assert_eq!(fs::read(at(&stage, "f")).expect("the file"), b"two");
    assert_eq!(stage.plan(&text("two")), NONE);
}

#[test]
fn files_are_read_as_data() {
    let mut stage = Stage::new();
    fs::write(at(&stage, "in"), [b'a', 0xff]).expect("a file");
    let text = r#"
        data "local_file" "in" { filename = "in" }
        data "local_sensitive_file" "in" { filename = "in" }
        resource "local_file" "a" {
          filename = "out"
          content  = join(" ", [data.local_file.in.content, data.local_file.in.content_base64,
            data.local_file.in.id, nonsensitive(data.local_sensitive_file.in.content_base64)])
        }
    "#;
    assert_eq!(stage.apply(text), ["local_file.a: create"]);
    assert_eq!(
        stage.attributes("local_file")["content"],
        "a\u{fffd} Yf8= 1de18dd18a63a86bc893b3f46166aeae1a855b45 Yf8="
    );
    let missing = r#"data "local_file" "in" { filename = "none" }"#;
    let expected = "Read local file data source error: The file \"none\" cannot be read: No such file or directory (os error 2).";
    assert_eq!(stage.plan(missing), [expected]);
}

/// What a killed process leaves: the file without an outcome.
#[test]
fn an_interrupted_creation_is_found_again() {
    let stage = Stage::new();
    for (kind, from, given) in [
        ("local_file", "content", "one"),
        ("local_file", "content_base64", "AAH/"),
        ("local_sensitive_file", "content", "secret"),
    ] {
        let (provider, configured) = stage.configured(kind);
        let Type::Object(ty) = provider.schema().resources[kind].block.implied_type() else {
            panic!("an object")
        };
        let value = |name: &Str, ty: &Type| match name.as_str() {
            "filename" => Value::string("f"),
            name if name == from => Value::string(given),
            _ => Value::null(ty.clone()),
        };
        let attributes = ty.attributes().iter();
        let config = Value::object(attributes.map(|(name, ty)| (name.clone(), value(name, ty))));
        let planned = block_on(configured.plan(PlanRequest {
            kind,
            prior: None,
            config: Some(&config),
            proposed: Some(&config),
            sensitive: &[],
            shown: None,
        }));
        let planned = planned.planned.expect("a plan");
        let identity = configured.identify(kind, &planned).expect("an identity");
        assert!(!identity.contains("secret"), "{identity}");
        let recover = || {
            block_on(configured.recover(Interrupted {
                kind,
                prior: None,
                identity: Some(&identity),
            }))
        };
        assert!(matches!(recover(), Recovery::Absent));
        let made = block_on(configured.apply(ApplyRequest {
            kind,
            prior: None,
            planned: Some(&planned),
            config: Some(&config),
            settled: Some(&config),
            private: &[],
            identity: Some(&identity),
        }));
        let Recovery::Found(found) = recover() else {
            panic!("it is there")
        };
        assert_eq!(Some(found), made.object);
        fs::write(at(&stage, "f"), "of somebody else").expect("a file");
        assert!(matches!(recover(), Recovery::Absent));
        fs::remove_file(at(&stage, "f")).expect("a file");
    }
}

#[test]
fn direxists_knows_folders_only() {
    let stage = Stage::new();
    fs::create_dir(at(&stage, "d")).expect("a folder");
    fs::write(at(&stage, "f"), "").expect("a file");
    let (provider, _) = stage.configured("local_file");
    let ask = |path: &str| block_on(provider.call_function("direxists", &[Value::string(path)]));
    assert_eq!(ask("d"), Ok(Value::bool(true)));
    assert_eq!(ask("./d/../d"), Ok(Value::bool(true)));
    assert_eq!(ask("none"), Ok(Value::bool(false)));
    let error = ask("f").expect_err("a file");
    let expected = "Invalid file mode detected: \"f\" was found, but is not a directory";
    assert_eq!(
        (error.argument, error.message.as_str()),
        (Some(0), expected)
    );
}

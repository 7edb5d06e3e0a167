//! A folder with a stack whose objects are files.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;
use tempfile::TempDir;

const HEAD: &str = r#"
terraform {
  required_providers {
    test = { source = "trueup/test" }
  }
}
provider "test" { world = "world" }
"#;

/// What the stack is before the run that is killed.
pub(crate) const BEFORE: &str = r#"
resource "test_object" "kept"    { name = "kept" }
resource "test_object" "changed" {
  name  = "changed"
  value = "one"
}
resource "test_object" "replaced" {
  name  = "replaced"
  fixed = "one"
  value = test_object.kept.id
}
resource "test_object" "first" {
  name  = "first"
  fixed = "one"
  lifecycle { create_before_destroy = true }
}
resource "test_object" "follower" {
  name  = "follower"
  value = test_object.first.id
}
resource "test_object" "gone"   { name = "gone" }
resource "test_object" "before" { name = "moved" }
# Read with one call.
resource "test_listed" "many" {
  for_each = toset(["changes", "goes", "stays"])
  name     = "many-${each.key}"
}
"#;

/// What it is to become.
pub(crate) const AFTER: &str = r#"
resource "test_object" "kept"    { name = "kept" }
resource "test_object" "changed" {
  name  = "changed"
  value = "two"
}
resource "test_object" "replaced" {
  name  = "replaced"
  fixed = "two"
  value = test_object.kept.id
}
resource "test_object" "first" {
  name  = "first"
  fixed = "two"
  lifecycle { create_before_destroy = true }
}
resource "test_object" "follower" {
  name  = "follower"
  value = test_object.first.id
}
resource "test_object" "made" {
  for_each = toset(["a", "b"])
  name     = "made-${each.key}"
  value    = test_object.changed.shout
  secret   = "hush-hush"
}
resource "test_object" "broken" {
  name = "broken"
}
resource "test_object" "provisioned" {
  name = "provisioned"
  # Last, so that how long it takes changes no other step.
  depends_on = [
    test_object.made, test_object.replaced, test_object.follower, test_object.after,
    test_listed.many
  ]
  provisioner "local-exec" {
    command = "echo >> provisioned.log"
  }
}
resource "test_object" "after" {
  name  = "moved"
  value = "there"
}
moved {
  from = test_object.before
  to   = test_object.after
}
resource "test_listed" "many" {
  for_each = toset(["changes", "comes", "stays"])
  name     = "many-${each.key}"
  value    = each.key == "changes" ? "two" : null
}
output "made" { value = test_object.made["a"].id }
"#;

/// A working folder.
pub(crate) struct Folder {
    pub(crate) root: TempDir,
}

impl Folder {
    pub(crate) fn new() -> Self {
        Folder {
            root: tempfile::tempdir().unwrap(),
        }
    }

    /// The stack as it is before the run that is killed, with the
    /// configuration after it; creating `broken` fails once, after its work.
    pub(crate) fn prepared() -> Self {
        let folder = Folder::new();
        folder.configure(BEFORE);
        let made = folder.run(&["apply", "-auto-approve"], &[]);
        assert!(made.status.success(), "{made:?}");
        folder.configure(AFTER);
        let step = r#"{"fail": "no luck", "late": true, "once": true}"#;
        folder.write("world/script/broken.create", step);
        fs::remove_file(folder.path().join("world/calls.log")).unwrap();
        folder
    }

    pub(crate) fn path(&self) -> &Path {
        self.root.path()
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.path().join("terraform.tfstate")
    }

    pub(crate) fn journal(&self) -> PathBuf {
        self.path().join("terraform.tfstate.journal")
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn configure(&self, stack: &str) {
        self.write("main.tf", &format!("{HEAD}{stack}"));
    }

    /// The same once more.
    pub(crate) fn copy(&self) -> Self {
        let copy = Folder::new();
        copy_into(self.path(), copy.path());
        copy
    }

    pub(crate) fn run(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_trueup"))
            .args(arguments)
            .current_dir(self.path())
            .env_clear()
            .env("HOME", self.path())
            .envs(variables.iter().copied())
            .output()
            .unwrap()
    }

    /// The steps of an apply.
    pub(crate) fn steps(&self) -> Vec<String> {
        let log = self.path().join("steps.log");
        let variable = log.display().to_string();
        self.run(
            &["apply", "-auto-approve"],
            &[("TRUEUP_STEPS_LOG", &variable)],
        );
        let text = fs::read_to_string(&log).unwrap();
        fs::remove_file(log).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    /// Applies until all is done: what failed once is done the second time.
    pub(crate) fn apply_all(&self, context: &str) {
        let first = self.run(&["apply", "-auto-approve"], &[]);
        let second = self.run(&["apply", "-auto-approve"], &[]);
        assert!(second.status.success(), "{context}: {first:?} {second:?}");
    }

    /// Applies and is killed at a step.
    pub(crate) fn apply_killed(&self, step: usize, context: &str) {
        let step = step.to_string();
        let killed = self.run(&["apply", "-auto-approve"], &[("TRUEUP_STEPS_KILL", &step)]);
        // Records that happen to be due at once are written at once: a run may
        // have a few steps less than the one that was counted.
        let finished = killed.status.code() == Some(1) && !self.journal().exists();
        let ended = killed.status.signal() == Some(9) || finished;
        assert!(ended, "{context}: {killed:?}");
    }

    /// How often each mutating call was made that is made as often whenever
    /// the process is killed.
    pub(crate) fn calls(&self) -> BTreeMap<String, usize> {
        let text = fs::read_to_string(self.path().join("world/calls.log")).unwrap_or_default();
        let mut calls = BTreeMap::new();
        for line in text.lines().filter(|line| !is_reading(line)) {
            *calls.entry(line.to_owned()).or_default() += 1;
        }
        // Whoever recovers an object finds it as it is, not that the call
        // which made it was going to report a failure; and one whose
        // provisioner has not finished is made anew.
        calls.retain(|call, _| !call.ends_with(" broken") && !call.ends_with(" provisioned"));
        calls
    }

    /// The IDs of the objects there are, with their names.
    pub(crate) fn world(&self) -> BTreeMap<String, String> {
        let Ok(files) = fs::read_dir(self.path().join("world/objects")) else {
            return BTreeMap::new();
        };
        let record = |file: std::io::Result<fs::DirEntry>| {
            let text = fs::read(file.unwrap().path()).unwrap();
            let record: Value = serde_json::from_slice(&text).unwrap();
            let text = |name: &str| record[name].as_str().unwrap().to_owned();
            (text("id"), text("name"))
        };
        files.map(record).collect()
    }

    /// The IDs and names of the objects the state knows.
    pub(crate) fn known(&self) -> BTreeMap<String, String> {
        let state: Value = serde_json::from_slice(&fs::read(self.state()).unwrap()).unwrap();
        let mut known = BTreeMap::new();
        for resource in state["resources"].as_array().unwrap() {
            for object in resource["instances"].as_array().unwrap() {
                let text = |name: &str| object["attributes"][name].as_str().unwrap().to_owned();
                let twice = known.insert(text("id"), text("name"));
                assert_eq!(twice, None, "one object twice in {state:#}");
            }
        }
        known
    }

    /// The files but for the world, each with its contents.
    pub(crate) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let files = fs::read_dir(self.path()).unwrap();
        let files = files.map(|file| file.unwrap().path());
        let files = files.filter(|path| path.is_file());
        let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
        files
            .map(|path| (name(&path), fs::read(&path).unwrap()))
            .collect()
    }

    /// Holds the folder against what must be so once all is done: each object
    /// once, in the world and in the state; nothing left behind; nothing to be
    /// done.
    pub(crate) fn check_done(&self, context: &str) {
        let names: Vec<String> = self.world().into_values().collect();
        let mut sorted = names.clone();
        sorted.sort();
        let expected = [
            "broken",
            "changed",
            "first",
            "follower",
            "kept",
            "made-a",
            "made-b",
            "many-changes",
            "many-comes",
            "many-stays",
            "moved",
            "provisioned",
            "replaced",
        ];
        assert_eq!(sorted, expected, "{context}");
        assert_eq!(self.world(), self.known(), "{context}");
        let mut left: BTreeSet<String> = self.files().into_keys().collect();
        assert!(left.remove("provisioned.log"), "{context}: not provisioned");
        let expected = ["main.tf", "terraform.tfstate", "terraform.tfstate.backup"];
        let expected: BTreeSet<String> = expected.map(str::to_owned).into();
        assert_eq!(left, expected, "{context}");
        let plan = self.run(&["plan", "-detailed-exitcode"], &[]);
        assert_eq!(plan.status.code(), Some(0), "{context}: {plan:?}");
    }
}

fn is_reading(call: &str) -> bool {
    call.starts_with("read ") || call.starts_with("list ")
}

fn copy_into(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            fs::create_dir(&target).unwrap();
            copy_into(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

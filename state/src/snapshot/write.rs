//! Writing a state file.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use serde::Serialize;
use trueup_value::json::write_indented;

use super::{
    CheckResults, FORMAT_VERSION, InstanceKey, InstanceObject, Output, Resource, Snapshot,
};

#[derive(Serialize)]
struct File<'a> {
    version: u64,
    terraform_version: &'a str,
    serial: u64,
    lineage: &'a str,
    outputs: &'a BTreeMap<String, Output>,
    resources: &'a [Resource],
    check_results: Option<&'a [CheckResults]>,
}

impl Snapshot {
    /// Writes the state file, byte for byte as Terraform would.
    ///
    /// # Errors
    /// What `out` answers.
    pub fn write<W: Write>(&self, out: W) -> io::Result<()> {
        let file = File {
            version: FORMAT_VERSION,
            terraform_version: &self.terraform_version,
            serial: self.serial,
            lineage: &self.lineage,
            outputs: &self.outputs,
            resources: &self.resources,
            check_results: self.check_results.as_deref(),
        };
        write_indented(out, &file)
    }

    /// The same without what changes from state to state although nothing in
    /// it has.
    pub(super) fn write_contents<W: Write>(&self, out: W) -> io::Result<()> {
        let file = File {
            version: FORMAT_VERSION,
            terraform_version: "",
            serial: 0,
            lineage: "",
            outputs: &self.outputs,
            resources: &self.resources,
            check_results: self.check_results.as_deref(),
        };
        write_indented(out, &file)
    }

    /// Whether it is in the order [`Snapshot::normalize`] makes.
    pub(super) fn is_normalized(&self) -> bool {
        let resources = &self.resources;
        resources.is_sorted_by(|a, b| sort_key(a) <= sort_key(b))
            && resources.iter().all(|resource| {
                let instances = &resource.instances;
                instances.is_sorted_by(|a, b| object_key(a) <= object_key(b))
            })
    }

    /// Puts resources and instances in the order Terraform writes them:
    /// by module, mode, type and name; by key, the current object before the
    /// deposed ones.
    pub fn normalize(&mut self) {
        self.resources.sort_by(|a, b| sort_key(a).cmp(&sort_key(b)));
        for resource in &mut self.resources {
            resource
                .instances
                .sort_by(|a, b| object_key(a).cmp(&object_key(b)));
        }
    }
}

fn sort_key(resource: &Resource) -> (&str, super::Mode, &str, &str) {
    (
        &resource.module,
        resource.mode,
        &resource.resource_type,
        &resource.name,
    )
}

fn object_key(object: &InstanceObject) -> (Option<&InstanceKey>, &str) {
    (object.index_key.as_ref(), &object.deposed)
}

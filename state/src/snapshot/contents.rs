//! What a state holds, whatever its serial and lineage.

use std::{
    borrow::Cow,
    io::{self, BufWriter, Write},
    sync::Arc,
};

use serde::Serialize;
use trueup_value::json::write_indented;

use super::{InstanceObject, Resource, Snapshot};

impl Snapshot {
    /// Whether both hold the same objects, outputs and check results, whatever
    /// their serial and lineage.
    pub fn same_contents(&self, other: &Snapshot) -> bool {
        if self.check_results != other.check_results
            || self.resources.len() != other.resources.len()
            || text(&self.outputs) != text(&other.outputs)
        {
            return false;
        }
        let (own, other) = (self.in_order(), other.in_order());
        let mut pairs = own.resources.iter().zip(&other.resources);
        pairs.all(|(a, b)| same_resource(a, b))
    }

    /// Tells contents apart, as [`Snapshot::same_contents`] does but for
    /// chance.
    pub fn checksum(&self) -> u32 {
        let mut sum = Sum(crc32fast::Hasher::new());
        let mut out = BufWriter::new(&mut sum);
        // Nothing can fail when only a sum is kept.
        drop(self.in_order().write_contents(&mut out));
        drop(out.flush());
        drop(out);
        sum.0.finalize()
    }

    /// The same in the order of a normalized state.
    fn in_order(&self) -> Cow<'_, Snapshot> {
        if self.is_normalized() {
            return Cow::Borrowed(self);
        }
        let mut ordered = self.clone();
        ordered.normalize();
        Cow::Owned(ordered)
    }
}

fn same_resource(a: &Resource, b: &Resource) -> bool {
    let same = (&a.module, a.mode, &a.resource_type, &a.name, &a.each)
        == (&b.module, b.mode, &b.resource_type, &b.name, &b.each);
    let instances = || a.instances.iter().zip(&b.instances);
    same && a.provider == b.provider
        && a.instances.len() == b.instances.len()
        && instances().all(|(a, b)| same_object(a, b))
}

fn same_object(a: &Arc<InstanceObject>, b: &Arc<InstanceObject>) -> bool {
    Arc::ptr_eq(a, b) || text(a.as_ref()) == text(b.as_ref())
}

/// As the state is written: however JSON was laid out where it was read.
fn text(value: &impl Serialize) -> Vec<u8> {
    let mut text = Vec::new();
    // Nothing can fail when writing to memory.
    drop(write_indented(&mut text, value));
    text
}

struct Sum(crc32fast::Hasher);

impl Write for Sum {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

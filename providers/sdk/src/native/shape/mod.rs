//! What a resource type looks like, and how its attributes behave in a plan.

mod body;
mod elements;
mod field;
mod nested;
mod plan;
mod rule;
mod validate;

pub use field::Field;
pub use nested::Nested;
pub use rule::Change;

use trueup_value::{Path, Str};

use super::Fields;
use crate::{PlanRequest, PlanResponse, Problem, ResourceSchema, StringKind};
use body::Body;

/// The schema of a resource type or data source, with the rules of its
/// attributes.
#[derive(Clone, Debug, Default)]
pub struct Shape {
    version: u64,
    description: Str,
    description_kind: StringKind,
    deprecated: bool,
    legacy: bool,
    body: Body,
}

impl Shape {
    /// A shape of version 0; the description is plain text.
    pub fn new(description: &str, fields: impl IntoIterator<Item = Field>) -> Self {
        Shape {
            description: Str::new(description),
            body: Body::new(fields),
            ..Shape::default()
        }
    }

    /// The shape of a schema there is already, without any rules; they are
    /// added by [`Shape::field`].
    pub fn of(schema: &ResourceSchema) -> Self {
        Shape {
            version: schema.version,
            description: schema.block.description.clone(),
            description_kind: schema.block.description_kind,
            deprecated: schema.block.deprecated,
            legacy: false,
            body: Body::of(&schema.block),
        }
    }

    /// The same, stored under another version.
    pub fn version(mut self, version: u64) -> Self {
        self.version = version;
        self
    }

    /// The same, discouraged.
    pub fn deprecated(mut self) -> Self {
        self.deprecated = true;
        self
    }

    /// The same, planned as providers on Terraform's older plugin SDK do: what
    /// the provider decided stays as it is unless a rule says otherwise, also
    /// in nested blocks, which may be computed as a whole; and what is planned
    /// and applied may deviate from the configuration where that means the
    /// same.
    pub fn legacy(mut self) -> Self {
        self.legacy = true;
        self
    }

    pub(super) fn is_legacy(&self) -> bool {
        self.legacy
    }

    /// The same with a type of nested blocks.
    pub fn block(mut self, block: Nested) -> Self {
        self.body.blocks.push(block);
        self
    }

    /// The same with another attribute, or with more rules for the one at
    /// `path`, which is written as in `spec.port.target_port`; a path that
    /// leads nowhere changes nothing.
    pub fn field(mut self, path: &str, change: impl FnOnce(Field) -> Field) -> Self {
        if let Some(field) = self.body.field(path) {
            field.change(change);
        }
        self
    }

    /// The schema.
    pub fn schema(&self) -> ResourceSchema {
        let mut block = self.body.schema();
        block.description = self.description.clone();
        block.description_kind = self.description_kind;
        block.deprecated = self.deprecated;
        ResourceSchema {
            version: self.version,
            block,
        }
    }

    /// An object with null for every attribute and no nested blocks.
    pub fn empty(&self) -> Fields {
        self.body.empty()
    }

    /// The same for what stands in the nested blocks or objects at `path`,
    /// such as `spec.port`; no attributes if there are none.
    pub fn empty_at(&self, path: &str) -> Fields {
        let found = self.body.at(path);
        found.map(Body::empty).unwrap_or_default()
    }

    /// What is wrong with single values of a configuration.
    pub fn validate(&self, config: &Fields) -> Vec<Problem> {
        let mut problems = Vec::new();
        self.body.validate(config, &Path::new(), &mut problems);
        problems
    }

    /// The plan the rules lead to: defaults, unknown values where the provider
    /// decides anew, then attribute by attribute, in the order in which
    /// providers built on Terraform's plugin framework make theirs.
    pub fn plan(&self, request: &PlanRequest<'_>) -> PlanResponse {
        plan::plan(&self.body, self.legacy, request)
    }
}

//! Nested blocks.

use trueup_value::{Str, Type};

use super::{Change, Field, body::Body, rule::Rule};
use crate::{NestedBlock, NestingMode, StringKind};

/// A type of nested blocks with its rules.
#[derive(Clone, Debug)]
pub struct Nested {
    pub(super) name: Str,
    pub(super) nesting: NestingMode,
    pub(super) min_items: u64,
    pub(super) max_items: u64,
    pub(super) description: Str,
    pub(super) description_kind: StringKind,
    pub(super) deprecated: bool,
    /// The provider decides them where none are given.
    pub(super) computed: bool,
    pub(super) body: Body,
    pub(super) rules: Vec<Rule>,
}

impl Nested {
    fn new(name: &str, nesting: NestingMode, fields: impl IntoIterator<Item = Field>) -> Self {
        Nested {
            name: Str::new(name),
            nesting,
            min_items: 0,
            max_items: 0,
            description: Str::default(),
            description_kind: StringKind::Plain,
            deprecated: false,
            computed: false,
            body: Body::new(fields),
            rules: Vec::new(),
        }
    }

    /// At most one; null where there is none.
    pub fn single(name: &str, fields: impl IntoIterator<Item = Field>) -> Self {
        Nested::new(name, NestingMode::Single, fields)
    }

    /// Exactly one; where it is left out, its attributes are null.
    pub fn group(name: &str, fields: impl IntoIterator<Item = Field>) -> Self {
        Nested::new(name, NestingMode::Group, fields)
    }

    /// Any number, in order.
    pub fn list(name: &str, fields: impl IntoIterator<Item = Field>) -> Self {
        Nested::new(name, NestingMode::List, fields)
    }

    /// Any number of distinct ones.
    pub fn set(name: &str, fields: impl IntoIterator<Item = Field>) -> Self {
        Nested::new(name, NestingMode::Set, fields)
    }

    /// By label.
    pub fn map(name: &str, fields: impl IntoIterator<Item = Field>) -> Self {
        Nested::new(name, NestingMode::Map, fields)
    }

    /// How long each of these operations may take: the block `timeouts`.
    pub fn timeouts(operations: &[&str]) -> Self {
        let fields = operations
            .iter()
            .map(|name| Field::optional(name, Type::String));
        Nested::single("timeouts", fields)
    }

    /// Nested blocks of a schema there is already.
    pub(super) fn of(name: &Str, nested: &NestedBlock) -> Self {
        Nested {
            min_items: nested.min_items,
            max_items: nested.max_items,
            description: nested.block.description.clone(),
            description_kind: nested.block.description_kind,
            deprecated: nested.block.deprecated,
            body: Body::of(&nested.block),
            ..Nested::new(name, nested.nesting, [])
        }
    }

    pub(super) fn schema(&self) -> NestedBlock {
        let mut block = self.body.schema();
        block.description = self.description.clone();
        block.description_kind = self.description_kind;
        block.deprecated = self.deprecated;
        NestedBlock {
            nesting: self.nesting,
            block,
            min_items: self.min_items,
            max_items: self.max_items,
        }
    }

    /// The same with a description, plain text.
    pub fn about(mut self, text: &str) -> Self {
        self.description = Str::new(text);
        self
    }

    /// The same with blocks inside.
    pub fn block(mut self, block: Nested) -> Self {
        self.body.blocks.push(block);
        self
    }

    /// The same; there must be at least so many.
    pub fn at_least(mut self, count: u64) -> Self {
        self.min_items = count;
        self
    }

    /// The same; there may be at most so many.
    pub fn at_most(mut self, count: u64) -> Self {
        self.max_items = count;
        self
    }

    /// The same, discouraged.
    pub fn deprecated(mut self) -> Self {
        self.deprecated = true;
        self
    }

    /// The same; where none are given, the provider decides them. The shape
    /// must be [legacy](super::Shape::legacy).
    pub fn or_computed(mut self) -> Self {
        self.computed = true;
        self
    }

    /// The same; what the object has stays where `same` finds that the
    /// configuration, given first, means that.
    pub fn same_if(mut self, same: fn(&trueup_value::Value, &trueup_value::Value) -> bool) -> Self {
        self.rules.push(Rule::Same(same));
        self
    }

    /// The same; they must not be given together with any of these attributes
    /// or blocks beside them.
    pub fn conflicts_with(mut self, names: &'static [&'static str]) -> Self {
        self.rules.push(Rule::Conflicts(names));
        self
    }

    /// The same; they cannot change on the object there is.
    pub fn replaces(self) -> Self {
        self.replaces_if(|_| true)
    }

    /// The same; not all their changes can be made to the object there is.
    pub fn replaces_if(mut self, condition: fn(&Change<'_>) -> bool) -> Self {
        self.rules.push(Rule::Replace(condition));
        self
    }
}

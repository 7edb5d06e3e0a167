//! Attributes and nested blocks that stand together.

use trueup_value::{Type, Value};

use super::{Field, Nested};
use crate::{Block, NestingMode, native::Fields};

/// What stands between braces.
#[derive(Clone, Debug, Default)]
pub(super) struct Body {
    pub(super) fields: Vec<Field>,
    pub(super) blocks: Vec<Nested>,
}

/// A place in a body where objects are nested.
pub(super) enum Inner<'a> {
    Field(&'a Field),
    Block(&'a Nested),
}

impl Body {
    pub(super) fn new(fields: impl IntoIterator<Item = Field>) -> Self {
        Body {
            fields: fields.into_iter().collect(),
            blocks: Vec::new(),
        }
    }

    pub(super) fn of(block: &Block) -> Self {
        let fields = block.attributes.iter();
        let blocks = block.blocks.iter();
        Body {
            fields: fields.map(|(name, field)| Field::of(name, field)).collect(),
            blocks: blocks
                .map(|(name, block)| Nested::of(name, block))
                .collect(),
        }
    }

    pub(super) fn schema(&self) -> Block {
        let fields = self.fields.iter();
        let blocks = self.blocks.iter();
        Block {
            attributes: fields.map(|f| (f.name.clone(), f.schema())).collect(),
            blocks: blocks.map(|b| (b.name.clone(), b.schema())).collect(),
            ..Block::default()
        }
    }

    /// An object with null for every attribute and no blocks.
    pub(super) fn empty(&self) -> Fields {
        let mut empty = Fields::default();
        for field in &self.fields {
            empty.set(&field.name, Value::null(field.ty()));
        }
        for block in &self.blocks {
            empty.set(&block.name, block.none());
        }
        empty
    }

    /// All the places with objects of their own.
    pub(super) fn inner(&self) -> impl Iterator<Item = (Inner<'_>, NestingMode, &Body)> {
        let fields = self.fields.iter().filter_map(|field| {
            let (nesting, body) = field.inner.as_ref()?;
            Some((Inner::Field(field), *nesting, body))
        });
        let blocks = self.blocks.iter();
        let blocks = blocks.map(|block| (Inner::Block(block), block.nesting, &block.body));
        fields.chain(blocks)
    }

    /// Whether no rule could change a plan within.
    pub(super) fn is_plain(&self) -> bool {
        let mut fields = self.fields.iter();
        fields.all(|field| field.rules.is_empty() && !field.attribute.computed)
            && self
                .blocks
                .iter()
                .all(|block| block.rules.is_empty() && !block.computed)
            && self.inner().all(|(.., body)| body.is_plain())
    }

    /// The body of the nested objects at a dotted path.
    pub(super) fn at(&self, path: &str) -> Option<&Body> {
        path.split('.').try_fold(self, |body, step| {
            let mut inner = body.inner();
            let found = inner.find(|(inner, ..)| inner.name() == step);
            found.map(|(.., body)| body)
        })
    }

    /// The attribute at a dotted path.
    pub(super) fn field(&mut self, path: &str) -> Option<&mut Field> {
        let Some((first, rest)) = path.split_once('.') else {
            return self.fields.iter_mut().find(|field| &*field.name == path);
        };
        let inner = self.fields.iter_mut().find(|field| &*field.name == first);
        if let Some(field) = inner {
            return field.inner.as_mut()?.1.field(rest);
        }
        let block = self.blocks.iter_mut().find(|block| &*block.name == first);
        block?.body.field(rest)
    }
}

impl Inner<'_> {
    pub(super) fn name(&self) -> &str {
        match self {
            Inner::Field(field) => &field.name,
            Inner::Block(block) => &block.name,
        }
    }

    pub(super) fn nesting(&self) -> NestingMode {
        match self {
            Inner::Field(field) => field.inner.as_ref().map_or(NestingMode::Single, |i| i.0),
            Inner::Block(block) => block.nesting,
        }
    }
}

impl Nested {
    /// The value where there is no block.
    pub(super) fn none(&self) -> Value {
        let object = || self.body.schema().implied_type();
        match self.nesting {
            NestingMode::Single => Value::null(object()),
            NestingMode::Group => self.body.empty().into_value(),
            NestingMode::List | NestingMode::Map if object().has_dynamic() => match self.nesting {
                NestingMode::List => Value::empty_tuple(),
                _ => Value::empty_object(),
            },
            NestingMode::List => Value::list(object(), Vec::new()),
            NestingMode::Set => Value::set(object(), Vec::new()),
            NestingMode::Map => Value::map::<&str>(object(), []),
        }
    }

    /// The type of what the blocks yield together.
    pub(super) fn ty(&self) -> Type {
        self.schema().implied_type()
    }
}

//! What a body may contain and what becomes of it.

use std::borrow::Cow;

use trueup_syntax::{
    Diagnostics,
    body::{self, Body, BodySchema},
};
use trueup_value::{ObjectType, Str, Type, Value};

/// What a body is decoded to: an object with an attribute for each argument
/// and each type of block.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Spec {
    /// The arguments.
    pub attributes: Vec<AttributeSpec>,
    /// The types of block.
    pub blocks: Vec<BlockSpec>,
}

/// An argument.
#[derive(Clone, Debug, PartialEq)]
pub struct AttributeSpec {
    /// Its name.
    pub name: Str,
    /// What its value is converted to.
    pub ty: Type,
    /// It must be given.
    pub required: bool,
    /// It holds a list or set of objects that may be written as blocks
    /// instead, for providers whose schemas don't tell the two apart.
    pub as_blocks: bool,
}

/// A type of block.
#[derive(Clone, Debug, PartialEq)]
pub struct BlockSpec {
    /// What it is called.
    pub name: Str,
    /// How the blocks are gathered.
    pub nesting: Nesting,
    /// What is in each.
    pub spec: Spec,
    /// How many there must be; for [`Nesting::Single`], not zero means one.
    pub min_items: u64,
    /// How many there may be; 0 for no limit. [`Nesting::List`] and
    /// [`Nesting::Set`] only.
    pub max_items: u64,
    /// Without any block the value is null, not empty.
    pub null_if_none: bool,
}

/// How blocks of one type become a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// At most one; an object, or null where there is none.
    Single,
    /// At most one; an object, also where there is none.
    Group,
    /// A list; a tuple if an attribute may be of any type.
    List,
    /// A set.
    Set,
    /// A map by the only label; an object if an attribute may be of any type.
    Map,
}

impl Spec {
    /// The type of the result. Where it depends on the body, it is
    /// [`Type::Dynamic`].
    pub fn ty(&self) -> Type {
        let attributes = self.attributes.iter();
        let attributes = attributes.map(|spec| (spec.name.clone(), spec.ty.without_optional()));
        let blocks = self
            .blocks
            .iter()
            .map(|spec| (spec.name.clone(), spec.ty()));
        Type::object(attributes.chain(blocks))
    }

    /// What an empty body is decoded to.
    pub fn empty(&self) -> Value {
        let attributes = self.attributes.iter().map(|spec| {
            let value = Value::null(spec.ty.without_optional());
            (spec.name.clone(), value)
        });
        let blocks = self.blocks.iter();
        let blocks = blocks.map(|spec| (spec.name.clone(), spec.gather(Vec::new())));
        Value::object(attributes.chain(blocks))
    }

    /// The same, in which arguments that may be written as blocks are types
    /// of block, unless `body` has them as arguments.
    pub(super) fn as_written(&self, body: &Body) -> Cow<'_, Spec> {
        let doubtful = self.attributes.iter().filter(|spec| spec.as_blocks);
        let doubtful: Vec<_> = doubtful.map(|spec| body::attribute(&spec.name)).collect();
        if doubtful.is_empty() {
            return Cow::Borrowed(self);
        }
        let schema = BodySchema {
            attributes: &doubtful,
            blocks: &[],
        };
        let (content, _) = body.partial_content(&schema, &mut Diagnostics::default());
        let mut spec = self.clone();
        let (blocks, attributes) = spec
            .attributes
            .into_iter()
            .partition(|spec| spec.as_blocks && content.attribute(&spec.name).is_none());
        spec.attributes = attributes;
        spec.blocks
            .extend(Vec::into_iter(blocks).filter_map(AttributeSpec::into_block));
        Cow::Owned(spec)
    }

    pub(super) fn block(&self, kind: &str) -> Option<&BlockSpec> {
        self.blocks.iter().find(|spec| spec.name.as_str() == kind)
    }

    /// Reads with the schema of the body, in which blocks may be generated.
    pub(super) fn with_schema<T>(&self, read: impl FnOnce(&body::BodySchema<'_>) -> T) -> T {
        let attributes: Vec<body::AttributeSpec<'_>> = self
            .attributes
            .iter()
            .map(|spec| body::AttributeSpec {
                name: &spec.name,
                required: spec.required,
            })
            .collect();
        let blocks = self.blocks.iter();
        let blocks: Vec<body::BlockSpec<'_>> = blocks
            .map(|spec| body::block(&spec.name, spec.labels()))
            .chain([body::block("dynamic", &["type"])])
            .collect();
        read(&body::BodySchema {
            attributes: &attributes,
            blocks: &blocks,
        })
    }
}

impl AttributeSpec {
    /// Whether values of a type may be written as blocks where that is asked
    /// for.
    pub fn blocks_possible(ty: &Type) -> bool {
        matches!(ty, Type::List(each) | Type::Set(each) if matches!(**each, Type::Object(_)))
    }

    fn into_block(self) -> Option<BlockSpec> {
        let (nesting, each) = match &self.ty {
            Type::List(each) => (Nesting::List, each),
            Type::Set(each) => (Nesting::Set, each),
            _ => return None,
        };
        let Type::Object(object) = &**each else {
            return None;
        };
        Some(BlockSpec {
            name: self.name,
            nesting,
            spec: object_spec(object),
            min_items: 0,
            max_items: 0,
            null_if_none: true,
        })
    }
}

/// An object written as a block: every attribute may be left out.
fn object_spec(object: &ObjectType) -> Spec {
    let attributes = object.attributes().iter();
    let attributes = attributes.map(|(name, ty)| AttributeSpec {
        name: name.clone(),
        ty: ty.clone(),
        required: false,
        as_blocks: AttributeSpec::blocks_possible(ty),
    });
    Spec {
        attributes: attributes.collect(),
        blocks: Vec::new(),
    }
}

impl BlockSpec {
    /// The type of the value of all blocks of this type.
    pub fn ty(&self) -> Type {
        let each = self.spec.ty();
        match self.nesting {
            Nesting::Single | Nesting::Group => each,
            Nesting::Set => Type::set(each),
            Nesting::List | Nesting::Map if each.has_dynamic() => Type::Dynamic,
            Nesting::List => Type::list(each),
            Nesting::Map => Type::map(each),
        }
    }

    /// The labels a block of this type has.
    pub(super) fn labels(&self) -> &'static [&'static str] {
        match self.nesting {
            Nesting::Map => &["key"],
            _ => &[],
        }
    }

    /// The value of blocks with `values`, each with its label if it has one.
    pub(super) fn gather(&self, mut values: Vec<(Str, Value)>) -> Value {
        let each = self.spec.ty();
        let unnamed = |values: Vec<(Str, Value)>| values.into_iter().map(|(_, value)| value);
        match self.nesting {
            _ if self.null_if_none && values.is_empty() => Value::null(self.ty()),
            Nesting::Single if values.is_empty() => Value::null(each),
            Nesting::Group if values.is_empty() => self.spec.empty(),
            Nesting::Single | Nesting::Group => values.swap_remove(0).1,
            Nesting::Set => Value::set(each, unnamed(values).collect()),
            Nesting::List if each.has_dynamic() => Value::tuple(unnamed(values).collect()),
            Nesting::List => Value::list(each, unnamed(values).collect()),
            Nesting::Map if each.has_dynamic() => Value::object(values),
            Nesting::Map => Value::map(each, values),
        }
    }
}

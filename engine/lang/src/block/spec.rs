//! What a body may contain and what becomes of it.

use trueup_syntax::body;
use trueup_value::{Str, Type, Value};

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

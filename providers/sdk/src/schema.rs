//! Schemas of resources, data sources and provider configurations.
//!
//! The model is that of the plugin protocol, so that a native provider and a
//! plugin process look the same; `providers schema -json` prints it.

use std::collections::BTreeMap;

use trueup_value::{Str, Type};

use crate::TypeSchemas;

/// How the description of an object or attribute is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum StringKind {
    /// Plain text.
    #[default]
    Plain,
    /// Markdown.
    Markdown,
}

/// What an attribute holds.
#[derive(Clone, Debug, PartialEq)]
pub enum AttributeType {
    /// A value of a plain type.
    Value(Type),
    /// Objects with a schema of their own, written as an attribute.
    Nested(NestedObject),
}

/// How objects of a nested attribute or block are gathered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NestingMode {
    /// At most one; null where there is none.
    Single,
    /// Exactly one; its defaults where the block is left out. Blocks only.
    Group,
    /// Any number, in order.
    List,
    /// Any number of distinct ones.
    Set,
    /// By key; of blocks the label is the key.
    Map,
}

/// The attributes of the object(s) an attribute holds.
#[derive(Clone, Debug, PartialEq)]
pub struct NestedObject {
    /// How the objects are gathered; never [`NestingMode::Group`].
    pub nesting: NestingMode,
    /// The attributes of each object.
    pub attributes: BTreeMap<Str, Attribute>,
}

/// An attribute of a [`Block`] or [`NestedObject`].
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    /// What it holds.
    pub ty: AttributeType,
    /// What it is for.
    pub description: Str,
    /// How the description is written.
    pub description_kind: StringKind,
    /// It must be given.
    pub required: bool,
    /// It may be given.
    pub optional: bool,
    /// The provider may decide it.
    pub computed: bool,
    /// Its value is not to be shown.
    pub sensitive: bool,
    /// Its value goes to the provider and is never stored.
    pub write_only: bool,
    /// Using it is discouraged.
    pub deprecated: bool,
}

/// What may stand between the braces of a block.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Block {
    /// Attributes by name.
    pub attributes: BTreeMap<Str, Attribute>,
    /// Nested blocks by type name.
    pub blocks: BTreeMap<Str, NestedBlock>,
    /// What it is for.
    pub description: Str,
    /// How the description is written.
    pub description_kind: StringKind,
    /// Using it is discouraged.
    pub deprecated: bool,
}

/// A block type within a [`Block`].
#[derive(Clone, Debug, PartialEq)]
pub struct NestedBlock {
    /// How the blocks are gathered.
    pub nesting: NestingMode,
    /// What may stand in each.
    pub block: Block,
    /// There must be at least so many.
    pub min_items: u64,
    /// There may be at most so many; 0 for no limit.
    pub max_items: u64,
}

/// A block with the version of the shape it is stored in.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ResourceSchema {
    /// Grows whenever stored objects need an upgrade.
    pub version: u64,
    /// Its contents.
    pub block: Block,
}

/// A function a provider offers, as `metadata functions` describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct FunctionSignature {
    /// What it does, in full.
    pub description: Str,
    /// What it does, in a line.
    pub summary: Str,
    /// What it returns.
    pub return_type: Type,
    /// Names and types of its parameters.
    pub parameters: Vec<(Str, Type)>,
}

/// Everything a provider offers.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ProviderSchema {
    /// The provider's own configuration.
    pub provider: ResourceSchema,
    /// `provider_meta` blocks, where the provider takes them.
    pub provider_meta: Option<ResourceSchema>,
    /// Managed resource types by name.
    pub resources: TypeSchemas,
    /// Data sources by name.
    pub data_sources: TypeSchemas,
    /// Ephemeral resource types by name.
    pub ephemeral_resources: TypeSchemas,
    /// Functions by name.
    pub functions: BTreeMap<Str, FunctionSignature>,
}

impl Attribute {
    fn plain(ty: AttributeType) -> Self {
        Attribute {
            ty,
            description: Str::default(),
            description_kind: StringKind::Plain,
            required: false,
            optional: false,
            computed: false,
            sensitive: false,
            write_only: false,
            deprecated: false,
        }
    }

    /// An attribute that must be given.
    pub fn required(ty: Type) -> Self {
        Attribute {
            required: true,
            ..Attribute::plain(AttributeType::Value(ty))
        }
    }

    /// An attribute that may be given.
    pub fn optional(ty: Type) -> Self {
        Attribute {
            optional: true,
            ..Attribute::plain(AttributeType::Value(ty))
        }
    }

    /// An attribute only the provider decides.
    pub fn computed(ty: Type) -> Self {
        Attribute {
            computed: true,
            ..Attribute::plain(AttributeType::Value(ty))
        }
    }

    /// An optional attribute with objects of its own schema.
    pub fn nested(nesting: NestingMode, attributes: BTreeMap<Str, Attribute>) -> Self {
        Attribute {
            optional: true,
            ..Attribute::plain(AttributeType::Nested(NestedObject {
                nesting,
                attributes,
            }))
        }
    }

    /// The same, with a description in Markdown.
    pub fn describe(mut self, text: &str) -> Self {
        self.description = Str::new(text);
        self.description_kind = StringKind::Markdown;
        self
    }

    /// The same, decided by the provider where it is not given.
    pub fn or_computed(mut self) -> Self {
        self.computed = true;
        self
    }

    /// The same, never to be shown.
    pub fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    /// The same, never to be stored.
    pub fn write_only(mut self) -> Self {
        self.write_only = true;
        self
    }

    /// The type of its values.
    pub fn implied_type(&self) -> Type {
        match &self.ty {
            AttributeType::Value(ty) => ty.clone(),
            AttributeType::Nested(nested) => nested.implied_type(),
        }
    }

    /// The type a configured value is converted to: attributes of nested
    /// objects that are not required may be left out.
    pub fn constraint(&self) -> Type {
        match &self.ty {
            AttributeType::Value(ty) => ty.clone(),
            AttributeType::Nested(nested) => nested.constraint(),
        }
    }

    /// Whether a configuration may set it.
    pub fn configurable(&self) -> bool {
        self.required || self.optional
    }
}

impl NestedObject {
    /// The type of the attribute's values.
    pub fn implied_type(&self) -> Type {
        let attributes = self.attributes.iter();
        self.gather(Type::object(
            attributes.map(|(name, attribute)| (name.clone(), attribute.implied_type())),
        ))
    }

    fn constraint(&self) -> Type {
        let attributes = self.attributes.iter();
        let object = trueup_value::ObjectType::new(
            attributes.map(|(name, attribute)| (name.clone(), attribute.constraint())),
        );
        let optional = self.attributes.iter();
        let optional = optional.filter(|(_, attribute)| !attribute.required);
        let object = object.with_optional(optional.map(|(name, _)| name.clone()));
        self.gather(Type::Object(object.into()))
    }

    fn gather(&self, object: Type) -> Type {
        match self.nesting {
            NestingMode::Single | NestingMode::Group => object,
            NestingMode::List => Type::list(object),
            NestingMode::Set => Type::set(object),
            NestingMode::Map => Type::map(object),
        }
    }
}

impl Block {
    /// The type of the values a block yields.
    pub fn implied_type(&self) -> Type {
        let attributes = self
            .attributes
            .iter()
            .map(|(name, attribute)| (name.clone(), attribute.implied_type()));
        let blocks = self
            .blocks
            .iter()
            .map(|(name, nested)| (name.clone(), nested.implied_type()));
        Type::object(attributes.chain(blocks))
    }
}

impl NestedBlock {
    /// A block type without limits.
    pub fn new(nesting: NestingMode, block: Block) -> Self {
        NestedBlock {
            nesting,
            block,
            min_items: 0,
            max_items: 0,
        }
    }

    /// The type of what the blocks yield together. Where attributes have no
    /// fixed type, lists and maps become tuples and objects: their type is not
    /// known before the values are.
    pub fn implied_type(&self) -> Type {
        let object = self.block.implied_type();
        match self.nesting {
            NestingMode::Single | NestingMode::Group => object,
            NestingMode::List | NestingMode::Map if object.has_dynamic() => Type::Dynamic,
            NestingMode::List => Type::list(object),
            NestingMode::Map => Type::map(object),
            NestingMode::Set => Type::set(object),
        }
    }
}

impl ResourceSchema {
    /// A schema of version 0.
    pub fn new(block: Block) -> Self {
        ResourceSchema { version: 0, block }
    }
}

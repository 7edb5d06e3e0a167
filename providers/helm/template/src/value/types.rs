//! Go's types, as far as a template can tell them apart.

use std::fmt;

use crate::function::Method;

/// A Go type. Its `Display` is what `%T` prints.
#[derive(Clone, Copy, Debug)]
pub enum Type {
    /// `interface {}`.
    Any,
    /// `reflect.Value`: a parameter that takes any value, even an invalid one.
    Reflect,
    /// `bool`.
    Bool,
    /// One of the integer types.
    Int(IntKind),
    /// `float32`.
    Float32,
    /// `float64`.
    Float64,
    /// `complex128`.
    Complex,
    /// `string`.
    String,
    /// `[]T`.
    Slice(&'static Type),
    /// `map[string]T`.
    Map(&'static Type),
    /// A function; the text is its type as `%T` prints it.
    Func(&'static str),
    /// A type known by its name only, such as `time.Time` or
    /// `*semver.Version`.
    Opaque(&'static str),
    /// A defined type over another, with methods.
    Named(&'static NamedType),
}

/// A defined type: `common.Values` over `map[string]interface {}`.
#[derive(Debug)]
pub struct NamedType {
    /// The name with its package, as `%T` prints it.
    pub name: &'static str,
    /// What it is made of.
    pub underlying: Type,
    /// What can be called on its values.
    pub methods: &'static [Method],
}

/// The integer types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IntKind {
    /// `int`, 64 bits wide.
    Int,
    /// `int8`.
    Int8,
    /// `int16`.
    Int16,
    /// `int32`.
    Int32,
    /// `int64`.
    Int64,
    /// `uint`, 64 bits wide.
    Uint,
    /// `uint8`.
    Uint8,
    /// `uint16`.
    Uint16,
    /// `uint32`.
    Uint32,
    /// `uint64`.
    Uint64,
}

impl IntKind {
    /// Whether negative numbers exist in it.
    pub const fn is_signed(self) -> bool {
        matches!(
            self,
            IntKind::Int | IntKind::Int8 | IntKind::Int16 | IntKind::Int32 | IntKind::Int64
        )
    }

    /// The name in Go.
    pub const fn name(self) -> &'static str {
        match self {
            IntKind::Int => "int",
            IntKind::Int8 => "int8",
            IntKind::Int16 => "int16",
            IntKind::Int32 => "int32",
            IntKind::Int64 => "int64",
            IntKind::Uint => "uint",
            IntKind::Uint8 => "uint8",
            IntKind::Uint16 => "uint16",
            IntKind::Uint32 => "uint32",
            IntKind::Uint64 => "uint64",
        }
    }
}

impl Type {
    /// `int`.
    pub const INT: Type = Type::Int(IntKind::Int);
    /// `int64`.
    pub const INT64: Type = Type::Int(IntKind::Int64);
    /// `[]interface {}`.
    pub const LIST: Type = Type::Slice(&Type::Any);
    /// `[]string`.
    pub const STRINGS: Type = Type::Slice(&Type::String);
    /// `[]uint8`.
    pub const BYTES: Type = Type::Slice(&Type::Int(IntKind::Uint8));
    /// `map[string]interface {}`.
    pub const MAP: Type = Type::Map(&Type::Any);

    /// The type with its name taken off.
    pub fn underlying(self) -> Type {
        let mut ty = self;
        while let Type::Named(named) = ty {
            ty = named.underlying;
        }
        ty
    }

    /// The type of elements of a slice or map; `Any` for all else.
    pub fn element(self) -> Type {
        match self.underlying() {
            Type::Slice(element) | Type::Map(element) => *element,
            _ => Type::Any,
        }
    }

    /// The kind, as `reflect.Kind` names it; of an opaque type `ptr` or
    /// `struct` by its star.
    pub fn kind_name(self) -> &'static str {
        match self.underlying() {
            Type::Any => "interface",
            Type::Reflect | Type::Named(_) => "struct",
            Type::Bool => "bool",
            Type::Int(kind) => kind.name(),
            Type::Float32 => "float32",
            Type::Float64 => "float64",
            Type::Complex => "complex128",
            Type::String => "string",
            Type::Slice(_) => "slice",
            Type::Map(_) => "map",
            Type::Func(_) => "func",
            Type::Opaque(name) if name.starts_with('*') => "ptr",
            Type::Opaque(_) => "struct",
        }
    }

    /// Whether nil can be assigned to it.
    pub fn can_be_nil(self) -> bool {
        match self.underlying() {
            Type::Any | Type::Reflect | Type::Slice(_) | Type::Map(_) | Type::Func(_) => true,
            Type::Opaque(name) => name.starts_with('*'),
            _ => false,
        }
    }

    /// Whether a value of this type can be assigned to `target` without
    /// conversion.
    pub fn assignable_to(self, target: Type) -> bool {
        if matches!(target, Type::Any | Type::Reflect) || self == target {
            return true;
        }
        let one_unnamed = !matches!(self, Type::Named(_)) || !matches!(target, Type::Named(_));
        let composite = matches!(self.underlying(), Type::Slice(_) | Type::Map(_));
        one_unnamed && composite && self.underlying() == target.underlying()
    }
}

impl PartialEq for Type {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Type::Any, Type::Any)
            | (Type::Reflect, Type::Reflect)
            | (Type::Bool, Type::Bool)
            | (Type::Float32, Type::Float32)
            | (Type::Float64, Type::Float64)
            | (Type::Complex, Type::Complex)
            | (Type::String, Type::String) => true,
            (Type::Int(a), Type::Int(b)) => a == b,
            (Type::Slice(a), Type::Slice(b)) | (Type::Map(a), Type::Map(b)) => a == b,
            (Type::Func(a), Type::Func(b)) | (Type::Opaque(a), Type::Opaque(b)) => a == b,
            (Type::Named(a), Type::Named(b)) => a.name == b.name,
            _ => false,
        }
    }
}

impl Eq for Type {}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Any => f.write_str("interface {}"),
            Type::Reflect => f.write_str("reflect.Value"),
            Type::Bool => f.write_str("bool"),
            Type::Int(kind) => f.write_str(kind.name()),
            Type::Float32 => f.write_str("float32"),
            Type::Float64 => f.write_str("float64"),
            Type::Complex => f.write_str("complex128"),
            Type::String => f.write_str("string"),
            Type::Slice(element) => write!(f, "[]{element}"),
            Type::Map(element) => write!(f, "map[string]{element}"),
            Type::Func(name) | Type::Opaque(name) => f.write_str(name),
            Type::Named(named) => f.write_str(named.name),
        }
    }
}

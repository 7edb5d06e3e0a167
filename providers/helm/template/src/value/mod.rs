//! The values of templates.

mod cycles;
mod flow;
mod list;
mod map;
mod object;
mod origin;
mod text;
mod types;

use std::rc::Rc;

pub(crate) use cycles::break_cycles;
pub use flow::{Flow, Label, Labels, Source, Span, TracedText};
pub use list::List;
pub use map::{Map, WeakMap};
pub use object::{Callable, Object};
pub use origin::{Origin, Reads, Step};
pub use text::{Str, decode_rune, runes};
pub use types::{IntKind, NamedType, Type};

use crate::stack::with_room;

/// A value of a template, as Go would hold it in an `interface {}`, with what
/// flowed into it.
#[derive(Clone, Debug)]
pub struct Value {
    kind: Kind,
    flow: Option<Rc<Flow>>,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// `nil`.
    Nil,
    /// `true` or `false`.
    Bool(bool),
    /// A number of one of the integer types.
    Int(Int),
    /// `float64`.
    Float(f64),
    /// `float32`.
    Float32(f32),
    /// `complex128`.
    Complex(f64, f64),
    /// `string`.
    String(Str),
    /// A slice.
    List(List),
    /// A map.
    Map(Map),
    /// Anything else of the host.
    Object(Rc<dyn Object>),
    /// A function.
    Func(Rc<dyn Callable>),
}

/// An integer of a certain width and sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Int {
    kind: IntKind,
    bits: u64,
}

impl Int {
    /// `number` cut to the width of `kind`, as a conversion in Go does.
    pub const fn new(kind: IntKind, number: i128) -> Self {
        let bits = match kind {
            IntKind::Int8 => number as i8 as i64 as u64,
            IntKind::Int16 => number as i16 as i64 as u64,
            IntKind::Int32 => number as i32 as i64 as u64,
            IntKind::Uint8 => number as u8 as u64,
            IntKind::Uint16 => number as u16 as u64,
            IntKind::Uint32 => number as u32 as u64,
            IntKind::Int | IntKind::Int64 | IntKind::Uint | IntKind::Uint64 => number as u64,
        };
        Int { kind, bits }
    }

    /// The type.
    pub const fn kind(self) -> IntKind {
        self.kind
    }

    /// The number.
    pub const fn get(self) -> i128 {
        if self.kind.is_signed() {
            self.bits as i64 as i128
        } else {
            self.bits as i128
        }
    }

    /// The bits, sign-extended to 64.
    pub const fn bits(self) -> u64 {
        self.bits
    }
}

impl Value {
    /// `nil`.
    pub const NIL: Value = Value {
        kind: Kind::Nil,
        flow: None,
    };

    /// A string.
    pub fn string(text: impl Into<Str>) -> Self {
        Kind::String(text.into()).into()
    }

    /// A number of type `int`.
    pub fn int(number: i64) -> Self {
        Value::integer(IntKind::Int, i128::from(number))
    }

    /// A number of type `int64`, which is what `int64` and Sprig's arithmetic
    /// return.
    pub fn int64(number: i64) -> Self {
        Value::integer(IntKind::Int64, i128::from(number))
    }

    /// A number of any integer type, cut to its width.
    pub fn integer(kind: IntKind, number: i128) -> Self {
        Kind::Int(Int::new(kind, number)).into()
    }

    /// `[]uint8`.
    pub fn bytes(bytes: &[u8]) -> Self {
        List::bytes(bytes).into()
    }

    /// An object of the host.
    pub fn object(object: impl Object) -> Self {
        Kind::Object(Rc::new(object)).into()
    }

    /// What it is.
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// What it is, without the flow.
    pub fn into_kind(mut self) -> Kind {
        std::mem::replace(&mut self.kind, Kind::Nil)
    }

    /// The type; of `nil` there is none.
    pub fn ty(&self) -> Option<Type> {
        Some(match &self.kind {
            Kind::Nil => return None,
            Kind::Bool(_) => Type::Bool,
            Kind::Int(int) => Type::Int(int.kind),
            Kind::Float(_) => Type::Float64,
            Kind::Float32(_) => Type::Float32,
            Kind::Complex(..) => Type::Complex,
            Kind::String(_) => Type::String,
            Kind::List(list) => list.ty(),
            Kind::Map(map) => map.ty(),
            Kind::Object(object) => object.ty(),
            Kind::Func(function) => Type::Func(function.type_name()),
        })
    }

    /// Whether it is the untyped `nil`.
    pub fn is_nil(&self) -> bool {
        matches!(self.kind, Kind::Nil)
    }

    /// Its truth, by the rule of `if`: false are nil, zero and the empty.
    pub fn is_true(&self) -> bool {
        match &self.kind {
            Kind::Nil => false,
            Kind::Bool(bool) => *bool,
            Kind::Int(int) => int.bits != 0,
            Kind::Float(float) => *float != 0.0,
            Kind::Float32(float) => *float != 0.0,
            Kind::Complex(real, imaginary) => *real != 0.0 || *imaginary != 0.0,
            Kind::String(text) => !text.is_empty(),
            Kind::List(list) => !list.is_empty(),
            Kind::Map(map) => !map.is_empty(),
            Kind::Object(_) | Kind::Func(_) => true,
        }
    }

    /// The bool.
    pub fn as_bool(&self) -> Option<bool> {
        match self.kind {
            Kind::Bool(bool) => Some(bool),
            _ => None,
        }
    }

    /// The number of any integer type.
    pub fn as_int(&self) -> Option<i128> {
        match self.kind {
            Kind::Int(int) => Some(int.get()),
            _ => None,
        }
    }

    /// The number of either float type.
    pub fn as_float(&self) -> Option<f64> {
        match self.kind {
            Kind::Float(float) => Some(float),
            Kind::Float32(float) => Some(f64::from(float)),
            _ => None,
        }
    }

    /// The string.
    pub fn as_string(&self) -> Option<&Str> {
        match &self.kind {
            Kind::String(text) => Some(text),
            _ => None,
        }
    }

    /// The slice.
    pub fn as_list(&self) -> Option<&List> {
        match &self.kind {
            Kind::List(list) => Some(list),
            _ => None,
        }
    }

    /// The map.
    pub fn as_map(&self) -> Option<&Map> {
        match &self.kind {
            Kind::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The object, if it is of the Rust type `T`.
    pub fn as_object<T: Object>(&self) -> Option<&T> {
        match &self.kind {
            Kind::Object(object) => object.as_any().downcast_ref(),
            _ => None,
        }
    }

    /// What flowed into it; none for most values.
    pub fn flow(&self) -> Option<&Flow> {
        self.flow.as_deref()
    }

    /// The labels of the whole.
    pub fn labels(&self) -> Labels {
        let flow = self.flow.as_ref();
        flow.map_or(Labels::NONE, |flow| flow.labels.clone())
    }

    /// The same value with `flow` in place of its own.
    pub fn with_flow(mut self, flow: Option<Flow>) -> Self {
        self.flow = flow.map(Rc::new);
        self
    }

    /// The same value with `labels` besides its own.
    pub fn with_labels(mut self, labels: &Labels) -> Self {
        if !labels.is_empty() {
            let flow = self.flow.get_or_insert_default();
            Rc::make_mut(flow).labels.extend(labels);
        }
        self
    }

    /// A copy whose maps and lists know their place below `origin` and tell
    /// its reader what is read. Lists of bytes are left as they are.
    pub fn tracked(&self, origin: Origin) -> Value {
        with_room(|| self.tracked_here(origin))
    }

    fn tracked_here(&self, origin: Origin) -> Value {
        let kind = match &self.kind {
            Kind::Map(map) => {
                let place = origin.clone();
                Kind::Map(map.copied_to(Some(origin), |entries| {
                    for (key, value) in entries.iter_mut().filter(|(_, one)| one.is_container()) {
                        *value = value.tracked(place.child(Step::Key(key.clone())));
                    }
                }))
            }
            Kind::List(list) if list.ty() != Type::BYTES => {
                let items = list.items().iter().enumerate();
                let items = items.map(|(index, item)| match item.is_container() {
                    true => item.tracked(origin.child(Step::Index(index))),
                    false => item.clone(),
                });
                let items = items.collect();
                Kind::List(List::with_origin(list.ty(), items, origin))
            }
            other => other.clone(),
        };
        Value {
            kind,
            flow: self.flow.clone(),
        }
    }

    /// The zero value of `ty`, as Go's `reflect.Zero` makes it.
    pub fn zero(ty: Type) -> Value {
        match ty.underlying() {
            Type::Bool => false.into(),
            Type::Int(kind) => Value::integer(kind, 0),
            Type::Float32 => Kind::Float32(0.0).into(),
            Type::Float64 => 0.0.into(),
            Type::Complex => Kind::Complex(0.0, 0.0).into(),
            Type::String => "".into(),
            Type::Slice(_) => List::nil(ty).into(),
            Type::Map(_) => Map::nil(ty).into(),
            _ => Value::NIL,
        }
    }

    /// The labels of the whole and of everything in it. Reads of tracked maps
    /// are not noted.
    pub(crate) fn deep_labels(&self) -> Labels {
        let mut labels = Labels::NONE;
        let mut seen = std::collections::HashSet::new();
        let mut values = vec![self.clone()];
        while let Some(value) = values.pop() {
            if let Some(flow) = value.flow() {
                labels.extend(&flow.labels);
                flow.spans
                    .iter()
                    .for_each(|span| labels.extend(&span.labels));
            }
            match value.kind() {
                Kind::List(list) => values.extend_from_slice(list.untracked()),
                Kind::Map(map) if seen.insert(map.identity()) => {
                    let entries = map.untracked_entries().into_iter();
                    values.extend(entries.map(|(_, value)| value));
                }
                _ => {}
            }
        }
        labels
    }

    fn is_container(&self) -> bool {
        matches!(self.kind, Kind::Map(_) | Kind::List(_))
    }
}

/// Drops values without recursion: a list nested a million times would
/// overflow the stack otherwise.
fn dismantle(mut values: Vec<Value>) {
    while let Some(mut value) = values.pop() {
        match &mut value.kind {
            Kind::List(list) => values.extend(list.take()),
            Kind::Map(map) => values.extend(map.take()),
            _ => {}
        }
    }
}

impl Default for Value {
    fn default() -> Self {
        Value::NIL
    }
}

impl From<Kind> for Value {
    fn from(kind: Kind) -> Self {
        Value { kind, flow: None }
    }
}

impl From<bool> for Value {
    fn from(bool: bool) -> Self {
        Kind::Bool(bool).into()
    }
}

impl From<f64> for Value {
    fn from(float: f64) -> Self {
        Kind::Float(float).into()
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::string(text)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::string(text)
    }
}

impl From<Str> for Value {
    fn from(text: Str) -> Self {
        Value::string(text)
    }
}

impl From<List> for Value {
    fn from(list: List) -> Self {
        Kind::List(list).into()
    }
}

impl From<Map> for Value {
    fn from(map: Map) -> Self {
        Kind::Map(map).into()
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::NIL, Into::into)
    }
}

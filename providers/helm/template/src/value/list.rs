//! Slices. They are never changed in place, so sharing them needs no care.

use std::{cell::OnceCell, rc::Rc};

use super::{IntKind, Origin, Type, Value, dismantle};

/// A slice of values.
#[derive(Clone, Debug)]
pub struct List {
    ty: Type,
    /// None is the nil slice.
    data: Option<Rc<Data>>,
}

#[derive(Debug)]
struct Data {
    /// Of bytes only once somebody looks at single ones.
    items: OnceCell<Vec<Value>>,
    /// The file of a chart may have megabytes of them.
    bytes: Option<Box<[u8]>>,
    origin: Option<Origin>,
}

impl Data {
    fn items(&self) -> &[Value] {
        self.items.get_or_init(|| {
            let bytes = self.bytes.iter().flatten();
            bytes
                .map(|byte| Value::integer(IntKind::Uint8, i128::from(*byte)))
                .collect()
        })
    }
}

impl List {
    /// `[]interface {}` of `items`.
    pub fn new(items: Vec<Value>) -> Self {
        List::typed(Type::LIST, items)
    }

    /// A slice of the type `ty` (`[]string`, not `string`).
    pub fn typed(ty: Type, items: Vec<Value>) -> Self {
        List::of(ty, items, None)
    }

    /// `[]uint8`.
    pub fn bytes(bytes: &[u8]) -> Self {
        List {
            ty: Type::BYTES,
            data: Some(Rc::new(Data {
                items: OnceCell::new(),
                bytes: Some(bytes.into()),
                origin: None,
            })),
        }
    }

    fn of(ty: Type, items: Vec<Value>, origin: Option<Origin>) -> Self {
        List {
            ty,
            data: Some(Rc::new(Data {
                items: items.into(),
                bytes: None,
                origin,
            })),
        }
    }

    /// The nil slice of the type `ty`.
    pub fn nil(ty: Type) -> Self {
        List { ty, data: None }
    }

    /// `[]string`.
    pub fn strings(items: impl IntoIterator<Item = impl Into<super::Str>>) -> Self {
        let items = items.into_iter().map(|item| Value::string(item)).collect();
        List::typed(Type::STRINGS, items)
    }

    pub(crate) fn with_origin(ty: Type, items: Vec<Value>, origin: Origin) -> Self {
        List::of(ty, items, Some(origin))
    }

    /// The type of the slice.
    pub fn ty(&self) -> Type {
        self.ty
    }

    /// The elements. Of a tracked list this counts as reading all of them.
    pub fn items(&self) -> &[Value] {
        match &self.data {
            None => &[],
            Some(data) => {
                if let Some(origin) = &data.origin {
                    origin.note_all();
                }
                data.items()
            }
        }
    }

    /// The elements, without counting as a read.
    pub fn untracked(&self) -> &[Value] {
        self.data.as_ref().map_or(&[], |data| data.items())
    }

    /// The same slice under another type over the same elements.
    pub fn retyped(&self, ty: Type) -> Self {
        List {
            ty,
            data: self.data.clone(),
        }
    }

    /// One element.
    pub fn get(&self, index: usize) -> Option<&Value> {
        self.items().get(index)
    }

    /// The number of elements.
    pub fn len(&self) -> usize {
        match self.data.as_deref() {
            None => 0,
            Some(Data {
                bytes: Some(bytes), ..
            }) => bytes.len(),
            Some(data) => data.items().len(),
        }
    }

    /// Whether there are no elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether it is the nil slice, which differs from an empty one.
    pub fn is_nil(&self) -> bool {
        self.data.is_none()
    }

    /// The bytes of a `[]uint8`; none of any other slice.
    pub fn as_bytes(&self) -> Option<Vec<u8>> {
        if self.ty.underlying() != Type::BYTES {
            return None;
        }
        if let Some(Data {
            bytes: Some(bytes), ..
        }) = self.data.as_deref()
        {
            return Some(bytes.to_vec());
        }
        let byte = |value: &Value| value.as_int().and_then(|int| u8::try_from(int).ok());
        self.items().iter().map(byte).collect()
    }

    /// A number that tells these elements from those of every other list alive; 0 is nil.
    pub(crate) fn identity(&self) -> usize {
        self.data
            .as_ref()
            .map_or(0, |data| Rc::as_ptr(data) as usize)
    }

    /// Where it came from, if it is tracked.
    pub fn origin(&self) -> Option<&Origin> {
        self.data.as_ref().and_then(|data| data.origin.as_ref())
    }

    /// The elements, if nobody else holds them.
    pub(super) fn take(&mut self) -> Vec<Value> {
        let data = self.data.as_mut().and_then(Rc::get_mut);
        data.and_then(|data| data.items.take()).unwrap_or_default()
    }
}

impl Drop for Data {
    fn drop(&mut self) {
        if let Some(items) = self.items.take() {
            dismantle(items);
        }
    }
}

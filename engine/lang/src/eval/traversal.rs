//! Variables, attributes and elements.

use trueup_syntax::{
    Diagnostic, Span,
    ast::{Expr, Step, StepKind, Traversal},
    suggest::{nearest_name, similar_name},
};
use trueup_value::{Kind, Number, Type, Value, convert, quote};

use super::Evaluator;
use crate::{
    notes::{Cause, notes},
    scope::{Resolution, Scope},
};

impl Evaluator {
    pub(super) fn traversal(
        &mut self,
        expr: &Expr,
        traversal: &Traversal,
        scope: &Scope<'_>,
    ) -> Value {
        match traverse(traversal, traversal.steps.len(), scope) {
            Ok(value) => value,
            Err(diagnostic) => self.reject(*diagnostic, expr, scope),
        }
    }

    pub(super) fn relative(
        &mut self,
        expr: &Expr,
        source: &Expr,
        steps: &[Step],
        scope: &Scope<'_>,
    ) -> Value {
        let source = self.eval(source, scope);
        match walk(source, steps) {
            Ok(value) => value,
            Err(diagnostic) => self.reject(*diagnostic, expr, scope),
        }
    }

    pub(super) fn index(
        &mut self,
        expr: &Expr,
        collection: &Expr,
        key: &Expr,
        scope: &Scope<'_>,
    ) -> Value {
        let brackets = Span::new(expr.span.file, collection.span.end, expr.span.end);
        let collection = self.eval(collection, scope);
        let key = self.eval(key, scope);
        match index(&collection, &key, brackets) {
            Ok(value) => value,
            Err(diagnostic) => self.reject(*diagnostic, expr, scope),
        }
    }

    fn reject(&mut self, mut diagnostic: Diagnostic, expr: &Expr, scope: &Scope<'_>) -> Value {
        if diagnostic.values.is_empty() {
            diagnostic.values = notes(expr, scope, Cause::default());
        }
        self.push(diagnostic);
        Value::dynamic()
    }
}

/// The value of the root and the first `steps` steps of `traversal`.
pub(crate) fn traverse(
    traversal: &Traversal,
    steps: usize,
    scope: &Scope<'_>,
) -> Result<Value, Box<Diagnostic>> {
    if !scope.allows_variables() {
        return Err(Box::new(Diagnostic::error(
            "Variables not allowed",
            "Variables may not be used here.",
            traversal.root.span,
        )));
    }
    let wanted = traversal.steps.get(..steps).unwrap_or(&traversal.steps);
    match scope.resolve(traversal) {
        Resolution::Found { value, steps: done } => match wanted.get(done..) {
            Some(rest) => walk(value, rest),
            None => resolve_prefix(traversal, wanted, scope),
        },
        Resolution::Missing => Err(Box::new(unknown_variable(traversal, scope))),
        Resolution::Failed(diagnostic) => Err(diagnostic),
    }
}

/// Resolves a traversal that ends before what the scope resolves at once.
fn resolve_prefix(
    traversal: &Traversal,
    wanted: &[Step],
    scope: &Scope<'_>,
) -> Result<Value, Box<Diagnostic>> {
    let prefix = Traversal {
        root: traversal.root.clone(),
        steps: wanted.to_vec(),
    };
    match scope.resolve(&prefix) {
        Resolution::Found { value, steps } => walk(value, wanted.get(steps..).unwrap_or(&[])),
        Resolution::Missing => Err(Box::new(unknown_variable(traversal, scope))),
        Resolution::Failed(diagnostic) => Err(diagnostic),
    }
}

fn unknown_variable(traversal: &Traversal, scope: &Scope<'_>) -> Diagnostic {
    let name = &traversal.root.name;
    let names = scope.names();
    let suggestion = similar_name(name, names.iter().map(|name| name.as_str()))
        .map(|name| format!(" Did you mean {}?", quote(name)))
        .unwrap_or_default();
    Diagnostic::error(
        "Unknown variable",
        format!("There is no variable named {}.{suggestion}", quote(name)),
        traversal.root.span,
    )
}

fn walk(mut value: Value, steps: &[Step]) -> Result<Value, Box<Diagnostic>> {
    for step in steps {
        value = match &step.kind {
            StepKind::Attr(name) => get_attr(&value, name, step.span)?,
            StepKind::Index(key) => index(&value, key, step.span)?,
        };
    }
    Ok(value)
}

/// `object.name`: an attribute of an object or an element of a map.
///
/// # Errors
/// One diagnostic about `span`, in the words of HCL.
pub fn get_attr(object: &Value, name: &str, span: Span) -> Result<Value, Box<Diagnostic>> {
    let (bare, marks) = object.unmarked();
    if bare.is_null() {
        return Err(Box::new(Diagnostic::error(
            "Attempt to get attribute from null value",
            "This value is null, so it does not have any attributes.",
            span,
        )));
    }
    let found = match bare {
        Value::Object(object) => object.get(name).cloned(),
        Value::Map(map) => map.get(name).cloned(),
        Value::Unknown(unknown) => match unknown.ty() {
            Type::Dynamic => Some(Value::dynamic()),
            Type::Map(element) => Some(Value::unknown(element.as_ref().clone())),
            Type::Object(object) => object.get(name).cloned().map(Value::unknown),
            _ => None,
        },
        _ => None,
    };
    match found {
        Some(value) => Ok(value.with_marks(marks)),
        None => Err(Box::new(no_attribute(&bare.ty(), name, span))),
    }
}

fn no_attribute(ty: &Type, name: &str, span: Span) -> Diagnostic {
    let quoted = quote(name);
    let detail = match ty {
        Type::Object(object) => {
            let detail = format!("This object does not have an attribute named {quoted}.");
            let names = object.attributes().iter().map(|(name, _)| name.as_str());
            let hint = nearest_name(name, names).map(|near| format!("did you mean `{near}`?"));
            return Diagnostic::error("Unsupported attribute", detail, span).hints(hint);
        }
        Type::Map(_) => {
            let detail = format!("This map does not have an element with the key {quoted}.");
            return Diagnostic::error("Missing map element", detail, span);
        }
        Type::List(element) if is_object(element) => match has_attribute(element, name) {
            true => format!(
                "Can't access attributes on a list of objects. Did you mean to access attribute {quoted} for a specific element of the list, or across all elements of the list?"
            ),
            false => "Can't access attributes on a list of objects. Did you mean to access an attribute for a specific element of the list, or across all elements of the list?".to_owned(),
        },
        Type::Set(element) if is_object(element) => "Can't access attributes on a set of objects. Did you mean to access an attribute across all elements of the set?".to_owned(),
        ty if ty.is_primitive() => {
            format!("Can't access attributes on a primitive-typed value ({ty}).")
        }
        _ => "This value does not have any attributes.".to_owned(),
    };
    Diagnostic::error("Unsupported attribute", detail, span)
}

fn is_object(ty: &Type) -> bool {
    matches!(ty, Type::Object(_))
}

fn has_attribute(ty: &Type, name: &str) -> bool {
    matches!(ty, Type::Object(object) if object.get(name).is_some())
}

/// `collection[key]`
///
/// # Errors
/// One diagnostic about `span`, in the words of HCL.
pub fn index(collection: &Value, key: &Value, span: Span) -> Result<Value, Box<Diagnostic>> {
    let (bare, marks) = collection.unmarked();
    let (key, key_marks) = key.unmarked();
    if bare.is_null() {
        return Err(Box::new(Diagnostic::error(
            "Attempt to index null value",
            "This value is null, so it does not have any indices.",
            span,
        )));
    }
    let invalid = |detail: String| Box::new(Diagnostic::error("Invalid index", detail, span));
    if key.is_null() {
        return Err(invalid(
            "Can't use a null value as an indexing key.".to_owned(),
        ));
    }
    let Some(found) = element(bare, key, marks.is_empty()) else {
        return Ok(Value::dynamic().with_marks(marks));
    };
    let hint = || {
        let shown = marks.is_empty() && key_marks.is_empty();
        shown.then(|| near_key(bare, key)).flatten()
    };
    match found.map_err(|detail| Box::new(invalid(detail).hints(hint())))? {
        Element::Certain(value) => Ok(value.with_marks(marks | key_marks)),
        Element::Other(value) => Ok(value.with_marks(marks)),
    }
}

/// What a key leads to; nothing if it is not known where to look. What a tuple
/// or an object holds may be much and is not looked at.
fn element(
    collection: &Value,
    key: &Value,
    length_may_show: bool,
) -> Option<Result<Element, String>> {
    if key.is_type_dynamic() {
        return None;
    }
    Some(match collection.kind() {
        Kind::Dynamic => return None,
        Kind::List | Kind::Tuple => element_at(collection, key, length_may_show),
        Kind::Map => element_of_map(collection, key),
        Kind::Object => attribute_by_key(collection, key),
        Kind::Set => Err(SET_INDEX.to_owned()),
        _ => Err("This value does not have any indices.".to_owned()),
    })
}

/// What was probably meant by a key that is not there.
fn near_key(collection: &Value, key: &Value) -> Option<String> {
    let last = match collection {
        Value::List(list) => list.elements().len(),
        Value::Tuple(tuple) => tuple.elements().len(),
        _ => {
            let key = key.as_str()?;
            let names = collection.elements().map(|(name, _)| name);
            let names: Vec<Value> = names.collect();
            let near = nearest_name(key, names.iter().filter_map(Value::as_str))?;
            return Some(format!("did you mean `[{}]`?", quote(near)));
        }
    };
    let is_index = key.as_number().is_some_and(Number::is_integer);
    let last = last.checked_sub(1).filter(|_| is_index)?;
    Some(format!("the last element is `[{last}]`"))
}

/// What an index leads to.
enum Element {
    /// The element of a sequence or map, chosen by the key: carries its marks.
    Certain(Value),
    /// An attribute, or a placeholder.
    Other(Value),
}

const SET_INDEX: &str = "Elements of a set are identified only by their value and don't have any separate index or key to select with, so it's only possible to perform operations across all elements of the set.";
const NO_ELEMENT: &str = "The given key does not identify an element in this collection value";

fn convert_key(key: &Value, ty: &Type) -> Result<Value, String> {
    convert::convert(key, ty).map_err(|error| format!("{NO_ELEMENT}: {error}."))
}

fn element_at(sequence: &Value, key: &Value, length_may_show: bool) -> Result<Element, String> {
    let key = convert_key(key, &Type::Number)?;
    let Some(position) = key.as_number() else {
        return Ok(Element::Other(Value::unknown(element_type(sequence))));
    };
    let place = position
        .to_i64()
        .and_then(|place| usize::try_from(place).ok());
    let (found, length) = match sequence {
        Value::List(list) => {
            let elements = list.elements();
            (place.and_then(|i| elements.get(i)).cloned(), elements.len())
        }
        Value::Tuple(tuple) => {
            let elements = tuple.elements();
            (place.and_then(|i| elements.get(i)).cloned(), elements.len())
        }
        Value::Unknown(unknown) if let Type::Tuple(types) = unknown.ty() => {
            let ty = place.and_then(|i| types.get(i)).cloned();
            (ty.map(Value::unknown), types.len())
        }
        _ => return Ok(Element::Other(Value::unknown(element_type(sequence)))),
    };
    match found {
        Some(element) => Ok(Element::Certain(element)),
        None => Err(why_no_element(position, length_may_show.then_some(length))),
    }
}

/// The type of the elements, if they all have the same.
fn element_type(collection: &Value) -> Type {
    match collection {
        Value::List(list) => list.element_type().clone(),
        Value::Map(map) => map.element_type().clone(),
        Value::Unknown(unknown) => unknown.ty().element().cloned().unwrap_or(Type::Dynamic),
        _ => Type::Dynamic,
    }
}

/// Only an index that is exactly the length gets the message about lengths:
/// so does HCL.
fn why_no_element(position: &Number, length: Option<usize>) -> String {
    let reason = if !position.is_integer() {
        "indexing a sequence requires a whole number, but the given index has a fractional part"
    } else if position.is_negative() {
        "a negative number is not a valid index for a sequence"
    } else if length.is_none() || position.to_i64() != length.and_then(|l| i64::try_from(l).ok()) {
        return format!("{NO_ELEMENT}.");
    } else if length == Some(0) {
        "the collection has no elements"
    } else {
        "the given index is greater than or equal to the length of the collection"
    };
    format!("{NO_ELEMENT}: {reason}.")
}

fn element_of_map(map: &Value, key: &Value) -> Result<Element, String> {
    let key = convert_key(key, &Type::String)?;
    let (Some(name), Value::Map(elements)) = (key.as_str(), map) else {
        return Ok(Element::Other(Value::unknown(element_type(map))));
    };
    match elements.get(name) {
        Some(element) => Ok(Element::Certain(element.clone())),
        None => Err(format!("{NO_ELEMENT}.")),
    }
}

fn attribute_by_key(object: &Value, key: &Value) -> Result<Element, String> {
    let by_number = key.kind() == Kind::Number;
    let key = convert_key(key, &Type::String)?;
    let (Some(name), Value::Object(object)) = (key.as_str(), object) else {
        return Ok(Element::Other(Value::dynamic()));
    };
    match object.get(name) {
        Some(value) => Ok(Element::Other(value.clone())),
        None if by_number => Err(format!(
            "{NO_ELEMENT}. An object only supports looking up attributes by name, not by numeric index."
        )),
        None => Err(format!("{NO_ELEMENT}.")),
    }
}

//! Converting values as planned.

use super::{
    ConvertError, Safety, convert_at, mismatch_message,
    plan::{FromMap, Inner, Kind, Plan},
    replace::replace_dynamic,
    unify::unify_types,
};
use crate::{Number, Path, PathStep, Str, Type, Value, quote};

type Converted = Result<Value, ConvertError>;

impl Plan {
    /// Converts `value`, which must have the type planned for; `path` says
    /// where it is, and is left as it was unless there is an error.
    pub(super) fn run(&self, value: &Value, path: &mut Path) -> Converted {
        let (inner, marks) = value.unmarked();
        Ok(self.run_unmarked(inner, path)?.with_marks(marks))
    }

    fn run_unmarked(&self, value: &Value, path: &mut Path) -> Converted {
        if self.to == Type::Dynamic {
            return Ok(value.clone());
        }
        match value {
            Value::Null(ty) => {
                let to = replace_dynamic(ty, &self.to.without_optional());
                Ok(Value::Null(to))
            }
            Value::Unknown(unknown) => {
                let to = replace_dynamic(unknown.ty(), &self.to.without_optional());
                Ok(convert_unknown(value, unknown.ty(), to))
            }
            _ => self.run_known(value, path),
        }
    }

    fn run_known(&self, value: &Value, path: &mut Path) -> Converted {
        match &self.kind {
            Kind::Keep => Ok(value.clone()),
            Kind::Later => convert_at(value, &self.to, path),
            Kind::Primitive => primitive(value, &self.to, path),
            Kind::Object(attributes) => self.object(value, attributes, path),
            Kind::Tuple(elements) => Ok(Value::tuple(sequence(value, elements, path)?)),
            Kind::Sequence(element, plan) => self.sequence(value, element, plan, path),
            Kind::Map(element, plan) => self.map(value, element, plan, path),
            Kind::TupleToList(elements) => {
                let elements = sequence(value, elements, path)?;
                let last = elements.len().saturating_sub(1);
                if let Some(element) = self.fixed_element() {
                    return Ok(Value::list(element, elements));
                }
                // Errors blame the last element, as they always have.
                path.push(position(last));
                let elements = unify_elements(elements, self.safety, path)?;
                path.pop();
                list(elements, path)
            }
            Kind::TupleToSet(elements) => {
                let elements = sequence(value, elements, path)?.into_iter();
                let elements = elements.map(bare_if_null).collect();
                match self.fixed_element() {
                    Some(element) => Ok(Value::set(element, elements)),
                    None => set(elements, path),
                }
            }
            Kind::ObjectToMap(element, attributes) => {
                self.object_to_map(value, element, attributes, path)
            }
            Kind::MapToObject(attributes) => self.map_to_object(value, attributes, path),
            Kind::Empty(element) => Ok(self.empty(element.clone())),
        }
    }

    fn empty(&self, element: Type) -> Value {
        match &self.to {
            Type::Set(_) => Value::set(element, Vec::new()),
            Type::Map(_) => Value::map(element, Vec::<(Str, Value)>::new()),
            _ => Value::list(element, Vec::new()),
        }
    }

    fn object(&self, value: &Value, attributes: &[(Str, Inner)], path: &mut Path) -> Converted {
        let mut converted = Vec::with_capacity(attributes.len());
        for (name, plan) in attributes {
            if let Some(attribute) = value.get(name) {
                let step = PathStep::Attr(name.clone());
                let attribute = run_at(plan, attribute, step, path)?;
                converted.push((name.clone(), bare_if_null(attribute)));
            }
        }
        if let Type::Object(to) = &self.to {
            for name in to.optional() {
                if let (None, Some(ty)) = (value.get(name), to.get(name)) {
                    converted.push((name.clone(), Value::null(ty.without_optional())));
                }
            }
        }
        Ok(Value::object(converted))
    }

    fn sequence(&self, value: &Value, ety: &Type, plan: &Inner, path: &mut Path) -> Converted {
        let to_list = matches!(self.to, Type::List(_));
        let (min, max) = value.length_bounds();
        if to_list && min != max {
            // Elements of a set that are unknown may turn out to be the same.
            let element = value.ty().element().cloned().unwrap_or(Type::Dynamic);
            let element = replace_dynamic(&element, &ety.without_optional());
            return Ok(Value::unknown(Type::list(element)));
        }
        let mut elements = Vec::with_capacity(value.length().unwrap_or(0));
        for (index, element) in value.values().enumerate() {
            elements.push(bare_if_null(run_at(plan, element, position(index), path)?));
        }
        if elements.is_empty() {
            return Ok(self.empty(self.empty_element(value, ety)));
        }
        match (self.fixed_element(), to_list) {
            (Some(element), true) => Ok(Value::list(element, elements)),
            (Some(element), false) => Ok(Value::set(element, elements)),
            (None, true) => list(elements, path),
            (None, false) => set(elements, path),
        }
    }

    /// The type all elements have once they are converted, if the type wanted
    /// says all of it.
    fn fixed_element(&self) -> Option<Type> {
        let element = self.to.element().filter(|element| !element.has_dynamic());
        element.map(Type::without_optional)
    }

    /// The element type of an empty collection.
    fn empty_element(&self, value: &Value, ety: &Type) -> Type {
        match ety {
            Type::Dynamic => value.ty().element().cloned().unwrap_or(Type::Dynamic),
            other => other.without_optional(),
        }
    }

    fn map(&self, value: &Value, ety: &Type, plan: &Inner, path: &mut Path) -> Converted {
        let Value::Map(map) = value else {
            return Ok(value.clone());
        };
        let mut entries = Vec::with_capacity(map.entries().len());
        for (key, element) in map.entries() {
            let step = PathStep::Index(Value::String(key.clone()));
            entries.push((key.clone(), run_at(plan, element, step, path)?));
        }
        if entries.is_empty() {
            return Ok(self.empty(self.empty_element(value, ety)));
        }
        if let Some(element) = self.fixed_element() {
            return Ok(Value::map(element, entries));
        }
        if ety.element().is_some() || matches!(ety, Type::Object(_)) {
            entries = unify_entries(entries, Safety::Safe, path)?;
        }
        map_of(entries, "element", path)
    }

    fn object_to_map(
        &self,
        value: &Value,
        ety: &Type,
        attributes: &[(Str, Inner)],
        path: &mut Path,
    ) -> Converted {
        let mut entries = Vec::with_capacity(attributes.len());
        for (name, plan) in attributes {
            if let Some(attribute) = value.get(name) {
                let step = PathStep::Index(Value::String(name.clone()));
                entries.push((name.clone(), run_at(plan, attribute, step, path)?));
            }
        }
        if let Some(element) = self.fixed_element() {
            return Ok(Value::map(element, entries));
        }
        if ety.element().is_some() || matches!(ety, Type::Object(_)) {
            entries = unify_entries(entries, self.safety, path)?;
        }
        map_of(entries, "attribute", path)
    }

    fn map_to_object(
        &self,
        value: &Value,
        attributes: &[(Str, FromMap)],
        path: &mut Path,
    ) -> Converted {
        let Type::Object(to) = &self.to else {
            return Ok(value.clone());
        };
        let mut converted = Vec::with_capacity(attributes.len());
        for ((name, plan), (_, ty)) in attributes.iter().zip(to.attributes()) {
            let Some(element) = value.get(name) else {
                continue;
            };
            let FromMap::Convert(plan) = plan else {
                let mismatch = mismatch_message(&element.ty(), ty);
                let name = quote(name);
                let message =
                    format!("map element type is incompatible with attribute {name}: {mismatch}");
                return Err(ConvertError::new(path, message));
            };
            let step = PathStep::Index(Value::String(name.clone()));
            let element = bare_if_null(run_at(plan, element, step, path)?);
            converted.push((name.clone(), element));
        }
        for (name, ty) in to.attributes() {
            if value.get(name).is_some() {
                continue;
            }
            if !to.is_optional(name) {
                let name = quote(name);
                let message = format!("map has no element for required attribute {name}");
                return Err(ConvertError::new(path, message));
            }
            converted.push((name.clone(), Value::null(ty.without_optional())));
        }
        Ok(Value::object(converted))
    }
}

/// A null loses its marks on the way into an object, a list or a set, as it
/// does in Terraform: states would differ otherwise.
fn bare_if_null(value: Value) -> Value {
    match &value {
        Value::Marked(marked) if marked.1.is_null() => marked.1.clone(),
        _ => value,
    }
}

fn position(index: usize) -> PathStep {
    PathStep::Index(Value::Number(Number::from(index)))
}

fn run_at(plan: &Inner, value: &Value, step: PathStep, path: &mut Path) -> Converted {
    let Some(plan) = plan else {
        return Ok(value.clone());
    };
    path.push(step);
    let converted = plan.run(value, path)?;
    path.pop();
    Ok(converted)
}

fn sequence(value: &Value, plans: &[Inner], path: &mut Path) -> Result<Vec<Value>, ConvertError> {
    let pairs = value.values().zip(plans).enumerate();
    pairs
        .map(|(index, (element, plan))| run_at(plan, element, position(index), path))
        .collect()
}

fn primitive(value: &Value, to: &Type, path: &Path) -> Converted {
    let error = |message: &str| Err(ConvertError::new(path, message));
    match (value, to) {
        (Value::Number(number), _) => Ok(Value::string(number.to_text())),
        (Value::Bool(value), _) => Ok(Value::string(if *value { "true" } else { "false" })),
        (Value::String(text), Type::Number) => match Number::parse(text) {
            Some(number) => Ok(Value::Number(number)),
            None => error("a number is required"),
        },
        (Value::String(text), _) => match text.as_str() {
            "true" | "1" => Ok(Value::Bool(true)),
            "false" | "0" => Ok(Value::Bool(false)),
            other if other.to_lowercase() == "true" => {
                error("a bool is required; to convert from string, use lowercase \"true\"")
            }
            other if other.to_lowercase() == "false" => {
                error("a bool is required; to convert from string, use lowercase \"false\"")
            }
            _ => error("a bool is required"),
        },
        _ => Ok(value.clone()),
    }
}

/// The type all `values` have, those without type aside; `None` if they
/// differ.
fn common_type<'a>(values: impl Iterator<Item = &'a Value>) -> Option<Type> {
    let mut first: Option<&Value> = None;
    for value in values.filter(|value| !value.is_type_dynamic()) {
        match first {
            Some(first) if !first.same_type(value) => return None,
            Some(_) => {}
            None => first = Some(value),
        }
    }
    Some(first.map_or(Type::Dynamic, Value::ty))
}

fn mixed(noun: &str, collection: &str, path: &Path) -> ConvertError {
    let message = format!("{noun} types must all match for conversion to {collection}");
    ConvertError::new(path, message)
}

fn list(elements: Vec<Value>, path: &Path) -> Converted {
    let ty = common_type(elements.iter()).ok_or_else(|| mixed("element", "list", path))?;
    Ok(Value::list(ty, elements))
}

fn set(elements: Vec<Value>, path: &Path) -> Converted {
    let ty = common_type(elements.iter()).ok_or_else(|| mixed("element", "set", path))?;
    Ok(Value::set(ty, elements))
}

fn map_of(entries: Vec<(Str, Value)>, noun: &str, path: &Path) -> Converted {
    let values = entries.iter().map(|(_, value)| value);
    let ty = common_type(values).ok_or_else(|| mixed(noun, "map", path))?;
    Ok(Value::map(ty, entries))
}

fn unify_elements(
    elements: Vec<Value>,
    safety: Safety,
    path: &mut Path,
) -> Result<Vec<Value>, ConvertError> {
    if common_type(elements.iter()).is_some_and(|ty| elements.iter().all(|e| e.has_type(&ty))) {
        return Ok(elements);
    }
    let ty = unified_type(elements.iter(), safety, path)?;
    let elements = elements.iter().enumerate();
    elements
        .map(|(index, element)| to_unified(element, &ty, safety, position(index), path))
        .collect()
}

fn unify_entries(
    entries: Vec<(Str, Value)>,
    safety: Safety,
    path: &mut Path,
) -> Result<Vec<(Str, Value)>, ConvertError> {
    let values = || entries.iter().map(|(_, value)| value);
    if common_type(values()).is_some_and(|ty| values().all(|value| value.has_type(&ty))) {
        return Ok(entries);
    }
    let ty = unified_type(values(), safety, path)?;
    entries
        .into_iter()
        .map(|(key, value)| {
            let step = PathStep::Index(Value::String(key.clone()));
            Ok((key, to_unified(&value, &ty, safety, step, path)?))
        })
        .collect()
}

fn unified_type<'a>(
    values: impl Iterator<Item = &'a Value>,
    safety: Safety,
    path: &Path,
) -> Result<Type, ConvertError> {
    let types: Vec<Type> = values.map(Value::ty).collect();
    let unified = unify_types(&types, safety).map(|unified| unified.ty);
    unified
        .ok_or_else(|| ConvertError::new(path, "cannot find a common base type for all elements"))
}

fn to_unified(
    value: &Value,
    ty: &Type,
    safety: Safety,
    step: PathStep,
    path: &mut Path,
) -> Converted {
    if value.has_type(ty) {
        return Ok(value.clone());
    }
    let own = value.ty();
    path.push(step);
    let plan = Plan::new(&own, ty, safety)
        .ok_or_else(|| ConvertError::new(path, mismatch_message(&own, ty)))?;
    let converted = plan.run(value, path)?;
    path.pop();
    Ok(converted)
}

/// An unknown value of another type, with what stays certain about it.
fn convert_unknown(value: &Value, from: &Type, to: Type) -> Value {
    let target = Value::unknown(to.clone());
    let mut refine = target.refine();
    if value.is_not_null() {
        refine = refine.not_null();
    }
    let exactly = |length: usize| (length as u64, length as u64);
    let (min, max) = match (from, &to) {
        (Type::Object(object), Type::Map(_)) => exactly(object.attributes().len()),
        (Type::Tuple(elements), Type::List(_)) => exactly(elements.len()),
        (Type::Tuple(elements), Type::Set(_)) => {
            (elements.len().min(1) as u64, elements.len() as u64)
        }
        _ if from.element().is_some() && to.element().is_some() => {
            let (min, max) = value.length_bounds();
            if matches!(to, Type::Set(_)) {
                (min.min(1), max)
            } else {
                (min, max)
            }
        }
        _ => return refine.finish(),
    };
    refine.min_length(min).max_length(max).finish()
}

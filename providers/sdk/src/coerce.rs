//! Any value made to fit a schema.

use trueup_value::{
    Path, PathStep, Str, Type, Value,
    convert::{ConvertError, convert},
};

use crate::{Block, NestedBlock, NestingMode};

impl Block {
    /// Converts an object to this block's type, as if its attributes were the
    /// arguments of a block: what is left out is null.
    ///
    /// # Errors
    /// If it is no object, has or lacks an attribute it must not, or the value
    /// of one is of the wrong type.
    pub fn coerce(&self, value: &Value) -> Result<Value, ConvertError> {
        self.coerce_at(value, &mut Path::new())
    }

    fn coerce_at(&self, value: &Value, path: &mut Path) -> Result<Value, ConvertError> {
        let (value, marks) = value.unmarked();
        if value.is_null() {
            return Ok(Value::null(self.implied_type()).with_marks(marks));
        }
        if !value.is_known() {
            return Ok(Value::unknown(self.implied_type()).with_marks(marks));
        }
        let Type::Object(given) = value.ty() else {
            return Err(error(path, "an object is required"));
        };
        for (name, _) in given.attributes() {
            if !self.attributes.contains_key(name) && !self.blocks.contains_key(name) {
                return Err(error(path, format!("unexpected attribute \"{name}\"")));
            }
        }
        let mut attributes = Vec::with_capacity(self.attributes.len() + self.blocks.len());
        for (name, attribute) in &self.attributes {
            let value = match value.get(name) {
                Some(given) => within(path, PathStep::Attr(name.clone()), |path| {
                    convert(given, &attribute.constraint()).map_err(|problem| {
                        let steps = path.steps().iter().chain(problem.path.steps());
                        error(&steps.cloned().collect(), problem.message)
                    })
                })?,
                None if attribute.required => {
                    return Err(error(path, format!("attribute \"{name}\" is required")));
                }
                None => Value::null(attribute.implied_type()),
            };
            attributes.push((name.clone(), value));
        }
        for (name, nested) in &self.blocks {
            let blocks = match value.get(name) {
                Some(given) => within(path, PathStep::Attr(name.clone()), |path| {
                    nested.coerce(given, path)
                })?,
                None => nested.none(),
            };
            attributes.push((name.clone(), blocks));
        }
        Ok(Value::object(attributes).with_marks(marks))
    }
}

impl NestedBlock {
    fn coerce(&self, value: &Value, path: &mut Path) -> Result<Value, ConvertError> {
        if matches!(self.nesting, NestingMode::Single | NestingMode::Group) {
            return self.block.coerce_at(value, path);
        }
        let (value, marks) = value.unmarked();
        if !value.is_known() {
            return Ok(Value::unknown(self.implied_type()).with_marks(marks));
        }
        if value.is_null() {
            return Ok(self.none());
        }
        if value.length().is_none() {
            return Err(error(path, "a collection of objects is required"));
        }
        let mut elements = Vec::new();
        for (key, element) in value.elements() {
            let name = Str::new(key.as_str().unwrap_or_default());
            let element = within(path, PathStep::Index(key), |path| {
                self.block.coerce_at(&element, path)
            })?;
            elements.push((name, element));
        }
        Ok(self.gather(elements).with_marks(marks))
    }

    /// The value where there is no block.
    fn none(&self) -> Value {
        match self.nesting {
            NestingMode::Single | NestingMode::Group => Value::null(self.block.implied_type()),
            _ => self.gather(Vec::new()),
        }
    }

    fn gather(&self, elements: Vec<(Str, Value)>) -> Value {
        let dynamic = self.implied_type() == Type::Dynamic;
        let ty = self.block.implied_type();
        let values = |elements: Vec<(Str, Value)>| elements.into_iter().map(|(_, v)| v).collect();
        match self.nesting {
            NestingMode::Map if dynamic => Value::object(elements),
            NestingMode::Map => Value::map(ty, elements),
            NestingMode::List if dynamic => Value::tuple(values(elements)),
            NestingMode::Set => Value::set(ty, values(elements)),
            _ => Value::list(ty, values(elements)),
        }
    }
}

fn within<T>(path: &mut Path, step: PathStep, run: impl FnOnce(&mut Path) -> T) -> T {
    path.push(step);
    let result = run(path);
    path.pop();
    result
}

fn error(path: &Path, message: impl Into<String>) -> ConvertError {
    ConvertError {
        path: path.clone(),
        message: message.into(),
    }
}

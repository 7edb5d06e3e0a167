//! Reading values.

use super::{
    MsgpackError,
    reader::{Reader, Token},
    unknown::read_unknown,
};
use crate::{ObjectType, Path, PathStep, Str, Type, Value, json::type_from_json};

/// Values nested deeper are not read.
const MAX_DEPTH: usize = 512;

type Read = Result<Value, MsgpackError>;

/// Reads a value written for `ty`.
pub fn decode(bytes: &[u8], ty: &Type) -> Read {
    let mut decoder = Decoder {
        reader: Reader::new(bytes),
        path: Path::new(),
    };
    decoder.value(ty, 0)
}

struct Decoder<'a> {
    reader: Reader<'a>,
    path: Path,
}

impl<'a> Decoder<'a> {
    fn error<T>(&self, message: impl Into<String>) -> Result<T, MsgpackError> {
        Err(MsgpackError::new(&self.path, message))
    }

    fn token(&mut self) -> Result<Token<'a>, MsgpackError> {
        match self.reader.token() {
            Some(token) => Ok(token),
            None => self.error("EOF"),
        }
    }

    fn value(&mut self, ty: &Type, depth: usize) -> Read {
        if depth > MAX_DEPTH {
            return self.error("value is nested too deeply");
        }
        let token = self.token()?;
        if let Token::Extension(kind, body) = token {
            return read_unknown(kind, body, ty, &self.path);
        }
        if matches!(token, Token::Nil) {
            return Ok(Value::null(ty.clone()));
        }
        match ty {
            Type::Dynamic => self.dynamic(&token, depth),
            Type::Bool => match token {
                Token::Bool(value) => Ok(Value::Bool(value)),
                _ => self.error("bool is required"),
            },
            Type::Number => match token.number() {
                Some(number) => Ok(Value::Number(number)),
                None => self.error("number is required"),
            },
            Type::String => match token {
                Token::String(text) => Ok(Value::String(text_of(text))),
                _ => self.error("string is required"),
            },
            Type::List(element) => {
                let elements = self.sequence(&token, "a list is required", element, depth)?;
                Ok(Value::list(Type::clone(element), elements))
            }
            Type::Set(element) => {
                let elements = self.sequence(&token, "a set is required", element, depth)?;
                Ok(Value::set(Type::clone(element), elements))
            }
            Type::Map(element) => self.map(&token, element, depth),
            Type::Tuple(elements) => self.tuple(&token, elements, depth),
            Type::Object(object) => self.object(&token, object, depth),
        }
    }

    fn at(&mut self, step: PathStep, ty: &Type, depth: usize) -> Read {
        self.path.push(step);
        let value = self.value(ty, depth + 1)?;
        self.path.pop();
        Ok(value)
    }

    /// Room for `length` elements, but for no more than there can be.
    fn room<T>(&self, length: usize) -> Vec<T> {
        Vec::with_capacity(length.min(self.reader.remaining()))
    }

    fn sequence(
        &mut self,
        token: &Token<'_>,
        wanted: &str,
        element: &Type,
        depth: usize,
    ) -> Result<Vec<Value>, MsgpackError> {
        let Token::Array(length) = *token else {
            return self.error(wanted);
        };
        let mut elements = self.room(length);
        for index in 0..length {
            elements.push(self.at(PathStep::Index(Value::number(index)), element, depth)?);
        }
        Ok(elements)
    }

    fn map(&mut self, token: &Token<'_>, element: &Type, depth: usize) -> Read {
        let Token::Map(length) = *token else {
            return self.error("a map is required");
        };
        let mut entries = self.room(length);
        for _ in 0..length {
            let Token::String(key) = self.token()? else {
                return self.error("non-string key in map");
            };
            let key = text_of(key);
            let step = PathStep::Index(Value::String(key.clone()));
            entries.push((key, self.at(step, element, depth)?));
        }
        Ok(Value::map(element.clone(), entries))
    }

    fn tuple(&mut self, token: &Token<'_>, types: &[Type], depth: usize) -> Read {
        let Token::Array(length) = *token else {
            return self.error("a tuple is required");
        };
        if length != types.len() {
            return self.error(format!("a tuple of length {} is required", types.len()));
        }
        let mut elements = self.room(length);
        for (index, ty) in types.iter().enumerate() {
            elements.push(self.at(PathStep::Index(Value::number(index)), ty, depth)?);
        }
        Ok(Value::tuple(elements))
    }

    fn object(&mut self, token: &Token<'_>, object: &ObjectType, depth: usize) -> Read {
        let Token::Map(length) = *token else {
            return self.error("an object is required");
        };
        let wanted = object.attributes().len();
        let wrong = |given: usize| {
            format!("an object with {wanted} attributes is required ({given} given)")
        };
        if length != wanted {
            return self.error(wrong(length));
        }
        let mut attributes = self.room(length);
        for _ in 0..length {
            let Token::String(name) = self.token()? else {
                return self.error("all keys must be strings");
            };
            let name = text_of(name);
            let step = PathStep::Index(Value::String(name.clone()));
            let Some(ty) = object.get(&name) else {
                self.path.push(step);
                return self.error("unsupported attribute");
            };
            attributes.push((name, self.at(step, ty, depth)?));
        }
        let value = Value::object(attributes);
        match value.length() {
            Some(given) if given != wanted => self.error(wrong(given)),
            _ => Ok(value),
        }
    }

    fn dynamic(&mut self, token: &Token<'_>, depth: usize) -> Read {
        let Token::Array(2) = token else {
            return self.error("dynamic value array must have exactly two elements");
        };
        let Token::String(ty) = self.token()? else {
            return self.error("dynamic value must start with its type");
        };
        match type_from_json(ty) {
            Ok(ty) => self.value(&ty, depth + 1),
            Err(error) => self.error(error.message),
        }
    }
}

fn text_of(bytes: &[u8]) -> Str {
    Str::from(&*String::from_utf8_lossy(bytes))
}

//! Values on the command line: `a.b[0]=x,c={1,2}`.

use serde_json::{Map, Value};

use crate::error::ChartError;

/// Highest index of a list.
const MAX_INDEX: i64 = 65_536;
/// Deepest nesting of a name.
const MAX_NESTING: usize = 30;

/// Reads the file of a `--set-file` value.
pub type ReadFile<'a> = &'a dyn Fn(&str) -> Result<String, ChartError>;

/// How the text of a value is taken.
#[derive(Clone, Copy)]
pub enum Setting<'a> {
    /// `--set`: numbers, booleans and null are recognised.
    Typed,
    /// `--set-string`: text as it is.
    Text,
    /// `--set-file`: the content of the file it names.
    File(ReadFile<'a>),
    /// `--set-json`: JSON.
    Json,
    /// `--set-literal`: all that follows `=`, with nothing special in it.
    Literal,
}

impl std::fmt::Debug for Setting<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Setting::Typed => "Typed",
            Setting::Text => "Text",
            Setting::File(_) => "File",
            Setting::Json => "Json",
            Setting::Literal => "Literal",
        })
    }
}

/// Lays the values of one flag over `values`.
///
/// # Errors
/// In the words of Helm's parser. What was read before the mistake is set.
pub fn set(
    values: &mut Map<String, Value>,
    text: &str,
    setting: Setting<'_>,
) -> Result<(), ChartError> {
    if matches!(setting, Setting::Json) && text.trim_start().starts_with('{') {
        let refused = |_| ChartError::new(format!("failed parsing --set-json data JSON: {text}"));
        super::merge(values, serde_json::from_str(text.trim()).map_err(refused)?);
        return Ok(());
    }
    let mut parser = Parser {
        text: text.chars().collect(),
        position: 0,
        setting,
    };
    loop {
        match parser.key(values, 0) {
            Ok(()) => {}
            Err(Stop::End) => return Ok(()),
            Err(Stop::Problem(_)) if matches!(setting, Setting::Json) => {
                return Err(ChartError::new(format!(
                    "failed parsing --set-json data {text}"
                )));
            }
            Err(Stop::Problem(problem)) => {
                let flag = match setting {
                    Setting::Typed | Setting::Json => "--set",
                    Setting::Text => "--set-string",
                    Setting::File(_) => "--set-file",
                    Setting::Literal => "--set-literal",
                };
                return Err(ChartError::new(format!(
                    "failed parsing {flag} data: {problem}"
                )));
            }
        }
    }
}

/// Why reading a key ended.
enum Stop {
    End,
    Problem(String),
}

type Parsed<T> = Result<T, Stop>;

fn problem<T>(text: impl Into<String>) -> Parsed<T> {
    Err(Stop::Problem(text.into()))
}

struct Parser<'a> {
    text: Vec<char>,
    position: usize,
    setting: Setting<'a>,
}

fn insert(map: &mut Map<String, Value>, key: String, value: Value) {
    if !key.is_empty() {
        map.insert(key, value);
    }
}

impl Parser<'_> {
    fn next(&mut self) -> Option<char> {
        let next = self.text.get(self.position).copied()?;
        self.position += 1;
        Some(next)
    }

    fn is_literal(&self) -> bool {
        matches!(self.setting, Setting::Literal)
    }

    /// Text up to one of `stops` and which it was; none at the end.
    fn until(&mut self, stops: &str) -> (String, Option<char>) {
        let mut text = String::new();
        while let Some(next) = self.next() {
            if stops.contains(next) {
                return (text, Some(next));
            }
            if next == '\\' && !self.is_literal() {
                match self.next() {
                    Some(escaped) => text.push(escaped),
                    None => return (text, None),
                }
            } else {
                text.push(next);
            }
        }
        (text, None)
    }

    fn key(&mut self, data: &mut Map<String, Value>, level: usize) -> Parsed<()> {
        let stops = if self.is_literal() { "=[." } else { "=[,." };
        let (key, last) = self.until(stops);
        match last {
            None if key.is_empty() => Err(Stop::End),
            None => problem(format!("key {key:?} has no value")),
            Some('[') => {
                let index = self.index()?;
                let mut list = match data.get_mut(&key).map(Value::take) {
                    None => Vec::new(),
                    Some(Value::Array(list)) => list,
                    Some(other) => {
                        let message = conversion(&other, "[]interface {}");
                        insert(data, key, other);
                        return problem(message);
                    }
                };
                let result = self.item(&mut list, index, level);
                insert(data, key, Value::Array(list));
                result
            }
            Some('.') => self.nested(data, key, level + 1),
            Some(',') => {
                insert(data, key.clone(), Value::String(String::new()));
                problem(format!("key {key:?} has no value (cannot end with ,)"))
            }
            Some(_) => {
                let (value, result) = self.value()?;
                insert(data, key, value);
                result
            }
        }
    }

    fn nested(&mut self, data: &mut Map<String, Value>, key: String, level: usize) -> Parsed<()> {
        if level > MAX_NESTING {
            return problem(format!(
                "value name nested level is greater than maximum supported nested level of {MAX_NESTING}"
            ));
        }
        let mut inner = match data.get_mut(&key).map(Value::take) {
            None => Map::new(),
            Some(Value::Object(inner)) => inner,
            Some(other) => {
                let message = conversion(&other, "map[string]interface {}");
                insert(data, key, other);
                return problem(message);
            }
        };
        let result = self.key(&mut inner, level);
        if inner.is_empty() {
            data.remove(&key);
            return match result {
                Ok(()) => problem(format!("key map {key:?} has no value")),
                stopped => stopped,
            };
        }
        insert(data, key, Value::Object(inner));
        result
    }

    fn index(&mut self) -> Parsed<i64> {
        let (text, last) = self.until("]");
        if last.is_none() {
            return Err(Stop::End);
        }
        text.parse().or_else(|_| {
            problem(format!(
                "error parsing index: strconv.Atoi: parsing {text:?}: invalid syntax"
            ))
        })
    }

    fn item(&mut self, list: &mut Vec<Value>, index: i64, level: usize) -> Parsed<()> {
        if index < 0 {
            return problem(format!("negative {index} index not allowed"));
        }
        let (text, last) = self.until("[.=");
        if !text.is_empty() {
            let characters: Vec<String> = text.chars().map(|one| format!("{one:?}")).collect();
            let shown = characters.join(" ");
            return problem(format!("unexpected data at end of array index: [{shown}]"));
        }
        let place = usize::try_from(index).unwrap_or(usize::MAX);
        match last {
            None => Err(Stop::End),
            Some('=') => {
                let (value, result) = self.value()?;
                put(list, index, value)?;
                result
            }
            Some('[') => {
                let next = self.index()?;
                let mut inner = match list.get(place) {
                    Some(Value::Array(inner)) => inner.clone(),
                    None | Some(Value::Null) => Vec::new(),
                    Some(other) => return problem(conversion(other, "[]interface {}")),
                };
                self.item(&mut inner, next, level)?;
                put(list, index, Value::Array(inner))
            }
            Some(_) => {
                let mut inner = match list.get(place) {
                    Some(Value::Object(inner)) => inner.clone(),
                    _ => Map::new(),
                };
                self.key(&mut inner, level)?;
                put(list, index, Value::Object(inner))
            }
        }
    }

    /// A value, and whether reading goes on after it.
    fn value(&mut self) -> Parsed<(Value, Parsed<()>)> {
        match self.setting {
            Setting::Json => Ok((self.json()?, Ok(()))),
            Setting::Literal => {
                let text: String = self.text.iter().skip(self.position).collect();
                self.position = self.text.len();
                Ok((Value::String(text), Ok(())))
            }
            _ if self.position >= self.text.len() => {
                Ok((Value::String(String::new()), Err(Stop::End)))
            }
            _ if self.text.get(self.position) == Some(&'{') => {
                self.position += 1;
                Ok((self.list()?, Ok(())))
            }
            _ => {
                let (text, _) = self.until(",");
                Ok((self.convert(text)?, Ok(())))
            }
        }
    }

    fn list(&mut self) -> Parsed<Value> {
        let mut items = Vec::new();
        loop {
            let (text, last) = self.until(",}");
            match last {
                None => return problem("list must terminate with '}'"),
                Some('}') => {
                    if self.text.get(self.position) == Some(&',') {
                        self.position += 1;
                    }
                    items.push(self.convert(text)?);
                    return Ok(Value::Array(items));
                }
                Some(_) => items.push(self.convert(text)?),
            }
        }
    }

    fn convert(&self, text: String) -> Parsed<Value> {
        match self.setting {
            Setting::Typed => Ok(typed(text)),
            Setting::File(read) => read(&text)
                .map(Value::String)
                .map_err(|error| Stop::Problem(error.to_string())),
            _ => Ok(Value::String(text)),
        }
    }

    fn json(&mut self) -> Parsed<Value> {
        if self.empty_value() {
            return Ok(Value::Null);
        }
        let rest: String = self.text.iter().skip(self.position).collect();
        let mut stream = serde_json::Deserializer::from_str(&rest).into_iter::<Value>();
        let value = match stream.next() {
            Some(Ok(value)) => value,
            Some(Err(error)) => return problem(error.to_string()),
            None => return Ok(Value::Null),
        };
        let read = rest
            .get(..stream.byte_offset())
            .unwrap_or_default()
            .chars()
            .count();
        self.position += read;
        self.empty_value();
        Ok(floats(value))
    }

    /// Skips white space and a comma; whether nothing else was there.
    fn empty_value(&mut self) -> bool {
        while let Some(next) = self.text.get(self.position) {
            match next {
                ',' => {
                    self.position += 1;
                    return true;
                }
                space if space.is_whitespace() => self.position += 1,
                _ => return false,
            }
        }
        true
    }
}

/// Numbers of JSON are float64.
fn floats(value: Value) -> Value {
    match value {
        Value::Number(number) => number.as_f64().map_or(Value::Null, Value::from),
        Value::Array(items) => items.into_iter().map(floats).collect(),
        Value::Object(map) => map
            .into_iter()
            .map(|(key, value)| (key, floats(value)))
            .collect(),
        other => other,
    }
}

fn typed(text: String) -> Value {
    if text.eq_ignore_ascii_case("true") {
        return Value::Bool(true);
    }
    if text.eq_ignore_ascii_case("false") {
        return Value::Bool(false);
    }
    if text.eq_ignore_ascii_case("null") {
        return Value::Null;
    }
    if text == "0" {
        return Value::from(0);
    }
    match text.parse::<i64>() {
        Ok(number) if !text.starts_with('0') => Value::from(number),
        _ => Value::String(text),
    }
}

fn put(list: &mut Vec<Value>, index: i64, value: Value) -> Parsed<()> {
    if index > MAX_INDEX {
        return problem(format!(
            "index of {index} is greater than maximum supported index of {MAX_INDEX}"
        ));
    }
    let index = usize::try_from(index).unwrap_or(0);
    if list.len() <= index {
        list.resize(index + 1, Value::Null);
    }
    if let Some(slot) = list.get_mut(index) {
        *slot = value;
    }
    Ok(())
}

/// Go's message about a value of another type, as Helm's parser recovers it.
fn conversion(found: &Value, wanted: &str) -> String {
    let found = match found {
        Value::Null => "nil",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float64",
        Value::Number(_) => "int64",
        Value::String(_) => "string",
        Value::Array(_) => "[]interface {}",
        Value::Object(_) => "map[string]interface {}",
    };
    format!("unable to parse key: interface conversion: interface {{}} is {found}, not {wanted}")
}

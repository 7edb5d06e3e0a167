//! Regular expressions: `regex`, `regexall`, and the patterns of `replace`.

mod classes;
mod replacement;
mod syntax;

use regex_automata::{meta, util::captures::Captures, util::syntax as engine_syntax};
use trueup_value::{Type, Value};

use self::syntax::SyntaxError;
use super::{Named, arguments::text, bound};
use crate::{
    context::Context,
    function::{Function, FunctionError, Param},
};

/// The most memory one compiled pattern may take.
const MAX_SIZE: usize = 64 << 20;

/// A compiled pattern.
struct Pattern {
    engine: meta::Regex,
    /// The names of its capture groups, empty for those without.
    names: Vec<String>,
}

pub(super) fn functions(_: &Context) -> Vec<Named> {
    vec![("regex", regex()), ("regexall", regexall())]
}

/// `text` with every match of `pattern` replaced by `template`.
pub(super) fn replace(text: &str, pattern: &str, template: &str) -> Result<String, FunctionError> {
    let pattern = Pattern::new(pattern).map_err(|error| FunctionError::new(error.to_string()))?;
    let mut replaced = String::with_capacity(text.len());
    let mut end = 0;
    for found in pattern.engine.captures_iter(text) {
        let Some(matched) = found.get_match() else {
            continue;
        };
        replaced.push_str(text.get(end..matched.start()).unwrap_or(""));
        replacement::expand(&mut replaced, template, text, &found, &pattern.names);
        end = matched.end();
        bound::check(replaced.len())?;
    }
    replaced.push_str(text.get(end..).unwrap_or(""));
    Ok(replaced)
}

impl Pattern {
    fn new(pattern: &str) -> Result<Pattern, SyntaxError> {
        let translated = syntax::translate(pattern)?;
        let syntax = engine_syntax::Config::new()
            .utf8(false)
            .nest_limit(u32::MAX);
        let config = meta::Config::new()
            .utf8_empty(true)
            .nfa_size_limit(Some(MAX_SIZE))
            .onepass_size_limit(Some(MAX_SIZE));
        let engine = meta::Regex::builder()
            .syntax(syntax)
            .configure(config)
            .build(&translated.pattern);
        let engine = engine.map_err(|_| SyntaxError {
            code: "expression too large",
            expr: pattern.to_owned(),
        })?;
        Ok(Pattern {
            engine,
            names: translated.names,
        })
    }

    /// What a match is told as: a string without groups, a tuple for groups
    /// without names, an object for groups with names.
    fn result_type(&self) -> Result<Type, FunctionError> {
        let named = self.names.iter().filter(|name| !name.is_empty()).count();
        if self.names.is_empty() {
            return Ok(Type::String);
        }
        if named == 0 {
            return Ok(Type::tuple(self.names.iter().map(|_| Type::String)));
        }
        if named < self.names.len() {
            let mixed = "invalid regexp pattern: cannot mix both named and unnamed capture groups";
            return Err(FunctionError::argument(0, mixed));
        }
        let names = self.names.iter();
        Ok(Type::object(
            names.map(|name| (name.as_str(), Type::String)),
        ))
    }

    fn result(&self, found: &Captures, text: &str, ty: &Type) -> Value {
        let group = |index| match found.get_group(index) {
            Some(span) => Value::string(text.get(span.range()).unwrap_or("")),
            None => Value::null(Type::String),
        };
        let groups = (1..).take(self.names.len()).map(group);
        match ty {
            Type::Tuple(_) => Value::tuple(groups.collect()),
            Type::Object(_) => Value::object(self.names.iter().map(String::as_str).zip(groups)),
            _ => group(0),
        }
    }
}

fn params() -> Vec<Param> {
    vec![
        Param::new("pattern", Type::String).describe("The pattern, in RE2 syntax."),
        Param::new("string", Type::String).describe("The string to search."),
    ]
}

/// The pattern in the first argument; `None` if it is unknown.
fn pattern(args: &[Value]) -> Result<Option<Pattern>, FunctionError> {
    if args.first().is_some_and(|arg| !arg.is_known()) {
        return Ok(None);
    }
    let compiled = Pattern::new(text(args, 0)?);
    compiled.map(Some).map_err(|error| {
        let SyntaxError { code, expr } = error;
        FunctionError::argument(0, format!("invalid regexp pattern: {code} in {expr}"))
    })
}

fn regex() -> Function {
    let result = |args: &[Value]| match pattern(args)? {
        Some(pattern) => pattern.result_type(),
        None => Ok(Type::Dynamic),
    };
    let description = "Finds the first match of a regular expression in a string.";
    Function::typed(description, params(), result, |args, ty| {
        let Some(pattern) = pattern(args)? else {
            return Ok(Value::unknown(ty.clone()));
        };
        let text = text(args, 1)?;
        let mut found = pattern.engine.create_captures();
        pattern.engine.captures(text, &mut found);
        if !found.is_match() {
            let message = "pattern did not match any part of the given string";
            return Err(FunctionError::new(message));
        }
        Ok(pattern.result(&found, text, ty))
    })
    .not_null()
}

fn regexall() -> Function {
    let result = |args: &[Value]| match pattern(args)? {
        Some(pattern) => pattern.result_type().map(Type::list),
        None => Ok(Type::list(Type::Dynamic)),
    };
    let description = "Finds all matches of a regular expression in a string.";
    Function::typed(description, params(), result, |args, ty| {
        let (Some(pattern), Some(element)) = (pattern(args)?, ty.element()) else {
            return Ok(Value::unknown(ty.clone()));
        };
        let text = text(args, 1)?;
        let found = pattern.engine.captures_iter(text);
        let found = found.map(|found| pattern.result(&found, text, element));
        let found: Vec<Value> = found.take(bound::MAX_ELEMENTS + 1).collect();
        if found.len() > bound::MAX_ELEMENTS {
            return Err(bound::too_long());
        }
        Ok(Value::list(element.clone(), found))
    })
    .not_null()
}

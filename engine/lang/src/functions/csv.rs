//! Comma-separated values: `csvdecode`, by RFC 4180.

use std::collections::HashSet;

use trueup_value::{Str, Type, Value, quote};

use super::{Named, arguments::text};
use crate::{
    context::Context,
    function::{Function, FunctionError, Param},
};

pub(super) fn functions(_: &Context) -> Vec<Named> {
    vec![("csvdecode", csvdecode())]
}

fn csvdecode() -> Function {
    let result = |args: &[Value]| {
        if args.first().is_some_and(|arg| !arg.is_known()) {
            return Ok(Type::Dynamic);
        }
        header(&mut Records::new(text(args, 0)?)).map(|names| row_type(&names))
    };
    let params = vec![
        Param::new("str", Type::String).describe("The CSV text; its first line names the columns."),
    ];
    let description = "Reads comma-separated values into a list of objects, one for each line.";
    Function::typed(description, params, result, |args, ty| {
        let mut records = Records::new(text(args, 0)?);
        let names = header(&mut records)?;
        let mut rows = Vec::new();
        while let Some(record) = records.next_record()? {
            if record.fields.len() != names.len() {
                return Err(error(record.line, "wrong number of fields"));
            }
            let fields = record.fields.into_iter().map(Value::string);
            rows.push(Value::object(names.iter().cloned().zip(fields)));
        }
        let element = ty.element().cloned().unwrap_or(Type::Dynamic);
        Ok(Value::list(element, rows))
    })
    .not_null()
}

fn row_type(names: &[Str]) -> Type {
    Type::list(Type::object(
        names.iter().map(|name| (name.clone(), Type::String)),
    ))
}

fn header(records: &mut Records) -> Result<Vec<Str>, FunctionError> {
    let Some(record) = records.next_record()? else {
        return Err(FunctionError::new("missing header line"));
    };
    let mut seen = HashSet::new();
    for name in &record.fields {
        if !seen.insert(name) {
            let message = format!("duplicate column name {}", quote(name));
            return Err(FunctionError::new(message));
        }
    }
    Ok(record.fields.iter().map(|name| Str::new(name)).collect())
}

fn error(line: usize, problem: &str) -> FunctionError {
    FunctionError::new(format!("CSV parse error on line {line}: {problem}"))
}

/// The records of a text.
struct Records<'t> {
    rest: &'t str,
    /// How many lines have been read.
    line: usize,
}

/// A record and the line it begins on.
struct Record {
    fields: Vec<String>,
    line: usize,
}

impl<'t> Records<'t> {
    fn new(text: &'t str) -> Self {
        Records {
            rest: text,
            line: 0,
        }
    }

    /// The next line with its newline, which is `\n` even where it was `\r\n`
    /// or the text ends with a `\r`.
    fn next_line(&mut self) -> Option<(&'t str, bool)> {
        if self.rest.is_empty() {
            return None;
        }
        self.line += 1;
        let end = self.rest.find('\n');
        let (line, rest) = self
            .rest
            .split_at(end.map_or(self.rest.len(), |end| end + 1));
        self.rest = rest;
        match line.strip_suffix('\n') {
            Some(line) => Some((line.strip_suffix('\r').unwrap_or(line), true)),
            None => Some((line.strip_suffix('\r').unwrap_or(line), false)),
        }
    }

    fn next_record(&mut self) -> Result<Option<Record>, FunctionError> {
        loop {
            let Some((line, newline)) = self.next_line() else {
                return Ok(None);
            };
            // Empty lines are no records.
            if !line.is_empty() {
                return self.record(line, newline).map(Some);
            }
        }
    }

    fn record(&mut self, line: &'t str, newline: bool) -> Result<Record, FunctionError> {
        let start = self.line;
        let mut fields = Vec::new();
        let (mut rest, mut newline) = (line, newline);
        loop {
            let Some(quoted) = rest.strip_prefix('"') else {
                let (field, after) = match rest.split_once(',') {
                    Some((field, after)) => (field, Some(after)),
                    None => (rest, None),
                };
                if field.contains('"') {
                    return Err(error(self.line, "bare \" in non-quoted-field"));
                }
                fields.push(field.to_owned());
                match after {
                    Some(after) => rest = after,
                    None => {
                        return Ok(Record {
                            fields,
                            line: start,
                        });
                    }
                }
                continue;
            };
            let (field, after) = self.quoted(quoted, &mut newline)?;
            fields.push(field);
            match after {
                "" => {
                    return Ok(Record {
                        fields,
                        line: start,
                    });
                }
                _ => rest = after.strip_prefix(',').unwrap_or(after),
            }
        }
    }

    /// A quoted field, which may go on over several lines, and what follows
    /// it: nothing, or a comma and more.
    fn quoted(
        &mut self,
        line: &'t str,
        newline: &mut bool,
    ) -> Result<(String, &'t str), FunctionError> {
        let mut field = String::new();
        let mut rest = line;
        loop {
            if let Some((text, after)) = rest.split_once('"') {
                field.push_str(text);
                match after.as_bytes().first() {
                    Some(b'"') => {
                        field.push('"');
                        rest = after.get(1..).unwrap_or("");
                    }
                    None | Some(b',') => return Ok((field, after)),
                    _ => return Err(error(self.line, QUOTE)),
                }
                continue;
            }
            field.push_str(rest);
            if *newline {
                field.push('\n');
            }
            match self.next_line() {
                Some((line, more)) => (rest, *newline) = (line, more),
                None => return Err(error(self.line, QUOTE)),
            }
        }
    }
}

const QUOTE: &str = "extraneous or missing \" in quoted-field";

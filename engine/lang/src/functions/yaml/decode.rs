//! YAML text as a value: strings, numbers, bools, untyped nulls, tuples and
//! objects.

use std::collections::{HashMap, HashSet};

use trueup_value::{Str, Type, Value, convert::convert, quote};
use trueup_yaml::{Event, EventKind, Mark, Parser, ScalarStyle, Stage, SyntaxError};

use super::scalar::{Scalar, resolve};

/// The deepest nesting of mappings and sequences.
const MAX_DEPTH: usize = 500;

/// How many values aliases may stand for altogether.
const MAX_ALIASED: usize = 1_000_000;

const MAP_TAG: &str = "tag:yaml.org,2002:map";
const SEQ_TAG: &str = "tag:yaml.org,2002:seq";

type Outcome<T> = Result<T, String>;

struct Reader<'t> {
    parser: Parser<'t>,
    /// Finished anchors, each with how many values it stands for.
    anchors: HashMap<String, (Value, usize)>,
    /// Anchors whose value is still being read.
    pending: HashSet<String>,
    /// How many values have been read, those of aliases included.
    count: usize,
}

/// The value of a YAML text that must be a single document, as `yamldecode`
/// gives it.
///
/// # Errors
/// What is wrong with it, in the words of `yamldecode`.
pub fn document(text: &str) -> Result<Value, String> {
    if text == "\u{feff}" {
        return Err("missing start of document".to_owned());
    }
    // A text without any line has no place to name.
    let text = if text.is_empty() { "\n" } else { text };
    let mut reader = Reader {
        parser: Parser::new(text.as_bytes()).map_err(|error| syntax_error(&error))?,
        anchors: HashMap::new(),
        pending: HashSet::new(),
        count: 0,
    };
    let start = reader.next()?;
    if start.kind != EventKind::DocumentStart {
        return Err(at(start.start, "missing start of document"));
    }
    let value = reader.value(0)?;
    reader.next()?;
    let end = reader.next()?;
    match end.kind {
        EventKind::StreamEnd => Ok(value),
        _ => Err(at(end.start, "unexpected extra content after value")),
    }
}

/// A message with its place. Lines are counted from 0, so that the first has
/// none, as in Terraform.
fn at(mark: Mark, message: &str) -> String {
    if mark.line == 0 {
        return message.to_owned();
    }
    format!(
        "on line {}, column {}: {message}",
        mark.line,
        mark.column + 1
    )
}

fn syntax_error(error: &SyntaxError) -> String {
    let message = &error.problem;
    match (error.stage, error.at) {
        (_, mark) if mark.line == 0 => at(error.context, message),
        (Stage::Scanner, mark) => format!("on line {}, column 1: {message}", mark.line + 1),
        (_, mark) => at(mark, message),
    }
}

impl Reader<'_> {
    fn next(&mut self) -> Outcome<Event> {
        let event = self.parser.next_event();
        event.map_err(|error| syntax_error(&error))
    }

    fn value(&mut self, depth: usize) -> Outcome<Value> {
        let event = self.next()?;
        self.value_of(event, depth)
    }

    fn value_of(&mut self, event: Event, depth: usize) -> Outcome<Value> {
        let Event { kind, start } = event;
        if depth >= MAX_DEPTH {
            return Err(at(start, "exceeded max depth"));
        }
        self.count += 1;
        let before = self.count;
        let (anchor, value) = match kind {
            EventKind::Scalar {
                anchor,
                tag,
                value,
                implicit,
                style,
            } => {
                let value = scalar(&tag, &value, style, implicit);
                (anchor, value.map_err(|message| at(start, &message))?)
            }
            EventKind::SequenceStart { anchor, tag } => {
                expect_tag(&tag, SEQ_TAG, "sequence", start)?;
                let value = self.anchored(anchor.as_deref(), |reader| reader.sequence(depth))?;
                (anchor, value)
            }
            EventKind::MappingStart { anchor, tag } => {
                expect_tag(&tag, MAP_TAG, "mapping", start)?;
                let value = self.anchored(anchor.as_deref(), |reader| reader.mapping(depth))?;
                (anchor, value)
            }
            EventKind::Alias(anchor) => {
                return self.alias(&anchor).map_err(|message| at(start, &message));
            }
            EventKind::DocumentStart => {
                return Err(at(start, "only a single document is allowed"));
            }
            _ => return Err(at(start, "expecting value but found end of stream")),
        };
        if let Some(anchor) = anchor {
            let size = self.count - before + 1;
            self.anchors.insert(anchor, (value.clone(), size));
        }
        Ok(value)
    }

    /// Reads what `anchor`, if there is one, will stand for.
    fn anchored(
        &mut self,
        anchor: Option<&str>,
        read: impl FnOnce(&mut Self) -> Outcome<Value>,
    ) -> Outcome<Value> {
        let added = anchor.is_some_and(|anchor| self.pending.insert(anchor.to_owned()));
        let value = read(self)?;
        if let Some(anchor) = anchor.filter(|_| added) {
            self.pending.remove(anchor);
        }
        Ok(value)
    }

    fn alias(&mut self, anchor: &str) -> Outcome<Value> {
        let name = quote(anchor);
        if self.pending.contains(anchor) {
            let message = format!("cannot refer to anchor {name} from inside its own definition");
            return Err(message);
        }
        let Some((value, size)) = self.anchors.get(anchor) else {
            return Err(format!("reference to undefined anchor {name}"));
        };
        self.count = self.count.saturating_add(*size);
        if self.count > MAX_ALIASED && *size > 1 {
            return Err("the document's aliases stand for too many values".to_owned());
        }
        Ok(value.clone())
    }

    fn sequence(&mut self, depth: usize) -> Outcome<Value> {
        let mut elements = Vec::new();
        loop {
            let event = self.next()?;
            if matches!(event.kind, EventKind::SequenceEnd) {
                return Ok(Value::tuple(elements));
            }
            elements.push(self.value_of(event, depth + 1)?);
        }
    }

    fn mapping(&mut self, depth: usize) -> Outcome<Value> {
        let mut attributes = Vec::new();
        loop {
            let Event { kind, start } = self.next()?;
            let key = match kind {
                EventKind::MappingEnd => return Ok(Value::object(attributes)),
                EventKind::Scalar {
                    tag, value, style, ..
                } => resolve(&tag, &value, style)?,
                _ => return Err(at(start, "only strings are allowed as mapping keys")),
            };
            match key {
                Scalar::Value(key) => {
                    let key = key_text(&key).map_err(|message| at(start, message))?;
                    attributes.push((key, self.value(depth + 1)?));
                }
                Scalar::Merge => match self.value(depth + 1)? {
                    Value::Object(object) => attributes.extend_from_slice(object.attributes()),
                    other => {
                        let message = format!("cannot merge {} into mapping", other.ty());
                        return Err(at(start, &message));
                    }
                },
            }
        }
    }
}

fn expect_tag(tag: &str, wanted: &str, what: &str, start: Mark) -> Outcome<()> {
    if tag.is_empty() || tag == wanted {
        return Ok(());
    }
    Err(at(start, &format!("can't interpret {what} as {tag}")))
}

/// A scalar that is not a key. A block scalar without a tag is resolved like
/// any other, but what comes of it is a string in the end.
fn scalar(tag: &str, text: &str, style: ScalarStyle, implicit: bool) -> Outcome<Value> {
    let value = match resolve(tag, text, style)? {
        Scalar::Value(value) => value,
        Scalar::Merge => Value::string(text),
    };
    if tag.is_empty() && !implicit {
        return convert(&value, &Type::String).map_err(|error| error.message);
    }
    Ok(value)
}

fn key_text(key: &Value) -> Result<Str, &'static str> {
    match convert(key, &Type::String) {
        Ok(Value::String(text)) => Ok(text),
        Ok(_) => Err("mapping key cannot be null"),
        Err(_) => Err("only strings are allowed as mapping keys"),
    }
}

//! What flows through functions that know nothing of flow.

use super::cell::Cell;
use crate::function::Flowing;
use crate::value::{Labels, Span, Str, TracedText, Value};

/// What a call's arguments carry.
pub(super) struct Incoming {
    labels: Labels,
    /// The argument, if only one carries anything and it is a text.
    text: Option<Value>,
    /// Texts among which the result may be, each with what flowed into it.
    choices: Vec<Value>,
}

impl Incoming {
    pub(super) fn of(cells: &[Cell], flowing: Flowing) -> Self {
        match flowing {
            Flowing::Whole | Flowing::Aware => Incoming::whole(cells),
            Flowing::Gathers => Incoming::containers(cells, false),
            Flowing::Chooses => Incoming::containers(cells, true),
        }
    }

    fn containers(cells: &[Cell], scalars: bool) -> Self {
        let mut incoming = Incoming {
            labels: Labels::NONE,
            text: None,
            choices: Vec::new(),
        };
        for value in cells.iter().map(|cell| &cell.value) {
            if value.as_map().is_some() || value.as_list().is_some() {
                incoming.labels.extend(&value.labels());
            } else if scalars && value.flow().is_some() {
                incoming.choices.push(value.clone());
            }
        }
        incoming
    }

    fn whole(cells: &[Cell]) -> Self {
        let mut labels = Labels::NONE;
        let mut carriers = Vec::new();
        for cell in cells {
            let own = cell.value.deep_labels();
            if !own.is_empty() || cell.value.flow().is_some() {
                carriers.push(&cell.value);
            }
            labels.extend(&own);
        }
        let text = match carriers.as_slice() {
            [value] if value.as_string().is_some() => Some((*value).clone()),
            _ => None,
        };
        Incoming {
            labels,
            text,
            choices: Vec::new(),
        }
    }

    /// The result with what flowed into it: into its parts where it is the
    /// argument laid out anew, else into the whole.
    pub(super) fn into_result(mut self, result: Value) -> Value {
        for choice in &self.choices {
            let chosen = result.as_string().is_some() && result.as_string() == choice.as_string();
            if !chosen {
                self.labels.extend(&choice.deep_labels());
            }
        }
        if result.as_string().is_some_and(Str::is_empty) {
            return result.with_labels(&self.labels);
        }
        if let (Some(argument), Some(text)) = (&self.text, result.as_string())
            && let Some(aligned) = realign(argument, text)
        {
            return aligned;
        }
        result.with_labels(&self.labels)
    }
}

/// `result` with the flow of `argument`, if it is that text with only white
/// space and quotes added, white space left out and the end cut: what
/// `indent`, `nindent`, `trim`, `quote` and `trunc` make.
fn realign(argument: &Value, result: &Str) -> Option<Value> {
    let (from, to) = (argument.as_string()?.as_bytes(), result.as_bytes());
    let mut traced = TracedText::new();
    let (mut at, mut done) = (0, 0);
    while done < to.len() {
        let same = common_prefix(from.get(at..)?, to.get(done..)?);
        if same > 0 {
            traced.push_part(argument, at..at + same);
            at += same;
            done += same;
            continue;
        }
        let added = to.get(done)?;
        if is_layout(*added) {
            traced.push([*added]);
            done += 1;
        } else if from.get(at)?.is_ascii_whitespace() {
            at += 1;
        } else {
            return None;
        }
    }
    Some(traced.finish())
}

fn common_prefix(left: &[u8], right: &[u8]) -> usize {
    let pairs = left.iter().zip(right);
    pairs.take_while(|(left, right)| left == right).count()
}

fn is_layout(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == b'"' || byte == b'\''
}

/// Text made of printed values, each of which is at one of `parts`.
pub(super) fn printed(text: &Str, parts: &[(usize, usize, Value)]) -> Value {
    let bytes = text.as_bytes();
    let mut traced = TracedText::new();
    let mut done = 0;
    for (start, end, value) in parts {
        traced.push(bytes.get(done..*start).unwrap_or_default());
        let part = bytes.get(*start..*end).unwrap_or_default();
        match value.as_string() {
            Some(whole) if whole.as_bytes() == part => traced.push_part(value, 0..part.len()),
            _ => traced.push_labelled(part, &value.deep_labels()),
        }
        done = *end;
    }
    traced.push(bytes.get(done..).unwrap_or_default());
    traced.finish()
}

/// Whether the text knows the sources of its parts.
pub(super) fn has_spans(value: &Value) -> bool {
    let spans: &[Span] = value.flow().map_or(&[], |flow| &flow.spans);
    !spans.is_empty()
}

//! What flowed into a value: labels that the owner of the values gave out.

use std::{collections::BTreeSet, ops::Range, rc::Rc};

use super::{Str, Value};

/// A thing that can flow into output: a value path, a secret, an unknown.
/// What the number stands for is its owner's matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label(pub u32);

/// A set of labels; empty ones cost nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels(Option<Rc<BTreeSet<Label>>>);

impl Labels {
    /// No labels.
    pub const NONE: Labels = Labels(None);

    /// One label.
    pub fn one(label: Label) -> Self {
        Labels(Some(Rc::new(BTreeSet::from([label]))))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The labels in order.
    pub fn iter(&self) -> impl Iterator<Item = Label> + '_ {
        self.0.iter().flat_map(|set| set.iter().copied())
    }

    /// Takes in `other`'s labels.
    pub fn extend(&mut self, other: &Labels) {
        match (&mut self.0, &other.0) {
            (_, None) => {}
            (None, Some(set)) => self.0 = Some(Rc::clone(set)),
            (Some(mine), Some(theirs)) => {
                if !Rc::ptr_eq(mine, theirs) && !theirs.is_subset(mine) {
                    Rc::make_mut(mine).extend(theirs.iter().copied());
                }
            }
        }
    }
}

/// Which bytes of a text came from where, sorted and without overlap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// The template action that printed them.
    pub source: Option<Source>,
    /// What flowed into them.
    pub labels: Labels,
}

/// A place in a template.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Source {
    /// The name of the file, as it was given to the parser.
    pub file: Rc<str>,
    /// The line, from 1.
    pub line: u32,
    /// The column in bytes, from 0, as Go's messages count it.
    pub column: u32,
}

/// The flow of one value: labels of the whole, and for a text also of parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// What flowed into every part.
    pub labels: Labels,
    /// What flowed into parts of a text.
    pub spans: Vec<Span>,
}

/// A text made of parts that keep their flow: what functions that are
/// [`flow_aware`](crate::Function::flow_aware) build their results with.
///
/// ```
/// use trueup_helm_template::{Value, value::{Label, Labels, TracedText}};
///
/// let secret = Value::from("s3cret").with_labels(&Labels::one(Label(1)));
/// let mut text = TracedText::new();
/// text.push("password: ");
/// text.push_part(&secret, 0..6);
/// let flow = text.finish().flow().cloned().unwrap_or_default();
/// assert_eq!((flow.spans[0].start, flow.spans[0].end), (10, 16));
/// ```
#[derive(Debug, Default)]
pub struct TracedText {
    text: Vec<u8>,
    flow: Flow,
}

impl TracedText {
    /// An empty text.
    pub fn new() -> Self {
        TracedText::default()
    }

    /// Adds text that nothing flowed into.
    pub fn push(&mut self, text: impl AsRef<[u8]>) {
        self.text.extend_from_slice(text.as_ref());
    }

    /// Adds text that `labels` flowed into.
    pub fn push_labelled(&mut self, text: &[u8], labels: &Labels) {
        self.span(self.text.len(), text.len(), None, labels);
        self.push(text);
    }

    /// Adds the bytes `range` of a string with their flow; nothing if `value`
    /// is no string or not that long.
    pub fn push_part(&mut self, value: &Value, range: Range<usize>) {
        let bytes = value.as_string().map(Str::as_bytes).unwrap_or_default();
        let Some(part) = bytes.get(range.clone()) else {
            return;
        };
        let start = self.text.len();
        self.text.extend_from_slice(part);
        let Some(flow) = value.flow() else {
            return;
        };
        let mut covered = range.start;
        for span in &flow.spans {
            let from = span.start.max(covered);
            let to = span.end.min(range.end);
            if from >= to {
                continue;
            }
            self.span(
                start + covered - range.start,
                from - covered,
                None,
                &flow.labels,
            );
            let mut labels = span.labels.clone();
            labels.extend(&flow.labels);
            let at = start + from - range.start;
            self.span(at, to - from, span.source.clone(), &labels);
            covered = to;
        }
        let at = start + covered - range.start;
        self.span(at, range.end - covered, None, &flow.labels);
    }

    fn span(&mut self, start: usize, length: usize, source: Option<Source>, labels: &Labels) {
        if length > 0 && (source.is_some() || !labels.is_empty()) {
            self.flow.spans.push(Span {
                start,
                end: start + length,
                source,
                labels: labels.clone(),
            });
        }
    }

    /// The text as a string with its flow.
    pub fn finish(self) -> Value {
        let flow = (!self.flow.spans.is_empty()).then_some(self.flow);
        Value::string(self.text).with_flow(flow)
    }
}

impl Value {
    /// A string without any occurrence of `hidden`, the flow of the rest kept;
    /// other values as they are.
    #[must_use]
    pub fn without(self, hidden: &str) -> Value {
        let Some(text) = self.as_string().map(Str::to_str) else {
            return self;
        };
        if hidden.is_empty() || !text.contains(hidden) {
            return self;
        }
        if self.flow().is_none() {
            return Value::string(text.replace(hidden, ""));
        }
        let mut kept = TracedText::new();
        let mut done = 0;
        for (at, _) in text.match_indices(hidden) {
            kept.push_part(&self, done..at);
            done = at + hidden.len();
        }
        kept.push_part(&self, done..text.len());
        kept.finish()
    }
}

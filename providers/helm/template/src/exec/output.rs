//! What templates print, and where each byte came from.

use crate::value::{Flow, Labels, Source, Span, Str, Value};

/// A growing text with the sources of its parts, if they are wanted.
#[derive(Default)]
pub(super) struct Output {
    text: Vec<u8>,
    spans: Vec<Span>,
}

impl Output {
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    pub(super) fn push(&mut self, text: &[u8]) {
        self.text.extend_from_slice(text);
    }

    /// Adds `text` from `source`. Where `flow` knows parts, they keep their
    /// own sources.
    pub(super) fn push_traced(
        &mut self,
        text: &[u8],
        source: Option<Source>,
        flow: Option<&Flow>,
        control: &Labels,
    ) {
        let start = self.text.len();
        self.text.extend_from_slice(text);
        let mut whole = control.clone();
        if let Some(flow) = flow {
            whole.extend(&flow.labels);
        }
        let mut covered = start;
        for span in flow.iter().flat_map(|flow| &flow.spans) {
            let (from, to) = (start + span.start, start + span.end.min(text.len()));
            if from < covered || to <= from {
                continue;
            }
            self.span(covered, from, source.clone(), whole.clone());
            let mut labels = span.labels.clone();
            labels.extend(&whole);
            self.span(
                from,
                to,
                span.source.clone().or_else(|| source.clone()),
                labels,
            );
            covered = to;
        }
        self.span(covered, self.text.len(), source, whole);
    }

    fn span(&mut self, start: usize, end: usize, source: Option<Source>, labels: Labels) {
        if start < end {
            self.spans.push(Span {
                start,
                end,
                source,
                labels,
            });
        }
    }

    /// The text as a string, with its flow if any was traced.
    pub(super) fn finish(self) -> Value {
        let flow = (!self.spans.is_empty()).then_some(Flow {
            labels: Labels::NONE,
            spans: self.spans,
        });
        Value::string(Str::from(self.text)).with_flow(flow)
    }
}

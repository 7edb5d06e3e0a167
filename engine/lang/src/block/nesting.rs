//! Blocks of one type.

use trueup_syntax::{Diagnostic, Span};
use trueup_value::{Str, Value, quote};

use super::{
    decode::Decoder,
    dynamic::Generated,
    spec::{BlockSpec, Nesting},
};
use crate::scope::Scope;

impl Decoder {
    /// The value of all `blocks` of the type `spec` describes; `missing` is
    /// where another one would be added.
    pub(super) fn blocks(
        &mut self,
        spec: &BlockSpec,
        blocks: &[&Generated],
        missing: Option<Span>,
        scope: &Scope<'_>,
    ) -> Value {
        match spec.nesting {
            Nesting::Single | Nesting::Group => self.single(spec, blocks, missing, scope),
            Nesting::List | Nesting::Set => self.several(spec, blocks, missing, scope),
            Nesting::Map => self.keyed(spec, blocks, scope),
        }
    }

    fn single(
        &mut self,
        spec: &BlockSpec,
        blocks: &[&Generated],
        missing: Option<Span>,
        scope: &Scope<'_>,
    ) -> Value {
        let required = spec.min_items > 0 && spec.nesting == Nesting::Single;
        if let (true, [], Some(place)) = (required, blocks, missing) {
            let detail = format!("A block of type {} is required here.", quote(&spec.name));
            let summary = format!("Missing {} block", spec.name);
            self.diagnostics
                .push(Diagnostic::error(summary, detail, place));
        }
        if let [first, second, ..] = blocks {
            let detail = format!(
                "Only one block of type {} is allowed. Previous definition was at {}.",
                quote(&spec.name),
                scope.locate(first.header)
            );
            let summary = format!("Duplicate {} block", spec.name);
            let diagnostic = Diagnostic::error(summary, detail, second.header);
            self.diagnostics.push(diagnostic);
        }
        let first = blocks.first().map(|block| {
            let value = self.generated(block, &spec.spec, scope);
            (Str::default(), value)
        });
        spec.gather(first.into_iter().collect())
    }

    fn several(
        &mut self,
        spec: &BlockSpec,
        blocks: &[&Generated],
        missing: Option<Span>,
        scope: &Scope<'_>,
    ) -> Value {
        let mut values = Vec::with_capacity(blocks.len());
        for block in blocks {
            let value = self.generated(block, &spec.spec, scope);
            if block.origin.unknown {
                return Value::unknown(spec.ty());
            }
            values.push((Str::default(), value.with_marks(block.origin.marks)));
        }
        self.check_count(spec, blocks, missing);
        spec.gather(values)
    }

    fn check_count(&mut self, spec: &BlockSpec, blocks: &[&Generated], missing: Option<Span>) {
        let (count, name) = (blocks.len() as u64, &spec.name);
        let quoted = quote(name);
        let excess = usize::try_from(spec.max_items).ok();
        let excess = excess
            .filter(|most| *most > 0)
            .and_then(|most| blocks.get(most));
        let diagnostic = if let (true, Some(place)) = (count < spec.min_items, missing) {
            let detail = format!("At least {} {quoted} blocks are required.", spec.min_items);
            Diagnostic::error(format!("Insufficient {name} blocks"), detail, place)
        } else if let Some(extra) = excess {
            let detail = format!(
                "No more than {} {quoted} blocks are allowed",
                spec.max_items
            );
            let place = extra.body.missing().unwrap_or(extra.header);
            Diagnostic::error(format!("Too many {name} blocks"), detail, place)
        } else {
            return;
        };
        self.diagnostics.push(diagnostic);
    }

    fn keyed(&mut self, spec: &BlockSpec, blocks: &[&Generated], scope: &Scope<'_>) -> Value {
        let mut values: Vec<(Str, Value)> = Vec::with_capacity(blocks.len());
        let mut seen = std::collections::HashSet::new();
        for block in blocks {
            if block.origin.unknown {
                return Value::unknown(spec.ty());
            }
            let value = self.generated(block, &spec.spec, scope);
            let key = block.labels.first().cloned().unwrap_or_default();
            if !seen.insert(key.clone()) {
                self.diagnostics
                    .push(duplicate_key(spec, &key, block.header));
                continue;
            }
            values.push((key, value.with_marks(block.origin.marks)));
        }
        spec.gather(values)
    }
}

fn duplicate_key(spec: &BlockSpec, key: &Str, place: Span) -> Diagnostic {
    let (name, key) = (&spec.name, quote(key));
    let detail =
        format!("A block for {name} {key} was already defined. The {name} labels must be unique.");
    Diagnostic::error(format!("Duplicate {name} block"), detail, place)
}

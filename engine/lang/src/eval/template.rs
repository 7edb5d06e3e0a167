//! Templates: text with interpolations and directives.

use trueup_syntax::{
    Diagnostic, Span,
    ast::{Template, TemplateFor, TemplateIf, TemplatePart},
};
use trueup_value::{Marks, Outline, Type, Unknown, Value, convert};

use super::{
    Evaluator, TEXT_PER_ELEMENT,
    conditional::{Branch, Choice},
    for_each::{Loop, bind},
};
use crate::scope::Scope;

/// The longest prefix worth remembering of a text whose end is unknown.
const PREFIX: usize = 128;

impl Evaluator {
    pub(super) fn template(&mut self, template: &Template, span: Span, scope: &Scope<'_>) -> Value {
        if let [TemplatePart::Literal(text, _)] = template.parts.as_slice() {
            return Value::String(text.clone());
        }
        let errors = self.errors;
        let mut rendered = Rendered::default();
        for part in &template.parts {
            let value = match part {
                TemplatePart::Literal(text, _) => {
                    self.add_text(&mut rendered, text, self.errors > errors, span, scope);
                    continue;
                }
                TemplatePart::Interpolation(expr) => self.eval(expr, scope),
                TemplatePart::If(choice) => self.template_if(choice, scope),
                TemplatePart::For(each) => self.template_for(each, scope),
            };
            self.render(part, &value, &mut rendered, span, errors, scope);
        }
        rendered.finish(self.errors > errors)
    }

    fn render(
        &mut self,
        part: &TemplatePart,
        value: &Value,
        rendered: &mut Rendered,
        span: Span,
        errors: usize,
        scope: &Scope<'_>,
    ) {
        let (bare, marks) = value.unmarked();
        let problem = if bare.is_null() {
            "The expression result is null. Cannot include a null value in a string template."
                .to_owned()
        } else {
            rendered.marks |= marks;
            if let Value::Unknown(unknown) = bare {
                rendered.leave_open(unknown);
                return;
            }
            match convert::convert(bare, &Type::String) {
                Ok(text) => {
                    let text = text.as_str().unwrap_or_default();
                    self.add_text(rendered, text, self.errors > errors, span, scope);
                    return;
                }
                Err(error) => {
                    format!("Cannot include the given value in a string template: {error}.")
                }
            }
        };
        let subject = part_span(part);
        let diagnostic = Diagnostic::error(INVALID, problem, subject).within(span);
        match part {
            TemplatePart::Interpolation(expr) => self.fail(diagnostic, expr, scope),
            _ => self.push(diagnostic),
        }
    }

    /// Appends `text`, unless that would be too much.
    fn add_text(
        &mut self,
        rendered: &mut Rendered,
        text: &str,
        failed: bool,
        span: Span,
        scope: &Scope<'_>,
    ) {
        self.spend(text.len() / TEXT_PER_ELEMENT, span, scope);
        if self.spent.exhausted.is_none() {
            rendered.push(text, failed);
        }
    }

    fn template_if(&mut self, choice: &TemplateIf, scope: &Scope<'_>) -> Value {
        let branches = [&choice.then, &choice.otherwise].map(|template| {
            let span = text_span(template, choice.span);
            let (value, diagnostics) =
                self.aside(|evaluator| evaluator.template(template, span, scope));
            Branch {
                value,
                diagnostics,
                span,
            }
        });
        let choice = Choice {
            condition: &choice.condition,
            span: choice.span,
            exprs: None,
        };
        self.choose(&choice, branches, scope)
    }

    fn template_for(&mut self, each: &TemplateFor, scope: &Scope<'_>) -> Value {
        let head = Loop {
            key: each.key.as_ref(),
            value: &each.value,
            collection: &each.collection,
            span: each.span,
        };
        let collection = match self.collection(&head, scope) {
            Ok(collection) => collection,
            Err(_) => return Value::unknown(Type::String),
        };
        let (bare, marks) = collection.unmarked();
        if !bare.is_known() {
            return Value::unknown(Type::String).with_marks(marks);
        }
        let span = text_span(&each.body, each.span);
        let mut rendered = Rendered {
            marks,
            ..Rendered::default()
        };
        for (key, value) in bare.elements() {
            let bound = bind(head.key, head.value, (key, value));
            self.count_element(span, scope);
            if self.spent.exhausted.is_some() {
                break;
            }
            let text = self.template(&each.body, span, &scope.child(&bound));
            let (bare, marks) = text.unmarked();
            rendered.marks |= marks;
            match bare.as_str() {
                Some(text) => self.add_text(&mut rendered, text, false, span, scope),
                None => {
                    if let Value::Unknown(unknown) = bare {
                        rendered.leave_open(unknown);
                    }
                    rendered.known = false;
                }
            }
        }
        if !rendered.known {
            let unknown = Unknown::new(Type::String);
            return rendered.outlined(unknown).with_marks(rendered.marks);
        }
        Value::string(rendered.text).with_marks(rendered.marks)
    }
}

const INVALID: &str = "Invalid template interpolation value";

/// The text so far.
struct Rendered {
    text: String,
    marks: Marks,
    /// Whether all of it is known; if not, `text` is how it begins.
    known: bool,
    /// If not, all of it, with holes.
    outline: String,
}

impl Default for Rendered {
    fn default() -> Self {
        Rendered {
            text: String::new(),
            marks: Marks::NONE,
            known: true,
            outline: String::new(),
        }
    }
}

impl Rendered {
    fn push(&mut self, text: &str, failed: bool) {
        match self.known {
            _ if failed => {}
            true => self.text.push_str(text),
            false => self.outline.push_str(text),
        }
    }

    /// Goes on with something that is not known.
    fn leave_open(&mut self, unknown: &Unknown) {
        if std::mem::take(&mut self.known) {
            self.outline.push_str(&self.text);
        }
        match unknown.outline() {
            Some(outline) => self.outline.push_str(outline.text()),
            None => self.outline.push(Outline::HOLE),
        }
    }

    /// The value with the outline. Only what has lines may be a document: of
    /// others an outline is not worth its memory.
    fn outlined(&self, unknown: Unknown) -> Value {
        Value::Unknown(match self.outline.contains('\n') {
            true => unknown.outlined(Outline::new(self.outline.as_str())),
            false => unknown,
        })
    }

    fn finish(self, failed: bool) -> Value {
        let marks = self.marks;
        let value = if self.known {
            Value::string(self.text)
        } else {
            let unknown = Value::unknown(Type::String).refine().not_null();
            let prefix = if failed { "" } else { beginning(&self.text) };
            match unknown.prefix(prefix).finish() {
                Value::Unknown(unknown) if !failed => self.outlined(unknown),
                value => value,
            }
        };
        value.with_marks(marks)
    }
}

/// As much of `text` as is worth remembering.
fn beginning(text: &str) -> &str {
    let end = text.floor_char_boundary(PREFIX.min(text.len()));
    text.get(..end).unwrap_or(text)
}

fn part_span(part: &TemplatePart) -> Span {
    match part {
        TemplatePart::Literal(_, span) => *span,
        TemplatePart::Interpolation(expr) => expr.span,
        TemplatePart::If(choice) => choice.span,
        TemplatePart::For(each) => each.span,
    }
}

/// What the parts of a template cover; an empty one stands at the end of
/// `around`.
fn text_span(template: &Template, around: Span) -> Span {
    match template.parts.as_slice() {
        [] => Span::new(around.file, around.end, around.end),
        [first, .., last] => part_span(first).to(part_span(last)),
        [only] => part_span(only),
    }
}

/// Where a template begins: with its first part, of an empty one at its
/// end.
pub(super) fn start_span(template: &Template, span: Span) -> Span {
    match template.parts.first() {
        Some(TemplatePart::Interpolation(expr)) => super::start_span(expr),
        Some(TemplatePart::If(choice)) => super::start_span(&choice.condition),
        Some(TemplatePart::For(each)) => {
            let body = match each.body.parts.first() {
                // The braces before it are not part of the expression.
                Some(TemplatePart::Interpolation(expr)) => expr.span.start.saturating_sub(2),
                Some(part) => part_span(part).start,
                None => each.span.end,
            };
            Span::new(span.file, each.span.start, body)
        }
        Some(TemplatePart::Literal(_, span)) => *span,
        None => Span::new(span.file, span.end, span.end),
    }
}

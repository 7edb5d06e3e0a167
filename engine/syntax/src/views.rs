//! Expressions read as something other than a value: a reference, a keyword,
//! a list or a call written out. In the JSON syntax these stand in strings.
//! As in HCL, parentheses are not looked through.

use std::borrow::Cow;

use trueup_value::{Str, Value};

use crate::{
    Diagnostics, SourceFile, Span,
    ast::{Call, Expr, ExprKind, Ident, JsonString, Traversal},
    parse::{Snippet, parse_expression, parse_traversal},
};

impl Expr {
    /// The reference it is: a variable and constant steps. `true`, `false` and
    /// `null` count as names here, as in HCL.
    pub fn as_traversal(&self) -> Option<Cow<'_, Traversal>> {
        match &self.kind {
            ExprKind::Traversal(traversal) => Some(Cow::Borrowed(traversal)),
            ExprKind::Literal(value) => {
                let name = match value {
                    Value::Bool(true) => "true",
                    Value::Bool(false) => "false",
                    Value::Null(_) => "null",
                    _ => return None,
                };
                Some(Cow::Owned(Traversal {
                    root: Ident {
                        name: Str::from(name),
                        span: self.span,
                    },
                    steps: Vec::new(),
                }))
            }
            ExprKind::RelativeTraversal(source, steps) => {
                let mut traversal = source.as_traversal()?.into_owned();
                traversal.steps.extend(steps.iter().cloned());
                Some(Cow::Owned(traversal))
            }
            ExprKind::JsonString(string) => {
                let (traversal, errors) = string.read(self.span, |text| parse_traversal(text));
                traversal.filter(|_| !errors.has_errors()).map(Cow::Owned)
            }
            _ => None,
        }
    }

    /// The single name it is.
    pub fn as_keyword(&self) -> Option<Str> {
        let traversal = self.as_traversal()?;
        traversal
            .steps
            .is_empty()
            .then(|| traversal.root.name.clone())
    }

    /// The items of the list it writes out.
    pub fn as_list(&self) -> Option<&[Expr]> {
        match &self.kind {
            ExprKind::Tuple(items) => Some(items),
            _ => None,
        }
    }

    /// The keys and values of the object it writes out. A key may be a bare
    /// name.
    pub fn as_map_items(&self) -> Option<impl ExactSizeIterator<Item = (&Expr, &Expr)>> {
        match &self.kind {
            ExprKind::Object(items) => Some(items.iter().map(|(key, value)| (&key.expr, value))),
            _ => None,
        }
    }

    /// The function call it is.
    pub fn as_call(&self) -> Option<Cow<'_, Call>> {
        match &self.kind {
            ExprKind::Call(call) => Some(Cow::Borrowed(call)),
            ExprKind::JsonString(string) => {
                let (expr, errors) = string.read(self.span, |text| parse_expression(text));
                match expr.kind {
                    ExprKind::Call(call) if !errors.has_errors() => Some(Cow::Owned(*call)),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The text of a quoted string without sequences, or of a JSON string.
    pub fn as_text(&self) -> Option<Str> {
        match &self.kind {
            ExprKind::Template(template) => template.as_text(),
            ExprKind::JsonString(string) => Some(string.raw.clone()),
            _ => None,
        }
    }
}

impl crate::ast::Template {
    /// The text, if there are no sequences in it.
    pub fn as_text(&self) -> Option<Str> {
        match self.parts.as_slice() {
            [] => Some(Str::default()),
            [crate::ast::TemplatePart::Literal(text, _)] => Some(text.clone()),
            _ => None,
        }
    }
}

impl JsonString {
    fn read<T>(
        &self,
        span: Span,
        parse: impl FnOnce(Snippet<'_>) -> (T, Diagnostics),
    ) -> (T, Diagnostics) {
        let file = SourceFile::new(span.file, "", "");
        parse(Snippet {
            file: &file,
            text: &self.raw,
            start: span.start.saturating_add(1),
        })
    }
}

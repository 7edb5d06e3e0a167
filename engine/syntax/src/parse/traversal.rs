//! Traversals that stand alone, such as the address of a resource.

use trueup_value::Value;

use super::Parser;
use crate::{
    Span, Token, TokenKind,
    ast::{Step, StepKind, Traversal},
};

const NAME: &str = "Attribute name required";

impl Parser<'_> {
    pub(super) fn whole_traversal(&mut self) -> Option<Traversal> {
        let name = self.read();
        if name.kind != TokenKind::Ident {
            let detail = "Must begin with a variable name.";
            self.error("Variable name required", detail, self.span(name));
            return None;
        }
        let root = self.ident(name);
        let mut steps = Vec::new();
        while self.step(root.span, &mut steps) {}
        Some(Traversal { root, steps })
    }

    /// Reads one step; `false` at the end and after an error.
    fn step(&mut self, root: Span, steps: &mut Vec<Step>) -> bool {
        let next = self.peek();
        match next.kind {
            TokenKind::Eof => false,
            TokenKind::Dot => self.attribute_step(root, steps),
            TokenKind::OBrack => self.index_step(root, steps),
            _ => {
                let here = self.span(next);
                self.error_within(
                    "Invalid character",
                    "Expected an attribute access or an index operator.",
                    here,
                    root.through(here),
                );
                false
            }
        }
    }

    fn attribute_step(&mut self, root: Span, steps: &mut Vec<Step>) -> bool {
        let dot = self.read();
        let name = self.read();
        let here = self.span(name);
        let detail = match name.kind {
            TokenKind::Ident => {
                steps.push(Step {
                    kind: StepKind::Attr(self.name(name)),
                    span: self.span(dot).through(here),
                });
                return true;
            }
            TokenKind::Star => "Splat expressions (.*) may not be used here.",
            _ => "Dot must be followed by attribute name.",
        };
        self.error_within(NAME, detail, here, root.through(here));
        false
    }

    fn index_step(&mut self, root: Span, steps: &mut Vec<Step>) -> bool {
        let open = self.read();
        let next = self.peek();
        let here = self.span(next);
        let mark = self.mark();
        let key = match next.kind {
            TokenKind::NumberLit => {
                self.read();
                self.number(next)
            }
            TokenKind::OQuote => Value::String(self.quoted_string().name),
            TokenKind::Star => {
                let detail = "Splat expressions ([*]) may not be used here.";
                self.error_within(NAME, detail, here, root.through(here));
                return false;
            }
            _ => {
                self.error_within(
                    "Index value required",
                    "Index brackets must contain either a literal number or a literal string.",
                    here,
                    root.through(here),
                );
                return false;
            }
        };
        let span = self.close_index_step(open);
        steps.push(Step {
            kind: StepKind::Index(key),
            span,
        });
        !self.errors_since(mark)
    }

    fn close_index_step(&mut self, open: Token) -> Span {
        let close = self.read();
        let here = self.span(close);
        let span = self.span(open).through(here);
        if close.kind != TokenKind::CBrack {
            self.error_within(
                "Unclosed index brackets",
                "Index key must be followed by a closing bracket.",
                here,
                span,
            );
        }
        span
    }
}

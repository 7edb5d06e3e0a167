//! What is applied to an operand: `.name`, `[key]`, `.*` and `[*]`.

use trueup_value::{Type, Value};

use super::{MAX_DEPTH, Parser, invalid};
use crate::{
    Span, Token, TokenKind,
    ast::{Expr, ExprKind, Splat, Step, StepKind, Template, TemplatePart},
};

const NAME: &str = "Invalid attribute name";
const NAME_DETAIL: &str = "An attribute name is required after a dot.";
const LEGACY: &str = "Invalid legacy index syntax";

impl Parser<'_> {
    pub(super) fn postfix(&mut self, from: Expr) -> Expr {
        let mut reach = self.reach.max(self.depth);
        let start = from.span;
        let mut expr = from;
        while let TokenKind::Dot | TokenKind::OBrack = self.peek().kind {
            if reach >= MAX_DEPTH {
                let here = self.next_span();
                self.too_deep(here);
                break;
            }
            self.reach = self.depth;
            let grows = !is_traversal(&expr);
            let next = self.read();
            expr = match next.kind {
                TokenKind::Dot => self.after_dot(expr, start, next),
                _ => self.after_bracket(expr, start, next),
            };
            reach = reach.max(self.reach) + u32::from(grows || !is_traversal(&expr));
        }
        self.reach = reach;
        expr
    }

    fn after_dot(&mut self, expr: Expr, start: Span, dot: Token) -> Expr {
        let dot = self.span(dot);
        let next = self.peek();
        let here = self.span(next);
        match next.kind {
            TokenKind::Ident => {
                self.read();
                let kind = StepKind::Attr(self.name(next));
                step_into(expr, kind, dot.through(here))
            }
            TokenKind::NumberLit => {
                self.read();
                let key = self.legacy_index(next, here, "");
                step_into(expr, StepKind::Index(key), dot.through(here))
            }
            TokenKind::Star => {
                self.read();
                self.attribute_splat(expr, start, dot, here)
            }
            _ => {
                self.error(NAME, NAME_DETAIL, here);
                self.recovery = true;
                invalid(start.through(dot))
            }
        }
    }

    /// The index of the old form `.0`. `.0.1` reads as a fraction; it was never
    /// allowed and is reported at `subject`.
    fn legacy_index(&mut self, token: Token, subject: Span, form: &str) -> Value {
        let Some((first, second)) = self.slice(token).split_once('.') else {
            return self.number(token);
        };
        let detail = format!(
            "When using the legacy index syntax, chaining two indexes together is not permitted. Use the proper index syntax{form} instead, like [{first}][{second}]."
        );
        self.error(LEGACY, detail, subject);
        Value::Unknown(trueup_value::Unknown::new(Type::Dynamic))
    }

    /// Reads the attributes after `.*`.
    fn attribute_splat(&mut self, source: Expr, start: Span, dot: Span, star: Span) -> Expr {
        let first = self.next_span();
        let mut last = star;
        let mut steps = Vec::new();
        while self.peek().kind == TokenKind::Dot {
            let dot = self.read();
            let dot = self.span(dot);
            let next = self.peek();
            let here = self.span(next);
            let kind = match next.kind {
                TokenKind::NumberLit => {
                    let form = " with a full splat expression [*]";
                    StepKind::Index(self.legacy_index(next, star, form))
                }
                TokenKind::Ident => StepKind::Attr(self.name(next)),
                _ => {
                    self.report_splat_step(next, star);
                    self.recovery = true;
                    return source;
                }
            };
            self.read();
            steps.push(Step {
                kind,
                span: dot.through(here),
            });
            last = here;
        }
        let marker = dot.through(star);
        let item = Expr {
            kind: ExprKind::SplatItem,
            span: marker,
        };
        let each = if steps.is_empty() {
            item
        } else {
            steps.shrink_to_fit();
            Expr {
                kind: ExprKind::RelativeTraversal(Box::new(item), steps),
                span: first.through(last),
            }
        };
        splat(source, each, marker, start.through(last), false)
    }

    fn report_splat_step(&mut self, found: Token, star: Span) {
        if self.recovery {
            return;
        }
        if found.kind == TokenKind::Star {
            self.error(
                "Nested splat expression not allowed",
                "A splat expression (*) cannot be used inside another attribute-only splat expression.",
                self.span(found),
            );
        } else {
            self.error(NAME, NAME_DETAIL, star);
        }
    }

    fn after_bracket(&mut self, expr: Expr, start: Span, open: Token) -> Expr {
        let open = self.span(open);
        if self.peek().kind == TokenKind::Star {
            self.full_splat(expr, start, open)
        } else {
            self.without_newlines(|parser| parser.index(expr, start, open))
        }
    }

    fn full_splat(&mut self, source: Expr, start: Span, open: Span) -> Expr {
        self.read();
        let mut close = self.read();
        if close.kind != TokenKind::CBrack && !self.recovery {
            self.error(
                "Missing close bracket on splat index",
                "The star for a full splat operator must be immediately followed by a closing bracket (\"]\").",
                self.span(close),
            );
            close = self.recover(TokenKind::CBrack);
        }
        let marker = open.through(self.span(close));
        let item = Expr {
            kind: ExprKind::SplatItem,
            span: marker,
        };
        let each = self.deeper(|parser| parser.postfix(item));
        let each = each.unwrap_or_else(|| invalid(marker));
        let span = start.through(each.span);
        splat(source, each, marker, span, true)
    }

    fn index(&mut self, expr: Expr, start: Span, open: Span) -> Expr {
        let mark = self.mark();
        let key = self.expression();
        let close = if self.lost_since(mark) {
            self.recover(TokenKind::CBrack)
        } else {
            self.index_close()
        };
        let bracket = open.through(self.span(close));
        match constant_key(key) {
            Ok(key) => step_into(expr, StepKind::Index(key), bracket),
            Err(key) => Expr {
                kind: ExprKind::Index(Box::new(expr), Box::new(key)),
                span: start.through(bracket),
            },
        }
    }

    fn index_close(&mut self) -> Token {
        let close = self.read();
        if close.kind == TokenKind::CBrack || self.recovery {
            return close;
        }
        self.error(
            "Missing close bracket on index",
            "The index operator must end with a closing bracket (\"]\").",
            self.span(close),
        );
        self.recover(TokenKind::CBrack)
    }
}

fn is_traversal(expr: &Expr) -> bool {
    matches!(
        expr.kind,
        ExprKind::Traversal(_) | ExprKind::RelativeTraversal(..)
    )
}

fn splat(source: Expr, each: Expr, marker: Span, span: Span, full: bool) -> Expr {
    Expr {
        kind: ExprKind::Splat(Box::new(Splat {
            source,
            each,
            marker,
            full,
        })),
        span,
    }
}

/// The key itself if it is a literal, else the expression back.
fn constant_key(key: Expr) -> Result<Value, Expr> {
    match key.kind {
        ExprKind::Literal(value) => Ok(value),
        ExprKind::Invalid => Ok(Value::Unknown(trueup_value::Unknown::new(Type::Dynamic))),
        ExprKind::Template(Template { ref parts }) => match parts.as_slice() {
            [] => Ok(Value::String("".into())),
            [TemplatePart::Literal(text, _)] => Ok(Value::String(text.clone())),
            _ => Err(key),
        },
        _ => Err(key),
    }
}

fn step_into(mut expr: Expr, kind: StepKind, span: Span) -> Expr {
    let step = Step { kind, span };
    match &mut expr.kind {
        ExprKind::Traversal(traversal) => traversal.steps.push(step),
        ExprKind::RelativeTraversal(_, steps) => steps.push(step),
        _ => {
            return Expr {
                span: expr.span.through(span),
                kind: ExprKind::RelativeTraversal(Box::new(expr), vec![step]),
            };
        }
    }
    expr.span = expr.span.through(span);
    expr
}

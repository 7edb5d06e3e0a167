//! `[for … : …]` and `{for … : … => …}`.

use super::{Parser, invalid};
use crate::{
    Span, Token, TokenKind,
    ast::{Expr, ExprKind, For, Ident},
};

const INVALID: &str = "Invalid 'for' expression";

impl Parser<'_> {
    /// Reads from the `for` to the closing bracket.
    pub(super) fn for_expression(&mut self, open: Span, object: bool) -> Expr {
        let close = if object {
            TokenKind::CBrace
        } else {
            TokenKind::CBrack
        };
        self.without_newlines(|parser| {
            parser.read();
            match parser.for_clauses(open, object, close) {
                Some(expr) => Expr {
                    span: open.through(expr.close),
                    kind: ExprKind::For(Box::new(expr)),
                },
                None => {
                    let end = parser.recover(close);
                    invalid(open.through(parser.span(end)))
                }
            }
        })
    }

    fn for_clauses(&mut self, open: Span, object: bool, close: TokenKind) -> Option<For> {
        let (key, value) = self.for_names(open)?;
        let next = self.peek();
        if !self.is_keyword(next, "in") {
            let detail = "For expression requires the 'in' keyword after its name declarations.";
            return self.no_for(open, next, detail);
        }
        self.read();
        let collection = self.for_part()?;
        let next = self.peek();
        if next.kind != TokenKind::Colon {
            let detail = "For expression requires a colon after the collection expression.";
            return self.no_for(open, next, detail);
        }
        self.read();
        let (key_expr, value_expr) = self.for_results()?;
        let ellipsis = (self.peek().kind == TokenKind::Ellipsis).then(|| self.read());
        let next = self.peek();
        let condition = if self.is_keyword(next, "if") {
            self.read();
            Some(self.for_part()?)
        } else {
            None
        };
        let close = self.for_close(open, close);
        let expr = For {
            key,
            value,
            collection,
            key_expr,
            value_expr,
            condition,
            group: ellipsis.is_some(),
            open,
            close,
        };
        self.check_for(&expr, object, ellipsis);
        Some(expr)
    }

    fn for_names(&mut self, open: Span) -> Option<(Option<Ident>, Ident)> {
        let first = self.peek();
        if first.kind != TokenKind::Ident {
            let detail = "For expression requires variable name after 'for'.";
            return self.no_for(open, first, detail);
        }
        self.read();
        if self.peek().kind != TokenKind::Comma {
            return Some((None, self.ident(first)));
        }
        self.read();
        let second = self.peek();
        if second.kind != TokenKind::Ident {
            let detail = "For expression requires value variable name after comma.";
            return self.no_for(open, second, detail);
        }
        self.read();
        Some((Some(self.ident(first)), self.ident(second)))
    }

    fn for_part(&mut self) -> Option<Expr> {
        let mark = self.mark();
        let expr = self.expression();
        (!self.lost_since(mark)).then_some(expr)
    }

    /// The key expression, if there is one, and the value expression.
    fn for_results(&mut self) -> Option<(Option<Expr>, Expr)> {
        let mark = self.mark();
        let first = self.expression();
        let (key, value) = if self.peek().kind == TokenKind::FatArrow {
            self.read();
            (Some(first), self.expression())
        } else {
            (None, first)
        };
        (!self.lost_since(mark)).then_some((key, value))
    }

    fn for_close(&mut self, open: Span, close: TokenKind) -> Span {
        let next = self.peek();
        let end = if next.kind == close {
            self.read()
        } else {
            self.report_for(
                open,
                next,
                "Extra characters after the end of the 'for' expression.",
            );
            self.recover(close)
        };
        self.span(end)
    }

    fn check_for(&mut self, expr: &For, object: bool, ellipsis: Option<Token>) {
        let whole = expr.open.through(expr.close);
        let mut error = |detail, subject| self.error_within(INVALID, detail, subject, whole);
        match &expr.key_expr {
            Some(key) if !object => {
                error(
                    "Key expression is not valid when building a tuple.",
                    key.span,
                );
            }
            None if object => {
                error(
                    "Key expression is required when building an object.",
                    expr.value_expr.span,
                );
            }
            _ => {}
        }
        if let Some(ellipsis) = ellipsis.filter(|_| !object) {
            let here = self.span(ellipsis);
            let detail = "Grouping ellipsis (...) cannot be used when building a tuple.";
            self.error_within(INVALID, detail, here, whole);
        }
    }

    fn no_for<T>(&mut self, open: Span, found: Token, detail: &str) -> Option<T> {
        self.report_for(open, found, detail);
        None
    }

    fn report_for(&mut self, open: Span, found: Token, detail: &str) {
        if !self.recovery {
            let here = self.span(found);
            self.error_within(INVALID, detail, here, open.through(here));
        }
    }
}

//! Expressions from the top: the conditional operator.

use super::{Parser, invalid};
use crate::{
    TokenKind,
    ast::{Expr, ExprKind},
};

impl Parser<'_> {
    /// Reads one expression. Unless the next token can start one, an error is
    /// reported and the result is [`ExprKind::Invalid`].
    pub(super) fn expression(&mut self) -> Expr {
        match self.deeper(Self::conditional) {
            Some(expr) => expr,
            None => invalid(self.next_span()),
        }
    }

    fn conditional(&mut self) -> Expr {
        let start = self.next_span();
        let mark = self.mark();
        let condition = self.operation();
        if self.lost_since(mark) || self.peek().kind != TokenKind::Question {
            return condition;
        }
        self.read();

        let mark = self.mark();
        let yes = self.expression();
        if self.lost_since(mark) {
            return condition;
        }
        let colon = self.peek();
        if colon.kind != TokenKind::Colon {
            let here = self.span(colon);
            self.error_within(
                "Missing false expression in conditional",
                "The conditional operator (...?...:...) requires a false expression, delimited by a colon.",
                here,
                start.through(here),
            );
            return condition;
        }
        self.read();

        let mark = self.mark();
        let no = self.expression();
        if self.lost_since(mark) {
            return condition;
        }
        Expr {
            span: start.through(no.span),
            kind: ExprKind::Conditional(Box::new([condition, yes, no])),
        }
    }
}

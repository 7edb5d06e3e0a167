//! Operators with two operands, by precedence; all associate to the left.

use super::{MAX_DEPTH, Parser};
use crate::{
    TokenKind,
    ast::{BinaryOp, Expr, ExprKind},
};

const LOWEST: u8 = 0;

/// The operator a token stands for, and how tightly it binds.
fn operator(kind: TokenKind) -> Option<(BinaryOp, u8)> {
    Some(match kind {
        TokenKind::Or => (BinaryOp::Or, 0),
        TokenKind::And => (BinaryOp::And, 1),
        TokenKind::EqualOp => (BinaryOp::Equal, 2),
        TokenKind::NotEqual => (BinaryOp::NotEqual, 2),
        TokenKind::GreaterThan => (BinaryOp::Greater, 3),
        TokenKind::GreaterThanEq => (BinaryOp::GreaterOrEqual, 3),
        TokenKind::LessThan => (BinaryOp::Less, 3),
        TokenKind::LessThanEq => (BinaryOp::LessOrEqual, 3),
        TokenKind::Plus => (BinaryOp::Add, 4),
        TokenKind::Minus => (BinaryOp::Subtract, 4),
        TokenKind::Star => (BinaryOp::Multiply, 5),
        TokenKind::Slash => (BinaryOp::Divide, 5),
        TokenKind::Percent => (BinaryOp::Modulo, 5),
        _ => return None,
    })
}

impl Parser<'_> {
    pub(super) fn operation(&mut self) -> Expr {
        self.operation_of(LOWEST)
    }

    fn operation_of(&mut self, lowest: u8) -> Expr {
        let outer = std::mem::replace(&mut self.reach, self.depth);
        let mark = self.mark();
        let mut left = self.operand();
        let mut reach = self.reach;
        while !self.lost_since(mark)
            && let Some((op, precedence)) = operator(self.peek().kind)
            && precedence >= lowest
        {
            let symbol = self.next_span();
            if reach >= MAX_DEPTH {
                self.too_deep(symbol);
                break;
            }
            self.read();
            let mark = self.mark();
            self.reach = self.depth;
            let right = self.operation_of(precedence + 1);
            if self.lost_since(mark) {
                break;
            }
            reach = reach.max(self.reach) + 1;
            left = Expr {
                span: left.span.through(right.span),
                kind: ExprKind::Binary(op, Box::new(left), Box::new(right)),
            };
        }
        self.reach = outer.max(reach);
        left
    }
}

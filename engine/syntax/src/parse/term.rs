//! Operands: literals, names, brackets, and operators with one operand.

use trueup_value::{Number, Str, Type, Value};

use super::{Parser, invalid};
use crate::{
    Token, TokenKind,
    ast::{Expr, ExprKind, Traversal, UnaryOp},
};

impl Parser<'_> {
    /// Reads an operand with all that is applied to it: `.name`, `[key]`, …
    pub(super) fn operand(&mut self) -> Expr {
        let term = self.term();
        self.postfix(term)
    }

    fn term(&mut self) -> Expr {
        let start = self.peek();
        match start.kind {
            TokenKind::OParen => self.parentheses(),
            TokenKind::NumberLit => {
                self.read();
                Expr {
                    kind: ExprKind::Literal(self.number(start)),
                    span: self.span(start),
                }
            }
            TokenKind::Ident => self.name_or_call(),
            TokenKind::OQuote => {
                self.read();
                self.quoted_template(start, TokenKind::CQuote, false)
            }
            TokenKind::OHeredoc => {
                self.read();
                let flush = self.slice(start).starts_with("<<-");
                self.quoted_template(start, TokenKind::CHeredoc, flush)
            }
            TokenKind::Minus => self.unary(UnaryOp::Negate),
            TokenKind::Bang => self.unary(UnaryOp::Not),
            TokenKind::OBrack => self.tuple(),
            TokenKind::OBrace => self.object(),
            _ => self.no_term(start),
        }
    }

    fn no_term(&mut self, start: Token) -> Expr {
        let here = self.span(start);
        if !self.recovery {
            if start.kind == TokenKind::Eof {
                self.error(
                    "Missing expression",
                    "Expected the start of an expression, but found the end of the file.",
                    here,
                );
            } else {
                self.error(
                    "Invalid expression",
                    "Expected the start of an expression, but found an invalid expression token.",
                    here,
                );
            }
        }
        self.recovery = true;
        invalid(here)
    }

    fn parentheses(&mut self) -> Expr {
        let open = self.read();
        let open = self.span(open);
        self.without_newlines(|parser| {
            let mark = parser.mark();
            let inner = parser.expression();
            if parser.errors_since(mark) {
                parser.recover(TokenKind::CParen);
                return inner;
            }
            let close = parser.peek();
            let here = parser.span(close);
            if close.kind != TokenKind::CParen {
                parser.error_within(
                    "Unbalanced parentheses",
                    "Expected a closing parenthesis to terminate the expression.",
                    here,
                    open.through(here),
                );
                parser.recovery = true;
            }
            parser.read();
            Expr {
                kind: ExprKind::Parens(Box::new(inner)),
                span: open.through(here),
            }
        })
    }

    fn name_or_call(&mut self) -> Expr {
        let name = self.read();
        if let TokenKind::OParen | TokenKind::DoubleColon = self.peek().kind {
            return self.call(name);
        }
        let kind = match self.slice(name) {
            "true" => ExprKind::Literal(Value::Bool(true)),
            "false" => ExprKind::Literal(Value::Bool(false)),
            "null" => ExprKind::Literal(Value::Null(Type::Dynamic)),
            _ => ExprKind::Traversal(Traversal {
                root: self.ident(name),
                steps: Vec::new(),
            }),
        };
        Expr {
            kind,
            span: self.span(name),
        }
    }

    fn unary(&mut self, op: UnaryOp) -> Expr {
        let symbol = self.read();
        let symbol = self.span(symbol);
        let operand = match self.deeper(Self::operand) {
            Some(operand) => operand,
            None => invalid(self.next_span()),
        };
        Expr {
            span: symbol.through(operand.span),
            kind: ExprKind::Unary(op, Box::new(operand)),
        }
    }

    fn quoted_template(&mut self, open: Token, close: TokenKind, flush: bool) -> Expr {
        let open = self.span(open);
        let template = self.template(close, flush);
        let end = self.previous_span();
        Expr {
            kind: template.kind(),
            span: open.through(end),
        }
    }

    /// The exact value of a number as written.
    pub(super) fn number(&mut self, token: Token) -> Value {
        if let Some(number) = Number::parse(self.slice(token)) {
            return Value::Number(number);
        }
        self.error(
            "Invalid number literal",
            "Failed to recognize the value of this number literal.",
            self.span(token),
        );
        Value::Unknown(trueup_value::Unknown::new(Type::Number))
    }

    pub(super) fn name(&self, token: Token) -> Str {
        Str::from(self.slice(token))
    }
}

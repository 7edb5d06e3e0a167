//! Function calls.

use trueup_value::Str;

use super::{Parser, invalid};
use crate::{
    Span, Token, TokenKind,
    ast::{Call, Expr, ExprKind, Ident},
};

impl Parser<'_> {
    /// Reads what follows the first part of a function's name.
    pub(super) fn call(&mut self, first: Token) -> Expr {
        let start = self.span(first);
        let mut name = String::new();
        let mut name_span = start;
        let mut open = self.read();
        while open.kind == TokenKind::DoubleColon {
            let next = self.read();
            if next.kind != TokenKind::Ident {
                return self.broken_call(
                    "Missing function name",
                    "Function scope resolution symbol :: must be followed by a function name in this scope.",
                    start,
                    next,
                );
            }
            if name.is_empty() {
                name.push_str(self.slice(first));
            }
            name.push_str("::");
            name.push_str(self.slice(next));
            name_span = start.through(self.span(next));
            open = self.read();
        }
        if open.kind != TokenKind::OParen {
            return self.broken_call(
                "Missing open parenthesis",
                "Function selector must be followed by an open parenthesis to begin the function call.",
                start,
                open,
            );
        }
        let name = match name.as_str() {
            "" => self.name(first),
            qualified => Str::from(qualified),
        };
        let mut call = Call {
            name: Ident {
                name,
                span: name_span,
            },
            args: Vec::new(),
            expand_final: false,
            open: self.span(open),
            close: start.at_start(),
        };
        if let Some(close) = self.without_newlines(|parser| parser.arguments(&mut call)) {
            call.close = self.span(close);
        }
        call.args.shrink_to_fit();
        Expr {
            span: name_span.through(call.close),
            kind: ExprKind::Call(Box::new(call)),
        }
    }

    fn broken_call(&mut self, summary: &str, detail: &str, start: Span, found: Token) -> Expr {
        let here = self.span(found);
        self.error_within(summary, detail, here, start.through(here));
        self.recover_over(TokenKind::OParen, TokenKind::CParen);
        invalid(start.through(here))
    }

    /// Reads up to and including the closing parenthesis, which is returned;
    /// in its place the end of the text if it was given up.
    fn arguments(&mut self, call: &mut Call) -> Option<Token> {
        loop {
            if self.peek().kind == TokenKind::CParen {
                return Some(self.read());
            }
            let mark = self.mark();
            call.args.push(self.expression());
            if self.lost_since(mark) {
                let found = self.recover(TokenKind::CParen);
                return (found.kind == TokenKind::CParen).then_some(found);
            }
            let separator = self.read();
            match separator.kind {
                TokenKind::CParen => return Some(separator),
                TokenKind::Comma => {}
                TokenKind::Ellipsis => {
                    call.expand_final = true;
                    return Some(self.close_after_ellipsis(call.name.span, separator));
                }
                _ => {
                    self.report_missing_separator(call, separator);
                    return Some(self.recover(TokenKind::CParen));
                }
            }
        }
    }

    fn close_after_ellipsis(&mut self, name: Span, ellipsis: Token) -> Token {
        if self.peek().kind == TokenKind::CParen {
            return self.read();
        }
        if !self.recovery {
            let here = self.span(ellipsis);
            self.error_within(
                "Missing closing parenthesis",
                "An expanded function argument (with ...) must be immediately followed by closing parentheses.",
                here,
                name.through(here),
            );
        }
        self.recover(TokenKind::CParen)
    }

    fn report_missing_separator(&mut self, call: &Call, found: Token) {
        let name = call.name.span;
        if found.kind == TokenKind::Eof {
            self.error(
                "Unterminated function call",
                "There is no closing parenthesis for this function call before the end of the file. This may be caused by incorrect parenthesis nesting elsewhere in this file.",
                name.through(call.open),
            );
            return;
        }
        let here = self.span(found);
        self.error_within(
            "Missing argument separator",
            "A comma is required to separate each function argument from the next.",
            here,
            name.through(here),
        );
    }
}

//! `[a, b]` and `{ key = value }`.

use super::Parser;
use crate::{
    Span, Token, TokenKind,
    ast::{Expr, ExprKind, ObjectKey},
};

const OBJECT: &str = "Unterminated object constructor expression";
const OBJECT_DETAIL: &str = "There is no corresponding closing brace before the end of the file. This may be caused by incorrect brace nesting elsewhere in this file.";
const SEPARATOR: &str = "Missing key/value separator";

impl Parser<'_> {
    pub(super) fn tuple(&mut self) -> Expr {
        let open = self.read();
        let open = self.span(open);
        self.without_newlines(|parser| {
            let next = parser.peek();
            if parser.is_keyword(next, "for") {
                return parser.for_expression(open, false);
            }
            let mut items = Vec::new();
            let close = parser.tuple_items(open, &mut items);
            items.shrink_to_fit();
            Expr {
                kind: ExprKind::Tuple(items),
                span: open.through(parser.span(close)),
            }
        })
    }

    fn tuple_items(&mut self, open: Span, items: &mut Vec<Expr>) -> Token {
        loop {
            if self.peek().kind == TokenKind::CBrack {
                return self.read();
            }
            let mark = self.mark();
            items.push(self.expression());
            if self.lost_since(mark) {
                return self.recover(TokenKind::CBrack);
            }
            let next = self.peek();
            match next.kind {
                TokenKind::CBrack => return self.read(),
                TokenKind::Comma => {
                    self.read();
                }
                _ => {
                    self.report_tuple_separator(open, next);
                    return self.recover(TokenKind::CBrack);
                }
            }
        }
    }

    fn report_tuple_separator(&mut self, open: Span, found: Token) {
        if self.recovery {
            return;
        }
        if found.kind == TokenKind::Eof {
            self.error(
                "Unterminated tuple constructor expression",
                "There is no corresponding closing bracket before the end of the file. This may be caused by incorrect bracket nesting elsewhere in this file.",
                open,
            );
            return;
        }
        let here = self.span(found);
        self.error_within(
            "Missing item separator",
            "Expected a comma to mark the beginning of the next item.",
            here,
            open.through(here),
        );
    }

    pub(super) fn object(&mut self) -> Expr {
        let open = self.read();
        let open = self.span(open);
        let is_for = self.without_newlines(|parser| {
            let next = parser.peek();
            parser.is_keyword(next, "for")
        });
        if is_for {
            return self.for_expression(open, true);
        }
        self.with_newlines(true, |parser| {
            let mut items = Vec::new();
            let close = parser.object_items(open, &mut items);
            items.shrink_to_fit();
            Expr {
                kind: ExprKind::Object(items),
                span: open.through(parser.span(close)),
            }
        })
    }

    fn object_items(&mut self, open: Span, items: &mut Vec<(ObjectKey, Expr)>) -> Token {
        loop {
            match self.peek().kind {
                TokenKind::Newline => {
                    self.read();
                    continue;
                }
                TokenKind::CBrace => return self.read(),
                _ => {}
            }
            let Some(item) = self.object_item(open) else {
                return self.recover(TokenKind::CBrace);
            };
            items.push(item);
            let next = self.peek();
            match next.kind {
                TokenKind::CBrace => return self.read(),
                TokenKind::Comma | TokenKind::Newline => {
                    self.read();
                }
                _ => {
                    self.report_item_separator(open, next);
                    return self.recover(TokenKind::CBrace);
                }
            }
        }
    }

    fn object_item(&mut self, open: Span) -> Option<(ObjectKey, Expr)> {
        let mark = self.mark();
        let key = self.expression();
        if self.lost_since(mark) {
            return None;
        }
        let next = self.peek();
        if !matches!(next.kind, TokenKind::Equal | TokenKind::Colon) {
            self.report_key_separator(open, next);
            return None;
        }
        self.read();
        let mark = self.mark();
        let value = self.expression();
        (!self.lost_since(mark)).then_some((ObjectKey { expr: key }, value))
    }

    fn report_key_separator(&mut self, open: Span, found: Token) {
        if self.recovery {
            return;
        }
        let (summary, detail) = match found.kind {
            TokenKind::Eof => return self.error(OBJECT, OBJECT_DETAIL, open),
            TokenKind::Newline | TokenKind::Comma => (
                "Missing attribute value",
                "Expected an attribute value, introduced by an equals sign (\"=\").",
            ),
            TokenKind::Ident => (
                SEPARATOR,
                "Expected an equals sign (\"=\") to mark the beginning of the attribute value. If you intended to given an attribute name containing periods or spaces, write the name in quotes to create a string literal.",
            ),
            _ => (
                SEPARATOR,
                "Expected an equals sign (\"=\") to mark the beginning of the attribute value.",
            ),
        };
        let here = self.span(found);
        self.error_within(summary, detail, here, open.through(here));
    }

    fn report_item_separator(&mut self, open: Span, found: Token) {
        if self.recovery {
            return;
        }
        if found.kind == TokenKind::Eof {
            return self.error(OBJECT, OBJECT_DETAIL, open);
        }
        let here = self.span(found);
        self.error_within(
            "Missing attribute separator",
            "Expected a newline or comma to mark the beginning of the next attribute.",
            here,
            open.through(here),
        );
    }
}

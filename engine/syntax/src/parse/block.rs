//! Bodies: attributes and blocks.

use std::{collections::HashMap, sync::Arc};

use trueup_value::{Str, quote};

use super::{Mark, Parser};
use crate::{
    Span, Token, TokenKind,
    ast::{Attribute, Block, Body, Ident},
};

const ITEM_REQUIRED: &str = "Argument or block definition required";
const ITEM_DETAIL: &str = "An argument or block definition is required here.";
const EQUALS_DETAIL: &str = "An argument or block definition is required here. To set an argument, use the equals sign \"=\" to introduce the argument value.";
const UNCLOSED: &str = "Unclosed configuration block";
const UNCLOSED_DETAIL: &str = "There is no closing brace for this block before the end of the file. This may be caused by incorrect brace nesting elsewhere in this file.";
const BLOCK: &str = "Invalid block definition";
const SINGLE: &str = "Invalid single-argument block definition";

enum Item {
    Attribute(Attribute),
    Block(Block),
}

/// The attributes of a body so far, and where each name stands.
#[derive(Default)]
struct Attributes {
    list: Vec<Arc<Attribute>>,
    /// Only kept once a linear search would cost.
    by_name: HashMap<Str, usize>,
}

impl Attributes {
    const LINEAR: usize = 16;

    fn get(&self, name: &Str) -> Option<&Attribute> {
        if self.list.len() <= Self::LINEAR {
            return self
                .list
                .iter()
                .map(|a| &**a)
                .find(|a| a.name.name == *name);
        }
        self.by_name
            .get(name)
            .and_then(|index| self.list.get(*index))
            .map(|a| &**a)
    }

    fn push(&mut self, attribute: Attribute) {
        self.list.push(Arc::new(attribute));
        let known = self.by_name.len();
        if self.list.len() > Self::LINEAR {
            for (index, attribute) in self.list.iter().enumerate().skip(known) {
                self.by_name.insert(attribute.name.name.clone(), index);
            }
        }
    }
}

impl Parser<'_> {
    /// Reads up to and including `end`: a closing brace, or the end of the
    /// file.
    pub(super) fn body(&mut self, end: TokenKind) -> Arc<Body> {
        let start = self.previous_span();
        let mut attributes = Attributes::default();
        let mut blocks = Vec::new();
        let last = loop {
            let next = self.peek();
            if next.kind == end {
                self.read();
                break self.span(next);
            }
            match next.kind {
                TokenKind::Newline => {
                    self.read();
                }
                TokenKind::Ident => match self.item() {
                    Some(Item::Block(block)) => blocks.push(block),
                    Some(Item::Attribute(attribute)) => self.add(&mut attributes, attribute),
                    None => {}
                },
                _ => {
                    let bad = self.read();
                    self.report_non_item(bad, end, start);
                    let last = self.previous_span();
                    self.recover(end);
                    break last;
                }
            }
        };
        blocks.shrink_to_fit();
        attributes.list.shrink_to_fit();
        Arc::new(Body {
            attributes: attributes.list,
            blocks,
            span: start.through(last),
            end: last.at_end(),
        })
    }

    fn add(&mut self, attributes: &mut Attributes, attribute: Attribute) {
        let Some(existing) = attributes.get(&attribute.name.name) else {
            return attributes.push(attribute);
        };
        let detail = format!(
            "The argument {} was already set at {}. Each argument may be set only once.",
            quote(&attribute.name.name),
            self.file.describe(existing.name.span),
        );
        self.error("Attribute redefined", detail, attribute.name.span);
    }

    fn report_non_item(&mut self, bad: Token, end: TokenKind, start: Span) {
        if self.recovery {
            return;
        }
        let here = self.span(bad);
        match bad.kind {
            TokenKind::OQuote => {
                self.error(
                    "Invalid argument name",
                    "Argument names must not be quoted.",
                    here,
                );
            }
            TokenKind::Eof if end == TokenKind::CBrace => {
                self.error(UNCLOSED, UNCLOSED_DETAIL, start);
                if let Some(hint) = self.missing_brace() {
                    self.hint(hint);
                }
            }
            _ => self.error(ITEM_REQUIRED, ITEM_DETAIL, here),
        }
    }

    fn item(&mut self) -> Option<Item> {
        let name = self.read();
        match self.peek().kind {
            TokenKind::Equal => Some(Item::Attribute(self.attribute(name, false))),
            TokenKind::OQuote | TokenKind::OBrace | TokenKind::Ident => {
                self.block(name).map(Item::Block)
            }
            _ => {
                self.recover_after_item();
                self.error(ITEM_REQUIRED, EQUALS_DETAIL, self.span(name));
                None
            }
        }
    }

    fn attribute(&mut self, name: Token, single_line: bool) -> Attribute {
        let mark = self.mark();
        self.read();
        let expr = self.expression();
        let end = self.previous_span();
        if self.lost_since(mark) {
            self.recover_after_item();
        } else if !single_line {
            self.end_of_attribute(name);
        }
        Attribute {
            name: self.ident(name),
            expr,
            span: self.span(name).through(end),
        }
    }

    fn end_of_attribute(&mut self, name: Token) {
        let end = self.peek();
        if matches!(end.kind, TokenKind::Newline | TokenKind::Eof) {
            self.read();
            return;
        }
        if !self.recovery {
            let (summary, detail) = if end.kind == TokenKind::Comma {
                (
                    "Unexpected comma after argument",
                    "Argument definitions must be separated by newlines, not commas. An argument definition must end with a newline.",
                )
            } else {
                (
                    "Missing newline after argument",
                    "An argument definition must end with a newline.",
                )
            };
            let subject = self.span(end);
            self.error_within(summary, detail, subject, self.span(name).through(subject));
            if let Some(hint) = self.meant_operator(end) {
                self.hint(hint);
            }
        }
        self.recover_after_item();
    }

    /// What is written for an operator in other languages.
    fn meant_operator(&self, token: Token) -> Option<&'static str> {
        match (token.kind, self.slice(token)) {
            (TokenKind::Ident, "and") => Some("\"and\" is written `&&`"),
            (TokenKind::Ident, "or") => Some("\"or\" is written `||`"),
            (TokenKind::Equal, _) => Some("values are compared with `==`"),
            _ => None,
        }
    }

    fn block(&mut self, kind: Token) -> Option<Block> {
        let kind_span = self.span(kind);
        let mut labels = Vec::new();
        let open = loop {
            let next = self.peek();
            match next.kind {
                TokenKind::OBrace => break self.read(),
                TokenKind::OQuote => labels.push(self.quoted_string()),
                TokenKind::Ident => {
                    self.read();
                    labels.push(self.ident(next));
                }
                _ => {
                    self.report_bad_header(next, kind_span);
                    self.recover_after_item();
                    return Some(self.block_without_body(kind, labels));
                }
            }
        };
        let open_span = self.span(open);
        let body = match self.deeper(|parser| parser.block_body(kind_span, open_span)) {
            Some(body) => body,
            None => {
                self.recover(TokenKind::CBrace);
                None
            }
        };
        let close = self.previous_span();
        self.end_of_block(kind_span);
        Some(Block {
            kind: self.ident(kind),
            header: header(kind_span, &labels),
            labels,
            body: body.unwrap_or_else(|| empty_body(open_span.through(close), close)),
            open: open_span,
            close,
        })
    }

    fn block_without_body(&mut self, kind: Token, labels: Vec<Ident>) -> Block {
        let here = self.span(kind);
        Block {
            kind: self.ident(kind),
            header: header(here, &labels),
            labels,
            body: empty_body(here, here),
            open: here,
            close: here,
        }
    }

    fn report_bad_header(&mut self, token: Token, kind: Span) {
        let detail = match token.kind {
            TokenKind::Equal => {
                "The equals sign \"=\" indicates an argument definition, and must not be used when defining a block."
            }
            TokenKind::Newline => {
                "A block definition must have block content delimited by \"{\" and \"}\", starting on the same line as the block header."
            }
            _ if self.recovery => return,
            _ => "Either a quoted string block label or an opening brace (\"{\") is expected here.",
        };
        let here = self.span(token);
        self.error_within(BLOCK, detail, here, kind.through(here));
    }

    fn block_body(&mut self, kind: Span, open: Span) -> Option<Arc<Body>> {
        if let TokenKind::Newline | TokenKind::Eof | TokenKind::CBrace = self.peek().kind {
            return Some(self.body(TokenKind::CBrace));
        }
        let mark = self.mark();
        let body = self.single_line_body();
        self.end_of_single_line(mark, kind, open);
        body
    }

    fn single_line_body(&mut self) -> Option<Arc<Body>> {
        let name = self.read();
        if name.kind != TokenKind::Ident {
            self.recover_after_item();
            self.error(ITEM_REQUIRED, ITEM_DETAIL, self.span(name));
            return None;
        }
        let next = self.peek();
        match next.kind {
            TokenKind::Equal => {
                let attribute = self.attribute(name, true);
                let span = attribute.span;
                return Some(Arc::new(Body {
                    attributes: vec![Arc::new(attribute)],
                    blocks: Vec::new(),
                    span,
                    end: span.at_end(),
                }));
            }
            TokenKind::OQuote | TokenKind::OBrace | TokenKind::Ident => {
                self.recover_after_item();
                let detail = format!(
                    "A single-line block definition can contain only a single argument. If you meant to define argument {}, use an equals sign to assign it a value. To define a nested block, place it on a line of its own within its parent block.",
                    quote(self.slice(name)),
                );
                let subject = self.span(name).through(self.span(next));
                self.error("Argument definition required", detail, subject);
            }
            _ => {
                self.recover_after_item();
                self.error(ITEM_REQUIRED, EQUALS_DETAIL, self.span(name));
            }
        }
        None
    }

    /// Reads the closing brace. What is wrong with the end is reported before
    /// what was reported of the body since `mark`, as in HCL.
    fn end_of_single_line(&mut self, mark: Mark, kind: Span, open: Span) {
        let next = self.peek();
        let here = self.span(next);
        if next.kind == TokenKind::CBrace {
            self.read();
            return;
        }
        let of_body = self.diagnostics.split_off(mark.0);
        match next.kind {
            TokenKind::Comma => self.error(
                SINGLE,
                "Single-line block syntax can include only one argument definition. To define multiple arguments, use the multi-line block syntax with one argument definition per line.",
                here,
            ),
            TokenKind::Newline => self.error(
                SINGLE,
                "An argument definition on the same line as its containing block creates a single-line block definition, which must also be closed on the same line. Place the block's closing brace immediately after the argument definition.",
                here,
            ),
            _ if self.recovery => {}
            TokenKind::Eof => {
                self.error_within(UNCLOSED, UNCLOSED_DETAIL, open, kind.through(open));
            }
            _ => self.error(
                SINGLE,
                "A single-line block definition must end with a closing brace immediately after its single argument definition.",
                here,
            ),
        }
        self.recover(TokenKind::CBrace);
        self.diagnostics.extend(of_body);
    }

    fn end_of_block(&mut self, kind: Span) {
        let end = self.peek();
        if matches!(end.kind, TokenKind::Newline | TokenKind::Eof) {
            self.read();
            return;
        }
        if !self.recovery {
            let here = self.span(end);
            self.error_within(
                "Missing newline after block definition",
                "A block definition must end with a newline.",
                here,
                kind.through(here),
            );
        }
        self.recover_after_item();
    }

    pub(super) fn ident(&self, token: Token) -> Ident {
        Ident {
            name: Str::from(self.slice(token)),
            span: self.span(token),
        }
    }
}

fn header(kind: Span, labels: &[Ident]) -> Span {
    labels.last().map_or(kind, |label| kind.through(label.span))
}

fn empty_body(span: Span, end: Span) -> Arc<Body> {
    Arc::new(Body {
        attributes: Vec::new(),
        blocks: Vec::new(),
        span,
        end,
    })
}

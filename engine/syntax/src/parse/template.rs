//! Templates: literal text, interpolations and directives.

use std::borrow::Cow;

use trueup_value::Str;

use super::Parser;
use crate::{
    Span, Token, TokenKind,
    ast::{Expr, ExprKind, Ident, Template, TemplatePart},
};

const UNCLOSED: &str = "Unclosed template interpolation sequence";
const EXTRA: &str = "Extra characters after interpolation expression";

/// What a template is made of before directives are matched up.
pub(super) enum Piece<'a> {
    Literal(Cow<'a, str>, Span),
    Interpolation(Expr),
    If(Expr, Span),
    For(Box<ForPiece>),
    Else(Span),
    EndIf(Span),
    EndFor(Span),
}

pub(super) struct ForPiece {
    pub(super) key: Option<Ident>,
    pub(super) value: Ident,
    pub(super) collection: Expr,
    pub(super) span: Span,
}

pub(super) struct ParsedTemplate {
    parts: Vec<TemplatePart>,
    /// It is nothing but one interpolation.
    wraps: bool,
    pub(super) span: Span,
}

impl ParsedTemplate {
    pub(super) fn kind(mut self) -> ExprKind {
        match self.parts.pop() {
            Some(TemplatePart::Interpolation(expr)) if self.wraps => {
                ExprKind::TemplateWrap(Box::new(expr))
            }
            last => {
                self.parts.extend(last);
                ExprKind::Template(Template { parts: self.parts })
            }
        }
    }
}

/// What a sequence says about the white space around it.
#[derive(Clone, Copy, Default)]
struct Trim {
    /// The last sequence ended with `~}`.
    left: bool,
    /// The last piece is literal text.
    right: bool,
}

impl<'a> Parser<'a> {
    /// Reads up to and including `end`. `flush` removes the indentation that
    /// all lines share.
    pub(super) fn template(&mut self, end: TokenKind, flush: bool) -> ParsedTemplate {
        let start = self.next_span();
        let (mut pieces, last) = self.pieces(start, end);
        if flush {
            super::flush::flush(&mut pieces);
        }
        let pieces = meld(pieces);
        let wraps = matches!(pieces.as_slice(), [Piece::Interpolation(_)]);
        ParsedTemplate {
            parts: self.template_parts(pieces, last),
            wraps,
            span: start.through(last),
        }
    }

    fn pieces(&mut self, start: Span, end: TokenKind) -> (Vec<Piece<'a>>, Span) {
        let mut pieces = Vec::new();
        let mut trim = Trim::default();
        loop {
            let next = self.read();
            if next.kind == end {
                return (pieces, self.span(next));
            }
            let Trim { left, right } = std::mem::take(&mut trim);
            match next.kind {
                TokenKind::StringLit | TokenKind::QuotedLit => {
                    let text = self.decode(next);
                    let text = if left { trim_start(text) } else { text };
                    pieces.push(Piece::Literal(text, self.span(next)));
                    trim.right = true;
                }
                TokenKind::TemplateInterp => {
                    self.trim_last(&mut pieces, right, next);
                    let read = |parser: &mut Self| parser.interpolation(next, start, end);
                    let (expr, strip) = self.without_newlines(read);
                    pieces.push(Piece::Interpolation(expr));
                    trim.left = strip;
                }
                TokenKind::TemplateControl => {
                    self.trim_last(&mut pieces, right, next);
                    let read = |parser: &mut Self| parser.directive(next, start, &mut pieces);
                    trim.left = self.without_newlines(read);
                }
                _ => {
                    if !self.recovery {
                        let here = self.span(next);
                        self.error_within(
                            "Unterminated template string",
                            "No closing marker was found for the string.",
                            here,
                            start.through(here),
                        );
                    }
                    let last = self.recover_from(next, end);
                    return (pieces, self.span(last));
                }
            }
        }
    }

    fn recover_from(&mut self, at: Token, end: TokenKind) -> Token {
        if at.kind == TokenKind::Eof {
            self.recovery = true;
            return at;
        }
        self.recover(end)
    }

    fn trim_last(&self, pieces: &mut [Piece<'_>], allowed: bool, opener: Token) {
        if allowed
            && self.slice(opener).ends_with('~')
            && let Some(Piece::Literal(text, _)) = pieces.last_mut()
        {
            trim_end(text);
        }
    }

    /// Reads after `${`; also says whether it ended with `~}`.
    fn interpolation(&mut self, open: Token, start: Span, end: TokenKind) -> (Expr, bool) {
        let _ = open;
        let expr = self.expression();
        let close = self.peek();
        if close.kind == TokenKind::TemplateSeqEnd {
            self.read();
            return (expr, self.slice(close).starts_with('~'));
        }
        if !self.recovery {
            self.report_unclosed(close, start, end);
        }
        self.recover(TokenKind::TemplateSeqEnd);
        (expr, false)
    }

    fn report_unclosed(&mut self, close: Token, start: Span, end: TokenKind) {
        let here = self.span(close);
        match close.kind {
            TokenKind::Eof => self.error(
                UNCLOSED,
                "There is no closing brace for this interpolation sequence before the end of the file. This might be caused by incorrect nesting inside the given expression.",
                start,
            ),
            TokenKind::Colon => self.error_within(
                EXTRA,
                "Template interpolation doesn't expect a colon at this location. Did you intend this to be a literal sequence to be processed as part of another language? If so, you can escape it by starting with \"$${\" instead of just \"${\".",
                here,
                start.through(here),
            ),
            TokenKind::CQuote | TokenKind::OQuote if end == TokenKind::CQuote => self.error(
                UNCLOSED,
                "There is no closing brace for this interpolation sequence before the end of the quoted template. This might be caused by incorrect nesting inside the given expression.",
                start,
            ),
            _ => self.error_within(
                EXTRA,
                "Expected a closing brace to end the interpolation expression, but found extra characters.\n\nThis can happen when you include interpolation syntax for another language, such as shell scripting, but forget to escape the interpolation start token. If this is an embedded sequence for another language, escape it by starting with \"$${\" instead of just \"${\".",
                here,
                start.through(here),
            ),
        }
    }
}

fn trim_start(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_start()),
        Cow::Owned(text) => Cow::Owned(text.trim_start().to_owned()),
    }
}

fn trim_end(text: &mut Cow<'_, str>) {
    let length = text.trim_end().len();
    match text {
        Cow::Borrowed(text) => *text = text.get(..length).unwrap_or_default(),
        Cow::Owned(text) => text.truncate(length),
    }
}

/// Joins literal pieces that follow each other.
fn meld(pieces: Vec<Piece<'_>>) -> Vec<Piece<'_>> {
    let mut melded: Vec<Piece<'_>> = Vec::with_capacity(pieces.len().min(8));
    for piece in pieces {
        match (melded.last_mut(), piece) {
            (Some(Piece::Literal(text, span)), Piece::Literal(more, end)) => {
                text.to_mut().push_str(&more);
                *span = span.through(end);
            }
            (_, piece) => melded.push(piece),
        }
    }
    melded
}

/// Literal text as it stays in the tree.
pub(super) fn literal(text: &str, span: Span) -> TemplatePart {
    TemplatePart::Literal(Str::from(text), span)
}

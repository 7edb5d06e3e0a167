//! Directives of templates: `%{if}`, `%{for}` and what closes them.

use trueup_value::quote;

use super::{
    Parser, invalid,
    template::{ForPiece, Piece, literal},
};
use crate::{
    Span, Token, TokenKind,
    ast::{Expr, Template, TemplateFor, TemplateIf, TemplatePart},
    suggest::similar_name,
};

const END: &str = "Unexpected end of template";
const FOR: &str = "Invalid 'for' directive";
const UNBALANCED: &str = "The control directives within this template are unbalanced.";

impl<'a> Parser<'a> {
    /// Reads after `%{`; says whether it ended with `~}`.
    pub(super) fn directive(
        &mut self,
        open: Token,
        start: Span,
        pieces: &mut Vec<Piece<'a>>,
    ) -> bool {
        let open = self.span(open);
        let keyword = self.peek();
        let Some(piece) = self.directive_piece(open, keyword) else {
            self.recover(TokenKind::TemplateSeqEnd);
            return false;
        };
        pieces.push(piece);
        let close = self.peek();
        if close.kind == TokenKind::TemplateSeqEnd {
            self.read();
            return self.slice(close).starts_with('~');
        }
        if !self.recovery {
            let here = self.span(close);
            self.error_within(
                format!("Extra characters in {} marker", self.slice(keyword)),
                "Expected a closing brace to end the sequence, but found extra characters.",
                here,
                start.through(here),
            );
        }
        self.recover(TokenKind::TemplateSeqEnd);
        false
    }

    fn directive_piece(&mut self, open: Span, keyword: Token) -> Option<Piece<'a>> {
        if keyword.kind != TokenKind::Ident {
            if !self.recovery {
                let here = self.span(keyword);
                self.error_within(
                    "Invalid template directive",
                    "A template directive keyword (\"if\", \"for\", etc) is expected at the beginning of a %{ sequence.",
                    here,
                    open.through(here),
                );
            }
            return None;
        }
        self.read();
        let text: &'a str = self.text;
        let name = text
            .get(keyword.start as usize..keyword.end as usize)
            .unwrap_or_default();
        match name {
            "if" => {
                let condition = self.expression();
                Some(Piece::If(condition, open.through(self.next_span())))
            }
            "for" => self.for_piece(open),
            "else" => Some(Piece::Else(open.through(self.next_span()))),
            "endif" => Some(Piece::EndIf(open.through(self.next_span()))),
            "endfor" => Some(Piece::EndFor(open.through(self.next_span()))),
            _ => {
                self.report_keyword(name, self.span(keyword), open);
                None
            }
        }
    }

    fn report_keyword(&mut self, name: &str, here: Span, open: Span) {
        if self.recovery {
            return;
        }
        let mut detail = format!("{} is not a valid template control keyword.", quote(name));
        if let Some(similar) = similar_name(name, ["if", "for", "else", "endif", "endfor"]) {
            detail.push_str(&format!(" Did you mean {}?", quote(similar)));
        }
        self.error_within(
            "Invalid template control keyword",
            detail,
            here,
            open.through(here),
        );
    }

    fn for_piece(&mut self, open: Span) -> Option<Piece<'a>> {
        let first = self.peek();
        if first.kind != TokenKind::Ident {
            return self.no_directive(first, "For directive requires variable name after 'for'.");
        }
        self.read();
        let mut names = (None, self.ident(first));
        if self.peek().kind == TokenKind::Comma {
            self.read();
            let second = self.peek();
            if second.kind != TokenKind::Ident {
                let detail = "For directive requires value variable name after comma.";
                return self.no_directive(second, detail);
            }
            self.read();
            names = (Some(names.1), self.ident(second));
        }
        let next = self.peek();
        if !self.is_keyword(next, "in") {
            return self.no_directive(next, "For directive requires 'in' keyword after names.");
        }
        self.read();
        let collection = self.expression();
        Some(Piece::For(Box::new(ForPiece {
            key: names.0,
            value: names.1,
            collection,
            span: open.through(self.next_span()),
        })))
    }

    fn no_directive<T>(&mut self, found: Token, detail: &str) -> Option<T> {
        if !self.recovery {
            self.error(FOR, detail, self.span(found));
        }
        None
    }

    /// Matches up the directives of a template that ends at `end`.
    pub(super) fn template_parts(
        &mut self,
        pieces: Vec<Piece<'a>>,
        end: Span,
    ) -> Vec<TemplatePart> {
        let mut tree = Tree {
            parser: self,
            pieces: pieces.into_iter(),
            end,
            stopped: false,
        };
        let mut parts = Vec::with_capacity(tree.pieces.len());
        while let Some(piece) = tree.pieces.next() {
            parts.push(tree.part(piece));
        }
        parts.shrink_to_fit();
        parts
    }
}

struct Tree<'p, 'a> {
    parser: &'p mut Parser<'a>,
    pieces: std::vec::IntoIter<Piece<'a>>,
    end: Span,
    /// Nesting was too deep: the rest is not looked at.
    stopped: bool,
}

impl<'a> Tree<'_, 'a> {
    fn part(&mut self, piece: Piece<'a>) -> TemplatePart {
        match piece {
            Piece::Literal(text, span) => literal(&text, span),
            Piece::Interpolation(expr) => TemplatePart::Interpolation(expr),
            Piece::If(condition, open) => {
                self.deeper(|tree| tree.if_part(condition, open).unwrap_or_else(placeholder))
            }
            Piece::For(open) => {
                self.deeper(|tree| tree.for_part(*open).unwrap_or_else(placeholder))
            }
            Piece::Else(span) => self.unexpected("else", UNBALANCED, span),
            Piece::EndIf(span) => self.unexpected("endif", UNBALANCED, span),
            Piece::EndFor(span) => self.unexpected("endfor", UNBALANCED, span),
        }
    }

    fn deeper(&mut self, read: impl FnOnce(&mut Self) -> TemplatePart) -> TemplatePart {
        if self.parser.depth >= super::MAX_DEPTH {
            self.parser.too_deep(self.end);
            self.pieces = Vec::new().into_iter();
            self.stopped = true;
            return placeholder(self.end);
        }
        self.parser.depth += 1;
        self.parser.reach = self.parser.reach.max(self.parser.depth);
        let part = stacker::maybe_grow(128 * 1024, 1024 * 1024, || read(self));
        self.parser.depth -= 1;
        part
    }

    /// Errors are the place of what was found instead, already reported.
    fn if_part(&mut self, condition: Expr, open: Span) -> Result<TemplatePart, Span> {
        let started = |tree: &Self| tree.parser.file.describe(open).to_string();
        let mut then = Vec::new();
        let mut otherwise = None;
        loop {
            let Some(piece) = self.pieces.next() else {
                let detail = format!(
                    "The if directive at {} is missing its corresponding endif directive.",
                    started(self)
                );
                return Err(self.report_end(detail));
            };
            match piece {
                Piece::Else(_) if otherwise.is_none() => otherwise = Some(Vec::new()),
                Piece::Else(span) => {
                    let detail = format!(
                        "Already in the else clause for the if started at {}.",
                        started(self)
                    );
                    return Err(self.report_unexpected("else", &detail, span));
                }
                Piece::EndIf(span) => {
                    return Ok(TemplatePart::If(Box::new(TemplateIf {
                        condition,
                        then: Template { parts: then },
                        otherwise: Template {
                            parts: otherwise.unwrap_or_default(),
                        },
                        span: open.through(span),
                    })));
                }
                Piece::EndFor(span) => {
                    let detail = format!(
                        "Expecting an endif directive for the if started at {}.",
                        started(self)
                    );
                    return Err(self.report_unexpected("endfor", &detail, span));
                }
                piece => {
                    let part = self.part(piece);
                    otherwise.as_mut().unwrap_or(&mut then).push(part);
                }
            }
        }
    }

    fn for_part(&mut self, open: ForPiece) -> Result<TemplatePart, Span> {
        let started = |tree: &Self| tree.parser.file.describe(open.span).to_string();
        let mut body = Vec::new();
        loop {
            let Some(piece) = self.pieces.next() else {
                let detail = format!(
                    "The for directive at {} is missing its corresponding endfor directive.",
                    started(self)
                );
                return Err(self.report_end(detail));
            };
            match piece {
                Piece::Else(span) => {
                    let detail = "An else clause is not expected for a for directive.";
                    return Err(self.report_unexpected("else", detail, span));
                }
                Piece::EndIf(span) => {
                    let detail = format!(
                        "Expecting an endfor directive corresponding to the for directive at {}.",
                        started(self)
                    );
                    return Err(self.report_unexpected("endif", &detail, span));
                }
                Piece::EndFor(span) => {
                    return Ok(TemplatePart::For(Box::new(TemplateFor {
                        span: open.span.through(span),
                        key: open.key,
                        value: open.value,
                        collection: open.collection,
                        body: Template { parts: body },
                    })));
                }
                piece => {
                    let part = self.part(piece);
                    body.push(part);
                }
            }
        }
    }

    fn report_end(&mut self, detail: String) -> Span {
        if !self.stopped {
            self.parser.error(END, detail, self.end);
        }
        self.end
    }

    fn unexpected(&mut self, name: &str, detail: &str, span: Span) -> TemplatePart {
        placeholder(self.report_unexpected(name, detail, span))
    }

    fn report_unexpected(&mut self, name: &str, detail: &str, span: Span) -> Span {
        self.parser
            .error(format!("Unexpected {name} directive"), detail, span);
        span
    }
}

fn placeholder(span: Span) -> TemplatePart {
    TemplatePart::Interpolation(invalid(span))
}

//! The rewrites that change more than spaces, see [`super::format`].

use super::label::requoted;
use super::pieces::Pieces;
use super::spacing::bracket_change;
use crate::token::{Token, TokenKind};

/// Fills `pieces` with `tokens`, rewritten.
pub(super) fn rewrite(tokens: &[Token], pieces: &mut Pieces) {
    pieces.list.reserve(tokens.len());
    let mut rewriter = Rewriter {
        tokens,
        pieces,
        next: 0,
        depth: 0,
        in_variable: false,
    };
    while rewriter.next < tokens.len() {
        rewriter.body_token();
    }
    keep_last_spaces(tokens, pieces);
}

/// Fills `pieces` with `tokens` as they are.
pub(super) fn keep_all(tokens: &[Token], pieces: &mut Pieces) {
    tokens.iter().for_each(|token| pieces.keep(token));
    keep_last_spaces(tokens, pieces);
}

/// Spaces at the very end of a file stay.
fn keep_last_spaces(tokens: &[Token], pieces: &mut Pieces) {
    if let [rest @ .., last] = tokens
        && let Some(piece) = pieces.list.last_mut()
    {
        piece.spaces = last.start - rest.last().map_or(0, |before| before.end);
    }
}

struct Rewriter<'t, 'p, 's> {
    tokens: &'t [Token],
    pieces: &'p mut Pieces<'s>,
    /// The first token that has not been dealt with.
    next: usize,
    /// How many blocks are open, and whether the outermost is a `variable`.
    depth: usize,
    in_variable: bool,
}

impl Rewriter<'_, '_, '_> {
    fn kind(&self, index: usize) -> TokenKind {
        self.tokens.get(index).map_or(TokenKind::Eof, |t| t.kind)
    }

    fn keep_until(&mut self, end: usize) {
        for token in self.tokens.get(self.next..end).unwrap_or_default() {
            self.pieces.keep(token);
        }
        self.next = end.max(self.next);
    }

    fn after_comments(&self, mut index: usize) -> usize {
        while self.kind(index) == TokenKind::Comment {
            index += 1;
        }
        index
    }

    fn body_token(&mut self) {
        match self.kind(self.next) {
            TokenKind::Ident => self.body_item(),
            TokenKind::CBrace => {
                self.depth = self.depth.saturating_sub(1);
                self.keep_until(self.next + 1);
            }
            _ => self.keep_until(self.next + 1),
        }
    }

    fn body_item(&mut self) {
        let name = self.next;
        let second = self.after_comments(name + 1);
        self.keep_until(name + 1);
        if self.kind(second) == TokenKind::Equal {
            self.keep_until(self.after_comments(second + 1));
            self.value(name);
        } else {
            self.block_header(name);
        }
    }

    // Arguments

    fn value(&mut self, name: usize) {
        let end = self.expression_end();
        let expression = &self.tokens[self.next..end];
        let is_type = self.depth == 1
            && self.in_variable
            && self.pieces.source_text(&self.tokens[name]) == "type";
        if is_type {
            self.type_expression(expression);
        } else {
            self.value_expression(expression, end);
        }
        self.next = end;
    }

    /// Where the expression from here ends, without the comments after it.
    fn expression_end(&self) -> usize {
        let mut depth = 0;
        let mut end = self.next;
        for (index, token) in self.tokens.iter().enumerate().skip(self.next) {
            if token.kind == TokenKind::Eof || (depth == 0 && self.ends_value(token)) {
                break;
            }
            depth += bracket_change(token.kind);
            if token.kind != TokenKind::Comment {
                end = index + 1;
            }
        }
        end
    }

    fn ends_value(&self, token: &Token) -> bool {
        token.kind == TokenKind::CBrace || self.breaks_line(token)
    }

    fn breaks_line(&self, token: &Token) -> bool {
        match token.kind {
            TokenKind::Newline => true,
            TokenKind::Comment => self.pieces.source_text(token).ends_with('\n'),
            _ => false,
        }
    }

    fn type_expression(&mut self, tokens: &[Token]) {
        let text = |index: usize| tokens.get(index).map(|t| self.pieces.source_text(t));
        let kinds: Vec<TokenKind> = tokens.iter().take(4).map(|t| t.kind).collect();
        let (name, element) = match (kinds.as_slice(), text(0), text(1)) {
            ([TokenKind::Ident], Some(name @ ("list" | "map" | "set")), _) => (name, Some("any")),
            (QUOTED, _, Some(name @ ("list" | "map"))) => (name, Some("string")),
            (QUOTED, _, Some("string")) => ("string", None),
            _ => return tokens.iter().for_each(|token| self.pieces.keep(token)),
        };
        self.pieces.add(TokenKind::Ident, name);
        if let Some(element) = element {
            self.pieces.add(TokenKind::OParen, "(");
            self.pieces.add(TokenKind::Ident, element);
            self.pieces.add(TokenKind::CParen, ")");
        }
    }

    fn value_expression(&mut self, tokens: &[Token], end: usize) {
        let unwrapped = wrapped(tokens).map(|inside| self.unwrapped(inside, end));
        let (tokens, in_parens) = match unwrapped {
            None | Some((_, Unwrap::Breaks)) => (tokens, false),
            Some((inside, Unwrap::AsIs)) => (inside, false),
            Some((inside, Unwrap::InParens)) => (inside, true),
        };
        if in_parens {
            self.pieces.add(TokenKind::OParen, "(");
        }
        tokens.iter().for_each(|token| self.pieces.keep(token));
        if in_parens {
            self.pieces.add(TokenKind::CParen, ")");
        }
    }

    /// What is inside `"${` and `}"`, and how it can stand without them before
    /// the token at `end`.
    ///
    /// Terraform adds parentheses where a line break is, unless there seem to
    /// be some already.
    fn unwrapped<'i>(&self, inside: &'i [Token], end: usize) -> (&'i [Token], Unwrap) {
        let is_newline = |token: &Token| token.kind == TokenKind::Newline;
        let start = inside.iter().take_while(|t| is_newline(t)).count();
        let inside = &inside[start..];
        let newlines = inside.iter().rev().take_while(|t| is_newline(t)).count();
        let inside = &inside[..inside.len() - newlines];

        let (first, last) = (inside.first(), inside.last());
        let has_parens = first.is_some_and(|t| t.kind == TokenKind::OParen)
            && last.is_some_and(|t| t.kind == TokenKind::CParen);
        if inside.iter().any(is_newline) && !has_parens {
            return (inside, Unwrap::InParens);
        }
        let breaks = match last {
            Some(last) if last.kind == TokenKind::CHeredoc => self.kind(end) != TokenKind::Newline,
            Some(last) if self.breaks_line(last) => {
                let mut rest = self.tokens[end..].iter();
                rest.find(|t| t.kind != TokenKind::Comment || self.breaks_line(t))
                    .is_some_and(|t| t.kind == TokenKind::CBrace)
            }
            _ => false,
        };
        if breaks || self.breaks_outside_brackets(inside) {
            return (inside, Unwrap::Breaks);
        }
        (inside, Unwrap::AsIs)
    }

    /// Whether a line ends before the last token and outside all brackets.
    fn breaks_outside_brackets(&self, tokens: &[Token]) -> bool {
        let mut depth = 0;
        let before_last = tokens.split_last().map_or(tokens, |(_, rest)| rest);
        before_last.iter().any(|token| {
            depth += bracket_change(token.kind);
            depth == 0 && self.breaks_line(token)
        })
    }

    // Blocks

    fn block_header(&mut self, kind: usize) {
        let start = self.next;
        let mut labels = start;
        let mut index = start;
        loop {
            match self.kind(index) {
                TokenKind::OBrace => break,
                TokenKind::Comment | TokenKind::OQuote | TokenKind::QuotedLit => index += 1,
                TokenKind::Ident | TokenKind::CQuote => {
                    index += 1;
                    labels = index;
                }
                _ => return self.keep_until(index),
            }
        }
        while self.next < labels {
            self.label_token();
        }
        if self.depth == 0 {
            self.in_variable = self.pieces.source_text(&self.tokens[kind]) == "variable";
        }
        self.depth += 1;
        self.keep_until(index + 1);
    }

    fn label_token(&mut self) {
        let token = &self.tokens[self.next];
        let text = self.pieces.source_text(token);
        match token.kind {
            TokenKind::Comment => {}
            TokenKind::Ident => {
                self.pieces.add(TokenKind::OQuote, "\"");
                self.pieces.add(TokenKind::QuotedLit, &requoted(text));
                self.pieces.add(TokenKind::CQuote, "\"");
            }
            TokenKind::QuotedLit => self.pieces.add(TokenKind::QuotedLit, &requoted(text)),
            _ => self.pieces.keep(token),
        }
        self.next += 1;
    }
}

const QUOTED: &[TokenKind] = &[TokenKind::OQuote, TokenKind::QuotedLit, TokenKind::CQuote];

enum Unwrap {
    AsIs,
    InParens,
    /// Not at all.
    Breaks,
}

/// What is between `"${` and `}"` if `tokens` are one sequence and nothing
/// else; a sequence with a heredoc with sequences counts as something else.
fn wrapped(tokens: &[Token]) -> Option<&[Token]> {
    let (first, inside, last) = match tokens {
        [quote, sequence, inside @ .., sequence_end, end_quote] if !inside.is_empty() => (
            (quote.kind, sequence.kind),
            inside,
            (sequence_end.kind, end_quote.kind),
        ),
        _ => return None,
    };
    let is_sequence = first == (TokenKind::OQuote, TokenKind::TemplateInterp)
        && last == (TokenKind::TemplateSeqEnd, TokenKind::CQuote);
    let mut quotes = 0;
    let is_single = inside.iter().all(|token| match token.kind {
        TokenKind::OQuote => {
            quotes += 1;
            true
        }
        TokenKind::CQuote => {
            quotes -= 1;
            true
        }
        TokenKind::TemplateInterp | TokenKind::TemplateSeqEnd | TokenKind::QuotedLit => quotes > 0,
        _ => true,
    });
    (is_sequence && is_single).then_some(inside)
}

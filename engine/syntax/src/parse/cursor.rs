//! Moving through the tokens, and finding a place to go on after an error.

use super::Parser;
use crate::{Span, Token, TokenKind};

impl Parser<'_> {
    /// The next token; newlines and comments are passed over as the place
    /// demands. Past the end it is [`TokenKind::Eof`].
    pub(super) fn peek(&mut self) -> Token {
        self.locate().1
    }

    pub(super) fn read(&mut self) -> Token {
        let (index, token) = self.locate();
        self.position = (index + 1).min(self.tokens.len());
        self.peeked = None;
        token
    }

    /// The last token read, as it stands in the text.
    pub(super) fn previous_span(&mut self) -> Span {
        match self
            .position
            .checked_sub(1)
            .and_then(|index| self.tokens.get(index))
        {
            Some(token) => self.span(*token),
            None => self.next_span(),
        }
    }

    pub(super) fn next_span(&mut self) -> Span {
        let next = self.peek();
        self.span(next)
    }

    pub(super) fn span(&self, token: Token) -> Span {
        Span::new(
            self.file.id,
            self.start + token.start,
            self.start + token.end,
        )
    }

    pub(super) fn slice(&self, token: Token) -> &str {
        self.text
            .get(token.start as usize..token.end as usize)
            .unwrap_or_default()
    }

    pub(super) fn is_keyword(&self, token: Token, keyword: &str) -> bool {
        token.kind == TokenKind::Ident && self.slice(token) == keyword
    }

    pub(super) fn without_newlines<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        self.with_newlines(false, read)
    }

    pub(super) fn with_newlines<T>(&mut self, count: bool, read: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.newlines, count);
        let result = read(self);
        self.newlines = outer;
        result
    }

    fn locate(&mut self) -> (usize, Token) {
        let index = match self.peeked {
            Some((index, newlines)) if newlines == self.newlines => index,
            _ => {
                let index = self.next_index();
                self.peeked = Some((index, self.newlines));
                index
            }
        };
        let Some(token) = self.tokens.get(index) else {
            return (index, self.end_token());
        };
        let kind = match token.kind {
            TokenKind::Comment => TokenKind::Newline,
            kind => kind,
        };
        (index, Token { kind, ..*token })
    }

    fn next_index(&self) -> usize {
        let rest = self.tokens.iter().enumerate().skip(self.position);
        let mut counting = rest.filter(|(_, token)| match token.kind {
            TokenKind::Newline => self.newlines,
            TokenKind::Comment => self.newlines && self.slice(**token).ends_with('\n'),
            _ => true,
        });
        counting
            .next()
            .map_or(self.tokens.len(), |(index, _)| index)
    }

    fn end_token(&self) -> Token {
        let end = self.text.len() as u32;
        Token {
            kind: TokenKind::Eof,
            start: end,
            end,
        }
    }

    /// Goes on after the next `end`, or after the one that closes the bracket
    /// at hand if `end` is a closing bracket. Returns where it stopped.
    pub(super) fn recover(&mut self, end: TokenKind) -> Token {
        let start = opening(end);
        self.recovery = true;
        let mut nesting = 0_usize;
        loop {
            let token = self.read();
            let kind = match token.kind {
                TokenKind::TemplateControl if end == TokenKind::TemplateSeqEnd => {
                    TokenKind::TemplateInterp
                }
                kind => kind,
            };
            if Some(kind) == start {
                nesting += 1;
            } else if kind == end {
                if nesting == 0 {
                    return token;
                }
                nesting -= 1;
            } else if kind == TokenKind::Eof {
                return token;
            }
        }
    }

    /// Goes on after the bracket that closes the next `start`.
    pub(super) fn recover_over(&mut self, start: TokenKind, end: TokenKind) {
        loop {
            let kind = self.read().kind;
            if kind == start || kind == TokenKind::Eof {
                break;
            }
        }
        self.recover(end);
    }

    /// Goes on at the next line that isn't inside brackets opened from here on.
    pub(super) fn recover_after_item(&mut self) {
        self.recovery = true;
        let mut open = Vec::new();
        loop {
            let kind = self.read().kind;
            match kind {
                TokenKind::Newline if open.is_empty() => return,
                TokenKind::Eof => return,
                TokenKind::OBrace
                | TokenKind::OBrack
                | TokenKind::OParen
                | TokenKind::OQuote
                | TokenKind::OHeredoc
                | TokenKind::TemplateInterp
                | TokenKind::TemplateControl => open.push(kind),
                _ => {
                    if let Some(opener) = opening(kind) {
                        close_down_to(&mut open, opener);
                    }
                }
            }
        }
    }
}

fn close_down_to(open: &mut Vec<TokenKind>, opener: TokenKind) {
    let is_sequence = opener == TokenKind::TemplateInterp;
    while let Some(kind) = open.pop() {
        if kind == opener || is_sequence && kind == TokenKind::TemplateControl {
            return;
        }
    }
}

/// What opens the bracket that `close` closes.
fn opening(close: TokenKind) -> Option<TokenKind> {
    Some(match close {
        TokenKind::CBrace => TokenKind::OBrace,
        TokenKind::CBrack => TokenKind::OBrack,
        TokenKind::CParen => TokenKind::OParen,
        TokenKind::CQuote => TokenKind::OQuote,
        TokenKind::CHeredoc => TokenKind::OHeredoc,
        TokenKind::TemplateSeqEnd => TokenKind::TemplateInterp,
        _ => return None,
    })
}

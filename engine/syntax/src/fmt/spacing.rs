//! Which neighbours on a line have a space between them.

use crate::token::TokenKind::{self, *};

/// 1 for an opening bracket, -1 for a closing one; template sequences are
/// brackets too.
pub(super) fn bracket_change(kind: TokenKind) -> i64 {
    match kind {
        OBrace | OBrack | OParen | TemplateControl | TemplateInterp => 1,
        CBrace | CBrack | CParen | TemplateSeqEnd => -1,
        _ => 0,
    }
}

/// Whether there is a space between `subject` and `after`. `before` is the
/// token before `subject` in the same cell, `is_in` says that `subject` is the
/// word `in`. The first rule that fits decides.
pub(super) fn space_between(
    before: Option<TokenKind>,
    subject: TokenKind,
    is_in: bool,
    after: TokenKind,
) -> bool {
    match (subject, after) {
        (_, Newline) => false,
        (Ident, OParen | DoubleColon) | (DoubleColon, Ident) => false,
        (Dot, _) | (_, Dot | Comma | Ellipsis) => false,
        (Comma, _) => true,
        (QuotedLit | StringLit | OQuote | OHeredoc, _) => false,
        (_, QuotedLit | StringLit | CQuote | CHeredoc) => false,
        _ if is_in && before == Some(Ident) => true,
        (Ident | NumberLit, OBrack) => false,
        (_, OBrack) if bracket_change(subject) < 0 => false,
        (Bang, _) => false,
        (Minus, _) => before.is_some_and(ends_operand),
        (OBrace, CBrace) => false,
        (OBrace, _) | (_, CBrace) => true,
        (TemplateInterp | TemplateControl, OBrace) | (CBrace, TemplateSeqEnd) => true,
        (TemplateSeqEnd, TemplateInterp | TemplateControl) => false,
        _ => bracket_change(subject) <= 0 && bracket_change(after) >= 0,
    }
}

/// Whether a `-` after such a token subtracts rather than negates.
fn ends_operand(kind: TokenKind) -> bool {
    !matches!(
        kind,
        OParen
            | OBrace
            | OBrack
            | Equal
            | Colon
            | Comma
            | Question
            | Plus
            | Star
            | Slash
            | Percent
            | Minus
            | EqualOp
            | NotEqual
            | GreaterThan
            | GreaterThanEq
            | LessThan
            | LessThanEq
            | And
            | Or
            | Bang
    )
}

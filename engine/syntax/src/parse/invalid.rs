//! Tokens that are valid nowhere: told what to write instead.

use super::Parser;
use crate::{Token, TokenKind};

/// How often something was said of each kind; HCL doesn't repeat itself much.
#[derive(Default)]
struct Told {
    bitwise: u8,
    exponent: u8,
    backtick: u8,
    apostrophe: u8,
    semicolon: u8,
    tabs: u8,
    encoding: u8,
}

impl Parser<'_> {
    pub(super) fn report_invalid_tokens(&mut self) {
        let mut told = Told::default();
        for token in self.tokens {
            if let Some((summary, detail)) = self.complaint(*token, &mut told) {
                self.error(summary, detail, self.span(*token));
            }
        }
    }

    fn complaint(&self, token: Token, told: &mut Told) -> Option<(&'static str, &'static str)> {
        const OPERATOR: &str = "Unsupported operator";
        const CHARACTER: &str = "Invalid character";
        match token.kind {
            TokenKind::BitwiseAnd
            | TokenKind::BitwiseOr
            | TokenKind::BitwiseXor
            | TokenKind::BitwiseNot => {
                once(&mut told.bitwise, 4).then_some((OPERATOR, bitwise_detail(token.kind)))
            }
            TokenKind::StarStar => once(&mut told.exponent, 1).then_some((
                OPERATOR,
                "\"**\" is not a supported operator. Exponentiation is not supported as an operator.",
            )),
            TokenKind::Backtick => every_other(&mut told.backtick).then_some((
                CHARACTER,
                "The \"`\" character is not valid. To create a multi-line string, use the \"heredoc\" syntax, like \"<<EOT\".",
            )),
            TokenKind::Apostrophe => every_other(&mut told.apostrophe).then_some((
                CHARACTER,
                "Single quotes are not valid. Use double quotes (\") to enclose strings.",
            )),
            TokenKind::Semicolon => once(&mut told.semicolon, 1).then_some((
                CHARACTER,
                "The \";\" character is not valid. Use newlines to separate arguments and blocks, and commas to separate items in collection values.",
            )),
            TokenKind::Tabs => once(&mut told.tabs, 1).then_some((
                CHARACTER,
                "Tab characters may not be used. The recommended indentation style is two spaces per indent.",
            )),
            TokenKind::BadUtf8 => once(&mut told.encoding, 1).then_some((
                "Invalid character encoding",
                "All input files must be UTF-8 encoded. Ensure that UTF-8 encoding is selected in your editor.",
            )),
            TokenKind::QuotedNewline => Some((
                "Invalid multi-line string",
                "Quoted strings may not be split over multiple lines. To produce a multi-line string, either use the \\n escape to represent a newline character or use the \"heredoc\" multi-line template syntax.",
            )),
            TokenKind::Invalid => Some((CHARACTER, invalid_detail(self.slice(token)))),
            _ => None,
        }
    }
}

fn bitwise_detail(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::BitwiseAnd => {
            "Bitwise operators are not supported. Did you mean boolean AND (\"&&\")?"
        }
        TokenKind::BitwiseOr => {
            "Bitwise operators are not supported. Did you mean boolean OR (\"||\")?"
        }
        TokenKind::BitwiseNot => {
            "Bitwise operators are not supported. Did you mean boolean NOT (\"!\")?"
        }
        _ => "Bitwise operators are not supported.",
    }
}

fn invalid_detail(text: &str) -> &'static str {
    match text {
        "“" | "”" => {
            "\"Curly quotes\" are not valid here. These can sometimes be inadvertently introduced when sharing code via documents or discussion forums. It might help to replace the character with a \"straight quote\"."
        }
        _ => "This character is not used within the language.",
    }
}

fn once(told: &mut u8, limit: u8) -> bool {
    let say = *told < limit;
    *told = told.saturating_add(1);
    say
}

/// Says nothing of the character that closes what the last one opened.
fn every_other(told: &mut u8) -> bool {
    let say = told.is_multiple_of(2);
    if *told <= 2 {
        *told += 1;
    }
    say
}

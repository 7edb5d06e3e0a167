//! Tokens of the native syntax, the same as HCL's scanner yields.

mod ident;
mod ident_ranges;
mod scan;

pub use ident::is_identifier;
pub use scan::{ScanMode, scan, scan_bytes};

/// A piece of source text. Spaces belong to no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Its first byte.
    pub start: u32,
    /// The byte after its last.
    pub end: u32,
}

/// The kinds of token, named as in the HCL native syntax specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "named after what they look like")]
pub enum TokenKind {
    OBrace,
    CBrace,
    OBrack,
    CBrack,
    OParen,
    CParen,
    /// `"` that opens a quoted template.
    OQuote,
    /// `"` that closes it.
    CQuote,
    /// `<<NAME` or `<<-NAME` and the newline after it.
    OHeredoc,
    /// The end marker of a heredoc with the spaces before it.
    CHeredoc,
    Star,
    Slash,
    Plus,
    Minus,
    Percent,
    Equal,
    EqualOp,
    NotEqual,
    LessThan,
    LessThanEq,
    GreaterThan,
    GreaterThanEq,
    And,
    Or,
    Bang,
    Dot,
    Comma,
    DoubleColon,
    Ellipsis,
    FatArrow,
    Question,
    Colon,
    /// `${` or `${~`.
    TemplateInterp,
    /// `%{` or `%{~`.
    TemplateControl,
    /// `}` or `~}` that ends a template sequence.
    TemplateSeqEnd,
    /// Literal text inside quotes, escapes not yet decoded.
    QuotedLit,
    /// Literal text of a heredoc or a bare template.
    StringLit,
    NumberLit,
    Ident,
    /// A comment; a `#` or `//` one includes its newline.
    Comment,
    Newline,
    Eof,
    // What is never valid, told apart to say why.
    BitwiseAnd,
    BitwiseOr,
    BitwiseNot,
    BitwiseXor,
    StarStar,
    Apostrophe,
    Backtick,
    Semicolon,
    Tabs,
    Invalid,
    BadUtf8,
    QuotedNewline,
}

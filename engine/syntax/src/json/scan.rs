//! JSON tokens. Numbers, strings and keywords are taken generously, so that
//! the parser can say what is wrong with them.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    OBrace,
    CBrace,
    OBrack,
    CBrack,
    Comma,
    Colon,
    Equals,
    String,
    Number,
    Keyword,
    Invalid,
    Eof,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: u32,
    pub(super) end: u32,
}

pub(super) fn scan(text: &str) -> Vec<Token> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::with_capacity(bytes.len() / 8 + 2);
    let mut at = 0;
    loop {
        at += length_while(bytes, at, |byte| {
            matches!(byte, b' ' | b'\n' | b'\r' | b'\t')
        });
        let Some(first) = bytes.get(at) else {
            tokens.push(token(Kind::Eof, at, at));
            return tokens;
        };
        let kind = kind(*first);
        let length = match kind {
            Kind::String => string_length(bytes, at),
            Kind::Number => length_while(bytes, at, |byte| {
                matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9')
            }),
            Kind::Keyword => {
                length_while(bytes, at, |byte| byte.is_ascii_alphabetic() || byte == b'_')
            }
            _ => 1,
        };
        tokens.push(token(kind, at, at + length));
        at += length;
        if kind == Kind::Invalid {
            // Nothing after this will be read.
            tokens.push(token(Kind::Eof, at, at));
            return tokens;
        }
    }
}

fn token(kind: Kind, start: usize, end: usize) -> Token {
    Token {
        kind,
        start: start as u32,
        end: end as u32,
    }
}

fn kind(first: u8) -> Kind {
    match first {
        b'{' => Kind::OBrace,
        b'}' => Kind::CBrace,
        b'[' => Kind::OBrack,
        b']' => Kind::CBrack,
        b',' => Kind::Comma,
        b':' => Kind::Colon,
        b'=' => Kind::Equals,
        b'"' => Kind::String,
        b'-' | b'+' | b'.' | b'0'..=b'9' => Kind::Number,
        _ if first.is_ascii_alphabetic() => Kind::Keyword,
        _ => Kind::Invalid,
    }
}

fn length_while(bytes: &[u8], at: usize, belongs: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    rest.iter()
        .position(|byte| !belongs(*byte))
        .unwrap_or(rest.len())
}

/// Up to and including the closing quote, or before a control character.
fn string_length(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start + 1..).unwrap_or_default();
    let mut escaping = false;
    for (index, byte) in rest.iter().enumerate() {
        match byte {
            b'\\' => escaping = !escaping,
            b'"' if !escaping => return index + 2,
            0..32 => return index + 1,
            _ => escaping = false,
        }
    }
    rest.len() + 1
}

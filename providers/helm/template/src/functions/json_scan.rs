//! What Go's `encoding/json` says of text that is no JSON.

use crate::strconv::quote_rune;

const MAX_DEPTH: usize = 10_000;

enum Next {
    Value,
    FirstElement,
    FirstKey,
    Key,
    Colon,
    AfterElement,
    AfterMember,
    End,
}

/// The message about the first byte that can't be there. Bytes are shown as characters.
pub(super) fn complaint(text: &str) -> Option<String> {
    let mut scanner = Scanner {
        bytes: text.as_bytes(),
        at: 0,
    };
    scanner.document().err()
}

struct Scanner<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn next(&mut self) -> Result<u8, String> {
        let byte = self.peek().ok_or("unexpected end of JSON input")?;
        self.at += 1;
        Ok(byte)
    }

    /// The same inside of a word, which Go ends with a space where the text ends.
    fn next_of_word(&mut self) -> u8 {
        let byte = self.peek().unwrap_or(b' ');
        self.at += 1;
        byte
    }

    fn document(&mut self) -> Result<(), String> {
        let mut open: Vec<u8> = Vec::new();
        let mut state = Next::Value;
        loop {
            while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
                self.at += 1;
            }
            if matches!(state, Next::End) && self.peek().is_none() {
                return Ok(());
            }
            let byte = self.next()?;
            state = match (state, byte) {
                (Next::FirstElement, b']') | (Next::FirstKey, b'}') => closed(&mut open),
                (Next::Value | Next::FirstElement, _) => self.value(byte, &mut open)?,
                (Next::FirstKey | Next::Key, b'"') => {
                    self.string()?;
                    Next::Colon
                }
                (Next::FirstKey | Next::Key, _) => {
                    return invalid(byte, "looking for beginning of object key string");
                }
                (Next::Colon, b':') | (Next::AfterElement, b',') => Next::Value,
                (Next::Colon, _) => return invalid(byte, "after object key"),
                (Next::AfterElement, b']') | (Next::AfterMember, b'}') => closed(&mut open),
                (Next::AfterElement, _) => return invalid(byte, "after array element"),
                (Next::AfterMember, b',') => Next::Key,
                (Next::AfterMember, _) => return invalid(byte, "after object key:value pair"),
                (Next::End, _) => return invalid(byte, "after top-level value"),
            };
        }
    }

    fn value(&mut self, byte: u8, open: &mut Vec<u8>) -> Result<Next, String> {
        match byte {
            b'{' | b'[' => {
                if open.len() >= MAX_DEPTH {
                    return Err("exceeded max depth".to_owned());
                }
                open.push(byte);
                let object = byte == b'{';
                return Ok(if object {
                    Next::FirstKey
                } else {
                    Next::FirstElement
                });
            }
            b'"' => self.string()?,
            b'-' => match self.next_of_word() {
                digit @ b'0'..=b'9' => self.number(digit)?,
                other => return invalid(other, "in numeric literal"),
            },
            b'0'..=b'9' => self.number(byte)?,
            b't' => self.literal("true")?,
            b'f' => self.literal("false")?,
            b'n' => self.literal("null")?,
            _ => return invalid(byte, "looking for beginning of value"),
        }
        Ok(after(open))
    }

    fn literal(&mut self, word: &str) -> Result<(), String> {
        for expected in word.bytes().skip(1) {
            let found = self.next_of_word();
            if found != expected {
                let expected = char::from(expected);
                return invalid(
                    found,
                    &format!("in literal {word} (expecting '{expected}')"),
                );
            }
        }
        Ok(())
    }

    fn string(&mut self) -> Result<(), String> {
        loop {
            match self.next()? {
                b'"' => return Ok(()),
                b'\\' => match self.next_of_word() {
                    b'b' | b'f' | b'n' | b'r' | b't' | b'\\' | b'/' | b'"' => {}
                    b'u' => {
                        for _ in 0..4 {
                            let digit = self.next_of_word();
                            if !digit.is_ascii_hexdigit() {
                                return invalid(digit, "in \\u hexadecimal character escape");
                            }
                        }
                    }
                    other => return invalid(other, "in string escape code"),
                },
                byte if byte < b' ' => return invalid(byte, "in string literal"),
                _ => {}
            }
        }
    }

    fn digits(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
    }

    fn number(&mut self, first: u8) -> Result<(), String> {
        if first != b'0' {
            self.digits();
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.one_digit("after decimal point in numeric literal")?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.one_digit("in exponent of numeric literal")?;
        }
        Ok(())
    }

    fn one_digit(&mut self, context: &str) -> Result<(), String> {
        let byte = self.next_of_word();
        if !byte.is_ascii_digit() {
            return invalid(byte, context);
        }
        self.digits();
        Ok(())
    }
}

fn after(open: &[u8]) -> Next {
    match open.last() {
        None => Next::End,
        Some(b'{') => Next::AfterMember,
        Some(_) => Next::AfterElement,
    }
}

fn closed(open: &mut Vec<u8>) -> Next {
    open.pop();
    after(open)
}

fn invalid<T>(byte: u8, context: &str) -> Result<T, String> {
    let shown = match byte {
        b'\'' => r"'\''".to_owned(),
        b'"' => "'\"'".to_owned(),
        other => quote_rune(char::from(other), false),
    };
    Err(format!("invalid character {shown} {context}"))
}

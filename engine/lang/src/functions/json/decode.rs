//! Reading JSON of any shape, with the messages of Go's decoder.
//!
//! That decoder takes a document apart token by token, which decides which
//! message an error gets and that closing brackets after a document pass.

use trueup_value::{Number, Type, Value, json::from_json};

use super::super::bound;
use crate::function::FunctionError;

/// The deepest nesting of arrays and objects.
const MAX_DEPTH: usize = 500;

type Outcome<T> = Result<T, FunctionError>;

/// The value of a whole document: objects and tuples of strings, numbers,
/// bools and untyped nulls.
pub(super) fn document(text: &str) -> Outcome<Value> {
    let mut reader = Reader {
        text,
        position: 0,
        values: 0,
        doubtful: false,
    };
    let value = reader.value(0)?;
    let end = reader.position;
    match reader.peek() {
        None | Some(b']' | b'}') => {}
        Some(_) => return fail("extraneous data after JSON object"),
    }
    if !reader.doubtful {
        return Ok(value);
    }
    let document = text.get(..end).unwrap_or(text);
    from_json(document, &value.ty()).map_err(|error| FunctionError::new(error.message))
}

fn fail<T>(message: impl Into<String>) -> Outcome<T> {
    Err(FunctionError::new(message))
}

/// The error for the byte `c` where it must not be.
fn invalid<T>(c: u8, context: &str) -> Outcome<T> {
    // Bytes of a character are named one by one, as if they were Latin-1.
    let c = super::super::quote_char(char::from(c));
    fail(format!("invalid character {c}{context}"))
}

const VALUE: &str = " looking for beginning of value";

struct Reader<'t> {
    text: &'t str,
    position: usize,
    /// How many values have been read.
    values: usize,
    /// Whether a name was repeated in an object, whose type is the last value's
    /// while every value has to be of it, or a number is beyond all numbers:
    /// both are judged once the type of the document is known.
    doubtful: bool,
}

impl<'t> Reader<'t> {
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    /// The next byte that is not white space, without taking it.
    fn peek(&mut self) -> Option<u8> {
        while matches!(self.byte(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.position += 1;
        }
        self.byte()
    }

    fn token(&mut self) -> Outcome<u8> {
        self.peek().map_or_else(|| fail("EOF"), Ok)
    }

    fn value(&mut self, depth: usize) -> Outcome<Value> {
        let first = self.token()?;
        if depth >= MAX_DEPTH {
            return fail("exceeded max depth");
        }
        self.values += 1;
        if self.values > bound::MAX_ELEMENTS {
            return Err(bound::too_long());
        }
        match first {
            b'{' => self.object(depth),
            b'[' => self.array(depth),
            b'"' => self.string().map(Value::string),
            b't' => self.literal("true").map(|()| Value::bool(true)),
            b'f' => self.literal("false").map(|()| Value::bool(false)),
            b'n' => self.literal("null").map(|()| Value::null(Type::Dynamic)),
            b'-' | b'0'..=b'9' => self.number(),
            c => invalid(c, VALUE),
        }
    }

    fn array(&mut self, depth: usize) -> Outcome<Value> {
        self.position += 1;
        let mut elements = Vec::new();
        if self.token()? == b']' {
            self.position += 1;
            return Ok(Value::tuple(elements));
        }
        loop {
            elements.push(self.value(depth + 1)?);
            match self.token()? {
                b',' => self.position += 1,
                b']' => {
                    self.position += 1;
                    return Ok(Value::tuple(elements));
                }
                c => return invalid(c, " after array element"),
            }
        }
    }

    fn object(&mut self, depth: usize) -> Outcome<Value> {
        self.position += 1;
        let mut attributes = Vec::new();
        match self.token()? {
            b'}' => {
                self.position += 1;
                return Ok(Value::empty_object());
            }
            b'"' => {}
            c => return invalid(c, ""),
        }
        loop {
            let name = self.string()?;
            match self.token()? {
                b':' => self.position += 1,
                c => return invalid(c, " after object key"),
            }
            attributes.push((name, self.value(depth + 1)?));
            match self.token()? {
                b',' => self.position += 1,
                b'}' => {
                    self.position += 1;
                    let count = attributes.len();
                    let object = Value::object(attributes);
                    self.doubtful |= object.length() != Some(count);
                    return Ok(object);
                }
                c => return invalid(c, " after object key:value pair"),
            }
            match self.token()? {
                b'"' => {}
                c => return invalid(c, " looking for beginning of object key string"),
            }
        }
    }

    fn literal(&mut self, literal: &str) -> Outcome<()> {
        for expected in literal.bytes() {
            match self.byte() {
                None => return fail("unexpected EOF"),
                Some(c) if c == expected => self.position += 1,
                Some(c) => {
                    let expected = char::from(expected);
                    let context = format!(" in literal {literal} (expecting '{expected}')");
                    return invalid(c, &context);
                }
            }
        }
        Ok(())
    }

    fn number(&mut self) -> Outcome<Value> {
        let start = self.position;
        if self.byte() == Some(b'-') {
            self.position += 1;
        }
        match self.byte() {
            Some(b'0') => self.position += 1,
            _ => self.digits(" in numeric literal")?,
        }
        if self.byte() == Some(b'.') {
            self.position += 1;
            self.digits(" after decimal point in numeric literal")?;
        }
        if matches!(self.byte(), Some(b'e' | b'E')) {
            self.position += 1;
            if matches!(self.byte(), Some(b'+' | b'-')) {
                self.position += 1;
            }
            self.digits(" in exponent of numeric literal")?;
        }
        let text = self.text.get(start..self.position).unwrap_or("");
        let number = Number::parse(text);
        self.doubtful |= number.is_none();
        Ok(number.map_or(Value::unknown(Type::Number), Value::number))
    }

    /// One digit or more.
    fn digits(&mut self, context: &str) -> Outcome<()> {
        match self.byte() {
            Some(b'0'..=b'9') => {}
            Some(c) => return invalid(c, context),
            None => return fail("unexpected EOF"),
        }
        while matches!(self.byte(), Some(b'0'..=b'9')) {
            self.position += 1;
        }
        Ok(())
    }

    fn string(&mut self) -> Outcome<String> {
        self.position += 1;
        let mut out = String::new();
        loop {
            let start = self.position;
            while matches!(self.byte(), Some(b) if b >= 0x20 && b != b'"' && b != b'\\') {
                self.position += 1;
            }
            out.push_str(self.text.get(start..self.position).unwrap_or(""));
            match self.byte() {
                None => return fail("unexpected EOF"),
                Some(b'"') => {
                    self.position += 1;
                    return Ok(out);
                }
                Some(b'\\') => {
                    self.position += 1;
                    out.push(self.escape()?);
                }
                Some(c) => return invalid(c, " in string literal"),
            }
        }
    }

    fn escape(&mut self) -> Outcome<char> {
        let Some(letter) = self.byte() else {
            return fail("unexpected EOF");
        };
        self.position += 1;
        Ok(match letter {
            b'"' | b'\\' | b'/' => char::from(letter),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode_escape(),
            c => return invalid(c, " in string escape code"),
        })
    }

    /// `\uXXXX`, twice for what takes two; half a pair is a replacement.
    fn unicode_escape(&mut self) -> Outcome<char> {
        let high = self.hex4()?;
        if let Some(c) = char::from_u32(high) {
            return Ok(c);
        }
        let after = self.position;
        if high < 0xdc00 && self.text.get(after..after + 2) == Some("\\u") {
            self.position += 2;
            let low = self.hex4()?;
            if (0xdc00..0xe000).contains(&low) {
                let code = 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.position = after;
        }
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn hex4(&mut self) -> Outcome<u32> {
        let mut value = 0;
        for _ in 0..4 {
            let Some(c) = self.byte() else {
                return fail("unexpected EOF");
            };
            let Some(digit) = char::from(c).to_digit(16) else {
                return invalid(c, " in \\u hexadecimal character escape");
            };
            value = value * 16 + digit;
            self.position += 1;
        }
        Ok(value)
    }
}

//! Constants that take every type they fit in.

use super::{ast::Number, token::TokenKind};
use crate::strconv::{parse_float, parse_int, parse_uint, quote, unquote_char};

impl Number {
    /// The number that `text` is.
    ///
    /// # Errors
    /// What Go says of a text that is none.
    pub(super) fn parse(text: &str, kind: TokenKind) -> Result<Self, String> {
        let number = Number {
            text: text.into(),
            ..Number::default()
        };
        match kind {
            TokenKind::CharConstant => number.character(),
            TokenKind::Complex => number.complex(),
            _ => number.simple(),
        }
    }

    fn character(mut self) -> Result<Self, String> {
        let body = self.text.as_bytes().get(1..).unwrap_or_default();
        let (char, tail) = unquote_char(body, b'\'').ok_or("invalid syntax")?;
        if tail != b"'" {
            return Err(format!("malformed character constant: {}", self.text));
        }
        let code = char.code();
        self.int = Some(i64::from(code));
        self.uint = Some(u64::from(code));
        self.float = Some(f64::from(code));
        Ok(self)
    }

    fn complex(mut self) -> Result<Self, String> {
        let body = self.text.strip_suffix('i').unwrap_or(&self.text);
        let exponent = |index: usize| {
            let before = body.as_bytes().get(index.wrapping_sub(1));
            before.is_some_and(|byte| matches!(byte.to_ascii_lowercase(), b'e' | b'p'))
        };
        let sign = body
            .rmatch_indices(['+', '-'])
            .find(|(index, _)| *index > 0 && !exponent(*index));
        let (real, imaginary) = body.split_at(sign.map_or(0, |(index, _)| index));
        let parse =
            |text: &str| parse_float(text).map_err(|_| "syntax error scanning complex number");
        self.complex = Some((parse(real)?, parse(imaginary)?));
        self.simplify();
        Ok(self)
    }

    /// A complex number without an imaginary part is also a real one.
    fn simplify(&mut self) {
        let Some((real, 0.0)) = self.complex else {
            return;
        };
        self.float = Some(real);
        self.int = whole(real);
        self.uint = whole_unsigned(real);
    }

    fn simple(mut self) -> Result<Self, String> {
        if let Some(body) = self.text.strip_suffix('i')
            && let Ok(imaginary) = parse_float(body)
        {
            self.complex = Some((0.0, imaginary));
            self.simplify();
            return Ok(self);
        }
        self.uint = parse_uint(&self.text).ok();
        self.int = parse_int(&self.text).ok();
        if self.int == Some(0) {
            self.uint = Some(0);
        }
        if let Some(int) = self.int {
            self.float = Some(int as f64);
        } else if let Some(uint) = self.uint {
            self.float = Some(uint as f64);
        } else if let Ok(float) = parse_float(&self.text) {
            if !self.text.contains(['.', 'e', 'E', 'p', 'P']) {
                return Err(format!("integer overflow: {}", quote(self.text.as_bytes())));
            }
            self.float = Some(float);
            self.int = whole(float);
            self.uint = whole_unsigned(float);
        } else {
            return Err(format!(
                "illegal number syntax: {}",
                quote(self.text.as_bytes())
            ));
        }
        Ok(self)
    }
}

fn whole(float: f64) -> Option<i64> {
    let fits = (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&float);
    (fits && float.trunc() == float).then_some(float as i64)
}

fn whole_unsigned(float: f64) -> Option<u64> {
    let fits = (0.0..18_446_744_073_709_551_616.0).contains(&float);
    (fits && float.trunc() == float).then_some(float as u64)
}

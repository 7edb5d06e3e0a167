//! Scanning of anchors, aliases, tags and directives.

use crate::characters::{is_word, width};
use crate::scanner::{Scanner, Token, TokenKind};
use crate::{Mark, SyntaxError};

impl Scanner<'_> {
    pub(crate) fn scan_anchor(&mut self, alias: bool) -> Result<Token, SyntaxError> {
        let start = self.mark;
        self.skip();
        let name = self.read_word();
        let ends = self.blank_or_end(0)
            || matches!(
                self.byte(0),
                b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`'
            );
        if name.is_empty() || !ends {
            return self.error(
                start,
                "did not find expected alphabetic or numeric character",
            );
        }
        let kind = if alias {
            TokenKind::Alias(name)
        } else {
            TokenKind::Anchor(name)
        };
        Ok(Token { kind, start })
    }

    fn read_word(&mut self) -> String {
        let mut word = Vec::new();
        while is_word(self.byte(0)) {
            self.read(&mut word);
        }
        text(word)
    }

    pub(crate) fn scan_tag(&mut self) -> Result<Token, SyntaxError> {
        let start = self.mark;
        let (handle, suffix) = if self.byte(1) == b'<' {
            self.scan_verbatim_tag(start)?
        } else {
            self.scan_shorthand_tag(start)?
        };
        if !self.blank_or_end(0) {
            return self.error(start, "did not find expected whitespace or line break");
        }
        Ok(Token {
            kind: TokenKind::Tag { handle, suffix },
            start,
        })
    }

    fn scan_verbatim_tag(&mut self, start: Mark) -> Result<(String, String), SyntaxError> {
        self.skip();
        self.skip();
        let suffix = self.scan_tag_uri("", start)?;
        if self.byte(0) != b'>' {
            return self.error(start, "did not find the expected '>'");
        }
        self.skip();
        Ok((String::new(), suffix))
    }

    fn scan_shorthand_tag(&mut self, start: Mark) -> Result<(String, String), SyntaxError> {
        let handle = self.scan_tag_handle(false, start)?;
        if handle.len() > 1 && handle.ends_with('!') {
            let suffix = self.scan_tag_uri("", start)?;
            return Ok((handle, suffix));
        }
        let suffix = self.scan_tag_uri(&handle, start)?;
        // The tag `!` alone has no handle.
        if suffix.is_empty() {
            Ok((String::new(), "!".to_owned()))
        } else {
            Ok(("!".to_owned(), suffix))
        }
    }

    fn scan_tag_handle(&mut self, directive: bool, start: Mark) -> Result<String, SyntaxError> {
        if self.byte(0) != b'!' {
            return self.error(start, "did not find expected '!'");
        }
        let mut handle = Vec::new();
        self.read(&mut handle);
        while is_word(self.byte(0)) {
            self.read(&mut handle);
        }
        if self.byte(0) == b'!' {
            self.read(&mut handle);
        } else if directive && handle != b"!" {
            return self.error(start, "did not find expected '!'");
        }
        Ok(text(handle))
    }

    fn scan_tag_uri(&mut self, head: &str, start: Mark) -> Result<String, SyntaxError> {
        let mut uri: Vec<u8> = head.bytes().skip(1).collect();
        let mut found = !head.is_empty();
        while is_word(self.byte(0)) || b";/?:@&=+$,.!~*'()[]%".contains(&self.byte(0)) {
            if self.byte(0) == b'%' {
                self.scan_uri_escape(start, &mut uri)?;
            } else {
                self.read(&mut uri);
            }
            found = true;
        }
        if !found {
            return self.error(start, "did not find expected tag URI");
        }
        Ok(text(uri))
    }

    fn scan_uri_escape(&mut self, start: Mark, uri: &mut Vec<u8>) -> Result<(), SyntaxError> {
        let mut missing = None;
        while missing != Some(0) {
            let digits = [self.byte(1), self.byte(2)].map(|byte| char::from(byte).to_digit(16));
            let (b'%', [Some(high), Some(low)]) = (self.byte(0), digits) else {
                return self.error(start, "did not find URI escaped octet");
            };
            let octet = u8::try_from(high * 16 + low).unwrap_or(0);
            missing = Some(match missing {
                None if matches!(octet, 0x80..=0xBF | 0xF8..) => {
                    return self.error(start, "found an incorrect leading UTF-8 octet");
                }
                None => width(octet) - 1,
                Some(_) if octet & 0xC0 != 0x80 => {
                    return self.error(start, "found an incorrect trailing UTF-8 octet");
                }
                Some(left) => left - 1,
            });
            uri.push(octet);
            for _ in 0..3 {
                self.skip();
            }
        }
        Ok(())
    }

    pub(crate) fn scan_directive(&mut self) -> Result<Token, SyntaxError> {
        let start = self.mark;
        self.skip();
        let name = self.read_word();
        if name.is_empty() {
            return self.error(start, "could not find expected directive name");
        }
        if !self.blank_or_end(0) {
            return self.error(start, "found unexpected non-alphabetical character");
        }
        let kind = match name.as_str() {
            "YAML" => self.scan_version(start)?,
            "TAG" => self.scan_tag_directive(start)?,
            _ => return self.error(start, "found unknown directive name"),
        };
        self.skip_blanks();
        self.skip_comment();
        if !self.here_is_break_or_end() {
            return self.error(start, "did not find expected comment or line break");
        }
        if self.here_is_break() {
            self.skip_line();
        }
        Ok(Token { kind, start })
    }

    pub(crate) fn skip_blanks(&mut self) {
        while self.here_is_blank() {
            self.skip();
        }
    }

    fn scan_version(&mut self, start: Mark) -> Result<TokenKind, SyntaxError> {
        self.skip_blanks();
        let major = self.scan_version_number(start)?;
        if self.byte(0) != b'.' {
            return self.error(start, "did not find expected digit or '.' character");
        }
        self.skip();
        let minor = self.scan_version_number(start)?;
        Ok(TokenKind::VersionDirective { major, minor })
    }

    fn scan_version_number(&mut self, start: Mark) -> Result<u8, SyntaxError> {
        let mut number = None;
        let mut length = 0;
        while self.byte(0).is_ascii_digit() {
            length += 1;
            if length > 2 {
                return self.error(start, "found extremely long version number");
            }
            number = Some(number.unwrap_or(0) * 10 + (self.byte(0) - b'0'));
            self.skip();
        }
        match number {
            Some(number) => Ok(number),
            None => self.error(start, "did not find expected version number"),
        }
    }

    fn scan_tag_directive(&mut self, start: Mark) -> Result<TokenKind, SyntaxError> {
        self.skip_blanks();
        let handle = self.scan_tag_handle(true, start)?;
        if !self.here_is_blank() {
            return self.error(start, "did not find expected whitespace");
        }
        self.skip_blanks();
        let prefix = self.scan_tag_uri("", start)?;
        if !self.blank_or_end(0) {
            return self.error(start, "did not find expected whitespace or line break");
        }
        Ok(TokenKind::TagDirective { handle, prefix })
    }
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

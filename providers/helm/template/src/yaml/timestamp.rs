//! Which plain scalars go-yaml takes for dates.

/// Whether `text` is a date or a date and time in one of go-yaml's formats.
pub(super) fn is_timestamp(text: &str) -> bool {
    let bytes = text.as_bytes();
    let year = bytes
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    if year != 4 || bytes.get(4) != Some(&b'-') {
        return false;
    }
    let mut reader = Reader { bytes, position: 5 };
    let year: u32 = text
        .get(..4)
        .and_then(|digits| digits.parse().ok())
        .unwrap_or(0);
    reader
        .date(year)
        .is_some_and(|()| reader.at_end() || reader.time().is_some())
}

struct Reader<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl Reader<'_> {
    fn at_end(&self) -> bool {
        self.position == self.bytes.len()
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.position).copied()
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.position += 1)
    }

    /// One or two digits.
    fn number(&mut self) -> Option<u32> {
        let first = self.digit()?;
        Some(self.digit().map_or(first, |second| first * 10 + second))
    }

    fn digit(&mut self) -> Option<u32> {
        let digit = self.peek().filter(u8::is_ascii_digit)?;
        self.position += 1;
        Some(u32::from(digit - b'0'))
    }

    fn two_digits(&mut self) -> Option<u32> {
        Some(self.digit()? * 10 + self.digit()?)
    }

    fn date(&mut self, year: u32) -> Option<()> {
        let month = self.number()?;
        self.expect(b'-')?;
        let day = self.number()?;
        (1..=days_in_month(year, month))
            .contains(&day)
            .then_some(())
    }

    fn time(&mut self) -> Option<()> {
        let zoned = match self.peek()? {
            b'T' | b't' => true,
            b' ' => false,
            _ => return None,
        };
        self.position += 1;
        self.clock()?;
        if zoned {
            self.zone()?;
        }
        self.at_end().then_some(())
    }

    fn clock(&mut self) -> Option<()> {
        let hour = self.number()?;
        self.expect(b':')?;
        let minute = self.number()?;
        self.expect(b':')?;
        let second = self.number()?;
        let fraction = matches!(self.peek(), Some(b'.' | b','))
            && self
                .bytes
                .get(self.position + 1)
                .is_some_and(u8::is_ascii_digit);
        if fraction {
            self.position += 1;
            while self.digit().is_some() {}
        }
        (hour < 24 && minute < 60 && second < 60).then_some(())
    }

    fn zone(&mut self) -> Option<()> {
        match self.peek()? {
            b'Z' => self.position += 1,
            b'+' | b'-' => {
                self.position += 1;
                let hours = self.two_digits()?;
                self.expect(b':')?;
                let minutes = self.two_digits()?;
                return (hours <= 24 && minutes < 60).then_some(());
            }
            _ => return None,
        }
        Some(())
    }
}

fn days_in_month(year: u32, month: u32) -> u32 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        _ => 0,
    }
}

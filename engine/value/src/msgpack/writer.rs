//! MessagePack's formats, each in its shortest form.

/// Appends to a buffer.
#[derive(Default)]
pub(super) struct Writer {
    pub(super) bytes: Vec<u8>,
}

impl Writer {
    fn push(&mut self, marker: u8, rest: &[u8]) {
        self.bytes.push(marker);
        self.bytes.extend_from_slice(rest);
    }

    pub(super) fn nil(&mut self) {
        self.bytes.push(0xc0);
    }

    pub(super) fn bool(&mut self, value: bool) {
        self.bytes.push(if value { 0xc3 } else { 0xc2 });
    }

    pub(super) fn int(&mut self, value: i64) {
        match value {
            0..=0x7f => self.bytes.push(value as u8),
            0x80..=0xff => self.push(0xcc, &[value as u8]),
            0x100..=0xffff => self.push(0xcd, &(value as u16).to_be_bytes()),
            0x1_0000..=0xffff_ffff => self.push(0xce, &(value as u32).to_be_bytes()),
            0x1_0000_0000.. => self.push(0xcf, &(value as u64).to_be_bytes()),
            -32..=-1 => self.bytes.push(value as i8 as u8),
            -0x80..=-33 => self.push(0xd0, &(value as i8).to_be_bytes()),
            -0x8000..=-0x81 => self.push(0xd1, &(value as i16).to_be_bytes()),
            -0x8000_0000..=-0x8001 => self.push(0xd2, &(value as i32).to_be_bytes()),
            _ => self.push(0xd3, &value.to_be_bytes()),
        }
    }

    pub(super) fn float(&mut self, value: f64) {
        self.push(0xcb, &value.to_bits().to_be_bytes());
    }

    /// A length: within `short` in the marker, else behind one of `markers`,
    /// in 8 (where there is one), 16 or 32 bits.
    fn length(&mut self, length: usize, short: (u8, usize), markers: [Option<u8>; 3]) {
        let [eight, sixteen, thirty_two] = markers;
        match (u8::try_from(length), u16::try_from(length)) {
            _ if length < short.1 => self.bytes.push(short.0 | length as u8),
            (Ok(length), _) if eight.is_some() => {
                self.push(eight.unwrap_or_default(), &[length]);
            }
            (_, Ok(length)) => self.push(sixteen.unwrap_or_default(), &length.to_be_bytes()),
            _ => {
                let length = u32::try_from(length).unwrap_or(u32::MAX);
                self.push(thirty_two.unwrap_or_default(), &length.to_be_bytes());
            }
        }
    }

    pub(super) fn string(&mut self, text: &str) {
        self.length(text.len(), (0xa0, 32), [Some(0xd9), Some(0xda), Some(0xdb)]);
        self.bytes.extend_from_slice(text.as_bytes());
    }

    pub(super) fn binary(&mut self, bytes: &[u8]) {
        self.length(bytes.len(), (0, 0), [Some(0xc4), Some(0xc5), Some(0xc6)]);
        self.bytes.extend_from_slice(bytes);
    }

    pub(super) fn array(&mut self, length: usize) {
        self.length(length, (0x90, 16), [None, Some(0xdc), Some(0xdd)]);
    }

    pub(super) fn map(&mut self, length: usize) {
        self.length(length, (0x80, 16), [None, Some(0xde), Some(0xdf)]);
    }

    pub(super) fn extension(&mut self, kind: i8, body: &[u8]) {
        match body.len() {
            1 => self.bytes.push(0xd4),
            2 => self.bytes.push(0xd5),
            4 => self.bytes.push(0xd6),
            8 => self.bytes.push(0xd7),
            16 => self.bytes.push(0xd8),
            length => self.length(length, (0, 0), [Some(0xc7), Some(0xc8), Some(0xc9)]),
        }
        self.bytes.push(kind as u8);
        self.bytes.extend_from_slice(body);
    }
}

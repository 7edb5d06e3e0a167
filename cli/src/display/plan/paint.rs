//! Colours.

/// A piece of a line.
#[derive(Clone, Copy, Debug)]
pub(super) enum Piece<'a> {
    Bold,
    Red,
    Green,
    Yellow,
    Cyan,
    Gray,
    Reset,
    Text(&'a str),
}

/// Puts colours into text, or leaves them out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paint {
    pub(super) color: bool,
}

impl Paint {
    /// Adds pieces to `out`. What is coloured ends with a reset, as
    /// Terraform's library does it.
    pub(super) fn write(self, out: &mut String, pieces: &[Piece<'_>]) {
        let colored = self.write_open(out, pieces);
        if colored {
            self.end(out);
        }
    }

    /// Ends what is coloured.
    pub(super) fn end(self, out: &mut String) {
        if self.color {
            out.push_str("\u{1b}[0m");
        }
    }

    /// The same without the reset at the end; whether anything is coloured.
    pub(super) fn write_open(self, out: &mut String, pieces: &[Piece<'_>]) -> bool {
        let mut colored = false;
        for piece in pieces {
            let code = match piece {
                Piece::Text(text) => {
                    out.push_str(text);
                    continue;
                }
                Piece::Bold => "\u{1b}[1m",
                Piece::Red => "\u{1b}[31m",
                Piece::Green => "\u{1b}[32m",
                Piece::Yellow => "\u{1b}[33m",
                Piece::Cyan => "\u{1b}[36m",
                Piece::Gray => "\u{1b}[90m",
                Piece::Reset => "\u{1b}[0m",
            };
            colored = true;
            if self.color {
                out.push_str(code);
            }
        }
        colored
    }

    /// The same as a text of its own.
    pub(super) fn text(self, pieces: &[Piece<'_>]) -> String {
        let mut out = String::new();
        self.write(&mut out, pieces);
        out
    }
}

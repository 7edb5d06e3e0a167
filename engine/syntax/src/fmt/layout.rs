//! Indentation, spaces within lines, and columns over neighbouring lines.

use std::ops::Range;

use super::pieces::{Piece, Pieces};
use super::spacing::{bracket_change, space_between};
use crate::grapheme;
use crate::token::TokenKind;

/// A line by its tokens: up to three cells that stand in columns with those of
/// the lines around it. Tokens with line breaks of their own, such as the text
/// of a heredoc, do not end a line.
struct Line {
    start: usize,
    /// The first token from the `=` of an argument, `comment` if there is none.
    assign: usize,
    /// The comment at the end of the line, `end` if there is none.
    comment: usize,
    end: usize,
}

impl Line {
    fn lead(&self) -> Range<usize> {
        self.start..self.assign
    }

    fn value(&self) -> Range<usize> {
        self.assign..self.comment
    }

    fn assigns(&self) -> bool {
        self.assign < self.comment
    }

    fn has_comment(&self) -> bool {
        self.comment < self.end
    }
}

/// Sets the spaces before every token.
pub(super) fn lay_out(pieces: &mut Pieces) {
    let lines = split(pieces);
    indent(pieces, &lines);
    for line in &lines {
        space(pieces, line.lead());
        space(pieces, line.value());
    }
    align(pieces, &lines, Line::assigns, |line| {
        (line.lead(), line.assign)
    });
    align(pieces, &lines, Line::has_comment, |line| {
        (line.start..line.comment, line.comment)
    });
}

fn split(pieces: &Pieces) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut start = 0;
    for (index, piece) in pieces.list.iter().enumerate() {
        if piece.kind == TokenKind::Eof {
            if start < index {
                lines.push(cells(&pieces.list, start, index));
            }
            break;
        }
        if ends_line(pieces, piece) {
            lines.push(cells(&pieces.list, start, index + 1));
            start = index + 1;
        }
    }
    lines
}

fn ends_line(pieces: &Pieces, piece: &Piece) -> bool {
    match piece.kind {
        TokenKind::Newline => true,
        TokenKind::Comment => pieces.text(piece).ends_with('\n'),
        _ => false,
    }
}

fn cells(list: &[Piece], start: usize, end: usize) -> Line {
    let last_is_comment = list[end - 1].kind == TokenKind::Comment;
    let comment = if last_is_comment && end - start > 1 {
        end - 1
    } else {
        end
    };
    let equal = (start + 1..comment).find(|&i| list[i].kind == TokenKind::Equal);
    let assign = equal.filter(|&equal| net_brackets(&list[equal..comment]) == 0);
    Line {
        start,
        assign: assign.unwrap_or(comment),
        comment,
        end,
    }
}

fn net_brackets(pieces: &[Piece]) -> i64 {
    pieces.iter().map(|piece| bracket_change(piece.kind)).sum()
}

/// Two spaces for each line before that opened more brackets than it closed
/// and whose brackets have not all been closed since.
fn indent(pieces: &mut Pieces, lines: &[Line]) {
    let mut open: Vec<i64> = Vec::new();
    for line in lines {
        let first = &pieces.list[line.start];
        if first.kind == TokenKind::Newline {
            continue;
        }
        let lead = &pieces.list[line.lead()];
        let heredoc = lead.iter().position(|p| p.kind == TokenKind::OHeredoc);
        let net = net_brackets(&lead[..heredoc.unwrap_or(lead.len())]);
        close(&mut open, -net);
        pieces.list[line.start].spaces = 2 * open.len() as u32;
        if net > 0 {
            open.push(net);
        }
    }
}

fn close(open: &mut Vec<i64>, mut brackets: i64) {
    while brackets > 0
        && let Some(innermost) = open.last_mut()
    {
        let closed = brackets.min(*innermost);
        brackets -= closed;
        *innermost -= closed;
        if *innermost == 0 {
            open.pop();
        }
    }
}

fn space(pieces: &mut Pieces, cell: Range<usize>) {
    for index in cell.start + 1..cell.end {
        let before = (index >= cell.start + 2).then(|| pieces.list[index - 2].kind);
        let subject = &pieces.list[index - 1];
        let is_in = subject.kind == TokenKind::Ident && pieces.text(subject) == "in";
        let after = pieces.list[index].kind;
        pieces.list[index].spaces = u32::from(space_between(before, subject.kind, is_in, after));
    }
}

/// Moves the cell that starts at the second part of `split` behind the longest
/// first part, over each run of neighbouring lines that `has` such a cell.
fn align(
    pieces: &mut Pieces,
    lines: &[Line],
    has: impl Fn(&Line) -> bool,
    split: impl Fn(&Line) -> (Range<usize>, usize),
) {
    let mut widths = Vec::new();
    for run in lines.chunk_by(|a, b| has(a) && has(b)) {
        if !run.first().is_some_and(&has) {
            continue;
        }
        widths.clear();
        widths.extend(run.iter().map(|line| columns(pieces, split(line).0)));
        let widest = widths.iter().copied().max().unwrap_or(0);
        for (line, width) in run.iter().zip(&widths) {
            pieces.list[split(line).1].spaces = widest - width + 1;
        }
    }
}

fn columns(pieces: &Pieces, cell: Range<usize>) -> u32 {
    let cell = pieces.list[cell].iter();
    cell.map(|piece| piece.spaces + grapheme::count(pieces.text(piece)) as u32)
        .sum()
}

//! Breaking lines between words.

/// `text` with lines of at most `width` characters where words allow it.
///
/// Breaks as the library Terraform wraps with: a word longer than a line is
/// not broken, the spaces before a break are dropped, a no-break space is no
/// space. Lines that begin with a space are left alone.
pub fn wrap(text: &str, width: usize) -> String {
    let lines = text.split('\n').map(|line| {
        if line.starts_with(' ') {
            line.to_owned()
        } else {
            wrap_line(line, width)
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn wrap_line(line: &str, width: usize) -> String {
    let mut out = String::with_capacity(line.len() + 8);
    let mut column = 0;
    let (mut spaces, mut word) = (String::new(), String::new());
    let (mut space_length, mut word_length) = (0, 0);
    for c in line.chars() {
        if c.is_whitespace() && c != '\u{a0}' {
            if spaces.is_empty() || !word.is_empty() {
                column += space_length + word_length;
                out.push_str(&std::mem::take(&mut spaces));
                out.push_str(&std::mem::take(&mut word));
                (space_length, word_length) = (0, 0);
            }
            spaces.push(c);
            space_length += 1;
            continue;
        }
        word.push(c);
        word_length += 1;
        if column + space_length + word_length > width && word_length < width {
            out.push('\n');
            column = 0;
            spaces.clear();
            space_length = 0;
        }
    }
    if !word.is_empty() || column + space_length <= width {
        out.push_str(&spaces);
        out.push_str(&word);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::wrap;

    #[test]
    fn lines_break_between_words_only() {
        assert_eq!(wrap("aa bb cc", 5), "aa bb\ncc");
        assert_eq!(wrap("aaaaaaaa bb", 5), "aaaaaaaa\nbb");
        assert_eq!(wrap("  aa bb cc\ndd ee", 4), "  aa bb cc\ndd\nee");
        assert_eq!(wrap("", 4), "");
    }
}

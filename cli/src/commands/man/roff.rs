//! Text as the manual's typesetter reads it.

/// Running text: nothing in it is a request or an escape.
pub(super) fn text(plain: &str) -> String {
    let lines = plain.lines().map(|line| {
        let line = line.trim_start().replace('\\', "\\e").replace('-', "\\-");
        match line.starts_with(['.', '\'']) {
            true => format!("\\&{line}"),
            false => line,
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Lines that stay as they are, indented.
pub(super) fn lines_as_they_are(plain: &str) -> String {
    let lines = plain.lines().map(|line| {
        let shown = text(line);
        let indent = line.len() - line.trim_start().len();
        format!("{}{shown}", "\\ ".repeat(indent))
    });
    format!(".nf\n{}\n.fi\n", lines.collect::<Vec<_>>().join("\n"))
}

/// Text that is typed as it stands.
pub(super) fn bold(plain: &str) -> String {
    format!("\\fB{}\\fR", text(plain))
}

/// Text that stands for something.
pub(super) fn italic(plain: &str) -> String {
    format!("\\fI{}\\fR", text(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_a_request() {
        assert_eq!(
            text(".tf files\n'a'\nC:\\x -y"),
            "\\&.tf files\n\\&'a'\nC:\\ex \\-y"
        );
        assert_eq!(lines_as_they_are("  a\n.b"), ".nf\n\\ \\ a\n\\&.b\n.fi\n");
    }
}

//! What a terminal showed as a picture.

use std::{fs, path::Path};

/// Longer lines are cut.
const COLUMNS: usize = 112;

/// Writes an SVG of `shown`, a text with a terminal's colours.
pub(super) fn write(shown: &str, file: &Path) -> anyhow::Result<()> {
    let lines: Vec<String> = shown.trim().lines().map(cut).collect();
    let picture = anstyle_svg::Term::new().render_svg(&lines.join("\n"));
    fs::write(file, picture)?;
    Ok(())
}

/// The beginning of a line, with the codes of its colours.
fn cut(line: &str) -> String {
    let mut kept = String::new();
    let (mut columns, mut inside) = (0, false);
    for c in line.chars() {
        inside = inside || c == '\u{1b}';
        if inside {
            inside = c != 'm';
            kept.push(c);
            continue;
        }
        columns += 1;
        match columns {
            1..=COLUMNS => kept.push(c),
            _ if columns == COLUMNS + 1 => kept.push('…'),
            _ => {}
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::{COLUMNS, cut};

    #[test]
    fn long_lines_are_cut_and_keep_their_colours() {
        assert_eq!(cut("\u{1b}[1mshort\u{1b}[0m"), "\u{1b}[1mshort\u{1b}[0m");
        let long = "x".repeat(COLUMNS + 9);
        let cut = cut(&format!("\u{1b}[1m{long}\u{1b}[0m"));
        assert_eq!(cut, format!("\u{1b}[1m{}…\u{1b}[0m", "x".repeat(COLUMNS)));
    }
}

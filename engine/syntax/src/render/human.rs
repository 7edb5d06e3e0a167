//! Diagnostics for people.

use std::fmt::Write as _;

use super::{snippet::Snippet, wrap};
use crate::{Diagnostic, FailedCall, Severity, SourceMap};

/// How a diagnostic may look.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Colours, underlines and the rule on the left.
    pub color: bool,
    /// Columns to wrap prose at; 0 for no wrapping.
    pub width: usize,
}

const RESET: &str = "\u{1b}[0m";
const BOLD: &str = "\u{1b}[1m";
const UNDERLINE: &str = "\u{1b}[4m";
const RED: &str = "\u{1b}[31m";
const YELLOW: &str = "\u{1b}[33m";
const GRAY: &str = "\u{1b}[90m";

impl Style {
    fn paint(self, code: &str, text: &str) -> String {
        if self.color {
            format!("{code}{text}{RESET}")
        } else {
            text.to_owned()
        }
    }
}

pub(super) fn text(diagnostic: &Diagnostic, snippet: Option<&Snippet>, style: Style) -> String {
    let (title, color) = match diagnostic.severity {
        Severity::Error => ("Error: ", RED),
        Severity::Warning => ("Warning: ", YELLOW),
    };
    let mut text = style.paint(&format!("{BOLD}{color}"), title);
    let _ = writeln!(text, "{}\n", style.paint(BOLD, &diagnostic.summary));
    write_source(&mut text, diagnostic, snippet, style);
    let margin = if style.color { 3 } else { 1 };
    let width = style.width.saturating_sub(margin);
    let prose = |prose: &str| {
        if width > 0 {
            wrap(prose, width)
        } else {
            prose.to_owned()
        }
    };
    if !diagnostic.detail.is_empty() {
        let _ = writeln!(text, "{}", prose(&diagnostic.detail));
    }
    for hint in &diagnostic.hints {
        let _ = writeln!(text, "\n{}", prose(&format!("hint: {hint}")));
    }
    if style.color {
        ruled(&text, color)
    } else {
        format!("\n{text}")
    }
}

fn ruled(text: &str, color: &str) -> String {
    let mut ruled = format!("{color}╷{RESET}\n");
    for line in text.lines() {
        let space = if line.is_empty() { "" } else { " " };
        let _ = writeln!(ruled, "{color}│{RESET}{space}{line}");
    }
    let _ = writeln!(ruled, "{color}╵{RESET}");
    ruled
}

fn write_source(
    text: &mut String,
    diagnostic: &Diagnostic,
    snippet: Option<&Snippet>,
    style: Style,
) {
    if let Some(address) = &diagnostic.address {
        let _ = writeln!(text, "  with {address},");
    }
    if let Some(snippet) = snippet {
        let context = snippet.context.as_ref();
        let context = context.map_or(String::new(), |context| format!(", in {context}"));
        let (file, line) = (&snippet.file, snippet.start.line);
        let _ = writeln!(text, "  on {file} line {line}{context}:");
        write_code(text, snippet, style);
        write_values(text, diagnostic, style);
    }
    if snippet.is_some() || diagnostic.address.is_some() {
        text.push('\n');
    }
}

fn write_code(text: &mut String, snippet: &Snippet, style: Style) {
    let (before, rest) = snippet.code.split_at(snippet.highlight.start);
    let (subject, after) = rest.split_at(snippet.highlight.end.saturating_sub(before.len()));
    let underlined: Vec<String> = subject
        .split('\n')
        .map(|line| style.paint(UNDERLINE, line))
        .collect();
    let code = format!("{before}{}{after}", underlined.join("\n"));
    for (offset, line) in code.split('\n').enumerate() {
        let _ = writeln!(text, "{:>4}: {line}", snippet.first_line as usize + offset);
    }
}

fn write_values(text: &mut String, diagnostic: &Diagnostic, style: Style) {
    let call = diagnostic
        .call
        .as_ref()
        .and_then(|call| signature(call, style));
    if diagnostic.values.is_empty() && call.is_none() {
        return;
    }
    let _ = writeln!(text, "    {}", style.paint(GRAY, "├────────────────"));
    let bar = style.paint(GRAY, "│");
    if let Some(call) = call {
        let _ = writeln!(text, "    {bar} while calling {call}");
    }
    let mut values: Vec<_> = diagnostic.values.iter().collect();
    values.sort_by(|a, b| a.traversal.cmp(&b.traversal));
    for value in values {
        let traversal = style.paint(BOLD, &value.traversal);
        let _ = writeln!(text, "    {bar} {traversal} {}", value.statement);
    }
}

fn signature(call: &FailedCall, style: Style) -> Option<String> {
    let signature = call.signature.as_ref()?;
    let params = signature.params.iter().map(|(name, _)| name.clone());
    let variadic = signature
        .variadic
        .iter()
        .map(|(name, _)| format!("{name}..."));
    let params: Vec<String> = params.chain(variadic).collect();
    let name = style.paint(BOLD, &call.called_as);
    Some(format!("{name}({})", params.join(", ")))
}

pub(super) fn compact(
    groups: &[(&str, Vec<&Diagnostic>)],
    sources: &SourceMap,
    style: Style,
) -> String {
    if groups.is_empty() {
        return String::new();
    }
    let title = style.paint(&format!("{BOLD}{YELLOW}"), "Warnings:");
    let mut text = format!("{title}\n\n");
    for (summary, group) in groups {
        let _ = writeln!(text, "- {summary}");
        let more = group.len() - 1;
        let place = group[0].subject.map(|subject| {
            let file = sources.file(subject.file);
            format!(
                "  on {} line {}",
                file.name,
                file.position(subject.start).line
            )
        });
        let _ = match (place, more) {
            (Some(place), 0) => writeln!(text, "{place}"),
            (Some(place), more) => writeln!(text, "{place} (and {more} more)"),
            (None, 0) => Ok(()),
            (None, more) => writeln!(text, "  ({} occurrences of this warning)", more + 1),
        };
    }
    text
}

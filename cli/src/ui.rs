//! All output goes through here.

use std::{
    cmp::Ordering,
    collections::{HashMap, hash_map::Entry},
    io::{self, Write},
    mem,
    sync::{Arc, Mutex, PoisonError},
};

use serde::Serialize;

use trueup_syntax::{
    Diagnostic, Diagnostics, Severity, SourceMap,
    render::{Renderer, Style, compact_warnings},
};
use trueup_value::json::write_indented;

use crate::{display::plan::View, environment::Environment, error::CommandError};

/// Standard output and standard error, and how they may look.
///
/// Data goes to standard output, everything said about it to standard error
/// only where Terraform does so too.
#[derive(Clone, Debug)]
pub(crate) struct Ui {
    /// Escape sequences are welcome.
    pub(crate) color: bool,
    /// Columns to wrap prose at.
    pub(crate) width: usize,
    /// A program runs this, not a person.
    pub(crate) automation: bool,
    /// Where all is kept instead of being shown.
    kept: Option<Arc<Mutex<Kept>>>,
}

/// What was said and not shown.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kept {
    /// As it would have looked.
    pub(crate) text: String,
    /// The errors among it: summaries and details.
    pub(crate) errors: Vec<(String, String)>,
}

impl Ui {
    /// Colour only on a terminal, and never against `NO_COLOR`.
    pub(crate) fn new(environment: &Environment) -> Self {
        let wanted = environment.variable("NO_COLOR").is_none()
            && environment.variable("TERM") != Some("dumb");
        let forced = environment
            .variable("CLICOLOR_FORCE")
            .is_some_and(|value| value != "0");
        Ui {
            color: forced || (wanted && environment.stdout_is_terminal),
            width: environment.width.unwrap_or(78),
            automation: environment
                .variable("TF_IN_AUTOMATION")
                .is_some_and(|value| !value.is_empty()),
            kept: None,
        }
    }

    /// One that looks the same and keeps all that is said instead of showing it:
    /// [`Ui::taken`] is what was said.
    pub(crate) fn keeping(&self) -> Self {
        Ui {
            kept: Some(Arc::default()),
            ..self.clone()
        }
    }

    /// Takes what was kept.
    pub(crate) fn taken(&self) -> Kept {
        let kept = self.kept.as_ref();
        kept.map(|kept| mem::take(&mut *kept.lock().unwrap_or_else(PoisonError::into_inner)))
            .unwrap_or_default()
    }

    /// Keeps what `note` notes, if that is wanted; whether it is.
    fn keep(&self, note: impl FnOnce(&mut Kept)) -> bool {
        let Some(kept) = &self.kept else {
            return false;
        };
        note(&mut kept.lock().unwrap_or_else(PoisonError::into_inner));
        true
    }

    /// How plans may look.
    pub(crate) fn view(&self) -> View {
        View {
            color: self.color,
            width: self.width,
            automation: self.automation,
        }
    }

    /// The same without colour.
    pub(crate) fn without_color(&self) -> Self {
        Ui {
            color: false,
            ..self.clone()
        }
    }

    /// Writes `text` to standard output as it is.
    ///
    /// # Errors
    /// [`CommandError::Output`], also when the reader has gone away.
    pub(crate) fn print(&self, text: &str) -> Result<(), CommandError> {
        self.print_bytes(text.as_bytes())
    }

    /// Writes `bytes` to standard output as they are.
    ///
    /// # Errors
    /// [`CommandError::Output`], also when the reader has gone away.
    pub(crate) fn print_bytes(&self, bytes: &[u8]) -> Result<(), CommandError> {
        if self.keep(|kept| kept.text += &String::from_utf8_lossy(bytes)) {
            return Ok(());
        }
        let mut out = io::stdout().lock();
        out.write_all(bytes)
            .and_then(|()| out.flush())
            .map_err(CommandError::Output)
    }

    /// A line the user types, without what surrounds it; `None` if there is
    /// nobody to ask.
    pub(crate) fn answer(&self) -> Option<String> {
        let mut line = String::new();
        match io::stdin().read_line(&mut line) {
            Ok(length) if length > 0 => Some(line.trim().to_owned()),
            _ => None,
        }
    }

    /// Writes `text` to standard error. There is nowhere to report that this
    /// failed.
    pub(crate) fn complain(&self, text: &str) {
        if self.keep(|kept| kept.text += text) {
            return;
        }
        let mut err = io::stderr().lock();
        drop(err.write_all(text.as_bytes()));
    }

    /// Shows diagnostics as Terraform orders them: warnings first, all of it
    /// on standard error.
    pub(crate) fn diagnostics(&self, diagnostics: &Diagnostics, sources: &SourceMap) {
        let mut renderer = Renderer::new(sources);
        let style = self.style();
        let mut sorted: Vec<&Diagnostic> = diagnostics.0.iter().collect();
        sorted.sort_by_key(|diagnostic| std::cmp::Reverse(diagnostic.severity));
        for diagnostic in sorted {
            self.complain(&renderer.human(diagnostic, style));
            if diagnostic.severity == Severity::Error {
                let error = (diagnostic.summary.clone(), diagnostic.detail.clone());
                self.keep(|kept| kept.errors.push(error));
            }
        }
    }

    /// Shows diagnostics as the commands that plan do: warnings on standard
    /// output, where similar ones are told once, errors on standard error.
    /// `compact` shows warnings that come alone as their summaries only.
    ///
    /// # Errors
    /// [`CommandError::Output`]
    pub(crate) fn report(
        &self,
        diagnostics: &Diagnostics,
        sources: &SourceMap,
        compact: bool,
    ) -> Result<(), CommandError> {
        if diagnostics.0.is_empty() {
            return Ok(());
        }
        if compact && !diagnostics.has_errors() {
            let mut sorted = diagnostics.clone();
            sorted.0.sort_by(|a, b| order(a, b, sources));
            let warnings = compact_warnings(&sorted, sources, self.style());
            return self.print(&format!(
                "\n{warnings}\nTo see the full warning notes, run Terraform without -compact-warnings.\n"
            ));
        }
        let mut renderer = Renderer::new(sources);
        for diagnostic in consolidated(diagnostics, sources) {
            let text = renderer.human(&diagnostic, self.style());
            match diagnostic.severity {
                Severity::Error => self.complain(&text),
                Severity::Warning => self.print(&text)?,
            }
        }
        Ok(())
    }

    /// Shows what a review has found, each by itself, on standard output:
    /// findings are part of what a plan says. `compact` shows warnings as their
    /// summaries only.
    ///
    /// # Errors
    /// [`CommandError::Output`]
    pub(crate) fn findings(
        &self,
        found: &[Diagnostic],
        sources: &SourceMap,
        compact: bool,
    ) -> Result<(), CommandError> {
        let mut renderer = Renderer::new(sources);
        for diagnostic in found {
            let text = match compact && diagnostic.severity == Severity::Warning {
                true => format!("- {}\n", diagnostic.summary),
                false => renderer.human(diagnostic, self.style()),
            };
            self.print(&text)?;
        }
        Ok(())
    }

    /// Shows a warning on standard output, as Terraform does with those that
    /// are a command's answer.
    pub(crate) fn warn(&self, summary: &str, detail: &str) -> Result<(), CommandError> {
        let diagnostic = Diagnostic::without_place(Severity::Warning, summary, detail);
        let sources = SourceMap::default();
        let mut renderer = Renderer::new(&sources);
        self.print(&renderer.human(&diagnostic, self.style()))
    }

    /// Shows an error that has no place in a file.
    pub(crate) fn error(&self, error: &CommandError) {
        if let CommandError::Helm(text) = error {
            return self.complain(&format!("Error: {text}\n"));
        }
        let Some((summary, detail)) = error.message() else {
            return;
        };
        let diagnostic = Diagnostic::without_place(Severity::Error, summary, detail);
        self.diagnostics(&Diagnostics(vec![diagnostic]), &SourceMap::default());
    }

    fn style(&self) -> Style {
        Style {
            color: self.color,
            width: self.width,
        }
    }

    /// `text` in the given SGR style if colour is on.
    pub(crate) fn styled(&self, style: &str, text: &str) -> String {
        if self.color {
            format!("\u{1b}[{style}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

/// `value` as JSON laid out as Terraform does, with a final newline.
///
/// # Errors
/// [`CommandError::Output`] if `value` has no JSON form.
pub(crate) fn json_text(value: &impl Serialize) -> Result<Vec<u8>, CommandError> {
    let mut text = Vec::new();
    write_indented(&mut text, value).map_err(CommandError::Output)?;
    Ok(text)
}

/// Diagnostics in the order Terraform shows them, warnings of the same
/// summary as one.
fn consolidated(diagnostics: &Diagnostics, sources: &SourceMap) -> Vec<Diagnostic> {
    let mut sorted: Vec<&Diagnostic> = diagnostics.0.iter().collect();
    sorted.sort_by(|a, b| order(a, b, sources));
    let mut first: HashMap<&str, (usize, usize)> = HashMap::new();
    let mut shown: Vec<Diagnostic> = Vec::with_capacity(sorted.len());
    for diagnostic in sorted {
        let alone = diagnostic.severity == Severity::Error
            || diagnostic.subject.is_none()
            || diagnostic.counts;
        match first.entry(&diagnostic.summary) {
            _ if alone => shown.push(diagnostic.clone()),
            Entry::Occupied(mut entry) => entry.get_mut().1 += 1,
            Entry::Vacant(entry) => {
                entry.insert((shown.len(), 0));
                shown.push(diagnostic.clone());
            }
        }
    }
    for (index, more) in first.into_values().filter(|(_, more)| *more > 0) {
        let note = match more {
            1 => "(and one more similar warning elsewhere)".to_owned(),
            more => format!("(and {more} more similar warnings elsewhere)"),
        };
        if let Some(diagnostic) = shown.get_mut(index) {
            let gap = if diagnostic.detail.is_empty() {
                ""
            } else {
                "\n\n"
            };
            diagnostic.detail.push_str(&format!("{gap}{note}"));
        }
    }
    shown
}

/// Warnings first, then what has no place, then by place.
fn order(a: &Diagnostic, b: &Diagnostic, sources: &SourceMap) -> Ordering {
    let place = |diagnostic: &Diagnostic| {
        let span = diagnostic.subject?;
        let name = &sources.file(span.file).name;
        Some((name.to_owned(), span.start, span.end))
    };
    let by_severity = b.severity.cmp(&a.severity);
    by_severity.then_with(|| place(a).cmp(&place(b)))
}

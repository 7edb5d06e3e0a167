//! Diagnostics as people and programs read them, in Terraform's layout.

mod code;
mod context;
mod human;
mod json;
mod snippet;
mod wrap;

pub use human::Style;
pub use json::JsonDiagnostic;
pub use wrap::wrap;

use std::collections::HashMap;

use crate::{Diagnostic, Diagnostics, FileId, Severity, SourceMap};
use context::Headers;

/// Renders diagnostics about the files of one source map.
///
/// It remembers what it learned of a file, so that a thousand diagnostics cost
/// one reading of it.
#[derive(Debug)]
pub struct Renderer<'a> {
    sources: &'a SourceMap,
    headers: HashMap<FileId, Headers>,
}

impl<'a> Renderer<'a> {
    /// A renderer for diagnostics whose spans lie in `sources`.
    pub fn new(sources: &'a SourceMap) -> Self {
        Renderer {
            sources,
            headers: HashMap::new(),
        }
    }

    /// One diagnostic for a terminal or a log, with a final newline.
    pub fn human(&mut self, diagnostic: &Diagnostic, style: Style) -> String {
        let snippet = self.snippet(diagnostic);
        human::text(diagnostic, snippet.as_ref(), style)
    }

    /// One diagnostic in the shape of Terraform's JSON.
    pub fn json(&mut self, diagnostic: &Diagnostic) -> JsonDiagnostic {
        let snippet = self.snippet(diagnostic);
        JsonDiagnostic::new(diagnostic, snippet)
    }

    /// The header of the top-level block in which a diagnostic's place lies, such
    /// as `variable "region"`; in JSON, the path to it.
    pub fn block_around(&mut self, diagnostic: &Diagnostic) -> Option<String> {
        self.snippet(diagnostic)?.context
    }

    fn snippet(&mut self, diagnostic: &Diagnostic) -> Option<snippet::Snippet> {
        let subject = diagnostic.subject?;
        let file = self.sources.file(subject.file);
        let headers = self
            .headers
            .entry(subject.file)
            .or_insert_with(|| Headers::of(file));
        Some(snippet::Snippet::new(diagnostic, subject, file, headers))
    }
}

/// All warnings in a few lines, for `-compact-warnings`; empty if there are
/// none.
pub fn compact_warnings(diagnostics: &Diagnostics, sources: &SourceMap, style: Style) -> String {
    let mut groups: Vec<(&str, Vec<&Diagnostic>)> = Vec::new();
    for warning in diagnostics
        .0
        .iter()
        .filter(|d| d.severity == Severity::Warning)
    {
        match groups
            .iter_mut()
            .filter(|_| warning.subject.is_some() && !warning.counts)
            .find(|(summary, group)| *summary == warning.summary && group.iter().all(|w| !w.counts))
        {
            Some((_, group)) => group.push(warning),
            None => groups.push((&warning.summary, vec![warning])),
        }
    }
    human::compact(&groups, sources, style)
}

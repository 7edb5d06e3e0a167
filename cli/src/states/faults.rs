//! Which faults of a configuration matter to who only wants its state.

use trueup_core::load::Config;
use trueup_syntax::{
    Diagnostic, Diagnostics, FileId, Severity, SourceFile, json, parse::parse_file,
    render::Renderer,
};

/// Of what was `found` in a configuration, what may hide where its state is:
/// errors of syntax in the root module, and those of its `terraform` blocks.
/// Anything else that is wrong is none of the state's business.
pub(super) fn hiding_the_backend(config: &Config, found: Diagnostics) -> Diagnostics {
    if !found.has_errors() {
        return Diagnostics::default();
    }
    let sources = config.sources();
    let files = (0..).map_while(|id| sources.get(FileId(id)));
    let roots = files.filter(|file| !file.name.contains('/'));
    let broken: Diagnostics = Diagnostics(roots.flat_map(syntax_errors).collect());
    let mut renderer = Renderer::new(sources);
    let mut hides = |diagnostic: &Diagnostic| {
        let error = diagnostic.severity == Severity::Error;
        error && (broken.0.contains(diagnostic) || is_of_settings(diagnostic, &mut renderer))
    };
    Diagnostics(found.0.into_iter().filter(|d| hides(d)).collect())
}

fn syntax_errors(file: &SourceFile) -> Vec<Diagnostic> {
    let found = match file.name.ends_with(".json") {
        true => json::parse_file(file).1,
        false => parse_file(file).1,
    };
    found.0
}

fn is_of_settings(diagnostic: &Diagnostic, renderer: &mut Renderer<'_>) -> bool {
    let block = renderer.block_around(diagnostic).unwrap_or_default();
    let rest = block.strip_prefix("terraform");
    rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || "_-".contains(c)))
}

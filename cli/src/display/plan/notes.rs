//! What there is to do after a plan.

use trueup_syntax::render::wrap;

use super::{
    paint::{Paint, Piece},
    text::View,
};

/// What was done with a plan.
#[derive(Clone, Debug)]
pub(crate) enum NextStep<'a> {
    /// It was shown.
    NotSaved,
    /// It was written to this file.
    Saved(&'a str),
}

/// The lines after a plan that say how to go on. `generated` is the file
/// that configuration was generated into.
pub(crate) fn next_step(step: &NextStep<'_>, generated: Option<&str>, view: View) -> String {
    if view.automation {
        return String::new();
    }
    let mut out = rule(view);
    out.push('\n');
    let mut say = |text: &str| {
        out.push_str(&fill(&format!("\n{text}"), view));
        out.push('\n');
    };
    if let Some(path) = generated {
        say(&format!(
            "Terraform has generated configuration and written it to {path}. Please review the configuration and edit it as necessary before adding it to version control."
        ));
    }
    match step {
        NextStep::NotSaved => say(
            "Note: You didn't use the -out option to save this plan, so Terraform can't guarantee to take exactly these actions if you run \"trueup apply\" now.",
        ),
        NextStep::Saved(path) => say(&format!(
            "Saved the plan to: {path}\n\nTo perform exactly these actions, run the following command to apply:\n    trueup apply {path:?}"
        )),
    }
    out
}

/// A line across the terminal, after an empty one.
pub(super) fn rule(view: View) -> String {
    if view.width <= 1 {
        return "\n".to_owned();
    }
    let rule = format!("\n{}", "─".repeat(view.width - 1));
    let paint = Paint { color: view.color };
    paint.text(&[Piece::Gray, Piece::Text(&rule)])
}

/// Prose broken into lines.
pub(super) fn fill(text: &str, view: View) -> String {
    match view.width {
        0 | 1 => text.to_owned(),
        width => wrap(text, width - 1),
    }
}

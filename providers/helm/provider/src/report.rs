//! What went wrong, as the engine reports it.

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use trueup_helm::ChartError;
use trueup_helm_release::operation::OperationError;
use trueup_kubernetes::client::ClusterError;
use trueup_sdk::{Problem, native::problem};
use trueup_value::Path;

use crate::{render::RenderError, session::Session};

/// What stands for a secret in messages.
const MASK: &str = "(sensitive value)";

/// A text without the secrets that may be in it, as they are or within what charts encode
/// for Secrets.
pub(crate) fn masked(text: &str, secrets: &[String]) -> String {
    let mut masked = text.to_owned();
    for secret in secrets {
        masked = masked.replace(secret.as_str(), MASK);
        for core in encoded(secret) {
            masked = without_encoded(&masked, &core);
        }
    }
    masked
}

/// What every text in Base64 has in it that encodes the secret and more, for each of the three
/// places in a group of bytes where the secret may begin.
fn encoded(secret: &str) -> impl Iterator<Item = String> {
    (0..3).filter_map(|before| {
        let bytes: Vec<u8> = std::iter::repeat_n(0, before)
            .chain(secret.bytes())
            .collect();
        let text = STANDARD_NO_PAD.encode(&bytes);
        let (first, end) = ((before * 8).div_ceil(6), bytes.len() * 8 / 6);
        let core = text.get(first..end).filter(|core| core.len() > 3);
        core.map(str::to_owned)
    })
}

/// Masks each whole text in Base64 that `core` is part of.
fn without_encoded(text: &str, core: &str) -> String {
    let goes_on = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '/');
    let mut masked = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(core) {
        let (before, found) = rest.split_at(at);
        masked.push_str(before.trim_end_matches(goes_on));
        masked.push_str(MASK);
        rest = found.trim_start_matches(goes_on).trim_start_matches('=');
    }
    masked + rest
}

/// An error of the cluster.
pub(crate) fn cluster(error: &ClusterError) -> Problem {
    problem(error.summary(), error.detail())
}

/// An operation that failed.
pub(crate) fn operation(error: &OperationError, what: &str, secrets: &[String]) -> Problem {
    let mut detail = format!("{what}: {}", masked(&error.to_string(), secrets));
    if let Some(hint) = error.hint() {
        detail.push_str(&format!("\n\n{hint}"));
    }
    problem(error.summary(), detail)
}

/// What is said of values that a chart's schema does not accept.
const VALUES_REFUSED: &str = "Values not as the chart wants them";

/// Whether values are wrong whatever those are that are not known yet.
pub(crate) fn is_about_values(problem: &Problem) -> bool {
    problem.summary == VALUES_REFUSED
}

/// A chart that could not be rendered.
pub(crate) fn rendering(error: &RenderError, chart: &str, secrets: &[String]) -> Problem {
    let text = masked(&error.to_string(), secrets);
    let (summary, hint) = match error {
        RenderError::Chart(error) if error.violates_schema() => (
            VALUES_REFUSED,
            Some(
                "The chart's values.schema.json says what it accepts. Change the values in `values`, `set`, `set_list` or `set_sensitive`.",
            ),
        ),
        RenderError::Chart(error) => ("Chart not rendered", cause(error)),
        RenderError::Postrender { .. } => (
            "Post-rendering failed",
            Some("Run the program by hand with the output of `trueup helm template` as its input."),
        ),
        RenderError::Randomness | RenderError::System(_) => ("Chart not rendered", None),
    };
    let mut detail = format!("Chart \"{chart}\": {text}");
    if let Some(hint) = hint {
        detail.push_str(&format!("\n\n{hint}"));
    }
    Problem::error(summary, detail, Path::new())
}

fn cause(error: &ChartError) -> Option<&'static str> {
    let text = error.to_string();
    let fits = |needle: &str| text.contains(needle);
    Some(match () {
        () if fits("execution error at") => {
            "The chart itself refuses these values; the message is its author's."
        }
        () if fits("nil pointer evaluating") || fits("executing \"") => {
            "The place is that of the template; `trueup helm explain` shows which values flow there."
        }
        () if fits("kubeVersion") => "Use a version of the chart that supports this cluster.",
        () if fits("YAML parse error") => {
            "The rendered text is no YAML: a value with a colon, a quote or a line break may need quoting in the template."
        }
        () => return None,
    })
}

/// Who works on releases here: two runs of one folder are kept apart by the
/// lock of its state.
pub(crate) fn holder(session: &Session) -> String {
    format!("trueup:{}", session.world.working_dir.display())
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn a_secret_is_masked_wherever_it_stands_in_what_is_encoded() {
        let secrets = ["canary-19ad".to_owned()];
        for (text, shown) in [
            ("\"canary-19ad/x\"", "\"(sensitive value)/x\""),
            // canary-19ad, !canary-19ad, u:canary-19ad@host, us:canary-19ad@host
            ("\"Y2FuYXJ5LTE5YWQ=\"", "\"(sensitive value)\""),
            ("\"IWNhbmFyeS0xOWFk\"", "\"(sensitive value)\""),
            ("a dTpjYW5hcnktMTlhZEBob3N0 b", "a (sensitive value) b"),
            ("a dXM6Y2FuYXJ5LTE5YWRAaG9zdA== b", "a (sensitive value) b"),
            ("\"bm90IGEgc2VjcmV0\"", "\"bm90IGEgc2VjcmV0\""),
        ] {
            assert_eq!(masked(text, &secrets), shown);
        }
    }
}

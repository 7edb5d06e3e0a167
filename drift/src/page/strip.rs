//! The last checks of a stack as a strip: clean, drifted, failed.

use crate::history::{Kept, Verdict};

/// How many checks a strip shows.
const CHECKS: usize = 60;

/// A strip, 100 wide and 10 high.
#[derive(Debug)]
pub(crate) struct Strip {
    /// What it shows, in words.
    pub(crate) label: String,
    /// The runs of checks with the same verdict.
    pub(crate) runs: Vec<Run>,
}

/// Checks in a row with the same verdict.
#[derive(Debug, PartialEq)]
pub(crate) struct Run {
    pub(crate) word: &'static str,
    pub(crate) x: String,
    pub(crate) width: String,
}

impl Strip {
    pub(crate) fn new(kept: &Kept) -> Self {
        let skipped = kept.points.len().saturating_sub(CHECKS);
        let verdicts: Vec<Verdict> = kept
            .points
            .iter()
            .skip(skipped)
            .map(|p| p.verdict)
            .collect();
        let each = 100.0 / CHECKS as f64;
        // The newest check is at the right end.
        let mut x = 100.0 - each * verdicts.len() as f64;
        let runs = verdicts.chunk_by(|a, b| a == b).filter_map(|run| {
            let width = each * run.len() as f64;
            let from = x;
            x += width;
            Some(Run {
                word: run.first()?.word(),
                x: format!("{from:.2}"),
                width: format!("{width:.2}"),
            })
        });
        let runs = runs.collect();
        let count = |verdict| verdicts.iter().filter(|v| **v == verdict).count();
        Strip {
            label: format!(
                "the last {} checks: {} clean, {} drifted, {} failed",
                verdicts.len(),
                count(Verdict::Clean),
                count(Verdict::Drifted),
                count(Verdict::Failed)
            ),
            runs,
        }
    }
}

//! `.helmignore`: which files of a folder are no part of the chart.

use crate::error::ChartError;
use crate::file_match::{Pattern, matches};

/// Rules in the order written.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rules(Vec<Rule>);

#[derive(Debug, Clone)]
struct Rule {
    /// None if it is none: that matches nothing.
    pattern: Option<Pattern>,
    negated: bool,
    folders_only: bool,
    /// Matches the whole path, not just the last part of it.
    whole_path: bool,
}

impl Rules {
    pub(crate) fn parse(text: &str) -> Result<Self, ChartError> {
        let mut rules = Rules::default();
        for line in text.trim_start_matches('\u{FEFF}').lines() {
            rules.add(line)?;
        }
        rules.add("templates/.?*")?;
        Ok(rules)
    }

    fn add(&mut self, line: &str) -> Result<(), ChartError> {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            return Ok(());
        }
        if line.contains("**") {
            return Err(ChartError::new("double-star (**) syntax is not supported"));
        }
        matches(line, "abc").map_err(|error| ChartError::new(error.to_string()))?;
        let (negated, line) = line
            .strip_prefix('!')
            .map_or((false, line), |rest| (true, rest));
        let (folders_only, line) = line
            .strip_suffix('/')
            .map_or((false, line), |rest| (true, rest));
        let whole_path = line.contains('/');
        let pattern = Pattern::parse(line.strip_prefix('/').unwrap_or(line)).ok();
        self.0.push(Rule {
            pattern,
            negated,
            folders_only,
            whole_path,
        });
        Ok(())
    }

    /// Whether the file or folder at `path` below the chart is to be left out.
    pub(crate) fn ignores(&self, path: &str, is_folder: bool) -> bool {
        for rule in &self.0 {
            if rule.negated {
                if (rule.folders_only && !is_folder) || !rule.matches(path) {
                    return true;
                }
            } else if (!rule.folders_only || is_folder) && rule.matches(path) {
                return true;
            }
        }
        false
    }
}

impl Rule {
    fn matches(&self, path: &str) -> bool {
        let name = if self.whole_path {
            path
        } else {
            path.rsplit('/').next().unwrap_or(path)
        };
        let pattern = self.pattern.as_ref();
        pattern.is_some_and(|pattern| pattern.matches(name))
    }
}

//! Rules applied to a plan.

use std::time::SystemTime;

use jiff::{Timestamp, tz::TimeZone};
use trueup_core::{
    load::Config,
    plan::{Finding, Mode, Plan},
};
use trueup_syntax::Diagnostics;

use crate::{
    ignore::Ignores,
    rule::{Rule, rules},
    view::{Resources, View},
};

/// What came of a review.
#[derive(Clone, Debug, Default)]
pub struct Review {
    /// What was found, also what is to be ignored: by severity, then by
    /// address.
    pub findings: Vec<Finding>,
    /// What is wrong with comments that ignore something.
    pub notices: Diagnostics,
}

/// What to review a plan with.
#[derive(Clone, Copy, Debug)]
pub struct Reviewer<'a> {
    /// The rules.
    pub rules: &'a [&'static Rule],
    /// The present time.
    pub now: SystemTime,
}

/// Holds a plan against all rules.
pub fn review(plan: &Plan, config: &Config, now: SystemTime) -> Review {
    let reviewer = Reviewer {
        rules: rules(),
        now,
    };
    reviewer.review(plan, config)
}

impl Reviewer<'_> {
    /// Holds a plan against the rules. A plan that only looks at what there is
    /// breaks none; one that destroys everything, few.
    pub fn review(&self, plan: &Plan, config: &Config) -> Review {
        if plan.mode == Mode::RefreshOnly || config.is_empty() {
            return Review::default();
        }
        let today = Timestamp::try_from(self.now).unwrap_or_default();
        let today = today.to_zoned(TimeZone::UTC).date();
        let (ignores, notices) = Ignores::new(config, today);
        let resources = Resources::new(plan, config);
        let mut findings = self.findings(&resources.view());
        for finding in &mut findings {
            ignores.judge(finding, config);
        }
        Review { findings, notices }
    }

    fn findings(&self, view: &View<'_>) -> Vec<Finding> {
        let destroys = view.mode == Mode::Destroy;
        let rules = self.rules.iter();
        let rules = rules.filter(|rule| !destroys || rule.when_destroying);
        let mut findings: Vec<Finding> = rules
            .flat_map(|rule| {
                let found = (rule.check)(view).into_iter();
                found.map(|found| found.finding(rule))
            })
            .collect();
        findings.sort_by(|a, b| {
            let key = |finding: &Finding| (finding.severity, finding.address.clone());
            key(a).cmp(&key(b))
        });
        findings.dedup();
        findings
    }
}

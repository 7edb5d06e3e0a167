//! `retention-off`

use trueup_syntax::Severity;

use crate::{
    found::Found,
    rule::Rule,
    software::loki::{Configuration, configurations},
    view::View,
};

pub(super) static RULE: Rule = Rule {
    id: "retention-off",
    severity: Severity::Warning,
    summary: "Logs are kept for ever",
    protects: "Loki deletes nothing unless it is told twice, how long to keep logs and who is to delete them. The bucket grows, and so does the bill; whoever set a period believes that it holds.",
    decides: "Each configuration of Loki that is known, in Secrets and ConfigMaps: with an index of `tsdb` or `boltdb-shipper` only the compactor deletes (`compactor.retention_enabled`), with others the table manager (`table_manager.retention_deletes_enabled`); and a period that nobody enforces, or an enforced one that is not set or 0.",
    fix: "Set `compactor.retention_enabled: true` and `limits_config.retention_period`, where the chart reads them: below `loki.config` in loki-stack. A lifecycle rule of the bucket alone breaks the index.",
    when_destroying: false,
    check,
};

fn check(view: &View<'_>) -> Vec<Found> {
    let configurations = configurations(view);
    configurations.iter().filter_map(of).collect()
}

fn of(configuration: &Configuration<'_, '_>) -> Option<Found> {
    let store = configuration
        .periods()
        .last()?
        .at("store")
        .text()?
        .to_owned();
    let compacted = matches!(store.as_str(), "tsdb" | "boltdb-shipper");
    let switch = match compacted {
        true => "compactor.retention_enabled",
        false => "table_manager.retention_deletes_enabled",
    };
    let period = match compacted {
        true => "limits_config.retention_period",
        false => "table_manager.retention_period",
    };
    let has_period = configuration
        .at(period)
        .scalar()
        .is_some_and(|period| !is_nothing(&period));
    let key = &configuration.key;
    let detail = match (configuration.at(switch).flag() == Some(true), has_period) {
        (true, true) => return None,
        (false, true) => {
            format!("{key} sets {period}, and {switch} is off: nobody deletes anything.")
        }
        (false, false) => format!(
            "In {key}, {switch} is off: with the index \"{store}\" nobody deletes anything."
        ),
        (true, false) => {
            format!("{key} has {switch}, and {period} is not set: nothing is ever old enough.")
        }
    };
    Some(Found::of(configuration.object, detail).hint(format!("set {switch} and {period}")))
}

/// `0`, `0s`, `0h`
fn is_nothing(period: &str) -> bool {
    !period.chars().any(|letter| ('1'..='9').contains(&letter))
}

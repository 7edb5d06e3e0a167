//! `ignore_changes`.

use trueup_syntax::ast::{Step, StepKind};
use trueup_value::{Path, PathStep, Str, Value};

use super::{entries, rebuild_entries, rebuild_sequence, sequence};
use crate::config::Lifecycle;

/// The configuration as if what is ignored had stayed as it was.
pub fn ignore_changes(lifecycle: &Lifecycle, prior: Option<&Value>, config: &Value) -> Value {
    let Some(prior) = prior else {
        return config.clone();
    };
    if lifecycle.ignore_all_changes {
        return prior.clone();
    }
    let paths = lifecycle.ignore_changes.iter();
    paths.fold(config.clone(), |config, steps| {
        restore(&config, prior, steps)
    })
}

/// A traversal as a path.
pub(crate) fn steps_path(steps: &[Step]) -> Path {
    let step = |step: &Step| match &step.kind {
        StepKind::Attr(name) => PathStep::Attr(name.clone()),
        StepKind::Index(key) => PathStep::Index(key.clone()),
    };
    steps.iter().map(step).collect()
}

fn restore(config: &Value, prior: &Value, steps: &[Step]) -> Value {
    let Some((step, rest)) = steps.split_first() else {
        return prior.clone();
    };
    let (bare, marks) = config.unmarked();
    let (before, _) = prior.unmarked();
    if bare.is_null() || !bare.is_known() || before.is_null() {
        return config.clone();
    }
    let restored = match &step.kind {
        StepKind::Attr(name) => by_name(bare, before, name, rest),
        StepKind::Index(key) => match (key.as_str(), key.as_number()) {
            (Some(key), _) => by_name(bare, before, &Str::new(key), rest),
            (_, Some(index)) => {
                let index = index.to_i64().and_then(|i| usize::try_from(i).ok());
                by_index(bare, before, index, rest)
            }
            _ => bare.clone(),
        },
    };
    restored.with_marks(marks)
}

fn by_name(config: &Value, prior: &Value, name: &Str, rest: &[Step]) -> Value {
    let keyed = matches!(config, Value::Map(_)) || rest.is_empty();
    match (config.get(name), prior.get(name)) {
        (Some(now), Some(before)) => {
            let value = restore(now, before, rest);
            let others = entries(config).into_iter();
            let changed = others.map(|(key, old)| match key == *name {
                true => (key, value.clone()),
                false => (key, old),
            });
            rebuild_entries(config, changed.collect())
        }
        // An entry of a map that came or went is put back as it was.
        (None, Some(before)) if keyed && rest.is_empty() => {
            let mut all = entries(config);
            all.push((name.clone(), before.clone()));
            rebuild_entries(config, all)
        }
        (Some(_), None) if matches!(config, Value::Map(_)) && rest.is_empty() => {
            let others = entries(config).into_iter();
            rebuild_entries(config, others.filter(|(key, _)| key != name).collect())
        }
        _ => config.clone(),
    }
}

fn by_index(config: &Value, prior: &Value, index: Option<usize>, rest: &[Step]) -> Value {
    let (mut now, before) = (sequence(config), sequence(prior));
    let Some(index) = index else {
        return config.clone();
    };
    if let (Some(slot), Some(before)) = (now.get_mut(index), before.get(index)) {
        *slot = restore(slot, before, rest);
    }
    rebuild_sequence(config, now)
}

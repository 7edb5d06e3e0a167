//! How the values of a chart, its parents and the user come together.

use trueup_helm_template::print::sprint;
use trueup_helm_template::print::sprintf;
use trueup_helm_template::{Map, Str, Value};

use crate::error::ChartError;
use crate::node::Node;

use super::tree::{copy, copy_map, copy_without_nulls};

const GLOBAL: &str = "global";

/// One coalescing of a tree of charts. Maps are shared and changed in place exactly where Helm
/// shares and changes them: what a subchart adds to a nested global table shows in its parents.
pub(crate) struct Coalesce<'a> {
    /// Keep nulls, for a later coalescing to act on.
    pub(crate) merge: bool,
    /// Keep nulls of chart defaults, as Helm 3 does.
    pub(crate) helm_3: bool,
    pub(crate) warnings: &'a mut Vec<String>,
}

fn join(prefix: &str, key: impl std::fmt::Display) -> String {
    if prefix.is_empty() {
        key.to_string()
    } else {
        format!("{prefix}.{key}")
    }
}

fn shown(value: &Value) -> String {
    sprint(std::slice::from_ref(value))
        .map(|text| text.to_string())
        .unwrap_or_default()
}

impl Coalesce<'_> {
    /// The values for `chart`, the user's over the defaults of it and its subcharts.
    pub(crate) fn values(&mut self, chart: &Node<'_>, values: &Map) -> Result<Map, ChartError> {
        let values = if values.is_nil() {
            Map::new()
        } else {
            copy_map(values)
        };
        self.chart(chart, &values, "")?;
        Ok(values)
    }

    fn chart(&mut self, chart: &Node<'_>, dest: &Map, prefix: &str) -> Result<(), ChartError> {
        self.defaults(chart, dest, prefix);
        for subchart in &chart.dependencies {
            let name = &subchart.metadata.name;
            let values = match dest.get(name) {
                None => {
                    let values = Map::new();
                    dest.insert(name.as_str(), values.clone().into());
                    values
                }
                Some(value) => match value.as_map() {
                    Some(map) => map.clone(),
                    None => {
                        let value = go_percent_t(&value);
                        return Err(ChartError::new(format!("type mismatch on {name}: {value}")));
                    }
                },
            };
            let inner = join(prefix, &chart.metadata.name);
            self.globals(&values, dest, &inner);
            self.chart(subchart, &values, &inner)?;
        }
        Ok(())
    }

    /// Hands the globals of `src` down to `dest`.
    fn globals(&mut self, dest: &Map, src: &Map, prefix: &str) {
        let mut tables = Vec::new();
        for (map, role) in [(dest, "destination"), (src, "source")] {
            match map.get(GLOBAL) {
                None => tables.push(Map::new()),
                Some(value) => match value.as_map() {
                    Some(table) => tables.push(table.clone()),
                    None => {
                        let message = format!(
                            "warning: skipping globals because {role} {GLOBAL} is not a table."
                        );
                        self.warnings.push(message);
                        return;
                    }
                },
            }
        }
        let [down, up] = tables.as_slice() else {
            return;
        };
        for (key, value) in up.entries() {
            self.global(down, &key, value, prefix);
        }
        dest.insert(GLOBAL, down.clone().into());
    }

    fn global(&mut self, dest: &Map, key: &Str, value: Value, prefix: &str) {
        let Some(table) = value.as_map() else {
            if dest
                .get(key.as_bytes())
                .is_some_and(|known| known.as_map().is_some())
            {
                self.warnings.push(format!("key {key} is table. Skipping"));
            } else {
                dest.insert(key.clone(), value);
            }
            return;
        };
        // A copy of this level only: deeper tables stay shared with the parent.
        let copy: Map = table.entries().into_iter().collect();
        match dest.get(key.as_bytes()) {
            None => {
                dest.insert(key.clone(), copy.into());
            }
            Some(known) => match known.as_map() {
                None => self.warnings.push(format!(
                    "Conflict: cannot merge map onto non-map for {:?}. Skipping.",
                    key
                )),
                Some(known) => {
                    self.tables(&copy, known, &join(prefix, key), true);
                    dest.insert(key.clone(), copy.into());
                }
            },
        }
    }

    /// Fills `values` with the defaults of the chart itself.
    fn defaults(&mut self, chart: &Node<'_>, values: &Map, prefix: &str) {
        let prefix = join(prefix, &chart.metadata.name);
        for (key, default) in chart.values.entries() {
            let Some(value) = values.get(key.as_bytes()) else {
                if self.merge || self.helm_3 {
                    values.insert(key, copy(&default));
                } else if !default.is_nil() {
                    values.insert(key, copy_without_nulls(&default));
                }
                continue;
            };
            if value.is_nil() && !self.merge {
                values.remove(key.as_bytes());
            } else if let Some(dest) = value.as_map() {
                match default.as_map() {
                    Some(source) => self.default_table(chart, &key, dest, source, &prefix),
                    None if default.is_nil() => {}
                    None => {
                        let message =
                            format!("warning: skipped value for {prefix}.{key}: Not a table.");
                        self.warnings.push(message);
                    }
                }
            }
        }
    }

    /// Fills `dest` with what a copy of `source` has.
    fn default_table(
        &mut self,
        chart: &Node<'_>,
        key: &Str,
        dest: &Map,
        source: &Map,
        prefix: &str,
    ) {
        // Nulls for a subchart are kept: they act on its own defaults.
        let is_subchart = chart
            .dependencies
            .iter()
            .any(|subchart| *key == *subchart.metadata.name.as_str());
        let merge = self.merge || is_subchart;
        let source = match merge || self.helm_3 {
            true => copy_map(source),
            false => without_nulls(source),
        };
        self.tables(dest, &source, &join(prefix, key), merge);
    }

    /// Fills `dest` with what only `src` has.
    pub(crate) fn tables(&mut self, dest: &Map, src: &Map, prefix: &str, merge: bool) {
        if dest.is_same(src) {
            return;
        }
        let nulls = dest.entries_where(Value::is_nil);
        // What only a null of `dest` makes a null of `src` is not given by it.
        let given = match nulls.is_empty() {
            true => Vec::new(),
            false => src.entries_where(|value| !value.is_nil()),
        };
        for (key, _) in nulls {
            src.insert(key, Value::NIL);
        }
        let is_given = |key: &Str| given.binary_search_by(|(one, _)| one.cmp(key)).is_ok();
        for (key, value) in src.entries() {
            let Some(known) = dest.get(key.as_bytes()) else {
                dest.insert(key, value);
                continue;
            };
            let path = || join(prefix, &key);
            if !merge && known.is_nil() && is_given(&key) {
                dest.remove(key.as_bytes());
            } else if let Some(source) = value.as_map() {
                match known.as_map() {
                    Some(known) => self.tables(known, source, &path(), merge),
                    None => self.warnings.push(format!(
                        "warning: cannot overwrite table with non table for {} ({})",
                        path(),
                        shown(&value)
                    )),
                }
            } else if known.as_map().is_some() && !value.is_nil() {
                self.warnings.push(format!(
                    "warning: destination for {} is a table. Ignoring non-table value ({})",
                    path(),
                    shown(&value)
                ));
            }
        }
    }
}

/// `%t` of a value that is no bool, as Helm's message has it.
fn go_percent_t(value: &Value) -> String {
    sprintf(&"%t".into(), std::slice::from_ref(value))
        .map(|text| text.to_string())
        .unwrap_or_default()
}

fn without_nulls(map: &Map) -> Map {
    let copy = copy_without_nulls(&map.clone().into());
    copy.as_map().cloned().unwrap_or_default()
}

//! Data sources: read while planning if everything is known.

use std::sync::Arc;

use trueup_sdk::{Attribute, AttributeType, Block, Configured, NestingMode, Problem};
use trueup_syntax::{Diagnostics, Severity};
use trueup_value::{Str, Type, Value};

use super::{Action, ActionReason};
use crate::{
    address::AbsResourceInstance,
    diff::mark_sensitive,
    evaluate::View,
    progress::{ObjectRef, Watch},
    run::ResourceContext,
    state::{Attributes, Object},
};

/// What came of a data source.
pub(crate) enum DataOutcome {
    /// It was read.
    Read(Arc<Object>),
    /// It can only be read while applying; this is what is known until then.
    Later(Value, ActionReason),
    /// It could not be read. It stands in a check, which therefore fails for
    /// this reason; the run goes on.
    Failed(Value, String),
}

/// Reads a data source, or says why that has to wait.
pub(crate) async fn read_data(
    context: &ResourceContext<'_>,
    provider: &dyn Configured,
    view: View<'_>,
    address: &AbsResourceInstance,
    pending: bool,
    watch: Watch<'_>,
) -> (Option<DataOutcome>, Diagnostics) {
    let name = address.to_string();
    let (config, mut diagnostics) = context.decode(&view);
    if diagnostics.has_errors() {
        return (None, diagnostics);
    }
    let (config, marks) = config.unmark_deep_with_paths();
    let kind = context.config.address.kind.as_str();
    let problems = context.provider.validate_data(kind, &config);
    context.report(problems, &name, &mut diagnostics);
    if diagnostics.has_errors() {
        return (None, diagnostics);
    }
    let block = &context.schema.block;
    let waits = if !config.is_wholly_known() {
        Some(ActionReason::ReadBecauseConfigUnknown)
    } else if pending {
        Some(ActionReason::ReadBecauseDependencyPending)
    } else {
        None
    };
    if let Some(reason) = waits {
        let value = with_unknown(block, &config).mark_with_paths(&marks);
        let outcome = DataOutcome::Later(mark_sensitive(block, &value), reason);
        return (Some(outcome), diagnostics);
    }
    let subject = ObjectRef::current(address);
    let observer = watch.observer;
    observer.apply_started(subject, Action::Read, &Value::null(Type::Dynamic));
    let value = match provider.read_data(kind, &config).await {
        Ok(value) => value,
        Err(problems) => {
            observer.apply_finished(subject, Action::Read, None);
            if context.config.check.is_some() {
                let message = soften(problems, context, &name, &mut diagnostics);
                let value = with_unknown(block, &config).mark_with_paths(&marks);
                let outcome = DataOutcome::Failed(mark_sensitive(block, &value), message);
                return (Some(outcome), diagnostics);
            }
            context.report(problems, &name, &mut diagnostics);
            return (None, diagnostics);
        }
    };
    let value = mark_sensitive(block, &value.mark_with_paths(&marks));
    observer.apply_finished(subject, Action::Read, Some(&value));
    let object = data_object(context, value);
    (Some(DataOutcome::Read(object)), diagnostics)
}

/// What the state has of a data source.
pub(super) fn data_object(context: &ResourceContext<'_>, value: Value) -> Arc<Object> {
    Arc::new(Object {
        attributes: Attributes::Known(value),
        tainted: false,
        private: Vec::new(),
        dependencies: Arc::new([]),
        create_before_destroy: false,
        schema_version: context.schema.version,
    })
}

/// Reports errors as warnings, and says what they are in one text.
fn soften(
    problems: Vec<Problem>,
    context: &ResourceContext<'_>,
    name: &str,
    diagnostics: &mut Diagnostics,
) -> String {
    let mut found = Diagnostics::default();
    context.report(problems, name, &mut found);
    let errors = found.0.iter().filter(|d| d.severity == Severity::Error);
    let texts: Vec<String> = errors
        .map(|d| match d.detail.is_empty() {
            true => d.summary.clone(),
            false => format!("{}: {}", d.summary, d.detail),
        })
        .collect();
    for diagnostic in &mut found.0 {
        diagnostic.severity = Severity::Warning;
        diagnostic.counts = true;
    }
    diagnostics.extend(found);
    texts.join("\n")
}

/// The configuration, unknown where the provider decides.
pub(crate) fn with_unknown(block: &Block, config: &Value) -> Value {
    if config.is_null() || !config.is_known() {
        return config.clone();
    }
    let attributes = config.elements().filter_map(|(name, value)| {
        let name = Str::new(name.as_str()?);
        let value = match (block.attributes.get(&name), block.blocks.get(&name)) {
            (Some(schema), _) => decided(schema, value),
            (_, Some(nested)) => each(nested.nesting, &value, &|value| {
                with_unknown(&nested.block, value)
            }),
            _ => value,
        };
        Some((name, value))
    });
    let attributes: Vec<(Str, Value)> = attributes.collect();
    Value::object(attributes)
}

/// An attribute, unknown where the provider decides.
fn decided(schema: &Attribute, value: Value) -> Value {
    if schema.computed && value.is_null() {
        return Value::unknown(schema.implied_type());
    }
    let AttributeType::Nested(nested) = &schema.ty else {
        return value;
    };
    each(nested.nesting, &value, &|value| {
        if value.is_null() || !value.is_known() {
            return value.clone();
        }
        let attributes = value.elements().filter_map(|(name, value)| {
            let name = Str::new(name.as_str()?);
            let value = match nested.attributes.get(&name) {
                Some(schema) => decided(schema, value),
                None => value,
            };
            Some((name, value))
        });
        Value::object(attributes.collect::<Vec<_>>())
    })
}

/// Objects by nesting. In sets and maps none is known to be one there was.
fn each(nesting: NestingMode, value: &Value, one: &dyn Fn(&Value) -> Value) -> Value {
    match nesting {
        _ if value.is_null() || !value.is_known() => value.clone(),
        NestingMode::Single | NestingMode::Group => one(value),
        NestingMode::List => value.map_values(&mut |_, value| one(value)),
        NestingMode::Set | NestingMode::Map => value.clone(),
    }
}

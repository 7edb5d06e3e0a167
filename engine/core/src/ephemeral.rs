//! Ephemeral resources: opened when they are needed, closed when the run is
//! through. Their values are in no plan and no state.

use std::{cell::RefCell, sync::Arc};

use trueup_sdk::Configured;
use trueup_syntax::Diagnostics;
use trueup_value::{Marks, Value};

use crate::{
    address::AbsResourceInstance,
    diff::mark_sensitive,
    evaluate::View,
    plan::with_unknown,
    progress::{EphemeralOperation, ObjectRef, Watch},
    run::{ResourceContext, without_place},
};

/// The ephemeral resources of a walk.
pub(crate) struct Ephemerals<'a> {
    watch: Watch<'a>,
    open: RefCell<Vec<Open>>,
}

/// One that is open.
struct Open {
    address: AbsResourceInstance,
    provider: Arc<dyn Configured>,
    private: Vec<u8>,
}

impl<'a> Ephemerals<'a> {
    pub(crate) fn new(watch: Watch<'a>) -> Self {
        Ephemerals {
            watch,
            open: RefCell::default(),
        }
    }

    /// Opens an instance. What it yields is ephemeral as a whole; it is
    /// unknown where the configuration is not known yet.
    pub(crate) async fn open(
        &self,
        context: &ResourceContext<'_>,
        provider: &Arc<dyn Configured>,
        view: View<'_>,
        address: &AbsResourceInstance,
    ) -> (Option<Value>, Diagnostics) {
        let name = address.to_string();
        let (config, mut diagnostics) = context.decode(&view);
        if diagnostics.has_errors() {
            return (None, diagnostics);
        }
        let (config, marks) = config.unmark_deep_with_paths();
        let kind = context.config.address.kind.as_str();
        let problems = context.provider.validate_ephemeral(kind, &config);
        context.report(problems, &name, &mut diagnostics);
        if diagnostics.has_errors() {
            return (None, diagnostics);
        }
        let block = &context.schema.block;
        let marked = |value: Value| {
            let value = mark_sensitive(block, &value.mark_with_paths(&marks));
            value.with_marks(Marks::EPHEMERAL)
        };
        if !config.is_wholly_known() {
            return (Some(marked(with_unknown(block, &config))), diagnostics);
        }
        let subject = ObjectRef::current(address);
        let observer = self.watch.observer;
        observer.ephemeral_started(subject, EphemeralOperation::Open);
        let opened = provider.open_ephemeral(kind, &config).await;
        observer.ephemeral_finished(subject, EphemeralOperation::Open, opened.is_err());
        match opened {
            Ok(opened) => {
                self.open.borrow_mut().push(Open {
                    address: address.clone(),
                    provider: Arc::clone(provider),
                    private: opened.private,
                });
                (Some(marked(opened.value)), diagnostics)
            }
            Err(problems) => {
                context.report(problems, &name, &mut diagnostics);
                (None, diagnostics)
            }
        }
    }

    /// Closes all that is open, the last first.
    pub(crate) async fn close(&self) -> Diagnostics {
        let mut diagnostics = Diagnostics::default();
        let open = self.open.take();
        for open in open.into_iter().rev() {
            let subject = ObjectRef::current(&open.address);
            let observer = self.watch.observer;
            let kind = open.address.resource.resource.kind.as_str();
            observer.ephemeral_started(subject, EphemeralOperation::Close);
            let problems = open.provider.close_ephemeral(kind, &open.private).await;
            let found: Diagnostics = Diagnostics(problems.into_iter().map(without_place).collect());
            observer.ephemeral_finished(subject, EphemeralOperation::Close, found.has_errors());
            for mut diagnostic in found.0 {
                diagnostic.address = Some(open.address.to_string());
                diagnostics.push(diagnostic);
            }
        }
        diagnostics
    }
}

//! Planning one managed object: while planning, and again before applying.

use std::sync::Arc;

use trueup_sdk::{
    Configured, Fact, PartChange, PlanRequest, PlanResponse, Problem, ProblemSeverity,
};
use trueup_syntax::{Diagnostic, Diagnostics};
use trueup_value::{Marks, Path, Type, Value};

use super::{
    Action, ActionReason,
    action::{Forced, action, replacement},
};
use crate::{
    diff::{check_planned, ignore_changes, mark_sensitive, proposed, replace_paths},
    evaluate::View,
    run::ResourceContext,
    state::Object,
};

/// An object to be planned.
pub(crate) struct Planning<'a> {
    pub(crate) context: &'a ResourceContext<'a>,
    pub(crate) provider: &'a dyn Configured,
    /// The instance's address, for messages.
    pub(crate) address: &'a str,
    pub(crate) view: View<'a>,
    /// The object there is, understood.
    pub(crate) prior: Option<&'a Arc<Object>>,
    pub(crate) forced: Option<Forced>,
    pub(crate) create_before_destroy: bool,
    /// The object was stored under an older version of the schema, which may
    /// have called more sensitive, or less.
    pub(crate) outdated: bool,
    /// What the provider passed on when the change was shown, if it was.
    pub(crate) shown: Option<&'a [u8]>,
}

/// What is to be done, and all that was found out on the way.
pub(crate) struct Planned {
    pub(crate) action: Action,
    pub(crate) reason: Option<ActionReason>,
    pub(crate) before: Value,
    pub(crate) after: Value,
    pub(crate) parts: Vec<PartChange>,
    pub(crate) replace_paths: Vec<Path>,
    pub(crate) private: Vec<u8>,
    /// What the provider knows beside its attributes.
    pub(crate) facts: Vec<Fact>,
    /// The configuration, unmarked, with what is to be ignored as it is.
    pub(crate) config: Value,
    /// As it is written.
    pub(crate) written: Value,
}

/// What the provider is asked.
struct Asking<'a> {
    prior: Option<&'a trueup_sdk::Object>,
    /// The configuration, unmarked.
    config: &'a Value,
    /// Where it is sensitive.
    sensitive: &'a [Path],
}

/// What the configuration wants.
struct Wanted {
    /// The configuration, unmarked, with what is to be ignored as it is.
    config: Value,
    /// As it is written.
    written: Value,
    /// The marks of `config`.
    marks: Vec<(Path, Marks)>,
    /// Where it is sensitive.
    secret: Vec<Path>,
}

impl Wanted {
    /// The question what becomes of an object, or of none.
    fn over<'a>(&'a self, prior: Option<&'a trueup_sdk::Object>) -> Asking<'a> {
        Asking {
            prior,
            config: &self.config,
            sensitive: &self.secret,
        }
    }
}

fn secret(path: Path) -> (Path, Marks) {
    (path, Marks::SENSITIVE)
}

/// Plans a managed object. There is no plan after an error.
pub(crate) async fn plan_managed(planning: &Planning<'_>) -> (Option<Planned>, Diagnostics) {
    let mut diagnostics = Diagnostics::default();
    let planned = planning.run(&mut diagnostics).await;
    let failed = diagnostics.has_errors();
    (planned.filter(|_| !failed), diagnostics)
}

impl Planning<'_> {
    async fn run(&self, diagnostics: &mut Diagnostics) -> Option<Planned> {
        let mut wanted = self.wanted(diagnostics)?;
        let kept = self.kept();
        let mut response = self.ask(&wanted.over(kept.as_ref()), diagnostics).await?;
        let planned = response.planned.as_ref()?;
        let prior = kept.as_ref().map(|object| &object.value);
        let replace = match prior {
            Some(prior) => self.replace(prior, planned, &response.requires_replace, diagnostics)?,
            None => Vec::new(),
        };
        let first = self.create_before_destroy;
        let (action, reason) = action(prior, planned, &replace, self.forced, first);
        if action.is_replace() {
            // What is ignored is so in the object there is, not in the next.
            wanted.config = wanted.written.clone();
            response = self.ask_anew(&wanted.over(None), diagnostics).await?;
        }
        self.planned(wanted, response, (action, reason), replace)
    }

    /// What the configuration says, if that is valid.
    fn wanted(&self, diagnostics: &mut Diagnostics) -> Option<Wanted> {
        let context = self.context;
        let (config, found) = context.decode(&self.view);
        diagnostics.extend(found);
        if diagnostics.has_errors() {
            return None;
        }
        let (written, _) = config.unmark_deep();
        let kind = context.config.address.kind.as_str();
        let problems = context.provider.validate_resource(kind, &written);
        context.report(problems, self.address, diagnostics);
        if diagnostics.has_errors() {
            return None;
        }
        let config = match &context.config.managed {
            Some(managed) => {
                let prior = self.untainted().and_then(|prior| prior.value());
                ignore_changes(&context.schema.block, &managed.lifecycle, prior, &config)
            }
            None => config,
        };
        let (config, marks) = config.unmark_deep_with_paths();
        let secret = marks.iter();
        let secret = secret.filter(|(_, marks)| marks.contains(Marks::SENSITIVE));
        let secret = secret.map(|(path, _)| path.clone()).collect();
        Some(Wanted {
            config,
            written,
            marks,
            secret,
        })
    }

    /// The object there is, unless it is to be replaced in any case.
    fn untainted(&self) -> Option<&'_ Arc<Object>> {
        self.prior.filter(|prior| !prior.tainted)
    }

    /// The same for the provider.
    fn kept(&self) -> Option<trueup_sdk::Object> {
        let prior = self.untainted()?;
        let (value, _) = prior.value()?.unmark_deep();
        let private = prior.private.clone();
        Some(trueup_sdk::Object { value, private })
    }

    /// What the provider's answer comes to.
    fn planned(
        &self,
        wanted: Wanted,
        response: PlanResponse,
        (mut action, mut reason): (Action, Option<ActionReason>),
        replace_paths: Vec<Path>,
    ) -> Option<Planned> {
        if self.prior.is_some_and(|prior| prior.tainted) {
            action = replacement(self.create_before_destroy);
            reason = match self.forced {
                Some(Forced::ByTriggers) => Some(ActionReason::ReplaceByTriggers),
                _ => Some(ActionReason::ReplaceBecauseTainted),
            };
        }
        let marks = wanted.marks.into_iter();
        let marks = marks.map(|(path, marks)| (path, marks.without(Marks::EPHEMERAL)));
        let told: Vec<_> = response.sensitive.into_iter().map(secret).collect();
        let marks: Vec<_> = marks.chain(told.iter().cloned()).collect();
        let after = response.planned?.mark_with_paths(&marks);
        let after = mark_sensitive(&self.context.schema.block, &after);
        let before = self.prior.and_then(|prior| prior.value()).cloned();
        let before = before.unwrap_or_else(|| Value::null(Type::Dynamic));
        let same = before == after;
        if action == Action::NoOp && !same && !self.is_told(&before, &after, &told) {
            // Only what is sensitive has changed.
            action = Action::Update;
        }
        // What stays is kept once.
        let after = match same {
            true => before.clone(),
            false => after,
        };
        Some(Planned {
            action,
            reason,
            before,
            after,
            parts: response.parts,
            replace_paths,
            private: response.private,
            facts: response.facts,
            config: wanted.config,
            written: wanted.written,
        })
    }

    /// Whether nobody but the provider says that more of an object is sensitive, or
    /// less. A state that another program wrote does not know what it says.
    fn is_told(&self, before: &Value, after: &Value, told: &[(Path, Marks)]) -> bool {
        self.outdated || before.mark_with_paths(told) == *after
    }

    /// Asks the provider, and holds its answer against the contract.
    async fn ask(
        &self,
        asking: &Asking<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Option<PlanResponse> {
        let mut response = self.ask_unchecked(asking).await;
        let problems = std::mem::take(&mut response.problems);
        self.context.report(problems, self.address, diagnostics);
        self.check_present(&response, diagnostics)?;
        let planned = response.planned.as_ref()?;
        let before = asking.prior.map(|object| &object.value);
        if response.legacy {
            if let Some(managed) = &self.context.config.managed {
                let block = &self.context.schema.block;
                let planned = match (managed.lifecycle.ignore_all_changes, before) {
                    (true, Some(before)) => before.clone(),
                    _ => ignore_changes(block, &managed.lifecycle, before, planned),
                };
                response.planned = Some(planned);
            }
            return Some(response);
        }
        let block = &self.context.schema.block;
        for (path, message) in check_planned(block, before, asking.config, planned) {
            let message = format!(
                "planned an invalid value for {}{path}: {message}",
                self.address
            );
            self.invalid(&message, diagnostics);
        }
        (!diagnostics.has_errors()).then_some(response)
    }

    async fn ask_unchecked(&self, asking: &Asking<'_>) -> PlanResponse {
        let Asking {
            prior,
            config,
            sensitive,
        } = *asking;
        let block = &self.context.schema.block;
        let before = prior.map(|object| &object.value);
        let proposed = proposed(block, before, config);
        let request = PlanRequest {
            kind: self.context.config.address.kind.as_str(),
            prior,
            config: Some(config),
            proposed: Some(&proposed),
            sensitive,
            shown: self.shown,
        };
        self.provider.plan(request).await
    }

    /// Asks for the object that comes in place of another. What the provider
    /// warns of, it has warned of already.
    async fn ask_anew(
        &self,
        asking: &Asking<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Option<PlanResponse> {
        let mut response = self.ask_unchecked(asking).await;
        let problems = std::mem::take(&mut response.problems);
        let error = |problem: &Problem| problem.severity == ProblemSeverity::Error;
        if problems.iter().any(error) {
            self.context.report(problems, self.address, diagnostics);
        }
        self.check_present(&response, diagnostics)?;
        Some(response)
    }

    fn check_present(&self, response: &PlanResponse, diagnostics: &mut Diagnostics) -> Option<()> {
        if !diagnostics.has_errors() && response.planned.is_none() {
            let message = format!(
                "planned an invalid value for {}: planned for absence but config wants existence",
                self.address
            );
            self.invalid(&message, diagnostics);
        }
        (!diagnostics.has_errors()).then_some(())
    }

    fn replace(
        &self,
        prior: &Value,
        planned: &Value,
        named: &[Path],
        diagnostics: &mut Diagnostics,
    ) -> Option<Vec<Path>> {
        match replace_paths(&self.context.schema.block, prior, planned, named) {
            Ok(paths) => Some(paths),
            Err(error) => {
                let message = format!(
                    "has indicated \"requires replacement\" on {} for a non-existent attribute path {error}",
                    self.address
                );
                self.invalid(&message, diagnostics);
                None
            }
        }
    }

    fn invalid(&self, message: &str, diagnostics: &mut Diagnostics) {
        let provider = &self.context.key.source;
        let mut diagnostic = Diagnostic::error(
            "Provider produced invalid plan",
            format!(
                "Provider \"{provider}\" {message}.\n\nThis is a bug in the provider, which should be reported in the provider's own issue tracker."
            ),
            self.context.config.span,
        );
        diagnostic.address = Some(self.address.to_owned());
        diagnostics.push(diagnostic);
    }
}

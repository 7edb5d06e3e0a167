//! A provider, driven as the engine drives it and held to its contract.

use std::sync::Arc;

use trueup_core::diff::{check_applied, check_planned, proposed, replace_paths};
use trueup_sdk::{
    ApplyRequest, Block, Configured, Interrupted, Object, PlanRequest, Problem, Provider,
    ReadRequest, Recovery,
};
use trueup_value::Value;

use crate::{difference::difference, outside::Outside};

/// A promise that was broken; the act is added later.
pub(crate) type Kept<T> = Result<T, String>;

/// One resource type of a provider that is ready for work.
#[derive(Clone)]
pub(crate) struct Stage<'a> {
    pub(crate) provider: &'a dyn Provider,
    pub(crate) configured: Arc<dyn Configured>,
    pub(crate) outside: &'a dyn Outside,
    pub(crate) kind: &'a str,
    pub(crate) block: &'a Block,
}

/// What is to be done.
#[derive(Clone, Debug)]
pub(crate) struct Planned {
    pub(crate) value: Value,
    private: Vec<u8>,
    legacy: bool,
    pub(crate) change: Change,
}

/// How an object comes to be as planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    None,
    Create,
    Update,
    Replace,
}

impl<'a> Stage<'a> {
    /// The same provider with another resource type.
    pub(crate) fn of(&self, kind: &'a str) -> Kept<Stage<'a>> {
        let schema = self.provider.schema().resources.get(kind);
        let schema = schema.ok_or_else(|| format!("there is no resource type {kind}"))?;
        Ok(Stage {
            kind,
            block: &schema.block,
            ..self.clone()
        })
    }

    /// Something that must change nothing in the world.
    async fn quietly<T>(&self, doing: &str, work: impl Future<Output = T>) -> Kept<T> {
        let before = self.outside.mutations();
        let done = work.await;
        match (before, self.outside.mutations()) {
            (Some(before), Some(after)) if after > before => {
                let count = after - before;
                Err(format!("to {doing} asked the world for {count} changes"))
            }
            _ => Ok(done),
        }
    }

    pub(crate) fn validate(&self, config: &Value) -> Kept<()> {
        let problems = self.provider.validate_resource(self.kind, config);
        no_errors("validate", &problems)
    }

    /// Plans as the engine does: a replacement is planned again as if there
    /// was nothing.
    pub(crate) async fn plan(&self, prior: Option<&Object>, config: &Value) -> Kept<Planned> {
        let (planned, replaced) = self.plan_once(prior, config).await?;
        if !replaced {
            return Ok(planned);
        }
        let (planned, _) = self.plan_once(None, config).await?;
        Ok(Planned {
            change: Change::Replace,
            ..planned
        })
    }

    async fn plan_once(&self, prior: Option<&Object>, config: &Value) -> Kept<(Planned, bool)> {
        let before = prior.map(|prior| &prior.value);
        let proposed = proposed(self.block, before, config);
        let request = PlanRequest {
            kind: self.kind,
            prior,
            config: Some(config),
            proposed: Some(&proposed),
            sensitive: &[],
            shown: None,
        };
        let response = self.quietly("plan", self.configured.plan(request)).await?;
        no_errors("plan", &response.problems)?;
        let value = response.planned.ok_or("nothing was planned")?;
        self.fits("what is planned", &value)?;
        if !response.legacy {
            let wrong = check_planned(self.block, before, config, &value);
            one_line("what is planned deviates from the configuration", wrong)?;
        }
        let replaced = match before {
            None => false,
            Some(before) => {
                let named = &response.requires_replace;
                let paths = replace_paths(self.block, before, &value, named);
                let paths = paths
                    .map_err(|error| format!("what requires replacement is nowhere: {error}"))?;
                !paths.is_empty()
            }
        };
        let change = match before {
            None => Change::Create,
            Some(before) if *before == value => Change::None,
            Some(_) => Change::Update,
        };
        let planned = Planned {
            value,
            private: response.private,
            legacy: response.legacy,
            change,
        };
        Ok((planned, replaced))
    }

    pub(crate) fn identify(&self, planned: &Planned) -> Option<String> {
        self.configured.identify(self.kind, &planned.value)
    }

    /// Makes or changes an object.
    pub(crate) async fn apply(
        &self,
        prior: Option<&Object>,
        planned: &Planned,
        config: &Value,
        identity: Option<&str>,
    ) -> Kept<Object> {
        let (object, failed) = self.attempt(prior, planned, config, identity).await?;
        match failed {
            Some(what) => Err(what),
            None => object.ok_or_else(|| "there is no object after applying".to_owned()),
        }
    }

    /// The same, with what there is after a failure, and the failure.
    pub(crate) async fn attempt(
        &self,
        prior: Option<&Object>,
        planned: &Planned,
        config: &Value,
        identity: Option<&str>,
    ) -> Kept<(Option<Object>, Option<String>)> {
        let request = ApplyRequest {
            kind: self.kind,
            prior,
            planned: Some(&planned.value),
            config: Some(config),
            settled: Some(config),
            private: &planned.private,
            identity,
        };
        let response = self.configured.apply(request).await;
        let failed = no_errors("apply", &response.problems).err();
        let Some(object) = response.object else {
            return Ok((None, failed));
        };
        self.fits("what was applied", &object.value)?;
        if failed.is_none() {
            let legacy = planned.legacy || response.legacy;
            self.as_planned(planned, &object, legacy)?;
        }
        Ok((Some(object), failed))
    }

    fn as_planned(&self, planned: &Planned, object: &Object, legacy: bool) -> Kept<()> {
        if !object.value.is_wholly_known() {
            return Err(format!("unknown after applying: {:?}", object.value));
        }
        if legacy {
            return Ok(());
        }
        let wrong = check_applied(self.block, &planned.value, &object.value);
        one_line("what was applied is not what was planned", wrong)
    }

    /// Does whatever it takes that an object is as configured.
    pub(crate) async fn settle(&self, prior: Option<&Object>, config: &Value) -> Kept<Object> {
        let planned = self.plan(prior, config).await?;
        self.carry_out(prior, &planned, config).await
    }

    pub(crate) async fn carry_out(
        &self,
        prior: Option<&Object>,
        planned: &Planned,
        config: &Value,
    ) -> Kept<Object> {
        match (prior, planned.change) {
            (Some(prior), Change::None) => Ok(prior.clone()),
            (Some(prior), Change::Update) => self.apply(Some(prior), planned, config, None).await,
            (prior, _) => {
                if let Some(prior) = prior {
                    self.destroy(prior).await?;
                }
                let identity = self.identify(planned);
                self.apply(None, planned, config, identity.as_deref()).await
            }
        }
    }

    pub(crate) async fn destroy(&self, prior: &Object) -> Kept<()> {
        let response = self
            .configured
            .apply(ApplyRequest {
                kind: self.kind,
                prior: Some(prior),
                planned: None,
                config: None,
                settled: None,
                private: &[],
                identity: None,
            })
            .await;
        no_errors("destroy", &response.problems)?;
        match response.object {
            None => Ok(()),
            Some(object) => Err(format!("left after destroying: {:?}", object.value)),
        }
    }

    pub(crate) async fn read(&self, object: &Object) -> Kept<Option<Object>> {
        let request = ReadRequest {
            kind: self.kind,
            object: object.clone(),
        };
        let read = self.configured.read(vec![request]);
        let mut responses = self.quietly("read", read).await?;
        if responses.len() != 1 {
            let count = responses.len();
            return Err(format!("one object was to be read, and {count} were"));
        }
        let response = responses.remove(0);
        no_errors("read", &response.problems)?;
        if let Some(object) = &response.object {
            self.fits("what was read", &object.value)?;
        }
        Ok(response.object)
    }

    /// Reads an object that must be there and be `object`.
    pub(crate) async fn read_back(&self, object: &Object) -> Kept<Object> {
        let read = self.read(object).await?;
        let read = read.ok_or("what was just made or changed is not there")?;
        same("what is read back", &object.value, &read.value)?;
        Ok(read)
    }

    /// Sees that nothing is left to do.
    pub(crate) async fn at_rest(&self, object: &Object, config: &Value) -> Kept<()> {
        let planned = self.plan(Some(object), config).await?;
        match planned.change {
            Change::None => Ok(()),
            change => {
                let lines = difference(&object.value, &planned.value).join("; ");
                Err(format!(
                    "there should be nothing left to do, but {change:?}: {lines}"
                ))
            }
        }
    }

    pub(crate) async fn import(&self, id: &str) -> Kept<Object> {
        let import = self.configured.import(self.kind, id);
        let imported = self.quietly("import", import).await?;
        let mut imported = imported
            .map_err(|problems| format!("the import of \"{id}\" failed: {}", said(&problems)))?;
        if imported.len() != 1 {
            return Err(format!(
                "the import of \"{id}\" led to {} objects",
                imported.len()
            ));
        }
        let found = imported.remove(0);
        self.fits("what was imported", &found.object.value)?;
        let read = self.read(&found.object).await?;
        read.ok_or_else(|| format!("what was imported by \"{id}\" is not there"))
    }

    pub(crate) async fn recover(
        &self,
        prior: Option<&Object>,
        identity: Option<&str>,
    ) -> Kept<Recovery> {
        let recover = self.configured.recover(Interrupted {
            kind: self.kind,
            prior,
            identity,
        });
        self.quietly("recover", recover).await
    }

    fn fits(&self, what: &str, value: &Value) -> Kept<()> {
        match value.ty().conforms_to(&self.block.implied_type()) {
            true => Ok(()),
            false => Err(format!("{what} is not of the schema's type: {value:?}")),
        }
    }
}

pub(crate) fn same(what: &str, expected: &Value, found: &Value) -> Kept<()> {
    let lines = difference(expected, found);
    match lines.is_empty() {
        true => Ok(()),
        false => Err(format!("{what} differs: {}", lines.join("; "))),
    }
}

fn no_errors(doing: &str, problems: &[Problem]) -> Kept<()> {
    let errors: Vec<Problem> = problems.iter().filter(|p| p.is_error()).cloned().collect();
    match errors.is_empty() {
        true => Ok(()),
        false => Err(format!("to {doing} failed: {}", said(&errors))),
    }
}

fn said(problems: &[Problem]) -> String {
    let said = problems.iter().map(|problem| {
        let (summary, detail, path) = (&problem.summary, &problem.detail, &problem.path);
        format!("{summary}: {detail} ({path})")
    });
    said.collect::<Vec<_>>().join("; ")
}

fn one_line(what: &str, wrong: Vec<(trueup_value::Path, String)>) -> Kept<()> {
    if wrong.is_empty() {
        return Ok(());
    }
    let wrong = wrong
        .iter()
        .map(|(path, message)| format!("{path}: {message}"));
    Err(format!("{what}: {}", wrong.collect::<Vec<_>>().join("; ")))
}

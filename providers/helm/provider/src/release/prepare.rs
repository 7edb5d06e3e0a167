//! A release as it is going to be, from its attributes.

use std::sync::Arc;

use serde_json::{Map, Value as Json};
use trueup_helm::{Chart, Release, SchemaCheck};
use trueup_helm_release::{
    Record, Status,
    operation::{History, Options, Releases, Revision, Standing},
};
use trueup_helm_template::yaml::{from_yaml, to_json};
use trueup_kubernetes::client::ObjectRef;
use trueup_sdk::{
    Problem,
    native::{Fields, attribute_problem},
};

use super::{carried::Carried, kept::Kept, options::options, parts::differ};
use crate::{
    charts::is_wanted,
    draw::Draw,
    lookups::Lookups,
    pins::Deployed,
    postrender::Postrender,
    render::{self, ByName, Input, Output, name_of, rendered_in},
    report,
    session::{Place, Session, capabilities},
    values::{self, Marked, STAND_IN, Values, over},
};

/// All that an operation takes.
#[derive(Clone, Debug)]
pub(crate) struct Prepared {
    pub(super) revision: Revision,
    pub(super) options: Options,
    pub(super) secrets: Vec<String>,
    /// What the state is to keep beside the attributes.
    pub(super) kept: Kept,
}

/// What attributes lead to.
pub(super) struct Ingredients<'a> {
    session: &'a Session,
    pub(super) place: Place,
    pub(super) chart: Arc<Chart>,
    pub(super) values: Values,
    pub(super) options: Options,
    pub(super) history: &'a History,
    pub(super) standing: Standing,
    /// The revision whose objects are in the cluster.
    pub(super) current: Option<Record>,
    input: Input,
}

/// The releases of a namespace, as this run works on them.
pub(super) fn releases<'a>(
    session: &'a Session,
    namespace: &'a str,
    holder: &'a str,
) -> Releases<'a> {
    Releases::new(&session.cluster, namespace).held_by(holder)
}

impl<'a> Ingredients<'a> {
    /// Gathers everything. `None` while the attributes do not say which release.
    ///
    /// # Errors
    /// The chart is another version; values make no sense; the cluster does not
    /// answer.
    pub(super) async fn gather(
        session: &'a Session,
        (config, planned): (&Fields, &Fields),
        (chart, marked): (Arc<Chart>, Marked<'_>),
        history: &'a History,
        carried: &Carried,
    ) -> Result<Option<Self>, Problem> {
        let Some(place) = super::place(planned) else {
            return Ok(None);
        };
        check_version(config, &chart)?;
        let mut values = Values::of(config, marked)?;
        let options = options(planned);
        let holder = report::holder(session);
        let standing =
            releases(session, &place.namespace, &holder).standing(history, options.timeout);
        let current = current(history)?;
        let flag = |name: &str| config.flag(name).unwrap_or(false);
        if let Some(current) = &current
            && flag("reuse_values")
            && !flag("reset_values")
        {
            values.given.values = over(&current.config, &values.given.values);
        }
        let offer = session
            .offer()
            .await
            .map_err(|error| report::cluster(&error))?;
        let capabilities = capabilities(&offer)
            .map_err(|error| report::rendering(&error.into(), &chart.metadata.name, &[]))?;
        let deployed = current.as_ref().map(Deployed::of);
        let own = deployed.iter().flat_map(|one| one.names(&place.namespace));
        let lookups = Lookups::knowing(&carried.lookups).without(own);
        let input = Input {
            chart: Arc::clone(&chart),
            release: Release {
                name: place.name.clone(),
                namespace: place.namespace.clone(),
                revision: i64::try_from(standing.next).unwrap_or(1),
                is_upgrade: current
                    .as_ref()
                    .is_some_and(|current| current.info.status != Status::PendingInstall),
            },
            values: values.clone(),
            capabilities,
            drawn: carried.drawn(),
            lookups,
            deployed,
            schema: match values.unknown.is_empty() {
                true => SchemaCheck::All,
                false => SchemaCheck::Without(STAND_IN),
            },
            postrender: Postrender::of(planned, &session.world),
        };
        Ok(Some(Ingredients {
            session,
            place,
            chart,
            values,
            options,
            history,
            standing,
            current,
            input,
        }))
    }

    /// The chart, rendered for the revision to come.
    ///
    /// # Errors
    /// What is wrong with chart or values, without secrets.
    pub(super) async fn render(&self) -> Result<Output, Problem> {
        self.render_as(self.input.release.clone()).await
    }

    async fn render_as(&self, release: Release) -> Result<Output, Problem> {
        let input = Input {
            release,
            ..self.input.clone()
        };
        let output = rendered_in(&self.session.cluster, input, &self.session.world).await;
        let name = &self.chart.metadata.name;
        output.map_err(|error| report::rendering(&error, name, &self.secrets()))
    }

    /// Texts that must not be shown, the longest first: those among the values
    /// and those of Secrets that templates looked up.
    pub(super) fn secrets(&self) -> Vec<String> {
        values::secrets(self.values.secrets(), self.input.lookups.secrets())
    }

    /// What templates found in the cluster.
    pub(super) fn lookups(&self) -> &Lookups {
        &self.input.lookups
    }

    /// What the release is rendered to if bringing it would change nothing:
    /// rendered for the revision there is, everything is as that has it.
    ///
    /// # Errors
    /// As [`Ingredients::render`].
    pub(super) async fn settled(&self) -> Result<Option<Output>, Problem> {
        let Some(current) = &self.current else {
            return Ok(None);
        };
        let settled = current.info.status == Status::Deployed
            && self
                .standing
                .last
                .is_some_and(|last| last.version == current.version)
            && same_values(&current.config, &self.values.given.values)
            && same_chart(current, &self.chart);
        if !settled {
            return Ok(None);
        }
        let output = self
            .render_as(Release {
                revision: i64::try_from(current.version).unwrap_or(1),
                is_upgrade: current.version > 1,
                ..self.input.release.clone()
            })
            .await?;
        let settled = !output.has_unknown() && same_objects(current, &output);
        Ok(settled.then_some(output))
    }

    /// What is going to be stored and brought, and `surplus` to be taken away.
    ///
    /// # Errors
    /// As [`Ingredients::render`].
    pub(super) fn prepared(
        &self,
        output: &Output,
        surplus: Vec<ObjectRef>,
    ) -> Result<Prepared, Problem> {
        // Nothing of a record is drawn.
        let draw = Draw::replaying(output.drawn.clone(), &self.session.world);
        let options = render::options(&self.input, &draw);
        let record = Record::new(&self.chart, &options, &output.rendered);
        let record = record.map_err(|error| {
            let name = &self.chart.metadata.name;
            report::rendering(&error.into(), name, &self.secrets())
        })?;
        Ok(Prepared {
            revision: Revision {
                record,
                definitions: output.rendered.crds.clone(),
                surplus,
                ..Revision::default()
            },
            options: self.options.clone(),
            secrets: self.secrets(),
            kept: Kept::new(&self.values.secret),
        })
    }

    /// Options to look for values that nothing reads.
    pub(super) fn reading_options(&self) -> trueup_helm::Options {
        let draw = Draw::replaying(self.input.drawn.clone(), &self.session.world);
        render::options(&self.input, &draw)
    }
}

/// The revision whose objects are there: the deployed one, else the last.
fn current(history: &History) -> Result<Option<Record>, Problem> {
    let there = |status| !matches!(status, Status::Uninstalled | Status::Superseded);
    let last = history.last().filter(|last| there(last.revision().status));
    let entry = history.deployed().or(last);
    let record = entry.map(|entry| entry.record()).transpose();
    record.map_err(|error| report::operation(&error, "Reading the release", &[]))
}

fn check_version(config: &Fields, chart: &Chart) -> Result<(), Problem> {
    let wanted = config.text("version").unwrap_or_default();
    let found = &chart.metadata.version;
    if wanted.is_empty() || is_wanted(wanted, found) {
        return Ok(());
    }
    let detail = format!(
        "The version in the configuration is {wanted:?}, and that of the chart is {found:?}. Change the version to {found:?}, or leave it out."
    );
    Err(attribute_problem(
        "version",
        "Planned version is different from configured version",
        detail,
    ))
}

fn same_chart(record: &Record, chart: &Chart) -> bool {
    record.chart.metadata.as_ref().is_some_and(|metadata| {
        metadata.name == chart.metadata.name && metadata.version == chart.metadata.version
    })
}

/// Whether values are the same. Numbers are, if they are written the same.
fn same_values(one: &Map<String, Json>, other: &Map<String, Json>) -> bool {
    let text = |values: &Map<String, Json>| to_json(&Json::Object(values.clone()));
    one == other || text(one) == text(other)
}

fn same_texts(record: &Record, output: &Output) -> bool {
    let stored = record.hooks.iter().map(|hook| &hook.manifest);
    let hooks = output.rendered.hooks.iter();
    record.manifest == output.rendered.manifest()
        && stored.eq(hooks.map(|hook| &hook.manifest.content))
}

/// Whether a revision has the objects and hooks that were rendered, by meaning:
/// another version of Helm may have written them.
fn same_objects(record: &Record, output: &Output) -> bool {
    if same_texts(record, output) {
        return true;
    }
    let parsed = |texts: Vec<&str>| -> ByName<Json> {
        let objects = texts
            .into_iter()
            .filter_map(|text| from_yaml(text.as_bytes()).ok());
        objects
            .filter_map(|object| Some((name_of(&object)?, object)))
            .collect()
    };
    let stored = parsed(trueup_helm::split(&record.manifest));
    let hooks = parsed(
        record
            .hooks
            .iter()
            .map(|hook| hook.manifest.as_str())
            .collect(),
    );
    let same = |stored: &ByName<Json>, leaves: &[render::Leaves]| {
        let named = leaves
            .iter()
            .filter_map(|leaves| Some((name_of(&leaves.object)?, &leaves.object)));
        let named: ByName<&Json> = named.collect();
        stored.len() == named.len()
            && named.iter().all(|(name, object)| {
                stored
                    .get(name)
                    .is_some_and(|stored| !differ(stored, object))
            })
    };
    same(&stored, &output.objects) && same(&hooks, &output.hooks)
}

//! What applying a release would do.

use std::sync::Arc;

use futures_util::future::{join, join3};
use trueup_helm::{Chart, unused};
use trueup_helm_release::{
    Status,
    operation::{Asked as Question, Drift, DriftedObject, History, Preview},
};
use trueup_helm_template::yaml::from_yaml;
use trueup_kubernetes::client::{Kind, ObjectRef, chooses_nodes};
use trueup_sdk::{
    Fact, PlanRequest, PlanResponse, Problem,
    native::{Fields, Shape, off_thread, problem},
};
use trueup_value::{Path, Type, Value};

use super::{
    attributes,
    carried::Carried,
    facts,
    parts::Shown,
    prepare::{Ingredients, releases},
    refusals::Refusals,
};
use crate::{
    charts::Asked,
    ignored,
    render::{Leaves, Output},
    report,
    session::{Seen, Session},
    values::Marked,
};

/// Plans a release. The cluster is read and asked for dry runs; nothing is
/// changed.
pub(super) async fn plan(
    session: &Session,
    shape: &Shape,
    request: PlanRequest<'_>,
) -> PlanResponse {
    let base = shape.plan(&request);
    let (Some(config), Some(value)) = (request.config, base.planned.clone()) else {
        return base;
    };
    let planning = Planning {
        session,
        request,
        config: Fields::of(config),
        same: request.prior.is_some_and(|prior| prior.value == value),
        requires_replace: base.requires_replace,
    };
    match planning.run(Fields::of(&value)).await {
        Ok(response) => response,
        Err(problems) => PlanResponse {
            problems,
            ..PlanResponse::default()
        },
    }
}

struct Planning<'a> {
    session: &'a Session,
    request: PlanRequest<'a>,
    config: Fields,
    /// No attribute changes by the rules alone.
    same: bool,
    requires_replace: Vec<Path>,
}

impl Planning<'_> {
    async fn run(&self, mut planned: Fields) -> Result<PlanResponse, Vec<Problem>> {
        self.describe(&mut planned);
        // The chart is read while the server answers. What the cluster offers is
        // asked for again below where that fails.
        let (seen, chart, _) = join3(self.seen(&planned), self.chart(), self.session.offer()).await;
        let seen = seen.map_err(|problem| vec![problem])?;
        let Some(chart) = chart.map_err(|problem| vec![problem])? else {
            return Ok(self.open(planned));
        };
        let carried = self.request.shown.map(Carried::read).unwrap_or_default();
        let files = (&self.config, &planned);
        let marked = Marked(self.request.sensitive);
        let gathered = Ingredients::gather(
            self.session,
            files,
            (chart, marked),
            &seen.history,
            &carried,
        )
        .await;
        let Some(ingredients) = gathered.map_err(|problem| vec![problem])? else {
            return Ok(self.open(planned));
        };
        if ingredients.values.open {
            return Ok(self.open(planned));
        }
        self.version(&mut planned, &ingredients);
        // Values are looked through while the server answers.
        let response = self.decide(planned, &ingredients, &seen, &carried);
        let (response, ignored) = join(response, self.ignored(&ingredients)).await;
        let mut response = response?;
        response.facts.extend(ignored);
        Ok(response)
    }

    /// Plans what is known.
    async fn decide(
        &self,
        planned: Fields,
        ingredients: &Ingredients<'_>,
        seen: &Seen,
        carried: &Carried,
    ) -> Result<PlanResponse, Vec<Problem>> {
        let settled = match self.request.shown {
            // What was shown is done, also what only drift made necessary.
            Some(_) => carried.keeps,
            None => self.request.prior.is_some() && seen.drift.is_empty(),
        };
        if settled
            && let Some(output) = ingredients
                .settled()
                .await
                .map_err(|problem| vec![problem])?
        {
            return Ok(self.settled(planned, ingredients, &output).await);
        }
        self.changed(planned, ingredients, seen, carried).await
    }

    /// The chart; `None` while the attributes do not say which.
    async fn chart(&self) -> Result<Option<Arc<Chart>>, Problem> {
        match Asked::of(&self.config) {
            Some(asked) => self.session.charts.get(&asked).await.map(Some),
            None => Ok(None),
        }
    }

    /// The description stays as it is unless another is given.
    fn describe(&self, planned: &mut Fields) {
        let given = self.config.get("description");
        if given.is_null() || given.as_str() == Some("") {
            let prior = self.request.prior.map(|prior| Fields::of(&prior.value));
            let kept = prior.map(|prior| prior.get("description").clone());
            planned.set(
                "description",
                kept.unwrap_or_else(|| Value::null(Type::String)),
            );
        }
    }

    /// The version is that of the chart unless one is given.
    fn version(&self, planned: &mut Fields, ingredients: &Ingredients<'_>) {
        if self.config.get("version").is_null() {
            planned.set_text("version", ingredients.chart.metadata.version.as_str());
        }
    }

    /// The release as it was read in this run, or as it is.
    async fn seen(&self, planned: &Fields) -> Result<Arc<Seen>, Problem> {
        let Some(place) = super::place(planned) else {
            return Ok(Arc::default());
        };
        if self.request.shown.is_none()
            && let Some(seen) = self.session.seen(&place)
        {
            return Ok(match self.request.prior {
                Some(_) => seen,
                // The release there is goes before this one comes.
                None => Arc::default(),
            });
        }
        let holder = report::holder(self.session);
        let releases = releases(self.session, &place.namespace, &holder);
        let history = releases.history(&place.name).await;
        let history =
            history.map_err(|error| report::operation(&error, "Reading the release", &[]))?;
        Ok(Arc::new(Seen {
            history,
            drift: Vec::new(),
        }))
    }

    fn response(&self, planned: Fields) -> PlanResponse {
        PlanResponse {
            planned: Some(planned.into_value()),
            requires_replace: self.requires_replace.clone(),
            ..PlanResponse::default()
        }
    }

    /// Nothing can be said of a release whose chart or values are not known.
    fn open(&self, mut planned: Fields) -> PlanResponse {
        if self.request.prior.is_none() || !self.same {
            forget(&mut planned);
        }
        self.response(planned)
    }

    /// Nothing in the cluster changes; attributes may.
    async fn settled(
        &self,
        mut planned: Fields,
        ingredients: &Ingredients<'_>,
        output: &Output,
    ) -> PlanResponse {
        if let Some(current) = &ingredients.current {
            attributes::note(&mut planned, current, self.session);
        }
        if let Some(prior) = self.request.prior {
            let prior = Fields::of(&prior.value);
            keep_order(&prior, &mut planned);
            keep_version(&prior, &mut planned);
        }
        let mut response = self.response(planned);
        response.private = Carried::nothing().write();
        response.sensitive = self.sensitive(ingredients, None);
        if self.request.shown.is_none() {
            response.facts = self.facts(ingredients, output).await;
        }
        response
    }

    async fn changed(
        &self,
        mut planned: Fields,
        ingredients: &Ingredients<'_>,
        seen: &Seen,
        carried: &Carried,
    ) -> Result<PlanResponse, Vec<Problem>> {
        let output = ingredients.render().await;
        let output = match output {
            Ok(output) => output,
            // What stands for the unknown is not always taken for a value.
            Err(problem)
                if !ingredients.values.unknown.is_empty() && !report::is_about_values(&problem) =>
            {
                return Ok(self.open(planned));
            }
            Err(problem) => return Err(vec![problem]),
        };
        let is_known = ingredients.values.unknown.is_empty();
        let digest = is_known.then(|| output.digest());
        if let (Some(shown), Some(digest)) = (&carried.digest, &digest)
            && shown != digest
        {
            return Err(vec![self.differs(ingredients)]);
        }
        let surplus = match self.request.shown {
            Some(_) => carried.surplus(),
            None => surplus(&seen.drift),
        };
        let going = Carried::new(&output.drawn, digest)
            .with_surplus(&surplus)
            .with_lookups(ingredients.lookups());
        let prepared = ingredients
            .prepared(&output, surplus)
            .map_err(|problem| vec![problem])?;
        self.foresee(&output);
        self.expect(&mut planned, ingredients, &output);
        let mut response = self.response(planned);
        response.private = going.write();
        response.sensitive = self.sensitive(ingredients, Some(&output));
        if self.request.shown.is_some() {
            self.session.prepare(ingredients.place.clone(), prepared);
            return Ok(response);
        }
        self.check_name(ingredients)?;
        let (preview, namespace, facts) = join3(
            self.preview(ingredients, &output, &prepared.revision),
            self.new_namespace(ingredients),
            self.facts(ingredients, &output),
        )
        .await;
        let preview = preview?;
        let secrets = ingredients.secrets();
        let shown = Shown {
            output: &output,
            preview: &preview,
            drift: &seen.drift,
            deployed: ingredients.current.as_ref(),
            secrets: &secrets,
            namespace,
            skips_definitions: matches!(
                ingredients.options.definitions,
                trueup_helm_release::operation::Definitions::Skip
            ),
            runs_hooks: ingredients.options.hooks,
        };
        response.parts = shown.parts();
        response.facts = facts;
        Ok(response)
    }

    /// What attributes will be, as far as it can be told.
    fn expect(&self, planned: &mut Fields, ingredients: &Ingredients<'_>, output: &Output) {
        forget(planned);
        planned.set_text("id", ingredients.place.name.as_str());
        planned.set_text("status", Status::Deployed.as_str());
        let known = ingredients.values.unknown.is_empty();
        let metadata = attributes::expected(
            planned,
            &ingredients.place,
            &ingredients.chart.metadata,
            known.then_some((&ingredients.values.given.values, &output.rendered.notes)),
            // An installation that is begun again gets another time.
            ingredients
                .current
                .as_ref()
                .filter(|_| self.request.prior.is_some()),
        );
        planned.set("metadata", metadata);
        match self.session.keeps_manifest {
            false => {
                planned.set("manifest", Value::null(Type::String));
                planned.set("resources", Value::null(Type::map(Type::String)));
            }
            true if known => {
                let text = output.rendered.manifest();
                let text = attributes::manifest(&text, &ingredients.secrets());
                planned.set_text("manifest", text);
                planned.set("resources", Value::null(Type::map(Type::String)));
            }
            true => planned.set("resources", Value::null(Type::map(Type::String))),
        }
    }

    /// Where attributes hold what is secret in the values.
    fn sensitive(&self, ingredients: &Ingredients<'_>, output: Option<&Output>) -> Vec<Path> {
        let mut paths = Vec::new();
        let marked = self.request.sensitive.iter().any(|path| {
            let first = path.steps().first();
            first.is_some_and(|step| !matches!(step, trueup_value::PathStep::Attr(name) if name.as_str() == "set_sensitive"))
        });
        let metadata = || Path::new().attr("metadata");
        if marked {
            paths.push(metadata().attr("values"));
        }
        let secrets = ingredients.secrets();
        let notes = match output {
            Some(output) => Some(&output.rendered.notes),
            None => ingredients
                .current
                .as_ref()
                .map(|record| &record.info.notes),
        };
        let told = |text: &String| secrets.iter().any(|secret| text.contains(secret.as_str()));
        if notes.is_some_and(told) {
            paths.push(metadata().attr("notes"));
        }
        if self.session.keeps_manifest && !ingredients.values.secret.is_empty() {
            paths.push(Path::new().attr("manifest"));
        }
        paths
    }

    /// Notes what others in the plan can rely on.
    fn foresee(&self, output: &Output) {
        for leaves in &output.objects {
            for object in leaves.flat() {
                self.session.foreseen.note(&object.object);
            }
        }
        let definitions = output.rendered.crds.iter();
        let texts = definitions.flat_map(|(_, text)| trueup_helm::split(text));
        for object in texts.filter_map(|text| from_yaml(text.as_bytes()).ok()) {
            self.session.foreseen.note(&object);
        }
    }

    /// A new release must not take the name of another.
    fn check_name(&self, ingredients: &Ingredients<'_>) -> Result<(), Vec<Problem>> {
        let Some(last) = ingredients.standing.last else {
            return Ok(());
        };
        let replaced = self.session.seen(&ingredients.place).is_some();
        let wanted = self.config.flag("upgrade_install").unwrap_or(false);
        let free = match last.status {
            Status::PendingInstall => ingredients.standing.interrupted,
            Status::Uninstalled | Status::Uninstalling | Status::Failed => {
                ingredients.options.replace
            }
            _ => false,
        };
        if self.request.prior.is_some() || replaced || wanted || free {
            return Ok(());
        }
        let name = &ingredients.place.name;
        let namespace = &ingredients.place.namespace;
        let detail = format!(
            "There is a release \"{name}\" in namespace \"{namespace}\" already, and it is not in the state: its revision {} is {}.\n\nImport it (import block with the ID \"{namespace}/{name}\", or `trueup import ADDRESS {namespace}/{name}`), set upgrade_install = true, or choose another name.",
            last.version, last.status,
        );
        Err(vec![problem("Release name in use", detail)])
    }

    async fn preview(
        &self,
        ingredients: &Ingredients<'_>,
        output: &Output,
        revision: &trueup_helm_release::operation::Revision,
    ) -> Result<Preview, Vec<Problem>> {
        let holder = report::holder(self.session);
        let releases = releases(self.session, &ingredients.place.namespace, &holder);
        let leaves: Vec<_> = output
            .objects
            .iter()
            .flat_map(|leaves| leaves.flat())
            .collect();
        let unknown = leaves
            .iter()
            .enumerate()
            .filter(|(_, leaves)| !leaves.unknown.is_empty());
        let partial: Vec<usize> = unknown.map(|(place, _)| place).collect();
        let nothing = History::default();
        let history = match self.request.prior {
            Some(_) => ingredients.history,
            None => &nothing,
        };
        let asked = Question {
            revision,
            partial: &partial,
            history,
            options: &ingredients.options,
            foreseen: Some(&self.session.foreseen),
        };
        let secrets = ingredients.secrets();
        let preview = releases.preview(asked).await;
        let preview = preview
            .map_err(|error| vec![report::operation(&error, "Planning the release", &secrets)])?;
        let replaced =
            self.request.prior.is_none() && self.session.seen(&ingredients.place).is_some();
        let refusals = Refusals {
            place: &ingredients.place,
            force: ingredients.options.force,
            replaced,
            secrets: &secrets,
        };
        let problems = refusals.problems(&preview);
        match problems.is_empty() {
            true => Ok(preview),
            false => Err(problems),
        }
    }

    /// The namespace, if it is made with the release.
    async fn new_namespace<'i>(&self, ingredients: &'i Ingredients<'_>) -> Option<&'i str> {
        if !ingredients.options.create_namespace || self.request.prior.is_some() {
            return None;
        }
        let name = ingredients.place.namespace.as_str();
        let namespace = ObjectRef {
            kind: Kind::new("v1", "Namespace"),
            namespace: None,
            name: name.to_owned(),
        };
        let there = self.session.cluster.get(&namespace).await;
        matches!(there, Ok(None)).then_some(name)
    }

    /// The chart, all objects, and the nodes pods choose among.
    async fn facts(&self, ingredients: &Ingredients<'_>, output: &Output) -> Vec<Fact> {
        let secrets = ingredients.secrets();
        let mut found = vec![facts::chart(&ingredients.chart.metadata)];
        found.extend(facts::objects(output, &ingredients.place, &secrets));
        let mut objects = output.objects.iter().flat_map(Leaves::flat);
        if objects.any(|leaves| chooses_nodes(&leaves.object)) {
            found.extend(self.session.nodes().await);
        }
        found
    }

    /// Values that nothing reads; those of what was shown have been told.
    async fn ignored(&self, ingredients: &Ingredients<'_>) -> Vec<Fact> {
        if self.request.shown.is_some() {
            return Vec::new();
        }
        let chart = Arc::clone(&ingredients.chart);
        let options = ingredients.reading_options();
        let given = ingredients.values.given.clone();
        let ignored = off_thread(move || unused(&chart, &options, &given)).await;
        // What keeps a chart from being understood is told by who renders it.
        let ignored = ignored.ok().and_then(Result::ok).unwrap_or_default();
        ignored.iter().map(ignored::fact).collect()
    }

    fn differs(&self, ingredients: &Ingredients<'_>) -> Problem {
        let detail = format!(
            "What the chart \"{}\" renders to now is not what the plan showed: the chart, the release in the cluster, or what the cluster offers has changed since. Nothing was done. Plan again.",
            ingredients.chart.metadata.name
        );
        problem("Release differs from its plan", detail)
    }
}

/// Where values are set in another order to the same effect, the order stays:
/// version 2 of Terraform's provider stored them in one of its own.
fn keep_order(prior: &Fields, planned: &mut Fields) {
    for name in ["set", "set_sensitive"] {
        let (before, after) = (prior.get(name), planned.get(name));
        let mut left: Vec<&Value> = before.values().collect();
        let same = after.values().all(|value| {
            let place = left.iter().position(|one| *one == value);
            place.map(|place| left.swap_remove(place)).is_some()
        });
        if same && left.is_empty() && before != after {
            planned.set(name, before.clone());
        }
    }
}

/// Version 2 of Terraform's provider stored the version as the chart writes it,
/// which may begin with a `v` that the configuration leaves out.
fn keep_version(prior: &Fields, planned: &mut Fields) {
    let bare = |fields: &Fields| {
        let version = fields.text("version");
        version.map(|version| version.trim_start_matches('v').to_owned())
    };
    let before = bare(prior);
    if before.is_some() && before == bare(planned) {
        planned.set("version", prior.get("version").clone());
    }
}

/// Objects that were added to the release and go.
fn surplus(drift: &[DriftedObject]) -> Vec<ObjectRef> {
    let added = drift
        .iter()
        .filter(|one| matches!(one.drift, Drift::Added(_)));
    added.map(|one| one.object.clone()).collect()
}

/// Makes what only applying tells unknown.
fn forget(planned: &mut Fields) {
    for name in ["id", "manifest", "status"] {
        planned.set(name, Value::unknown(Type::String));
    }
    planned.set("resources", Value::unknown(Type::map(Type::String)));
    planned.set("metadata", Value::unknown(attributes::metadata_type()));
    if planned.get("version").is_null() {
        planned.set("version", Value::unknown(Type::String));
    }
}

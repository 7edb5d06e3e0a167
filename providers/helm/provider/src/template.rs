//! `helm_template`: a chart rendered, and nothing done with it.

use std::collections::BTreeMap;

use trueup_helm::{
    Capabilities, KubeVersion, Record, Release, Rendered, SchemaCheck, Selection, split,
};
use trueup_sdk::{
    Answer, Problem,
    native::{DataSource, Fields, Shape, attribute_problem, problem},
};
use trueup_value::{Type, Value};

use crate::{
    charts::{Asked, Charts},
    lookups::Lookups,
    postrender::Postrender,
    render::{Input, rendered},
    report, schema,
    session::{Session, capabilities},
    values::{Marked, Values},
};

pub(crate) struct Template {
    /// The namespace of releases that name none.
    pub(crate) namespace: String,
}

impl DataSource<Session> for Template {
    fn shape(&self) -> Shape {
        Shape::of(&schema::template())
    }

    fn validate(&self, config: &Fields) -> Vec<Problem> {
        Values::of(config, Marked::default())
            .err()
            .into_iter()
            .collect()
    }

    fn read<'a>(
        &'a self,
        session: &'a Session,
        config: Fields,
    ) -> Answer<'a, Result<Fields, Vec<Problem>>> {
        Box::pin(async move {
            let answer = self.render(session, config).await;
            answer.map_err(|problem| vec![problem])
        })
    }
}

impl Template {
    async fn render(&self, session: &Session, mut config: Fields) -> Result<Fields, Problem> {
        let flag = |name: &str| config.flag(name).unwrap_or(false);
        let asked = Asked::of(&config).unwrap_or_default();
        let chart = Charts::get(&session.charts, &asked).await?;
        let values = Values::of(&config, Marked::default())?;
        let secrets = values.secrets();
        let name = config.text("name").unwrap_or_default().to_owned();
        let namespace = config.text("namespace").unwrap_or(&self.namespace);
        let input = Input {
            chart: std::sync::Arc::clone(&chart),
            release: Release {
                name: name.clone(),
                namespace: namespace.to_owned(),
                revision: 1,
                is_upgrade: flag("is_upgrade"),
            },
            values,
            capabilities: self.capabilities(session, &config).await?,
            drawn: Record::default(),
            deployed: None,
            schema: SchemaCheck::All,
            postrender: Postrender::of(&config, &session.world),
            lookups: Lookups::default(),
        };
        let output = rendered(input, &session.world).await;
        let output =
            output.map_err(|error| report::rendering(&error, &chart.metadata.name, &secrets))?;
        let selection = Selection {
            include_crds: flag("include_crds") && !flag("skip_crds"),
            skip_tests: flag("skip_tests"),
            no_hooks: flag("disable_webhooks"),
            show_only: config
                .texts("show_only")
                .into_iter()
                .map(|(_, text)| text)
                .collect(),
        };
        let crds = match flag("skip_crds") {
            true => Vec::new(),
            false => output
                .rendered
                .crds
                .iter()
                .map(|(_, text)| Value::string(text.as_str()))
                .collect(),
        };
        let (manifest, manifests) = printed(&output.rendered, &selection)?;
        config.set("crds", Value::list(Type::String, crds));
        config.set_text("manifest", manifest);
        config.set("manifests", Value::map(Type::String, manifests));
        config.set_text("notes", output.rendered.notes.as_str());
        config.set_text("id", name);
        if config.get("version").is_null() {
            config.set_text("version", chart.metadata.version.as_str());
        }
        Ok(config)
    }

    /// What the chart is told of a cluster: what is given, and of the cluster
    /// only if that is to be asked.
    async fn capabilities(
        &self,
        session: &Session,
        config: &Fields,
    ) -> Result<Capabilities, Problem> {
        let mut known = match config.flag("validate").unwrap_or(false) {
            false => Capabilities::default(),
            true => {
                let offer = session
                    .offer()
                    .await
                    .map_err(|error| report::cluster(&error))?;
                let known = capabilities(&offer);
                known
                    .map_err(|error| problem("Unknown version of Kubernetes", error.to_string()))?
            }
        };
        if let Some(version) = config.text("kube_version") {
            known.kube_version = KubeVersion::parse(version).map_err(|error| {
                attribute_problem("kube_version", "Invalid version", error.to_string())
            })?;
        }
        let more = config.texts("api_versions").into_iter();
        known.api_versions.extend(more.map(|(_, version)| version));
        Ok(known)
    }
}

/// All objects as one text, and those of each template.
fn printed(
    rendered: &Rendered,
    selection: &Selection,
) -> Result<(String, BTreeMap<String, Value>), Problem> {
    let text = rendered.print(selection);
    let text = text
        .map_err(|error| attribute_problem("show_only", "No such template", error.to_string()))?;
    let mut whole = String::new();
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for document in split(&text) {
        let document = format!("---\n{}\n", document.trim_end());
        if let Some(path) = path_of(&document) {
            files
                .entry(path.to_owned())
                .or_default()
                .push_str(&document);
            whole.push_str(&document);
        }
    }
    let files = files
        .into_iter()
        .map(|(path, text)| (path, Value::string(text)));
    Ok((whole, files.collect()))
}

/// The path of the template within its chart.
fn path_of(document: &str) -> Option<&str> {
    let (_, after) = document.split_once("# Source: ")?;
    let (_, path) = after.lines().next()?.split_once('/')?;
    Some(path)
}

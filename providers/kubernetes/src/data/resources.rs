//! Data source `kubernetes_resources`: objects of any kind.

use trueup_sdk::{
    Answer, Problem,
    native::{DataSource, Field, Fields, Shape},
};
use trueup_value::{Type, Value};

use super::resource::shown;
use crate::{
    Session,
    client::{Kind, Selectors},
    report,
    value::from_json,
};

pub(crate) struct Resources;

impl DataSource<Session> for Resources {
    fn shape(&self) -> Shape {
        let text = |name: &str, about: &str| Field::optional(name, Type::String).about(about);
        Shape::new(
            "All objects of a kind, or those that selectors match.",
            [
                Field::required("api_version", Type::String)
                    .about("The version of their API, such as `apps/v1`."),
                Field::required("kind", Type::String).about("Their kind."),
                text("namespace", "Their namespace; all unless given."),
                text("label_selector", "A selector of labels, such as `app=web`."),
                text(
                    "field_selector",
                    "A selector of fields, such as `status.phase=Running`.",
                ),
                Field::optional("limit", Type::Number)
                    .at_least(1)
                    .about("How many at most."),
                Field::optional("objects", Type::Dynamic)
                    .or_computed()
                    .about("The objects, in the order of their names."),
            ],
        )
        .version(1)
    }

    fn read<'a>(
        &'a self,
        session: &'a Session,
        mut config: Fields,
    ) -> Answer<'a, Result<Fields, Vec<Problem>>> {
        Box::pin(async move {
            let text = |name: &str| {
                let text = config.text(name).filter(|text| !text.is_empty());
                text.map(str::to_owned)
            };
            let kind = Kind::new(
                text("api_version").unwrap_or_default(),
                text("kind").unwrap_or_default(),
            );
            let selectors = Selectors {
                labels: text("label_selector"),
                fields: text("field_selector"),
                limit: config
                    .integer("limit")
                    .and_then(|limit| u32::try_from(limit).ok()),
            };
            let namespace = text("namespace");
            let found = session
                .cluster
                .list(&kind, namespace.as_deref(), &selectors)
                .await;
            let found = found.map_err(|error| report::problems(&error))?;
            let objects = found.into_iter().map(|live| from_json(&shown(live)));
            config.set("objects", Value::tuple(objects.collect()));
            Ok(config)
        })
    }
}

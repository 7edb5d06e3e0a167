//! Data source `kubernetes_resource`: an object of any kind.

use serde_json::Value as Json;
use trueup_sdk::{
    Answer, Problem,
    native::{DataSource, Field, Fields, Nested, Shape, problem},
};
use trueup_value::Type;

use crate::{
    Session,
    client::{Kind, ObjectRef},
    report,
    value::from_json,
};

pub(crate) struct Resource;

impl DataSource<Session> for Resource {
    fn shape(&self) -> Shape {
        Shape::new(
            "An object of any kind.",
            [
                Field::required("api_version", Type::String)
                    .about("The version of its API, such as `apps/v1`."),
                Field::required("kind", Type::String).about("Its kind."),
                Field::optional("object", Type::Dynamic)
                    .or_computed()
                    .about("The object."),
            ],
        )
        .version(1)
        .block(
            Nested::list(
                "metadata",
                [
                    Field::required("name", Type::String).about("Its name."),
                    Field::optional("namespace", Type::String).about("Its namespace."),
                ],
            )
            .at_least(1)
            .at_most(1)
            .about("Which object."),
        )
    }

    fn read<'a>(
        &'a self,
        session: &'a Session,
        mut config: Fields,
    ) -> Answer<'a, Result<Fields, Vec<Problem>>> {
        Box::pin(async move {
            let object = object_of(&config);
            let found = session.cluster.get(&object).await;
            match found.map_err(|error| report::problems(&error))? {
                Some(live) => {
                    config.set("object", from_json(&shown(live)));
                    Ok(config)
                }
                None => Err(vec![problem(
                    "Kubernetes object not found",
                    format!("There is no {object}."),
                )]),
            }
        })
    }
}

/// The object that `api_version`, `kind` and `metadata` of a configuration
/// name.
pub(crate) fn object_of(config: &Fields) -> ObjectRef {
    let metadata = config.object("metadata").unwrap_or_default();
    let text = |fields: &Fields, name: &str| fields.text(name).unwrap_or_default().to_owned();
    let namespace = metadata.text("namespace").filter(|name| !name.is_empty());
    ObjectRef {
        kind: Kind::new(text(config, "api_version"), text(config, "kind")),
        namespace: namespace.map(str::to_owned),
        name: text(&metadata, "name"),
    }
}

/// An object without the notes of its managers.
pub(super) fn shown(mut live: Json) -> Json {
    if let Some(metadata) = live.get_mut("metadata").and_then(Json::as_object_mut) {
        metadata.remove("managedFields");
    }
    live
}

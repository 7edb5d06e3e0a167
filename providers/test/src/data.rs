//! Data source `test_object`: the value of an object, found by its name.

use trueup_sdk::{
    Answer, Problem,
    native::{DataSource, Field, Fields, Shape, attribute_problem, problem},
    ready,
};
use trueup_value::{Type, Value};

use crate::{object::broken, places::Places};

pub(crate) struct TestData;

impl TestData {
    fn answer(places: Option<&Places>, mut config: Fields) -> Result<Fields, Problem> {
        let name = config.text("name").unwrap_or_default().to_owned();
        let missing = || problem("No world", "The folder of the world is not known yet.");
        let places = places.ok_or_else(missing)?;
        let step = places.begin(&name, "read_data").map_err(broken)?;
        if let Some(message) = step.fail {
            let detail = format!("To read \"{name}\" failed: {message}.");
            return Err(problem("The call failed", detail));
        }
        let objects = places.objects().map_err(broken)?;
        let Some(found) = objects.into_iter().find(|record| record.name == name) else {
            let detail = format!("There is no object called \"{name}\".");
            return Err(attribute_problem("name", "No such object", detail));
        };
        config.set_text("id", found.id);
        let value = found
            .value
            .map_or_else(|| Value::null(Type::String), Value::string);
        config.set("value", value);
        Ok(config)
    }
}

impl DataSource<Option<Places>> for TestData {
    fn shape(&self) -> Shape {
        Shape::new(
            "An object of the world.",
            [
                Field::required("name", Type::String).about("Its name."),
                Field::computed("id", Type::String).about("Its ID."),
                Field::computed("value", Type::String).about("Its value."),
            ],
        )
    }

    fn read<'a>(
        &'a self,
        places: &'a Option<Places>,
        config: Fields,
    ) -> Answer<'a, Result<Fields, Vec<Problem>>> {
        ready(TestData::answer(places.as_ref(), config).map_err(|problem| vec![problem]))
    }
}

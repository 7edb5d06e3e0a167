//! `time_static`: the time at which it was created.

use std::sync::Arc;

use trueup_sdk::{
    Answer, PlanRequest, PlanResponse, Problem,
    native::{Create, Field, Fields, Made, ResourceType, Shape, problem},
    ready,
    world::{Clock, World},
};
use trueup_value::Type;

use super::{calendar, moment, moment::Moment};

pub(super) struct TimeStatic {
    clock: Arc<dyn Clock>,
}

impl TimeStatic {
    pub(super) fn new(world: &World) -> Self {
        TimeStatic {
            clock: Arc::clone(&world.clock),
        }
    }

    fn make(&self, mut planned: Fields) -> Made {
        let moment = match moment(&planned, "rfc3339")? {
            Some(moment) => moment,
            None => calendar::now(&*self.clock, "Create time static error")?,
        };
        show(&mut planned, &moment);
        Ok(planned.into())
    }
}

fn show(object: &mut Fields, moment: &Moment) {
    calendar::set_parts(object, moment);
    calendar::set_moment(object, "rfc3339", moment);
    let text = object.get("rfc3339").clone();
    object.set("id", text);
}

/// What changes are known of already.
fn planned(mut response: PlanResponse, request: &PlanRequest<'_>) -> PlanResponse {
    if let (None, Some(planned)) = (request.prior, &response.planned) {
        let mut planned = Fields::of(planned);
        if let Ok(Some(moment)) = moment(&planned, "rfc3339") {
            show(&mut planned, &moment);
            response.planned = Some(planned.into_value());
        }
    }
    response
}

impl ResourceType for TimeStatic {
    fn lives_in_state(&self) -> bool {
        true
    }

    fn shape(&self) -> Shape {
        let mut fields = vec![
            Field::optional("rfc3339", Type::String)
                .or_computed()
                .about("The time, as RFC 3339 writes it; the current one by default.")
                .replaces(),
            calendar::triggers("Any values. When one of them changes, the current time is taken."),
            Field::computed("id", Type::String)
                .about("The time, as RFC 3339 writes it.")
                .kept(),
        ];
        fields.extend(calendar::parts());
        Shape::new(
            "A time that stays the same: the one at which the object was created.",
            fields,
        )
    }

    fn validate(&self, config: &Fields) -> Vec<Problem> {
        moment(config, "rfc3339").err().into_iter().collect()
    }

    /// Of a new object with a time given all is known.
    fn plan<'a>(
        &'a self,
        _: &'a (),
        shape: &'a Shape,
        request: PlanRequest<'a>,
    ) -> Answer<'a, PlanResponse> {
        ready(planned(shape.plan(&request), &request))
    }

    fn create<'a>(&'a self, _: &'a (), create: Create<'a>) -> Answer<'a, Made> {
        ready(self.make(create.planned))
    }

    /// The time, as RFC 3339 writes it.
    fn import<'a>(&'a self, _: &'a (), mut empty: Fields, id: &'a str) -> Option<Answer<'a, Made>> {
        Some(ready(match Moment::parse(id) {
            Some(moment) => {
                show(&mut empty, &moment);
                empty.set("triggers", calendar::no_triggers());
                Ok(empty.into())
            }
            None => {
                let detail = format!("The ID \"{id}\" of the import is not RFC3339.");
                Err(problem("Import time static error", detail).into())
            }
        }))
    }
}

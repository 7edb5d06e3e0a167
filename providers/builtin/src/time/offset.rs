//! `time_offset`: a time some way from another.

use std::sync::Arc;

use trueup_sdk::{
    Answer, PlanRequest, PlanResponse, Problem,
    native::{Create, Failure, Field, Fields, Made, ResourceType, Shape, Update, problem},
    ready,
    world::{Clock, World},
};
use trueup_value::Type;

use super::{
    calendar, moment,
    moment::{Moment, Unit},
};

pub(super) struct TimeOffset {
    clock: Arc<dyn Clock>,
}

/// In the order in which Terraform applies them, the last one last.
const UNITS: [Unit; 6] = [
    Unit::Days,
    Unit::Hours,
    Unit::Minutes,
    Unit::Months,
    Unit::Seconds,
    Unit::Years,
];

/// In the order of an import.
const IMPORTED: [Unit; 6] = [
    Unit::Years,
    Unit::Months,
    Unit::Days,
    Unit::Hours,
    Unit::Minutes,
    Unit::Seconds,
];

impl TimeOffset {
    pub(super) fn new(world: &World) -> Self {
        TimeOffset {
            clock: Arc::clone(&world.clock),
        }
    }
}

fn names() -> Vec<String> {
    let units = IMPORTED.iter().rev();
    units
        .map(|unit| format!("offset_{}", unit.name()))
        .collect()
}

fn show(object: &mut Fields, base: &Moment, summary: &str) -> Result<(), Problem> {
    let moved = calendar::moved(object, base, "offset", &UNITS, summary)?;
    calendar::set_parts(object, &moved);
    calendar::set_moment(object, "base_rfc3339", base);
    object.set_text("rfc3339", moved.text());
    let base = object.get("base_rfc3339").clone();
    object.set("id", base);
    Ok(())
}

/// The time an existing object starts from: the one planned, or its own.
fn base_of(prior: &Fields, planned: &mut Fields) -> Result<Option<Moment>, Problem> {
    if !planned.get("base_rfc3339").is_known() {
        planned.set("base_rfc3339", prior.get("base_rfc3339").clone());
    }
    moment(planned, "base_rfc3339")
}

/// What changes are known of already.
fn planned(mut response: PlanResponse, request: &PlanRequest<'_>) -> PlanResponse {
    if let (Some(prior), Some(planned)) = (request.prior, &response.planned) {
        let (prior, mut planned) = (Fields::of(&prior.value), Fields::of(planned));
        let names = names();
        let moved = names
            .iter()
            .any(|name| prior.get(name) != planned.get(name));
        let known = names.iter().all(|name| planned.get(name).is_known());
        let fixed = planned.get("triggers") == prior.get("triggers");
        let config = request.config.map(Fields::of).unwrap_or_default();
        let settled = config.get("base_rfc3339").is_known();
        if !moved || !known || !fixed || !settled {
            return response;
        }
        let base = base_of(&prior, &mut planned);
        let shown = base.and_then(|base| match base {
            Some(base) => show(&mut planned, &base, "Update time offset error"),
            None => Ok(()),
        });
        match shown {
            Ok(()) => response.planned = Some(planned.into_value()),
            Err(problem) => response.problems.push(problem),
        }
    }
    response
}

impl ResourceType for TimeOffset {
    fn lives_in_state(&self) -> bool {
        true
    }

    fn shape(&self) -> Shape {
        let mut fields = vec![
            Field::optional("base_rfc3339", Type::String)
                .or_computed()
                .about(
                    "The time to start from, as RFC 3339 writes it; the current one by default.",
                ),
            calendar::triggers("Any values. When one of them changes, the current time is taken."),
            Field::computed("rfc3339", Type::String)
                .about("The time that is arrived at, as RFC 3339 writes it."),
            Field::computed("id", Type::String)
                .about("The time that was started from, as RFC 3339 writes it."),
        ];
        for unit in IMPORTED {
            let name = unit.name();
            fields.push(
                Field::optional(&format!("offset_{name}"), Type::Number)
                    .about(&format!("How many {name} to go, back where it is negative. At least one `offset_` argument is given; the largest unit counts only by itself."))
                    .integer(),
            );
        }
        fields.extend(calendar::parts());
        Shape::new(
            "A time some way from another, that stays the same once it is in the state.",
            fields,
        )
    }

    fn validate(&self, config: &Fields) -> Vec<Problem> {
        let format = moment(config, "base_rfc3339").err();
        let missing = calendar::at_least_one(config, &names());
        format.into_iter().chain(missing).collect()
    }

    fn plan<'a>(
        &'a self,
        _: &'a (),
        shape: &'a Shape,
        request: PlanRequest<'a>,
    ) -> Answer<'a, PlanResponse> {
        ready(planned(shape.plan(&request), &request))
    }

    fn create<'a>(&'a self, _: &'a (), create: Create<'a>) -> Answer<'a, Made> {
        const SUMMARY: &str = "Create time offset error";
        let mut planned = create.planned;
        let base = moment(&planned, "base_rfc3339").and_then(|base| match base {
            Some(base) => Ok(base),
            None => calendar::now(&*self.clock, SUMMARY),
        });
        let shown = base.and_then(|base| show(&mut planned, &base, SUMMARY));
        ready(shown.map(|()| planned.into()).map_err(Failure::from))
    }

    fn update<'a>(&'a self, _: &'a (), update: Update<'a>) -> Answer<'a, Made> {
        let mut planned = update.planned;
        let base = base_of(&Fields::of(&update.prior.value), &mut planned);
        let shown = base.and_then(|base| {
            let base = base.unwrap_or(Moment::ZERO);
            show(&mut planned, &base, "Update time offset error")
        });
        ready(shown.map(|()| planned.into()).map_err(Failure::from))
    }

    /// `BASE,YEARS,MONTHS,DAYS,HOURS,MINUTES,SECONDS`, empty where there is
    /// no offset.
    fn import<'a>(&'a self, _: &'a (), empty: Fields, id: &'a str) -> Option<Answer<'a, Made>> {
        Some(ready(
            imported(empty, id).map(Into::into).map_err(Into::into),
        ))
    }
}

fn imported(mut object: Fields, id: &str) -> Result<Fields, Problem> {
    const SUMMARY: &str = "Import time offset error";
    let parts: Vec<&str> = id.split(',').collect();
    if parts.len() != 7 || parts[0].is_empty() || parts[1..].iter().all(|part| part.is_empty()) {
        let detail = format!(
            "Unexpected format of ID (\"{id}\"), expected BASETIMESTAMP,YEARS,MONTHS,DAYS,HOURS,MINUTES,SECONDS where at least one offset value is non-empty"
        );
        return Err(problem("Unexpected Format of ID", detail));
    }
    let base = calendar::imported(&mut object, &parts, "offset", &IMPORTED, SUMMARY)?;
    show(&mut object, &base, SUMMARY)?;
    object.set("triggers", calendar::no_triggers());
    Ok(object)
}

//! `time_rotating`: a time that is replaced when it is over.

use std::sync::Arc;

use trueup_sdk::{
    Answer, Object, PlanRequest, PlanResponse, Problem, ReadResponse,
    native::{Create, Failure, Field, Fields, Made, ResourceType, Shape, problem},
    ready,
    world::{Clock, World},
};
use trueup_value::{Path, Type};

use super::{
    calendar, moment,
    moment::{Moment, Unit},
};

pub(super) struct TimeRotating {
    clock: Arc<dyn Clock>,
}

/// In the order in which Terraform applies them, the last one last. A
/// rotation time that is given comes between months and years.
const UNITS: [Unit; 5] = [
    Unit::Days,
    Unit::Hours,
    Unit::Minutes,
    Unit::Months,
    Unit::Years,
];

/// In the order of an import.
const IMPORTED: [Unit; 5] = [
    Unit::Years,
    Unit::Months,
    Unit::Days,
    Unit::Hours,
    Unit::Minutes,
];

impl TimeRotating {
    pub(super) fn new(world: &World) -> Self {
        TimeRotating {
            clock: Arc::clone(&world.clock),
        }
    }

    /// Whether the time of rotation has passed.
    fn is_over(&self, object: &Fields) -> Result<bool, Problem> {
        let Some(end) = moment(object, "rotation_rfc3339")? else {
            return Ok(false);
        };
        let now = calendar::now(&*self.clock, "Read time rotating error")?;
        Ok(now.unix() > end.unix())
    }

    /// What changes are known of already.
    fn planned(&self, mut response: PlanResponse, request: &PlanRequest<'_>) -> PlanResponse {
        let (Some(prior), Some(planned)) = (request.prior, &response.planned) else {
            return response;
        };
        let (prior, mut planned) = (Fields::of(&prior.value), Fields::of(planned));
        if self.is_over(&prior).unwrap_or(false) {
            let path = Path::new().attr("rotation_rfc3339");
            response.requires_replace.push(path);
        }
        let names = names();
        let changed = names
            .iter()
            .any(|name| prior.get(name) != planned.get(name));
        let counts = names.iter().filter(|name| *name != "rotation_rfc3339");
        let known = counts.clone().all(|name| planned.get(name).is_known());
        let config = request.config.map(Fields::of).unwrap_or_default();
        let mut times = ["rfc3339", "rotation_rfc3339"].into_iter();
        if !changed || !known || !times.all(|name| config.get(name).is_known()) {
            return response;
        }
        if !planned.get("rfc3339").is_known() {
            planned.set("rfc3339", prior.get("rfc3339").clone());
        }
        let shown = moment(&planned, "rfc3339").and_then(|base| match base {
            Some(base) => show(&mut planned, &base, "Update time rotating error"),
            None => Ok(()),
        });
        match shown {
            Ok(()) => response.planned = Some(planned.into_value()),
            Err(problem) => response.problems.push(problem),
        }
        response
    }
}

fn names() -> Vec<String> {
    let units = IMPORTED.iter().rev();
    let names = units.map(|unit| format!("rotation_{}", unit.name()));
    names.chain(["rotation_rfc3339".to_owned()]).collect()
}

fn show(object: &mut Fields, base: &Moment, summary: &str) -> Result<(), Problem> {
    let given = moment(object, "rotation_rfc3339")?;
    let years = object.integer("rotation_years").unwrap_or_default() != 0;
    let end = match given {
        Some(end) if !years => end,
        _ => calendar::moved(object, base, "rotation", &UNITS, summary)?,
    };
    calendar::set_parts(object, &end);
    calendar::set_moment(object, "rotation_rfc3339", &end);
    calendar::set_moment(object, "rfc3339", base);
    let base = object.get("rfc3339").clone();
    object.set("id", base);
    Ok(())
}

impl ResourceType for TimeRotating {
    fn lives_in_state(&self) -> bool {
        true
    }

    fn shape(&self) -> Shape {
        let mut fields = vec![
            Field::optional("rfc3339", Type::String)
                .or_computed()
                .about("The time to start from, as RFC 3339 writes it; the current one by default.")
                .replaces(),
            Field::optional("rotation_rfc3339", Type::String)
                .or_computed()
                .about("The time from which on the object is replaced, as RFC 3339 writes it."),
            calendar::triggers("Any values. When one of them changes, the current time is taken."),
            Field::computed("id", Type::String)
                .about("The time that was started from, as RFC 3339 writes it."),
        ];
        for unit in IMPORTED {
            let name = unit.name();
            fields.push(
                Field::optional(&format!("rotation_{name}"), Type::Number)
                    .about(&format!("After how many {name} the object is replaced. At least one `rotation_` argument is given; the largest unit counts only by itself."))
                    .at_least(1),
            );
        }
        fields.extend(calendar::parts());
        Shape::new(
            "A time that stays the same until it is over; then the next run replaces it.",
            fields,
        )
    }

    fn validate(&self, config: &Fields) -> Vec<Problem> {
        let times = ["rfc3339", "rotation_rfc3339"].into_iter();
        let formats = times.filter_map(|name| moment(config, name).err());
        let missing = calendar::at_least_one(config, &names());
        formats.chain(missing).collect()
    }

    fn plan<'a>(
        &'a self,
        _: &'a (),
        shape: &'a Shape,
        request: PlanRequest<'a>,
    ) -> Answer<'a, PlanResponse> {
        ready(self.planned(shape.plan(&request), &request))
    }

    fn read<'a>(&'a self, _: &'a (), object: Object) -> Answer<'a, ReadResponse> {
        let over = self.is_over(&Fields::of(&object.value));
        ready(over.map(|over| (!over).then_some(object)).into())
    }

    fn create<'a>(&'a self, _: &'a (), create: Create<'a>) -> Answer<'a, Made> {
        const SUMMARY: &str = "Create time rotating error";
        let mut planned = create.planned;
        let base = moment(&planned, "rfc3339").and_then(|base| match base {
            Some(base) => Ok(base),
            None => calendar::now(&*self.clock, SUMMARY),
        });
        let shown = base.and_then(|base| show(&mut planned, &base, SUMMARY));
        ready(shown.map(|()| planned.into()).map_err(Failure::from))
    }

    /// `BASE,YEARS,MONTHS,DAYS,HOURS,MINUTES`, empty where there is no
    /// rotation; or `BASE,ROTATION`, two times.
    fn import<'a>(&'a self, _: &'a (), empty: Fields, id: &'a str) -> Option<Answer<'a, Made>> {
        Some(ready(
            imported(empty, id).map(Into::into).map_err(Into::into),
        ))
    }
}

fn imported(mut object: Fields, id: &str) -> Result<Fields, Problem> {
    const SUMMARY: &str = "Import time rotating error";
    let parts: Vec<&str> = id.split(',').collect();
    let right = match parts.len() {
        2 => parts.iter().all(|part| !part.is_empty()),
        6 => !parts[0].is_empty() && parts[1..].iter().any(|part| !part.is_empty()),
        _ => false,
    };
    if !right {
        let detail = format!(
            "Unexpected format of ID (\"{id}\"), expected BASETIMESTAMP,YEARS,MONTHS,DAYS,HOURS,MINUTES where at least one rotation value is non-empty or BASETIMESTAMP,ROTATIONTIMESTAMP"
        );
        return Err(problem("Unexpected Format of ID", detail));
    }
    let units: &[Unit] = match parts[..] {
        [_, end] => {
            let end = Moment::parse(end).ok_or_else(|| {
                let detail = format!("The rotation timestamp \"{end}\" is not RFC3339.");
                problem(SUMMARY, detail)
            })?;
            object.set_text("rotation_rfc3339", end.text());
            &[]
        }
        _ => &IMPORTED,
    };
    let base = calendar::imported(&mut object, &parts, "rotation", units, SUMMARY)?;
    show(&mut object, &base, SUMMARY)?;
    object.set("triggers", calendar::no_triggers());
    Ok(object)
}

//! Looking at releases that are there.

use futures_util::future::{OptionFuture, join};
use trueup_helm_release::{
    Record, Status,
    operation::{Added, Drift, DriftedObject, History, Stay},
};
use trueup_sdk::{
    Interrupted, Object, PartChange, Problem, ReadResponse, Recovery,
    native::{Failure, Fields, Made, Shape, problem},
};
use trueup_value::{Path, Value};

use super::{
    attributes,
    kept::Kept,
    parts::{drifted, label},
    prepare::releases,
};
use crate::{
    charts::Asked,
    report,
    session::{Place, Seen, Session},
    values::{Marked, Values},
};

/// Looks at a release again, and at its objects.
pub(super) async fn read(session: &Session, object: Object) -> ReadResponse {
    let mut fields = Fields::of(&object.value);
    let Some(place) = super::place(&fields) else {
        let detail = "The state does not say which release this is.";
        return ReadResponse::failed(vec![problem("Release not known", detail)]);
    };
    // The plan needs the chart, which most often is the one it was.
    let chart = Asked::of(&fields).filter(Asked::is_folder);
    let chart = OptionFuture::from(chart.as_ref().map(|asked| session.charts.get(asked)));
    let (found, _) = join(look(session, &place), chart).await;
    let (history, record, drift) = match found {
        Ok(Some(found)) => found,
        Ok(None) => return ReadResponse::absent(),
        Err(problem) => return ReadResponse::failed(vec![problem]),
    };
    let known = fields
        .object("metadata")
        .and_then(|known| known.integer("revision"));
    let values = Values::of(&fields, Marked::default());
    let mut secrets = values.map(|values| values.secrets()).unwrap_or_default();
    secrets.extend(Kept::read(&object.private).texts(&record.config));
    attributes::note(&mut fields, &record, session);
    let (strange, drift): (Vec<DriftedObject>, Vec<DriftedObject>) =
        drift.into_iter().partition(stays);
    let mut parts = Vec::from_iter(known.and_then(|known| revision(known, &record)));
    parts.extend(drifted(&drift, &secrets));
    let response = ReadResponse {
        object: Some(Object {
            value: fields.into_value(),
            private: object.private,
        }),
        parts,
        problems: strangers(&strange, &place),
    };
    let seen = Seen { history, drift };
    session.saw(place, seen);
    response
}

/// A revision that somebody made since ours.
fn revision(known: i64, record: &Record) -> Option<PartChange> {
    let found = i64::try_from(record.version).ok()?;
    if found == known {
        return None;
    }
    let none = Value::null(trueup_value::Type::Dynamic);
    let status = Value::string(record.info.status.as_str());
    let made = Value::object([("status", status)]);
    let mut part = PartChange::new("revision", found.to_string(), (none, made));
    let when = record.info.last_deployed.as_str().unwrap_or_default();
    part.notes.push(format!(
        "made behind the back of revision {known} at {when}: {}",
        record.info.description
    ));
    Some(part)
}

type Found = (History, Record, Vec<DriftedObject>);

async fn look(session: &Session, place: &Place) -> Result<Option<Found>, Problem> {
    let holder = report::holder(session);
    let releases = releases(session, &place.namespace, &holder);
    let failed = |error| report::operation(&error, "Reading the release", &[]);
    // What the cluster offers is asked at the same time: kinds need not be
    // asked for one by one then, and the plan needs it anyway.
    let (history, _) = join(releases.history(&place.name), session.offer()).await;
    let history = history.map_err(failed)?;
    let last = history.last();
    let Some(last) = last.filter(|last| last.revision().status != Status::Uninstalled) else {
        return Ok(None);
    };
    let record = last.record().map_err(failed)?;
    let deployed = record.info.status == Status::Deployed;
    // What is under way, or failed, is brought again anyway.
    let drift = match deployed {
        true => releases.observe(&record, true).await.map_err(failed)?,
        false => Vec::new(),
    };
    Ok(Some((history, record, drift)))
}

/// Whether an object was added to the release and stays.
fn stays(drifted: &DriftedObject) -> bool {
    matches!(&drifted.drift, Drift::Added(added) if added.stays.is_some())
}

/// Objects that say they are the release's, and that no apply takes away.
fn strangers(strange: &[DriftedObject], place: &Place) -> Vec<Problem> {
    if strange.is_empty() {
        return Vec::new();
    }
    let lines: Vec<String> = strange.iter().map(stranger).collect();
    let detail = format!(
        "These objects say that they belong to release \"{}\", and the release does not have them:\n{}\n\nThey stay. Delete them if nobody needs them, or remove the label app.kubernetes.io/managed-by.",
        place.name,
        lines.join("\n")
    );
    vec![Problem::warning(
        "Objects added to the release",
        detail,
        Path::new(),
    )]
}

fn stranger(drifted: &DriftedObject) -> String {
    let name = label(&drifted.object);
    let Drift::Added(Added { by, stays }) = &drifted.drift else {
        return format!("  {name}");
    };
    let by = by.as_ref().map(|touch| match &touch.time {
        Some(time) => format!(", by {} at {time}", touch.manager),
        None => format!(", by {}", touch.manager),
    });
    let why = match stays {
        Some(Stay::Holds) => ": what is lost with it cannot be made anew",
        Some(Stay::Made) => ": what made it may need it",
        None => "",
    };
    format!("  {name}{}{why}", by.unwrap_or_default())
}

/// The release an import ID stands for: `namespace/name`.
pub(super) async fn import(
    session: &Session,
    mut fields: Fields,
    defaults: Vec<(&'static str, Value)>,
    id: &str,
) -> Made {
    let parts: Vec<&str> = id.split('/').collect();
    let [namespace, name] = parts.as_slice() else {
        let detail = format!(
            "{id:?} names no release. An ID is written as namespace/name, such as \"monitoring/loki\"."
        );
        return Err(Failure::from(problem("Invalid import ID", detail)));
    };
    let place = Place {
        namespace: (*namespace).to_owned(),
        name: (*name).to_owned(),
    };
    let found = look(session, &place).await.map_err(Failure::from)?;
    let Some((_, record, _)) = found else {
        let detail = format!(
            "There is no release \"{name}\" in namespace \"{namespace}\". `helm list --all --namespace {namespace}` shows those there are."
        );
        return Err(Failure::from(problem(
            "Cannot import non-existent remote object",
            detail,
        )));
    };
    for (name, value) in defaults {
        fields.set(name, value);
    }
    let chart = record.chart.metadata.as_ref();
    fields.set_optional("chart", chart.map(|chart| chart.name.as_str()));
    fields.set_text("description", record.info.description.as_str());
    attributes::note(&mut fields, &record, session);
    Ok(fields.into())
}

/// What became of an operation whose outcome was never recorded.
pub(super) async fn recover(session: &Session, shape: Shape, action: Interrupted<'_>) -> Recovery {
    let prior = action.prior.map(|prior| Fields::of(&prior.value));
    let place = match (&prior, action.identity) {
        (Some(fields), _) => super::place(fields),
        (None, Some(identity)) => identity.split_once('/').map(|(namespace, name)| Place {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
        }),
        (None, None) => None,
    };
    let Some(place) = place else {
        return Recovery::Unknown;
    };
    let found = match look(session, &place).await {
        Ok(found) => found,
        Err(_) => return Recovery::Unknown,
    };
    let Some((_, record, _)) = found else {
        return Recovery::Absent;
    };
    match (prior, record.info.status) {
        // The next installation finishes it.
        (None, Status::PendingInstall) => Recovery::Absent,
        (fields, _) => {
            let mut fields = fields.unwrap_or_else(|| {
                let mut fields = shape.empty();
                let chart = record.chart.metadata.as_ref();
                fields.set_optional("chart", chart.map(|chart| chart.name.as_str()));
                fields
            });
            attributes::note(&mut fields, &record, session);
            Recovery::Found(Object {
                value: fields.into_value(),
                private: action
                    .prior
                    .map(|prior| prior.private.clone())
                    .unwrap_or_default(),
            })
        }
    }
}

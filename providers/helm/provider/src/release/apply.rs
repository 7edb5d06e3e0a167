//! Doing what was planned.

use trueup_helm_release::operation::{Done as Brought, Failure as Broken, Left as Rest};
use trueup_sdk::{
    Object, Problem,
    native::{Create, Delete, Deleted, Done, Failure, Fields, Left, Made, Update, problem},
};
use trueup_value::Path;

use super::{Prepared, attributes, carried::Carried, options::options, prepare::releases};
use crate::{
    report,
    session::{Place, Session},
};

/// Installs a release, or upgrades one that is to be taken over.
pub(super) async fn create(session: &Session, create: Create<'_>) -> Made {
    let (place, prepared) = prepared(session, &create.planned)?;
    let takes_over = create.planned.flag("upgrade_install").unwrap_or(false);
    let holder = report::holder(session);
    let releases = releases(session, &place.namespace, &holder);
    let secrets = prepared.secrets.clone();
    let exists = match takes_over {
        false => false,
        true => {
            let history = releases.history(&place.name).await;
            let history = history.map_err(|error| {
                Failure::from(report::operation(&error, "Reading the release", &secrets))
            })?;
            history.last().is_some()
        }
    };
    let brought = match exists {
        true => releases.upgrade(prepared.revision, &prepared.options).await,
        false => releases.install(prepared.revision, &prepared.options).await,
    };
    settle(
        session,
        create.planned,
        brought,
        ("Installing", &place, &secrets),
    )
}

/// Upgrades a release, unless nothing in the cluster changes.
pub(super) async fn update(session: &Session, update: Update<'_>) -> Made {
    if Carried::read(update.private).keeps {
        return Ok(update.planned.into());
    }
    let (place, prepared) = prepared(session, &update.planned)?;
    let holder = report::holder(session);
    let releases = releases(session, &place.namespace, &holder);
    let secrets = prepared.secrets.clone();
    let brought = releases.upgrade(prepared.revision, &prepared.options).await;
    settle(
        session,
        update.planned,
        brought,
        ("Upgrading", &place, &secrets),
    )
}

/// Takes a release out.
pub(super) async fn delete(session: &Session, delete: Delete<'_>) -> Deleted {
    let fields = Fields::of(&delete.prior.value);
    let Some(place) = super::place(&fields) else {
        return Ok(Vec::new());
    };
    let holder = report::holder(session);
    let releases = releases(session, &place.namespace, &holder);
    let gone = releases.uninstall(&place.name, &options(&fields)).await;
    match gone {
        Ok(gone) => Ok(kept(&gone.left)),
        Err(broken) => {
            let what = told("Uninstalling", &place);
            Err(Failure {
                problems: vec![report::operation(&broken.error, &what, &[])],
                left: match broken.left {
                    Rest::Gone => Left::Nothing,
                    Rest::AsBefore | Rest::Revision(_) => Left::AsBefore,
                },
            })
        }
    }
}

fn prepared(session: &Session, planned: &Fields) -> Result<(Place, Prepared), Failure> {
    let place = super::place(planned);
    let found = place.and_then(|place| {
        let prepared = session.prepared(&place)?;
        Some((place, prepared))
    });
    found.ok_or_else(|| {
        let detail = "The release was not planned right before it was to be applied.";
        Failure::from(problem("Release not prepared", detail))
    })
}

fn told(doing: &str, place: &Place) -> String {
    format!(
        "{doing} release \"{}\" in namespace \"{}\"",
        place.name, place.namespace
    )
}

fn settle(
    session: &Session,
    planned: Fields,
    brought: Result<Brought, Box<Broken>>,
    (doing, place, secrets): (&str, &Place, &[String]),
) -> Made {
    match brought {
        Ok(done) => {
            let mut object = planned;
            attributes::note(&mut object, &done.record, session);
            Ok(Done {
                object,
                private: None,
                warnings: warnings(&done.warnings, secrets),
            })
        }
        Err(broken) => {
            let Broken {
                error,
                left,
                warnings: more,
            } = *broken;
            let mut problems = vec![report::operation(&error, &told(doing, place), secrets)];
            problems.extend(warnings(&more, secrets));
            let left = match left {
                Rest::AsBefore => Left::AsBefore,
                Rest::Gone => Left::Nothing,
                Rest::Revision(record) => {
                    let mut object = planned;
                    attributes::note(&mut object, &record, session);
                    Left::Usable(Object::from(object))
                }
            };
            Err(Failure { problems, left })
        }
    }
}

fn warnings(texts: &[String], secrets: &[String]) -> Vec<Problem> {
    let texts = texts.iter().map(|text| report::masked(text, secrets));
    texts
        .map(|text| Problem::warning("Release brought with warnings", text, Path::new()))
        .collect()
}

/// What stays of a release that was taken out.
fn kept(left: &[String]) -> Vec<Problem> {
    if left.is_empty() {
        return Vec::new();
    }
    let detail = format!("These objects stay:\n  {}", left.join("\n  "));
    vec![Problem::warning(
        "Objects of the release are kept",
        detail,
        Path::new(),
    )]
}

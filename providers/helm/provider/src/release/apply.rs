//! Doing what was planned.

use trueup_helm_release::operation::{
    Done as Brought, Failure as Broken, Left as Rest, OperationError,
};
use trueup_sdk::{
    Object, Problem,
    native::{Create, Delete, Deleted, Done, Failure, Fields, Left, Made, Update, problem},
};
use trueup_value::Path;

use super::{
    Prepared, attributes, carried::Carried, kept::Kept, options::options, prepare::releases,
};
use crate::{
    report,
    session::{Place, Session},
};

/// Installs a release, or upgrades one that is to be taken over.
pub(super) async fn create(session: &Session, create: Create<'_>) -> Made {
    let (operation, prepared) = Operation::begin(session, "Installing", &create.planned)?;
    let takes_over = create.planned.flag("upgrade_install").unwrap_or(false);
    let holder = report::holder(session);
    let releases = releases(session, &operation.place.namespace, &holder);
    let exists = match takes_over {
        false => false,
        true => {
            let history = releases.history(&operation.place.name).await;
            let history = history.map_err(|error| operation.failure(&error))?;
            history.last().is_some()
        }
    };
    let brought = match exists {
        true => releases.upgrade(prepared.revision, &prepared.options).await,
        false => releases.install(prepared.revision, &prepared.options).await,
    };
    operation.settle(create.planned, brought)
}

/// Upgrades a release, unless nothing in the cluster changes.
pub(super) async fn update(session: &Session, update: Update<'_>) -> Made {
    if Carried::read(update.private).keeps {
        return Ok(update.planned.into());
    }
    let (operation, prepared) = Operation::begin(session, "Upgrading", &update.planned)?;
    let holder = report::holder(session);
    let releases = releases(session, &operation.place.namespace, &holder);
    let brought = releases.upgrade(prepared.revision, &prepared.options).await;
    operation.settle(update.planned, brought)
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
        Ok(gone) => Ok(stays(&gone.left)),
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

/// Something that is done to a release.
struct Operation<'a> {
    session: &'a Session,
    place: Place,
    doing: &'static str,
    /// Texts that must not be shown.
    secrets: Vec<String>,
    kept: Kept,
}

impl<'a> Operation<'a> {
    /// The operation on a release that was planned a moment ago.
    fn begin(
        session: &'a Session,
        doing: &'static str,
        planned: &Fields,
    ) -> Result<(Self, Prepared), Failure> {
        let found = super::place(planned).and_then(|place| {
            let prepared = session.prepared(&place)?;
            Some((place, prepared))
        });
        let Some((place, prepared)) = found else {
            let detail = "The release was not planned right before it was to be applied.";
            return Err(Failure::from(problem("Release not prepared", detail)));
        };
        let operation = Operation {
            session,
            place,
            doing,
            secrets: prepared.secrets.clone(),
            kept: prepared.kept.clone(),
        };
        Ok((operation, prepared))
    }

    fn problem(&self, error: &OperationError) -> Problem {
        report::operation(error, &told(self.doing, &self.place), &self.secrets)
    }

    fn failure(&self, error: &OperationError) -> Failure {
        Failure::from(self.problem(error))
    }

    fn settle(&self, planned: Fields, brought: Result<Brought, Box<Broken>>) -> Made {
        let mut object = planned;
        match brought {
            Ok(done) => {
                attributes::note(&mut object, &done.record, self.session);
                Ok(Done {
                    object,
                    private: Some(self.kept.write()),
                    warnings: warnings(&done.warnings, &self.secrets),
                })
            }
            Err(broken) => {
                let mut problems = vec![self.problem(&broken.error)];
                problems.extend(warnings(&broken.warnings, &self.secrets));
                let left = match broken.left {
                    Rest::AsBefore => Left::AsBefore,
                    Rest::Gone => Left::Nothing,
                    Rest::Revision(record) => {
                        attributes::note(&mut object, &record, self.session);
                        Left::Usable(Object {
                            value: object.into_value(),
                            private: self.kept.write(),
                        })
                    }
                };
                Err(Failure { problems, left })
            }
        }
    }
}

fn told(doing: &str, place: &Place) -> String {
    format!(
        "{doing} release \"{}\" in namespace \"{}\"",
        place.name, place.namespace
    )
}

fn warnings(texts: &[String], secrets: &[String]) -> Vec<Problem> {
    let texts = texts.iter().map(|text| report::masked(text, secrets));
    texts
        .map(|text| Problem::warning("Release brought with warnings", text, Path::new()))
        .collect()
}

/// What stays of a release that was taken out.
fn stays(left: &[String]) -> Vec<Problem> {
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

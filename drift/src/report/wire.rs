//! How a report is written.

use serde::{Deserialize, Serialize};

use super::{Ignored, Object, Outcome, Problem, Report};

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Clean,
    Drifted,
    Failed,
}

/// A report with all lists always there.
#[derive(Serialize, Deserialize)]
pub(super) struct Stack {
    folder: String,
    status: Status,
    objects: Vec<Object>,
    errors: Vec<Problem>,
    #[serde(default)]
    ignored: Vec<Ignored>,
    #[serde(default)]
    notices: Vec<Problem>,
}

impl From<Report> for Stack {
    fn from(report: Report) -> Self {
        let (status, objects, errors) = match report.outcome {
            Outcome::Clean => (Status::Clean, Vec::new(), Vec::new()),
            Outcome::Drifted(objects) => (Status::Drifted, objects, Vec::new()),
            Outcome::Failed(problems) => (Status::Failed, Vec::new(), problems),
        };
        Stack {
            folder: report.folder,
            status,
            objects,
            errors,
            ignored: report.ignored,
            notices: report.notices,
        }
    }
}

impl From<Stack> for Report {
    fn from(stack: Stack) -> Self {
        let outcome = match stack.status {
            Status::Clean => Outcome::Clean,
            Status::Drifted => Outcome::Drifted(stack.objects),
            Status::Failed => Outcome::Failed(stack.errors),
        };
        Report {
            folder: stack.folder,
            outcome,
            ignored: stack.ignored,
            notices: stack.notices,
        }
    }
}

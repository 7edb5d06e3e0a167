//! How attributes say an operation is to go.

use std::time::Duration;

use trueup_helm_release::operation::{Definitions, Options};
use trueup_sdk::native::Fields;

/// What the attributes of a release say. Fields are taken over from whoever
/// changed them: a plan shows which, and a release is brought back to what its
/// chart says.
pub(super) fn options(fields: &Fields) -> Options {
    let flag = |name: &str| fields.flag(name).unwrap_or(false);
    let seconds = fields.integer("timeout").unwrap_or(300);
    let history = fields.integer("max_history").unwrap_or(0);
    let description = fields.text("description").filter(|text| !text.is_empty());
    Options {
        timeout: Duration::from_secs(u64::try_from(seconds).unwrap_or(300)),
        wait: fields.flag("wait").unwrap_or(true),
        wait_for_jobs: flag("wait_for_jobs"),
        hooks: !flag("disable_webhooks"),
        atomic: flag("atomic"),
        cleanup_on_fail: flag("cleanup_on_fail"),
        max_history: usize::try_from(history).unwrap_or(0),
        replace: flag("replace"),
        force: flag("force_update"),
        force_conflicts: true,
        take_ownership: flag("take_ownership"),
        create_namespace: flag("create_namespace"),
        definitions: match flag("skip_crds") {
            true => Definitions::Skip,
            false => Definitions::Create,
        },
        description: description.map(str::to_owned),
        ..Options::default()
    }
}

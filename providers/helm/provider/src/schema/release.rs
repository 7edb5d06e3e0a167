//! The resource type `helm_release`.

use trueup_sdk::{Attribute, NestingMode, ResourceSchema};
use trueup_value::Type;

use super::attributes::{
    Named, about, computed, computed_object, defaulted, nested, optional, postrender, required,
    schema, set_entry, source, texts, timeouts, write_only,
};

/// The schema of `helm_release`, in the version that provider version 3 stores.
#[must_use]
pub fn release() -> ResourceSchema {
    let attributes = source().into_iter().chain(results()).chain(switches());
    let attributes = attributes.chain(values()).chain([
        postrender(),
        timeouts(&["create", "delete", "read", "update"]),
        required(
            "name",
            Type::String,
            "The release's name, of at most 53 characters.",
        ),
        defaulted("namespace", Type::String, "The release's namespace."),
        defaulted("description", Type::String, "A line about the release."),
        defaulted(
            "version",
            Type::String,
            "The chart's version, or a constraint on it; the latest if not given.",
        ),
        defaulted(
            "timeout",
            Type::Number,
            "How many seconds an operation may take.",
        ),
        defaulted(
            "max_history",
            Type::Number,
            "How many revisions are kept; 0 for all.",
        ),
    ]);
    schema(2, "A chart installed in a cluster.", attributes)
}

/// What was installed.
fn results() -> [Named; 5] {
    let text = |name, about| computed(name, Type::String, about);
    let metadata = [
        text("app_version", "The version of what the chart installs."),
        text("chart", "The chart's name."),
        computed(
            "first_deployed",
            Type::Number,
            "When the release was installed, in seconds since 1970.",
        ),
        computed(
            "last_deployed",
            Type::Number,
            "When the revision was made, in seconds since 1970.",
        ),
        text("name", "The release's name."),
        text("namespace", "The release's namespace."),
        text("notes", "The rendered notes."),
        computed("revision", Type::Number, "The number of the revision."),
        text("values", "The values, as JSON, without the sensitive ones."),
        text("version", "The chart's version."),
    ];
    [
        text("id", "The release's name."),
        text("manifest", "The rendered objects, as JSON."),
        computed_object("metadata", metadata, "The deployed revision."),
        computed(
            "resources",
            Type::map(Type::String),
            "The objects of the release, as JSON by kind and name.",
        ),
        text("status", "The state of the revision."),
    ]
}

fn switches() -> impl Iterator<Item = Named> {
    const SWITCHES: [(&str, &str); 21] = [
        (
            "atomic",
            "Undo the installation or upgrade if it fails; waits.",
        ),
        ("cleanup_on_fail", "Delete what a failed upgrade created."),
        ("create_namespace", "Create the namespace if there is none."),
        (
            "dependency_update",
            "Fetch dependencies that `charts/` doesn't have.",
        ),
        ("disable_crd_hooks", "Leave out hooks that are CRDs."),
        (
            "disable_openapi_validation",
            "Don't check objects against the cluster's schemas.",
        ),
        ("disable_webhooks", "Leave hooks out."),
        ("force_update", "Replace objects that can't be changed."),
        ("lint", "Check the chart while planning."),
        (
            "pass_credentials",
            "Send credentials to other hosts than the repository's too.",
        ),
        ("recreate_pods", "Restart pods with an upgrade."),
        (
            "render_subchart_notes",
            "Render the notes of subcharts too.",
        ),
        ("replace", "Take a name that an uninstalled release had."),
        ("reset_values", "Forget the values of the last revision."),
        (
            "reuse_values",
            "Lay the values over those of the last revision.",
        ),
        ("skip_crds", "Leave the chart's CRDs out."),
        (
            "take_ownership",
            "Take over objects that belong to nobody or to others.",
        ),
        (
            "upgrade_install",
            "Upgrade a release that is there already.",
        ),
        ("verify", "Check the chart's signature."),
        ("wait", "Wait until all objects are ready."),
        ("wait_for_jobs", "Wait until all jobs are done, too."),
    ];
    let switches = SWITCHES.into_iter();
    switches.map(|(name, text)| defaulted(name, Type::Bool, text))
}

fn values() -> [Named; 6] {
    let text = || Attribute::optional(Type::String);
    let needed = || Attribute::required(Type::String);
    let elements = Attribute::required(texts());
    let list = [
        required(
            "name",
            Type::String,
            "The path of the value, as `helm --set` has it.",
        ),
        ("value", about(elements, "The elements.")),
    ];
    let secret = set_entry(Some(text()), needed().sensitive());
    [
        optional(
            "values",
            texts(),
            "Values, as YAML; later ones over earlier ones.",
        ),
        nested(
            "set",
            NestingMode::List,
            set_entry(Some(text().or_computed()), text()),
            "Single values, over `values`.",
        ),
        nested(
            "set_list",
            NestingMode::List,
            list,
            "Single lists, over `values`.",
        ),
        nested(
            "set_sensitive",
            NestingMode::List,
            secret,
            "Single values that are not shown.",
        ),
        write_only(nested(
            "set_wo",
            NestingMode::List,
            set_entry(Some(text()), needed()),
            "Single values that are not stored.",
        )),
        optional(
            "set_wo_revision",
            Type::Number,
            "A number to raise when `set_wo` has changed.",
        ),
    ]
}

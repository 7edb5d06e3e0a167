//! The data source `helm_template`.

use trueup_sdk::{Attribute, NestingMode, ResourceSchema};
use trueup_value::Type;

use super::attributes::{
    Named, about, computed, defaulted, nested, optional, postrender, required, schema, set_entry,
    source, texts, timeouts,
};

/// The schema of `helm_template`.
#[must_use]
pub fn template() -> ResourceSchema {
    let attributes = source().into_iter().chain(results()).chain(switches());
    let attributes = attributes.chain(values()).chain([
        postrender(),
        timeouts(&["read"]),
        required("name", Type::String, "The release's name."),
        optional("namespace", Type::String, "The release's namespace."),
        optional("description", Type::String, "A line about the release."),
        optional(
            "timeout",
            Type::Number,
            "How many seconds an operation may take.",
        ),
        optional(
            "kube_version",
            Type::String,
            "The version of Kubernetes that the chart sees.",
        ),
        optional(
            "api_versions",
            texts(),
            "API versions that the chart sees beside the usual ones.",
        ),
        optional("show_only", texts(), "Render only these templates."),
    ]);
    schema(0, "Renders a chart.", attributes)
}

/// What was rendered.
fn results() -> [Named; 6] {
    [
        computed("id", Type::String, "The release's name."),
        defaulted("crds", texts(), "The chart's CRDs."),
        defaulted(
            "manifest",
            Type::String,
            "All objects, as `helm template` prints them.",
        ),
        defaulted(
            "manifests",
            Type::map(Type::String),
            "The objects by the template they came from.",
        ),
        defaulted("notes", Type::String, "The rendered notes."),
        defaulted(
            "version",
            Type::String,
            "The chart's version, or a constraint on it; the latest if not given.",
        ),
    ]
}

fn switches() -> impl Iterator<Item = Named> {
    const SWITCHES: [(&str, &str); 17] = [
        ("atomic", "Without meaning: nothing is installed."),
        ("create_namespace", "Without meaning: nothing is installed."),
        (
            "dependency_update",
            "Fetch dependencies that `charts/` doesn't have.",
        ),
        (
            "disable_openapi_validation",
            "Without meaning: nothing is installed.",
        ),
        ("disable_webhooks", "Leave hooks out."),
        ("include_crds", "Have CRDs in `manifest` too."),
        (
            "is_upgrade",
            "Let the chart see an upgrade, not an installation.",
        ),
        (
            "pass_credentials",
            "Send credentials to other hosts than the repository's too.",
        ),
        (
            "render_subchart_notes",
            "Render the notes of subcharts too.",
        ),
        ("replace", "Without meaning: nothing is installed."),
        ("reset_values", "Without meaning: nothing is installed."),
        ("reuse_values", "Without meaning: nothing is installed."),
        ("skip_crds", "Leave the chart's CRDs out."),
        ("skip_tests", "Leave tests out."),
        ("validate", "Check the objects against the cluster."),
        ("verify", "Check the chart's signature."),
        ("wait", "Without meaning: nothing is installed."),
    ];
    let switches = SWITCHES.into_iter();
    switches.map(|(name, text)| optional(name, Type::Bool, text))
}

fn values() -> [Named; 5] {
    let text = || Attribute::optional(Type::String);
    let needed = || Attribute::required(Type::String);
    let list = [
        optional(
            "name",
            Type::String,
            "The path of the value, as `helm --set` has it.",
        ),
        (
            "value",
            about(Attribute::required(texts()), "The elements."),
        ),
    ];
    [
        optional(
            "values",
            texts(),
            "Values, as YAML; later ones over earlier ones.",
        ),
        nested(
            "set",
            NestingMode::Set,
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
            NestingMode::Set,
            set_entry(Some(text()), needed().sensitive()),
            "Single values that are not shown.",
        ),
        nested(
            "set_wo",
            NestingMode::List,
            set_entry(Some(text()), needed()),
            "Single values that are not stored.",
        ),
    ]
}

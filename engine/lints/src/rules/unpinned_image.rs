//! `unpinned-image`

use std::collections::BTreeSet;

use trueup_syntax::Severity;

use crate::{
    cluster::{
        image::Image,
        workload::{Workload, workloads},
    },
    found::Found,
    rule::Rule,
    view::View,
};

pub(super) static RULE: Rule = Rule {
    id: "unpinned-image",
    severity: Severity::Warning,
    summary: "Image without a version",
    protects: "`latest`, or no tag at all, is another program on every node and after every restart: nobody changes anything, and the next pod is a major version ahead. There is nothing to roll back to, either.",
    decides: "The images of all containers in manifests and rendered charts. A digest, or any tag but `latest`, is a version. Silent where the image is not known yet.",
    fix: "Name a version, or a digest (`…@sha256:…`), in the manifest or in the chart's values (`image.tag`).",
    when_destroying: false,
    check,
};

fn check(view: &View<'_>) -> Vec<Found> {
    workloads(view).flat_map(|workload| of(&workload)).collect()
}

fn of(workload: &Workload<'_, '_>) -> Vec<Found> {
    let containers = workload.containers();
    let images = containers
        .iter()
        .filter_map(|container| Some((container.image()?, container.name())));
    // Several containers of one image are one matter.
    let mut seen = BTreeSet::new();
    let unpinned = images.filter(|(image, _)| !is_pinned(image) && seen.insert(*image));
    let found = unpinned.map(|(image, container)| {
        let detail =
            format!("Container \"{container}\" runs \"{image}\", whatever that is when it starts.");
        Found::of(workload.object, detail).hint("name a version or a digest")
    });
    found.collect()
}

fn is_pinned(image: &str) -> bool {
    let image = Image::parse(image);
    image.digest.is_some()
        || image
            .tag
            .is_some_and(|tag| tag != "latest" && !tag.is_empty())
}

//! API versions that Kubernetes gives up.

use crate::capabilities::KubeVersion;

/// Versions of the typed client that Helm 4.3 links, a line each: API version, kind, deprecated
/// in, unavailable in, use instead. Lists follow their kind.
const DEPRECATED: &str = include_str!("deprecated.txt");

struct Row<'t> {
    since: (u64, u64),
    since_text: &'t str,
    gone: &'t str,
    instead: Option<(&'t str, &'t str)>,
}

/// The warning about a kind at a version of Kubernetes.
pub(super) fn warning(api_version: &str, kind: &str, kube: &KubeVersion) -> Option<String> {
    let (row, suffix) = match find(api_version, kind) {
        Some(row) => (row, ""),
        None => (find(api_version, kind.strip_suffix("List")?)?, "List"),
    };
    if row.since > (kube.major.parse().ok()?, kube.minor.parse().ok()?) {
        return None;
    }
    let mut text = format!(
        "{api_version} {kind} is deprecated in v{}+, unavailable in v{}+",
        row.since_text, row.gone
    );
    if let Some((api_version, kind)) = row.instead {
        text.push_str(&format!("; use {api_version} {kind}{suffix}"));
    }
    Some(text)
}

fn find(api_version: &str, kind: &str) -> Option<Row<'static>> {
    DEPRECATED.lines().find_map(|line| {
        let mut columns = line.split(' ');
        if columns.next()? != api_version || columns.next()? != kind {
            return None;
        }
        let (since_text, gone) = (columns.next()?, columns.next()?);
        let (major, minor) = since_text.split_once('.')?;
        Some(Row {
            since: (major.parse().ok()?, minor.parse().ok()?),
            since_text,
            gone,
            instead: columns.next().zip(columns.next()),
        })
    })
}

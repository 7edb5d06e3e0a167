//! Repositories: which version is chosen, and what is said when something is wrong.

use std::path::Path;
use std::time::Duration;

use trueup_helm_source::{
    Cache, ChartRequest, Credentials, Digest, Http, HttpSettings, Logins, Pins, Registry,
    Repositories, Retry, Secret, SizeLimits, SourceError, Sources,
};

use crate::server::{Server, reply};

pub(crate) fn sources(cache: &Path) -> Sources {
    let settings = HttpSettings {
        timeout: Duration::from_millis(500),
        retry: Retry {
            attempts: 3,
            first_pause: Duration::from_millis(1),
            longest_pause: Duration::from_millis(5),
        },
        ..HttpSettings::default()
    };
    let http = Http::new(&settings).unwrap();
    let limits = SizeLimits {
        index: 1 << 20,
        chart: 1 << 10,
        text: 1 << 16,
    };
    Sources {
        registry: Registry::new(http.clone(), true, Logins::default()).limits(limits),
        http,
        settings,
        named: Repositories::default(),
        cache: Cache::new(cache),
        credentials: None,
        pass_credentials: false,
        limits,
    }
}

fn index(chart: &str, versions: &[&str], digest: &str) -> String {
    let mut text = format!("apiVersion: v1\nentries:\n  {chart}:\n");
    for version in versions {
        text.push_str(&format!(
            "  - apiVersion: v2\n    name: {chart}\n    version: {version}\n    digest: {digest:?}\n    urls:\n    - {chart}-{version}.tgz\n"
        ));
    }
    text
}

/// Answers of `helm pull CHART --repo URL --version VERSION` of Helm 4.3.1: the version in the
/// name of the file that it left, or its error.
const VERSIONS: &[(&str, &str, &str)] = &[
    ("alpine", "", "1.10.0"),
    ("alpine", "1", "1.10.0"),
    ("alpine", "1.2", "1.2.3"),
    ("alpine", "1.2.x", "1.2.3"),
    ("alpine", "^1.2", "1.10.0"),
    ("alpine", "~1.2.0", "1.2.3"),
    ("alpine", "1.2.3", "1.2.3"),
    ("alpine", "v1.2.3", "1.2.3"),
    ("alpine", ">1.2.3 <1.10", "1.3.0+build.5"),
    ("alpine", "<1", "0.9.0"),
    (
        "alpine",
        "3.0.0",
        "chart \"alpine\" version \"3.0.0\" not found in URL repository",
    ),
    ("alpine", ">=2.0.0-0", "2.0.0-rc.1"),
    ("alpine", "2.0.0-alpha.1", "2.0.0-alpha.1"),
    ("alpine", ">0.0.0-0", "2.0.0-rc.1"),
    ("alpine", "1.3.0", "1.3.0+build.5"),
    ("alpine", "1.3.0+build.5", "1.3.0+build.5"),
    ("alpine", "*", "1.10.0"),
    ("alpine", "1.0 || 0.9", "1.0.0"),
    ("alpine", "0.9 - 1.0", "1.0.0"),
    (
        "alpine",
        "foo",
        "chart \"alpine\" version \"foo\" not found in URL repository",
    ),
    (
        "alpine",
        "1.2.3.4",
        "chart \"alpine\" version \"1.2.3.4\" not found in URL repository",
    ),
    ("alpine", "=1.0.0", "1.0.0"),
    ("alpine", "!=1.10.0", "1.3.0+build.5"),
    ("alpine", "^0", "0.9.0"),
    ("nope", "", "chart \"nope\" not found in URL repository"),
    (
        "nope",
        "1.0.0",
        "chart \"nope\" version \"1.0.0\" not found in URL repository",
    ),
];

#[tokio::test]
async fn versions_are_chosen_as_helm_does() {
    let server = Server::start().await;
    let versions = [
        "0.9.0",
        "1.0.0",
        "1.2.0",
        "1.2.3",
        "1.10.0",
        "2.0.0-alpha.1",
        "2.0.0-rc.1",
        "1.3.0+build.5",
    ];
    server.on(
        "/charts/index.yaml",
        reply(200, index("alpine", &versions, "")),
    );
    for version in versions {
        server.on(
            &format!("/charts/alpine-{version}.tgz"),
            reply(200, version),
        );
    }
    let url = server.url("/charts");
    let cache = tempfile::tempdir().unwrap();
    let sources = sources(cache.path());
    for (chart, version, expected) in VERSIONS {
        let request = ChartRequest {
            chart,
            version,
            repository: Some(&url),
            ..ChartRequest::default()
        };
        let found = match sources.locate(&request).await {
            Ok(located) => located.pin.unwrap().version,
            Err(error) => error.to_string().replace(&url, "URL"),
        };
        assert_eq!(found, *expected, "{chart} {version}");
    }
    let devel = ChartRequest {
        chart: "alpine",
        devel: true,
        repository: Some(&url),
        ..ChartRequest::default()
    };
    let located = sources.locate(&devel).await.unwrap();
    assert_eq!(located.pin.unwrap().version, "2.0.0-rc.1");
    assert_eq!(std::fs::read(located.path).unwrap(), b"2.0.0-rc.1");
}

#[tokio::test]
async fn faults_are_told_in_helms_words() {
    let server = Server::start().await;
    let good = index("a", &["1.0.0"], "");
    let huge = vec![b'x'; 2 << 20];
    server.on("/empty/index.yaml", reply(200, ""));
    server.on("/noversion/index.yaml", reply(200, "entries: {}\n"));
    server.on("/e500/index.yaml", reply(500, ""));
    server.on("/e429/index.yaml", reply(429, ""));
    server.on(
        "/private/index.yaml",
        reply(200, good.clone()).only_for("Basic x", "Basic"),
    );
    server.on(
        "/loop/index.yaml",
        reply(302, "").header("location", "/loop/index.yaml"),
    );
    server.on("/huge/index.yaml", reply(200, huge));
    server.on("/short/index.yaml", reply(200, good.clone()).truncated());
    server.on(
        "/slow/index.yaml",
        reply(200, good).slow(Duration::from_secs(20)),
    );
    let table = [
        ("empty", "empty index.yaml file", 1),
        ("noversion", "no API version specified", 1),
        (
            "missing",
            "failed to fetch URL/index.yaml : 404 Not Found",
            1,
        ),
        (
            "e500",
            "failed to fetch URL/index.yaml : 500 Internal Server Error",
            3,
        ),
        (
            "e429",
            "failed to fetch URL/index.yaml : 429 Too Many Requests",
            3,
        ),
        (
            "private",
            "failed to fetch URL/index.yaml : 401 Unauthorized",
            1,
        ),
        (
            "loop",
            "Get \"URL/index.yaml\": stopped after 10 redirects",
            10,
        ),
        (
            "huge",
            "URL/index.yaml is larger than the maximum size 1048576",
            1,
        ),
        (
            "short",
            "Get \"URL/index.yaml\": end of file before message length reached",
            3,
        ),
        ("slow", "Get \"URL/index.yaml\": operation timed out", 3),
    ];
    let cache = tempfile::tempdir().unwrap();
    let sources = sources(cache.path());
    for (folder, expected, requests) in table {
        let url = server.url(&format!("/{folder}"));
        let request = ChartRequest {
            chart: "a",
            repository: Some(&url),
            ..ChartRequest::default()
        };
        let error = sources.locate(&request).await.unwrap_err();
        let expected = format!(
            "looks like \"URL\" is not a valid chart repository or cannot be reached: {expected}"
        );
        let text = error.to_string().replace(&url, "URL");
        let text = text
            .replace("error decoding response body: ", "")
            .replace("error reading a body from connection: ", "")
            .replace("request or response body error: ", "");
        assert_eq!(text, expected);
        assert_eq!(server.seen().len(), requests, "{folder}");
    }
}

#[tokio::test]
async fn passing_faults_pass() {
    let server = Server::start().await;
    let good = index("a", &["1.0.0"], "");
    server.on("/c/index.yaml", reply(200, good).after(503, 2));
    server.on("/c/a-1.0.0.tgz", reply(200, "a").after(429, 1));
    let cache = tempfile::tempdir().unwrap();
    let url = server.url("/c");
    let request = ChartRequest {
        chart: "a",
        repository: Some(&url),
        ..ChartRequest::default()
    };
    let located = sources(cache.path()).locate(&request).await.unwrap();
    assert_eq!(located.digest, Some(Digest::of(b"a")));
    assert_eq!(server.seen().len(), 5);
}

#[tokio::test]
async fn references_that_lead_nowhere() {
    let table = [
        (
            "ftp://127.0.0.1/a.tgz",
            "invalid chart URL format: ftp://127.0.0.1/a.tgz: scheme \"ftp\" not supported",
        ),
        (
            "alpine",
            "non-absolute URLs should be in form of repo_name/path_to_chart, got: alpine",
        ),
        ("some/alpine", "repo some not found"),
        ("./alpine", "path \"./alpine\" not found"),
        ("/nowhere/alpine", "path \"/nowhere/alpine\" not found"),
        (
            "oci://127.0.0.1:1/A/b",
            "invalid reference: invalid repository \"A/b\"",
        ),
        (
            "oci://127.0.0.1:1",
            "invalid reference: missing registry or repository",
        ),
    ];
    let cache = tempfile::tempdir().unwrap();
    for (chart, expected) in table {
        let request = ChartRequest {
            chart,
            ..ChartRequest::default()
        };
        let error = sources(cache.path()).locate(&request).await.unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}

#[tokio::test]
async fn a_digest_is_checked_and_a_pinned_chart_comes_from_the_cache() {
    let server = Server::start().await;
    let digest = Digest::of(b"chart").hex();
    server.on("/c/index.yaml", reply(200, index("a", &["1.0.0"], &digest)));
    server.on("/c/a-1.0.0.tgz", reply(200, "other"));
    let cache = tempfile::tempdir().unwrap();
    let sources = sources(cache.path());
    let url = server.url("/c");
    let request = ChartRequest {
        chart: "a",
        version: "^1",
        repository: Some(&url),
        ..ChartRequest::default()
    };
    let error = sources.locate(&request).await.unwrap_err();
    assert!(matches!(error, SourceError::Digest { .. }), "{error}");
    server.on("/c/a-1.0.0.tgz", reply(200, "chart"));
    let mut pins = Pins::default();
    let first = sources.locate_pinned(&request, &mut pins).await.unwrap();
    server.seen();
    // A newer version doesn't matter, nor does it that the server is asked nothing.
    let newer = index("a", &["1.0.0", "1.1.0"], &Digest::of(b"x").hex());
    server.on("/c/index.yaml", reply(200, newer));
    assert_eq!(
        sources.locate_pinned(&request, &mut pins).await.unwrap(),
        first
    );
    assert_eq!(server.seen(), Vec::<String>::new());
    // Damaged in the cache, and something else at the source by now.
    std::fs::write(&first.path, "damaged").unwrap();
    let error = sources
        .locate_pinned(&request, &mut pins)
        .await
        .unwrap_err();
    assert!(matches!(error, SourceError::Digest { .. }), "{error}");
}

#[tokio::test]
async fn credentials_are_for_the_repository_only() {
    let server = Server::start().await;
    let other = Server::start().await;
    let chart = other.url("/a.tgz");
    let text = format!(
        "apiVersion: v1\nentries:\n  a:\n  - name: a\n    version: 1.0.0\n    urls: [{chart:?}]\n"
    );
    server.on("/c/index.yaml", reply(200, text));
    other.on("/a.tgz", reply(200, "a"));
    let cache = tempfile::tempdir().unwrap();
    let mut sources = sources(cache.path());
    sources.credentials = Some(Credentials {
        username: "ann".to_owned(),
        password: Secret::new("pa55"),
    });
    let url = server.url("/c");
    let request = ChartRequest {
        chart: "a",
        repository: Some(&url),
        ..ChartRequest::default()
    };
    sources.locate(&request).await.unwrap();
    assert_eq!(server.seen(), ["/c/index.yaml Basic YW5uOnBhNTU="]);
    assert_eq!(other.seen(), ["/a.tgz"]);
    sources.pass_credentials = true;
    sources.locate(&request).await.unwrap();
    assert_eq!(other.seen(), ["/a.tgz Basic YW5uOnBhNTU="]);
    let shown = format!("{sources:?}");
    assert!(!shown.contains("pa55"), "{shown}");
}

//! `charts/` and `Chart.lock` from what `Chart.yaml` wants.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use flate2::{Compression, write::GzEncoder};
use trueup_helm::load;
use trueup_helm_source::{
    ChartDependencies, ChartRequest, Repositories, Sources, dependency_status, stray_charts,
};

use crate::repository::sources;
use crate::server::{Server, reply};

fn archive(name: &str, version: &str) -> Vec<u8> {
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    let text = format!("apiVersion: v2\nname: {name}\nversion: {version}\n");
    let mut header = tar::Header::new_gnu();
    header.set_size(text.len() as u64);
    header.set_mode(0o644);
    let path = format!("{name}/Chart.yaml");
    tar.append_data(&mut header, path, text.as_bytes()).unwrap();
    tar.into_inner().unwrap().finish().unwrap()
}

/// A repository with `cache` in two versions that wants a password.
async fn server() -> Server {
    let server = Server::start().await;
    let index = "apiVersion: v1\nentries:\n  cache:\n  - {name: cache, version: 1.4.0, urls: [cache-1.4.0.tgz]}\n  - {name: cache, version: 2.0.0, urls: [cache-2.0.0.tgz]}\n  sly:\n  - {name: sly, version: 1.0.0, urls: [\"..%2F..%2Fsly-1.0.0.tgz\"]}\n";
    let secret = "Basic YW5uOnBhNTU=";
    server.on(
        "/ours/index.yaml",
        reply(200, index).only_for(secret, "Basic"),
    );
    for version in ["1.4.0", "2.0.0"] {
        let path = format!("/ours/cache-{version}.tgz");
        let content = reply(200, archive("cache", version));
        server.on(&path, content.only_for(secret, "Basic"));
    }
    server
}

fn named(sources: &mut Sources, server: &Server, folder: &Path) {
    let path = folder.join("repositories.yaml");
    let url = server.url("/ours/");
    let text =
        format!("repositories:\n- {{name: ours, url: {url:?}, username: ann, password: pa55}}\n");
    fs::write(&path, text).unwrap();
    sources.named = Repositories::load(&path).unwrap();
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

const CHART: &str = "\
apiVersion: v2
name: app
version: 0.1.0
dependencies:
- name: cache
  version: ^1.0.0
  repository: \"@ours\"
- name: near
  version: 0.x
  repository: file://../near
- name: inside
  version: \">=1\"
";

#[tokio::test]
async fn dependencies_are_fetched_and_locked() {
    let server = server().await;
    let folder = tempfile::tempdir().unwrap();
    let mut sources = sources(&folder.path().join("cache"));
    named(&mut sources, &server, folder.path());
    let app = folder.path().join("app");
    write(&app.join("Chart.yaml"), CHART);
    write(
        &app.join("charts/inside/Chart.yaml"),
        "apiVersion: v2\nname: inside\nversion: 1.0.0\n",
    );
    write(&app.join("charts/old-0.1.0.tgz"), "");
    fs::write(app.join("charts/old-0.1.0.tgz"), archive("old", "0.1.0")).unwrap();
    write(
        &folder.path().join("near/Chart.yaml"),
        "apiVersion: v2\nname: near\nversion: 0.7.0\n",
    );
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_000_000);
    let dependencies = ChartDependencies::new(&sources, &app, now);
    let mut said = String::new();
    let say = &mut |text: &str| said.push_str(&format!("{text}\n"));
    dependencies.update(say).await.unwrap();
    let url = server.url("/ours/");
    let expected = format!(
        "...Successfully got an update from the {url:?} chart repository
Saving 3 charts
Downloading cache from repo {url}
Dependency inside did not declare a repository. Assuming it exists in the charts directory
Deleting outdated charts
"
    );
    assert_eq!(said, expected);
    let fetched = ["cache-1.4.0.tgz", "inside", "near-0.7.0.tgz"];
    assert_eq!(names(&app.join("charts")), fetched);
    let lock = fs::read_to_string(app.join("Chart.lock")).unwrap();
    let lock = lock.replace(&url, "URL");
    let start = "dependencies:\n- name: cache\n  repository: URL\n  version: 1.4.0\n- name: near\n  repository: file://../near\n  version: 0.7.0\n- name: inside\n  repository: \"\"\n  version: '>=1'\ndigest: sha256:";
    assert!(lock.starts_with(start), "{lock}");
    let chart = load(&app).unwrap();
    let wanted = chart.metadata.dependencies.clone().unwrap();
    let statuses = wanted
        .iter()
        .map(|one| dependency_status(&app, &chart, one));
    assert_eq!(statuses.collect::<Vec<_>>(), ["ok", "ok", "unpacked"]);
    assert_eq!(stray_charts(&app, &wanted), []);

    // What is locked comes again, and only that.
    fs::remove_file(app.join("charts/cache-1.4.0.tgz")).unwrap();
    dependencies.build(&mut |_| {}).await.unwrap();
    assert_eq!(names(&app.join("charts")), fetched);
    write(&app.join("Chart.yaml"), &CHART.replace("^1.0.0", "^2.0.0"));
    let error = dependencies.build(&mut |_| {}).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the lock file (Chart.lock) is out of sync with the dependencies file (Chart.yaml). Please update the dependencies with 'helm dependency update'"
    );
    dependencies.update(&mut |_| {}).await.unwrap();
    let fetched = ["cache-2.0.0.tgz", "inside", "near-0.7.0.tgz"];
    assert_eq!(names(&app.join("charts")), fetched);
}

#[tokio::test]
async fn what_cannot_be_had_leaves_all_as_it_was() {
    let server = server().await;
    let folder = tempfile::tempdir().unwrap();
    let mut sources = sources(&folder.path().join("cache"));
    named(&mut sources, &server, folder.path());
    let url = server.url("/ours");
    let dependency = |name: &str, version: &str, repository: &str| {
        format!(
            "apiVersion: v2\nname: app\nversion: 0.1.0\ndependencies:\n- {{name: {name:?}, version: {version:?}, repository: {repository:?}}}\n"
        )
    };
    let table = [
        (
            dependency("cache", ">3", &url),
            "can't get a valid version for 1 subchart(s): \"cache\" (repository \"URL\", version \">3\"). Make sure a matching chart version exists in the repo, or change the version constraint in Chart.yaml",
        ),
        (
            dependency("none", "1", &url),
            "none chart not found in repo URL",
        ),
        (
            dependency("sly", "1.0.0", &url),
            "sly: \"..%2F..%2Fsly-1.0.0.tgz\" is no name for a file in charts/",
        ),
        (
            dependency("cache", "1", "@nobody"),
            "no repository definition for @nobody. Please add them via 'helm repo add'",
        ),
        (
            dependency("cache", "1", "stable"),
            "no repository definition for stable. Please add them via 'helm repo add'",
        ),
        (
            dependency("../../x", "1", ""),
            "directory APP/charts/../../x not found",
        ),
        (
            dependency("near", "1", "file://../near"),
            "directory APP/../near not found",
        ),
    ];
    server.on(
        "/ours/..%2F..%2Fsly-1.0.0.tgz",
        reply(200, archive("sly", "1.0.0")),
    );
    for (chart, expected) in table {
        let app = folder.path().join("app");
        write(&app.join("Chart.yaml"), &chart);
        let now = SystemTime::UNIX_EPOCH;
        let dependencies = ChartDependencies::new(&sources, &app, now);
        let error = dependencies.update(&mut |_| {}).await.unwrap_err();
        let text = error.to_string().replace(&url, "URL");
        let text = text.replace(&app.display().to_string(), "APP");
        assert_eq!(text, expected);
        assert_eq!(names(&app), ["Chart.yaml"]);
    }
}

#[tokio::test]
async fn charts_of_named_repositories_are_found() {
    let server = server().await;
    let folder = tempfile::tempdir().unwrap();
    let mut sources = sources(&folder.path().join("cache"));
    named(&mut sources, &server, folder.path());
    let request = ChartRequest {
        chart: "ours/cache",
        version: "1.x",
        ..ChartRequest::default()
    };
    let located = sources.locate(&request).await.unwrap();
    let chart = load(&located.path).unwrap();
    assert_eq!(chart.metadata.version, "1.4.0");
}

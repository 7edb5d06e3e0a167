//! A registry stand-in: tags, manifests, blobs, logins.

use serde_json::json;
use trueup_helm_source::{ChartRequest, Credentials, Digest, Secret};

use crate::repository::sources;
use crate::server::{Server, reply};

const CONFIG: &str = "application/vnd.cncf.helm.config.v1+json";
const CHART: &str = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";

fn part(kind: &str, content: &[u8]) -> serde_json::Value {
    json!({"mediaType": kind, "digest": Digest::of(content).to_string(), "size": content.len()})
}

/// Puts a chart there; gives the digest of its manifest.
fn publish(server: &Server, tag: &str, parts: &[(&str, &[u8])]) -> Digest {
    let all: Vec<_> = parts
        .iter()
        .map(|(kind, content)| part(kind, content))
        .collect();
    for (_, content) in parts {
        let path = format!("/v2/team/app/blobs/{}", Digest::of(content));
        server.on(&path, reply(200, *content));
    }
    let manifest = json!({"schemaVersion": 2, "config": all[0], "layers": all[1..]}).to_string();
    let digest = Digest::of(manifest.as_bytes());
    for name in [tag.to_owned(), digest.to_string()] {
        let path = format!("/v2/team/app/manifests/{name}");
        server.on(&path, reply(200, manifest.clone()));
    }
    digest
}

#[tokio::test]
async fn charts_are_pulled_by_tag_constraint_and_digest() {
    let server = Server::start().await;
    let digest = publish(&server, "1.2.0", &[(CONFIG, b"{}"), (CHART, b"1.2.0")]);
    publish(
        &server,
        "1.3.0_build.5",
        &[(CONFIG, b"{}"), (CHART, b"1.3.0")],
    );
    publish(&server, "2.0.0", &[(CONFIG, b"{}")]);
    publish(
        &server,
        "3.0.0",
        &[("application/x", b"{}"), (CHART, b"3.0.0")],
    );
    publish(&server, "4.0.0", &[("application/x", b"{}")]);
    let first = json!({"tags": ["latest", "v9.0.0", "1.2.0"]}).to_string();
    let link = "</v2/team/app/tags/list?last=1.2.0>; rel=\"next\"";
    server.on(
        "/v2/team/app/tags/list",
        reply(200, first).header("link", link),
    );
    let second = json!({"tags": ["1.3.0_build.5", "1.4.0-rc.1", "1.1"]}).to_string();
    server.on("/v2/team/app/tags/list?last=1.2.0", reply(200, second));
    let name = format!("oci://{}/team/app", server.address);
    let by_digest = format!("@{digest}");
    let other_digest = format!("@{}", Digest::of(b""));
    let table = [
        ("", "1.2.0", "1.2.0"),
        (":1.2.0", "", "1.2.0"),
        ("", "", "1.3.0"),
        ("", "~1.2", "1.2.0"),
        ("", "1.3.0+build.5", "1.3.0"),
        (&by_digest, "", "1.2.0"),
        (&by_digest, "1.2.0", "1.2.0"),
        (
            ":1.2.0",
            "1.3.0",
            "chart reference and version mismatch: 1.3.0 is not 1.2.0",
        ),
        (
            "",
            "5.0.0",
            "failed to perform \"FetchReference\" on source: HOST/team/app:5.0.0: not found",
        ),
        (
            "",
            "^7",
            "could not locate a version matching provided version string ^7",
        ),
        (
            "",
            "2.0.0",
            "manifest does not contain a layer with mediatype application/vnd.cncf.helm.chart.content.v1.tar+gzip",
        ),
        (
            "",
            "3.0.0",
            "could not load config with mediatype application/vnd.cncf.helm.config.v1+json",
        ),
        (
            "",
            "4.0.0",
            "manifest does not contain minimum number of descriptors (2), descriptors found: 1",
        ),
        (
            &other_digest,
            "",
            "failed to perform \"FetchReference\" on source: HOST/team/app@DIGEST: not found",
        ),
    ];
    let cache = tempfile::tempdir().unwrap();
    for (suffix, version, expected) in table {
        let chart = format!("{name}{suffix}");
        let request = ChartRequest {
            chart: &chart,
            version,
            ..ChartRequest::default()
        };
        let found = match sources(cache.path()).locate(&request).await {
            Ok(located) => String::from_utf8(std::fs::read(located.path).unwrap()).unwrap(),
            Err(error) => error
                .to_string()
                .replace(&server.address, "HOST")
                .replace(&other_digest[1..], "DIGEST"),
        };
        assert_eq!(found, expected, "{suffix} {version}");
    }
}

#[tokio::test]
async fn a_blob_must_be_what_its_digest_says() {
    let server = Server::start().await;
    publish(&server, "1.0.0", &[(CONFIG, b"{}"), (CHART, b"chart")]);
    let digest = Digest::of(b"chart");
    server.on(&format!("/v2/team/app/blobs/{digest}"), reply(200, "chore"));
    let cache = tempfile::tempdir().unwrap();
    let chart = format!("oci://{}/team/app", server.address);
    let request = ChartRequest {
        chart: &chart,
        version: "1.0.0",
        ..ChartRequest::default()
    };
    let error = sources(cache.path()).locate(&request).await.unwrap_err();
    let expected = format!(
        "digest of {}/team/app:1.0.0@{digest} does not match: expected {digest}, got {}",
        server.address,
        Digest::of(b"chore")
    );
    assert_eq!(error.to_string(), expected);
}

#[tokio::test]
async fn tokens_are_asked_for_once() {
    let server = Server::start().await;
    publish(&server, "1.0.0", &[(CONFIG, b"{}"), (CHART, b"chart")]);
    let challenge = format!(
        "Bearer realm=\"{}\",service=\"reg\",scope=\"repository:team/app:pull\"",
        server.url("/token")
    );
    let manifest = json!({"config": part(CONFIG, b"{}"), "layers": [part(CHART, b"chart")]});
    let closed = |body: Vec<u8>| reply(200, body).only_for("Bearer t0ken", &challenge);
    server.on(
        "/v2/team/app/manifests/1.0.0",
        closed(manifest.to_string().into()),
    );
    for blob in [b"{}".as_slice(), b"chart"] {
        let path = format!("/v2/team/app/blobs/{}", Digest::of(blob));
        server.on(&path, closed(blob.to_vec()));
    }
    let token = reply(200, "{\"token\": \"t0ken\"}").only_for("Basic YW5uOnBhNTU=", "Basic");
    let asked = "/token?service=reg&scope=repository%3Ateam%2Fapp%3Apull";
    server.on(asked, token);
    let cache = tempfile::tempdir().unwrap();
    let mut sources = sources(cache.path());
    sources.registry = sources.registry.credentials(Some(Credentials {
        username: "ann".to_owned(),
        password: Secret::new("pa55"),
    }));
    let chart = format!("oci://{}/team/app:1.0.0", server.address);
    let request = ChartRequest {
        chart: &chart,
        ..ChartRequest::default()
    };
    sources.locate(&request).await.unwrap();
    let seen = server.seen();
    assert_eq!(
        seen.get(..3),
        Some(
            [
                "/v2/team/app/manifests/1.0.0".to_owned(),
                format!("{asked} Basic YW5uOnBhNTU="),
                "/v2/team/app/manifests/1.0.0 Bearer t0ken".to_owned(),
            ]
            .as_slice()
        )
    );
    assert_eq!(seen.len(), 5);
    let shown = format!("{sources:?}");
    assert!(
        !shown.contains("t0ken") && !shown.contains("pa55"),
        "{shown}"
    );
}

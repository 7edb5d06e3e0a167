//! The page as it is served.

use std::{
    net::{SocketAddr, TcpListener},
    sync::mpsc,
    thread::{self, JoinHandle},
};

use reqwest::{Client, Response, StatusCode, header};
use tokio::{runtime, sync::oneshot};
use trueup_drift::{
    config::Secret,
    page::{Access, router, serve},
    service::{Board, Status},
};

use crate::sample;

/// The page of a status, served while this lives.
pub(crate) struct Site {
    pub(crate) address: SocketAddr,
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Site {
    pub(crate) fn of(status: Status, access: Access) -> Self {
        Site::new(router(Board::new(status), access))
    }

    pub(crate) fn new(router: axum::Router) -> Self {
        let (tell, told) = mpsc::channel();
        let (end, ended) = oneshot::channel();
        let thread = thread::spawn(move || {
            block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").unwrap();
                tell.send(listener.local_addr().unwrap()).unwrap();
                let end = async { drop(ended.await) };
                serve(listener, router, end).await.unwrap();
            });
        });
        Site {
            address: told.recv().unwrap(),
            end: Some(end),
            thread: Some(thread),
        }
    }

    fn get(&self, path: &str, headers: &[(&'static str, &str)]) -> Got {
        let url = format!("http://{}{path}", self.address);
        let client = Client::builder().no_proxy().build().unwrap();
        let mut request = client.get(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        block_on(async { Got::of(request.send().await.unwrap()).await })
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        if let Some(end) = self.end.take() {
            end.send(()).unwrap();
        }
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

struct Got {
    status: StatusCode,
    headers: header::HeaderMap,
    body: String,
}

impl Got {
    async fn of(response: Response) -> Self {
        Got {
            status: response.status(),
            headers: response.headers().clone(),
            body: response.text().await.unwrap(),
        }
    }
}

pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    runtime.unwrap().block_on(future)
}

#[test]
fn pages_as_they_are_written() {
    let site = Site::of(sample::one(), Access::Local);
    let overview = site.get("/", &[]).body;
    snapbox::assert_data_eq!(overview, snapbox::file!["pages/overview.html": Text]);
    let stack = site.get("/stack?name=loki", &[]).body;
    snapbox::assert_data_eq!(stack, snapbox::file!["pages/stack.html": Text]);
    // Samples of a metric come in any order.
    let metrics = site.get("/metrics", &[]).body;
    let mut lines: Vec<&str> = metrics.lines().collect();
    lines.sort_by_key(|line| {
        line.trim_start_matches("# HELP ")
            .trim_start_matches("# TYPE ")
            .to_owned()
    });
    let metrics = lines.join("\n") + "\n";
    snapbox::assert_data_eq!(metrics, snapbox::file!["pages/metrics.txt": Text]);
}

#[test]
fn a_stack_is_found_by_a_part_of_its_name() {
    let site = Site::of(sample::many(), Access::Local);
    let found = site.get("/?search=US-EAST-1/LOKI-01", &[]).body;
    let names = found.matches("/stack?name=").count();
    assert_eq!(names, 1, "{found}");
    let none = site.get("/?search=%3Cb%3E", &[]).body;
    assert!(none.contains("No stack is called “&#60;b&#62;”."), "{none}");
}

#[test]
fn every_answer_has_the_headers_that_protect_it() {
    let site = Site::of(sample::one(), Access::Local);
    for (path, status) in [
        ("/", 200),
        ("/stack?name=loki", 200),
        ("/stack?name=none", 404),
        ("/style.css", 200),
        ("/metrics", 200),
        ("/healthz", 200),
        ("/elsewhere", 404),
    ] {
        let got = site.get(path, &[]);
        assert_eq!(got.status, status, "{path}");
        let header = |name: &str| got.headers[name].to_str().unwrap().to_owned();
        assert_eq!(
            header("content-security-policy"),
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        );
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("x-frame-options"), "DENY");
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("cache-control"), "no-store");
    }
}

#[test]
fn without_the_token_nothing_is_told() {
    let token = Access::Token(Secret::new("open sesame"));
    let site = Site::of(sample::one(), token);
    for path in [
        "/",
        "/stack?name=loki",
        "/style.css",
        "/metrics",
        "/elsewhere",
    ] {
        let refused = site.get(path, &[("authorization", "Bearer wrong")]);
        assert_eq!(refused.status, 401, "{path}");
        assert_eq!(refused.body, "A token is needed.\n");
        let told = site.get(path, &[("authorization", "Bearer open sesame")]);
        assert_ne!(told.status, 401, "{path}");
    }
    assert_eq!(site.get("/healthz", &[]).body, "ok\n");
}

#[test]
fn a_page_for_this_machine_is_not_served_under_another_name() {
    let site = Site::of(sample::one(), Access::Local);
    let got = site.get("/", &[("host", "drift.example.org")]);
    assert_eq!(got.status, 421);
}

/// What must not be told never reaches the page: addresses and secrets of targets
/// are not part of a status, and values that are sensitive not of a report.
#[test]
fn nothing_secret_is_on_a_page() {
    let site = Site::of(sample::one(), Access::Local);
    for path in ["/", "/stack?name=loki", "/metrics"] {
        let body = site.get(path, &[]).body;
        for secret in ["example.org/hook", "a secret"] {
            assert!(!body.contains(secret), "{path}: {secret}");
        }
    }
}

//! The data source against a server on the loopback interface.

use std::{
    collections::BTreeMap,
    io::{self, Read, Write},
    net::TcpListener,
    path::PathBuf,
    sync::Arc,
    thread::{self, JoinHandle},
    time::{Duration, SystemTime},
};

use trueup_sdk::{
    Answer, Provider,
    native::NativeProvider,
    ready,
    world::{Clock, Random, World},
};
use trueup_value::{Str, Type, Value};

struct Nothing;

impl Clock for Nothing {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }

    fn sleep(&self, _: Duration) -> Answer<'static, ()> {
        ready(())
    }
}

impl Random for Nothing {
    fn fill(&self, _: &mut [u8]) -> io::Result<()> {
        Ok(())
    }
}

fn provider() -> NativeProvider {
    trueup_http::http(&World {
        clock: Arc::new(Nothing),
        random: Arc::new(Nothing),
        working_dir: PathBuf::new(),
        variables: BTreeMap::from([("HTTP_PROXY".to_owned(), "http://proxy.invalid:1".to_owned())])
            .into(),
    })
}

/// A configuration with some arguments, null elsewhere.
fn config(given: &[(&str, Value)]) -> Value {
    let provider = provider();
    let Type::Object(ty) = provider.schema().data_sources["http"].block.implied_type() else {
        panic!("an object")
    };
    let value = |name: &Str, ty: &Type| {
        let given = given.iter().find(|(given, _)| *given == name.as_str());
        given.map_or(Value::null(ty.clone()), |(_, value)| value.clone())
    };
    let attributes = ty.attributes().iter();
    Value::object(attributes.map(|(name, ty)| (name.clone(), value(name, ty))))
}

fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(future)
}

fn ask(given: &[(&str, Value)]) -> Result<Value, String> {
    let provider = provider();
    let configured = block_on(provider.configure(&Value::empty_object())).expect("a provider");
    let config = config(given);
    let answer = block_on(configured.read_data("http", &config));
    answer.map_err(|problems| format!("{}: {}", problems[0].summary, problems[0].detail))
}

/// Answers one request after the other and returns what was asked.
fn server(answers: Vec<&'static str>) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let handle = thread::spawn(move || {
        let serve = |answer: &&str| {
            let (mut stream, _) = listener.accept().expect("a connection");
            let mut request = Vec::new();
            let mut buffer = [0; 4096];
            while !request.windows(4).any(|four| four == b"\r\n\r\n") {
                let count = stream.read(&mut buffer).expect("a request");
                request.extend_from_slice(&buffer[..count]);
            }
            if *answer == "hang" {
                thread::sleep(Duration::from_millis(300));
            } else {
                stream.write_all(answer.as_bytes()).expect("an answer");
            }
            String::from_utf8_lossy(&request).into_owned()
        };
        answers.iter().map(serve).collect()
    });
    (format!("http://{address}/path?secret=1"), handle)
}

fn text(text: &str) -> Value {
    Value::string(text)
}

fn retry(attempts: i64) -> Value {
    Value::object([
        ("attempts", Value::number(attempts)),
        ("min_delay_ms", Value::number(1)),
        ("max_delay_ms", Value::number(2)),
    ])
}

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\nx-double: 1\r\nx-double: 2\r\ncontent-length: 5\r\nconnection: close\r\n\r\n1.0.0";
const ERROR: &str = "HTTP/1.1 500 Oh\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
const MISSING: &str = "HTTP/1.1 404 No\r\ncontent-length: 1\r\nconnection: close\r\n\r\n\u{7f}";

#[test]
fn an_answer_with_all_its_parts() {
    let (url, server) = server(vec![OK]);
    let headers = Value::map(Type::String, [("X-Own", text("a")), ("Host", text("else"))]);
    let answer = ask(&[
        ("url", text(&url)),
        ("method", text("POST")),
        ("request_headers", headers),
        ("request_body", text("body")),
    ])
    .expect("an answer");
    let expected = [
        ("id", text(&url)),
        ("status_code", Value::number(200)),
        ("response_body", text("1.0.0")),
        ("body", text("1.0.0")),
        ("response_body_base64", text("MS4wLjA=")),
    ];
    for (name, value) in expected {
        assert_eq!(answer.get(name), Some(&value), "{name}");
    }
    let headers = answer.get("response_headers").expect("headers");
    assert_eq!(headers.get("Content-Type"), Some(&text("text/plain")));
    assert_eq!(headers.get("X-Double"), Some(&text("1, 2")));
    let request = server.join().expect("a request").remove(0);
    assert!(
        request.starts_with("POST /path?secret=1 HTTP/1.1\r\n"),
        "{request}"
    );
    for header in ["x-own: a\r\n", "host: else\r\n", "content-length: 4\r\n"] {
        assert!(request.contains(header), "{request}");
    }
}

#[test]
fn other_answers_are_answers() {
    let (url, _server) = server(vec![MISSING]);
    let answer = ask(&[("url", text(&url))]).expect("an answer");
    assert_eq!(answer.get("status_code"), Some(&Value::number(404)));
    let (url, _server) = server(vec![
        "HTTP/1.1 200 OK\r\ncontent-length: 9\r\nconnection: close\r\n\r\n",
    ]);
    let head = ask(&[("url", text(&url)), ("method", text("HEAD"))]).expect("an answer");
    assert_eq!(head.get("response_body"), Some(&text("")));
}

#[test]
fn attempts_are_repeated_as_often_as_wanted() {
    let (url, server) = self::server(vec![ERROR, ERROR, OK]);
    let answer = ask(&[("url", text(&url)), ("retry", retry(2))]).expect("an answer");
    assert_eq!(answer.get("status_code"), Some(&Value::number(200)));
    assert_eq!(server.join().expect("requests").len(), 3);

    let (url, _server) = self::server(vec![ERROR, ERROR]);
    let error = ask(&[("url", text(&url)), ("retry", retry(1))]).expect_err("no answer");
    let url = url.split('?').next().expect("a URL");
    let expected = format!(
        "Error making request: Error making request: GET {url} giving up after 2 attempt(s): the server answered 500 Internal Server Error."
    );
    assert_eq!(error, expected);
}

#[test]
fn what_goes_wrong_is_told_without_secrets() {
    let (url, _server) = server(vec!["hang"]);
    let late = ask(&[
        ("url", text(&url)),
        ("request_timeout_ms", Value::number(30)),
    ]);
    let late = late.expect_err("no answer");
    assert!(
        late.starts_with("Error making request: request exceeded the specified timeout: 30ms"),
        "{late}"
    );
    let closed = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = closed.local_addr().expect("an address").port();
    drop(closed);
    let refused = ask(&[(
        "url",
        text(&format!("http://me:word@127.0.0.1:{port}/?token=1")),
    )]);
    let refused = refused.expect_err("no answer");
    let begin = format!(
        "Error making request: Error making request: GET http://127.0.0.1:{port}/: there is no connection"
    );
    assert!(refused.starts_with(&begin), "{refused}");
    for error in [&late, &refused] {
        assert!(!error.contains("secret") && !error.contains("word") && !error.contains("token"));
    }
    let pem = ask(&[
        ("url", text("https://127.0.0.1:1")),
        ("ca_cert_pem", text("invalid")),
    ]);
    let expected = "Error configuring TLS client: Error tls: Can't add the CA certificate to certificate pool. Only PEM encoded certificates are supported.";
    assert_eq!(pem, Err(expected.to_owned()));
    assert!(ask(&[("url", text("no url"))]).is_err());
}

#[test]
fn arguments_that_cannot_be() {
    let headers = Value::map(Type::String, [("a b", text("c"))]);
    for (given, expected) in [
        (
            vec![("method", text("PUT"))],
            "Attribute method value must be one of: [\"GET\" \"POST\" \"HEAD\"], got: \"PUT\"",
        ),
        (
            vec![("insecure", Value::bool(false)), ("ca_cert_pem", text("x"))],
            "Attribute \"insecure\" cannot be specified when \"ca_cert_pem\" is specified",
        ),
        (
            vec![("client_key_pem", text("x"))],
            "Attribute \"client_cert_pem\" must be specified when \"client_key_pem\" is specified",
        ),
        (
            vec![("retry", retry(-1))],
            "Attribute retry.attempts value must be at least 0, got: -1",
        ),
        (
            vec![("request_timeout_ms", Value::number(0))],
            "Attribute request_timeout_ms value must be at least 1, got: 0",
        ),
        (
            vec![("request_headers", headers)],
            "The header \"a b\" cannot be sent: its name or its value has characters that no header has.",
        ),
    ] {
        let problems = provider().validate_data("http", &config(&given));
        let details: Vec<&str> = problems.iter().map(|p| p.detail.as_str()).collect();
        assert_eq!(details, [expected]);
    }
}

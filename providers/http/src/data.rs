//! Data source `http`: what a web server answers to a request.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::header::{HeaderName, HeaderValue};
use trueup_sdk::{
    Answer, Problem,
    native::{DataSource, Field, Fields, Nested, Shape, attribute_problem, problem},
    world::World,
};
use trueup_value::{Type, Value};

use crate::exchange::{Answered, Exchange, Refusal};

pub(crate) struct HttpData {
    variables: Arc<BTreeMap<String, String>>,
}

const METHODS: [&str; 3] = ["GET", "POST", "HEAD"];

impl HttpData {
    pub(crate) fn new(world: &World) -> Self {
        HttpData {
            variables: world.variables.clone(),
        }
    }

    fn exchange(&self, config: &Fields) -> Exchange {
        let text = |name: &str| config.text(name).map(str::to_owned);
        let retry = Fields::of(config.get("retry"));
        let pause = |name: &str, default: u64| {
            let given = retry.integer(name).and_then(|ms| u64::try_from(ms).ok());
            Duration::from_millis(given.unwrap_or(default))
        };
        let timeout = config.integer("request_timeout_ms");
        let timeout = timeout.and_then(|ms| u64::try_from(ms).ok());
        let headers = config.texts("request_headers").into_iter();
        let attempts = retry.integer("attempts").unwrap_or_default();
        Exchange {
            url: text("url").unwrap_or_default(),
            method: text("method").unwrap_or_else(|| "GET".to_owned()),
            headers: headers
                .filter_map(|(name, value)| Some((name.as_str()?.to_owned(), value)))
                .collect(),
            body: text("request_body"),
            timeout: timeout.map(Duration::from_millis),
            ca: text("ca_cert_pem"),
            identity: text("client_cert_pem").zip(text("client_key_pem")),
            insecure: config.flag("insecure").unwrap_or_default(),
            retries: u32::try_from(attempts).unwrap_or_default(),
            first_pause: pause("min_delay_ms", 1_000),
            longest_pause: pause("max_delay_ms", 30_000),
            variables: self.variables.clone(),
        }
    }
}

impl DataSource for HttpData {
    fn shape(&self) -> Shape {
        let optional = |name: &str, ty, about: &str| Field::optional(name, ty).about(about);
        let computed = |name: &str, ty, about: &str| Field::computed(name, ty).about(about);
        let texts = Type::map(Type::String);
        Shape::new(
            "What a web server answers. The request is made whenever the data source is read, while planning, too: it must change nothing on the server. An answer of 5xx but 501, and of 429, is an error once it was tried as often as `retry` says; others are answers.",
            [
                Field::required("url", Type::String).about("The URL: `http` or `https`."),
                optional("method", Type::String, "`GET`, the default, `POST` or `HEAD`."),
                optional("request_headers", texts.clone(), "The headers of the request."),
                optional("request_body", Type::String, "The body of the request."),
                optional(
                    "request_timeout_ms",
                    Type::Number,
                    "How long one attempt may take, in milliseconds.",
                )
                .at_least(1),
                optional(
                    "ca_cert_pem",
                    Type::String,
                    "Certificates in PEM that are trusted in place of the system's. Not together with `insecure`.",
                ),
                optional(
                    "client_cert_pem",
                    Type::String,
                    "A certificate in PEM to show to the server, together with its key.",
                ),
                optional(
                    "client_key_pem",
                    Type::String,
                    "The key of `client_cert_pem`, in PEM.",
                ),
                optional(
                    "insecure",
                    Type::Bool,
                    "Whether any certificate of the server will do.",
                ),
                computed("id", Type::String, "The URL."),
                computed("status_code", Type::Number, "The status, such as 200."),
                computed(
                    "response_headers",
                    texts,
                    "The headers of the answer. Those that come more than once are joined by commas.",
                ),
                computed(
                    "response_body",
                    Type::String,
                    "The body of the answer as text. What is not UTF-8 is replaced by replacement characters.",
                ),
                computed("response_body_base64", Type::String, "The body of the answer in Base64."),
                computed("body", Type::String, "The old name of `response_body`.").deprecated(),
            ],
        )
        .block(retry())
    }

    fn validate(&self, config: &Fields) -> Vec<Problem> {
        let mut problems = Vec::new();
        if let Some(method) = config.text("method").filter(|m| !METHODS.contains(m)) {
            problems.push(attribute_problem(
                "method",
                "Invalid Attribute Value Match",
                format!("Attribute method value must be one of: [\"GET\" \"POST\" \"HEAD\"], got: {method:?}"),
            ));
        }
        let given = |name: &str| !config.get(name).is_null();
        let mut combination = |name: &str, detail: &str| {
            problems.push(attribute_problem(
                name,
                "Invalid Attribute Combination",
                detail,
            ));
        };
        if given("ca_cert_pem") && given("insecure") {
            let detail =
                "Attribute \"insecure\" cannot be specified when \"ca_cert_pem\" is specified";
            combination("insecure", detail);
        }
        for (one, other) in [
            ("client_cert_pem", "client_key_pem"),
            ("client_key_pem", "client_cert_pem"),
        ] {
            if given(one) && !given(other) {
                let detail =
                    format!("Attribute \"{other}\" must be specified when \"{one}\" is specified");
                combination(one, &detail);
            }
        }
        problems.extend(validate_headers(config));
        problems.extend(validate_retry(&Fields::of(config.get("retry"))));
        problems
    }

    fn read<'a>(&'a self, _: &'a (), config: Fields) -> Answer<'a, Result<Fields, Vec<Problem>>> {
        let exchange = self.exchange(&config);
        Box::pin(async move {
            let answer = exchange.make().await;
            let answer =
                answer.map_err(|Refusal { summary, detail }| vec![problem(summary, detail)])?;
            Ok(show(config, answer))
        })
    }
}

fn retry() -> Nested {
    let number = |name: &str, about: &str| Field::optional(name, Type::Number).about(about);
    Nested::single(
        "retry",
        [
            number(
                "attempts",
                "How often the request is tried again; not at all by default.",
            ),
            number(
                "min_delay_ms",
                "How long to wait before the second attempt, in milliseconds; 1000 by default. It doubles each time.",
            ),
            number(
                "max_delay_ms",
                "How long to wait at most, in milliseconds; 30000 by default.",
            ),
        ],
    )
    .about("Tries the request again after an answer of 5xx but 501, or of 429, and where there is none. Without it there is one attempt.")
}

fn validate_headers(config: &Fields) -> Option<Problem> {
    let headers = config.texts("request_headers").into_iter();
    let mut wrong = headers.filter_map(|(name, value)| {
        let name = name.as_str()?.to_owned();
        let right = HeaderName::from_bytes(name.as_bytes()).is_ok()
            && HeaderValue::from_bytes(value.as_bytes()).is_ok();
        (!right).then_some(name)
    });
    let name = wrong.next()?;
    let detail = format!(
        "The header {name:?} cannot be sent: its name or its value has characters that no header has."
    );
    Some(attribute_problem(
        "request_headers",
        "Invalid header",
        detail,
    ))
}

fn validate_retry(retry: &Fields) -> Vec<Problem> {
    let names = ["attempts", "min_delay_ms", "max_delay_ms"];
    let wrong =
        |name: &str, detail: String| attribute_problem(name, "Invalid Attribute Value", detail);
    let mut problems = Vec::new();
    for name in names {
        let Some(number) = retry.get(name).as_number() else {
            continue;
        };
        if number.to_i64().is_none_or(|number| number < 0) {
            let detail = format!("Attribute retry.{name} value must be at least 0, got: {number}");
            problems.push(wrong("retry", detail));
        }
    }
    if let (Some(min), Some(max)) = (retry.integer("min_delay_ms"), retry.integer("max_delay_ms"))
        && max < min
    {
        let detail = format!(
            "Attribute retry.max_delay_ms value must be at least sum of retry.min_delay_ms, got: {max}"
        );
        problems.push(wrong("retry", detail));
    }
    problems
}

fn show(mut config: Fields, answer: Answered) -> Fields {
    let body = Value::string(String::from_utf8_lossy(&answer.body).as_ref());
    let headers = answer.headers.into_iter();
    let headers = headers.map(|(name, value)| (name, Value::string(value)));
    let url = config.get("url").clone();
    config.set("id", url);
    config.set_integer("status_code", answer.status.into());
    config.set("response_headers", Value::map(Type::String, headers));
    config.set("response_body", body.clone());
    config.set("body", body);
    config.set_text("response_body_base64", STANDARD.encode(&answer.body));
    config
}

//! Calls to services of which only a few are needed, without an SDK: signed
//! here, sent with the HTTP client the SDKs use, and tried again as they do.

use std::time::Duration;

use aws_credential_types::{Credentials, provider::ProvideCredentials};
use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SigningSettings, sign},
    sign::v4,
};
use aws_smithy_http_client::default_connector;
use aws_smithy_runtime_api::client::{
    http::{HttpConnector, HttpConnectorSettings, SharedHttpConnector},
    orchestrator::{HttpRequest, HttpResponse},
};
use aws_smithy_types::body::SdkBody;

use super::{Account, Service, xml::Element};
use crate::{CallError, ErrorKind, region};

/// The version of EC2's API.
const EC2: &str = "2016-11-15";

const FORM: &str = "application/x-www-form-urlencoded; charset=utf-8";
const JSON: &str = "application/x-amz-json-1.1";

const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(20);

/// Codes of answers that ask to slow down, or that pass by themselves.
const PASSING: &[&str] = &[
    "EC2ThrottledException",
    "InternalError",
    "InternalFailure",
    "InternalServerError",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "ServiceUnavailable",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "Unavailable",
];

/// The parameters of a call to EC2.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// The same with one more.
    pub(crate) fn set(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.push((name.to_owned(), value.into()));
        self
    }

    /// The same with one more, if there is a value.
    pub(crate) fn set_some(self, name: &str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.set(name, value),
            None => self,
        }
    }

    /// The same with a list: `NAME.1`, `NAME.2` and so on.
    pub(crate) fn list<T: Into<String>>(
        self,
        name: &str,
        values: impl IntoIterator<Item = T>,
    ) -> Self {
        let values = values.into_iter().enumerate();
        values.fold(self, |all, (place, value)| {
            all.set(&format!("{name}.{}", place + 1), value)
        })
    }

    /// The same with those of others, each in its place of a list.
    pub(crate) fn each(mut self, name: &str, others: impl IntoIterator<Item = Parameters>) -> Self {
        for (place, other) in others.into_iter().enumerate() {
            let named = other.0.into_iter();
            self.0.extend(
                named.map(|(inner, value)| (format!("{name}.{}.{inner}", place + 1), value)),
            );
        }
        self
    }

    /// The same with those of another, under a name.
    pub(crate) fn within(mut self, name: &str, other: Parameters) -> Self {
        let named = other.0.into_iter();
        self.0
            .extend(named.map(|(inner, value)| (format!("{name}.{inner}"), value)));
        self
    }

    fn body(&self, action: &str) -> String {
        let first = format!("Action={action}&Version={EC2}");
        self.0.iter().fold(first, |body, (name, value)| {
            format!("{body}&{}={}", encode(name), encode(value))
        })
    }
}

/// Percent encoding as in forms and signatures.
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

/// A request, not signed yet.
struct Request {
    service: Service,
    action: &'static str,
    /// The service as endpoints, endpoint settings and signatures call it.
    name: &'static str,
    headers: Vec<(&'static str, String)>,
    body: String,
}

/// An answer.
struct Answer {
    status: u16,
    request_id: Option<String>,
    body: String,
}

impl Account {
    /// Calls EC2.
    ///
    /// # Errors
    /// What it answered, after as many attempts as are allowed.
    pub(crate) async fn ec2(
        &self,
        action: &'static str,
        parameters: &Parameters,
    ) -> Result<Element, CallError> {
        let request = Request {
            service: Service::Ec2,
            action,
            name: "ec2",
            headers: vec![("content-type", FORM.to_owned())],
            body: parameters.body(action),
        };
        let answer = self.send(&request).await?;
        Element::read(&answer.body).ok_or_else(|| unreadable(&request, &answer))
    }

    /// Calls a service that takes and answers JSON.
    ///
    /// # Errors
    /// What it answered, after as many attempts as are allowed.
    pub(crate) async fn json(
        &self,
        service: Service,
        action: &'static str,
        body: &serde_json::Value,
    ) -> Result<serde_json::Value, CallError> {
        let (name, target) = match service {
            Service::CloudTrail => (
                "cloudtrail",
                "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101",
            ),
            _ => ("ssm", "AmazonSSM"),
        };
        let request = Request {
            service,
            action,
            name,
            headers: vec![
                ("content-type", JSON.to_owned()),
                ("x-amz-target", format!("{target}.{action}")),
            ],
            body: body.to_string(),
        };
        let answer = self.send(&request).await?;
        serde_json::from_str(&answer.body).map_err(|_| unreadable(&request, &answer))
    }

    /// Sends a request as often as it takes and is allowed.
    async fn send(&self, request: &Request) -> Result<Answer, CallError> {
        let _change = self.begin(request.action);
        let attempts = self.settings.retry.attempts.max(1);
        let mut pause = FIRST_PAUSE;
        for attempt in 1.. {
            match self.send_once(request).await {
                Err(error) if attempt < attempts && passes(&error) => {
                    self.world.clock.sleep(self.jittered(pause)).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
                answer => return answer,
            }
        }
        Err(failed(
            request,
            ErrorKind::NotSent,
            "it was never sent".to_owned(),
        ))
    }

    /// Somewhat less than a pause, so that callers do not come back together.
    fn jittered(&self, pause: Duration) -> Duration {
        let drawn = self.world.random.below(1000).unwrap_or(500);
        pause / 2 + pause * u32::try_from(drawn).unwrap_or(500) / 2000
    }

    async fn send_once(&self, request: &Request) -> Result<Answer, CallError> {
        let signed = self.signed(request).await?;
        let connector = self.connector().ok_or_else(|| {
            failed(
                request,
                ErrorKind::NotSent,
                "there is no HTTP client".to_owned(),
            )
        })?;
        let answer = connector.call(signed).await;
        let answer = answer.map_err(|error| {
            let why = std::error::Error::source(&error)
                .map_or_else(|| error.to_string(), ToString::to_string);
            failed(request, ErrorKind::NoAnswer, why)
        })?;
        let answer = read(answer)
            .await
            .map_err(|why| failed(request, ErrorKind::NoAnswer, why))?;
        match answer.status {
            200..=299 => Ok(answer),
            _ => Err(refused(request, &answer)),
        }
    }

    /// The credentials calls are signed with.
    ///
    /// # Errors
    /// Why there are none.
    pub(crate) async fn credentials(&self) -> Result<Credentials, CallError> {
        let none = |message: String| CallError {
            service: Service::Sts.name(),
            action: "GetCallerIdentity",
            code: String::new(),
            message,
            request_id: None,
            status: None,
            kind: ErrorKind::Credentials,
        };
        let provider = self.sdk.credentials_provider();
        let provider = provider.ok_or_else(|| none("there are no credentials".to_owned()))?;
        provider
            .provide_credentials()
            .await
            .map_err(|error| none(error.to_string()))
    }

    /// Where STS is called, and for which region calls to it are signed.
    pub(crate) fn sts_endpoint(&self) -> (String, String) {
        let region = self
            .settings
            .sts_region
            .as_deref()
            .unwrap_or(self.region())
            .to_owned();
        let endpoint = self
            .settings
            .endpoints
            .get("sts")
            .cloned()
            .unwrap_or_else(|| {
                let suffix = region::partition(&region).dns_suffix;
                format!("https://sts.{region}.{suffix}")
            });
        (endpoint, region)
    }

    /// The HTTP client; connections are kept.
    fn connector(&self) -> Option<&SharedHttpConnector> {
        let connector = self.connector.get_or_init(|| {
            let settings = HttpConnectorSettings::builder()
                .connect_timeout(Duration::from_secs(5))
                .read_timeout(Duration::from_secs(60))
                .build();
            default_connector(&settings, self.sdk.sleep_impl())
        });
        connector.as_ref()
    }

    async fn signed(&self, request: &Request) -> Result<HttpRequest, CallError> {
        let credentials = self.credentials().await.map_err(|error| CallError {
            service: request.service.name(),
            action: request.action,
            ..error
        })?;
        let not_sent =
            |error: &dyn std::error::Error| failed(request, ErrorKind::NotSent, error.to_string());
        let endpoint = self.endpoint(request.name);
        let url = format!("{}/", endpoint.trim_end_matches('/'));
        let host = url
            .split("//")
            .nth(1)
            .and_then(|rest| rest.split('/').next())
            .unwrap_or_default();
        let mut headers = request.headers.clone();
        headers.push(("host", host.to_owned()));
        let identity = credentials.into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(self.region())
            .name(request.name)
            .time(self.world.clock.now())
            .settings(SigningSettings::default())
            .build()
            .map_err(|error| not_sent(&error))?
            .into();
        let body = SignableBody::Bytes(request.body.as_bytes());
        let named = headers.iter().map(|(name, value)| (*name, value.as_str()));
        let signable = SignableRequest::new("POST", &url, named, body);
        let signable = signable.map_err(|error| not_sent(&error))?;
        let (instructions, _) = sign(signable, &parameters)
            .map_err(|e| not_sent(&e))?
            .into_parts();
        let mut signed = HttpRequest::new(SdkBody::from(request.body.clone()));
        signed
            .set_method("POST")
            .map_err(|error| not_sent(&error))?;
        signed.set_uri(url).map_err(|error| not_sent(&error))?;
        for (name, value) in headers {
            signed.headers_mut().insert(name, value);
        }
        for (name, value) in instructions.headers() {
            signed
                .headers_mut()
                .insert(name.to_owned(), value.to_owned());
        }
        Ok(signed)
    }

    fn endpoint(&self, name: &str) -> String {
        let own = || {
            let region = self.region();
            let suffix = region::partition(region).dns_suffix;
            let fips = if self.settings.fips { "-fips" } else { "" };
            format!("https://{name}{fips}.{region}.{suffix}")
        };
        self.settings
            .endpoints
            .get(name)
            .cloned()
            .unwrap_or_else(own)
    }
}

async fn read(response: HttpResponse) -> Result<Answer, String> {
    let status = response.status().as_u16();
    let header = |name: &str| response.headers().get(name).map(str::to_owned);
    let request_id = header("x-amzn-requestid").or_else(|| header("x-amz-request-id"));
    let body = aws_smithy_types::byte_stream::ByteStream::new(response.into_body());
    let body = body.collect().await.map_err(|error| error.to_string())?;
    Ok(Answer {
        status,
        request_id,
        body: String::from_utf8_lossy(&body.into_bytes()).into_owned(),
    })
}

fn failed(request: &Request, kind: ErrorKind, message: String) -> CallError {
    CallError {
        service: request.service.name(),
        action: request.action,
        code: String::new(),
        message,
        request_id: None,
        status: None,
        kind,
    }
}

fn unreadable(request: &Request, answer: &Answer) -> CallError {
    CallError {
        request_id: answer.request_id.clone(),
        status: Some(answer.status),
        ..failed(
            request,
            ErrorKind::NoAnswer,
            "the answer cannot be read".to_owned(),
        )
    }
}

/// Code, message and request ID of an answer that is an error, in XML or JSON.
fn refused(request: &Request, answer: &Answer) -> CallError {
    let (code, message, id) = read_error(&answer.body).unwrap_or_default();
    CallError {
        code,
        request_id: answer.request_id.clone().or(id),
        status: Some(answer.status),
        ..failed(request, ErrorKind::Answered, message)
    }
}

type Told = (String, String, Option<String>);

fn read_error(body: &str) -> Option<Told> {
    if let Some(root) = Element::read(body) {
        let errors = root.child("Errors").unwrap_or(&root);
        let error = errors.child("Error")?;
        let text = |name| error.text_of(name).unwrap_or_default().to_owned();
        let id = root.text_of("RequestID").or(root.text_of("RequestId"));
        return Some((text("Code"), text("Message"), id.map(str::to_owned)));
    }
    let json: serde_json::Value = serde_json::from_str(body).ok()?;
    let text = |name: &str| json[name].as_str().map(str::to_owned);
    let code = text("__type").or_else(|| text("code")).unwrap_or_default();
    let code = code.rsplit('#').next().unwrap_or_default().to_owned();
    let message = text("message")
        .or_else(|| text("Message"))
        .unwrap_or_default();
    Some((code, message, None))
}

/// Whether it is worth another attempt.
fn passes(error: &CallError) -> bool {
    match error.kind {
        ErrorKind::NoAnswer => true,
        ErrorKind::Answered => {
            error.is(PASSING) || matches!(error.status, Some(429 | 500 | 502 | 503 | 504))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_written_as_forms() {
        let filter = Parameters::default()
            .set("Name", "tag:a b")
            .list("Value", ["1", "2&3"]);
        let all = Parameters::default()
            .each("Filter", [filter])
            .set("MaxResults", "5");
        assert_eq!(
            all.body("DescribeVpcs"),
            "Action=DescribeVpcs&Version=2016-11-15&Filter.1.Name=tag%3Aa%20b&Filter.1.Value.1=1&Filter.1.Value.2=2%263&MaxResults=5"
        );
    }

    #[test]
    fn errors_in_both_languages() {
        let xml = "<Response><Errors><Error><Code>InvalidVpcID.NotFound</Code><Message>no vpc-1</Message></Error></Errors><RequestID>r-1</RequestID></Response>";
        let json = r#"{"__type":"com.amazonaws.ssm#ParameterNotFound","message":"none"}"#;
        let told = |code: &str, message: &str, id: Option<&str>| {
            Some((code.to_owned(), message.to_owned(), id.map(str::to_owned)))
        };
        assert_eq!(
            read_error(xml),
            told("InvalidVpcID.NotFound", "no vpc-1", Some("r-1"))
        );
        assert_eq!(read_error(json), told("ParameterNotFound", "none", None));
        assert_eq!(read_error("<html><body>502"), None);
    }
}

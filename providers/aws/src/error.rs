//! What AWS answers when it does not do what it is asked.

mod hint;

use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use trueup_sdk::{Problem, native::problem};

use crate::client::Service;

/// A call that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallError {
    /// The service as users know it, such as `IAM`.
    pub service: &'static str,
    /// The action, such as `CreateRole`.
    pub action: &'static str,
    /// The service's code; empty where no service answered.
    pub code: String,
    /// What the service said, or why it could not; after several attempts also
    /// how many.
    pub message: String,
    /// The ID by which the service's support finds the call.
    pub request_id: Option<String>,
    /// The HTTP status.
    pub status: Option<u16>,
    /// How many seconds the service wants to be left alone.
    pub after: Option<u32>,
    /// What kind of failure it was.
    pub kind: ErrorKind,
}

/// How far a failed call came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The service answered.
    Answered,
    /// There are no credentials, or they could not be had.
    Credentials,
    /// It was never sent: it could not be put together.
    NotSent,
    /// There was no answer. What was asked may have happened.
    NoAnswer,
}

impl CallError {
    /// A call of which nothing more is known.
    pub(crate) fn new(
        service: Service,
        action: &'static str,
        kind: ErrorKind,
        message: impl Into<String>,
    ) -> Self {
        CallError {
            service: service.name(),
            action,
            code: String::new(),
            message: without_request(message.into()),
            request_id: None,
            status: None,
            after: None,
            kind,
        }
    }

    /// What came of a call.
    pub(crate) fn of<E>(
        service: Service,
        action: &'static str,
        error: &SdkError<E, HttpResponse>,
    ) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let metadata = error.as_service_error().map(ProvideErrorMetadata::meta);
        let code = metadata.and_then(|meta| meta.code()).unwrap_or_default();
        let message = metadata.and_then(|meta| meta.message());
        let response = error.raw_response();
        let bare = response.filter(|_| metadata.is_some() && code.is_empty());
        let (code, message) = match (bare.and_then(by_status), message) {
            (Some((code, message)), _) => (code, message),
            (None, Some(message)) => (code, message.to_owned()),
            (None, None) => (code, said(error)),
        };
        CallError {
            code: code.to_owned(),
            request_id: request_id(metadata, response),
            status: response.map(|response| response.status().as_u16()),
            after: response.and_then(retry_after),
            ..CallError::new(service, action, kind(error, &message), message)
        }
    }

    /// Whether the service's code is one of these.
    pub fn is(&self, codes: &[&str]) -> bool {
        codes.contains(&self.code.as_str())
    }

    /// The same as a message: what was being done, in a few words with the
    /// object, is its beginning.
    pub fn problem(&self, doing: &str) -> Problem {
        problem(
            &format!("{doing}: {self}"),
            hint::hint(self).unwrap_or_default(),
        )
    }
}

impl std::fmt::Display for CallError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "operation error {}: {}", self.service, self.action)?;
        if let Some(status) = self.status {
            write!(f, ", https response error StatusCode: {status}")?;
            let id = self.request_id.as_deref().unwrap_or_default();
            write!(f, ", RequestID: {id}")?;
        }
        match self.code.is_empty() {
            true => write!(f, ", {}", self.message),
            false => write!(f, ", {}: {}", self.code, self.message),
        }
    }
}

impl std::error::Error for CallError {}

fn kind<E>(error: &SdkError<E, HttpResponse>, message: &str) -> ErrorKind {
    match error {
        SdkError::ServiceError(_) => ErrorKind::Answered,
        _ if message.contains("credential") || message.contains("identity") => {
            ErrorKind::Credentials
        }
        SdkError::ConstructionFailure(_) => ErrorKind::NotSent,
        _ => ErrorKind::NoAnswer,
    }
}

/// A message without the request that was signed, which some services repeat
/// where a signature is wrong: the token of the session is in it.
fn without_request(mut message: String) -> String {
    if let Some(at) = message.find("The Canonical String for this request") {
        message.truncate(at);
        message.truncate(message.trim_end().len());
    }
    message
}

/// Why no service answered, from cause to cause, each said once.
fn said<E>(error: &SdkError<E, HttpResponse>) -> String
where
    E: std::error::Error + 'static,
{
    let mut words = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let text = cause.to_string();
        if !words.contains(&text) {
            words = format!("{words}: {text}");
        }
        source = cause.source();
    }
    words
}

/// What an answer without a body says: those to `HeadBucket` have none.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html>
fn by_status(response: &HttpResponse) -> Option<(&'static str, String)> {
    let region = response.headers().get("x-amz-bucket-region");
    match response.status().as_u16() {
        301 | 307 => Some((
            "PermanentRedirect",
            match region {
                Some(region) => format!("the bucket is in {region}"),
                None => "the bucket is in another region".to_owned(),
            },
        )),
        400 => Some(("BadRequest", "the request is not accepted".to_owned())),
        403 => Some(("Forbidden", "access is denied".to_owned())),
        _ => None,
    }
}

/// How many seconds a service wants to be left alone, where it says so.
pub(crate) fn retry_after(response: &HttpResponse) -> Option<u32> {
    response.headers().get("retry-after")?.trim().parse().ok()
}

fn request_id(
    metadata: Option<&aws_smithy_types::error::ErrorMetadata>,
    response: Option<&HttpResponse>,
) -> Option<String> {
    let extra = metadata.and_then(|meta| meta.extra("aws_request_id"));
    let headers = response.map(|response| response.headers());
    let header = headers.and_then(|headers| {
        headers
            .get("x-amzn-requestid")
            .or_else(|| headers.get("x-amz-request-id"))
    });
    extra.or(header).map(str::to_owned)
}

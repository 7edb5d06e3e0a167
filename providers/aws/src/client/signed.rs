//! Calls to services of which only a few are needed, without an SDK: signed
//! here and sent with the HTTP client the SDKs use.

use aws_credential_types::{Credentials, provider::ProvideCredentials};
use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SigningSettings, sign},
    sign::v4,
};
use aws_smithy_runtime_api::client::{
    http::HttpConnector,
    orchestrator::{HttpRequest, HttpResponse},
};
use aws_smithy_types::body::SdkBody;

use super::{Account, Parameters, Service, calls::Call, xml::Element};
use crate::{CallError, ErrorKind, error::retry_after, region};

const FORM: &str = "application/x-www-form-urlencoded; charset=utf-8";
const JSON: &str = "application/x-amz-json-1.1";

/// A request, not signed yet.
struct Request {
    service: Service,
    region: String,
    action: &'static str,
    headers: Vec<(&'static str, String)>,
    body: String,
}

/// An answer.
struct Answer {
    status: u16,
    request_id: Option<String>,
    after: Option<u32>,
    body: String,
}

impl Request {
    fn ec2(call: Call<'_>, parameters: &Parameters) -> Self {
        let action = call.action;
        Request {
            service: Service::Ec2,
            region: call.account.region().to_owned(),
            action,
            headers: vec![("content-type", FORM.to_owned())],
            body: parameters.form(action),
        }
    }

    fn json(call: Call<'_>, region: &str, body: &serde_json::Value) -> Self {
        let (service, action) = (call.service, call.action);
        let target = match service {
            Service::CloudTrail => "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101",
            _ => "AmazonSSM",
        };
        Request {
            service,
            region: region.to_owned(),
            action,
            headers: vec![
                ("content-type", JSON.to_owned()),
                ("x-amz-target", format!("{target}.{action}")),
            ],
            body: body.to_string(),
        }
    }
}

impl Call<'_> {
    /// Makes a call of EC2; it must not matter how often the service gets it.
    ///
    /// # Errors
    /// What it answered, after as many attempts as are allowed.
    pub(crate) async fn ec2(self, parameters: &Parameters) -> Result<Element, CallError> {
        let request = Request::ec2(self, parameters);
        let answer = self.make(|| self.signed_attempt(&request)).await?;
        answer.xml(&request)
    }

    /// Makes a call of EC2 that must not be made twice, as [`Call::once`].
    ///
    /// # Errors
    /// As there.
    pub(crate) async fn ec2_once<T, G>(
        self,
        parameters: &Parameters,
        read: impl Fn(&Element) -> T + Send + Sync,
        find: impl Fn() -> G + Send + Sync,
    ) -> Result<T, CallError>
    where
        T: Send,
        G: Future<Output = Result<Option<T>, CallError>> + Send,
    {
        let request = &Request::ec2(self, parameters);
        let attempt = || async {
            let answer = self.signed_attempt(request).await?;
            Ok(read(&answer.xml(request)?))
        };
        self.make_once(attempt, find).await
    }

    /// Makes a call whose arguments and answer are JSON.
    ///
    /// # Errors
    /// What the service answered, after as many attempts as are allowed.
    pub(crate) async fn json(
        self,
        body: &serde_json::Value,
    ) -> Result<serde_json::Value, CallError> {
        self.json_in(self.account.region(), body).await
    }

    /// The same of the service in another region.
    ///
    /// # Errors
    /// As there.
    pub(crate) async fn json_in(
        self,
        region: &str,
        body: &serde_json::Value,
    ) -> Result<serde_json::Value, CallError> {
        let request = Request::json(self, region, body);
        let answer = self.make(|| self.signed_attempt(&request)).await?;
        serde_json::from_str(&answer.body).map_err(|_| answer.unreadable(&request))
    }

    async fn signed_attempt(self, request: &Request) -> Result<Answer, CallError> {
        let change = self.begin();
        let answer = self.account.send_signed(request).await;
        drop(change);
        answer
    }
}

impl Account {
    /// Calls EC2; it must not matter how often it gets the call.
    ///
    /// # Errors
    /// What it answered, after as many attempts as are allowed.
    pub(crate) async fn ec2(
        &self,
        action: &'static str,
        parameters: &Parameters,
    ) -> Result<Element, CallError> {
        self.to(Service::Ec2, action).ec2(parameters).await
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
        self.to(service, action).json(body).await
    }

    async fn send_signed(&self, request: &Request) -> Result<Answer, CallError> {
        let signed = self.signed(request).await?;
        let answer = self.connector.call(signed).await;
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
        let none = |message: String| {
            let kind = ErrorKind::Credentials;
            CallError::new(Service::Sts, "GetCallerIdentity", kind, message)
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

    async fn signed(&self, request: &Request) -> Result<HttpRequest, CallError> {
        let credentials = self.credentials().await.map_err(|error| CallError {
            service: request.service.name(),
            action: request.action,
            ..error
        })?;
        let not_sent =
            |error: &dyn std::error::Error| failed(request, ErrorKind::NotSent, error.to_string());
        let endpoint = self.endpoint(request.service.key(), &request.region);
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
            .region(&request.region)
            .name(request.service.key())
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

    fn endpoint(&self, name: &str, region: &str) -> String {
        let own = || {
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
    let after = retry_after(&response);
    let header = |name: &str| response.headers().get(name).map(str::to_owned);
    let request_id = header("x-amzn-requestid").or_else(|| header("x-amz-request-id"));
    let body = aws_smithy_types::byte_stream::ByteStream::new(response.into_body());
    let body = body.collect().await.map_err(|error| error.to_string())?;
    Ok(Answer {
        status,
        request_id,
        after,
        body: String::from_utf8_lossy(&body.into_bytes()).into_owned(),
    })
}

fn failed(request: &Request, kind: ErrorKind, message: String) -> CallError {
    CallError::new(request.service, request.action, kind, message)
}

impl Answer {
    fn xml(&self, request: &Request) -> Result<Element, CallError> {
        Element::read(&self.body).ok_or_else(|| self.unreadable(request))
    }

    fn unreadable(&self, request: &Request) -> CallError {
        let message = "the answer cannot be read".to_owned();
        CallError {
            request_id: self.request_id.clone(),
            status: Some(self.status),
            ..failed(request, ErrorKind::NoAnswer, message)
        }
    }
}

/// Code, message and request ID of an answer that is an error, in XML or JSON.
fn refused(request: &Request, answer: &Answer) -> CallError {
    let (code, message, id) = read_error(&answer.body).unwrap_or_default();
    CallError {
        code,
        request_id: answer.request_id.clone().or(id),
        status: Some(answer.status),
        after: answer.after,
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

#[cfg(test)]
mod tests {
    use super::*;

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

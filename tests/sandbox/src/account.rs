//! Calls to the AWS emulator.

use serde_json::Value as Json;

use crate::{Network, Sandbox, faults::request_with};

/// What tests do to the account, behind the back of the program under test:
/// nothing of it is counted or fails.
#[derive(Debug)]
pub struct Account {
    endpoint: String,
    region: String,
}

impl Sandbox {
    /// The account past all proxies.
    pub fn account(&self) -> Account {
        Account {
            endpoint: self.description().direct_aws_endpoint.clone(),
            region: self.description().region.clone(),
        }
    }
}

impl Account {
    /// Calls an action of a service with the query protocol (IAM, ELB, EC2,
    /// STS), as `iam`, `Action=DeleteRole&RoleName=a`. Its answer.
    ///
    /// # Errors
    /// The service refuses.
    pub fn call(&self, service: &str, form: &str) -> anyhow::Result<String> {
        let kind = "application/x-www-form-urlencoded";
        self.request(service, "POST", "/", kind, form)
    }

    /// A request about a bucket, such as `PUT`, `/logs?versioning`.
    ///
    /// # Errors
    /// The service refuses.
    pub fn bucket(&self, method: &str, path: &str, body: &str) -> anyhow::Result<String> {
        self.request("s3", method, path, "application/xml", body)
    }

    /// The network the account begins with.
    ///
    /// # Errors
    /// The emulator cannot be reached.
    pub fn network(&self) -> anyhow::Result<Network> {
        let path = format!("/_sandbox/network/{}", self.region);
        let told = self.request("ec2", "GET", &path, "application/json", "")?;
        Ok(serde_json::from_str(&told)?)
    }

    /// Puts an event about a resource on record, for CloudTrail to tell.
    ///
    /// # Errors
    /// The emulator cannot be reached.
    pub fn record(&self, resource: &str, event: &Json) -> anyhow::Result<()> {
        let path = format!("/_sandbox/trail/{resource}");
        self.request(
            "cloudtrail",
            "PUT",
            &path,
            "application/json",
            &event.to_string(),
        )?;
        Ok(())
    }

    /// A request to a service, whose body is of this media type. Its answer.
    ///
    /// # Errors
    /// The service refuses.
    pub fn request(
        &self,
        service: &str,
        method: &str,
        path: &str,
        kind: &str,
        body: &str,
    ) -> anyhow::Result<String> {
        // Nobody verifies signatures; the service is read from them.
        let scope = format!("sandbox/20260101/{}/{service}/aws4_request", self.region);
        let signature =
            format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=00");
        let headers = [("Content-Type", kind), ("Authorization", &signature)];
        let url = format!("{}{path}", self.endpoint);
        request_with(&url, method, &headers, body)
    }
}

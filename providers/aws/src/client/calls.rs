//! Calls: each goes through [`Account::call`], whatever its service.

use std::{
    future::Future,
    sync::atomic::{AtomicU64, Ordering},
};

use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::Account;
use crate::CallError;

/// A service, as its errors call it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    /// Who did what.
    CloudTrail,
    /// Networks.
    Ec2,
    /// Clusters.
    Eks,
    /// Load balancers.
    Elb,
    /// Identities.
    Iam,
    /// Buckets.
    S3,
    /// Parameters.
    Ssm,
    /// Sessions.
    Sts,
}

impl Service {
    /// Its name as users know it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Service::CloudTrail => "CloudTrail",
            Service::Ec2 => "EC2",
            Service::Eks => "EKS",
            Service::Elb => "Elastic Load Balancing v2",
            Service::Iam => "IAM",
            Service::S3 => "S3",
            Service::Ssm => "SSM",
            Service::Sts => "STS",
        }
    }
}

/// Whether an action changes nothing.
fn is_read(action: &str) -> bool {
    ["Get", "List", "Describe", "Head"]
        .iter()
        .any(|verb| action.starts_with(verb))
}

/// A call that changes something, while it is under way.
pub(super) struct Change<'a>(Option<&'a AtomicU64>);

impl Change<'_> {
    fn count(&self) {
        if let Some(changes) = self.0 {
            changes.fetch_add(1, Ordering::SeqCst);
        }
    }
}

impl Drop for Change<'_> {
    fn drop(&mut self) {
        self.count();
    }
}

impl Account {
    /// How many calls that change something have begun or ended: what was read
    /// before the last one may be out of date.
    pub(crate) fn changes(&self) -> u64 {
        self.changes.load(Ordering::SeqCst)
    }

    /// Counts a call that changes something when it begins and, with what is
    /// returned, when it ends.
    pub(super) fn begin(&self, action: &str) -> Change<'_> {
        let change = Change((!is_read(action)).then_some(&self.changes));
        change.count();
        change
    }

    /// Calls a service: `send` sends the request called `action`.
    ///
    /// # Errors
    /// What the service answered, after as many attempts as are allowed.
    pub(crate) async fn call<T, E, F>(
        &self,
        service: Service,
        action: &'static str,
        send: impl Fn() -> F + Send + Sync,
    ) -> Result<T, CallError>
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>> + Send,
    {
        let change = self.begin(action);
        let answer = send().await;
        drop(change);
        answer.map_err(|error| CallError::of(service.name(), action, &error))
    }
}

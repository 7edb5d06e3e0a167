//! Calls: each goes through [`Account::call`] or [`Account::to`], whatever its
//! service. They are paced, tried again and looked for there, and nowhere else.

use std::{
    future::Future,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use trueup_sdk::calls::{GaveUp, Policy, Verdict};

use super::{Account, judge::judge, pace};
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
    /// Its name as endpoints and families of calls have it.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Service::CloudTrail => "cloudtrail",
            Service::Ec2 => "ec2",
            Service::Eks => "eks",
            Service::Elb => "elbv2",
            Service::Iam => "iam",
            Service::S3 => "s3",
            Service::Ssm => "ssm",
            Service::Sts => "sts",
        }
    }

    /// Its name as events of CloudTrail have it, before `.amazonaws.com`.
    pub(crate) fn source(self) -> &'static str {
        match self {
            Service::Elb => "elasticloadbalancing",
            other => other.key(),
        }
    }

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
pub(super) fn is_read(action: &str) -> bool {
    ["Get", "List", "Describe", "Head", "Lookup"]
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

/// A failure that passes by itself.
type Passes = fn(&CallError) -> bool;

/// A call to be made.
#[derive(Clone, Copy)]
pub(crate) struct Call<'a> {
    pub(super) account: &'a Account,
    pub(super) service: Service,
    pub(super) action: &'static str,
    /// What passes, and how long that may take.
    waits: [Option<(Duration, Passes)>; 2],
    /// Nobody waits for it to succeed after a failure.
    optional: bool,
}

impl Account {
    /// How many calls that change something have begun or ended: what was read
    /// before the last one may be out of date.
    pub(crate) fn changes(&self) -> u64 {
        self.changes.load(Ordering::SeqCst)
    }

    /// A call of the action called `action`.
    pub(crate) fn to(&self, service: Service, action: &'static str) -> Call<'_> {
        Call {
            account: self,
            service,
            action,
            waits: [None; 2],
            optional: false,
        }
    }

    /// Calls a service: `send` sends the request called `action`. It must not
    /// matter how often the service gets it.
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
        self.to(service, action).send(send).await
    }
}

impl<'a> Call<'a> {
    /// The same, tried again for as long as `limit` while the failure is one
    /// that passes: what the call refers to does not show everywhere yet, or
    /// is in use a little longer. A call may have two of these.
    pub(crate) fn waits(self, limit: Duration, passes: Passes) -> Self {
        let [first, _] = self.waits;
        Call {
            waits: [Some((limit, passes)), first],
            ..self
        }
    }

    /// The same, given up at the first failure that is not throttling: what it
    /// tells is good to know, and nothing depends on it.
    pub(crate) fn optional(self) -> Self {
        Call {
            optional: true,
            ..self
        }
    }

    /// Makes the call; it must not matter how often the service gets it.
    ///
    /// # Errors
    /// What the service answered, after as many attempts as are allowed.
    pub(crate) async fn send<T, E, F>(
        self,
        send: impl Fn() -> F + Send + Sync,
    ) -> Result<T, CallError>
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>> + Send,
    {
        self.make(|| self.attempt(&send)).await
    }

    /// Makes a call that must not be made twice, and reads what it answers. If
    /// an answer was lost, `find` says what the call made, if anything; that is
    /// the answer then.
    ///
    /// # Errors
    /// As [`Call::send`]; `find` may fail as well.
    pub(crate) async fn once<T, R, E, F, G>(
        self,
        send: impl Fn() -> F + Send + Sync,
        read: impl Fn(T) -> R + Send + Sync,
        find: impl Fn() -> G + Send + Sync,
    ) -> Result<R, CallError>
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>> + Send,
        G: Future<Output = Result<Option<R>, CallError>> + Send,
    {
        let attempt = || async { Ok(read(self.attempt(&send).await?)) };
        self.make_once(attempt, find).await
    }

    /// [`Call::send`] of anything.
    pub(super) async fn make<T, F>(
        self,
        attempt: impl Fn() -> F + Send + Sync,
    ) -> Result<T, CallError>
    where
        F: Future<Output = Result<T, CallError>> + Send,
    {
        let (calls, policy) = (&self.account.calls, self.policy());
        let family = pace::family(self.account, self.service, self.action);
        let made = calls.call(&family, &policy, |error| self.judge(error), attempt);
        made.await.map_err(told)
    }

    /// [`Call::once`] of anything.
    pub(super) async fn make_once<T, F, G>(
        self,
        attempt: impl Fn() -> F + Send + Sync,
        find: impl Fn() -> G + Send + Sync,
    ) -> Result<T, CallError>
    where
        F: Future<Output = Result<T, CallError>> + Send,
        G: Future<Output = Result<Option<T>, CallError>> + Send,
    {
        let (calls, policy) = (&self.account.calls, self.policy());
        let family = pace::family(self.account, self.service, self.action);
        let judge = |error: &CallError| self.judge(error);
        let made = calls.once(&family, &policy, judge, attempt, find);
        made.await.map_err(told)
    }

    async fn attempt<T, E, F>(self, send: &(impl Fn() -> F + Send + Sync)) -> Result<T, CallError>
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>> + Send,
    {
        let change = self.begin();
        let answer = send().await;
        drop(change);
        answer.map_err(|error| CallError::of(self.service, self.action, &error))
    }

    /// Counts a call that changes something when it begins and, with what is
    /// returned, when it ends.
    pub(super) fn begin(&self) -> Change<'a> {
        let change = Change((!is_read(self.action)).then_some(&self.account.changes));
        change.count();
        change
    }

    fn judge(&self, error: &CallError) -> Verdict {
        let verdict = judge(error);
        if !matches!(verdict, Verdict::Final | Verdict::Taken) {
            return verdict;
        }
        let mut waits = self.waits.into_iter().flatten();
        let within = waits.find_map(|(limit, passes)| passes(error).then_some(limit));
        match within {
            Some(_) => Verdict::NotYet { within },
            None => verdict,
        }
    }

    fn policy(&self) -> Policy {
        let given = self.account.settings.retry.attempts;
        let attempts = match self.optional {
            true => Some(1),
            false => given,
        };
        let waits = self.waits.into_iter().flatten().map(|(limit, _)| limit);
        let limit = waits.max().unwrap_or(Policy::PATIENT.propagation);
        Policy {
            attempts: attempts.unwrap_or(Policy::PATIENT.attempts),
            throttling_counts: given.is_some() && !self.optional,
            propagation: limit,
            deadline: Policy::PATIENT.deadline.max(limit * 2),
            ..Policy::PATIENT
        }
    }
}

/// The last failure, which says how much was tried.
fn told(gave_up: GaveUp<CallError>) -> CallError {
    let effort = gave_up.effort();
    let mut error = gave_up.error;
    // What was looked for in vain says itself how long it was tried.
    if !error.message.contains(" attempts in ") {
        error.message.push_str(&effort);
    }
    error
}

//! The stub without a network: requests are answered in this process, by a
//! clock that only passes when somebody waits.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use aws_smithy_runtime_api::client::{
    http::{HttpConnector, HttpConnectorFuture},
    orchestrator::{HttpRequest, HttpResponse},
};
use aws_smithy_types::body::SdkBody;
use trueup_sdk::world::Clock;
use trueup_testkit::FakeClock;

use super::{Faults, State, http, iam};

/// How long the way to the service and back takes.
pub(crate) const LATENCY: Duration = Duration::from_millis(60);

/// What a service bears of one action: so many at once, and so many in a
/// second after that.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bucket {
    pub(crate) burst: f64,
    pub(crate) rate: f64,
}

/// Requests to the stub.
#[derive(Clone)]
pub(crate) struct Wire(Arc<Inner>);

struct Inner {
    clock: FakeClock,
    bears: fn(&str) -> Bucket,
    state: Mutex<State>,
    tokens: Mutex<BTreeMap<String, (f64, Duration)>>,
    refused: Mutex<usize>,
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wire")
    }
}

impl Wire {
    pub(crate) fn new(clock: &FakeClock, bears: fn(&str) -> Bucket, faults: Faults) -> Self {
        Wire(Arc::new(Inner {
            clock: clock.clone(),
            bears,
            state: Mutex::new(State::new(faults)),
            tokens: Mutex::default(),
            refused: Mutex::default(),
        }))
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().expect("the state")
    }

    /// How many calls were too many.
    pub(crate) fn refused(&self) -> usize {
        *self.0.refused.lock().expect("the count")
    }
}

impl Inner {
    /// Takes a token of the action's bucket, if there is one.
    fn bears(&self, action: &str) -> bool {
        let bucket = (self.bears)(action);
        let now = self.clock.elapsed();
        let mut tokens = self.tokens.lock().expect("the tokens");
        let (left, at) = tokens
            .entry(action.to_owned())
            .or_insert((bucket.burst, now));
        let refilled = *left + (now - *at).as_secs_f64() * bucket.rate;
        (*left, *at) = (refilled.min(bucket.burst), now);
        let borne = *left >= 1.0;
        if borne {
            *left -= 1.0;
        }
        borne
    }

    /// Status and body; nothing where the connection breaks.
    fn answer(&self, body: &[u8]) -> Option<(u16, String)> {
        let form = http::form(&String::from_utf8_lossy(body));
        let action = form.get("Action").cloned().unwrap_or_default();
        if self.bears(&action) {
            return self.state.lock().expect("the state").answer(&form);
        }
        *self.refused.lock().expect("the count") += 1;
        Some((400, iam::error("Throttling", "Rate exceeded")))
    }
}

impl HttpConnector for Wire {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let inner = Arc::clone(&self.0);
        HttpConnectorFuture::new(async move {
            inner.clock.sleep(LATENCY / 2).await;
            let answer = inner.answer(request.body().bytes().unwrap_or_default());
            inner.clock.sleep(LATENCY / 2).await;
            let broken = || std::io::Error::from(std::io::ErrorKind::ConnectionReset);
            let (status, body) = answer.ok_or_else(|| {
                aws_smithy_runtime_api::client::result::ConnectorError::io(broken().into())
            })?;
            let status = status.try_into().expect("a status");
            let mut response = HttpResponse::new(status, SdkBody::from(body));
            response.headers_mut().insert("x-amzn-requestid", "stub-1");
            Ok(response)
        })
    }
}

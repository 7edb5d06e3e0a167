//! IAM in this process: what the types here ask of it, answered as AWS does,
//! with every call counted and some of them made to fail.

mod http;
mod iam;
mod wire;

use std::{
    collections::BTreeMap,
    net::TcpListener,
    sync::{Arc, Mutex, MutexGuard},
};

pub(crate) use iam::Iam;
pub(crate) use wire::{Bucket, LATENCY, Wire};

/// What happens to a call instead of, or after, what it asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The service asks to slow down.
    Throttle,
    /// The service fails.
    Internal,
    /// It is done, and the answer is lost.
    Lost,
}

/// Which calls fail: the number of the call, and its action.
pub(crate) type Faults = fn(usize, &str) -> Option<Fault>;

/// A server, which ends with the process.
pub(crate) struct Stub {
    pub(crate) url: String,
    state: Arc<Mutex<State>>,
}

pub(crate) struct State {
    pub(crate) iam: Iam,
    pub(crate) calls: BTreeMap<String, usize>,
    faults: Faults,
    number: usize,
}

impl Stub {
    /// A server without anything in it.
    pub(crate) fn start(faults: Faults) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(Mutex::new(State::new(faults)));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || http::serve(&listener, &shared));
        Stub {
            url: format!("http://{address}"),
            state,
        }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("the state")
    }

    /// Forgets the calls there were, and says how many.
    pub(crate) fn take_calls(&self) -> BTreeMap<String, usize> {
        std::mem::take(&mut self.state().calls)
    }
}

/// An answer: status and body; `None` where the connection is to break.
type Answer = Option<(u16, String)>;

impl State {
    fn new(faults: Faults) -> Self {
        State {
            iam: Iam::default(),
            calls: BTreeMap::new(),
            faults,
            number: 0,
        }
    }

    fn answer(&mut self, form: &BTreeMap<String, String>) -> Answer {
        let action = form.get("Action").map(String::as_str).unwrap_or_default();
        *self.calls.entry(action.to_owned()).or_default() += 1;
        self.number += 1;
        let fault = (self.faults)(self.number, action);
        match fault {
            Some(Fault::Throttle) => return Some((400, iam::error("Throttling", "Rate exceeded"))),
            Some(Fault::Internal) => return Some((500, iam::error("ServiceFailure", "Failed"))),
            _ => {}
        }
        let (status, body) = match self.iam.answer(action, form) {
            Ok(result) => (200, iam::wrapped(action, &result)),
            Err((status, code, message)) => (status, iam::error(code, &message)),
        };
        (fault != Some(Fault::Lost)).then_some((status, body))
    }
}

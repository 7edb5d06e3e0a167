//! A stack in the sandbox, and the calls its runs make.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    process::Stdio,
    sync::LazyLock,
    thread,
    time::{Duration, Instant},
};

use regex::Regex;
use trueup_sandbox::{Call, Fault, Faults, Front, Rule, Sandbox};

use crate::environment::{LONGEST, TestEnvironment};

/// A folder of configuration whose providers reach the sandbox, and nothing
/// else of the machine.
pub(crate) struct Stack {
    environment: TestEnvironment,
    front: Front,
    variables: BTreeMap<String, String>,
}

impl Stack {
    /// A stack of one file.
    pub(crate) fn new(sandbox: &Sandbox, main: &str) -> Self {
        let front = sandbox.front().unwrap();
        let variables = front.environment().into_iter();
        Stack {
            variables: variables.map(|(k, v)| (k.to_owned(), v)).collect(),
            environment: TestEnvironment::with(&[("main.tf", main)]),
            front,
        }
    }

    /// The same with another variable of the environment.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    /// The same without a variable of the environment.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.variables.remove(name);
        self
    }

    /// The same with an environment that leads to no cluster.
    pub(crate) fn nowhere(mut self) -> Self {
        self.variables.retain(|name, _| !name.starts_with("KUBE"));
        self
    }

    /// Writes a file of the stack; `main.tf` again, say.
    pub(crate) fn write(&self, name: &str, text: &str) {
        self.environment.write(name, text);
    }

    /// Runs `trueup` with these arguments. All it prints, but for what is
    /// another in every run: ports, UIDs, times.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        steady(&self.environment.run_with(arguments, &self.variables(), ""))
    }

    fn variables(&self) -> Vec<(&str, &str)> {
        let variables = self.variables.iter();
        let variables = variables.map(|(name, value)| (name.as_str(), value.as_str()));
        variables.collect()
    }

    /// Runs, and is killed as soon as a call meets `fault`, which holds it or
    /// its answer back.
    pub(crate) fn kill(&self, arguments: &[&str], fault: &Rule) -> Fate {
        for proxy in self.faults() {
            proxy.set(std::slice::from_ref(fault), 0).unwrap();
        }
        let mut command = self.environment.command(arguments, &self.variables());
        let printed = self.path("printed");
        let output = std::fs::File::create(&printed).unwrap();
        command
            .stdin(Stdio::null())
            .stdout(output.try_clone().unwrap())
            .stderr(output);
        let mut child = command.spawn().unwrap();
        let begun = Instant::now();
        let killed = loop {
            if begun.elapsed() > LONGEST {
                child.kill().unwrap();
                panic!("not over: {}", std::fs::read_to_string(printed).unwrap());
            }
            if self
                .faults()
                .into_iter()
                .any(|proxy| has_struck(proxy, fault))
            {
                break true;
            }
            if child.try_wait().unwrap().is_some() {
                break false;
            }
            thread::sleep(Duration::from_millis(20));
        };
        // It may have ended by itself.
        let _ = child.kill();
        child.wait().unwrap();
        for proxy in self.faults() {
            proxy.set(&[], 0).unwrap();
        }
        match killed {
            true => Fate::Killed,
            false => Fate::Ended(std::fs::read_to_string(printed).unwrap()),
        }
    }

    /// Where the cluster is, as the stack sees it.
    pub(crate) fn api_server(&self) -> String {
        let kubeconfig = std::fs::read_to_string(&self.front.kubeconfig).unwrap();
        let mut lines = kubeconfig.lines().map(str::trim);
        let server = lines.find_map(|line| line.strip_prefix("server: "));
        server.unwrap().to_owned()
    }

    /// Where a file of the stack is.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.environment.work().join(name)
    }

    /// Reads a file of the stack.
    pub(crate) fn read(&self, name: &str) -> String {
        self.environment.read(name)
    }

    pub(crate) fn plan(&self) -> String {
        self.run(&["plan"])
    }

    /// Applies one object after the other, in an order that is always the same.
    pub(crate) fn apply(&self) -> String {
        self.run(&["apply", "-auto-approve", "-parallelism=1"])
    }

    /// The line by which a plan says what is left to do.
    pub(crate) fn settled(&self) -> String {
        let printed = self.plan();
        let mut lines = printed.lines();
        let line = lines.find(|line| line.starts_with("No changes.") || line.starts_with("Plan:"));
        match line {
            Some(line) if line.starts_with("No changes.") => "No changes.".to_owned(),
            _ => printed,
        }
    }

    pub(crate) fn destroy(&self) -> String {
        self.run(&["destroy", "-auto-approve", "-parallelism=1"])
    }

    /// The calls this stack makes while something is done: those of its own
    /// runs, nobody else's.
    pub(crate) fn calls<T>(&self, work: impl FnOnce() -> T) -> (T, Calls) {
        let proxies = self.faults();
        for proxy in proxies {
            proxy.forget().unwrap();
        }
        let done = work();
        let [kubernetes, aws] = proxies.map(|proxy| proxy.calls().unwrap());
        (done, Calls { kubernetes, aws })
    }

    /// The proxies before Kubernetes and before AWS, where faults are set.
    pub(crate) fn faults(&self) -> [&Faults; 2] {
        [&self.front.kubernetes_faults, &self.front.aws_faults]
    }
}

/// What became of a run that was to be killed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Killed,
    /// It came to its end first, having printed this.
    Ended(String),
}

/// Whether a call or an answer is held back by `fault`.
fn has_struck(proxy: &Faults, fault: &Rule) -> bool {
    match fault.fault {
        Fault::Held => proxy.held().unwrap() > 0,
        _ => proxy.fired().unwrap().iter().any(|fired| *fired > 0),
    }
}

/// The same text with `[…]` for what differs from run to run.
fn steady(text: &str) -> String {
    static REDACTIONS: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
        [
            (r"127\.0\.0\.1:\d+", "[ADDRESS]"),
            (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "[MOMENT]"),
            (r#"(resource_version"? +[:=] )"\d+""#, "$1[VERSION]"),
            (r#"(\[VERSION\] -> )"\d+""#, "$1[VERSION]"),
            (r"(_deployed +=) \d+", "$1 [SECONDS]"),
            (r"after \d+s", "after [TIME]"),
            (r"RequestID: [0-9A-Za-z-]+", "RequestID: [ID]"),
            (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "[UID]"),
            (r"attempts in \d+s", "attempts in [TIME]"),
            (r"vpc-[0-9a-f]{8,}", "[VPC]"),
            (r"/[0-9a-f]{15,17}\b", "/[ID]"),
            (r"\b20\d{12}[0-9a-f]{12}\b", "[ID]"),
            (r"(?m)^.*: Still .*\n", ""),
        ]
        .map(|(pattern, instead)| (Regex::new(pattern).unwrap(), instead))
        .into()
    });
    let steady = REDACTIONS.iter();
    steady.fold(text.to_owned(), |text, (pattern, instead)| {
        pattern.replace_all(&text, *instead).into_owned()
    })
}

/// A call and the object it is about.
fn line(call: &Call) -> String {
    const NAMES: [&str; 8] = [
        "RoleName",
        "PolicyName",
        "PolicyArn",
        "Names.member.1",
        "ResourceArns.member.1",
        "LoadBalancerArn",
        "ListenerArn",
        "TargetGroupArn",
    ];
    let form = call.arguments.split('&');
    let form = form.filter_map(|pair| pair.split_once('='));
    let what = form.filter(|(name, _)| NAMES.contains(name));
    let what: Vec<&str> = what.map(|(_, value)| value).collect();
    let place = match call.path.as_str() {
        "/" => String::new(),
        path => format!(" {}", path.trim_end_matches('/')),
    };
    let line = format!(
        "{} {}{place} {}",
        call.service,
        call.operation,
        what.join(" ")
    );
    line.trim_end().to_owned()
}

/// The calls that came by the proxies.
pub(crate) struct Calls {
    pub(crate) kubernetes: Vec<Call>,
    pub(crate) aws: Vec<Call>,
}

impl Calls {
    /// Those to AWS in the order of their names, as `SERVICE ACTION WHAT`.
    /// What is no name, ID or ARN of an object is left out.
    pub(crate) fn of_aws(&self) -> String {
        let mut lines: Vec<String> = self.aws.iter().map(line).collect();
        lines.sort();
        steady(&lines.join("\n"))
    }

    /// Calls to AWS that were made more than once.
    pub(crate) fn repeated(&self) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let repeated = self.aws.iter().filter(|call| {
            let asked = (&call.service, &call.operation, &call.path, &call.arguments);
            !seen.insert(asked)
        });
        repeated.map(|call| steady(&line(call))).collect()
    }

    /// Those that ask for a change, as `OPERATION PATH`.
    pub(crate) fn mutating(&self) -> Vec<String> {
        let calls = self.kubernetes.iter().chain(&self.aws);
        let mutating = calls.filter(|call| call.mutating);
        mutating
            .map(|call| format!("{} {}", call.operation, call.path))
            .collect()
    }
}

//! Roles and their policies, made, read, changed and destroyed, on a stub of
//! IAM in this process.

use trueup_sdk::{
    ApplyRequest, Configured, Interrupted, Object, PlanRequest, Provider, ReadRequest, Recovery,
    read_stored,
};
use trueup_value::Value;

use crate::{
    stub::{Fault, Faults, Stub},
    world,
};

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}}]}"#;
const READ: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#;

fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(work)
}

/// The provider on a stub, and what it takes to plan and apply with it.
struct Bench {
    stub: Stub,
    configured: std::sync::Arc<dyn Configured>,
}

impl Bench {
    async fn new(faults: Faults) -> Self {
        Bench::with(faults, "").await
    }

    async fn with(faults: Faults, more: &str) -> Self {
        let stub = Stub::start(faults);
        // Time passes for each test by itself.
        let provider = trueup_aws::aws(&world::with(&[]));
        let url = &stub.url;
        let block = format!(
            r#"{{"region":"eu-central-1","access_key":"a","secret_key":"b","endpoints":[{{"iam":"{url}","sts":"{url}"}}]{more}}}"#
        );
        let schema = &provider.schema().provider;
        let block = read_stored(schema, 0, &block).expect("a block");
        let configured = provider
            .configure(&block)
            .await
            .expect("a configured provider");
        Bench { stub, configured }
    }

    fn value(kind: &str, text: &str) -> Value {
        let provider = &*world::PROVIDER;
        let schema = provider.schema().resources.get(kind).expect("a schema");
        read_stored(schema, schema.version, text).expect("a configuration")
    }

    async fn planned(
        &self,
        kind: &str,
        prior: Option<&Object>,
        config: &Value,
    ) -> trueup_sdk::PlanResponse {
        // What the engine proposes: the configuration, and what only the
        // provider decides from before.
        let provider = &*world::PROVIDER;
        let schema = provider.schema().resources.get(kind).expect("a schema");
        let attributes = config.elements().map(|(name, value)| {
            let name = name.as_str().expect("a name").to_owned();
            let computed = schema
                .block
                .attributes
                .get(name.as_str())
                .is_some_and(|a| a.computed);
            let before = prior.and_then(|prior| prior.value.get(&name));
            let proposed = match before {
                Some(before) if value.is_null() && computed => before.clone(),
                _ => value,
            };
            (name, proposed)
        });
        let proposed = Value::object(attributes.collect::<Vec<_>>());
        let request = PlanRequest {
            kind,
            prior,
            config: Some(config),
            proposed: Some(&proposed),
            sensitive: &[],
            shown: None,
        };
        let response = self.configured.plan(request).await;
        assert_eq!(response.problems, Vec::new());
        response
    }

    async fn apply(
        &self,
        kind: &str,
        prior: Option<&Object>,
        config: &str,
    ) -> Result<Object, Vec<String>> {
        let config = Bench::value(kind, config);
        let plan = self.planned(kind, prior, &config).await;
        let planned = plan.planned.expect("a plan");
        let identity = match prior {
            None => self.configured.identify(kind, &planned),
            Some(_) => None,
        };
        let request = ApplyRequest {
            kind,
            prior,
            planned: Some(&planned),
            config: Some(&config),
            settled: Some(&config),
            private: &plan.private,
            identity: identity.as_deref(),
        };
        let response = self.configured.apply(request).await;
        match response.problems.is_empty() {
            true => Ok(response.object.expect("an object")),
            false => Err(response
                .problems
                .into_iter()
                .map(|p| format!("{} | {}", p.summary, p.detail))
                .collect()),
        }
    }

    async fn destroy(&self, kind: &str, object: &Object) -> Vec<String> {
        let request = ApplyRequest {
            kind,
            prior: Some(object),
            planned: None,
            config: None,
            settled: None,
            private: &[],
            identity: None,
        };
        let response = self.configured.apply(request).await;
        response.problems.into_iter().map(|p| p.summary).collect()
    }

    async fn read(&self, kind: &str, objects: &[Object]) -> Vec<Option<Object>> {
        let requests = objects.iter().map(|object| ReadRequest {
            kind,
            object: object.clone(),
        });
        let responses = self.configured.read(requests.collect()).await;
        responses
            .into_iter()
            .map(|response| {
                assert_eq!(response.problems, Vec::new());
                response.object
            })
            .collect()
    }
}

fn role(name: &str) -> String {
    serde_json::json!({ "name": name, "assume_role_policy": TRUST, "tags": { "a": "b" } })
        .to_string()
}

fn text<'a>(object: &'a Object, name: &str) -> &'a str {
    object
        .value
        .get(name)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn never(_: usize, _: &str) -> Option<Fault> {
    None
}

#[test]
fn a_service_that_throttles_to_the_end() {
    run(async {
        let bench =
            Bench::new(|_, action| (action == "CreateRole").then_some(Fault::Throttle)).await;
        let told = bench.apply("aws_iam_role", None, &role("loki")).await;
        let told = told.expect_err("a problem").join("\n");
        let calls = bench.stub.take_calls()["CreateRole"];
        let expected = format!(
            "creating IAM Role (loki): operation error IAM: CreateRole, https response error \
             StatusCode: 400, RequestID: stub-1, Throttling: Rate exceeded, after {calls} attempts in "
        );
        let rest = told.strip_prefix(&expected).expect(&told);
        let (seconds, hint) = rest.split_once(" | ").expect("a hint");
        let seconds: u64 = seconds.trim_end_matches('s').parse().expect("seconds");
        // Ten minutes, less the pause that would have been too long.
        assert!((500..=600).contains(&seconds), "{told}");
        assert_eq!(
            hint,
            "The service kept on asking to slow down. Run this again later: what is done already is kept."
        );
    });
}

/// As often as by Terraform's provider.
#[test]
fn max_retries_are_all_attempts() {
    run(async {
        let throttled: Faults = |_, action| (action == "CreateRole").then_some(Fault::Throttle);
        let failing: Faults = |_, action| (action == "CreateRole").then_some(Fault::Internal);
        for faults in [throttled, failing] {
            let bench = Bench::with(faults, r#","max_retries":4"#).await;
            let told = bench.apply("aws_iam_role", None, &role("loki")).await;
            told.expect_err("a problem");
            assert_eq!(bench.stub.take_calls()["CreateRole"], 4);
        }
    });
}

#[test]
fn a_role_from_beginning_to_end() {
    run(async {
        let bench = Bench::new(never).await;
        let made = bench
            .apply("aws_iam_role", None, &role("loki"))
            .await
            .expect("a role");
        assert_eq!(text(&made, "arn"), "arn:aws:iam::123456789012:role/loki");
        assert_eq!(text(&made, "id"), "loki");
        let calls = bench.stub.take_calls();
        assert_eq!(
            calls.into_iter().collect::<Vec<_>>(),
            [("CreateRole".to_owned(), 1)]
        );

        // Read again it is the same, and nothing is planned.
        let read = bench
            .read("aws_iam_role", std::slice::from_ref(&made))
            .await;
        assert_eq!(read[0].as_ref(), Some(&made));
        let config = Bench::value("aws_iam_role", &role("loki"));
        let plan = bench.planned("aws_iam_role", Some(&made), &config).await;
        assert_eq!(plan.planned.as_ref(), Some(&made.value));

        // Changed: only what differs is called.
        bench.stub.take_calls();
        let changed = serde_json::json!({ "name": "loki", "assume_role_policy": TRUST, "description": "d", "tags": { "c": "d" } });
        let changed = bench
            .apply("aws_iam_role", Some(&made), &changed.to_string())
            .await
            .expect("a role");
        let calls: Vec<String> = bench.stub.take_calls().into_keys().collect();
        assert_eq!(
            calls,
            [
                "GetRole",
                "ListAttachedRolePolicies",
                "ListRolePolicies",
                "TagRole",
                "UntagRole",
                "UpdateRole"
            ]
        );
        assert_eq!(text(&changed, "description"), "d");
        {
            let state = bench.stub.state();
            let role = &state.iam.roles["loki"];
            assert_eq!(
                role.tags.iter().collect::<Vec<_>>(),
                [(&"c".to_owned(), &"d".to_owned())]
            );
            assert_eq!(role.description, "d");
        }
        assert_eq!(
            bench.destroy("aws_iam_role", &changed).await,
            Vec::<String>::new()
        );
        assert!(bench.stub.state().iam.roles.is_empty());
        // Destroying what is gone is no error.
        assert_eq!(
            bench.destroy("aws_iam_role", &changed).await,
            Vec::<String>::new()
        );
        assert_eq!(bench.read("aws_iam_role", &[changed]).await, [None]);
    });
}

#[test]
fn a_policy_that_means_the_same_is_no_change() {
    run(async {
        let bench = Bench::new(never).await;
        let policy =
            |document: &str| serde_json::json!({ "name": "p", "policy": document }).to_string();
        let made = bench
            .apply("aws_iam_policy", None, &policy(READ))
            .await
            .expect("a policy");
        let same = r#"{ "Statement": { "Resource": ["*"], "Action": ["s3:GetObject"], "Effect": "Allow" }, "Version": "2012-10-17" }"#;
        let config = Bench::value("aws_iam_policy", &policy(same));
        let plan = bench.planned("aws_iam_policy", Some(&made), &config).await;
        assert_eq!(plan.planned.as_ref(), Some(&made.value));
        assert_eq!(plan.requires_replace, Vec::new());
    });
}

/// A policy has five versions; the oldest makes room.
#[test]
fn versions_are_pruned() {
    run(async {
        let bench = Bench::new(never).await;
        let policy = |action: &str| {
            let document = READ.replace("s3:GetObject", action);
            serde_json::json!({ "name": "p", "policy": document }).to_string()
        };
        let mut object = bench
            .apply("aws_iam_policy", None, &policy("s3:A0"))
            .await
            .expect("a policy");
        for round in 1..8 {
            let changed = policy(&format!("s3:A{round}"));
            object = bench
                .apply("aws_iam_policy", Some(&object), &changed)
                .await
                .expect("a policy");
        }
        let state = bench.stub.state();
        let versions = &state.iam.policies["arn:aws:iam::123456789012:policy/p"].versions;
        let numbers: Vec<usize> = versions.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, [4, 5, 6, 7, 8]);
        assert!(text(&object, "policy").contains("s3:A7"));
    });
}

/// 1 000 roles with a policy each are refreshed in a few calls.
#[test]
fn many_roles_are_read_in_few_calls() {
    run(async {
        let bench = Bench::new(never).await;
        let (mut roles, mut policies) = (Vec::new(), Vec::new());
        for number in 0..1000 {
            let name = format!("role-{number}");
            roles.push(
                bench
                    .apply("aws_iam_role", None, &role(&name))
                    .await
                    .expect("a role"),
            );
            let policy = serde_json::json!({ "role": name, "name": "read", "policy": READ });
            let made = bench
                .apply("aws_iam_role_policy", None, &policy.to_string())
                .await;
            policies.push(made.expect("a policy"));
        }
        bench.stub.take_calls();
        let read = bench.read("aws_iam_role", &roles).await;
        assert!(read.iter().all(Option::is_some));
        let read = bench.read("aws_iam_role_policy", &policies).await;
        let expected: Vec<_> = policies.iter().cloned().map(Some).collect();
        assert_eq!(read, expected);
        let calls: Vec<(String, usize)> = bench.stub.take_calls().into_iter().collect();
        assert_eq!(
            calls,
            [
                ("GetAccountAuthorizationDetails".to_owned(), 1),
                ("ListRoles".to_owned(), 1)
            ]
        );
    });
}

/// A third of the calls asks to slow down: the same comes of it.
#[test]
fn throttling_changes_nothing() {
    fn often(number: usize, _: &str) -> Option<Fault> {
        match number % 6 {
            0 => Some(Fault::Throttle),
            3 => Some(Fault::Internal),
            _ => None,
        }
    }
    run(async {
        let bench = Bench::new(often).await;
        for number in 0..20 {
            let name = format!("role-{number}");
            bench
                .apply("aws_iam_role", None, &role(&name))
                .await
                .expect("a role");
            let policy = serde_json::json!({ "role": name, "name": "read", "policy": READ });
            bench
                .apply("aws_iam_role_policy", None, &policy.to_string())
                .await
                .expect("a policy");
        }
        let state = bench.stub.state();
        assert_eq!(state.iam.roles.len(), 20);
        assert!(state.iam.roles.values().all(|role| role.inline.len() == 1));
    });
}

/// The answer to every call that makes something is lost once: each is found
/// and taken for what it is.
#[test]
fn what_a_lost_answer_told_of_is_adopted() {
    fn lost(number: usize, action: &str) -> Option<Fault> {
        let makes = ["CreateRole", "CreatePolicy", "CreatePolicyVersion"].contains(&action);
        (makes && number < 40).then_some(Fault::Lost)
    }
    run(async {
        let bench = Bench::new(lost).await;
        let made = bench.apply("aws_iam_role", None, &role("loki")).await;
        assert_eq!(text(&made.expect("a role"), "id"), "loki");
        let policy = |document: &str| {
            serde_json::json!({ "name": "p", "policy": document, "tags": { "a": "b" } }).to_string()
        };
        let made = bench.apply("aws_iam_policy", None, &policy(READ)).await;
        let made = made.expect("a policy");
        let other = READ.replace("GetObject", "PutObject");
        let changed = bench
            .apply("aws_iam_policy", Some(&made), &policy(&other))
            .await;
        assert!(text(&changed.expect("a policy"), "policy").contains("PutObject"));
        let calls = bench.stub.take_calls();
        for action in ["CreateRole", "CreatePolicy", "CreatePolicyVersion"] {
            assert_eq!(calls.get(action), Some(&1), "{action}");
        }
        let state = bench.stub.state();
        let policy = &state.iam.policies["arn:aws:iam::123456789012:policy/p"];
        assert_eq!(policy.versions.len(), 2);
    });
}

/// Somebody else's role is not taken for one whose answer was lost.
#[test]
fn what_was_there_before_is_not_adopted() {
    fn broken(number: usize, action: &str) -> Option<Fault> {
        (action == "CreateRole" && number == 2).then_some(Fault::Internal)
    }
    run(async {
        let bench = Bench::new(broken).await;
        let other = serde_json::json!({ "name": "loki", "assume_role_policy": TRUST });
        let there = bench.apply("aws_iam_role", None, &other.to_string()).await;
        there.expect("a role");
        let taken = bench.apply("aws_iam_role", None, &role("loki")).await;
        let taken = taken.expect_err("taken");
        assert!(taken[0].contains("EntityAlreadyExists"), "{taken:?}");
    });
}

/// Killed between intent and outcome: what was made is found by its name, and
/// what was there before it is not taken for it.
#[test]
fn what_was_made_is_found_again() {
    run(async {
        let bench = Bench::new(never).await;
        let config = serde_json::json!({ "name_prefix": "loki-", "assume_role_policy": TRUST });
        let config = Bench::value("aws_iam_role", &config.to_string());
        let plan = bench.planned("aws_iam_role", None, &config).await;
        let planned = plan.planned.expect("a plan");
        let identity = bench
            .configured
            .identify("aws_iam_role", &planned)
            .expect("an identity");
        let request = ApplyRequest {
            kind: "aws_iam_role",
            prior: None,
            planned: Some(&planned),
            config: Some(&config),
            settled: Some(&config),
            private: &[],
            identity: Some(&identity),
        };
        let made = bench
            .configured
            .apply(request)
            .await
            .object
            .expect("a role");
        assert!(text(&made, "name").starts_with("loki-"));
        let action = Interrupted {
            kind: "aws_iam_role",
            prior: None,
            identity: Some(&identity),
        };
        match bench.configured.recover(action).await {
            Recovery::Found(found) => assert_eq!(text(&found, "arn"), text(&made, "arn")),
            other => panic!("{other:?}"),
        }
        let later = format!("{}@{}", text(&made, "name"), 4_000_000_000_u64);
        let action = Interrupted {
            kind: "aws_iam_role",
            prior: None,
            identity: Some(&later),
        };
        assert!(matches!(
            bench.configured.recover(action).await,
            Recovery::Absent
        ));
        let action = Interrupted {
            kind: "aws_iam_role",
            prior: None,
            identity: Some("other@0"),
        };
        assert!(matches!(
            bench.configured.recover(action).await,
            Recovery::Absent
        ));
    });
}

#[test]
fn errors_say_what_to_do() {
    run(async {
        let bench = Bench::new(never).await;
        bench
            .apply("aws_iam_role", None, &role("loki"))
            .await
            .expect("a role");
        let taken = bench
            .apply("aws_iam_role", None, &role("loki"))
            .await
            .expect_err("taken");
        assert_eq!(
            taken,
            [
                "creating IAM Role (loki): operation error IAM: CreateRole, https response error StatusCode: 409, RequestID: stub-1, EntityAlreadyExists: Role with name loki already exists. | There is one by this name that this state does not know. Import it, or choose another name."
            ]
        );
    });
}

#[test]
fn tags_of_the_provider_are_on_everything() {
    run(async {
        let more = r#","default_tags":[{"tags":{"team":"platform","a":"x"}}]"#;
        let bench = Bench::with(never, more).await;
        let made = bench
            .apply("aws_iam_role", None, &role("loki"))
            .await
            .expect("a role");
        let tags = |name: &str| {
            let all = made.value.get(name).expect("tags").elements();
            all.map(|(k, v)| format!("{}={}", k.as_str().unwrap_or(""), v.as_str().unwrap_or("")))
                .collect::<Vec<_>>()
        };
        assert_eq!(tags("tags"), ["a=b"]);
        assert_eq!(tags("tags_all"), ["a=b", "team=platform"]);
        let state = bench.stub.state();
        assert_eq!(state.iam.roles["loki"].tags.len(), 2);
    });
}

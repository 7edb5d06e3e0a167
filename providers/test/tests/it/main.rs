//! The test provider against its own promises.

mod suites;

use std::time::{Duration, Instant};

use futures_executor::block_on;
use trueup_sdk::native::NativeProvider;
use trueup_sdk::{
    ApplyRequest, ApplyResponse, Configured, Interrupted, Object, PlanRequest, Provider,
    ReadRequest, Recovery,
};
use trueup_test::{Places, Step, machine, provider};
use trueup_value::{Str, Type, Value};

const KIND: &str = "test_object";

struct Bench {
    folder: tempfile::TempDir,
    provider: NativeProvider<Option<Places>>,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let provider = provider(&machine(folder.path().to_owned()));
        Bench { folder, provider }
    }

    fn places(&self) -> Places {
        Places::new(self.folder.path().join("w"))
    }

    fn configured(&self) -> std::sync::Arc<dyn Configured> {
        let config = Value::object([("world", Value::string("w"))]);
        block_on(self.provider.configure(&config)).expect("a world")
    }

    /// A configuration with some attributes, null elsewhere.
    fn config(&self, given: &[(&str, Value)]) -> Value {
        let ty = self.provider.schema().resources[KIND].block.implied_type();
        let Type::Object(types) = ty else {
            panic!("an object")
        };
        let value = |name: &Str, ty: &Type| {
            let given = given.iter().find(|(given, _)| *given == name.as_str());
            given.map_or(Value::null(ty.clone()), |(_, value)| value.clone())
        };
        let attributes = types.attributes().iter();
        Value::object(attributes.map(|(name, ty)| (name.clone(), value(name, ty))))
    }

    fn apply(&self, prior: Option<&Object>, given: &[(&str, Value)], token: &str) -> ApplyResponse {
        let configured = self.configured();
        let config = self.config(given);
        let plan = block_on(configured.plan(PlanRequest {
            kind: KIND,
            prior,
            config: Some(&config),
            proposed: Some(&config),
            sensitive: &[],
            shown: None,
        }));
        block_on(configured.apply(ApplyRequest {
            kind: KIND,
            prior,
            planned: plan.planned.as_ref(),
            config: Some(&config),
            settled: Some(&config),
            private: &[],
            identity: Some(token),
        }))
    }
}

fn named(value: &str) -> [(&'static str, Value); 2] {
    [
        ("name", Value::string("a")),
        ("value", Value::string(value)),
    ]
}

#[test]
fn objects_are_files_that_can_be_read_changed_and_lost() {
    let bench = Bench::new();
    let places = bench.places();
    let made = bench.apply(None, &named("one"), "t1");
    assert_eq!(made.problems, []);
    let object = made.object.expect("an object");
    assert_eq!(object.value.get("shout"), Some(&Value::string("ONE")));
    let mut record = places.objects().expect("files").remove(0);
    assert_eq!(record.token, "t1");

    let read = |object: &Object| {
        let request = ReadRequest {
            kind: KIND,
            object: object.clone(),
        };
        block_on(bench.configured().read(vec![request])).remove(0)
    };
    record.value = Some("drift".to_owned());
    places.put(&record).expect("a file");
    let found = read(&object).object.expect("an object");
    assert_eq!(found.value.get("value"), Some(&Value::string("drift")));
    places.remove(&record.id).expect("no file");
    assert_eq!(read(&object).object, None);

    let calls = ["create a", "read a", "read a"];
    assert_eq!(places.calls().expect("a log"), calls);
}

#[test]
fn calls_fail_and_take_their_time_as_the_script_says() {
    let bench = Bench::new();
    let places = bench.places();
    let fail = |late: bool| Step {
        fail: Some("no room".to_owned()),
        late,
        once: true,
        ..Step::default()
    };
    places.script("a", "create", &fail(false)).expect("a file");
    let early = bench.apply(None, &named("one"), "t1");
    assert_eq!(early.object, None);
    assert_eq!(early.problems[0].detail, "To create \"a\" failed: no room.");
    assert_eq!(places.objects().expect("files"), []);

    places.script("a", "create", &fail(true)).expect("a file");
    let late = bench.apply(None, &named("one"), "t2");
    assert!(late.object.is_some() && !late.problems.is_empty());
    assert_eq!(places.objects().expect("files").len(), 1);

    let slow = Step {
        delay_ms: 30,
        ..Step::default()
    };
    places.script("a", "create", &slow).expect("a file");
    let begun = Instant::now();
    assert_eq!(bench.apply(None, &named("one"), "t3").problems, []);
    assert!(begun.elapsed() >= Duration::from_millis(30));

    let failing = [
        ("name", Value::string("b")),
        ("fail", Value::string("create")),
    ];
    let failed = bench.apply(None, &failing, "t4");
    let expected = "To create \"b\" failed: it was configured to fail.";
    assert_eq!(failed.problems[0].detail, expected);
}

#[test]
fn an_interrupted_creation_is_found_by_its_token() {
    let bench = Bench::new();
    let made = bench.apply(None, &named("one"), "t1").object.expect("one");
    let recover = |prior: Option<&Object>, identity: Option<&str>| {
        block_on(bench.configured().recover(Interrupted {
            kind: KIND,
            prior,
            identity,
        }))
    };
    let Recovery::Found(found) = recover(None, Some("t1")) else {
        panic!("it is there")
    };
    for name in ["id", "token", "name", "value", "shout"] {
        assert_eq!(found.value.get(name), made.value.get(name), "{name}");
    }
    assert!(matches!(recover(None, Some("t2")), Recovery::Absent));
    assert!(matches!(recover(Some(&made), None), Recovery::Found(_)));
}

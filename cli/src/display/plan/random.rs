//! Random plans over random schemas, their text held against Terraform's.
//!
//! The answers of Terraform's own renderer stand in `tests/plans/frozen.txt`.
//! With `TRUEUP_PLAN_ORACLE` set to a program that reads plans as JSON, one in
//! a line, and prints their texts, each with a zero byte after it, the test
//! asks that program instead, `TRUEUP_PLAN_CASES` times.

use std::{
    collections::BTreeMap,
    io::Write as _,
    process::{Command, Stdio},
};

use serde_json::json;
use trueup_core::{
    address::{
        AbsResource, AbsResourceInstance, ModuleInstance, ProviderSource, Resource, ResourceMode,
    },
    plan::{
        Action, Mode, OutputChange, Plan, RelevantAttribute, ResourceChange, changes_json,
        outputs_json,
    },
    validate::{Registry, Schemas},
};
use trueup_sdk::{
    Attribute, Block, Configuration, NestedBlock, NestingMode, Problem, Provider, ProviderSchema,
    ResourceSchema,
};
use trueup_value::{Marks, Path, PathStep, Str, Type, Value};

use super::{View, human};

struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % limit
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.below(from.len() as u64)).expect("small")].clone()
    }
}

const MODES: [NestingMode; 5] = [
    NestingMode::Single,
    NestingMode::Group,
    NestingMode::List,
    NestingMode::Set,
    NestingMode::Map,
];

const NAMES: [&str; 8] = ["id", "name", "tags", "a", "b", "long_name", "zeta", "ünï"];

const TEXTS: [&str; 22] = [
    "",
    "x",
    "y",
    "zed",
    "quo\"te",
    "tab\t",
    "line one\nline two\n",
    "line one\nline 2\nmore",
    "a\nb\nc\nd\ne\nf",
    "a\nc\nb\nd\nx\nf",
    "\n",
    "{\"a\":1}",
    "{\"a\":2,\"b\":[1,2,3]}",
    "{ \"a\": 1 }",
    "[]",
    "{}",
    "[1,2,{\"k\":\"v\"}]",
    "[{\"k\":\"w\"},2,1]",
    "{\"a\":{\"b\":{\"c\":null}},\"d\":true}",
    "{not json",
    "ünïcode",
    "${x}",
];

fn primitive(random: &mut Random) -> Type {
    random.pick(&[Type::String, Type::String, Type::Number, Type::Bool])
}

fn random_type(random: &mut Random, depth: u64) -> Type {
    if depth == 0 || random.one_in(2) {
        return primitive(random);
    }
    match random.below(7) {
        0 | 1 => Type::list(random_type(random, depth - 1)),
        2 => Type::set(random_type(random, depth - 1)),
        3 => Type::map(random_type(random, depth - 1)),
        4 => Type::object([
            ("k", random_type(random, depth - 1)),
            ("name", random_type(random, depth - 1)),
            ("z", primitive(random)),
        ]),
        5 => Type::tuple([random_type(random, depth - 1), primitive(random)]),
        _ => Type::Dynamic,
    }
}

fn attributes(random: &mut Random, depth: u64) -> BTreeMap<Str, Attribute> {
    let mut attributes = BTreeMap::new();
    for _ in 0..random.below(5) {
        let name = random.pick(&NAMES);
        let mut attribute = match depth > 0 && random.one_in(4) {
            true => {
                let mode = random.pick(&[MODES[0], MODES[2], MODES[3], MODES[4]]);
                Attribute::nested(mode, self::attributes(random, depth - 1))
            }
            false => Attribute::optional(random_type(random, 2)),
        };
        if random.one_in(2) {
            attribute = attribute.or_computed();
        }
        attribute.write_only = random.one_in(12);
        attributes.insert(Str::new(name), attribute);
    }
    attributes
}

fn block(random: &mut Random, depth: u64) -> Block {
    let mut block = Block {
        attributes: attributes(random, 2),
        ..Block::default()
    };
    if depth > 0 {
        for _ in 0..random.below(3) {
            let name = random.pick(&["block", "other_block", "blk"]);
            let mode = random.pick(&MODES);
            let inner = self::block(random, depth - 1);
            let mode = match inner.implied_type().has_dynamic() {
                true => NestingMode::Single,
                false => mode,
            };
            let nested = NestedBlock::new(mode, inner);
            block.blocks.insert(Str::new(name), nested);
        }
    }
    block
}

fn value(random: &mut Random, ty: &Type, depth: u64) -> Value {
    if random.one_in(8) && *ty != Type::Dynamic {
        return Value::null(ty.clone());
    }
    let some = |random: &mut Random, ty: &Type| -> Vec<Value> {
        let count = random.below(5);
        (0..count).map(|_| value(random, ty, depth)).collect()
    };
    match ty {
        Type::String => Value::string(random.pick(&TEXTS)),
        Type::Number => Value::number(random.pick(&[0, 1, 42, -7])),
        Type::Bool => Value::bool(random.one_in(2)),
        Type::List(element) => Value::list((**element).clone(), some(random, element)),
        Type::Set(element) => Value::set((**element).clone(), some(random, element)),
        Type::Map(element) => {
            let keys = ["k1", "key two", "z", "name"];
            let count = usize::try_from(random.below(5)).expect("small");
            let entries: Vec<_> = (0..count)
                .map(|i| (keys[i], value(random, element, depth)))
                .collect();
            Value::map((**element).clone(), entries)
        }
        Type::Object(object) => {
            let attributes: Vec<_> = object.attributes().to_vec();
            Value::object(
                attributes
                    .into_iter()
                    .map(|(name, ty)| {
                        let value = value(random, &ty, depth);
                        (name, value)
                    })
                    .collect::<Vec<_>>(),
            )
        }
        Type::Tuple(types) => {
            Value::tuple(types.iter().map(|ty| value(random, ty, depth)).collect())
        }
        Type::Dynamic if depth == 0 => value(random, &Type::String, 0),
        Type::Dynamic => {
            let ty = random_type(random, 2);
            let ty = if ty.has_dynamic() { Type::Number } else { ty };
            value(random, &ty, depth - 1)
        }
    }
}

/// Another value of the same type that may have much in common.
fn mutated(random: &mut Random, old: &Value, ty: &Type, unknown: bool) -> Value {
    if random.one_in(2) {
        return old.clone();
    }
    if unknown && random.one_in(8) {
        return Value::unknown(ty.clone());
    }
    if random.one_in(10) {
        return value(random, ty, 1);
    }
    match (ty, old) {
        (Type::List(element), Value::List(list)) => Value::list(
            (**element).clone(),
            elements(random, list.elements(), element, unknown),
        ),
        (Type::Set(element), Value::Set(set)) => Value::set(
            (**element).clone(),
            elements(random, set.elements(), element, unknown),
        ),
        (Type::Map(element), Value::Map(map)) => {
            let mut entries: Vec<(Str, Value)> = map.entries().to_vec();
            if !entries.is_empty() && random.one_in(3) {
                entries.remove(0);
            }
            for (_, value) in &mut entries {
                *value = mutated(random, value, element, unknown);
            }
            Value::map((**element).clone(), entries)
        }
        (Type::Object(object), Value::Object(_)) => {
            let attributes: Vec<_> = object.attributes().to_vec();
            Value::object(
                attributes
                    .into_iter()
                    .map(|(name, ty)| {
                        let old = old
                            .get(&name)
                            .cloned()
                            .unwrap_or_else(|| Value::null(ty.clone()));
                        let value = mutated(random, &old, &ty, unknown);
                        (name, value)
                    })
                    .collect::<Vec<_>>(),
            )
        }
        (Type::Tuple(types), Value::Tuple(tuple)) => {
            let pairs = types.iter().zip(tuple.elements());
            Value::tuple(
                pairs
                    .map(|(ty, old)| mutated(random, old, ty, unknown))
                    .collect(),
            )
        }
        (Type::Dynamic, _) if !matches!(old, Value::Unknown(_)) => {
            let ty = old.ty();
            mutated(random, old, &ty, unknown)
        }
        _ => value(random, ty, 1),
    }
}

fn elements(random: &mut Random, old: &[Value], ty: &Type, unknown: bool) -> Vec<Value> {
    let mut new = old.to_vec();
    if !new.is_empty() && random.one_in(2) {
        let at = usize::try_from(random.below(new.len() as u64)).expect("small");
        let moved = new.remove(at);
        if random.one_in(2) {
            new.push(moved);
        }
    }
    if random.one_in(2) {
        let at = usize::try_from(random.below(new.len() as u64 + 1)).expect("small");
        new.insert(at, value(random, ty, 1));
    }
    if random.one_in(3) {
        new = new
            .iter()
            .map(|value| mutated(random, value, ty, unknown))
            .collect();
    }
    new
}

/// An object of a block: write-only attributes are null, blocks never.
fn conforming(random: &mut Random, value: &Value, block: &Block) -> Value {
    let attributes = value.elements().map(|(name, inner)| {
        let name = Str::new(name.as_str().expect("a name"));
        let inner = match (block.attributes.get(&name), block.blocks.get(&name)) {
            (Some(attribute), _) if attribute.write_only => Value::null(attribute.implied_type()),
            (Some(attribute), _) => without_write_only(&inner, attribute),
            (_, Some(nested)) => blocks(random, &inner, nested),
            _ => inner,
        };
        (name, inner)
    });
    Value::object(attributes.collect::<Vec<_>>())
}

fn without_write_only(value: &Value, attribute: &Attribute) -> Value {
    let trueup_sdk::AttributeType::Nested(nested) = &attribute.ty else {
        return value.clone();
    };
    let object = |value: &Value| match value {
        Value::Object(_) => {
            let inner = value.elements().map(|(name, inner)| {
                let name = Str::new(name.as_str().expect("a name"));
                let inner = match nested.attributes.get(&name) {
                    Some(a) if a.write_only => Value::null(a.implied_type()),
                    Some(a) => without_write_only(&inner, a),
                    None => inner,
                };
                (name, inner)
            });
            Value::object(inner.collect::<Vec<_>>())
        }
        other => other.clone(),
    };
    match nested.nesting {
        NestingMode::Single | NestingMode::Group => object(value),
        NestingMode::Set => match value {
            Value::Set(set) => Value::set(
                set.element_type().clone(),
                set.elements().iter().map(object).collect(),
            ),
            other => other.clone(),
        },
        _ => value.map_values(&mut |_, value| object(value)),
    }
}

fn blocks(random: &mut Random, value: &Value, nested: &NestedBlock) -> Value {
    let mut object = |value: &Value| match value {
        Value::Object(_) => conforming(random, value, &nested.block),
        other => other.clone(),
    };
    match nested.nesting {
        NestingMode::Single | NestingMode::Group => object(value),
        NestingMode::Set => match value {
            Value::Set(set) => Value::set(
                set.element_type().clone(),
                set.elements()
                    .iter()
                    .filter(|v| !v.is_null())
                    .map(object)
                    .collect(),
            ),
            other => other.clone(),
        },
        _ => value.map_values(&mut |_, value| object(value)),
    }
}

/// Paths of attributes, first level and below.
fn paths(value: &Value, path: &Path, found: &mut Vec<Path>) {
    match value {
        Value::Object(object) => {
            for (name, value) in object.attributes() {
                let path = path.clone().attr(name.clone());
                found.push(path.clone());
                paths(value, &path, found);
            }
        }
        Value::List(_) | Value::Map(_) | Value::Tuple(_) => {
            for (key, value) in value.elements() {
                let mut path = path.clone();
                path.push(PathStep::Index(key));
                found.push(path.clone());
                paths(&value, &path, found);
            }
        }
        _ => {}
    }
}

fn some_paths(random: &mut Random, value: &Value, rarely: u64) -> Vec<Path> {
    let mut all = Vec::new();
    paths(value, &Path::new(), &mut all);
    all.retain(|_| random.one_in(rarely));
    all
}

fn marked(random: &mut Random, value: &Value) -> Value {
    if random.one_in(2) {
        return value.clone();
    }
    let paths = some_paths(random, value, 8);
    let marks: Vec<_> = paths
        .into_iter()
        .map(|path| (path, Marks::SENSITIVE))
        .collect();
    value.mark_with_paths(&marks)
}

#[derive(Debug)]
struct AnyProvider(ProviderSchema);

impl Provider for AnyProvider {
    fn schema(&self) -> &ProviderSchema {
        &self.0
    }

    fn configure<'a>(&'a self, _: &'a Value) -> trueup_sdk::Answer<'a, Configuration> {
        trueup_sdk::ready(Err(Vec::new()))
    }

    fn validate_resource(&self, _: &str, _: &Value) -> Vec<Problem> {
        Vec::new()
    }

    fn validate_data(&self, _: &str, _: &Value) -> Vec<Problem> {
        Vec::new()
    }
}

struct Case {
    plan: Plan,
    registry: Registry,
    source: ProviderSource,
    color: bool,
}

fn change(random: &mut Random, kind: usize, schema: &Block) -> ResourceChange {
    let ty = schema.implied_type();
    let whole = |random: &mut Random| loop {
        let value = value(random, &ty, 1);
        if !value.is_null() {
            return conforming(random, &value, schema);
        }
    };
    let null = || Value::null(Type::Dynamic);
    let actions = [
        Action::Create,
        Action::Update,
        Action::Update,
        Action::Update,
        Action::Update,
        Action::Delete,
        Action::DeleteThenCreate,
        Action::CreateThenDelete,
        Action::Read,
        Action::NoOp,
        Action::Forget,
    ];
    let action = random.pick(&actions);
    let before = match action {
        Action::Create | Action::Read => null(),
        _ => whole(random),
    };
    let after = match action {
        Action::Delete | Action::Forget => null(),
        Action::NoOp => before.clone(),
        Action::Create | Action::Read => {
            let known = whole(random);
            let unknown = mutated_object(random, &known, &ty);
            conforming(random, &unknown, schema)
        }
        _ => {
            let new = mutated_object(random, &before, &ty);
            conforming(random, &new, schema)
        }
    };
    let replace_paths = match action.is_replace() {
        true => some_paths(random, &before, 4),
        false => Vec::new(),
    };
    let (before, after) = (marked(random, &before), marked(random, &after));
    let after = if action == Action::NoOp {
        before.clone()
    } else {
        after
    };
    let mode = match action {
        Action::Read => ResourceMode::Data,
        _ => ResourceMode::Managed,
    };
    ResourceChange {
        address: AbsResourceInstance {
            resource: AbsResource {
                module: ModuleInstance::default(),
                resource: Resource {
                    mode,
                    kind: Str::from(format!("any_{kind}")),
                    name: Str::new("x"),
                },
            },
            key: None,
        },
        previous_address: None,
        deposed: None,
        provider: "provider[\"registry.terraform.io/test/any\"]".into(),
        action,
        reason: None,
        before,
        after,
        parts: Vec::new(),
        changed_by: Vec::new(),
        replace_paths,
        importing: (action == Action::NoOp || random.one_in(20)).then(|| Str::new("i-1")),
        generated_config: None,
        private: Vec::new(),
    }
}

fn mutated_object(random: &mut Random, old: &Value, ty: &Type) -> Value {
    loop {
        let new = mutated(random, old, ty, true);
        if new.is_known() && !new.is_null() {
            return new;
        }
    }
}

fn case(seed: u64) -> Case {
    let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let random = &mut random;
    for _ in 0..5 {
        random.below(2);
    }
    let mut schema = ProviderSchema::default();
    let mut plan = Plan::default();
    for kind in 0..2 {
        let block = block(random, 2);
        plan.changes.push(change(random, kind, &block));
        let mut drifted = change(random, kind, &block);
        drifted.importing = None;
        if matches!(drifted.action, Action::Update | Action::Delete) {
            for path in some_paths(random, &drifted.before, 2) {
                let resource = drifted.address.to_string();
                plan.relevant.push(RelevantAttribute { resource, path });
            }
            plan.drift.push(drifted);
        }
        let name = Str::from(format!("any_{kind}"));
        schema
            .resources
            .insert(name.clone(), ResourceSchema::new(block.clone()));
        schema.data_sources.insert(name, ResourceSchema::new(block));
    }
    for name in ["one", "second", "third"] {
        if random.one_in(2) {
            let before = value(random, &Type::Dynamic, 2);
            let after = mutated(random, &before, &Type::Dynamic, true);
            let change = output(random, before, after);
            plan.outputs.insert(Str::new(name), change);
        }
    }
    plan.mode = random.pick(&[Mode::Normal, Mode::Normal, Mode::Destroy, Mode::RefreshOnly]);
    if plan.mode == Mode::RefreshOnly {
        plan.changes.clear();
    }
    plan.errored = random.one_in(8);
    let source = ProviderSource::parse("registry.terraform.io/test/any").expect("an address");
    let mut registry = Registry::default();
    registry.add(source.clone(), Box::new(AnyProvider(schema)));
    Case {
        plan,
        registry,
        source,
        color: random.one_in(3),
    }
}

fn output(random: &mut Random, before: Value, after: Value) -> OutputChange {
    let mark = |random: &mut Random, value: Value| match random.one_in(5) {
        true => value.with_marks(Marks::SENSITIVE),
        false => value,
    };
    let (before, after) = (mark(random, before), mark(random, after));
    let action = match (before.is_null(), after.is_null(), before == after) {
        (_, _, true) => Action::NoOp,
        (true, false, _) => Action::Create,
        (false, true, _) => Action::Delete,
        _ => Action::Update,
    };
    OutputChange {
        action,
        before,
        after,
    }
}

impl Case {
    fn text(&self) -> String {
        let view = View {
            color: self.color,
            width: 78,
            automation: false,
        };
        let mut text = String::new();
        let shown = human(&self.plan, &self.registry, view, &mut |part| {
            text.push_str(part);
            Ok(())
        });
        shown.expect("a text");
        text
    }

    fn json(&self) -> String {
        let provider = self.registry.provider(&self.source).expect("the provider");
        let relevant: Vec<_> = self
            .plan
            .relevant
            .iter()
            .map(|attribute| {
                let steps: Vec<_> = attribute
                    .path
                    .steps()
                    .iter()
                    .map(|step| match step {
                        PathStep::Attr(name) => json!(name.as_str()),
                        PathStep::Index(key) => trueup_core::plan::value_json(key),
                    })
                    .collect();
                json!({ "resource": attribute.resource, "attribute": steps })
            })
            .collect();
        json!({
            "output_changes": outputs_json(&self.plan),
            "resource_changes": changes_json(&self.plan.changes),
            "resource_drift": changes_json(&self.plan.drift),
            "relevant_attributes": relevant,
            "provider_schemas": { self.source.to_string(): provider.schema().to_json() },
            "mode": match self.plan.mode {
                Mode::Normal => "normal",
                Mode::Destroy => "destroy",
                Mode::RefreshOnly => "refresh",
            },
            "errored": self.plan.errored,
            "nochanges": !self.plan.errored && !self.plan.applyable(),
            "color": self.color,
        })
        .to_string()
    }
}

fn ask(program: &str, cases: &[Case]) -> Vec<String> {
    let mut child = Command::new(program)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the oracle");
    let mut input = child.stdin.take().expect("piped");
    let lines: String = cases.iter().map(|case| case.json() + "\n").collect();
    let writer = std::thread::spawn(move || drop(input.write_all(lines.as_bytes())));
    let output = child.wait_with_output().expect("an answer");
    writer.join().expect("written");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    text.split_terminator('\0').map(str::to_owned).collect()
}

const FROZEN: &str = "tests/plans/frozen.txt";
const FROZEN_CASES: u64 = 60;

#[test]
fn random_plans_look_as_terraform_shows_them() {
    let asked = std::env::var("TRUEUP_PLAN_ORACLE").ok();
    let count = std::env::var("TRUEUP_PLAN_CASES").ok();
    let count = count
        .and_then(|count| count.parse().ok())
        .filter(|_| asked.is_some());
    let count = count.unwrap_or(FROZEN_CASES);
    let cases: Vec<Case> = (1..=count).map(case).collect();
    let expected: Vec<String> = match &asked {
        Some(program) => ask(program, &cases),
        None => {
            let text = std::fs::read_to_string(FROZEN).expect("the frozen answers");
            text.split_terminator('\0').map(str::to_owned).collect()
        }
    };
    assert_eq!(expected.len(), cases.len());
    if asked.is_some() && count == FROZEN_CASES {
        let text: String = expected.iter().map(|text| text.clone() + "\0").collect();
        std::fs::write(FROZEN, text).expect("frozen");
    }
    let mut different = Vec::new();
    for (seed, (case, expected)) in (1..).zip(cases.iter().zip(&expected)) {
        // Terraform's renderer panics where a path leads into a value of
        // dynamic type by number.
        if !expected.starts_with("PANIC") && case.text() != *expected {
            different.push((seed, expected.clone(), case.text(), case.json()));
        }
    }
    if let Some((seed, expected, text, json)) = different.first() {
        let seeds: Vec<u64> = different.iter().map(|d| d.0).collect();
        for (seed, expected, text, json) in &different {
            if let Ok(folder) = std::env::var("TRUEUP_PLAN_DIFFERENCES") {
                std::fs::write(format!("{folder}/{seed}.json"), json).expect("written");
                std::fs::write(format!("{folder}/{seed}.theirs"), expected).expect("written");
                std::fs::write(format!("{folder}/{seed}.ours"), text).expect("written");
            }
        }
        let diff = similar::TextDiff::from_lines(expected, text);
        panic!(
            "{} of {count} differ: {seeds:?}\nseed {seed}:\n{}\n{json}",
            seeds.len(),
            diff.unified_diff().context_radius(4)
        );
    }
}

//! Schemas derived from the table: an outline says which fields of a kind a
//! resource type has, and where it differs from the API.
//!
//! One field a line, what is within it indented:
//!
//! ```text
//! spec min1
//!   clusterIP computed
//!   externalIPs set
//!   ports as port
//!     protocol =TCP
//! ```
//!
//! Names become `snake_case`, objects blocks. `as` gives another name;
//! `required`, `computed` (by the server where it is not given), `readonly`,
//! `sensitive` and `replaces` say what attributes are; `set` makes a list a
//! set, `min1` and `max1` bound blocks, `=` gives the value where none is.

use std::collections::BTreeMap;

use trueup_sdk::{Attribute, Block, NestedBlock, NestingMode, StringKind};
use trueup_value::{Str, Type, Value};

use super::table;

/// A field of a resource type.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// Its name in the API.
    pub(crate) json: &'static str,
    /// Its name in a configuration.
    pub(crate) name: String,
    pub(crate) form: Form,
    pub(crate) flags: Flags,
    about: &'static str,
}

/// What a field holds.
#[derive(Clone, Debug)]
pub(crate) enum Form {
    Text,
    Flag,
    Number,
    /// A number or a text, a text in configurations.
    TextOrNumber,
    Texts,
    TextMap,
    /// One object.
    Block(Vec<Node>),
    /// Several objects.
    Blocks(Vec<Node>),
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Flags {
    pub(crate) required: bool,
    pub(crate) computed: bool,
    pub(crate) readonly: bool,
    pub(crate) sensitive: bool,
    pub(crate) replaces: bool,
    pub(crate) set: bool,
    min: u64,
    max: u64,
    default: Option<&'static str>,
}

/// Reads an outline of the fields of `definition`.
pub(crate) fn outline(definition: &str, text: &'static str) -> Vec<Node> {
    let lines: Vec<&'static str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    nodes(definition, &lines)
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn nodes(definition: &str, lines: &[&'static str]) -> Vec<Node> {
    let mut nodes = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let depth = indent(line);
        let within = lines[at + 1..]
            .iter()
            .take_while(|line| indent(line) > depth)
            .count();
        nodes.push(node(definition, line, &lines[at + 1..at + 1 + within]));
        at += 1 + within;
    }
    nodes
}

fn node(definition: &str, line: &'static str, within: &[&'static str]) -> Node {
    let mut words = line.split_whitespace();
    let json = words.next().unwrap_or_default();
    let found = table::field(definition, json);
    let (ty, about) = found.map_or(("string", ""), |field| (field.ty, field.about));
    let mut name = snake(json);
    let mut flags = Flags::default();
    while let Some(word) = words.next() {
        match word {
            "as" => name = words.next().unwrap_or_default().to_owned(),
            "required" => flags.required = true,
            "computed" => flags.computed = true,
            "readonly" => flags.readonly = true,
            "sensitive" => flags.sensitive = true,
            "replaces" => flags.replaces = true,
            "set" => flags.set = true,
            "min1" => flags.min = 1,
            "max1" => flags.max = 1,
            other => flags.default = other.strip_prefix('='),
        }
    }
    let form = match ty {
        "bool" => Form::Flag,
        "int" | "number" => Form::Number,
        "intstr" => Form::TextOrNumber,
        "string" | "quantity" | "bytes" => Form::Text,
        "[]string" => Form::Texts,
        map if map.starts_with("map ") => Form::TextMap,
        list if list.starts_with("[]") => Form::Blocks(nodes(&list[2..], within)),
        single => Form::Block(nodes(single, within)),
    };
    Node {
        json,
        name,
        form,
        flags,
        about,
    }
}

/// `clusterIPs` becomes `cluster_ips`, `loadBalancerIP` `load_balancer_ip`.
fn snake(name: &str) -> String {
    let name = name.replace("IPs", "Ips").replace("URLs", "Urls");
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (place, letter) in letters.iter().enumerate() {
        let before = place.checked_sub(1).and_then(|place| letters.get(place));
        let after = letters.get(place + 1);
        let begins = letter.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase()
                    || before.is_ascii_digit()
                    || after.is_some_and(|after| after.is_lowercase())
            });
        if begins {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

impl Node {
    /// The value where none is given.
    pub(crate) fn default(&self) -> Option<Value> {
        let text = self.flags.default?;
        Some(match self.form {
            Form::Flag => Value::bool(text == "true"),
            _ => Value::string(text),
        })
    }

    /// The type of its values.
    pub(crate) fn ty(&self) -> Type {
        match &self.form {
            Form::Text | Form::TextOrNumber => Type::String,
            Form::Flag => Type::Bool,
            Form::Number => Type::Number,
            Form::Texts if self.flags.set => Type::set(Type::String),
            Form::Texts => Type::list(Type::String),
            Form::TextMap => Type::map(Type::String),
            Form::Block(nodes) | Form::Blocks(nodes) => {
                let object = object_type(nodes);
                match self.flags.set {
                    true => Type::set(object),
                    false => Type::list(object),
                }
            }
        }
    }

    /// Whether it is an attribute, not a block.
    fn is_attribute(&self) -> bool {
        self.flags.readonly || !matches!(self.form, Form::Block(_) | Form::Blocks(_))
    }
}

pub(crate) fn object_type(nodes: &[Node]) -> Type {
    Type::object(nodes.iter().map(|node| (node.name.as_str(), node.ty())))
}

/// The block of a number of fields.
pub(crate) fn block(nodes: &[Node]) -> Block {
    let mut block = Block::default();
    for node in nodes {
        let name = Str::new(&node.name);
        match (&node.form, node.is_attribute()) {
            (Form::Block(inner), false) => {
                block.blocks.insert(name, nested(node, inner, 1));
            }
            (Form::Blocks(inner), false) => {
                block
                    .blocks
                    .insert(name, nested(node, inner, node.flags.max));
            }
            _ => {
                block.attributes.insert(name, attribute(node));
            }
        }
    }
    block
}

fn nested(node: &Node, inner: &[Node], max_items: u64) -> NestedBlock {
    let mut block = block(inner);
    block.description = Str::new(node.about);
    let nesting = match node.flags.set {
        true => NestingMode::Set,
        false => NestingMode::List,
    };
    NestedBlock {
        nesting,
        block,
        min_items: node.flags.min,
        max_items,
    }
}

fn attribute(node: &Node) -> Attribute {
    let flags = &node.flags;
    let base = match (flags.readonly, flags.required) {
        (true, _) => Attribute::computed(node.ty()),
        (_, true) => Attribute::required(node.ty()),
        _ => Attribute::optional(node.ty()),
    };
    Attribute {
        computed: base.computed || flags.computed,
        sensitive: flags.sensitive,
        description: Str::new(node.about),
        description_kind: StringKind::Plain,
        ..base
    }
}

/// The rules of the fields: their paths, and what applies there.
pub(crate) fn rules(nodes: &[Node]) -> BTreeMap<String, Node> {
    let mut rules = BTreeMap::new();
    collect("", nodes, &mut rules);
    rules
}

fn collect(prefix: &str, nodes: &[Node], rules: &mut BTreeMap<String, Node>) {
    for node in nodes {
        let path = match prefix.is_empty() {
            true => node.name.clone(),
            false => format!("{prefix}.{}", node.name),
        };
        if let (Form::Block(inner) | Form::Blocks(inner), false) = (&node.form, node.flags.readonly)
        {
            collect(&path, inner, rules);
        }
        rules.insert(path, node.clone());
    }
}

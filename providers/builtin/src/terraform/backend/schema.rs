//! What each backend takes.

use trueup_sdk::{Attribute, Block, NestedBlock, NestingMode};
use trueup_value::Type;

use super::table::{BACKENDS, Backend, REMOVED};

/// What a `backend` block of type `name`, or a `cloud` block, may hold.
///
/// # Errors
/// A sentence that says there is no such backend, in Terraform's words.
pub fn backend_schema(name: &str) -> Result<Block, String> {
    if REMOVED.contains(&name) {
        return Err(format!(
            "The \"{name}\" backend is not supported in Terraform v1.3 or later."
        ));
    }
    let backend = BACKENDS.iter().find(|backend| backend.name == name);
    let backend = backend.ok_or_else(|| format!("There is no backend type named \"{name}\"."))?;
    let mut block = backend.plain();
    match name {
        "cloud" => add_cloud(&mut block),
        "cos" => add_cos(&mut block),
        "kubernetes" => add_kubernetes(&mut block),
        "oss" => add_oss(&mut block),
        "remote" => add_remote(&mut block),
        "s3" => add_s3(&mut block),
        _ => {}
    }
    Ok(block)
}

fn add_s3(block: &mut Block) {
    for list in [
        "allowed_account_ids",
        "forbidden_account_ids",
        "shared_config_files",
        "shared_credentials_files",
    ] {
        add(block, list, Attribute::optional(Type::set(Type::String)));
    }
    let mut assumed = s3_role();
    for name in ["external_id", "source_identity"] {
        add(&mut assumed, name, Attribute::optional(Type::String));
    }
    let tags = Attribute::optional(Type::map(Type::String));
    add(&mut assumed, "tags", tags);
    let keys = Attribute::optional(Type::set(Type::String));
    add(&mut assumed, "transitive_tag_keys", keys);
    let mut web = s3_role();
    for name in ["web_identity_token", "web_identity_token_file"] {
        add(&mut web, name, Attribute::optional(Type::String));
    }
    let endpoints = optional(&["dynamodb", "iam", "s3", "sso", "sts"]);
    for (name, object) in [
        ("assume_role", assumed),
        ("assume_role_with_web_identity", web),
        ("endpoints", endpoints),
    ] {
        let object = Attribute::nested(NestingMode::Single, object.attributes);
        add(block, name, object);
    }
}

fn s3_role() -> Block {
    let mut role = optional(&["duration", "policy", "session_name"]);
    add(&mut role, "role_arn", Attribute::required(Type::String));
    let policies = Attribute::optional(Type::set(Type::String));
    add(&mut role, "policy_arns", policies);
    role
}

fn add_cos(block: &mut Block) {
    let mut role = optional(&["external_id", "policy"]);
    for (name, ty) in [
        ("role_arn", Type::String),
        ("session_duration", Type::Number),
        ("session_name", Type::String),
    ] {
        add(&mut role, name, Attribute::required(ty));
    }
    nest(block, "assume_role", NestingMode::Set, role);
}

fn add_oss(block: &mut Block) {
    let mut role = optional(&["policy", "role_arn", "session_name"]);
    let expiration = Attribute::optional(Type::Number);
    add(&mut role, "session_expiration", expiration);
    nest(block, "assume_role", NestingMode::Set, role);
}

fn add_kubernetes(block: &mut Block) {
    let strings = || Attribute::optional(Type::map(Type::String));
    add(block, "labels", strings());
    let mut exec = Block::default();
    for name in ["api_version", "command"] {
        add(&mut exec, name, Attribute::required(Type::String));
    }
    let arguments = Attribute::optional(Type::list(Type::String));
    add(&mut exec, "args", arguments);
    add(&mut exec, "env", strings());
    nest(block, "exec", NestingMode::Single, exec);
}

fn add_remote(block: &mut Block) {
    let workspaces = optional(&["name", "prefix"]);
    nest(block, "workspaces", NestingMode::Single, workspaces);
}

fn add_cloud(block: &mut Block) {
    let mut workspaces = optional(&["name", "project"]);
    add(&mut workspaces, "tags", Attribute::optional(Type::Dynamic));
    nest(block, "workspaces", NestingMode::Single, workspaces);
}

impl Backend {
    fn plain(&self) -> Block {
        let of = |names: &[&str], ty: &Type| {
            let attribute = |name: &&str| ((*name).into(), Attribute::optional(ty.clone()));
            names.iter().map(attribute).collect::<Vec<_>>()
        };
        let mut block = optional(self.strings);
        for name in self.required {
            add(&mut block, name, Attribute::required(Type::String));
        }
        block.attributes.extend(of(self.bools, &Type::Bool));
        block.attributes.extend(of(self.numbers, &Type::Number));
        let strings = Type::list(Type::String);
        block.attributes.extend(of(self.lists, &strings));
        block
    }
}

fn optional(names: &[&str]) -> Block {
    let mut block = Block::default();
    for name in names {
        add(&mut block, name, Attribute::optional(Type::String));
    }
    block
}

fn add(block: &mut Block, name: &str, attribute: Attribute) {
    block.attributes.insert(name.into(), attribute);
}

fn nest(block: &mut Block, name: &str, nesting: NestingMode, inner: Block) {
    let nested = NestedBlock::new(nesting, inner);
    block.blocks.insert(name.into(), nested);
}

//! The account: roles, their policies, and managed policies.
//! Answers are those of <https://docs.aws.amazon.com/IAM/latest/APIReference/>.

use std::collections::{BTreeMap, BTreeSet};

type Form = BTreeMap<String, String>;

/// A failure: status, code and message.
type Failed = (u16, &'static str, String);

const ACCOUNT: &str = "123456789012";
const CREATED: &str = "2026-11-29T00:00:00Z";

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Role {
    pub(crate) path: String,
    pub(crate) trust: String,
    pub(crate) description: String,
    pub(crate) session: String,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) inline: BTreeMap<String, String>,
    pub(crate) attached: BTreeSet<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Policy {
    pub(crate) path: String,
    pub(crate) description: String,
    pub(crate) tags: BTreeMap<String, String>,
    /// Number and document; the last one counts.
    pub(crate) versions: Vec<(usize, String)>,
    made: usize,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Iam {
    pub(crate) roles: BTreeMap<String, Role>,
    pub(crate) policies: BTreeMap<String, Policy>,
}

pub(super) fn wrapped(action: &str, result: &str) -> String {
    format!(
        "<{action}Response xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><{action}Result>{result}</{action}Result><ResponseMetadata><RequestId>stub-1</RequestId></ResponseMetadata></{action}Response>"
    )
}

pub(super) fn error(code: &str, message: &str) -> String {
    format!(
        "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</Type><Code>{code}</Code><Message>{}</Message></Error><RequestId>stub-1</RequestId></ErrorResponse>",
        escaped(message)
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// Documents are answered percent-encoded.
fn encoded(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.~".contains(&b);
    let bytes = text.bytes();
    bytes
        .map(|b| {
            if plain(b) {
                (b as char).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}

fn text(form: &Form, name: &str) -> String {
    form.get(name).cloned().unwrap_or_default()
}

fn tags_of(form: &Form) -> BTreeMap<String, String> {
    let numbered = (1..).map_while(|number| {
        let key = form.get(&format!("Tags.member.{number}.Key"))?;
        Some((
            key.clone(),
            text(form, &format!("Tags.member.{number}.Value")),
        ))
    });
    numbered.collect()
}

fn tags_xml(tags: &BTreeMap<String, String>) -> String {
    let members = tags.iter().map(|(key, value)| {
        format!(
            "<member><Key>{}</Key><Value>{}</Value></member>",
            escaped(key),
            escaped(value)
        )
    });
    format!("<Tags>{}</Tags>", members.collect::<String>())
}

fn missing(what: &str) -> Failed {
    (404, "NoSuchEntity", format!("{what} cannot be found."))
}

/// A page of `all` from the marker on, at most `most` long.
fn page<'a, T>(form: &Form, all: &'a [T]) -> (&'a [T], String) {
    let start = text(form, "Marker").parse().unwrap_or(0);
    let most = text(form, "MaxItems").parse().unwrap_or(100);
    let end = all.len().min(start + most);
    let more = match end < all.len() {
        true => format!("<IsTruncated>true</IsTruncated><Marker>{end}</Marker>"),
        false => "<IsTruncated>false</IsTruncated>".to_owned(),
    };
    (&all[start..end], more)
}

impl Role {
    fn xml(&self, name: &str) -> String {
        format!(
            "<Path>{}</Path><RoleName>{name}</RoleName><RoleId>AROA{name}</RoleId><Arn>arn:aws:iam::{ACCOUNT}:role{}{name}</Arn><CreateDate>{CREATED}</CreateDate><AssumeRolePolicyDocument>{}</AssumeRolePolicyDocument>",
            self.path,
            self.path,
            encoded(&self.trust)
        )
    }

    fn settings(&self) -> String {
        let description = match self.description.is_empty() {
            true => String::new(),
            false => format!("<Description>{}</Description>", escaped(&self.description)),
        };
        format!(
            "{description}<MaxSessionDuration>{}</MaxSessionDuration>",
            self.session
        )
    }

    fn details(&self, name: &str) -> String {
        let inline = self.inline.iter().map(|(name, document)| {
            format!("<member><PolicyName>{name}</PolicyName><PolicyDocument>{}</PolicyDocument></member>", encoded(document))
        });
        format!(
            "<member>{}<InstanceProfileList/><RolePolicyList>{}</RolePolicyList><AttachedManagedPolicies>{}</AttachedManagedPolicies>{}</member>",
            self.xml(name),
            inline.collect::<String>(),
            self.attached_xml(),
            tags_xml(&self.tags)
        )
    }

    fn attached_xml(&self) -> String {
        let attached = self.attached.iter().map(|arn| {
            let name = arn.rsplit('/').next().unwrap_or_default();
            format!("<member><PolicyName>{name}</PolicyName><PolicyArn>{arn}</PolicyArn></member>")
        });
        attached.collect()
    }
}

impl Iam {
    fn role(&mut self, form: &Form) -> Result<(String, &mut Role), Failed> {
        let name = text(form, "RoleName");
        match self.roles.get_mut(&name) {
            Some(role) => Ok((name, role)),
            None => Err(missing(&format!("The role with name {name}"))),
        }
    }

    fn policy(&mut self, form: &Form) -> Result<(String, &mut Policy), Failed> {
        let arn = text(form, "PolicyArn");
        match self.policies.get_mut(&arn) {
            Some(policy) => Ok((arn, policy)),
            None => Err(missing(&format!("Policy {arn}"))),
        }
    }

    pub(super) fn answer(&mut self, action: &str, form: &Form) -> Result<String, Failed> {
        match action {
            "GetCallerIdentity" => Ok(format!(
                "<Arn>arn:aws:iam::{ACCOUNT}:user/x</Arn><UserId>AIDA</UserId><Account>{ACCOUNT}</Account>"
            )),
            "CreateRole" => self.create_role(form),
            "GetRole" => {
                let (name, role) = self.role(form)?;
                Ok(format!(
                    "<Role>{}{}{}</Role>",
                    role.xml(&name),
                    role.settings(),
                    tags_xml(&role.tags)
                ))
            }
            "ListRoles" => {
                let all: Vec<_> = self.roles.iter().collect();
                let (roles, more) = page(form, &all);
                let roles = roles.iter().map(|(name, role)| {
                    format!("<member>{}{}</member>", role.xml(name), role.settings())
                });
                Ok(format!(
                    "<Roles>{}</Roles>{more}",
                    roles.collect::<String>()
                ))
            }
            "GetAccountAuthorizationDetails" => {
                let all: Vec<_> = self.roles.iter().collect();
                let (roles, more) = page(form, &all);
                let roles = roles.iter().map(|(name, role)| role.details(name));
                Ok(format!(
                    "<RoleDetailList>{}</RoleDetailList>{more}",
                    roles.collect::<String>()
                ))
            }
            "DeleteRole" => {
                let (name, role) = self.role(form)?;
                if !role.inline.is_empty() || !role.attached.is_empty() {
                    let message = "Cannot delete entity, must detach all policies first.";
                    return Err((409, "DeleteConflict", message.to_owned()));
                }
                self.roles.remove(&name);
                Ok(String::new())
            }
            "UpdateRole" => {
                let (_, role) = self.role(form)?;
                role.description = text(form, "Description");
                role.session = text(form, "MaxSessionDuration");
                Ok(String::new())
            }
            "UpdateAssumeRolePolicy" => {
                self.role(form)?.1.trust = text(form, "PolicyDocument");
                Ok(String::new())
            }
            "TagRole" => {
                self.role(form)?.1.tags.extend(tags_of(form));
                Ok(String::new())
            }
            "UntagRole" => {
                let keys = (1..).map_while(|n| form.get(&format!("TagKeys.member.{n}")));
                let (_, role) = self.role(form)?;
                keys.for_each(|key| {
                    role.tags.remove(key);
                });
                Ok(String::new())
            }
            "ListInstanceProfilesForRole" => {
                self.role(form)?;
                Ok("<InstanceProfiles/><IsTruncated>false</IsTruncated>".to_owned())
            }
            _ => self.answer_policies(action, form),
        }
    }

    fn create_role(&mut self, form: &Form) -> Result<String, Failed> {
        let name = text(form, "RoleName");
        if self.roles.contains_key(&name) {
            let message = format!("Role with name {name} already exists.");
            return Err((409, "EntityAlreadyExists", message));
        }
        let role = Role {
            path: form.get("Path").cloned().unwrap_or("/".to_owned()),
            trust: text(form, "AssumeRolePolicyDocument"),
            description: text(form, "Description"),
            session: form
                .get("MaxSessionDuration")
                .cloned()
                .unwrap_or("3600".to_owned()),
            tags: tags_of(form),
            ..Role::default()
        };
        let xml = format!("<Role>{}</Role>", role.xml(&name));
        self.roles.insert(name, role);
        Ok(xml)
    }

    fn answer_policies(&mut self, action: &str, form: &Form) -> Result<String, Failed> {
        let named = text(form, "PolicyName");
        let arn = text(form, "PolicyArn");
        match action {
            "PutRolePolicy" => {
                self.role(form)?
                    .1
                    .inline
                    .insert(named, text(form, "PolicyDocument"));
                Ok(String::new())
            }
            "GetRolePolicy" => {
                let (name, role) = self.role(form)?;
                let document = role.inline.get(&named);
                let document =
                    document.ok_or_else(|| missing(&format!("The role policy {named}")))?;
                Ok(format!(
                    "<RoleName>{name}</RoleName><PolicyName>{named}</PolicyName><PolicyDocument>{}</PolicyDocument>",
                    encoded(document)
                ))
            }
            "DeleteRolePolicy" => match self.role(form)?.1.inline.remove(&named) {
                Some(_) => Ok(String::new()),
                None => Err(missing(&format!("The role policy {named}"))),
            },
            "ListRolePolicies" => {
                let (_, role) = self.role(form)?;
                let names = role
                    .inline
                    .keys()
                    .map(|name| format!("<member>{name}</member>"));
                let names: String = names.collect();
                Ok(format!(
                    "<PolicyNames>{names}</PolicyNames><IsTruncated>false</IsTruncated>"
                ))
            }
            "ListAttachedRolePolicies" => {
                let (_, role) = self.role(form)?;
                let attached = role.attached_xml();
                Ok(format!(
                    "<AttachedPolicies>{attached}</AttachedPolicies><IsTruncated>false</IsTruncated>"
                ))
            }
            "AttachRolePolicy" => {
                self.role(form)?.1.attached.insert(arn);
                Ok(String::new())
            }
            "DetachRolePolicy" => match self.role(form)?.1.attached.remove(&arn) {
                true => Ok(String::new()),
                false => Err(missing(&format!("Policy {arn}"))),
            },
            _ => self.answer_managed(action, form),
        }
    }

    fn answer_managed(&mut self, action: &str, form: &Form) -> Result<String, Failed> {
        match action {
            "CreatePolicy" => {
                let (name, path) = (text(form, "PolicyName"), form.get("Path").cloned());
                let path = path.unwrap_or("/".to_owned());
                let arn = format!("arn:aws:iam::{ACCOUNT}:policy{path}{name}");
                if self.policies.contains_key(&arn) {
                    let message = format!(
                        "A policy called {name} already exists. Duplicate names are not allowed."
                    );
                    return Err((409, "EntityAlreadyExists", message));
                }
                let policy = Policy {
                    path,
                    description: text(form, "Description"),
                    tags: tags_of(form),
                    versions: vec![(1, text(form, "PolicyDocument"))],
                    made: 1,
                };
                let xml = self.policy_xml(&arn, &policy);
                self.policies.insert(arn, policy);
                Ok(xml)
            }
            "GetPolicy" => {
                let (arn, policy) = self.policy(form)?;
                let policy = policy.clone();
                Ok(self.policy_xml(&arn, &policy))
            }
            "GetPolicyVersion" => {
                let version = text(form, "VersionId");
                let (_, policy) = self.policy(form)?;
                let found = policy
                    .versions
                    .iter()
                    .find(|(id, _)| format!("v{id}") == version);
                let (_, document) = found.ok_or_else(|| missing("The version"))?;
                Ok(format!(
                    "<PolicyVersion><Document>{}</Document><VersionId>{version}</VersionId></PolicyVersion>",
                    encoded(document)
                ))
            }
            "ListPolicyVersions" => {
                let (_, policy) = self.policy(form)?;
                let last = policy.versions.last().map(|(id, _)| *id);
                let versions = policy.versions.iter().map(|(id, _)| {
                    format!("<member><VersionId>v{id}</VersionId><IsDefaultVersion>{}</IsDefaultVersion><CreateDate>2026-11-29T00:00:{id:02}Z</CreateDate></member>", Some(*id) == last)
                });
                Ok(format!(
                    "<Versions>{}</Versions><IsTruncated>false</IsTruncated>",
                    versions.collect::<String>()
                ))
            }
            "CreatePolicyVersion" => {
                let document = text(form, "PolicyDocument");
                let (_, policy) = self.policy(form)?;
                if policy.versions.len() >= 5 {
                    let message = "A managed policy can have up to 5 versions.";
                    return Err((409, "LimitExceeded", message.to_owned()));
                }
                policy.made += 1;
                policy.versions.push((policy.made, document));
                Ok(String::new())
            }
            "DeletePolicyVersion" => {
                let version = text(form, "VersionId");
                self.policy(form)?
                    .1
                    .versions
                    .retain(|(id, _)| format!("v{id}") != version);
                Ok(String::new())
            }
            "DeletePolicy" => {
                let (arn, policy) = self.policy(form)?;
                let versions = policy.versions.len();
                if versions > 1 || self.roles.values().any(|role| role.attached.contains(&arn)) {
                    let message = "Cannot delete a policy attached to entities.";
                    return Err((409, "DeleteConflict", message.to_owned()));
                }
                self.policies.remove(&arn);
                Ok(String::new())
            }
            other => Err((
                400,
                "InvalidAction",
                format!("The stub has no action {other}."),
            )),
        }
    }

    fn policy_xml(&self, arn: &str, policy: &Policy) -> String {
        let name = arn.rsplit('/').next().unwrap_or_default();
        let attached = self
            .roles
            .values()
            .filter(|role| role.attached.contains(arn))
            .count();
        let version = policy
            .versions
            .last()
            .map(|(id, _)| *id)
            .unwrap_or_default();
        format!(
            "<Policy><PolicyName>{name}</PolicyName><PolicyId>ANPA{name}</PolicyId><Arn>{arn}</Arn><Path>{}</Path><DefaultVersionId>v{version}</DefaultVersionId><AttachmentCount>{attached}</AttachmentCount><Description>{}</Description><CreateDate>{CREATED}</CreateDate>{}</Policy>",
            policy.path,
            escaped(&policy.description),
            tags_xml(&policy.tags)
        )
    }
}

//! When two policy documents mean the same: the rules, one by one.

use trueup_aws::policy::{StatementChange, changes, equivalent};

/// A document with one statement.
fn one(statement: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{{{statement}}}]}}"#)
}

/// A statement that allows, with more in it.
fn allow(more: &str) -> String {
    one(&format!(
        r#""Effect":"Allow","Action":"s3:GetObject","Resource":"*"{more}"#
    ))
}

fn trust(principal: &str) -> String {
    one(&format!(
        r#""Effect":"Allow","Action":"sts:AssumeRole","Principal":{principal}"#
    ))
}

fn condition(condition: &str) -> String {
    allow(&format!(r#","Condition":{condition}"#))
}

#[test]
fn documents_that_mean_the_same() {
    let a = r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#;
    let b = r#"{"Effect":"Deny","Action":"s3:*","Resource":"*"}"#;
    let cases: Vec<(&str, String, String)> = vec![
        ("white space", "{}".into(), " { } ".into()),
        (
            "an empty text and an empty document",
            "".into(),
            "{}".into(),
        ),
        (
            "texts that are no documents but equal",
            "x".into(),
            "x".into(),
        ),
        (
            "the order of members",
            r#"{"Version":"2012-10-17","Id":"x"}"#.into(),
            r#"{"Id":"x","Version":"2012-10-17"}"#.into(),
        ),
        ("a list of one document", format!("[{}]", one("")), one("")),
        (
            "one statement without a list",
            format!(r#"{{"Statement":{a}}}"#),
            format!(r#"{{"Statement":[{a}]}}"#),
        ),
        (
            "the order of statements",
            format!(r#"{{"Statement":[{a},{b}]}}"#),
            format!(r#"{{"Statement":[{b},{a}]}}"#),
        ),
        (
            "no statements and an empty list",
            "{}".into(),
            r#"{"Statement":[]}"#.into(),
        ),
        (
            "an action in a list",
            one(r#""Action":"s3:A""#),
            one(r#""Action":["s3:A"]"#),
        ),
        (
            "the order of actions",
            one(r#""Action":["s3:A","s3:B"]"#),
            one(r#""Action":["s3:B","s3:A"]"#),
        ),
        (
            "the order of not-actions",
            one(r#""NotAction":["s3:A","s3:B"]"#),
            one(r#""NotAction":["s3:B","s3:A"]"#),
        ),
        (
            "a not-action in a list",
            one(r#""NotAction":"s3:A""#),
            one(r#""NotAction":["s3:A"]"#),
        ),
        (
            "a resource in a list",
            one(r#""Resource":"*""#),
            one(r#""Resource":["*"]"#),
        ),
        (
            "the order of resources",
            one(r#""Resource":["a","b"]"#),
            one(r#""Resource":["b","a"]"#),
        ),
        (
            "a not-resource in a list",
            one(r#""NotResource":"a""#),
            one(r#""NotResource":["a"]"#),
        ),
        (
            "the order of not-resources",
            one(r#""NotResource":["a","b"]"#),
            one(r#""NotResource":["b","a"]"#),
        ),
        (
            "no actions and an empty list",
            one(""),
            one(r#""Action":[]"#),
        ),
        (
            "the case of the effect",
            one(r#""Effect":"Allow""#),
            one(r#""Effect":"allow""#),
        ),
        (
            "a principal in a list",
            trust(r#"{"Service":"ec2.amazonaws.com"}"#),
            trust(r#"{"Service":["ec2.amazonaws.com"]}"#),
        ),
        (
            "the order of principals",
            trust(r#"{"AWS":["111111111111","222222222222"]}"#),
            trust(r#"{"AWS":["222222222222","111111111111"]}"#),
        ),
        (
            "the order of types of principals",
            trust(r#"{"AWS":"*","Service":"s"}"#),
            trust(r#"{"Service":"s","AWS":"*"}"#),
        ),
        (
            "an account and its root",
            trust(r#"{"AWS":"123456789012"}"#),
            trust(r#"{"AWS":"arn:aws:iam::123456789012:root"}"#),
        ),
        (
            "an account and its root in China",
            trust(r#"{"AWS":"123456789012"}"#),
            trust(r#"{"AWS":"arn:aws-cn:iam::123456789012:root"}"#),
        ),
        (
            "accounts and roots among others",
            trust(r#"{"AWS":["123456789012","a"]}"#),
            trust(r#"{"AWS":["a","arn:aws:iam::123456789012:root"]}"#),
        ),
        (
            "no principals and an empty object",
            one(r#""Effect":"Allow""#),
            one(r#""Effect":"Allow","Principal":{}"#),
        ),
        (
            "a type without principals",
            trust(r#"{"AWS":"*"}"#),
            trust(r#"{"AWS":"*","Service":[]}"#),
        ),
        (
            "a not-principal in a list",
            one(r#""NotPrincipal":{"AWS":"a"}"#),
            one(r#""NotPrincipal":{"AWS":["a"]}"#),
        ),
        (
            "a condition's value in a list",
            condition(r#"{"StringEquals":{"aws:x":"a"}}"#),
            condition(r#"{"StringEquals":{"aws:x":["a"]}}"#),
        ),
        (
            "the order of a condition's values",
            condition(r#"{"StringEquals":{"aws:x":["a","b"]}}"#),
            condition(r#"{"StringEquals":{"aws:x":["b","a"]}}"#),
        ),
        (
            "a condition's truth, quoted or not",
            condition(r#"{"Bool":{"aws:SecureTransport":true}}"#),
            condition(r#"{"Bool":{"aws:SecureTransport":"true"}}"#),
        ),
        (
            "a condition's number, quoted or not",
            condition(r#"{"NumericLessThan":{"s3:max-keys":10}}"#),
            condition(r#"{"NumericLessThan":{"s3:max-keys":["10"]}}"#),
        ),
        (
            "the order of operators",
            condition(r#"{"Bool":{"a:b":"true"},"Null":{"c:d":"true"}}"#),
            condition(r#"{"Null":{"c:d":"true"},"Bool":{"a:b":"true"}}"#),
        ),
        (
            "null for what is not there",
            one(r#""Effect":"Allow","Sid":null"#),
            one(r#""Effect":"Allow""#),
        ),
        (
            "escapes",
            one(r#""Action":"s3:\u0041""#),
            one(r#""Action":"s3:A""#),
        ),
    ];
    for (what, before, after) in cases {
        assert!(equivalent(&before, &after), "{what}:\n{before}\n{after}");
        assert!(equivalent(&after, &before), "{what}, the other way round");
        if before != "x" {
            assert_eq!(changes(&before, &after), Some(Vec::new()), "{what}");
        }
    }
}

#[test]
fn documents_that_do_not() {
    let cases: Vec<(&str, String, String)> = vec![
        ("a text that is none", "x".into(), "{}".into()),
        ("a list of two", "[{},{}]".into(), "{}".into()),
        (
            "the version",
            r#"{"Version":"2012-10-17"}"#.into(),
            r#"{"Version":"2008-10-17"}"#.into(),
        ),
        (
            "no version",
            r#"{"Version":"2012-10-17"}"#.into(),
            "{}".into(),
        ),
        ("the ID", r#"{"Id":"a"}"#.into(), r#"{"Id":"b"}"#.into()),
        ("the Sid", allow(r#","Sid":"A""#), allow(r#","Sid":"B""#)),
        ("no Sid", allow(r#","Sid":"A""#), allow("")),
        (
            "the effect",
            one(r#""Effect":"Allow""#),
            one(r#""Effect":"Deny""#),
        ),
        (
            "the case of an action",
            one(r#""Action":"s3:GetObject""#),
            one(r#""Action":"s3:getobject""#),
        ),
        (
            "one action more",
            one(r#""Action":["s3:A"]"#),
            one(r#""Action":["s3:A","s3:B"]"#),
        ),
        (
            "an action twice",
            one(r#""Action":["s3:A"]"#),
            one(r#""Action":["s3:A","s3:A"]"#),
        ),
        (
            "a wildcard that covers it",
            one(r#""Action":["s3:*"]"#),
            one(r#""Action":["s3:*","s3:A"]"#),
        ),
        (
            "actions and not-actions",
            one(r#""Action":"s3:A""#),
            one(r#""NotAction":"s3:A""#),
        ),
        (
            "the resource",
            one(r#""Resource":"a""#),
            one(r#""Resource":"b""#),
        ),
        (
            "resources and not-resources",
            one(r#""Resource":"a""#),
            one(r#""NotResource":"a""#),
        ),
        (
            "everybody, and everybody who is known",
            trust(r#""*""#),
            trust(r#"{"AWS":"*"}"#),
        ),
        (
            "the type of a principal",
            trust(r#"{"AWS":"a"}"#),
            trust(r#"{"Service":"a"}"#),
        ),
        (
            "one principal more",
            trust(r#"{"AWS":"a"}"#),
            trust(r#"{"AWS":["a","b"]}"#),
        ),
        (
            "an account's user",
            trust(r#"{"AWS":"123456789012"}"#),
            trust(r#"{"AWS":"arn:aws:iam::123456789012:user/a"}"#),
        ),
        (
            "another account",
            trust(r#"{"AWS":"123456789012"}"#),
            trust(r#"{"AWS":"arn:aws:iam::123456789013:root"}"#),
        ),
        (
            "a root that is no principal of AWS",
            trust(r#"{"Federated":"123456789012"}"#),
            trust(r#"{"Federated":"arn:aws:iam::123456789012:root"}"#),
        ),
        (
            "principals and not-principals",
            one(r#""Principal":{"AWS":"a"}"#),
            one(r#""NotPrincipal":{"AWS":"a"}"#),
        ),
        (
            "the operator of a condition",
            condition(r#"{"StringEquals":{"a:b":"c"}}"#),
            condition(r#"{"StringLike":{"a:b":"c"}}"#),
        ),
        (
            "the case of an operator",
            condition(r#"{"StringEquals":{"a:b":"c"}}"#),
            condition(r#"{"stringequals":{"a:b":"c"}}"#),
        ),
        (
            "the key of a condition",
            condition(r#"{"StringEquals":{"a:b":"c"}}"#),
            condition(r#"{"StringEquals":{"a:B":"c"}}"#),
        ),
        (
            "the value of a condition",
            condition(r#"{"StringEquals":{"a:b":"c"}}"#),
            condition(r#"{"StringEquals":{"a:b":"d"}}"#),
        ),
        ("no condition and an empty one", allow(""), condition("{}")),
        (
            "a statement more",
            r#"{"Statement":[{"Effect":"Allow"}]}"#.into(),
            r#"{"Statement":[{"Effect":"Allow"},{"Effect":"Deny"}]}"#.into(),
        ),
        (
            "a statement twice",
            r#"{"Statement":[{"Effect":"Allow"}]}"#.into(),
            r#"{"Statement":[{"Effect":"Allow"},{"Effect":"Allow"}]}"#.into(),
        ),
    ];
    for (what, before, after) in cases {
        assert!(!equivalent(&before, &after), "{what}:\n{before}\n{after}");
        assert!(!equivalent(&after, &before), "{what}, the other way round");
        if let Some(changes) = changes(&before, &after) {
            assert!(!changes.is_empty(), "{what}: no change is shown");
            let is_blank = |change: &StatementChange| {
                matches!(change, StatementChange::Changed { added, removed, .. }
                    if added.is_empty() && removed.is_empty())
            };
            assert!(!changes.iter().any(is_blank), "{what}: {changes:?}");
        }
    }
}

#[test]
fn changes_are_shown_statement_by_statement() {
    let before = r#"{"Version":"2008-10-17","Statement":[
        {"Sid":"Read","Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":"*"},
        {"Effect":"Deny","Action":"s3:DeleteBucket","Resource":"*"},
        {"Sid":"Same","Effect":"Allow","Action":"iam:GetRole","Resource":"*"}]}"#;
    let after = r#"{"Version":"2012-10-17","Statement":[
        {"Sid":"Same","Effect":"Allow","Action":["iam:GetRole"],"Resource":["*"]},
        {"Sid":"Read","Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"*",
         "Condition":{"Bool":{"aws:SecureTransport":true}}},
        {"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"123456789012"}}]}"#;
    let changes = changes(before, after).expect("documents");
    let shown: Vec<String> = changes.iter().map(ToString::to_string).collect();
    let expected = r#"~ Version: "2008-10-17" -> "2012-10-17"
- statement (Deny s3:DeleteBucket)
    - Action: s3:DeleteBucket
    - Effect: Deny
    - Resource: *
~ statement "Read"
    - Action: s3:ListBucket
    + Action: s3:PutObject
    + Condition Bool aws:SecureTransport: true
+ statement (Allow sts:AssumeRole)
    + Action: sts:AssumeRole
    + Effect: Allow
    + Principal AWS: 123456789012"#;
    assert_eq!(shown.join("\n"), expected);
}

//! What is said of documents AWS would refuse, before it is asked.

use trueup_aws::policy::{PolicyKind, check};

/// What is said of a document, a line each.
fn said(text: &str, kind: PolicyKind) -> Vec<String> {
    let findings = check(text, kind).into_iter();
    let lines = findings.map(|finding| {
        let mark = if finding.warning { "? " } else { "" };
        let hint = if finding.hint.is_empty() {
            String::new()
        } else {
            format!(" | {}", finding.hint)
        };
        format!("{mark}{}: {}{hint}", finding.place, finding.message)
    });
    lines.collect()
}

/// A managed policy with one statement.
fn managed(statement: &str) -> Vec<String> {
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{{{statement}}}]}}"#);
    said(&text, PolicyKind::Managed)
}

fn trust(statement: &str) -> Vec<String> {
    let text = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"sts:AssumeRole",{statement}}}]}}"#
    );
    said(&text, PolicyKind::Trust)
}

#[test]
fn good_ones() {
    let good = [
        r#""Effect":"Allow","Action":"s3:GetObject","Resource":"*""#,
        r#""Effect":"Deny","NotAction":["iam:*","sts:*"],"NotResource":["arn:aws:s3:::b","arn:aws:s3:::b/*"]"#,
        r#""Sid":"A1","Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::${aws:username}/*""#,
        r#""Effect":"Allow","Action":"s3:Get*","Resource":"*","Condition":{"StringLikeIfExists":{"s3:prefix":["a/*"]},"ForAnyValue:StringEquals":{"aws:TagKeys":"x"},"Bool":{"aws:SecureTransport":true}}"#,
        r#""Effect":"Allow","Action":"some-new-service:DoIt","Resource":"*""#,
        r#""Effect":"Allow","Action":"elasticloadbalancing:DescribeTargetHealth","Resource":"arn:*:elasticloadbalancing:*:*:targetgroup/*""#,
    ];
    for statement in good {
        assert_eq!(managed(statement), Vec::<String>::new(), "{statement}");
    }
    let principals = [
        r#""Principal":{"Service":"ec2.amazonaws.com"}"#,
        r#""Principal":{"AWS":["123456789012","arn:aws:iam::123456789012:role/x"]}"#,
        r#""Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/A"}"#,
        r#""Principal":"*""#,
        r#""Principal":{"AWS":"AROAEXAMPLEEXAMPLE123"}"#,
    ];
    for principal in principals {
        assert_eq!(trust(principal), Vec::<String>::new(), "{principal}");
    }
}

#[test]
fn documents() {
    let cases = [
        (
            "",
            ": The policy document is no valid JSON: EOF while parsing a value at line 1 column 0.",
        ),
        ("[]", ": A policy document is a JSON object."),
        (
            r#"{"Version":"2012-10-17"}"#,
            "Statement: A policy document has at least one statement.",
        ),
        (
            r#"{"Statement":[]}"#,
            "Statement: A policy document has at least one statement.",
        ),
        (
            r#"{"Statement":["x"]}"#,
            "Statement[0]: A statement is a JSON object.",
        ),
        (
            r#"{"Version":"2023-01-01","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#,
            "Version: The version of the policy language is \"2012-10-17\" or \"2008-10-17\". | It is not the version of this policy: \"2012-10-17\" is right unless the policy is very old.",
        ),
        (
            r#"{"version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#,
            "version: There is no element named \"version\". | Did you mean \"Version\"?",
        ),
        (
            r#"{"Statement":[{"Sid":"A","Effect":"Allow","Action":"*","Resource":"*"},{"Sid":"A","Effect":"Deny","Action":"*","Resource":"*"}]}"#,
            "Statement[1].Sid: There are two statements with the Sid \"A\".",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(said(text, PolicyKind::Managed), [expected], "{text}");
    }
}

#[test]
fn statements() {
    let cases = [
        (
            r#""Effect":"allow","Action":"*","Resource":"*""#,
            "Statement[0].Effect: The effect is \"Allow\" or \"Deny\".",
        ),
        (
            r#""Effect":"Allow","Resource":"*""#,
            "Statement[0]: A statement has \"Action\" or \"NotAction\".",
        ),
        (
            r#""Effect":"Allow","Action":"*""#,
            "Statement[0]: A statement has \"Resource\" or \"NotResource\".",
        ),
        (
            r#""Effect":"Allow","Action":"*","NotAction":"*","Resource":"*""#,
            "Statement[0]: \"Action\" and \"NotAction\" exclude each other.",
        ),
        (
            r#""Effect":"Allow","Actions":"s3:A","Action":"*","Resource":"*""#,
            "Statement[0].Actions: There is no element named \"Actions\". | Did you mean \"Action\"?",
        ),
        (
            r#""Sid":"no spaces","Effect":"Allow","Action":"*","Resource":"*""#,
            "Statement[0].Sid: The Sid \"no spaces\" may have letters and digits only.",
        ),
        (
            r#""Effect":"Allow","Action":["*","GetObject"],"Resource":"*""#,
            "Statement[0].Action[1]: The action \"GetObject\" does not name its service. | Actions are written as in \"s3:GetObject\".",
        ),
        (
            r#""Effect":"Allow","Action":"s3:GetObjet","Resource":"*""#,
            "? Statement[0].Action: No action \"s3:GetObjet\" is known. | Did you mean \"s3:GetObject\"?",
        ),
        (
            r#""Effect":"Allow","Action":"elasticloadbalacing:Describe*","Resource":"*""#,
            "? Statement[0].Action: No action \"elasticloadbalacing:Describe*\" is known. | Did you mean \"elasticloadbalancing:Describe*\"?",
        ),
        (
            r#""Effect":"Allow","Action":"s3:Get Object","Resource":"*""#,
            "Statement[0].Action: \"s3:Get Object\" is no action. | Actions are written as in \"s3:GetObject\"; wildcards are * and ?.",
        ),
        (
            r#""Effect":"Allow","Action":[1],"Resource":"*""#,
            "Statement[0].Action[0]: This is to be a text.",
        ),
        (
            r#""Effect":"Allow","Action":"*","Resource":"bucket""#,
            "Statement[0].Resource: The resource \"bucket\" is neither an ARN nor \"*\". | ARNs are written as in \"arn:aws:s3:::bucket/*\": six parts with colons between them.",
        ),
        (
            r#""Effect":"Allow","Action":"*","Resource":"arn:was:s3:::b""#,
            "Statement[0].Resource: \"was\" is no partition in \"arn:was:s3:::b\". | It is \"aws\" nearly everywhere.",
        ),
        (
            r#""Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::""#,
            "Statement[0].Resource: The ARN \"arn:aws:s3:::\" has an empty part.",
        ),
        (
            r#""Effect":"Allow","Action":"*","Resource":"*","Principal":"*""#,
            "Statement[0].Principal: A policy of an identity has no \"Principal\". | It is about the one it is attached to. Who may assume a role is said by \"assume_role_policy\".",
        ),
        (
            r#""Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEqual":{"a:b":"c"}}"#,
            "Statement[0].Condition.StringEqual: There is no condition operator \"StringEqual\". | Did you mean \"StringEquals\"?",
        ),
        (
            r#""Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"secure":"c"}}"#,
            "Statement[0].Condition.Bool.secure: The condition key \"secure\" does not name its service. | Keys are written as in \"aws:SourceIp\" or \"s3:prefix\".",
        ),
        (
            r#""Effect":"Allow","Action":"*","Resource":"*","Condition":"x""#,
            "Statement[0].Condition: Conditions are an object. | Write { \"StringEquals\": { \"aws:PrincipalTag/team\": \"platform\" } }.",
        ),
    ];
    for (statement, expected) in cases {
        assert_eq!(managed(statement), [expected], "{statement}");
    }
}

#[test]
fn principals() {
    let cases = [
        (
            r#""Sid":"a""#,
            "Statement[0]: A statement here says whom it is about: \"Principal\".",
        ),
        (
            r#""Principal":{"Service":"ec2"}"#,
            "Statement[0].Principal.Service: \"ec2\" is no principal of type Service. | Services are written as in \"ec2.amazonaws.com\".",
        ),
        (
            r#""Principal":{"AWS":["12345"]}"#,
            "Statement[0].Principal.AWS[0]: \"12345\" is no principal of type AWS. | It is an account's ID, or the ARN of an account, a role or a user.",
        ),
        (
            r#""Principal":{"Services":"ec2.amazonaws.com"}"#,
            "Statement[0].Principal.Services: There is no element named \"Services\". | Did you mean \"Service\"?",
        ),
        (
            r#""Principal":"ec2.amazonaws.com""#,
            "Statement[0].Principal: A principal is \"*\" or an object with its type. | Write { \"AWS\": … }, { \"Service\": … } or { \"Federated\": … }.",
        ),
        (
            r#""Principal":"*","Resource":"*""#,
            "Statement[0].Resource: The trust policy of a role has no \"Resource\". | It is about the role itself.",
        ),
    ];
    for (statement, expected) in cases {
        assert_eq!(trust(statement), [expected], "{statement}");
    }
}

#[test]
fn sizes() {
    let padded = |length: usize| {
        let empty = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::"}]}"#;
        let padding = "x".repeat(length - empty.len());
        let text = empty.replace(":::", &format!(":::{padding}"));
        // White space does not count.
        text.replace(',', ",\n  ")
    };
    assert_eq!(
        said(&padded(6144), PolicyKind::Managed),
        Vec::<String>::new()
    );
    let long = said(&padded(6145), PolicyKind::Managed);
    assert_eq!(
        long,
        [
            ": The document has 6145 characters without white space; AWS takes 6144. | Use wildcards, or divide it into several policies."
        ]
    );
    assert_eq!(
        said(&padded(10_240), PolicyKind::Inline),
        Vec::<String>::new()
    );
    assert_eq!(said(&padded(10_241), PolicyKind::Inline).len(), 1);
}
